"""The calls that each change of an existing dashboard takes, as literal tables."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lookervault.model.resource import State
from model.raws import (
    HOST,
    OTHER,
    QUERY,
    Object,
    Raw,
    dashboard,
    filter_,
    layout,
    lookml_model,
    place,
    shared,
    state,
    text_tile,
    tile,
)

from .making import calls, plan_of

ROOTS = (shared(), lookml_model("shop"))
D = "<dashboard:Shared/D>"


def part(name: str) -> str:
    return f"<dashboard:Shared/D {name}>"


WHOLE = dashboard(
    "5",
    "D",
    description="old",
    dashboard_elements=[
        tile("1", "A", result_maker={"filterables": [], "vis_config": {"type": "pie"}}),
        text_tile("2", "B", body_text="b"),
    ],
    dashboard_filters=[filter_("3", "region", default_value="EU")],
    dashboard_layouts=[
        layout("8", place("11", "1"), place("12", "2", row=6), active=True),
        layout("9", label="More"),
    ],
)


def wire(raw: Raw) -> None:
    listen = [{"dashboard_filter_name": "region", "field": "orders.region"}]
    raw["dashboard_elements"][0]["result_maker"]["filterables"] = [{"view": "orders", "listen": listen}]


Edit = Callable[[Raw], Any]
EDITS: list[tuple[str, Edit, list[str]]] = [
    ("nothing", lambda d: None, []),
    (
        "renamed",
        lambda d: d.update(title="New"),
        ['PATCH /dashboards/<dashboard:Shared/New> {"title": "New"}'],
    ),
    ("cleared", lambda d: d.update(description=None), [f'PATCH /dashboards/{D} {{"description": null}}']),
    (
        "retitled",
        lambda d: d["dashboard_elements"][0].update(title="New"),
        [f'PATCH /dashboard_elements/{part("element:1")} {{"title": "New"}}'],
    ),
    (
        "other query",
        lambda d: d["dashboard_elements"][0].update(query={**QUERY, "limit": "9"}),
        [
            'POST /queries {"model": "shop", "view": "orders", "fields": ["orders.id", "orders.count"], '
            '"limit": "9"}',
            f'PATCH /dashboard_elements/{part("element:1")} {{"query_id": "<query orders>"}}',
        ],
    ),
    (
        "wired: the other half of the result maker goes along",
        wire,
        [
            f'PATCH /dashboard_elements/{part("element:1")} {{"result_maker": {{"filterables": ['
            '{"model": null, "view": "orders", "name": "", "listen": [{"dashboard_filter_name": "region", '
            '"field": "orders.region"}]}], "vis_config": {"type": "pie"}}}'
        ],
    ),
    (
        "moved",
        lambda d: d["dashboard_layouts"][0]["dashboard_layout_components"][0].update(row=20),
        [
            f'PATCH /dashboard_layout_components/{part("component:default/element:1")} {{"row": 20}}',
        ],
    ),
    (
        "filter",
        lambda d: d["dashboard_filters"][0].update(default_value=None, listens_to_filters=["x"]),
        [
            f"PATCH /dashboard_filters/{part('filter:region')} "
            '{"default_value": null, "listens_to_filters": ["x"]}',
        ],
    ),
    (
        "tab",
        lambda d: d["dashboard_layouts"][1].update(label="Details"),
        [f'PATCH /dashboard_layouts/{part("layout:tab Details")} {{"label": "Details"}}'],
    ),
    (
        "element gone",
        lambda d: d["dashboard_elements"].pop(1),
        [f"DELETE /dashboard_elements/{part('element:2@2')}"],
    ),
    (
        "filter gone",
        lambda d: d["dashboard_filters"].pop(),
        [f"DELETE /dashboard_filters/{part('filter:region@3')}"],
    ),
    (
        "tab gone",
        lambda d: d["dashboard_layouts"].pop(),
        [f"DELETE /dashboard_layouts/{part('layout:tab More@9')}"],
    ),
]


@pytest.mark.parametrize(("edit", "expected"), [e[1:] for e in EDITS], ids=[e[0] for e in EDITS])
def test_an_update_takes_only_the_calls_it_needs(edit: Edit, expected: list[str]) -> None:
    after = copy.deepcopy(WHOLE)
    edit(after[2])
    assert calls(plan_of(state(*ROOTS, after), state(*ROOTS, WHOLE))) == expected


def test_a_filter_listens_to_a_new_one_once_that_is_there() -> None:
    after = copy.deepcopy(WHOLE)
    region, date = (
        filter_("3", "region", default_value="US", listens_to_filters=["date"]),
        filter_("7", "date", 1),
    )
    after[2]["dashboard_filters"] = [region, date]
    sent = calls(plan_of(state(*ROOTS, after), state(*ROOTS, WHOLE)))
    made = next(n for n, c in enumerate(sent) if c.startswith("POST /dashboard_filters"))
    told = next(n for n, c in enumerate(sent) if '"listens_to_filters": ["date"]' in c)
    assert made < told
    assert sum('"default_value": "US"' in c for c in sent) == 1


@pytest.mark.parametrize("host", [HOST, OTHER])
def test_another_tab_becomes_the_active_one_in_one_call(host: str) -> None:
    def side(active: int, where: str) -> State:
        tabs = [
            layout("8", place("11", "1"), label="Main", active=active == 0),
            layout("9", place("12", "2"), label="More", active=active == 1),
        ]
        tiles = [text_tile("1", "A"), text_tile("2", "B")]
        new = dashboard("5", "D", dashboard_elements=tiles, dashboard_layouts=tabs)
        return state(*ROOTS, new, host=where)

    assert calls(plan_of(side(1, HOST), side(0, host))) == [
        f'PATCH /dashboard_layouts/{part("layout:default")} {{"active": true}}'
    ]


def test_an_element_that_changes_tab_is_moved_and_then_placed() -> None:
    def side(on: int) -> Object:
        kind, id_, raw = copy.deepcopy(WHOLE)
        component = raw["dashboard_layouts"][0]["dashboard_layout_components"].pop(0)
        raw["dashboard_layouts"][on]["dashboard_layout_components"].append(component | {"id": f"c{on}"})
        return kind, id_, raw

    assert calls(plan_of(state(*ROOTS, side(1)), state(*ROOTS, side(0)))) == [
        f"PATCH /dashboard_elements/{part('element:1')} "
        f'{{"dashboard_layout_id": "{part("layout:tab More")}"}}',
        f"GET /dashboards/{D}",
        f"PATCH /dashboard_layout_components/{part('component:tab More/element:1')} "
        '{"row": 0, "column": 0, "width": 8, "height": 6}',
    ]


def test_additions_come_before_removals_and_in_building_order() -> None:
    after = copy.deepcopy(WHOLE)
    after[2].update(
        dashboard_elements=[text_tile("6", "new", body_text="n")],
        dashboard_filters=[filter_("7", "date", title="When", type="date_filter")],
    )
    sent = calls(plan_of(state(*ROOTS, after), state(*ROOTS, WHOLE)))
    assert [c.split("/<")[0].split(" {")[0] for c in sent] == [
        "POST /dashboard_filters",
        "POST /dashboard_elements",
        "DELETE /dashboard_elements",
        "DELETE /dashboard_elements",
        "DELETE /dashboard_filters",
    ]


def test_parts_that_were_there_before_are_never_taken_for_new_ones() -> None:
    after = copy.deepcopy(WHOLE)
    after[2]["dashboard_elements"].append(text_tile("7", "B", body_text="b"))
    plan = plan_of(state(*ROOTS, after), state(*ROOTS, WHOLE))
    (created,) = [s for n in plan.nodes for s in n.steps if s.path == ["dashboard_elements"]]
    assert created.probe is not None
    assert created.probe.known == ["1", "2"]

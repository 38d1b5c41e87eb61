"""The calls that each change of a dashboard and its parts takes, as literal tables."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from model.raws import (
    HOST,
    OTHER,
    QUERY,
    Object,
    Raw,
    dashboard,
    filter_,
    layout,
    look,
    lookml_model,
    place,
    shared,
    state,
    text_tile,
    tile,
    user,
)

from lookervault.model.values import Link
from lookervault.plan.plan import Plan
from lookervault.plan.steps.step import Bind, Probe, Step

from .making import calls, plan_of

ROOTS = (shared(), lookml_model("shop"), user("21", "ann@example.com"), look("40", "Orders"))
D = "<dashboard:Shared/D>"
QUERY_CALL = 'POST /queries {"model": "shop", "view": "orders", "fields": ["orders.id", "orders.count"]}'
SHELL = 'POST /dashboards {"title": "D", "folder_id": "<folder:Shared>"}'


def made(**fields: Any) -> Plan:
    """The plan that makes a dashboard on another instance, which has its look and its owner."""
    desired = state(*ROOTS, dashboard("5", "D", **fields), host=HOST)
    return plan_of(desired, state(*ROOTS, host=OTHER))


def part(name: str) -> str:
    return f"<dashboard:Shared/D {name}>"


def test_the_shell_of_a_dashboard() -> None:
    fields = {"description": "about", "slug": "kPi", "user_id": "21", "hidden": False, "refresh_interval": "1 hour"}
    assert calls(made(**fields)) == [
        'POST /dashboards {"title": "D", "description": "about", "hidden": false, "refresh_interval": "1 hour", '
        '"folder_id": "<folder:Shared>", "user_id": "<user:ann@example.com>", "slug": "kPi"}'
    ]


def test_filters_come_first_and_listen_last() -> None:
    filters = [
        filter_("1", "region", 0, listens_to_filters=["date"]),
        filter_("2", "date", 1, listens_to_filters=["region"], default_value="7 days"),
    ]
    assert calls(made(dashboard_filters=filters)) == [
        SHELL,
        f'POST /dashboard_filters {{"dashboard_id": "{D}", "name": "region", "title": "Region", '
        '"type": "string_filter", "row": 0}',
        f'POST /dashboard_filters {{"dashboard_id": "{D}", "name": "date", "title": "Date", '
        '"type": "string_filter", "default_value": "7 days", "row": 1}',
        f'PATCH /dashboard_filters/{part("filter:region")} {{"listens_to_filters": ["date"]}}',
        f'PATCH /dashboard_filters/{part("filter:date")} {{"listens_to_filters": ["region"]}}',
    ]


def test_the_first_layout_comes_with_the_dashboard_and_tabs_do_not() -> None:
    layouts = [layout("1", active=True, label="Main", width=1200), layout("2", label="More", order=1)]
    assert calls(made(dashboard_layouts=layouts)) == [
        SHELL,
        f"GET /dashboards/{D}",
        f'PATCH /dashboard_layouts/{part("layout:default")} {{"width": 1200, "label": "Main"}}',
        f'POST /dashboard_layouts {{"dashboard_id": "{D}", "type": "newspaper", "label": "More", "order": 1}}',
    ]


def test_a_plain_first_layout_needs_no_call() -> None:
    assert calls(made(dashboard_layouts=[layout("1", active=True, order=0)])) == [SHELL]


ELEMENTS: list[tuple[str, Raw, str]] = [
    (
        "query",
        tile("1", "T", note_text="n", refresh_interval="5 minutes"),
        '"note_text": "n", "refresh_interval": "5 minutes", "title": "T", "type": "vis", '
        '"query_id": "<query orders>"',
    ),
    (
        "look",
        {"id": "1", "type": "vis", "look_id": "40"},
        '"type": "vis", "look_id": "<look:Shared/Orders>"',
    ),
    (
        "text",
        text_tile("1", "T", body_text="b", result_maker={"filterables": [{"listen": [{}]}]}),
        '"body_text": "b", "title_text": "T", "type": "text"',
    ),
    (
        "rich text",
        {"id": "1", "type": "text", "rich_content_json": '[ {"a":1} ]'},
        '"type": "text", "rich_content_json": "[ {\\"a\\":1} ]"',
    ),
    ("extension", {"id": "1", "extension_id": "p::a"}, '"extension_id": "p::a"'),
    (
        "wired",
        tile(
            "1",
            result_maker={
                "filterables": [
                    {
                        "model": "shop",
                        "view": "orders",
                        "listen": [{"dashboard_filter_name": "region", "field": "orders.region"}],
                    }
                ]
            },
        ),
        '"type": "vis", "query_id": "<query orders>", "result_maker": {"filterables": [{"model": "shop", '
        '"view": "orders", "name": "", "listen": [{"dashboard_filter_name": "region", "field": "orders.region"}]}]}',
    ),
    (
        "overriding",
        tile("1", result_maker={"vis_config": {"type": "pie"}, "dynamic_fields": '[{"a":1}]'}),
        '"type": "vis", "query_id": "<query orders>", "result_maker": {"filterables": [], '
        '"vis_config": {"type": "pie"}, "dynamic_fields": "[{\\"a\\":1}]"}',
    ),
]


@pytest.mark.parametrize(("raw", "body"), [e[1:] for e in ELEMENTS], ids=[e[0] for e in ELEMENTS])
def test_a_new_element(raw: Raw, body: str) -> None:
    sent = [c for c in calls(made(dashboard_elements=[raw])) if "dashboard_elements" in c]
    assert sent == [f'POST /dashboard_elements {{"dashboard_id": "{D}", {body}}}']


def test_a_filter_tile_refers_to_the_filter_made_before_it() -> None:
    raw = {"id": "1", "type": "vis", "filter_id": "2"}
    sent = calls(made(dashboard_elements=[raw], dashboard_filters=[filter_("2", "region")]))
    assert sent[-1] == (
        f'POST /dashboard_elements {{"dashboard_id": "{D}", "type": "vis", "filter_id": "{part("filter:region")}"}}'
    )


def test_a_merge_tile_makes_its_sources_then_the_merge_query() -> None:
    sources = [
        {"name": "a", "query_id": "1", "merge_fields": []},
        {"name": "b", "query_slug": "s", "merge_fields": [{"field_name": "x", "source_field_name": "y"}]},
    ]
    objects = [
        ("query", "1", QUERY),
        ("query", "s", {**QUERY, "view": "users"}),
        ("merge_query", "m", {"id": "m", "source_queries": sources, "sorts": ["x"], "vis_config": {"n": {"m": 1}}}),
        dashboard("5", "D", dashboard_elements=[{"id": "1", "type": "vis", "merge_result_id": "m"}]),
    ]
    sent = calls(plan_of(state(*ROOTS, *objects), state(*ROOTS, host=OTHER)))
    assert sorted(sent[:2]) == [QUERY_CALL, QUERY_CALL.replace("orders", "users", 1)]
    assert sent[2] == (
        'POST /merge_queries {"sorts": ["x"], "vis_config": {"n": {"m": 1}}, "source_queries": ['
        '{"name": "a", "merge_fields": [], "query_id": "<query orders>"}, '
        '{"name": "b", "merge_fields": [{"field_name": "x", "source_field_name": "y"}], '
        '"query_id": "<query users>"}]}'
    )
    assert sent[-1] == f'POST /dashboard_elements {{"dashboard_id": "{D}", "type": "vis", "merge_result_id": "<merge_query>"}}'


def test_an_element_is_placed_through_the_component_that_came_with_it() -> None:
    plan = made(
        dashboard_elements=[text_tile("1", "A"), text_tile("2", "B")],
        dashboard_layouts=[layout("9", place("11", "1"), place("12", "2", row=6, granular_row=60))],
    )
    assert calls(plan)[3:] == [
        f"GET /dashboards/{D}",
        f'PATCH /dashboard_layout_components/{part("component:default/element:1")} '
        '{"row": 0, "column": 0, "width": 8, "height": 6}',
        f'PATCH /dashboard_layout_components/{part("component:default/element:2")} '
        '{"row": 6, "column": 0, "width": 8, "height": 6, "granular_row": 60}',
    ]
    me = Link("dashboard:Shared/D", "element:1")
    read = next(s for s in plan.nodes[0].steps if s.method == "GET")
    assert read.binds[0] == Bind(
        Link("dashboard:Shared/D", "component:default/element:1"),
        [
            "dashboard_layouts",
            {"prefer": {"active": True}},
            "dashboard_layout_components",
            {"dashboard_element_id": me},
            "id",
        ],
    )


def test_an_element_on_a_tab_is_made_there() -> None:
    plan = made(
        dashboard_elements=[text_tile("1", "A")],
        dashboard_layouts=[layout("8", active=True), layout("9", place("11", "1"), label="More")],
    )
    (sent,) = [c for c in calls(plan) if c.startswith("POST /dashboard_elements")]
    assert sent.endswith(f'"dashboard_layout_id": "{part("layout:tab More")}"}}')


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
    ("renamed", lambda d: d.update(title="New"), [f'PATCH /dashboards/<dashboard:Shared/New> {{"title": "New"}}']),
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
            'POST /queries {"model": "shop", "view": "orders", "fields": ["orders.id", "orders.count"], "limit": "9"}',
            f'PATCH /dashboard_elements/{part("element:1")} {{"query_id": "<query orders>"}}',
        ],
    ),
    (
        "wired: the other half of the result maker goes along",
        wire,
        [
            f'PATCH /dashboard_elements/{part("element:1")} {{"result_maker": {{"filterables": [{{"model": null, '
            '"view": "orders", "name": "", "listen": [{"dashboard_filter_name": "region", '
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
            f'PATCH /dashboard_filters/{part("filter:region")} '
            '{"default_value": null, "listens_to_filters": ["x"]}'
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
    ("filter gone", lambda d: d["dashboard_filters"].pop(), [f"DELETE /dashboard_filters/{part('filter:region@3')}"]),
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


def test_an_element_that_changes_tab_is_moved_and_then_placed() -> None:
    def side(on: int) -> Object:
        kind, id_, raw = copy.deepcopy(WHOLE)
        component = raw["dashboard_layouts"][0]["dashboard_layout_components"].pop(0)
        raw["dashboard_layouts"][on]["dashboard_layout_components"].append(component | {"id": f"c{on}"})
        return kind, id_, raw

    assert calls(plan_of(state(*ROOTS, side(1)), state(*ROOTS, side(0)))) == [
        f'PATCH /dashboard_elements/{part("element:1")} {{"dashboard_layout_id": "{part("layout:tab More")}"}}',
        f"GET /dashboards/{D}",
        f'PATCH /dashboard_layout_components/{part("component:tab More/element:1")} '
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


def steps_of(**fields: Any) -> list[Step]:
    return made(**fields).nodes[-1].steps


PROBES: list[tuple[str, dict[str, Any], Probe]] = [
    (
        "dashboard",
        {},
        Probe(
            ["dashboards", "search"],
            ["title"],
            {"folder_id": Link("folder:Shared")},
            {"deleted": False},
            paged=True,
        ),
    ),
    (
        "filter",
        {"dashboard_filters": [filter_("3", "region")]},
        Probe(["dashboards", Link("dashboard:Shared/D"), "dashboard_filters"], ["name"]),
    ),
    (
        "tab",
        {"dashboard_layouts": [layout("1", active=True), layout("2", label="More")]},
        Probe(["dashboards", Link("dashboard:Shared/D"), "dashboard_layouts"], ["label"]),
    ),
    (
        "element",
        {"dashboard_elements": [text_tile("1", "T")]},
        Probe(["dashboards", Link("dashboard:Shared/D"), "dashboard_elements"], ["type", "title_text"]),
    ),
]


@pytest.mark.parametrize(("fields", "probe"), [p[1:] for p in PROBES], ids=[p[0] for p in PROBES])
def test_how_to_find_out_whether_a_create_was_carried_out(fields: dict[str, Any], probe: Probe) -> None:
    created = [s for s in steps_of(**fields) if s.method == "POST"][-1]
    assert not created.repeatable
    assert created.probe == probe


def test_parts_that_were_there_before_are_never_taken_for_new_ones() -> None:
    after = copy.deepcopy(WHOLE)
    after[2]["dashboard_elements"].append(text_tile("7", "B", body_text="b"))
    plan = plan_of(state(*ROOTS, after), state(*ROOTS, WHOLE))
    (created,) = [s for n in plan.nodes for s in n.steps if s.path == ["dashboard_elements"]]
    assert created.probe is not None
    assert created.probe.known == ["1", "2"]

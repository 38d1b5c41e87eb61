"""The calls that each change of a dashboard and its parts takes, as literal tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lookervault.model.values import Link
from lookervault.plan.plan import Plan
from lookervault.plan.steps.step import Bind
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
    fields = {
        "description": "about",
        "slug": "kPi",
        "user_id": "21",
        "hidden": False,
        "refresh_interval": "1 hour",
    }
    assert calls(made(**fields)) == [
        'POST /dashboards {"title": "D", "description": "about", "hidden": false, '
        '"refresh_interval": "1 hour", "folder_id": "<folder:Shared>", '
        '"user_id": "<user:ann@example.com>", "slug": "kPi"}'
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
        f'POST /dashboard_layouts {{"dashboard_id": "{D}", "type": "newspaper", "label": "More", '
        '"order": 1}',
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
        '"view": "orders", "name": "", "listen": [{"dashboard_filter_name": "region", '
        '"field": "orders.region"}]}]}',
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
        f'POST /dashboard_elements {{"dashboard_id": "{D}", "type": "vis", '
        f'"filter_id": "{part("filter:region")}"}}'
    )


def test_a_merge_tile_makes_its_sources_then_the_merge_query() -> None:
    sources = [
        {"name": "a", "query_id": "1", "merge_fields": []},
        {"name": "b", "query_slug": "s", "merge_fields": [{"field_name": "x", "source_field_name": "y"}]},
    ]
    objects = [
        ("query", "1", QUERY),
        ("query", "s", {**QUERY, "view": "users"}),
        (
            "merge_query",
            "m",
            {"id": "m", "source_queries": sources, "sorts": ["x"], "vis_config": {"n": {"m": 1}}},
        ),
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
    assert sent[-1].endswith('"type": "vis", "merge_result_id": "<merge_query>"}')


def merged(*listens: str, **merge: Any) -> list[Object]:
    wire = {"model": "shop", "view": "orders", "name": "a"}
    listen = [{"dashboard_filter_name": name, "field": "orders.id"} for name in listens]
    maker = {"filterables": [{**wire, "listen": listen}], "vis_config": {"type": "table"}, **merge}
    sources = [{"name": "a", "query_id": "1", "merge_fields": []}]
    raw = {"id": "1", "type": "vis", "merge_result_id": "m", "result_maker": maker}
    return [
        ("query", "1", QUERY),
        (
            "merge_query",
            "m",
            {"id": "m", "source_queries": sources, "vis_config": {"type": "table"}, **merge},
        ),
        dashboard("5", "D", dashboard_elements=[raw], dashboard_filters=[filter_("2", "region")]),
    ]


def test_the_maker_of_a_merge_tile_is_told_all_that_it_repeats() -> None:
    def plan(have: list[Object] | None, want: list[Object]) -> Any:
        there = state(*ROOTS, *have) if have else state(*ROOTS, host=OTHER)
        (call,) = [c for c in calls(plan_of(state(*ROOTS, *want), there)) if "dashboard_elements" in c]
        return json.loads("{" + call.partition(" {")[2])["result_maker"]

    wire = {"model": "shop", "view": "orders", "name": "a"}
    heard = [{**wire, "listen": [{"dashboard_filter_name": "region", "field": "orders.id"}]}]
    silent = [{**wire, "listen": []}]
    assert plan(None, merged()) == {"filterables": silent, "vis_config": {"type": "table"}}
    assert plan(merged(), merged("region")) == {"filterables": heard, "vis_config": {"type": "table"}}
    assert plan(merged("region"), merged("region", sorts=["x"])) == {
        "filterables": heard,
        "vis_config": {"type": "table"},
        "sorts": ["x"],
    }
    linked = {"type": "table", "html": "<a href='/looks/40'>"}
    assert plan(None, merged(vis_config=linked)) == {"filterables": silent}


def test_an_element_is_placed_through_the_component_that_came_with_it() -> None:
    plan = made(
        dashboard_elements=[text_tile("1", "A"), text_tile("2", "B")],
        dashboard_layouts=[layout("9", place("11", "1"), place("12", "2", row=6, granular_row=60))],
    )
    assert calls(plan)[3:] == [
        f"GET /dashboards/{D}",
        f"PATCH /dashboard_layout_components/{part('component:default/element:1')} "
        '{"row": 0, "column": 0, "width": 8, "height": 6}',
        f"PATCH /dashboard_layout_components/{part('component:default/element:2')} "
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


def test_a_place_on_a_tab_that_is_not_its_own_may_be_missing() -> None:
    """The server gives an element a component on its own tab, and on others as it likes."""
    tabs = [
        layout("8", place("12", "1", row=9, dashboard_layout_id="8"), label="More"),
        layout("9", place("11", "1", dashboard_layout_id="9"), active=True),
    ]
    plan = made(dashboard_elements=[text_tile("1", "A", dashboard_layout_id="9")], dashboard_layouts=tabs)
    steps = plan.nodes[0].steps
    (read,) = [s for s in steps if s.method == "GET"]
    assert [(b.link.part, b.optional) for b in read.binds] == [
        ("component:default/element:1", False),
        ("component:tab More/element:1", True),
    ]
    placing = [s for s in steps if s.path[0] == "dashboard_layout_components"]
    assert [(s.body["row"], s.optional) for s in placing] == [(0, True), (9, True)]
    assert not any(s.optional for s in steps if s not in placing)


def test_an_element_on_a_tab_is_made_there() -> None:
    plan = made(
        dashboard_elements=[text_tile("1", "A")],
        dashboard_layouts=[layout("8", active=True), layout("9", place("11", "1"), label="More")],
    )
    (sent,) = [c for c in calls(plan) if c.startswith("POST /dashboard_elements")]
    assert sent.endswith(f'"dashboard_layout_id": "{part("layout:tab More")}"}}')

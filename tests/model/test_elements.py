from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.content import meaning
from lookervault.model.resource import Part
from lookervault.model.values import JsonText, Link

from .raws import QUERY, Object, Raw, dashboard, filter_, layout, look, parts, place, shared, state, tile

BODY = {"model": "shop", "view": "orders", "fields": ["orders.id", "orders.count"]}


def element(raw: Raw, *objects: Object, filters: tuple[Raw, ...] = ()) -> Part:
    """The one element of a dashboard that holds nothing else but filters."""
    owner = dashboard("5", "D", dashboard_elements=[raw], dashboard_filters=list(filters))
    (part,) = parts(state(shared(), *objects, owner), "element")
    return part


def maker(**more: Any) -> Raw:
    return tile("1", "Orders", result_maker={"id": "rm", "query_id": "9001", "query": QUERY, **more})


def test_a_query_tile_embeds_its_query() -> None:
    part = element(tile("1", "Orders"))
    body = {"type": "vis", "title": "Orders", "query": BODY}
    assert part == Part("element", "1", "1", "Orders", body, ignored=("positions",))


def test_a_query_tile_that_shows_only_the_querys_id_takes_it_from_what_was_read() -> None:
    bare = {"id": "1", "type": "vis", "title": "Orders", "query_id": "9001"}
    assert element(bare, ("query", "9001", QUERY)).attributes["query"] == BODY


def test_a_look_tile_links_to_the_look_and_not_to_its_query() -> None:
    raw = {"id": "1", "type": "vis", "look_id": "33", "look": {"id": "33", "query": QUERY}, "query": None}
    part = element(raw, look("33", "Orders"))
    assert part.attributes == {"type": "vis", "look": Link("look:Shared/Orders")}
    assert part.label == "look Shared/Orders"


def test_a_tile_of_a_look_that_is_gone_keeps_the_looks_id() -> None:
    built = state(shared(), dashboard("5", "D", dashboard_elements=[{"id": "1", "look_id": "77"}]))
    (part,) = parts(built, "element")
    assert part.attributes["look"] == Link("look:#77")
    assert [f.address for f in built.findings] == ["look:#77"]


@pytest.mark.parametrize("key", ["11", "sLuG"])
def test_a_merge_tile_embeds_its_sources_read_by_id_or_slug(key: str) -> None:
    field = "query_id" if key == "11" else "query_slug"
    merge = {"id": "m1", "source_queries": [{"name": "a", field: key}]}
    raw = {"id": "1", "type": "vis", "merge_result_id": "m1", "query": None}
    part = element(raw, ("merge_query", "m1", merge), ("query", key, QUERY))
    assert part.attributes["merge"] == {"sources": [{"name": "a", "query": BODY, "merge_fields": []}]}


def test_a_merge_query_that_could_not_be_read_is_marked_as_missing() -> None:
    assert element({"id": "1", "merge_result_id": "m1"}).attributes["merge"] == {"missing": "m1"}


def test_a_text_tile_has_no_source_and_no_result_maker() -> None:
    raw = {
        "id": "1",
        "type": "text",
        "title_text": "About",
        "subtitle_text": "",
        "body_text": "# Hello\nworld",
        "body_text_as_html": "<h1>Hello</h1>",
        "result_maker": {"filterables": [{"listen": [{"dashboard_filter_name": "x", "field": "y"}]}]},
        "query": None,
    }
    assert element(raw).attributes == {"type": "text", "title_text": "About", "body_text": "# Hello\nworld"}


def test_rich_text_is_json_kept_as_text() -> None:
    raw = {"id": "1", "type": "text", "rich_content_json": '{"type": "doc"}'}
    assert element(raw).attributes["rich_content_json"] == JsonText('{"type":"doc"}')


def test_a_filter_tile_links_to_the_filter_of_its_own_dashboard() -> None:
    raw = {"id": "1", "type": "vis", "filter_id": 8}
    part = element(raw, filters=(filter_("8", "region"),))
    assert part.attributes == {"type": "vis", "filter": Link("", "filter:region")}


def test_an_extension_tile_keeps_its_extension() -> None:
    assert element({"id": "1", "extension_id": "project::app"}).attributes == {"extension_id": "project::app"}


def test_a_tile_takes_exactly_one_source() -> None:
    raw = tile("1", look_id="33", merge_result_id="m1")
    attributes = element(raw, look("33", "Orders")).attributes
    assert attributes.keys() & {"query", "look", "merge", "filter"} == {"look"}


def test_counters_views_and_links_of_a_tile_are_no_content() -> None:
    noise = {
        "can": {"update": True},
        "alert_count": 3,
        "edit_uri": "/x",
        "title_text_as_html": "<b>",
        "result_maker_id": "rm",
        "refresh_interval_to_i": 60,
        "dashboard_layout_id": "l",
        "deleted_at": None,
        "lookml_link_id": "x",
    }
    assert element(tile("1", "Orders", **noise)) == element(tile("1", "Orders"))


def test_filter_wiring_is_sorted_by_what_it_wires() -> None:
    wiring = [
        {"model": "shop", "view": "users", "name": "", "listen": []},
        {
            "model": "shop",
            "view": "orders",
            "name": None,
            "listen": [
                {"dashboard_filter_name": "Region", "field": "orders.region"},
                {"dashboard_filter_name": "Date", "field": "orders.date"},
            ],
        },
    ]
    assert element(maker(filterables=wiring)).attributes["filterables"] == [
        {
            "model": "shop",
            "view": "orders",
            "listen": [
                {"filter": "Date", "field": "orders.date"},
                {"filter": "Region", "field": "orders.region"},
            ],
        },
        {"model": "shop", "view": "users", "listen": []},
    ]


@pytest.mark.parametrize(
    "nothing", [{"filterables": None}, {"filterables": []}, {"filterables": [{"view": "orders"}]}, {}]
)
def test_wiring_that_hears_nobody_means_nothing(nothing: dict[str, Any]) -> None:
    assert meaning(element(maker(**nothing)).attributes) == element(tile("1", "Orders")).attributes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[(f, False) for f in ("hidden", "title_hidden", "allow_multiple_values", "required", "public")],
        *[(f, False) for f in ("is_run_on_load", "is_disabled", "can_add_to_content_metadata")],
        ("row", 0),
        ("order", 0),
        ("type", "newspaper"),
    ],
)
def test_values_that_say_no_more_than_absence(field: str, value: Any) -> None:
    assert meaning({"title": "T", field: value}) == {"title": "T"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("show_title", False), ("required", True), ("row", 1), ("type", "static"), ("type", "vis")],
)
def test_values_that_say_something(field: str, value: Any) -> None:
    assert meaning({field: value}) == {field: value}


def test_no_wiring_is_no_attribute() -> None:
    assert "filterables" not in element(maker(filterables=[])).attributes


OVERRIDES: list[tuple[str, Any, Any]] = [
    ("vis_config", {"type": "pie"}, {"type": "table"}),
    ("dynamic_fields", '[{"a": 1}]', '[{"a":2}]'),
    ("sorts", ["orders.id"], ["orders.count"]),
    ("total", True, None),
]


@pytest.mark.parametrize(("field", "value", "other"), OVERRIDES, ids=[o[0] for o in OVERRIDES])
def test_what_a_result_maker_says_beyond_its_query_is_kept(field: str, value: Any, other: Any) -> None:
    def overrides(said: Any, by_query: Any) -> Any:
        raw = tile("1", query={**QUERY, field: by_query}, result_maker={field: said})
        return element(raw).attributes.get("overrides")

    kept = {field: JsonText(value) if field == "dynamic_fields" else value}
    assert overrides(value, other) == overrides(value, None) == kept
    assert overrides(value, value) is None
    assert overrides(None, other) is None


def test_a_total_that_is_off_says_nothing() -> None:
    assert "overrides" not in element(maker(total=False, sorts=[], dynamic_fields="[]")).attributes


def test_a_look_tile_without_overrides_has_none() -> None:
    query = {**QUERY, "vis_config": {"type": "table"}}
    raw = {
        "id": "1",
        "look_id": "33",
        "look": {"id": "33", "query": query},
        "result_maker": {"vis_config": {"type": "table"}, "filterables": []},
    }
    assert "overrides" not in element(raw, look("33", "Orders", query=query)).attributes


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        ({"title": "Orders", "title_text": "x"}, "Orders"),
        ({"title": "", "title_text": "About"}, "About"),
        ({"subtitle_text": "more"}, "more"),
        ({"body_text": "\n  # Head\nrest"}, "# Head"),
        ({"body_text": "x" * 100}, "x" * 60),
        ({}, "untitled"),
        ({"title": " "}, "untitled"),
        ({"title": "\u2028"}, "untitled"),
    ],
)
def test_what_a_reader_would_call_a_tile(raw: Raw, label: str) -> None:
    assert element({"id": "1", **raw}).label == label


def test_tiles_in_the_trash_are_left_out() -> None:
    built = state(shared(), dashboard("5", "D", dashboard_elements=[tile("1", deleted=True), tile("2")]))
    assert [p.id for p in parts(built, "element")] == ["2"]


@pytest.mark.parametrize("missing", [{}, {"dashboard_elements": None}, {"dashboard_elements": []}])
def test_a_dashboard_may_have_no_tiles(missing: Raw) -> None:
    assert parts(state(shared(), dashboard("5", "D", **missing)), "element") == []


def test_of_elements_at_one_place_the_oldest_comes_first() -> None:
    """So that a copy of one never takes the name that others know it by."""
    places = [place("11", "10"), place("12", "9")]
    owner = dashboard(
        "5",
        "D",
        dashboard_elements=[tile("10", "A"), tile("9", "A")],
        dashboard_layouts=[layout("3", *places)],
    )
    assert [part.id for part in parts(state(shared(), owner), "element")] == ["9", "10"]

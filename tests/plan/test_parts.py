from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lookervault.model.resource import State
from lookervault.plan.plan import Plan
from model.raws import (
    OTHER,
    QUERY,
    Raw,
    dashboard,
    filter_,
    layout,
    place,
    shared,
    stacked,
    state,
    text_tile,
    tile,
)

from .making import plan_of, the_change

USERS: Raw = {**QUERY, "view": "users"}


def side(host: str, tiles: list[Raw], **more: Any) -> State:
    """A dashboard on one of two instances, which share no id."""
    return state(shared(), stacked("5", "D", tiles, **more), host=host)


def plan_between(desired: list[Raw], observed: list[Raw]) -> Plan:
    """The plan for a dashboard of the other instance."""
    return plan_of(side("a", desired), side(OTHER, observed))


def changed(plan: Plan) -> list[tuple[str, str, list[str]]]:
    """Symbol, label, and names of changed attributes per part."""
    if not plan.changes:
        return []
    return [(p.action.value, p.label, sorted({*p.before, *p.after})) for p in the_change(plan).parts]


def test_identical_tiles_on_two_instances_are_no_change() -> None:
    tiles = [tile("1", "Same"), tile("2", "Same"), tile("3", "Same")]
    copies = [tile("91", "Same"), tile("92", "Same"), tile("93", "Same")]
    assert changed(plan_between(tiles, copies)) == []


def test_one_more_identical_tile_is_one_create() -> None:
    tiles = [tile("1", "Same"), tile("2", "Same"), tile("3", "Same")]
    assert changed(plan_between(tiles, [tile("91", "Same"), tile("92", "Same")])) == [
        ("+", "Same", ["positions", "query", "title", "type"])
    ]


def test_a_retitled_tile_is_found_by_its_query() -> None:
    desired, observed = (
        [tile("1", "New"), tile("2", "B", query=USERS)],
        [tile("91", "Old"), tile("92", "B", query=USERS)],
    )
    assert changed(plan_between(desired, observed)) == [("~", "New", ["title"])]


def test_a_tile_with_another_query_is_found_by_its_title() -> None:
    assert changed(plan_between([tile("1", "A", query=USERS)], [tile("91", "A")])) == [("~", "A", ["query"])]


def test_swapped_tiles_only_move() -> None:
    one, two = tile("1", "A"), tile("2", "B", query=USERS)
    observed = [tile("92", "B", query=USERS), tile("91", "A")]
    assert changed(plan_between([one, two], observed)) == [
        ("~", "A", ["positions"]),
        ("~", "B", ["positions"]),
    ]


def test_of_tiles_alike_in_content_the_title_decides() -> None:
    desired = [tile("1", "A"), tile("2", "B")]
    assert changed(plan_between(desired, [tile("91", "B"), tile("92", "A")])) == [
        ("~", "A", ["positions"]),
        ("~", "B", ["positions"]),
    ]


def test_of_tiles_alike_in_all_but_their_place_the_place_decides() -> None:
    desired = [tile("1", "A"), text_tile("2", "note"), tile("3", "A")]
    observed = [tile("93", "A"), text_tile("92", "note"), tile("91", "A")]
    assert changed(plan_between(desired, observed)) == []


def test_content_weighs_more_than_title() -> None:
    desired = [tile("1", "A"), tile("2", "B", query=USERS)]
    observed = [tile("91", "B"), tile("92", "A", query=USERS)]
    assert changed(plan_between(desired, observed)) == [("~", "A", ["title"]), ("~", "B", ["title"])]


def test_a_tile_of_another_source_is_another_tile() -> None:
    """Looker cannot turn a visualisation into a text (resource notes, 4.6)."""
    found = changed(plan_between([tile("1", "A")], [text_tile("91", "A")]))
    assert [(symbol, label) for symbol, label, _ in found] == [("+", "A"), ("-", "A")]


def test_a_tile_that_is_gone_is_deleted() -> None:
    assert changed(plan_between([tile("1", "A")], [tile("91", "A"), tile("92", "B", query=USERS)])) == [
        ("-", "B", ["positions", "query", "title", "type"])
    ]


def test_on_one_instance_ids_pair_whatever_changed() -> None:
    desired = side("a", [tile("1", "A"), tile("2", "B", query=USERS)])
    observed = side("a", [tile("1", "B", query=USERS), tile("2", "A")])
    assert changed(plan_of(desired, observed)) == [
        ("~", "A", ["query", "title"]),
        ("~", "B", ["query", "title"]),
    ]


def test_a_known_part_pairs_by_its_mapping() -> None:
    desired, observed = (
        side("a", [tile("1", "A")]),
        side(OTHER, [tile("91", "A"), tile("92", "Z", query=USERS)]),
    )
    plan = plan_of(desired, observed, {("dashboard_element", "1"): "92"})
    assert [(p.action.value, p.id) for p in the_change(plan).parts] == [("~", "92"), ("-", "91")]


def filters(host: str, *raws: Raw) -> State:
    return state(shared(), dashboard("5", "D", dashboard_filters=list(raws)), host=host)


def test_filters_pair_by_name_whatever_else_changed() -> None:
    plan = plan_of(
        filters("a", filter_("1", "region", 1, title="Area")), filters(OTHER, filter_("91", "region"))
    )
    assert changed(plan) == [("~", "Area", ["row", "title"])]


def test_a_renamed_filter_is_found_by_its_title() -> None:
    plan = plan_of(
        filters("a", filter_("1", "new", title="R")), filters(OTHER, filter_("91", "old", title="R"))
    )
    assert changed(plan) == [("~", "R", ["name"])]


def test_reordered_filters_change_their_rows_only() -> None:
    desired = filters("a", filter_("1", "a", 0), filter_("2", "b", 1))
    observed = filters(OTHER, filter_("91", "a", 1), filter_("92", "b", 0))
    assert changed(plan_of(desired, observed)) == [("~", "A", ["row"]), ("~", "B", ["row"])]


def tabs(host: str, *raws: Raw) -> State:
    return state(shared(), dashboard("5", "D", dashboard_layouts=list(raws)), host=host)


def test_tabs_pair_by_label_then_by_order() -> None:
    desired = tabs(
        "a", layout("1", active=True), layout("2", label="B", order=1), layout("3", label="New", order=2)
    )
    observed = tabs(
        OTHER,
        layout("93", label="Old", order=2),
        layout("92", label="B", order=1),
        layout("91", active=True),
    )
    assert changed(plan_of(desired, observed)) == [("~", "New", ["label"])]


def test_a_tab_that_is_called_otherwise_and_stands_elsewhere_is_the_one_that_is_left() -> None:
    desired = tabs("a", layout("1", active=True), layout("2", label="New", order=5))
    observed = tabs(OTHER, layout("91", active=True), layout("92", label="Old", order=1))
    assert changed(plan_of(desired, observed)) == [("~", "New", ["label", "order"])]


def test_a_tile_that_goes_to_another_tab_is_one_change_of_one_tile() -> None:
    def placed(host: str, on: str) -> State:
        places: dict[str, list[Raw]] = {"1": [], "2": []} | {on: [place("c", "21", dashboard_layout_id=on)]}
        raws = [layout("1", *places["1"], active=True), layout("2", *places["2"], label="B")]
        tiles = [tile("21", "A", dashboard_layout_id=on)]
        return state(
            shared(), dashboard("5", "D", dashboard_layouts=raws, dashboard_elements=tiles), host=host
        )

    (part,) = the_change(plan_of(placed("a", "2"), placed(OTHER, "1"))).parts
    assert (part.action.value, part.label, part.home) == ("~", "A", "tab B")


TILES = st.lists(
    st.builds(
        lambda title, view, n: (title, view) if n else (title, ""),
        st.sampled_from(["", "A", "B", "C"]),
        st.sampled_from(["orders", "users"]),
        st.integers(0, 2),
    ),
    max_size=6,
)


def raws_of(tiles: list[tuple[str, str]], first: int) -> list[Raw]:
    return [
        tile(str(first + n), title, query={**QUERY, "view": view})
        if view
        else text_tile(str(first + n), title)
        for n, (title, view) in enumerate(tiles)
    ]


@given(TILES)
def test_a_copy_of_a_dashboard_is_no_change(tiles: list[tuple[str, str]]) -> None:
    assert plan_between(raws_of(tiles, 1), raws_of(tiles, 901)).changes == []


@given(TILES, TILES)
def test_each_tile_is_in_one_pair_at_most_and_none_is_lost(
    desired: list[tuple[str, str]], observed: list[tuple[str, str]]
) -> None:
    plan = plan_between(raws_of(desired, 1), raws_of(observed, 901))
    if not plan.changes:
        return
    parts = [p for p in the_change(plan).parts if p.kind == "element"]
    symbols = [p.action.value for p in parts]
    same = the_change(plan).unchanged_parts.get("element", 0)
    assert symbols.count("+") + symbols.count("~") + same == len(desired)
    assert symbols.count("-") + symbols.count("~") + same == len(observed)
    assert len({p.id for p in parts if p.id}) == len([p for p in parts if p.id])
    assert len({p.slot for p in parts}) == len(parts)

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from lookervault.model.resource import Part
from lookervault.model.values import Link

from .raws import Raw, dashboard, filter_, layout, parts, place, shared, state, tile


def built(kind: str, **children: Any) -> list[Part]:
    return parts(state(shared(), dashboard("5", "D", **children)), kind)


def layouts(*raws: Raw) -> list[Part]:
    return built("layout", dashboard_layouts=list(raws))


def elements(*raws: Raw, tiles: list[Raw]) -> list[Part]:
    return built("element", dashboard_layouts=list(raws), dashboard_elements=tiles)


def test_the_active_layout_is_the_default_one() -> None:
    found = layouts(layout("1", label="Details", order=1), layout("2", label="Main", active=True))
    assert [(p.key, p.id, p.label) for p in found] == [
        ("default", "2", "Main"),
        ("tab Details", "1", "Details"),
    ]


def test_without_an_active_layout_the_first_one_is_the_default() -> None:
    assert [p.key for p in layouts(layout("1", label="A"), layout("2", label="B"))] == ["default", "tab B"]


def test_tabs_of_one_label_are_told_apart_by_order() -> None:
    found = layouts(layout("1", active=True), layout("2", label="T"), layout("3", label="T"), layout("4"))
    assert [p.key for p in found] == ["default", "tab T", "tab T #2", "tab"]


def test_tabs_of_one_label_are_told_apart_however_they_are_listed() -> None:
    tabs = [layout("9", active=True), layout("10", label="T", order=2), layout("11", label="T", order=1)]
    for listed in permutations(tabs):
        found = {part.id: part.key for part in layouts(*listed)}
        assert found == {"9": "default", "11": "tab T", "10": "tab T #2"}
    for listed in permutations([layout("9", label="T"), layout("10", label="T"), layout("8", active=True)]):
        assert {part.id: part.key for part in layouts(*listed)} == {
            "8": "default",
            "9": "tab T",
            "10": "tab T #2",
        }


def test_a_layouts_content_is_without_its_ids() -> None:
    _, tab = layouts(
        layout("6"), layout("7", label="T", order=1, lookml_link_id="x", dashboard_id="5", can={})
    )
    assert tab == Part("layout", "tab T", "7", "T", {"type": "newspaper", "label": "T", "order": 1})


@pytest.mark.parametrize("missing", [{}, {"dashboard_layouts": None}, {"dashboard_layouts": []}])
def test_an_old_dashboard_may_have_no_layouts(missing: Raw) -> None:
    assert built("layout", **missing) == []
    (part,) = built("element", dashboard_elements=[tile("1")], **missing)
    assert "positions" not in part.attributes
    assert part.components == {}


def test_layouts_in_the_trash_are_left_out() -> None:
    assert [p.id for p in layouts(layout("1", deleted=True), layout("2"))] == ["2"]


def test_an_element_has_the_place_that_its_component_gives_it() -> None:
    (part,) = elements(layout("1", place("11", "21", row=3, column=8)), tiles=[tile("21")])
    assert part.attributes["positions"] == {"default": {"row": 3, "column": 8, "width": 8, "height": 6}}
    assert part.components == {"default": "11"}


def test_ids_may_be_numbers() -> None:
    component = place("11", "21") | {"id": 11, "dashboard_element_id": 21}
    (part,) = elements(layout("1", component) | {"id": 1}, tiles=[tile("21") | {"id": 21}])
    assert part.components == {"default": "11"}
    assert part.slot == "element:21"


def test_components_that_linger_in_the_trash_place_nothing() -> None:
    (part,) = elements(layout("1", place("11", "21", deleted=True)), tiles=[tile("21")])
    assert "positions" not in part.attributes


def test_the_finer_grid_is_kept_beside_the_coarse_one() -> None:
    (part,) = elements(
        layout("1", place("11", "21", granular_row=30, granular_width=None)), tiles=[tile("21")]
    )
    assert part.attributes["positions"]["default"] == {
        "row": 0,
        "column": 0,
        "width": 8,
        "height": 6,
        "granular_row": 30,
    }


def test_what_a_component_repeats_of_its_element_is_no_content() -> None:
    noisy = place("11", "21", element_title="Orders", vis_type="table", can={})
    (part,) = elements(layout("1", noisy), tiles=[tile("21")])
    assert set(part.attributes["positions"]["default"]) == {"row", "column", "width", "height"}


def test_an_element_may_have_a_component_on_each_tab() -> None:
    tabs = [
        layout("1", place("11", "21"), active=True),
        layout("2", place("12", "21", row=9), label="More"),
    ]
    (part,) = elements(*tabs, tiles=[tile("21")])
    assert part.components == {"default": "11", "tab More": "12"}
    assert {k: v["row"] for k, v in part.attributes["positions"].items()} == {"default": 0, "tab More": 9}


@pytest.mark.parametrize(
    ("own", "home"), [("1", "default"), ("2", "tab More"), ("", "default"), ("9", "default")]
)
def test_the_tab_an_element_is_on_is_the_one_it_names(own: str, home: str) -> None:
    tabs = [
        layout("1", place("11", "21", dashboard_layout_id="1"), active=True),
        layout("2", place("12", "21", dashboard_layout_id="2"), label="More"),
    ]
    (part,) = elements(*tabs, tiles=[tile("21", dashboard_layout_id=own)])
    assert part.home == home


def test_an_element_that_is_only_on_a_tab_is_at_home_there() -> None:
    tabs = [layout("1", active=True), layout("2", place("12", "21"), label="More")]
    (part,) = elements(*tabs, tiles=[tile("21")])
    assert part.home == "tab More"


def test_elements_come_tab_by_tab_in_reading_order() -> None:
    places = [place("c1", "low", row=6), place("c2", "right", column=8), place("c3", "left")]
    tabs = [layout("1", *places, active=True), layout("2", place("c4", "tabbed"), label="T")]
    tiles = [tile(i) for i in ("nowhere", "tabbed", "low", "right", "left")]
    assert [p.id for p in elements(*tabs, tiles=tiles)] == ["left", "right", "low", "tabbed", "nowhere"]


def test_filters_come_by_row_then_name() -> None:
    raws = [
        filter_("3", "c", row=1),
        filter_("1", "b"),
        filter_("2", "a"),
        filter_("4", "gone", deleted=True),
    ]
    found = built("filter", dashboard_filters=raws)
    assert [(p.key, p.id, p.label) for p in found] == [("a", "2", "A"), ("b", "1", "B"), ("c", "3", "C")]


def test_a_filter_is_compared_without_what_looker_computes() -> None:
    raw = filter_("1", "region", field={"big": "object"}, can={}, dashboard_id="5", explore="", model="shop")
    (part,) = built("filter", dashboard_filters=[raw])
    assert part.attributes == {
        "name": "region",
        "title": "Region",
        "type": "string_filter",
        "row": 0,
        "model": "shop",
    }


def test_parts_are_in_the_order_in_which_they_are_built() -> None:
    owner = dashboard(
        "5",
        "D",
        dashboard_elements=[{"id": "1", "filter_id": "3"}],
        dashboard_layouts=[layout("2")],
        dashboard_filters=[filter_("3", "f")],
    )
    found = state(shared(), owner).resources["dashboard:Shared/D"].parts
    assert [p.slot for p in found] == ["filter:f", "layout:default", "element:1"]
    assert found[2].attributes["filter"] == Link("", "filter:f")

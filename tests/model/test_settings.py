from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.colors import palette_ids
from lookervault.model.values import Link

from .raws import QUERY, Object, Raw, group, look, only, shared, state

COLORS = ["#111111", "#222222"]


def palette(id_: str, label: str | None, **more: Any) -> Raw:
    return {"id": id_, "label": label, "type": "Categorical", "colors": COLORS, **more}


def collection(id_: str, label: str, *palettes: Raw, **more: Any) -> Object:
    raw = {"id": id_, "label": label, "categoricalPalettes": list(palettes), "sequentialPalettes": [], **more}
    return "color_collection", id_, raw


BRAND = collection("brand-1", "Brand", palette("p-1", "Main"), palette("p-2", "Other"))


def vis(config: Any, *objects: Object) -> Any:
    """A look's visualisation as it is compared."""
    query = {**QUERY, "vis_config": config}
    return only(state(shared(), look("4", "L", query=query), *objects), "look").attributes["query"][
        "vis_config"
    ]


def test_a_collection_is_its_label_and_its_palettes_without_ids() -> None:
    found = only(state(BRAND), "color_collection")
    assert found.address == "color_collection:Brand"
    assert found.attributes == {
        "label": "Brand",
        "categoricalPalettes": [
            {"label": "Main", "type": "Categorical", "colors": COLORS},
            {"label": "Other", "type": "Categorical", "colors": COLORS},
        ],
    }


@pytest.mark.parametrize("odd", ["main", ["main"], [None, 7], [["main"]], 7])
def test_what_is_no_palette_is_left_as_it_is(odd: Any) -> None:
    of = collection("c", "C", categoricalPalettes=odd)
    assert palette_ids(of[2]) == {}
    assert only(state(of), "color_collection").attributes == {"label": "C", "categoricalPalettes": odd}


@pytest.mark.parametrize("odd", ["red", ["red"], [None], 7])
def test_what_is_no_stop_is_none(odd: Any) -> None:
    raw = {"id": "p-1", "label": "Main", "type": "Sequential", "stops": odd}
    of = collection("c", "C", sequentialPalettes=[raw])
    (found,) = only(state(of), "color_collection").attributes["sequentialPalettes"]
    assert (found["label"], found.get("stops", [])) == ("Main", [])


def test_palettes_can_be_referred_to_by_type_and_label() -> None:
    raw = collection(
        "c", "C", palette("1", "A"), palette("2", "A"), palette("3", None), palette("4", "B") | {"id": None}
    )
    raw[2]["divergingPalettes"] = [{"id": 5, "label": "A"}]
    assert palette_ids(raw[2]) == {
        "palette:categorical A": "1",
        "palette:categorical A #2": "2",
        "palette:categorical ": "3",
        "palette:diverging A": "5",
    }


def test_colors_of_a_visualisation_are_links_wherever_they_are_mentioned() -> None:
    config = {
        "color_application": {"collection_id": "brand-1", "palette_id": "p-2", "options": {"steps": 5}},
        "conditional_formatting": [{"color_application": {"collection_id": "brand-1", "palette_id": "p-1"}}],
    }
    brand = "color_collection:Brand"
    assert vis(config, BRAND) == {
        "color_application": {
            "collection_id": Link(brand),
            "palette_id": Link(brand, "palette:categorical Other"),
            "options": {"steps": 5},
        },
        "conditional_formatting": [
            {
                "color_application": {
                    "collection_id": Link(brand),
                    "palette_id": Link(brand, "palette:categorical Main"),
                }
            }
        ],
    }


@pytest.mark.parametrize(
    "config",
    [
        {"collection_id": "b43731d5", "palette_id": "be92eae7"},
        {"collection_id": None, "palette_id": 7},
        {"title": "brand-1", "other_id": "p-1"},
        {"palette_id": {"nested": "p-1"}},
    ],
    ids=["standard", "no text", "other fields", "other shape"],
)
def test_what_is_no_id_of_a_custom_collection_stays_as_it_is(config: Raw) -> None:
    assert vis(config, BRAND) == config


def test_where_collections_could_not_be_read_ids_stay_as_they_are() -> None:
    config = {"collection_id": "brand-1", "palette_id": "p-1"}
    assert vis(config) == config


def theme(**more: Any) -> Object:
    raw = {"id": "9", "name": "Dark", "begin_at": None, "end_at": None, "can": {"update": True}, **more}
    return "theme", "9", raw


def test_a_theme_holds_its_settings_with_its_colors_as_a_link() -> None:
    settings = {"background_color": "#000", "color_collection_id": "brand-1", "font_color": None}
    assert only(state(BRAND, theme(settings=settings)), "theme").attributes == {
        "name": "Dark",
        "settings": {"background_color": "#000", "color_collection_id": Link("color_collection:Brand")},
    }


@pytest.mark.parametrize("settings", [None, {}, {"font_color": None}])
def test_a_theme_may_have_no_settings_of_its_own(settings: Any) -> None:
    assert only(state(theme(settings=settings)), "theme").attributes.get("settings") in (None, {})


@pytest.mark.parametrize(
    ("more", "guard"),
    [
        ({}, ""),
        ({"name": "Looker"}, "the default theme"),
        ({"can": {"update": False}}, "the default theme"),
        ({"can": None}, ""),
    ],
)
def test_the_default_theme_is_only_mapped(more: Raw, guard: str) -> None:
    assert only(state(theme(**more)), "theme").guard == guard


def attribute(*values: Raw | None, **more: Any) -> list[Object]:
    raw = {"id": "6", "name": "region", "label": "Region", "type": "string", **more}
    rows: list[Object] = [("user_attribute.group_values", "6", list(values))] if None not in values else []
    return [("user_attribute", "6", raw), group("31", "EMEA"), group("32", "All"), *rows]


def value(group_id: str, text: str, rank: int | None) -> Raw:
    return {"id": "x", "group_id": group_id, "user_attribute_id": "6", "value": text, "rank": rank}


def test_values_of_groups_come_in_order_of_precedence() -> None:
    found = only(state(*attribute(value("32", "all", None), value("31", "emea", 1))), "user_attribute")
    assert found.attributes["group_values"] == [
        {"group": Link("group:EMEA"), "value": "emea"},
        {"group": Link("group:All"), "value": "all"},
    ]
    assert found.unknown == ()


def test_hidden_values_are_unknown() -> None:
    found = only(state(*attribute(value("31", "", 1), value_is_hidden=True)), "user_attribute")
    assert "group_values" not in found.attributes
    assert set(found.unknown) == {"group_values", "default_value"}


def test_values_that_could_not_be_read_are_unknown() -> None:
    assert only(state(*attribute(None)), "user_attribute").unknown == ("group_values",)


def test_attributes_of_looker_itself_are_only_mapped() -> None:
    assert only(state(*attribute(is_system=True)), "user_attribute").guard == "built in"

from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.boards import shown
from lookervault.model.resource import Part, Resource
from lookervault.model.values import Link

from .raws import Object, Raw, board, dashboard, item, look, only, section, shared, state, user

CONTENT = (shared(), user("21", "ann@example.com"), dashboard("51", "KPIs"), look("41", "Margin"))


def built(*objects: Object) -> Resource:
    return only(state(*CONTENT, *objects), "board")


def of(resource: Resource, kind: str) -> list[Part]:
    return [p for p in resource.parts if p.kind == kind]


def test_a_board_is_its_title_its_words_and_its_owner() -> None:
    found = built(
        board("7", "Weekly", description="Mondays", user_id="21", created_at="now", can={"show": True})
    )
    assert (found.address, found.name, found.parent, found.guard) == ("board:Weekly", "Weekly", "", "")
    assert found.attributes == {
        "title": "Weekly",
        "description": "Mondays",
        "owner": Link("user:ann@example.com"),
    }


def test_boards_of_one_title_show_their_ids() -> None:
    both = state(*CONTENT, board("7", "Weekly"), board("8", "Weekly"))
    assert {a for a in both.resources if a.startswith("board:")} == {"board:Weekly#7", "board:Weekly#8"}


ORDERS: list[tuple[str, Any, list[str]]] = [
    ("as it says", ["3", "1", "2"], ["3", "1", "2"]),
    ("ids may be numbers", [3, 1, 2], ["3", "1", "2"]),
    ("what is gone lingers", ["9", "2", "8", "1", "3"], ["2", "1", "3"]),
    ("what it misses comes last", ["3"], ["3", "1", "2"]),
    ("none", None, ["1", "2", "3"]),
]


@pytest.mark.parametrize(("order", "expected"), [o[1:] for o in ORDERS], ids=[o[0] for o in ORDERS])
def test_sections_and_items_stand_in_their_order(order: Any, expected: list[str]) -> None:
    sections = [section(i, f"S{i}") for i in ("1", "2", "3")]
    items = [item(i, custom_url=f"/{i}") for i in ("1", "2", "3")]
    found = built(board("7", "Weekly", *sections, section_order=order))
    assert found.attributes["sections"] == [Link("", f"section:{i}") for i in expected]
    assert [p.key for p in of(found, "section")] == expected
    found = built(board("7", "Weekly", section("1", "S", *items, item_order=order)))
    assert of(found, "section")[0].attributes["items"] == [Link("", f"item:{i}") for i in expected]
    assert [p.key for p in of(found, "item")] == expected


def test_what_is_deleted_is_not_there() -> None:
    gone = {"deleted_at": "2025-01-01T00:00:00.000+00:00"}
    assert not [r for r in state(board("7", "Old", **gone)).resources.values() if r.kind == "board"]
    found = built(board("7", "Weekly", section("1", "Old", item("4"), **gone), section("2", "New")))
    assert [p.label for p in found.parts] == ["New"]
    assert found.attributes["sections"] == [Link("", "section:2")]


ITEMS: list[tuple[str, Raw, dict[str, Any]]] = [
    ("a dashboard", {"dashboard_id": "51"}, {"dashboard": Link("dashboard:Shared/KPIs")}),
    ("a look", {"look_id": 41}, {"look": Link("look:Shared/Margin")}),
    (
        "a LookML dashboard",
        {"lookml_dashboard_id": "shop::daily"},
        {"lookml_dashboard": Link("lookml_dashboard:#shop::daily")},
    ),
    (
        "a link",
        {"custom_url": "/browse", "custom_title": "All", "use_custom_url": True},
        {"custom_url": "/browse", "custom_title": "All", "use_custom_url": True},
    ),
    (
        "what Looker computes",
        {"dashboard_id": "51", "title": "KPIs", "description": "x", "url": "/dashboards/51", "view_count": 3},
        {"dashboard": Link("dashboard:Shared/KPIs")},
    ),
    (
        "an image, which cannot be read",
        {
            "dashboard_id": "51",
            "use_custom_image": True,
            "custom_image_url": "/i",
            "image_url": "/i",
            "order": 4,
        },
        {"dashboard": Link("dashboard:Shared/KPIs")},
    ),
]


@pytest.mark.parametrize(("raw", "expected"), [i[1:] for i in ITEMS], ids=[i[0] for i in ITEMS])
def test_an_item_is_what_it_leads_to_and_its_own_words(raw: Raw, expected: dict[str, Any]) -> None:
    (found,) = of(built(board("7", "Weekly", section("1", "S", item("4", **raw)))), "item")
    assert found.attributes == {"section": Link("", "section:1"), **expected}


LABELS = [({"title": "KPIs", "custom_title": "x"}, "KPIs"), ({"custom_url": "/b"}, "/b"), ({}, "untitled")]


@pytest.mark.parametrize(("raw", "label"), LABELS)
def test_what_a_reader_calls_an_item(raw: Raw, label: str) -> None:
    (found,) = of(built(board("7", "Weekly", section("1", None, item("4", **raw)))), "item")
    assert found.label == label


def test_items_are_known_by_section_and_target() -> None:
    items = [
        item("4", dashboard_id="51"),
        item("5", dashboard_id="51", custom_title="x"),
        item("6", look_id="41"),
    ]
    one, two, three = of(built(board("7", "Weekly", section("1", "S", *items))), "item")
    assert shown(one) == shown(two) != shown(three)

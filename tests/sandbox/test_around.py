"""The demo's boards, access, colors and themes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from lookervault.sandbox import Instance, blank_instance, demo_instance
from lookervault.sandbox.rules import grants

from .callers import acting_as, group, person
from .conftest import Api


def named(inst: Instance, metadata_id: str) -> dict[str, str]:
    """Who has what on a folder or board, by names."""
    names = {g["id"]: g["name"] for g in inst.all("group")}
    people = {u["id"]: f"@{u['first_name']}" for u in inst.all("user")}
    rows = [g for g in inst.all("content_metadata_access") if g["content_metadata_id"] == metadata_id]
    return {names.get(g["group_id"]) or people[g["user_id"]]: g["permission_type"] for g in rows}


def of_folder(inst: Instance, *path: str) -> dict[str, str]:
    """The grants on the folder at a path below Shared."""
    here = next(f for f in inst.all("folder") if f["is_shared_root"])
    for name in path:
        below = (f for f in inst.all("folder") if f["parent_id"] == here["id"])
        here = next(f for f in below if f["name"] == name)
    return named(inst, here["content_metadata_id"])


def test_boards(api: Api) -> None:
    boards = api.get("/boards").body
    assert len(boards) >= 4
    titles = Counter(board["title"] for board in boards)
    twins = [board for board in boards if titles[board["title"]] == 2]
    assert len({board["user_id"] for board in twins}) == 2
    sections = [section for board in boards for section in board["board_sections"]]
    items = [item for section in sections for item in section["board_items"]]
    assert any(section["title"] == "" for section in sections)
    for field in ("dashboard_id", "look_id", "lookml_dashboard_id", "custom_url"):
        assert any(item[field] for item in items), field
    assert any(item["use_custom_title"] for item in items)
    assert any(item["use_custom_url"] and item["dashboard_id"] for item in items)
    assert any(not board["board_sections"] for board in boards)


def test_orders_differ_from_nesting_and_name_what_is_gone(api: Api) -> None:
    boards = api.get("/boards").body
    nested = {b["id"]: [s["id"] for s in b["board_sections"]] for b in boards}
    assert any(board["section_order"] != nested[board["id"]] for board in boards)
    sections = [section for board in boards for section in board["board_sections"]]
    there = {item["id"] for section in sections for item in section["board_items"]}
    assert any(set(section["item_order"]) - there for section in sections)


def test_a_link_on_a_board_leads_to_a_dashboard(inst: Instance) -> None:
    links = [item["custom_url"] for item in inst.all("board_item") if item.get("custom_url")]
    inside = [url.split("/")[2].partition("?")[0] for url in links if url.startswith("/dashboards/")]
    assert len(inside) == 2
    assert all(inst.get("dashboard", key) for key in inside)


def test_access_to_folders(inst: Instance) -> None:
    assert of_folder(inst) == {"All Users": "view", "Analysts": "edit"}
    assert of_folder(inst, "Finance") == {"Finance": "edit", "Leadership": "view", "Analysts": "edit"}
    assert of_folder(inst, "Finance", "Close") == {"Finance": "edit", "Analysts": "edit", "@Maya": "view"}
    assert of_folder(inst, "Sales") == {}


def test_nobody_has_less_than_edit_above_or_access_without_view_above(inst: Instance) -> None:
    for folder in inst.rows("folder"):
        parent = grants.above(inst, "folder", folder)
        if parent is None or grants.inherits("folder", folder) or folder["is_personal"]:
            continue
        here = {grants.principal(g): g["permission_type"] for g in grants.own(inst, folder)}
        for each in grants.effective(inst, "folder", parent):
            if each["permission_type"] == "edit":
                assert here[grants.principal(each)] == "edit", folder["name"]
        for who in here:
            assert grants.level(inst, "folder", parent, grants.stands_for(inst, who)), folder["name"]


def test_who_sees_finance(api: Api, inst: Instance) -> None:
    close = next(d["id"] for d in inst.all("dashboard") if d["title"] == "Close Checklist")
    seen = {
        name: acting_as(api, inst, name).get(f"/dashboards/{close}").status
        for name in ("Aiko", "Maya", "Dan")
    }
    assert seen == {"Aiko": 200, "Maya": 200, "Dan": 404}


def test_boards_are_shared(inst: Instance) -> None:
    shared = {board["title"]: named(inst, board["content_metadata_id"]) for board in inst.all("board")}
    assert shared["Start here"] == {"@Maya": "edit", "All Users": "view", "@Nadia": "edit"}
    assert shared["Parking lot"] == {"@Nadia": "edit"}


def applied(value: Any) -> Iterator[dict[str, Any]]:
    """Every use of a palette, however deep."""
    if isinstance(value, dict):
        yield from [value["color_application"]] if "color_application" in value else []
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from applied(each)


def test_custom_palettes_are_used_in_charts(inst: Instance) -> None:
    palettes = {
        (collection["id"], palette["id"]): collection["_standard"]
        for collection in inst.all("color_collection")
        for kind in ("categoricalPalettes", "sequentialPalettes", "divergingPalettes")
        for palette in collection[kind]
    }
    elements = inst.all("dashboard_element")
    live = {e.get("query_id") for e in elements} | {look["query_id"] for look in inst.all("look")}
    styles = [q["vis_config"] for q in inst.all("query") if q["id"] in live]
    merged = {e.get("merge_result_id") for e in elements}
    styles += [m["vis_config"] for m in inst.all("merge_query") if m["id"] in merged]
    uses = [(use["collection_id"], use["palette_id"]) for style in styles for use in applied(style)]
    assert set(uses) <= palettes.keys()
    custom = [use for use in uses if not palettes[use]]
    assert (len(custom), len({use[0] for use in custom})) == (7, 2)


def test_themes(inst: Instance) -> None:
    themes = {theme["name"]: theme for theme in inst.all("theme")}
    assert len(themes) == 3
    used = themes["Harbour_Day"]["settings"]["color_collection_id"]
    assert (inst.get("color_collection", used) or {})["_standard"] is False
    assert themes["Screens_2025"]["begin_at"]


def test_a_blank_instance_has_none_of_it() -> None:
    prod = blank_instance(first_id=5000, like=demo_instance())
    assert prod.all("board") == prod.all("board_section") == prod.all("board_item") == []
    assert all(collection["_standard"] for collection in prod.all("color_collection"))
    assert [theme["id"] for theme in prod.all("theme")] == ["5000"]
    assert named(prod, "5000") == {"All Users": "edit"}
    assert len(prod.all("content_metadata_access")) == 4


@pytest.mark.parametrize(
    "kind", ["board", "board_section", "board_item", "content_metadata_access", "color_collection", "theme"]
)
def test_every_object_can_be_shown(inst: Instance, kind: str) -> None:
    assert len(inst.all(kind)) >= 3
    for record in inst.all(kind):
        shown = inst.answer(kind, record["id"])
        assert shown["id"] == record["id"]
        assert not [key for key in shown if key.startswith("_")]


@pytest.mark.parametrize("kind", ["board", "board_section", "board_item", "color_collection", "theme"])
def test_every_field_takes_a_null_or_says_no(api: Api, inst: Instance, kind: str) -> None:
    path = f"/{kind}s/{inst.all(kind)[-1]['id']}"
    for name in api.get(path).body:
        reply = api.patch(path, {name: None})
        assert reply.status in (200, 422), (name, reply.body)
    assert api.get(path).status == 200


def test_the_people_of_the_demo_find_their_personal_folders(api: Api, inst: Instance) -> None:
    maya = acting_as(api, inst, "Maya")
    mine = person(inst, "Maya")["personal_folder_id"]
    assert maya.get(f"/folders/{mine}").status == 200
    key = maya.get(f"/folders/{mine}").body["content_metadata_id"]
    assert named(inst, key) == {"@Maya": "edit"}
    assert group(inst, "Screens") not in [g["group_id"] for g in inst.all("content_metadata_access")]

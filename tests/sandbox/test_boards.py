"""Boards, their sections and items."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from lookervault.sandbox import Instance

from .callers import acting_as, person
from .conftest import Api, fields_of

Made = dict[str, Any]


@pytest.fixture
def pins(api: Api) -> Made:
    """An empty board."""
    return api.made("/boards", title="Pins")


@pytest.fixture
def section(api: Api, pins: Made) -> Made:
    """An empty section of it."""
    return api.made("/board_sections", board_id=pins["id"], title="First")


@pytest.fixture
def look(inst: Instance) -> Made:
    return inst.all("look")[0]


def item(api: Api, section: Made, **fields: Any) -> Made:
    return api.made("/board_items", board_section_id=section["id"], **fields)


def order(api: Api, section: Made) -> list[str]:
    return list(api.get(f"/board_sections/{section['id']}").body["item_order"])


def test_a_board_from_beginning_to_end(api: Api, inst: Instance) -> None:
    made = api.made("/boards", title="Pins", description="All of them")
    assert (made["user_id"], made["section_order"], made["board_sections"]) == ("1", [], [])
    assert (made["primary_homepage"], made["deleted_at"]) == (False, None)
    changed = api.patch(f"/boards/{made['id']}", {"title": "Needles", "description": None}).body
    assert (changed["title"], changed["description"]) == ("Needles", None)
    assert changed["updated_at"] > made["updated_at"]
    assert made["id"] in [board["id"] for board in api.get("/boards").body]
    assert api.delete(f"/boards/{made['id']}").status == 204
    assert api.get(f"/boards/{made['id']}").status == 404
    assert api.get(f"/content_metadata/{made['content_metadata_id']}").status == 404


def test_titles_need_not_differ_but_be_there(api: Api, pins: Made) -> None:
    assert api.made("/boards", title="Pins")["id"] != pins["id"]
    assert fields_of(api.post("/boards", {"description": "no title"})) == ["title"]
    assert fields_of(api.patch(f"/boards/{pins['id']}", {"title": ""})) == ["title"]


@pytest.mark.parametrize("field", ["board_sections", "created_at", "content_metadata_id", "primary_homepage"])
def test_what_is_computed_cannot_be_written(api: Api, pins: Made, field: str) -> None:
    assert fields_of(api.patch(f"/boards/{pins['id']}", {field: None})) == [field]


def test_the_owner_can_be_chosen(api: Api, inst: Instance, pins: Made) -> None:
    maya = person(inst, "Maya")["id"]
    assert api.made("/boards", title="Hers", user_id=maya)["user_id"] == maya
    assert api.patch(f"/boards/{pins['id']}", {"user_id": maya}).body["user_id"] == maya
    assert api.patch(f"/boards/{pins['id']}", {"user_id": None}).body["user_id"] == maya
    assert api.post("/boards", {"title": "Lost", "user_id": "99999"}).status == 404
    assert acting_as(api, inst, "Jonas").post("/boards", {"title": "X", "user_id": maya}).status == 403


def test_a_list_holds_all_that_is_on_boards(api: Api, pins: Made, section: Made, look: Made) -> None:
    other = api.made("/board_sections", board_id=pins["id"], title="")
    first = item(api, section, look_id=look["id"])
    second = item(api, other, custom_url="/browse", custom_title="Browse")
    nested = next(board for board in api.get("/boards").body if board["id"] == pins["id"])
    assert [s["title"] for s in nested["board_sections"]] == ["First", ""]
    assert [[i["id"] for i in s["board_items"]] for s in nested["board_sections"]] == [
        [first["id"]],
        [second["id"]],
    ]
    assert nested["board_sections"][0]["board_items"][0] == api.get(f"/board_items/{first['id']}").body
    assert nested["board_sections"][1] == api.get(f"/board_sections/{other['id']}").body
    assert set(api.get("/boards", fields="id,title").body[0]) == {"id", "title"}


def test_order_is_said_in_a_second_step(api: Api, pins: Made, section: Made, look: Made) -> None:
    other = api.made("/board_sections", board_id=pins["id"])
    path = f"/boards/{pins['id']}"
    assert api.get(path).body["section_order"] == [section["id"], other["id"]]
    turned = api.patch(path, {"section_order": [other["id"], section["id"]]}).body
    assert turned["section_order"] == [other["id"], section["id"]]
    # the nesting stays as it was: only the arrays tell
    assert [s["id"] for s in turned["board_sections"]] == [section["id"], other["id"]]
    a, b = (item(api, section, look_id=look["id"])["id"] for _ in range(2))
    path = f"/board_sections/{section['id']}"
    assert api.patch(path, {"item_order": [b, a]}).body["item_order"] == [b, a]
    assert api.patch(path, {"item_order": [a]}).body["item_order"] == [a]
    assert api.patch(path, {"item_order": None}).body["item_order"] == []


def test_orders_name_what_is_there(api: Api, pins: Made, section: Made, look: Made) -> None:
    elsewhere = api.made("/board_sections", board_id=api.made("/boards", title="Other")["id"])
    path = f"/boards/{pins['id']}"
    assert fields_of(api.patch(path, {"section_order": [elsewhere["id"]]})) == ["section_order"]
    assert fields_of(api.patch(path, {"section_order": [section["id"]] * 2})) == ["section_order"]
    made = item(api, elsewhere, look_id=look["id"])["id"]
    path = f"/board_sections/{section['id']}"
    assert fields_of(api.patch(path, {"item_order": [made]})) == ["item_order"]
    assert fields_of(api.post("/boards", {"title": "X", "section_order": [section["id"]]})) == [
        "section_order"
    ]
    body = {"board_id": pins["id"], "item_order": [made]}
    assert fields_of(api.post("/board_sections", body)) == ["item_order"]


def test_deleted_parts_stay_in_the_order(api: Api, pins: Made, section: Made, look: Made) -> None:
    a, b = (item(api, section, look_id=look["id"])["id"] for _ in range(2))
    assert api.delete(f"/board_items/{a}").status == 204
    told = api.get(f"/board_sections/{section['id']}").body
    assert (told["item_order"], told["visible_item_order"]) == ([a, b], [b])
    assert [each["id"] for each in told["board_items"]] == [b]
    # whoever sends the order back as it was read is not refused
    assert api.patch(f"/board_sections/{section['id']}", {"item_order": [b, a]}).status == 200
    assert api.delete(f"/board_sections/{section['id']}").status == 204
    assert api.get(f"/boards/{pins['id']}").body["section_order"] == [section["id"]]
    assert api.get(f"/board_items/{b}").status == 404


def test_a_board_can_be_hidden_and_shown_again(api: Api, pins: Made, section: Made) -> None:
    path = f"/boards/{pins['id']}"
    hidden = api.patch(path, {"deleted_at": "2026-01-01T00:00:00Z"}).body
    assert hidden["deleted_at"] == "2026-01-01T00:00:00.000+00:00"
    assert pins["id"] not in [board["id"] for board in api.get("/boards").body]
    assert api.get(path).status == 200
    assert section["id"] not in [each["id"] for each in api.get("/board_sections").body]
    assert api.patch(path, {"deleted_at": None}).body["deleted_at"] is None
    assert pins["id"] in [board["id"] for board in api.get("/boards").body]
    api.patch(f"/board_sections/{section['id']}", {"deleted_at": "2026-01-01T00:00:00Z"})
    assert api.get(path).body["board_sections"] == []
    assert fields_of(api.patch(path, {"deleted_at": "soon"})) == ["deleted_at"]


def test_sections_need_a_board_and_can_change_it(api: Api, pins: Made, section: Made) -> None:
    assert fields_of(api.post("/board_sections", {"title": "Lost"})) == ["board_id"]
    assert api.post("/board_sections", {"board_id": "99999"}).status == 404
    other = api.made("/boards", title="Other")
    moved = api.patch(f"/board_sections/{section['id']}", {"board_id": other["id"], "title": None}).body
    assert (moved["board_id"], moved["title"]) == (other["id"], None)
    assert api.get(f"/boards/{other['id']}").body["section_order"] == [section["id"]]
    assert api.get(f"/boards/{pins['id']}").body["board_sections"] == []


def test_items_show_what_they_lead_to(api: Api, inst: Instance, section: Made, look: Made) -> None:
    dashboard = next(d for d in inst.all("dashboard") if d["slug"] == "sales-overview")
    shown = item(api, section, dashboard_id=dashboard["id"])
    told = {key: shown[key] for key in ("title", "description", "url", "location", "content_created_by")}
    assert told == {
        "title": "Sales Overview",
        "description": "The first page for everybody in Sales.",
        "url": f"/dashboards/{dashboard['id']}",
        "location": "Sales",
        "content_created_by": "Nadia Haddad",
    }
    assert shown["content_metadata_id"] == dashboard["content_metadata_id"]
    assert item(api, section, look_id=look["id"])["url"] == f"/looks/{look['id']}"
    lookml = item(api, section, lookml_dashboard_id="ecommerce::store_health")
    assert lookml["url"] == "/dashboards/ecommerce::store_health"
    link = item(api, section, custom_url="/folders/3", custom_title="All", custom_description="Here")
    assert (link["title"], link["url"], link["description"]) == ("All", "/folders/3", "Here")
    inst.edit("look", look["id"], title="Renamed")
    titles = [each["title"] for each in api.get("/board_items", board_section_id=section["id"]).body]
    assert titles == ["Sales Overview", "Renamed", lookml["title"], "All"]


def test_own_words_hold_only_where_they_are_switched_on(api: Api, section: Made, look: Made) -> None:
    made = item(api, section, look_id=look["id"], custom_title="Mine", custom_description="Words")
    assert (made["title"], made["custom_title"]) == (look["title"], "Mine")
    path = f"/board_items/{made['id']}"
    body = {"use_custom_title": True, "use_custom_url": True, "custom_url": "/looks/1?x=y"}
    changed = api.patch(path, body).body
    assert (changed["title"], changed["url"]) == ("Mine", "/looks/1?x=y")
    assert changed["description"] == look["description"]
    assert api.patch(path, {"use_custom_title": None}).body["title"] == look["title"]
    for field in ("title", "description", "url", "image_url", "view_count", "content_metadata_id"):
        assert fields_of(api.patch(path, {field: None})) == [field]


def test_an_item_leads_to_one_place(api: Api, inst: Instance, section: Made, look: Made) -> None:
    dashboard, here = inst.all("dashboard")[0]["id"], section["id"]
    for body in (
        {},
        {"custom_title": "Nowhere"},
        {"look_id": look["id"], "dashboard_id": dashboard},
        {"dashboard_id": dashboard, "lookml_dashboard_id": "ecommerce::store_health"},
    ):
        assert fields_of(api.post("/board_items", {"board_section_id": here, **body})) == ["dashboard_id"]
    body = {"board_section_id": here, "look_id": look["id"], "custom_url": "/browse"}
    assert fields_of(api.post("/board_items", body)) == ["custom_url"]
    made = item(api, section, look_id=look["id"])
    path = f"/board_items/{made['id']}"
    assert fields_of(api.patch(path, {"dashboard_id": dashboard})) == ["dashboard_id"]
    assert fields_of(api.patch(path, {"look_id": None})) == ["dashboard_id"]
    changed = api.patch(path, {"dashboard_id": dashboard, "look_id": None}).body
    assert changed["url"] == f"/dashboards/{dashboard}"


def test_targets_must_be_there(api: Api, section: Made) -> None:
    here = section["id"]
    for field in ("dashboard_id", "look_id", "lookml_dashboard_id"):
        assert api.post("/board_items", {"board_section_id": here, field: "99999"}).status == 404
    assert api.post("/board_items", {"board_section_id": "99999", "custom_url": "/x"}).status == 404
    assert fields_of(api.post("/board_items", {"custom_url": "/x"})) == ["board_section_id"]


def test_items_move(api: Api, pins: Made, section: Made, look: Made) -> None:
    other = api.made("/board_sections", board_id=pins["id"])
    made = item(api, section, look_id=look["id"], order=3)
    moved = api.patch(f"/board_items/{made['id']}", {"board_section_id": other["id"]}).body
    assert (moved["board_section_id"], moved["order"]) == (other["id"], 3)
    assert (order(api, section), order(api, other)) == ([made["id"]], [made["id"]])
    assert api.get(f"/board_sections/{section['id']}").body["board_items"] == []


def test_images_are_written_and_never_read(api: Api, section: Made, look: Made) -> None:
    data = base64.b64encode(b"no picture").decode()
    made = item(api, section, look_id=look["id"], custom_image_data_base64=data, use_custom_image=True)
    path = f"/board_items/{made['id']}"
    told = api.get(path).body
    assert "custom_image_data_base64" not in told
    assert data not in str(told)
    assert told["image_url"] == told["custom_image_url"] == made["custom_image_url"]
    assert told["custom_image_url"].startswith("/")
    bare = api.patch(path, {"custom_image_data_base64": None}).body
    assert (bare["custom_image_url"], bare["image_url"]) == (None, None)
    bad = api.patch(path, {"custom_image_data_base64": "§"})
    assert fields_of(bad) == ["custom_image_data_base64"]


def test_content_in_the_trash_keeps_its_items(api: Api, inst: Instance, section: Made, look: Made) -> None:
    dashboard = next(d["id"] for d in inst.all("dashboard") if d["slug"] == "sales-overview")
    of_dashboard = item(api, section, dashboard_id=dashboard)["id"]
    of_look = item(api, section, look_id=look["id"])["id"]
    path = f"/board_sections/{section['id']}"
    api.patch(f"/dashboards/{dashboard}", {"deleted": True})
    told = api.get(path).body
    assert [each["id"] for each in told["board_items"]] == [of_dashboard, of_look]
    assert told["visible_item_order"] == [of_look]
    api.delete(f"/dashboards/{dashboard}")
    api.delete(f"/looks/{look['id']}")
    told = api.get(path).body
    assert (told["board_items"], told["item_order"]) == ([], [of_dashboard, of_look])
    assert api.get(f"/board_items/{of_look}").status == 404


def test_a_folder_takes_the_items_of_its_content_along(api: Api, section: Made, box: str) -> None:
    made = api.made("/dashboards", title="D", folder_id=box)
    key = item(api, section, dashboard_id=made["id"])["id"]
    api.delete(f"/folders/{box}")
    assert api.get(f"/board_items/{key}").status == 404


def test_who_sees_and_edits_a_board(api: Api, inst: Instance) -> None:
    jonas, dan = acting_as(api, inst, "Jonas"), acting_as(api, inst, "Dan")
    made = jonas.made("/boards", title="His")
    path, users = f"/boards/{made['id']}", {name: person(inst, name)["id"] for name in ("Dan", "Jonas")}
    assert made["user_id"] == users["Jonas"]
    assert dan.get(path).status == 404
    assert made["id"] not in [board["id"] for board in dan.get("/boards").body]
    section = jonas.made("/board_sections", board_id=made["id"])
    assert dan.get(f"/board_sections/{section['id']}").status == 404
    grant = {"content_metadata_id": made["content_metadata_id"], "user_id": users["Dan"]}
    given = api.made("/content_metadata_access", **grant, permission_type="view")
    assert dan.get(path).body["can"]["update"] is False
    assert dan.patch(path, {"title": "Ours"}).status == 403
    assert dan.post("/board_sections", {"board_id": made["id"]}).status == 403
    assert [board["id"] for board in dan.get("/boards/search", title="His").body] == [made["id"]]
    assert dan.get("/boards/search", title="His", permission="update").body == []
    api.put(f"/content_metadata_access/{given['id']}", {"permission_type": "edit"})
    assert dan.patch(path, {"title": "Ours", "user_id": users["Jonas"]}).status == 200
    assert dan.patch(path, {"user_id": person(inst, "Maya")["id"]}).status == 403
    item = dan.made("/board_items", board_section_id=section["id"], custom_url="/browse")
    assert dan.delete(f"/board_items/{item['id']}").status == 204


def test_items_say_little_of_what_is_out_of_sight(api: Api, inst: Instance) -> None:
    maya, dan = acting_as(api, inst, "Maya"), acting_as(api, inst, "Dan")
    made = maya.made("/boards", title="Hers")
    section = maya.made("/board_sections", board_id=made["id"])
    scratch = next(d["id"] for d in inst.all("dashboard") if d["title"] == "Maya’s scratchpad")
    body = {"board_section_id": section["id"], "dashboard_id": scratch}
    item = maya.made("/board_items", **body)
    grant = {"content_metadata_id": made["content_metadata_id"], "user_id": person(inst, "Dan")["id"]}
    api.made("/content_metadata_access", **grant, permission_type="edit")
    told = dan.get(f"/board_sections/{section['id']}").body
    assert (told["visible_item_order"], told["board_items"][0]["title"]) == ([], None)
    assert told["board_items"][0]["dashboard_id"] == scratch
    assert dan.post("/board_items", body).status == 404
    assert maya.get(f"/board_items/{item['id']}").body["title"] == "Maya’s scratchpad"


def test_search(api: Api, inst: Instance, pins: Made) -> None:
    maya = person(inst, "Maya")["id"]
    hers = api.made("/boards", title="Pin_up", user_id=maya)["id"]
    assert {b["id"] for b in api.get("/boards/search", title="pin_%").body} == {hers, pins["id"]}
    assert hers in [b["id"] for b in api.get("/boards/search", creator_id=maya).body]
    assert pins["id"] not in [b["id"] for b in api.get("/boards/search", first_name="maya").body]
    assert api.get("/boards/search", favorited="true").body == []
    page = api.get("/boards/search", title="pin%", sorts="title desc", limit=1, offset=1)
    assert ([b["title"] for b in page.body], page.headers["X-Total-Count"]) == (["Pin_up"], "2")
    assert api.get("/boards/search", title="pin%", sorts="size").status == 422


def test_the_primary_homepage_stays(api: Api, inst: Instance, pins: Made) -> None:
    inst.change("board", inst.find("board", pins["id"]), {"primary_homepage": True})
    assert api.delete(f"/boards/{pins['id']}").status == 422

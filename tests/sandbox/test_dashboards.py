from __future__ import annotations

from typing import Any

from lookervault.sandbox import Instance

from .conftest import Api, fields_of

NOISE = ("view_count", "usage_count", "last_accessed_at", "last_viewed_at")


def test_a_new_dashboard_has_defaults_and_one_active_layout(api: Api, box: str) -> None:
    made = api.made("/dashboards", title="New", folder_id=box, description=None, hidden=None)
    assert made["dashboard_elements"] == made["dashboard_filters"] == []
    [layout] = made["dashboard_layouts"]
    assert (layout["type"], layout["active"]) == ("newspaper", True)
    assert (made["description"], made["hidden"], made["deleted"]) == ("", False, False)
    assert (made["show_title"], made["show_filters_bar"], made["updated_at"]) == (None, None, None)
    assert made["preferred_viewer"] == "dashboards-next"
    assert made["load_configuration"] == "prefetch_cache_run"
    assert len(made["slug"]) == 22
    assert made["user_id"] == api.get("/user").body["id"]


def test_title_and_folder_are_needed(api: Api, box: str) -> None:
    assert fields_of(api.post("/dashboards", {"folder_id": box})) == ["title"]
    assert fields_of(api.post("/dashboards", {"title": "X"})) == ["folder_id"]
    assert api.post("/dashboards", {"title": "X", "folder_id": "99999"}).status == 404
    assert fields_of(api.post("/dashboards", {"title": "X", "folder_id": "lookml"})) == ["folder_id"]


def test_parts_in_a_dashboard_body_are_ignored(api: Api, box: str) -> None:
    parts = {
        "dashboard_elements": [{"title": "X"}],
        "dashboard_filters": [{"name": "X"}],
        "dashboard_layouts": [],
    }
    made = api.made("/dashboards", title="New", folder_id=box, **parts)
    assert (made["dashboard_elements"], made["dashboard_filters"], len(made["dashboard_layouts"])) == (
        [],
        [],
        1,
    )
    assert api.patch(f"/dashboards/{made['id']}", parts).body["dashboard_elements"] == []


def test_titles_are_unique_among_the_living_of_a_folder(api: Api, box: str, shared: str) -> None:
    one = api.made("/dashboards", title="Same", folder_id=box)
    reply = api.post("/dashboards", {"title": "Same", "folder_id": box})
    assert fields_of(reply) == ["[:title, :space_id]"]
    assert reply.body["errors"][0]["code"] == "already_exists"
    assert set(reply.body["errors"][0]) == {"field", "code", "message", "documentation_url"}
    elsewhere = api.made("/dashboards", title="Same", folder_id=shared)
    assert fields_of(api.patch(f"/dashboards/{elsewhere['id']}", {"folder_id": box})) == [
        "[:title, :space_id]"
    ]
    assert api.patch(f"/dashboards/{one['id']}", {"deleted": True}).status == 200
    moved = api.patch(f"/dashboards/{elsewhere['id']}/move?folder_id={box}")
    assert (moved.status, moved.body["folder_id"]) == (201, box)
    assert fields_of(api.patch(f"/dashboards/{one['id']}", {"deleted": False})) == ["[:title, :space_id]"]


def test_slugs_are_unique_the_trash_included(api: Api, box: str) -> None:
    one = api.made("/dashboards", title="One", folder_id=box, slug="one")
    api.patch(f"/dashboards/{one['id']}", {"deleted": True})
    reply = api.post("/dashboards", {"title": "Two", "folder_id": box, "slug": "one"})
    assert (reply.status, fields_of(reply)) == (409, ["slug"])
    two = api.made("/dashboards", title="Two", folder_id=box, slug="two")
    assert api.patch(f"/dashboards/{two['id']}", {"slug": "one"}).status == 409
    assert api.get("/dashboards/two").body["id"] == two["id"]


def test_the_trash(api: Api, box: str, board: dict[str, Any]) -> None:
    key = board["id"]
    trashed = api.patch(f"/dashboards/{key}", {"deleted": True}).body
    assert (trashed["deleted"], trashed["deleter_id"]) == (True, api.get("/user").body["id"])
    assert trashed["deleted_at"]
    assert api.get("/dashboards/search", folder_id=box).body == []
    assert [d["id"] for d in api.get("/dashboards/search", folder_id=box, deleted="true").body] == [key]
    assert key not in [d["id"] for d in api.get("/dashboards").body]
    assert api.get(f"/folders/{box}").body["dashboards"] == []
    assert api.get(f"/dashboards/{key}").body["deleted"] is True
    back = api.patch(f"/dashboards/{key}", {"deleted": False}).body
    assert (back["deleted"], back["deleted_at"], back["deleter_id"]) == (False, None, None)


def test_delete_is_for_ever(api: Api, inst: Instance, board: dict[str, Any]) -> None:
    tile = {"dashboard_id": board["id"], "type": "text", "title_text": "Hi"}
    element = api.made("/dashboard_elements", **tile)
    assert api.delete(f"/dashboards/{board['id']}").status == 204
    assert api.get(f"/dashboards/{board['id']}").status == 404
    assert api.get(f"/dashboard_elements/{element['id']}").status == 404
    gone = [c for c in inst.all("dashboard_layout_component") if c["dashboard_element_id"] == element["id"]]
    assert gone == []


def test_lookml_dashboards_are_listed_and_cannot_be_changed(api: Api) -> None:
    listed = {d["id"]: d for d in api.get("/dashboards").body}
    assert listed["ecommerce::store_health"]["readonly"] is True
    path = "/dashboards/ecommerce%3A%3Astore_health"
    assert api.get(path).body["folder"]["id"] == "lookml"
    assert api.patch(path, {"title": "X"}).status == 405
    assert api.delete(path).status == 405
    element = {"dashboard_id": "ecommerce::store_health", "type": "text", "title_text": "X"}
    assert api.post("/dashboard_elements", element).status == 405
    assert "ecommerce::store_health" not in [d["id"] for d in api.get("/dashboards/search").body]


def test_lists_give_headers_only(api: Api, inst: Instance) -> None:
    listed = api.get("/dashboards").body[0]
    assert "updated_at" not in listed
    assert "dashboard_elements" not in listed
    searched = api.get("/dashboards/search").body[0]
    assert searched["folder_id"]
    assert "dashboard_elements" not in searched
    wanted = {"slug": "sales-overview", "fields": "id,dashboard_elements(id)"}
    assert set(api.get("/dashboards/search", **wanted).body[0]) == {"id"}
    inst.search_nested = True
    assert len(api.get("/dashboards/search", **wanted).body[0]["dashboard_elements"]) > 5


def test_reading_is_noise_and_never_an_update(api: Api, board: dict[str, Any]) -> None:
    first, second = (api.get(f"/dashboards/{board['id']}").body for _ in range(2))
    assert first["view_count"] + 1 == second["view_count"]
    assert first["last_accessed_at"] != second["last_accessed_at"]
    calm = [{k: v for k, v in answer.items() if k not in NOISE} for answer in (first, second)]
    assert calm[0] == calm[1]


def test_every_change_of_a_part_moves_updated_at(api: Api, board: dict[str, Any]) -> None:
    key = board["id"]
    stamps = [api.get(f"/dashboards/{key}").body["updated_at"]]

    def moved() -> bool:
        stamps.append(api.get(f"/dashboards/{key}").body["updated_at"])
        return bool(stamps[-1]) and stamps[-1] != stamps[-2]

    api.patch(f"/dashboards/{key}", {"description": "X"})
    assert moved()
    element = api.made("/dashboard_elements", dashboard_id=key, type="text", title_text="Hi")
    assert moved()
    layout = api.get(f"/dashboards/{key}").body["dashboard_layouts"][0]
    component = layout["dashboard_layout_components"][0]
    api.patch(f"/dashboard_layout_components/{component['id']}", {"row": 7})
    assert moved()
    made = api.made("/dashboard_filters", dashboard_id=key, name="F", title="F", type="string_filter")
    assert moved()
    api.patch(f"/dashboard_filters/{made['id']}", {"default_value": "x"})
    assert moved()
    api.delete(f"/dashboard_elements/{element['id']}")
    assert moved()
    assert not moved()


def test_a_patch_merges_and_null_clears(api: Api, board: dict[str, Any]) -> None:
    path = f"/dashboards/{board['id']}"
    api.patch(
        path, {"query_timezone": "UTC", "appearance": {"key_color": "#fff"}, "refresh_interval": "2 hours"}
    )
    changed = api.patch(path, {"query_timezone": None}).body
    assert changed["query_timezone"] is None
    assert changed["appearance"] == {"key_color": "#fff"}
    assert changed["refresh_interval_to_i"] == 7200
    assert fields_of(api.patch(path, {"title": ""})) == ["title"]
    assert api.patch(path, {"user_id": "99999"}).status == 404


def test_answers_hold_fields_the_sdk_does_not_know(api: Api, board: dict[str, Any]) -> None:
    answer = api.get(f"/dashboards/{board['id']}").body
    assert answer["x_internal"] == {"shard": 3, "warm": True}
    assert answer["can"]["update"] is True


def test_other_owners(api: Api, inst: Instance, box: str) -> None:
    petra = next(user for user in inst.all("user") if user["first_name"] == "Petra")
    made = api.made("/dashboards", title="Hers", folder_id=box, user_id=petra["id"])
    assert (made["user_name"], made["is_owner_disabled"]) == ("Petra Novak", True)

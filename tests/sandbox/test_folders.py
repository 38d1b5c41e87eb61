from __future__ import annotations

from lookervault.sandbox import Instance, blank_instance

from .conftest import Api, fields_of


def test_roots_are_marked_by_flags_wherever_ids_begin() -> None:
    folders = blank_instance(first_id=700).all("folder")
    roots = {f["name"]: f["id"] for f in folders if f["parent_id"] is None}
    assert roots == {
        "Shared": "700",
        "Users": "701",
        "Embed Groups": "702",
        "Embed Users": "703",
        "LookML Dashboards": "lookml",
    }
    assert [f["id"] for f in folders if f["is_shared_root"]] == ["700"]


def test_create_rename_move_delete(api: Api, box: str, shared: str) -> None:
    inner = api.made("/folders", name="Inner", parent_id=box)
    assert inner["parent_id"] == box
    assert api.get(f"/folders/{box}").body["child_count"] == 1
    assert api.patch(f"/folders/{inner['id']}", {"name": "Renamed"}).body["name"] == "Renamed"
    assert api.patch(f"/folders/{inner['id']}", {"parent_id": shared}).body["parent_id"] == shared
    assert api.delete(f"/folders/{inner['id']}").status == 204
    assert api.get(f"/folders/{inner['id']}").status == 404


def test_a_folder_needs_a_parent_that_takes_folders(api: Api, inst: Instance) -> None:
    users = next(f["id"] for f in inst.all("folder") if f["is_users_root"])
    assert api.post("/folders", {"name": "Lost"}).status == 404
    assert api.post("/folders", {"name": "Lost", "parent_id": "99999"}).status == 404
    assert api.post("/folders", {"name": "Lost", "parent_id": users}).status == 422
    assert api.post("/folders", {"name": "Lost", "parent_id": "lookml"}).status == 422


def test_names_are_unique_below_a_parent_whatever_their_case(api: Api, box: str) -> None:
    one = api.made("/folders", name="One", parent_id=box)
    two = api.made("/folders", name="Two", parent_id=box)
    assert fields_of(api.post("/folders", {"name": "ONE", "parent_id": box})) == ["name"]
    assert fields_of(api.patch(f"/folders/{two['id']}", {"name": "one"})) == ["name"]
    assert api.patch(f"/folders/{one['id']}", {"name": "ONE"}).status == 200
    assert api.made("/folders", name="One", parent_id=two["id"])["name"] == "One"


def test_a_folder_cannot_move_below_itself(api: Api, box: str) -> None:
    inner = api.made("/folders", name="Inner", parent_id=box)
    assert fields_of(api.patch(f"/folders/{box}", {"parent_id": inner["id"]})) == ["parent_id"]


def test_roots_and_personal_folders_stay(api: Api, inst: Instance) -> None:
    for folder in inst.all("folder"):
        if folder["parent_id"] is None or folder["is_personal"]:
            assert api.patch(f"/folders/{folder['id']}", {"name": "X"}).status == 422
            assert api.delete(f"/folders/{folder['id']}").status == 422


def test_delete_takes_all_below_for_ever(api: Api, box: str) -> None:
    inner = api.made("/folders", name="Inner", parent_id=box)
    made = api.made("/dashboards", title="In it", folder_id=inner["id"])
    assert api.delete(f"/folders/{box}").status == 204
    assert api.get(f"/folders/{inner['id']}").status == 404
    assert api.get(f"/dashboards/{made['id']}").status == 404
    assert api.get("/dashboards/search", id=made["id"], deleted="true").body == []


def test_neighbours(api: Api, inst: Instance) -> None:
    folders = {f["id"]: f for f in inst.all("folder")}
    archive = next(f for f in folders.values() if f["name"] == "Archive" and f["parent_id"])
    above = [f["name"] for f in api.get(f"/folders/{archive['id']}/ancestors").body]
    assert above == ["Shared", "Sales", "EMEA", "KPIs"]
    parent = api.get(f"/folders/{archive['id']}/parent").body
    assert parent["name"] == "KPIs"
    assert [f["name"] for f in api.get(f"/folders/{parent['id']}/children").body] == ["Archive"]
    assert [d["title"] for d in api.get(f"/folders/{archive['id']}/dashboards").body] == ["Regional KPIs"]
    looks = api.get(f"/folders/{parent['id']}/looks").body
    assert looks[0]["query"]["model"] == "ecommerce"
    whole = api.get(f"/folders/{parent['id']}").body
    assert [look["title"] for look in whole["looks"]] == ["Revenue growth"]
    assert "query" not in whole["looks"][0]


def test_each_user_has_a_personal_folder(api: Api) -> None:
    user = api.made("/users", first_name="Nova", last_name="Lake")
    folder = api.get(f"/folders/{user['personal_folder_id']}").body
    assert (folder["name"], folder["is_personal"], folder["creator_id"]) == ("Nova Lake", True, user["id"])
    inner = api.made("/folders", name="Mine", parent_id=folder["id"])
    assert (inner["is_personal"], inner["is_personal_descendant"]) == (False, True)


def test_search(api: Api, shared: str) -> None:
    assert [f["id"] for f in api.get("/folders/search", is_shared_root="true").body] == [shared]
    assert len(api.get("/folders/search", name="archive").body) == 3
    assert [f["name"] for f in api.get("/folders/search", name="_m%A").body] == ["EMEA"]

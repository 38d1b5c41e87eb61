"""Metadata of content and grants on it."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.sandbox import Instance, blank_instance, demo_instance, serve

from .callers import acting_as, group, person
from .conftest import Api, Reply, fields_of


@pytest.fixture
def inst() -> Instance:
    """The demo with the shared root as in a fresh instance: All Users may edit, nobody else is named."""
    made = demo_instance()
    root = next(f["content_metadata_id"] for f in made.all("folder") if f["is_shared_root"])
    for grant in made.all("content_metadata_access"):
        if grant["content_metadata_id"] == root:
            if grant["group_id"] == group(made, "All Users"):
                made.edit("content_metadata_access", grant["id"], permission_type="edit")
            else:
                made.delete("content_metadata_access", grant["id"])
    return made


@pytest.fixture
def everybody(inst: Instance) -> str:
    return group(inst, "All Users")


@pytest.fixture
def open_root(api: Api, everybody: str, shared: str) -> str:
    """The metadata of the shared root, on which All Users have no more than view."""
    root = metadata_of(api, shared)
    grant = next(each for each in grants(api, root) if each["group_id"] == everybody)
    assert api.put(f"/content_metadata_access/{grant['id']}", {"permission_type": "view"}).status == 200
    return root


def metadata_of(api: Api, folder_id: str) -> str:
    return str(api.get(f"/folders/{folder_id}").body["content_metadata_id"])


def grants(api: Api, metadata_id: str) -> list[dict[str, Any]]:
    reply = api.get("/content_metadata_access", content_metadata_id=metadata_id)
    assert reply.status == 200, reply.body
    return list(reply.body)


def held(api: Api, metadata_id: str) -> dict[str, str]:
    """Who has what on a folder: `g7`, `u3`."""
    return {
        f"g{each['group_id']}" if each["group_id"] else f"u{each['user_id']}": each["permission_type"]
        for each in grants(api, metadata_id)
    }


def give(api: Api, metadata_id: str, permission: str = "view", **who: str) -> Reply:
    body = {"content_metadata_id": metadata_id, "permission_type": permission, **who}
    return api.post("/content_metadata_access", body)


def own(api: Api, folder_id: str) -> str:
    """Stops a folder from inheriting; the id of its metadata."""
    key = metadata_of(api, folder_id)
    assert api.patch(f"/content_metadata/{key}", {"inherits": False}).body["inherits"] is False
    return key


def end(api: Api, metadata_id: str, **who: str) -> Reply:
    field, key = next(iter(who.items()))
    grant = next(each for each in grants(api, metadata_id) if each[field] == key)
    return api.delete(f"/content_metadata_access/{grant['id']}")


def folder(api: Api, name: str, parent_id: str) -> str:
    return str(api.made("/folders", name=name, parent_id=parent_id)["id"])


def test_all_content_has_metadata(api: Api, inst: Instance, box: str, shared: str) -> None:
    board = api.made("/boards", title="Pins")
    dashboard = api.made("/dashboards", title="D", folder_id=box)
    query = inst.all("query")[0]["id"]
    look = api.made("/looks", title="L", folder_id=box, query_id=query, public=False)
    place = metadata_of(api, box)
    answers = {
        kind: api.get(f"/content_metadata/{found['content_metadata_id']}").body
        for kind, found in {"dashboard": dashboard, "look": look, "board": board}.items()
    }
    assert {kind: answer["content_type"] for kind, answer in answers.items()} == {
        "dashboard": "dashboard",
        "look": "look",
        "board": "board",
    }
    assert answers["dashboard"]["dashboard_id"] == dashboard["id"]
    assert answers["look"]["look_id"] == look["id"]
    assert (answers["board"]["homepage_id"], answers["board"]["parent_id"]) == (board["id"], None)
    for kind in ("dashboard", "look"):
        # the box inherits itself: what holds is what the root has
        root = metadata_of(api, shared)
        told = {key: answers[kind][key] for key in ("parent_id", "inherits", "inheriting_id")}
        assert told == {"parent_id": place, "inherits": True, "inheriting_id": root}
    assert api.get(f"/content_metadata/{place}").body["name"] == "Box"
    assert api.get("/content_metadata/99999").status == 404


def test_every_content_of_the_instance_is_found_by_its_metadata(api: Api, inst: Instance) -> None:
    seen = []
    for kind in ("folder", "dashboard", "look", "lookml_dashboard"):
        for record in inst.all(kind):
            answer = api.get(f"/content_metadata/{record['content_metadata_id']}").body
            assert answer["name"] == (record.get("title") or record.get("name"))
            seen.append(answer["id"])
    assert len(seen) == len(set(seen)) > 90


def test_the_children_of_a_folder(api: Api, box: str) -> None:
    inner = folder(api, "Inner", box)
    kept = api.made("/dashboards", title="Kept", folder_id=box)
    gone = api.made("/dashboards", title="Gone", folder_id=box)
    api.patch(f"/dashboards/{gone['id']}", {"deleted": True})
    children = api.get(
        "/content_metadata", parent_id=metadata_of(api, box), fields="id,folder_id,inherits"
    ).body
    assert children == [
        {"id": metadata_of(api, inner), "folder_id": inner, "inherits": True},
        {"id": kept["content_metadata_id"], "folder_id": None, "inherits": True},
    ]
    assert api.get("/content_metadata", parent_id=kept["content_metadata_id"]).body == []
    assert fields_of(api.get("/content_metadata")) == ["parent_id"]
    assert api.get("/content_metadata", parent_id="99999").status == 404


def test_what_a_fresh_instance_allows() -> None:
    with serve(blank_instance()) as server:
        api = Api(server)
        api.login()
        everybody = f"g{group(server.instance, 'All Users')}"
        roots = {f["name"]: f["content_metadata_id"] for f in server.instance.all("folder")}
        assert held(api, roots["Shared"]) == {everybody: "edit"}
        assert held(api, roots["Users"]) == {everybody: "view"}
        assert held(api, roots["Avery Admin"]) == {f"u{server.instance.all('user')[0]['id']}": "edit"}
        shared = api.get(f"/content_metadata/{roots['Shared']}").body
        assert (shared["inherits"], shared["inheriting_id"], shared["parent_id"]) == (False, None, None)
        api.pool.clear()


def test_who_inherits_has_no_grants_of_its_own(api: Api, inst: Instance, box: str, everybody: str) -> None:
    key = metadata_of(api, box)
    assert grants(api, key) == []
    assert fields_of(give(api, key, group_id=group(inst, "Sales"))) == ["content_metadata_id"]
    own(api, box)
    # the grants of the parent, copied
    assert held(api, key) == {f"g{everybody}": "edit"}
    api.patch(f"/content_metadata/{key}", {"inherits": True})
    assert grants(api, key) == []


def test_only_folders_and_boards_stop_inheriting(api: Api, inst: Instance, board: dict[str, Any]) -> None:
    look = inst.all("look")[0]
    for key in (board["content_metadata_id"], look["content_metadata_id"], "ecommerce::store_health"):
        assert fields_of(api.patch(f"/content_metadata/{key}", {"inherits": False})) == ["inherits"]


def test_roots_and_personal_folders_cannot_inherit(api: Api, inst: Instance, shared: str) -> None:
    mine = person(inst, "Maya")["personal_folder_id"]
    for key in (shared, mine):
        reply = api.patch(f"/content_metadata/{metadata_of(api, key)}", {"inherits": True})
        assert fields_of(reply) == ["inherits"]


def test_only_inherits_can_be_patched(api: Api, box: str) -> None:
    key = metadata_of(api, box)
    assert fields_of(api.patch(f"/content_metadata/{key}", {"name": "X"})) == ["name"]
    assert api.patch(f"/content_metadata/{key}", {"inherits": None}).body["inherits"] is True


def test_grants_come_change_and_go(api: Api, inst: Instance, box: str, open_root: str) -> None:
    key, sales, maya = own(api, box), group(inst, "Sales"), person(inst, "Maya")["id"]
    made = give(api, key, "edit", group_id=sales).body
    assert (made["group_id"], made["user_id"], made["permission_type"]) == (sales, None, "edit")
    assert give(api, key, user_id=maya).status == 200
    echo = {"content_metadata_id": key, "group_id": sales, "permission_type": "view"}
    assert api.put(f"/content_metadata_access/{made['id']}", echo).body["permission_type"] == "view"
    assert held(api, key)[f"g{sales}"] == "view"
    assert end(api, key, group_id=sales).status == 204
    assert f"g{sales}" not in held(api, key)
    assert api.put("/content_metadata_access/99999", echo).status == 404
    assert api.delete("/content_metadata_access/99999").status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "group_id"),
        ({"group_id": "sales", "user_id": "maya"}, "group_id"),
        ({"group_id": "sales", "permission_type": None}, "permission_type"),
        ({"group_id": "sales", "permission_type": "manage"}, "permission_type"),
        ({"group_id": "screens"}, "group_id"),
        ({"group_id": "everybody"}, "group_id"),
        ({"user_id": "maya", "id": "7"}, "id"),
    ],
)
def test_grants_that_are_refused(
    api: Api, inst: Instance, box: str, body: dict[str, Any], field: str
) -> None:
    key = own(api, box)
    ids = {"sales": group(inst, "Sales"), "maya": person(inst, "Maya")["id"]}
    ids |= {"screens": group(inst, "Screens"), "everybody": group(inst, "All Users")}
    named = {name: ids.get(str(value), value) for name, value in body.items()}
    whole = {"content_metadata_id": key, "permission_type": "view", **named}
    assert fields_of(api.post("/content_metadata_access", whole)) == [field]


def test_a_second_grant_says_so(api: Api, inst: Instance, box: str, everybody: str) -> None:
    reply = give(api, own(api, box), "edit", group_id=everybody)
    assert reply.status == 422
    assert reply.body["errors"][0]["code"] == "already_exists"
    assert "already has access" in reply.body["errors"][0]["message"]


def test_grants_to_or_on_what_is_not_there(api: Api, inst: Instance, box: str) -> None:
    key = own(api, box)
    assert give(api, key, group_id="99999").status == 404
    assert give(api, key, user_id="99999").status == 404
    assert give(api, "99999", user_id=person(inst, "Maya")["id"]).status == 404
    assert fields_of(api.post("/content_metadata_access", {"permission_type": "view"})) == [
        "content_metadata_id"
    ]


def test_a_grant_keeps_its_place_and_principal(api: Api, inst: Instance, box: str, open_root: str) -> None:
    key = own(api, box)
    made = give(api, key, user_id=person(inst, "Maya")["id"]).body
    for field in ("content_metadata_id", "group_id", "user_id"):
        body = {"permission_type": "view", field: "77"}
        assert fields_of(api.put(f"/content_metadata_access/{made['id']}", body)) == [field]
    assert fields_of(api.put(f"/content_metadata_access/{made['id']}", {})) == ["permission_type"]


def test_nothing_is_stricter_than_edit_above(api: Api, box: str, everybody: str) -> None:
    key = own(api, box)
    reply = end(api, key, group_id=everybody)
    assert reply.status == 422
    assert "with edit on parent" in reply.body["errors"][0]["message"]
    grant = grants(api, key)[0]["id"]
    reply = api.put(f"/content_metadata_access/{grant}", {"permission_type": "view"})
    assert "with edit on parent" in reply.body["errors"][0]["message"]
    assert held(api, key) == {f"g{everybody}": "edit"}


def test_below_view_a_folder_can_be_closed(
    api: Api, inst: Instance, box: str, everybody: str, open_root: str
) -> None:
    key = own(api, box)
    assert held(api, key)[f"g{everybody}"] == "view"
    assert end(api, key, group_id=everybody).status == 204
    assert f"g{everybody}" not in held(api, key)
    assert f"g{everybody}" in held(api, open_root)


def test_access_needs_view_on_all_above(
    api: Api, inst: Instance, box: str, everybody: str, open_root: str
) -> None:
    outer = own(api, box)
    end(api, outer, group_id=everybody)
    inner = own(api, folder(api, "Inner", box))
    emea, jonas, maya = group(inst, "Sales EMEA"), person(inst, "Jonas"), person(inst, "Maya")
    assert fields_of(give(api, inner, user_id=maya["id"])) == ["content_metadata_id"]
    # a group counts for the groups in it and for their members
    assert give(api, outer, group_id=group(inst, "Sales")).status == 200
    assert give(api, inner, group_id=emea).status == 200
    assert give(api, inner, "edit", user_id=jonas["id"]).status == 200
    assert give(api, inner, user_id=maya["id"]).status == 422
    assert give(api, outer, user_id=maya["id"]).status == 200
    assert give(api, inner, user_id=maya["id"]).status == 200


def test_who_loses_a_folder_loses_all_below(api: Api, inst: Instance, box: str, open_root: str) -> None:
    sales, maya = group(inst, "Sales"), person(inst, "Maya")["id"]
    outer = own(api, box)
    give(api, outer, "edit", group_id=sales)
    give(api, outer, user_id=maya)
    inner = own(api, folder(api, "Inner", box))
    assert held(api, inner)[f"u{maya}"] == "view"
    assert end(api, outer, user_id=maya).status == 204
    assert f"u{maya}" not in held(api, inner)
    # and so does who had it only there, when it inherits again
    assert held(api, inner)[f"g{sales}"] == "edit"
    api.patch(f"/content_metadata/{outer}", {"inherits": True})
    assert set(held(api, inner)) == set(held(api, open_root))


def test_grants_go_with_folder_group_and_user(api: Api, inst: Instance, box: str, open_root: str) -> None:
    key = own(api, box)
    team = api.made("/groups", name="Team", can_add_to_content_metadata=True)["id"]
    nova = api.made("/users", first_name="Nova", last_name="Lake")["id"]
    before = held(api, key)
    give(api, key, group_id=team)
    give(api, key, user_id=nova)
    api.delete(f"/groups/{team}")
    api.delete(f"/users/{nova}")
    assert held(api, key) == before
    api.delete(f"/folders/{box}")
    assert api.get("/content_metadata_access", content_metadata_id=key).status == 404
    assert all(each["content_metadata_id"] != key for each in inst.all("content_metadata_access"))
    assert fields_of(api.get("/content_metadata_access")) == ["content_metadata_id"]


def test_others_see_what_they_may(api: Api, inst: Instance, box: str, everybody: str, open_root: str) -> None:
    dashboard = api.made("/dashboards", title="Closed", folder_id=box)
    key = own(api, box)
    jonas, dan = acting_as(api, inst, "Jonas"), acting_as(api, inst, "Dan")
    assert jonas.get(f"/dashboards/{dashboard['id']}").status == 200
    end(api, key, group_id=everybody)
    give(api, key, group_id=group(inst, "Sales"))
    assert jonas.get(f"/dashboards/{dashboard['id']}").status == 200
    assert dan.get(f"/dashboards/{dashboard['id']}").status == 404
    assert dan.get(f"/content_metadata/{key}").status == 404
    assert box not in [each["id"] for each in dan.get("/folders").body]
    assert dashboard["id"] not in [each["id"] for each in dan.get("/dashboards/search").body]
    assert dashboard["id"] in [each["id"] for each in jonas.get("/dashboards/search").body]
    assert [each["id"] for each in jonas.get("/content_metadata", parent_id=key).body] == [
        dashboard["content_metadata_id"]
    ]


def test_grants_are_given_by_who_may_edit(api: Api, inst: Instance, box: str, open_root: str) -> None:
    key = own(api, box)
    jonas = acting_as(api, inst, "Jonas")
    maya = person(inst, "Maya")["id"]
    assert jonas.get(f"/content_metadata/{key}").body["can"]["update"] is False
    assert give(jonas, key, user_id=maya).status == 403
    assert jonas.patch(f"/content_metadata/{key}", {"inherits": True}).status == 403
    assert give(api, key, "edit", user_id=person(inst, "Jonas")["id"]).status == 200
    assert give(jonas, key, user_id=maya).status == 200


def test_boards_start_with_their_owner(api: Api, inst: Instance) -> None:
    mine = api.made("/boards", title="Mine")["content_metadata_id"]
    # admins are never listed
    assert (held(api, mine), api.get(f"/content_metadata/{mine}").body["inherits"]) == ({}, False)
    jonas = person(inst, "Jonas")["id"]
    his = api.made("/boards", title="His", user_id=jonas)["content_metadata_id"]
    assert held(api, his) == {f"u{jonas}": "edit"}
    assert give(api, his, group_id=group(inst, "All Users")).status == 200
    api.patch(f"/content_metadata/{his}", {"inherits": True})
    assert grants(api, his) == []
    assert give(api, his, user_id=jonas).status == 422
    assert api.patch(f"/content_metadata/{his}", {"inherits": False}).body["inherits"] is False


def test_agents_have_access_of_their_own(api: Api, inst: Instance) -> None:
    inst.features.add("agents")
    source = {"model": "ecommerce", "explore": "orders"}
    agent = api.made("/agents", name="Orders", sources=[source])
    told = api.get(f"/content_metadata/{agent['content_metadata_id']}").body
    assert {key: told[key] for key in ("agent_id", "content_type", "inherits", "name", "parent_id")} == {
        "agent_id": agent["id"],
        "content_type": "agent",
        "inherits": False,
        "name": "Orders",
        "parent_id": None,
    }
    assert give(api, told["id"], group_id=group(inst, "Sales")).status == 200
    assert api.delete(f"/agents?id={agent['id']}").status == 204
    assert api.get("/content_metadata_access", content_metadata_id=told["id"]).status == 404

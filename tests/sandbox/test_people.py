from __future__ import annotations

from typing import Any

import pytest

from lookervault.sandbox import Instance

from .conftest import Api, fields_of


def named(inst: Instance, kind: str, name: str) -> str:
    return str(next(r["id"] for r in inst.all(kind) if r.get("name", r.get("first_name")) == name))


def add_user(api: Api, first: str = "Nova", **more: Any) -> dict[str, Any]:
    return api.made("/users", first_name=first, last_name="Lake", **more)


def test_a_new_user(api: Api, inst: Instance) -> None:
    user = api.made("/users", first_name=None)
    assert (user["first_name"], user["locale"], user["is_disabled"], user["email"]) == ("", "en", False, None)
    assert user["group_ids"] == [named(inst, "group", "All Users")]
    assert user["role_ids"] == []
    assert user["home_folder_id"] == named(inst, "folder", "Shared")
    assert user["personal_folder_id"]
    assert api.post("/users", {"home_folder_id": "99999"}).status == 404
    assert fields_of(api.post("/users", {"email": "x@example.com", "credentials_email": {}})) == [
        "email",
        "credentials_email",
    ]


def test_the_email_of_a_user(api: Api) -> None:
    user = add_user(api)
    path = f"/users/{user['id']}/credentials_email"
    assert api.get(path).status == 404
    made = api.made(path, email="nova@example.com")
    assert (made["is_disabled"], made["user_id"], made["type"]) == (True, user["id"], "email")
    assert "/password/reset/" in made["password_reset_url"]
    assert "/account/setup/" in made["account_setup_url"]
    assert api.post(path, {"email": "other@example.com"}).status == 409
    other = add_user(api, "Luna")
    second = f"/users/{other['id']}/credentials_email"
    assert fields_of(api.post(second, {"email": "NOVA@example.com"})) == ["email"]
    assert fields_of(api.post(second, {"email": "no address"})) == ["email"]
    assert fields_of(api.post(second, {})) == ["email"]
    assert api.patch(path, {"email": "lake@example.com"}).body["email"] == "lake@example.com"
    shown = api.get(f"/users/{user['id']}").body
    assert (shown["email"], shown["credentials_email"]["email"]) == ("lake@example.com",) * 2
    assert api.delete(path).status == 204
    assert api.get(f"/users/{user['id']}").body["credentials_email"] is None


def test_users_are_found(api: Api, inst: Instance) -> None:
    def names(**query: Any) -> list[str]:
        return [user["first_name"] for user in api.get("/users/search", **query).body]

    assert names(first_name="ma_a") == ["Maya"]
    assert names(email="DAN@%") == ["Dan"]
    assert names(is_disabled="true") == ["Petra"]
    assert names(group_id=named(inst, "group", "Finance")) == ["Aiko", "Samuel"]
    assert names(first_name="Dan", last_name="Weber", filter_or="true") == ["Jonas", "Dan"]
    ids = f"{named(inst, 'user', 'Dan')},{named(inst, 'user', 'Maya')}"
    assert [u["first_name"] for u in api.get("/users", ids=ids, sorts="first_name desc").body] == [
        "Maya",
        "Dan",
    ]


def test_a_deleted_user_leaves_his_content_in_the_trash(api: Api, inst: Instance) -> None:
    maya = named(inst, "user", "Maya")
    folder = inst.get("user", maya)["personal_folder_id"]  # type: ignore[index]
    scratch = next(d["id"] for d in inst.all("dashboard") if d["folder_id"] == folder)
    assert api.delete(f"/users/{maya}").status == 204
    assert api.get(f"/folders/{folder}").status == 404
    gone = api.get(f"/dashboards/{scratch}").body
    assert (gone["deleted"], gone["folder"]) == (True, None)
    assert api.patch(f"/dashboards/{scratch}", {"deleted": False}).status == 404
    assert maya not in [u["id"] for u in api.get(f"/groups/{named(inst, 'group', 'Leadership')}/users").body]


def test_the_caller_and_the_last_admin_stay(api: Api) -> None:
    me = api.get("/user").body["id"]
    assert api.delete(f"/users/{me}").status == 403
    assert api.patch(f"/users/{me}", {"is_disabled": True}).status == 403


def test_groups(api: Api, inst: Instance) -> None:
    made = api.made("/groups", name="New", can_add_to_content_metadata=None)
    assert (made["can_add_to_content_metadata"], made["user_count"], made["externally_managed"]) == (
        False,
        0,
        False,
    )
    assert fields_of(api.post("/groups", {"name": "New"})) == ["name"]
    assert fields_of(api.post("/groups", {})) == ["name"]
    user = add_user(api)
    path = f"/groups/{made['id']}/users"
    assert api.post(path, {"user_id": user["id"]}).body["first_name"] == "Nova"
    assert api.post(path, {"user_id": user["id"]}).status == 200
    assert [u["id"] for u in api.get(path).body] == [user["id"]]
    assert made["id"] in api.get(f"/users/{user['id']}").body["group_ids"]
    assert api.post(path, {"user_id": "99999"}).status == 404
    assert api.delete(f"{path}/{user['id']}").status == 204
    assert api.delete(f"{path}/{user['id']}").status == 404
    assert api.patch(f"/groups/{made['id']}", {"name": "Newer"}).body["name"] == "Newer"
    assert api.delete(f"/groups/{made['id']}").status == 204


def test_nested_groups(api: Api, inst: Instance) -> None:
    outer, middle, inner = (api.made("/groups", name=n)["id"] for n in ("Outer", "Middle", "Inner"))
    assert api.post(f"/groups/{outer}/groups", {"group_id": middle}).body["name"] == "Middle"
    api.post(f"/groups/{middle}/groups", {"group_id": inner})
    assert fields_of(api.post(f"/groups/{inner}/groups", {"group_id": outer})) == ["group_id"]
    assert fields_of(api.post(f"/groups/{inner}/groups", {"group_id": inner})) == ["group_id"]
    assert [g["name"] for g in api.get(f"/groups/{outer}/groups").body] == ["Middle"]
    everybody = named(inst, "group", "All Users")
    rows = {g["id"]: g for g in api.get("/groups/search/with_hierarchy").body}
    assert rows[inner]["parent_group_ids"] == [everybody, middle]
    assert rows[everybody]["parent_group_ids"] == []
    user = add_user(api)
    api.post(f"/groups/{inner}/users", {"user_id": user["id"]})
    role = named(inst, "role", "Executive")
    api.put(f"/roles/{role}/groups", [outer])
    assert api.get(f"/users/{user['id']}").body["role_ids"] == [role]
    assert api.get(f"/users/{user['id']}/roles", direct_association_only="true").body == []
    assert [r["id"] for r in api.get(f"/users/{user['id']}/roles").body] == [role]
    with_roles = {g["id"]: g["roles"] for g in api.get("/groups/search/with_roles", name="outer").body}
    assert [r["name"] for r in with_roles[outer]] == ["Executive"]
    assert api.delete(f"/groups/{outer}/groups/{middle}").status == 204
    assert api.delete(f"/groups/{outer}/groups/{middle}").status == 404
    assert api.get(f"/users/{user['id']}").body["role_ids"] == []


def test_groups_managed_elsewhere(api: Api, inst: Instance) -> None:
    everybody = named(inst, "group", "All Users")
    assert api.get(f"/groups/{everybody}").body["user_count"] == len(inst.all("user"))
    outside = {"id": None, "name": "IdP", "external_group_id": "idp-1", "externally_managed": True}
    flags = {
        "include_by_default": False,
        "can_add_to_content_metadata": True,
        "_user_ids": [],
        "_group_ids": [],
    }
    idp = inst.insert("group", {**outside, **flags})["id"]
    for group in (everybody, idp):
        assert api.patch(f"/groups/{group}", {"name": "X"}).status == 403
        assert api.delete(f"/groups/{group}").status == 403
        assert api.post(f"/groups/{group}/users", {"user_id": api.get("/user").body["id"]}).status == 403
        assert api.get(f"/groups/{group}").body["can"]["update"] is False
    role = named(inst, "role", "Executive")
    inst.change("role", inst.find("role", role), {"_group_ids": [idp]})
    reply = api.put(f"/roles/{role}/groups", [])
    assert (reply.status, reply.body["message"]) == (403, "cannot modify roles for group IdP")
    assert api.put(f"/roles/{role}/groups", [idp, everybody]).status == 200


def test_users_whose_roles_and_groups_come_from_elsewhere(api: Api, inst: Instance) -> None:
    user, role = add_user(api)["id"], named(inst, "role", "Executive")
    group = api.made("/groups", name="Own")["id"]
    assert api.get(f"/users/{user}").body["allow_direct_roles"] is True
    for rule in ({"roles_externally_managed": True}, {"allow_direct_roles": False}):
        inst.change("user", inst.find("user", user), rule)
        assert rule.items() <= api.get(f"/users/{user}").body.items()
        assert api.put(f"/roles/{role}/users", [user]).status == 403
        assert api.put(f"/users/{user}/roles", [role]).status == 403
        assert api.put(f"/users/{user}/roles", []).status == 200
        assert api.post(f"/groups/{group}/users", {"user_id": user}).status == 200
        inst.change("user", inst.find("user", user), {n: not v for n, v in rule.items()})
    inst.change("user", inst.find("user", user), {"allow_normal_group_membership": False})
    assert api.delete(f"/groups/{group}/users/{user}").status == 403
    assert (
        api.post(f"/groups/{api.made('/groups', name='Other')['id']}/users", {"user_id": user}).status == 403
    )


def test_roles(api: Api, inst: Instance) -> None:
    sets = {
        "permission_set_id": named(inst, "permission_set", "Read only"),
        "model_set_id": named(inst, "model_set", "Shop"),
    }
    made = api.made("/roles", name="New", **sets)
    assert (made["permission_set"]["name"], made["model_set"]["models"]) == ("Read only", ["ecommerce"])
    assert "permission_set_id" not in made
    assert fields_of(api.post("/roles", {"name": "New", **sets})) == ["name"]
    assert fields_of(api.post("/roles", {"name": "Newer"})) == ["permission_set_id", "model_set_id"]
    assert fields_of(api.post("/roles", {"name": "N", **sets, "model_set": {"name": "x"}})) == ["model_set"]
    assert api.post("/roles", {"name": "Newer", **sets, "model_set_id": "99999"}).status == 404
    changed = api.patch(f"/roles/{made['id']}", {"model_set_id": named(inst, "model_set", "Money")}).body
    assert (changed["name"], changed["model_set"]["name"]) == ("New", "Money")
    assert api.delete(f"/roles/{made['id']}").status == 204


def test_the_users_of_a_role_are_replaced(api: Api, inst: Instance) -> None:
    role, sales = named(inst, "role", "Desk"), named(inst, "group", "Sales")
    users = [named(inst, "user", name) for name in ("Dan", "Aiko")]
    assert [u["id"] for u in api.put(f"/roles/{role}/users", users).body] == users
    api.put(f"/roles/{role}/groups", [sales])
    direct = api.get(f"/roles/{role}/users", direct_association_only="true").body
    assert [u["id"] for u in direct] == users
    assert {u["first_name"] for u in api.get(f"/roles/{role}/users").body} > {"Dan", "Aiko", "Priya"}
    assert [g["id"] for g in api.get(f"/roles/{role}/groups").body] == [sales]
    assert api.put(f"/roles/{role}/users", ["99999"]).status == 404
    assert api.put(f"/roles/{role}/users", [1]).status == 422
    assert api.put(f"/users/{users[0]}/roles", [named(inst, "role", "Screen")]).body[0]["name"] == "Screen"
    assert [u["id"] for u in api.get(f"/roles/{role}/users", direct_association_only="true").body] == users[
        1:
    ]


def test_nobody_locks_himself_out(api: Api, inst: Instance) -> None:
    admin, me = named(inst, "role", "Admin"), api.get("/user").body["id"]
    dan = named(inst, "user", "Dan")
    assert api.put(f"/roles/{admin}/users", [dan]).status == 403
    assert api.put(f"/users/{me}/roles", []).status == 403
    assert api.put(f"/roles/{admin}/users", [me, dan]).status == 200
    group = api.made("/groups", name="Admins")["id"]
    api.post(f"/groups/{group}/users", {"user_id": me})
    api.put(f"/roles/{admin}/groups", [group])
    assert api.put(f"/roles/{admin}/users", []).status == 200
    assert api.delete(f"/groups/{group}").status == 403
    assert api.delete(f"/groups/{group}/users/{me}").status == 403
    assert api.put(f"/roles/{admin}/groups", []).status == 403
    assert api.get("/user").body["role_ids"] == [admin]


def test_the_admin_role_stays_as_it_is(api: Api, inst: Instance) -> None:
    admin = named(inst, "role", "Admin")
    assert api.patch(f"/roles/{admin}", {"name": "X"}).status == 405
    assert api.delete(f"/roles/{admin}").status == 405
    assert "Support Basic Editor" not in [r["name"] for r in api.get("/roles").body]
    support = [r for r in api.get("/roles", get_all_support_roles="true").body if r["internal"]]
    assert [r["name"] for r in support] == ["Support Basic Editor"]


@pytest.mark.parametrize(
    ("kind", "field", "values"),
    [
        ("permission_set", "permissions", ["see_looks", "access_data"]),
        ("model_set", "models", ["zeta", "alpha"]),
    ],
)
def test_sets(api: Api, inst: Instance, kind: str, field: str, values: list[str]) -> None:
    made = api.made(f"/{kind}s", name="New", **{field: values})
    assert made[field] == sorted(values)
    assert (made["built_in"], made["all_access"]) == (False, False)
    assert fields_of(api.post(f"/{kind}s", {"name": "New"})) == ["name"]
    path = f"/{kind}s/{made['id']}"
    assert api.patch(path, {"name": "Newer"}).body[field] == sorted(values)
    assert api.patch(path, {field: []}).body[field] == []
    assert [s["name"] for s in api.get(f"/{kind}s/search", name="newer").body] == ["Newer"]
    assert api.delete(path).status == 204
    used = next(s for s in inst.all(kind) if not s["built_in"])
    assert api.delete(f"/{kind}s/{used['id']}").status == 405
    built_in = next(s for s in inst.all(kind) if s["all_access"])
    assert api.patch(f"/{kind}s/{built_in['id']}", {"name": "X"}).status == 405
    assert api.delete(f"/{kind}s/{built_in['id']}").status == 405


def test_roles_are_found(api: Api, inst: Instance) -> None:
    shop = named(inst, "model_set", "Shop")
    assert [r["name"] for r in api.get("/roles/search", model_set_ids=shop, sorts="name").body] == [
        "Marketing editor",
        "Sales viewer",
        "Screen",
    ]
    assert [r["name"] for r in api.get("/roles/search", built_in="true").body] == ["Admin"]
    [admin] = api.get("/roles/search/with_user_count", name="admin").body
    assert admin["user_count"] == 1
    assert [r["name"] for r in api.get("/roles", ids=admin["id"]).body] == ["Admin"]
    names = {s["name"] for s in api.get("/permission_sets").body}
    assert {"Admin", "Read only"} <= names


def test_permissions(api: Api, inst: Instance) -> None:
    known = {p["permission"]: p["parent"] for p in api.get("/permissions").body}
    assert known["explore"] == "see_looks"
    assert fields_of(api.post("/permission_sets", {"name": "X", "permissions": ["fly"]})) == ["permissions"]
    assert {p for s in inst.all("permission_set") for p in s["permissions"]} <= known.keys()


def test_the_set_of_all_models_follows_the_models(api: Api) -> None:
    api.made("/lookml_models", name="another")
    [everything] = api.get("/model_sets/search", all_access="true").body
    assert everything["models"] == ["another", "ecommerce", "finance"]

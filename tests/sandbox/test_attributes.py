from __future__ import annotations

from typing import Any

import pytest

from lookervault.sandbox import Instance, blank_instance

from .conftest import Api, fields_of
from .visitors import acting_as, person


def add(api: Api, name: str = "area", **more: Any) -> dict[str, Any]:
    body = {"name": name, "label": name.title(), "type": "string", "user_can_view": True, **more}
    return api.made("/user_attributes", **body)


def group(inst: Instance, name: str) -> str:
    return str(next(g["id"] for g in inst.all("group") if g["name"] == name))


def built_in(api: Api, name: str) -> dict[str, Any]:
    return next(a for a in api.get("/user_attributes").body if a["name"] == name)


def put(api: Api, made: dict[str, Any], *items: Any) -> Any:
    return api.post(f"/user_attributes/{made['id']}/group_values", list(items))


def values(api: Api, user: str, **query: Any) -> dict[str, dict[str, Any]]:
    return {v["name"]: v for v in api.get(f"/users/{user}/attribute_values", **query).body}


def test_a_new_attribute(api: Api) -> None:
    made = api.made("/user_attributes", name="area", label="Area", type="number", user_can_edit=None)
    flags = (
        "value_is_hidden",
        "user_can_view",
        "user_can_edit",
        "needed_for_ci_run",
        "is_system",
        "is_permanent",
    )
    assert {made[flag] for flag in flags} == {False}
    assert (made["default_value"], made["can"]["set_value"]) == (None, True)
    path = f"/user_attributes/{made['id']}"
    changed = api.patch(path, {"default_value": "7", "user_can_view": True}).body
    assert (changed["default_value"], changed["user_can_view"], changed["label"]) == ("7", True, "Area")
    assert api.get(path).body == changed
    assert api.delete(path).status == 204
    assert api.get(path).status == 404


def test_what_an_attribute_needs(api: Api) -> None:
    made = add(api)
    path, body = "/user_attributes", {"name": "other", "label": "Other", "type": "string"}
    assert fields_of(api.post(path, {"name": "x"})) == ["label", "type"]
    assert fields_of(api.post(path, {**body, "name": "area"})) == ["name"]
    assert fields_of(api.post(path, {**body, "label": "Area"})) == ["label"]
    assert fields_of(api.post(path, {**body, "name": "Not This"})) == ["name"]
    assert fields_of(api.post(path, {**body, "type": "date"})) == ["type"]
    assert fields_of(api.post(path, {**body, "is_system": True})) == ["is_system"]
    assert fields_of(api.post(path, {**body, "type": "number", "default_value": "many"})) == ["default_value"]
    assert fields_of(api.post(path, {**body, "hidden_value_domain_whitelist": "x.example"})) == [
        "hidden_value_domain_whitelist"
    ]
    assert fields_of(api.patch(f"{path}/{made['id']}", {"label": "Email"})) == ["label"]
    assert api.patch(f"{path}/{made['id']}", {"label": "Area", "name": "area"}).status == 200


def test_what_is_hidden_stays_hidden(api: Api, inst: Instance) -> None:
    made = add(api, value_is_hidden=True, hidden_value_domain_whitelist="a.example", default_value="first")
    path = f"/user_attributes/{made['id']}"
    assert made["default_value"] == "DEFAULT_IS_SET"
    assert fields_of(api.patch(path, {"value_is_hidden": False})) == ["value_is_hidden"]
    assert fields_of(api.patch(path, {"hidden_value_domain_whitelist": "b.example"})) == [
        "hidden_value_domain_whitelist"
    ]
    assert api.patch(path, {"hidden_value_domain_whitelist": "a.example", "default_value": "2"}).status == 200
    dan, marketing = person(inst, "Dan"), group(inst, "Marketing")
    [shown] = put(api, made, {"group_id": marketing, "value": "secret"}).body
    assert (shown["value"], shown["value_is_hidden"]) == (None, True)
    assert values(api, dan)["area"]["value"] is None
    own = api.patch(f"/users/{dan}/attribute_values/{made['id']}", {"value": "secret"}).body
    assert (own["value"], own["source"], own["rank"]) == (None, "User Setting", -1)
    assert values(api, person(inst, "Aiko"))["area"]["value"] == "DEFAULT_IS_SET"
    stored = [
        v["value"] for v in inst.all("user_attribute_user_value") if v["user_attribute_id"] == made["id"]
    ]
    assert stored == ["secret"]


def test_a_visible_attribute_can_be_hidden_once(api: Api) -> None:
    path = f"/user_attributes/{add(api)['id']}"
    assert api.patch(path, {"value_is_hidden": True}).status == 200
    assert api.patch(path, {"hidden_value_domain_whitelist": "a.example"}).status == 200
    assert api.patch(path, {"value_is_hidden": None}).status == 422


def test_the_attributes_every_instance_has() -> None:
    names = [a["name"] for a in blank_instance().all("user_attribute")]
    assert names[:6] == ["first_name", "last_name", "email", "name", "timezone", "id"]
    assert names[-3:] == ["locale", "number_format", "landing_page"]


def test_built_in_attributes_are_fixed(api: Api, inst: Instance) -> None:
    email, landing = built_in(api, "email"), built_in(api, "landing_page")
    assert (email["is_system"], email["can"]["update"], email["can"]["set_value"]) == (True, False, False)
    path = f"/user_attributes/{email['id']}"
    assert api.delete(path).status == 405
    assert fields_of(api.patch(path, {"label": "Mail"})) == ["label"]
    assert fields_of(api.patch(path, {"default_value": "x"})) == ["default_value"]
    assert api.patch(path, {"label": "Email"}).status == 200
    assert put(api, email, {"group_id": group(inst, "Sales"), "value": "x"}).status == 403
    assert (
        api.patch(f"/users/{person(inst, 'Dan')}/attribute_values/{email['id']}", {"value": "x"}).status
        == 403
    )
    page = f"/user_attributes/{landing['id']}"
    assert api.patch(page, {"default_value": "/boards/1"}).body["default_value"] == "/boards/1"
    assert fields_of(api.patch(page, {"default_value": "boards"})) == ["default_value"]
    assert api.delete(page).status == 405


def test_the_values_of_groups_are_replaced_in_order(api: Api, inst: Instance) -> None:
    made = add(api)
    sales, emea = group(inst, "Sales"), group(inst, "Sales EMEA")
    first = put(api, made, {"group_id": emea, "value": "a"}, {"group_id": sales, "value": "b"}).body
    assert [(v["group_id"], v["value"], v["rank"]) for v in first] == [(emea, "a", 1), (sales, "b", 2)]
    assert api.get(f"/user_attributes/{made['id']}/group_values").body == first
    ranked = put(
        api, made, {"group_id": emea, "value": "a", "rank": 20}, {"group_id": sales, "value": "b", "rank": 3}
    )
    assert [(v["group_id"], v["rank"]) for v in ranked.body] == [(sales, 3), (emea, 20)]
    assert not {v["id"] for v in ranked.body} & {v["id"] for v in first}
    assert put(api, made).body == []


def test_what_the_values_of_groups_need(api: Api, inst: Instance) -> None:
    made, sales = add(api, type="number"), group(inst, "Sales")
    item = {"group_id": sales, "value": "1"}
    put(api, made, item)
    assert put(api, made, {**item, "group_id": "99999"}).status == 404
    for wrong, field in (
        ([item, item], "group_id"),
        ([{"value": "1"}], "group_id"),
        ([{"group_id": sales}], "value"),
        ([{**item, "value": None}], "value"),
        ([{**item, "value": "one"}], "value"),
        ([{**item, "value": 1}], "[0].value"),
        ([{**item, "id": "7"}], "[0].id"),
        ([{**item, "user_attribute_id": "1"}], "user_attribute_id"),
        ([{**item, "rank": 1}, {"group_id": group(inst, "Finance"), "value": "2"}], "rank"),
    ):
        assert fields_of(put(api, made, *wrong)) == [field]
    assert [v["value"] for v in api.get(f"/user_attributes/{made['id']}/group_values").body] == ["1"]


def test_the_value_of_one_group(api: Api, inst: Instance) -> None:
    made, sales, emea = add(api), group(inst, "Sales"), group(inst, "Sales EMEA")
    put(api, made, {"group_id": sales, "value": "a", "rank": 7})
    path = f"/groups/{emea}/attribute_values/{made['id']}"
    assert api.delete(path).status == 404
    assert api.patch(path, {"value": "b"}).body["rank"] == 8
    assert api.patch(path, {"value": "c"}).body["value"] == "c"
    assert fields_of(api.patch(path, {})) == ["value"]
    assert [v["value"] for v in api.get(f"/user_attributes/{made['id']}/group_values").body] == ["a", "c"]
    assert api.delete(path).status == 204
    assert api.delete(f"/groups/{sales}").status == 204
    assert api.get(f"/user_attributes/{made['id']}/group_values").body == []


def test_which_value_holds_for_a_user(api: Api, inst: Instance) -> None:
    made, jonas = add(api, default_value="d"), person(inst, "Jonas")
    sales, emea, everybody = (group(inst, name) for name in ("Sales", "Sales EMEA", "All Users"))
    assert (values(api, jonas)["area"]["value"], values(api, jonas)["area"]["source"]) == ("d", "Default")
    put(api, made, {"group_id": everybody, "value": "e"}, {"group_id": sales, "value": "s"})
    assert values(api, jonas)["area"]["value"] == "e"
    items = [{"group_id": each, "value": v} for each, v in ((sales, "s"), (emea, "r"), (everybody, "e"))]
    put(api, made, *items)
    held = values(api, jonas)["area"]
    assert (held["value"], held["source"], held["rank"]) == ("s", "Group: Sales", 1)
    path = f"/users/{jonas}/attribute_values/{made['id']}"
    assert api.delete(path).status == 404
    assert fields_of(api.patch(path, {"value": None})) == ["value"]
    assert api.patch(path, {"value": "o"}).body["value"] == "o"
    every = api.get(f"/users/{jonas}/attribute_values", all_values="true", user_attribute_ids=made["id"]).body
    assert [row["value"] for row in every] == ["o", "s", "r", "e", "d"]
    assert api.delete(path).status == 204
    assert values(api, jonas)["area"]["value"] == "s"


def test_which_values_are_listed(api: Api, inst: Instance) -> None:
    made, maya = add(api), person(inst, "Maya")
    plain = values(api, maya)
    assert "area" not in plain
    assert (plain["name"]["value"], plain["name"]["source"]) == ("Maya Lindqvist", "System Setting")
    assert (plain["id"]["value"], plain["saml_user_id"]["value"]) == (maya, "")
    unset = values(api, maya, include_unset="true")["area"]
    assert (unset["value"], unset["source"]) == (None, "No Value")
    ids = f"{made['id']},{built_in(api, 'email')['id']}"
    assert list(values(api, maya, user_attribute_ids=ids)) == ["email"]
    assert values(api, maya, user_attribute_ids=f'"{ids}"').keys() == plain.keys()


def test_values_go_with_their_users_and_attributes(api: Api, inst: Instance) -> None:
    made, user = add(api), api.made("/users", first_name="Nova")["id"]
    other = add(api, "kept")
    for each in (made, other):
        api.patch(f"/users/{user}/attribute_values/{each['id']}", {"value": "x"})
        put(api, each, {"group_id": group(inst, "Sales"), "value": "y"})

    def left(kind: str) -> list[str]:
        mine = {made["id"], other["id"]}
        return [v["user_attribute_id"] for v in inst.all(kind) if v["user_attribute_id"] in mine]

    api.delete(f"/user_attributes/{made['id']}")
    assert left("user_attribute_user_value") == left("user_attribute_group_value") == [other["id"]]
    api.delete(f"/users/{user}")
    assert left("user_attribute_user_value") == []


def test_others_than_admins(api: Api, inst: Instance) -> None:
    seen, unseen = add(api), add(api, "secret", user_can_view=False)
    edited = add(api, "nick", user_can_edit=True)
    maya = person(inst, "Maya")
    items = [{"group_id": group(inst, name), "value": name} for name in ("Sales", "Marketing")]
    put(api, seen, *items)
    with acting_as(api, inst, "Dan") as dan:
        names = [a["name"] for a in api.get("/user_attributes").body]
        assert "area" in names and "secret" not in names
        assert api.get(f"/user_attributes/{unseen['id']}").status == 404
        assert api.post("/user_attributes", {"name": "x", "label": "X", "type": "string"}).status == 403
        listed = api.get(f"/user_attributes/{seen['id']}/group_values").body
        assert [v["value"] for v in listed] == ["Marketing"]
        assert put(api, seen, *items).status == 403
        assert api.patch(f"/users/{dan}/attribute_values/{seen['id']}", {"value": "x"}).status == 403
        assert api.patch(f"/users/{dan}/attribute_values/{edited['id']}", {"value": "x"}).status == 200
        assert api.delete(f"/users/{dan}/attribute_values/{edited['id']}").status == 204
        assert api.get(f"/users/{maya}/attribute_values").status == 404
        assert "secret" not in values(api, dan, include_unset="true")


@pytest.mark.parametrize("sorts", ["name", "label desc", "id"])
def test_attributes_are_sorted(api: Api, sorts: str) -> None:
    field, _, down = sorts.partition(" ")
    listed = [a[field] for a in api.get("/user_attributes", sorts=sorts, fields=field).body]
    key = int if field == "id" else str.casefold
    assert listed == sorted(listed, key=key, reverse=bool(down))
    assert api.get("/user_attributes", sorts="no_such").status == 422


def test_directly(inst: Instance) -> None:
    made = inst.create("user_attribute", name="direct", label="Direct", type="string")
    links = {"user_attribute_id": made["id"], "group_id": group(inst, "Sales")}
    value = inst.create("user_attribute_group_value", **links, value="x")
    own = {"user_attribute_id": made["id"], "user_id": person(inst, "Dan")}
    mine = inst.create("user_attribute_user_value", **own, value="y")
    assert inst.answer("user_attribute_group_value", value["id"])["value"] == "x"
    assert inst.answer("user_attribute_user_value", mine["id"])["source"] == "User Setting"
    inst.delete("user_attribute_group_value", value["id"])
    inst.delete("user_attribute_user_value", mine["id"])
    assert inst.get("user_attribute_group_value", value["id"]) is None
    assert inst.get("user_attribute_user_value", mine["id"]) is None

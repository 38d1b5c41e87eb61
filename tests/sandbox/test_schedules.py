from __future__ import annotations

import json
from typing import Any

import pytest

from lookervault.sandbox import Instance
from lookervault.sandbox.content import infrastructure

from .conftest import Api, Reply, fields_of, orders
from .visitors import acting_as, person

MAIL = {"type": "email", "address": "maya@harbourpine.example", "format": "wysiwyg_pdf"}
NEVER = {"require_results": False, "require_no_results": False, "require_change": False}


@pytest.fixture(autouse=True)
def forgotten(inst: Instance) -> None:
    inst.deliveries.clear()


@pytest.fixture
def body(board: dict[str, Any]) -> dict[str, Any]:
    """What a schedule of an empty dashboard takes."""
    plan = {"name": "Daily", "dashboard_id": board["id"], "crontab": "0 6 * * *"}
    return {**plan, "scheduled_plan_destination": [MAIL]}


def post(api: Api, body: dict[str, Any], **changed: Any) -> Reply:
    return api.post("/scheduled_plans", {**body, **changed})


def made(api: Api, body: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return api.made("/scheduled_plans", **{**body, **changed})


def look_id(api: Api, folder: str) -> str:
    query = api.made("/queries", **orders())["id"]
    return str(api.made("/looks", title="A look", folder_id=folder, query_id=query)["id"])


def test_a_new_schedule(api: Api, inst: Instance, board: dict[str, Any], body: dict[str, Any]) -> None:
    plan = made(api, body, enabled=False)
    assert (plan["name"], plan["dashboard_id"], plan["content_title"]) == ("Daily", board["id"], "Fresh")
    assert (plan["enabled"], plan["run_once"], plan["next_run_at"]) == (False, False, None)
    assert plan["user"]["display_name"] == "Avery Admin"
    [sent] = plan["scheduled_plan_destination"]
    assert (sent["scheduled_plan_id"], sent["looker_recipient"]) == (plan["id"], True)
    assert sent["id"] and "secret_parameters" not in sent
    assert api.get(f"/scheduled_plans/{plan['id']}").body == plan
    assert inst.deliveries == []
    assert api.delete(f"/scheduled_plans/{plan['id']}").status == 204
    assert api.get(f"/scheduled_plans/{plan['id']}").status == 404


def test_what_is_enabled_is_sent_at_once(api: Api, inst: Instance, body: dict[str, Any]) -> None:
    first = made(api, body)
    quiet = made(api, body, enabled=False)
    path = f"/scheduled_plans/{quiet['id']}"
    api.patch(path, {"name": "Still quiet"})
    assert [(d["scheduled_plan_id"], d["why"], d["to"]) for d in inst.deliveries] == [
        (first["id"], "created", ["maya@harbourpine.example"])
    ]
    assert first["next_run_at"] > first["last_run_at"]
    for enabled in (True, True, False, True):
        api.patch(path, {"enabled": enabled})
    assert [d["why"] for d in inst.deliveries] == ["created", "enabled", "enabled"]


def test_what_a_schedule_needs(api: Api, body: dict[str, Any], box: str) -> None:
    for wrong, field in (
        ({"name": ""}, "name"),
        ({"dashboard_id": None}, "look_id"),
        ({"query_id": "abc"}, "query_id"),
        ({"crontab": None}, "crontab"),
        ({"datagroup": "ecommerce::hourly"}, "crontab"),
        ({"crontab": "often"}, "crontab"),
        ({"crontab": None, "datagroup": "ecommerce::never"}, "datagroup"),
        ({"scheduled_plan_destination": []}, "scheduled_plan_destination"),
        ({"scheduled_plan_destination": None}, "scheduled_plan_destination"),
        ({"enabled": None}, "enabled"),
        ({"pdf_landscape": None}, "pdf_landscape"),
        ({"pdf_paper_size": "napkin"}, "pdf_paper_size"),
        ({"tab_ids": ["99999"]}, "tab_ids"),
        ({"next_run_at": "2025-01-01"}, "next_run_at"),
        ({"title": "X"}, "title"),
    ):
        assert fields_of(post(api, body, **wrong)) == [field], wrong
    assert api.get("/scheduled_plans").body == []


def test_content_that_is_not_there(api: Api, body: dict[str, Any], box: str) -> None:
    without = {**body, "dashboard_id": None}
    for field in ("dashboard_id", "look_id", "lookml_dashboard_id", "query_id"):
        assert post(api, without, **NEVER, **{field: "99999"}).status == 404
    assert post(api, body, user_id="99999").status == 404
    api.patch(f"/dashboards/{body['dashboard_id']}", {"deleted": True})
    assert post(api, body).status == 404


def test_schedules_of_looks_say_when_to_send(api: Api, body: dict[str, Any], box: str) -> None:
    look = {**body, "dashboard_id": None, "look_id": look_id(api, box)}
    assert fields_of(post(api, look)) == ["require_results", "require_no_results", "require_change"]
    assert fields_of(post(api, look, require_results=True)) == ["require_no_results", "require_change"]
    assert made(api, look, **NEVER)["require_change"] is False
    assert fields_of(post(api, look, **NEVER, tab_ids=["1"])) == ["tab_ids"]


def test_other_content(api: Api, body: dict[str, Any]) -> None:
    without = {**body, "dashboard_id": None}
    store = made(api, without, lookml_dashboard_id="ecommerce::store_health", tab_ids=["Any label"])
    assert (store["content_title"], store["tab_ids"]) == ("Store Health", ["Any label"])
    query = api.made("/queries", **orders())
    assert made(api, without, query_id=query["slug"])["query_id"] == query["id"]


def test_tabs_are_layouts_of_the_dashboard(api: Api, body: dict[str, Any], box: str) -> None:
    key = body["dashboard_id"]
    [first] = api.get(f"/dashboards/{key}/dashboard_layouts").body
    second = api.made("/dashboard_layouts", dashboard_id=key, label="More")
    plan = made(api, body, tab_ids=[first["id"], second["id"]])
    path = f"/scheduled_plans/{plan['id']}"
    other = api.made("/dashboards", title="Other", folder_id=box)
    assert fields_of(api.patch(path, {"dashboard_id": other["id"]})) == ["tab_ids"]
    assert api.patch(path, {"dashboard_id": other["id"], "tab_ids": []}).status == 200
    assert api.patch(path, {"dashboard_id": key, "tab_ids": [second["id"]]}).status == 200
    api.delete(f"/dashboard_layouts/{second['id']}")
    assert api.patch(path, {"name": "Tab is gone"}).body["tab_ids"] == [second["id"]]


@pytest.mark.parametrize("scheme", ["looker-integration", "integration"])
def test_destinations(api: Api, inst: Instance, body: dict[str, Any], scheme: str) -> None:
    slack = f"{scheme}://{infrastructure.integration_id(inst, infrastructure.SLACK)}"
    sftp = {"type": "sftp", "address": "sftp://files.example/", "format": "csv", "parameters": "{}"}
    secret = json.dumps({"password": "nobody-reads-this"})
    plan = made(
        api,
        body,
        scheduled_plan_destination=[
            {**MAIL, "address": "guest@elsewhere.example", "message": "Hello"},
            {**sftp, "secret_parameters": secret},
            {"type": slack, "address": "", "format": "wysiwyg_png"},
        ],
    )
    shown = plan["scheduled_plan_destination"]
    assert [each["looker_recipient"] for each in shown] == [False] * 3
    assert "nobody-reads-this" not in json.dumps(api.get("/scheduled_plans").body)
    stored = inst.get("scheduled_plan", plan["id"])
    assert stored is not None
    assert stored["_destinations"][1]["secret_parameters"] == secret
    for wrong, field in (
        ({"type": "fax"}, "type"),
        ({"type": f"{scheme}://9::none"}, "type"),
        ({"format": "docx"}, "format"),
        ({"format": None}, "format"),
        ({"address": ""}, "address"),
        ({"address": "nobody"}, "address"),
        ({"apply_vis": None}, "apply_vis"),
    ):
        reply = post(api, body, scheduled_plan_destination=[{**MAIL, **wrong}])
        assert fields_of(reply) == [f"scheduled_plan_destination.{field}"], wrong
    for field in ("id", "scheduled_plan_id", "looker_recipient"):
        reply = post(api, body, scheduled_plan_destination=[{**MAIL, field: shown[0][field]}])
        assert fields_of(reply) == [f"scheduled_plan_destination[0].{field}"]


def test_destinations_are_replaced_as_a_whole(api: Api, body: dict[str, Any]) -> None:
    plan = made(api, body)
    path = f"/scheduled_plans/{plan['id']}"
    assert (
        api.patch(path, {"name": "N"}).body["scheduled_plan_destination"]
        == plan["scheduled_plan_destination"]
    )
    nothing: Any
    for nothing in ([], None):
        assert fields_of(api.patch(path, {"scheduled_plan_destination": nothing})) == [
            "scheduled_plan_destination"
        ]
    two = [{**MAIL, "address": "a@x.example"}, {**MAIL, "address": "b@x.example"}]
    changed = api.patch(path, {"scheduled_plan_destination": two}).body["scheduled_plan_destination"]
    assert [each["address"] for each in changed] == ["a@x.example", "b@x.example"]
    assert plan["scheduled_plan_destination"][0]["id"] not in [each["id"] for each in changed]


def test_changes(api: Api, body: dict[str, Any], box: str) -> None:
    plan = made(api, body, filters_string="?Date=7+days")
    path = f"/scheduled_plans/{plan['id']}"
    assert plan["dashboard_filters"] == "?Date=7+days"
    assert api.patch(path, {"dashboard_filters": "?Date=1+day"}).body["filters_string"] == "?Date=1+day"
    assert fields_of(api.patch(path, {"datagroup": "ecommerce::hourly"})) == ["crontab"]
    hourly = api.patch(path, {"datagroup": "ecommerce::hourly", "crontab": None}).body
    assert (hourly["datagroup"], hourly["crontab"], hourly["next_run_at"]) == (
        "ecommerce::hourly",
        None,
        None,
    )
    look = look_id(api, box)
    assert fields_of(api.patch(path, {"look_id": look})) == ["dashboard_id"]
    assert api.patch(path, {"look_id": look, "dashboard_id": None}).body["content_title"] == "A look"
    assert fields_of(api.patch(path, {"send_all_results": None})) == ["send_all_results"]
    assert fields_of(api.patch(path, {"name": None})) == ["name"]
    assert api.patch(path, {"look_id": "99999"}).status == 404


def test_who_sees_which_schedules(api: Api, inst: Instance, body: dict[str, Any]) -> None:
    dan = person(inst, "Dan")
    mine, his = made(api, body), made(api, body, user_id=dan)
    key = body["dashboard_id"]

    def ids(path: str, **query: Any) -> list[str]:
        return [plan["id"] for plan in api.get(path, **query).body]

    assert ids("/scheduled_plans") == [mine["id"]]
    assert ids("/scheduled_plans", user_id=dan)[-1:] == [his["id"]]
    assert {mine["id"], his["id"]} <= set(ids("/scheduled_plans", all_users="true"))
    place = f"/scheduled_plans/dashboard/{key}"
    assert ids(place) == [mine["id"]]
    assert ids(place, all_users="true") == [mine["id"], his["id"]]
    assert ids(place, user_id=dan) == [his["id"]]
    with acting_as(api, inst, "Dan"):
        assert ids("/scheduled_plans", all_users="true") == [his["id"]]
        assert ids("/scheduled_plans", user_id=mine["user_id"]) == []
        assert api.get(f"/scheduled_plans/{mine['id']}").status == 404
        assert api.patch(f"/scheduled_plans/{his['id']}", {"name": "Mine"}).status == 200
        assert api.patch(f"/scheduled_plans/{his['id']}", {"user_id": mine["user_id"]}).status == 403
        assert post(api, body, user_id=mine["user_id"]).status == 403
    with acting_as(api, inst, "Maya"):
        assert {mine["id"], his["id"]} <= set(ids("/scheduled_plans", all_users="true"))
        assert api.get(f"/scheduled_plans/{his['id']}").status == 200
        assert api.patch(f"/scheduled_plans/{his['id']}", {"name": "Hers"}).status == 403
        assert api.delete(f"/scheduled_plans/{his['id']}").status == 403
    assert api.patch(f"/scheduled_plans/{his['id']}", {"user_id": mine["user_id"]}).body["user_id"] != dan


def test_lists_by_content(api: Api, body: dict[str, Any], box: str) -> None:
    look = look_id(api, box)
    without = {**body, "dashboard_id": None}
    of_look = made(api, without, look_id=look, **NEVER)["id"]
    of_store = made(api, without, lookml_dashboard_id="ecommerce::store_health")["id"]
    of_board = made(api, body)["id"]
    for path, found in (
        (f"look/{look}", [of_look]),
        ("lookml_dashboard/ecommerce::store_health", [of_store]),
        (f"space/{box}", [of_look, of_board]),
    ):
        assert [plan["id"] for plan in api.get(f"/scheduled_plans/{path}").body] == found
    assert api.get("/scheduled_plans/look/99999").status == 404


def test_schedules_are_searched(api: Api, inst: Instance, body: dict[str, Any]) -> None:
    plan = made(api, body, name="Only this", user_id=person(inst, "Dan"))
    other = made(api, body, name="Another", scheduled_plan_destination=[{**MAIL, "format": "csv_zip"}])

    def found(**query: Any) -> list[str]:
        return [p["id"] for p in api.get("/scheduled_plans/search", all_users="true", **query).body]

    assert found(name="only%") == [plan["id"]]
    assert found(user_first_name="dan", dashboard_id=body["dashboard_id"]) == [plan["id"]]
    assert found(delivery_format="csv_zip") == [other["id"]]
    assert plan["id"] in found(recipient="maya@%", destination_type="email")
    page = api.get("/scheduled_plans/search", all_users="true", limit=1, sorts="name", fields="name")
    assert len(page.body) == 1 and set(page.body[0]) == {"name"}
    assert [p["id"] for p in api.get("/scheduled_plans/search").body] == [other["id"]]


def test_run_once(api: Api, inst: Instance, body: dict[str, Any]) -> None:
    once = api.made("/scheduled_plans/run_once", **{**body, "crontab": None})
    assert (once["run_once"], once["next_run_at"]) == (True, None)
    assert api.get(f"/scheduled_plans/{once['id']}").status == 404
    plan = made(api, body, enabled=False)
    path = f"/scheduled_plans/{plan['id']}/run_once"
    assert api.post(path).body["run_once"] is True
    elsewhere = [{**MAIL, "address": "a@x.example"}]
    assert api.post(path, {"scheduled_plan_destination": elsewhere}).status == 200
    assert fields_of(api.post(path, {"scheduled_plan_destination": []})) == ["scheduled_plan_destination"]
    kept = api.get(f"/scheduled_plans/{plan['id']}").body
    assert (kept["run_once"], kept["enabled"]) == (False, False)
    assert kept["scheduled_plan_destination"] == plan["scheduled_plan_destination"]
    assert [d["why"] for d in inst.deliveries] == ["run_once"] * 3
    assert inst.deliveries[-1]["to"] == ["a@x.example"]


def test_what_becomes_of_a_schedule(api: Api, inst: Instance, body: dict[str, Any]) -> None:
    plan, his = made(api, body), made(api, body, user_id=person(inst, "Dan"))
    api.patch(f"/dashboards/{body['dashboard_id']}", {"deleted": True})
    assert api.get(f"/scheduled_plans/{plan['id']}").body["enabled"] is True
    api.delete(f"/dashboards/{body['dashboard_id']}")
    dead = api.get(f"/scheduled_plans/{plan['id']}").body
    assert (dead["enabled"], dead["dashboard_id"], dead["title"]) == (False, body["dashboard_id"], None)
    assert api.delete(f"/users/{person(inst, 'Dan')}").status == 204
    assert api.get(f"/scheduled_plans/{his['id']}").status == 404


def test_directly(inst: Instance, shared: str) -> None:
    folder = inst.create("folder", name="Box", parent_id=shared)
    board = inst.create("dashboard", title="Direct", folder_id=folder["id"])
    body = {"name": "Direct", "dashboard_id": board["id"], "crontab": "0 6 * * *"}
    with inst.acting(person(inst, "Chloé")):
        plan = inst.create("scheduled_plan", **body, scheduled_plan_destination=[MAIL], enabled=False)
        inst.edit("scheduled_plan", plan["id"], enabled=True)
    assert inst.answer("scheduled_plan", plan["id"])["user"]["first_name"] == "Chloé"
    assert [d["why"] for d in inst.deliveries] == ["enabled"]
    inst.delete("scheduled_plan", plan["id"])
    assert inst.get("scheduled_plan", plan["id"]) is None

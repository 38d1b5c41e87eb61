from __future__ import annotations

from typing import Any

import pytest
from looker_sdk.sdk.api40.models import WriteAlert

from lookervault.sandbox import Instance
from lookervault.sandbox.content import infrastructure
from lookervault.sandbox.shapes import fields_of as fields_of_model

from .conftest import Api, Reply, fields_of, orders
from .visitors import acting_as, person

MAIL = {"destination_type": "EMAIL", "email_address": "maya@harbourpine.example"}
HEARD = {"filter_title": "Date", "field_name": "orders.created_date", "filter_value": "7 days"}


def tile(api: Api, board: dict[str, Any], **more: Any) -> str:
    query = api.made("/queries", **orders())
    body = {"dashboard_id": board["id"], "query_id": query["id"], **more}
    return str(api.made("/dashboard_elements", **body)["id"])


@pytest.fixture
def body(api: Api, board: dict[str, Any]) -> dict[str, Any]:
    """What an alert on a new element takes."""
    return {
        "dashboard_element_id": tile(api, board),
        "owner_id": api.get("/user").body["id"],
        "field": {"title": "Orders Count", "name": "orders.count"},
        "comparison_type": "LESS_THAN",
        "threshold": 0,
        "cron": "0 * * * *",
        "destinations": [MAIL],
    }


def post(api: Api, body: dict[str, Any], **changed: Any) -> Reply:
    return api.post("/alerts", {**body, **changed})


def made(api: Api, body: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return api.made("/alerts", **{**body, **changed})


def test_a_new_alert(api: Api, body: dict[str, Any], board: dict[str, Any]) -> None:
    place = {"investigative_content_type": "dashboard", "investigative_content_id": board["id"]}
    alert = made(api, body, applied_dashboard_filters=[HEARD], **place)
    assert (alert["threshold"], alert["is_disabled"], alert["enhancements"]) == (0, False, "NONE")
    assert (alert["owner_display_name"], alert["investigative_content_title"]) == ("Avery Admin", "Fresh")
    assert alert["applied_dashboard_filters"] == [{**HEARD, "filter_description": "Date is 7 days"}]
    element = api.get(f"/dashboard_elements/{body['dashboard_element_id']}").body
    assert (element["alert_count"], alert["query_id"]) == (1, element["query_id"])
    assert api.get(f"/alerts/{alert['id']}").body == alert
    assert api.delete(f"/alerts/{alert['id']}").status == 204
    assert api.get(f"/alerts/{alert['id']}").status == 404
    assert api.get(f"/dashboard_elements/{body['dashboard_element_id']}").body["alert_count"] == 0


def test_what_an_alert_needs(api: Api, body: dict[str, Any]) -> None:
    assert fields_of(api.post("/alerts", {})) == [
        "comparison_type",
        "cron",
        "destinations",
        "field",
        "owner_id",
        "threshold",
    ]
    mail, hub = dict(MAIL), {"destination_type": "ACTION_HUB", "action_hub_integration_id": "1::none"}
    for wrong, field in (
        ({"dashboard_element_id": None}, "dashboard_element_id"),
        (
            {"lookml_dashboard_id": "ecommerce::store_health", "dashboard_element_id": None},
            "dashboard_element_id",
        ),
        ({"comparison_type": "NEARLY"}, "comparison_type"),
        ({"enhancements": "SOME"}, "enhancements"),
        ({"investigative_content_type": "look"}, "investigative_content_type"),
        ({"cron": "*/10 * * * *"}, "cron"),
        ({"cron": "hourly"}, "cron"),
        ({"destinations": []}, "destinations"),
        ({"destinations": [mail, hub]}, "destinations"),
        ({"destinations": [{"destination_type": "FAX"}]}, "destinations"),
        ({"destinations": [{"destination_type": "EMAIL"}]}, "destinations.email_address"),
        (
            {"applied_dashboard_filters": [{**HEARD, "filter_title": ""}]},
            "applied_dashboard_filters.filter_title",
        ),
        (
            {"applied_dashboard_filters": [{**HEARD, "filter_description": "x"}]},
            "applied_dashboard_filters[0].filter_description",
        ),
        ({"owner_display_name": "Maya"}, "owner_display_name"),
        ({"followed": True}, "followed"),
        ({"threshold": "0"}, "threshold"),
    ):
        assert fields_of(post(api, body, **wrong)) == [field], wrong
    for field in ("dashboard_element_id", "owner_id", "query_id", "investigative_content_id"):
        assert post(api, body, **{field: "99999"}).status == 404
    assert post(api, body, destinations=[hub]).status == 404
    assert post(api, body, cron="*/15 * * * *").status == 200


def test_alerts_to_an_integration(api: Api, inst: Instance, body: dict[str, Any]) -> None:
    key = infrastructure.integration_id(inst, infrastructure.SLACK)
    hub = {
        "destination_type": "ACTION_HUB",
        "action_hub_integration_id": key,
        "action_hub_form_params_json": "{}",
    }
    alert = made(api, body, destinations=[hub])
    assert (alert["destinations"], alert["followable"]) == ([hub], False)


def test_alerts_need_an_element_with_a_query(api: Api, body: dict[str, Any], board: dict[str, Any]) -> None:
    text = api.made("/dashboard_elements", dashboard_id=board["id"], type="text", body_text="Hello")
    assert fields_of(post(api, body, dashboard_element_id=text["id"])) == ["dashboard_element_id"]
    place = {"dashboard_element_id": None, "lookml_link_id": "orders"}
    assert post(api, body, **place, lookml_dashboard_id="ecommerce::none").status == 404
    alert = made(api, body, **place, lookml_dashboard_id="ecommerce::store_health")
    assert (alert["lookml_link_id"], alert["query_id"]) == ("orders", None)


def test_a_few_fields_are_patched(api: Api, inst: Instance, body: dict[str, Any]) -> None:
    alert = made(api, body)
    path = f"/alerts/{alert['id']}"
    dan = person(inst, "Dan")
    given = {"threshold": 7.5, "is_public": True, "enhancements": "STRATEGIC_NARRATIVE", "owner_id": dan}
    changed = api.patch(path, {**given, "is_disabled": True, "disabled_reason": "Too loud"}).body
    assert {key: changed[key] for key in given} == given
    assert (changed["is_disabled"], changed["disabled_reason"]) == (True, "Too loud")
    again = api.patch(path, {"is_disabled": False}).body
    assert (again["is_disabled"], again["disabled_reason"]) == (False, None)
    for field, value in (("cron", "0 6 * * *"), ("destinations", [MAIL]), ("custom_title", "X")):
        assert fields_of(api.patch(path, {field: value})) == [field]
    assert fields_of(api.patch(path, {"threshold": None})) == ["threshold"]
    assert api.patch(path, {"owner_id": "99999"}).status == 404
    assert api.patch("/alerts/99999", {"threshold": 1}).status == 404


def test_the_rest_is_put(api: Api, body: dict[str, Any], board: dict[str, Any]) -> None:
    alert = made(api, body, custom_title="Old", is_public=True, applied_dashboard_filters=[HEARD])
    path, other = f"/alerts/{alert['id']}", tile(api, board)
    assert fields_of(api.put(path, {"cron": "0 6 * * *"})) == [
        "comparison_type",
        "destinations",
        "field",
        "owner_id",
        "threshold",
    ]
    put = api.put(path, {**body, "cron": "0 6 * * *", "dashboard_element_id": other}).body
    assert (put["cron"], put["custom_title"], put["is_public"]) == ("0 6 * * *", None, False)
    assert (put["id"], put["applied_dashboard_filters"]) == (alert["id"], [])
    assert put["dashboard_element_id"] == body["dashboard_element_id"] != other
    for field in fields_of_model(WriteAlert).keys() - body.keys():
        assert api.put(path, {**body, field: None}).status == 200, field


def test_an_alert_outlives_its_element(api: Api, body: dict[str, Any], board: dict[str, Any]) -> None:
    alert = made(api, body)
    path = f"/alerts/{alert['id']}"
    api.delete(f"/dashboard_elements/{body['dashboard_element_id']}")
    orphan = api.get(path).body
    assert (orphan["is_disabled"], orphan["disabled_reason"]) == (
        True,
        "The dashboard element of this alert has been deleted.",
    )
    assert fields_of(api.patch(path, {"is_disabled": False})) == ["is_disabled"]
    assert api.patch(path, {"threshold": 3}).body["is_disabled"] is True
    assert alert["id"] in [a["id"] for a in api.get("/alerts/search", disabled="true").body]
    assert alert["id"] not in [a["id"] for a in api.get("/alerts/search", disabled="false").body]
    whole = made(api, {**body, "dashboard_element_id": tile(api, board)})
    api.delete(f"/dashboards/{board['id']}")
    assert api.get(f"/alerts/{whole['id']}").body["is_disabled"] is True


def test_who_sees_and_changes_which_alerts(api: Api, inst: Instance, body: dict[str, Any]) -> None:
    dan, me = person(inst, "Dan"), body["owner_id"]
    mine, open_to_all = made(api, body), made(api, body, is_public=True)
    his = made(api, body, owner_id=dan)

    def ids(**query: Any) -> list[str]:
        return [alert["id"] for alert in api.get("/alerts/search", **query).body]

    assert ids() == [mine["id"], open_to_all["id"]]
    assert {mine["id"], his["id"]} <= set(ids(all_owners="true"))
    assert ids(all_owners="true", limit=2, offset=1) == ids(all_owners="true")[1:3]
    with acting_as(api, inst, "Dan"):
        assert his["id"] in ids() and mine["id"] not in ids()
        assert api.get("/alerts/search", all_owners="true").status == 403
        assert api.get(f"/alerts/{mine['id']}").status == 403
        assert api.get(f"/alerts/{open_to_all['id']}").status == 200
        for path in (mine["id"], open_to_all["id"]):
            assert api.patch(f"/alerts/{path}", {"threshold": 1}).status == 403
            assert api.delete(f"/alerts/{path}").status == 403
        assert api.patch(f"/alerts/{his['id']}", {"threshold": 1}).status == 200
        assert api.patch(f"/alerts/{his['id']}", {"owner_id": me}).status == 403
        assert post(api, body).status == 403
    with acting_as(api, inst, "Ingrid") as ingrid:
        assert post(api, body, owner_id=ingrid).status == 405
    assert api.delete(f"/users/{dan}").status == 204
    assert api.get(f"/alerts/{his['id']}").status == 404


def test_directly(inst: Instance) -> None:
    key = next(e["id"] for e in inst.all("dashboard_element") if e.get("query_id"))
    fields = {"field": {"title": "A", "name": "a.b"}, "comparison_type": "EQUAL_TO", "threshold": 1}
    owner = person(inst, "Nadia")
    alert = inst.create(
        "alert", dashboard_element_id=key, owner_id=owner, cron="0 6 * * *", destinations=[MAIL], **fields
    )
    inst.edit("alert", alert["id"], cron="0 7 * * *", custom_title="As in the UI")
    assert inst.answer("alert", alert["id"])["custom_title"] == "As in the UI"
    inst.delete("alert", alert["id"])
    assert inst.get("alert", alert["id"]) is None

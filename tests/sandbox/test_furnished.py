"""What the demo company has beyond its folders, people and content."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qs

from lookervault.sandbox import Instance, blank_instance, demo_instance

from .conftest import Api
from .visitors import person


def test_attributes_and_their_values(api: Api, inst: Instance) -> None:
    own = {a["name"]: a for a in api.get("/user_attributes").body if not a["is_system"]}
    assert len(own) >= 6
    assert {a["type"] for a in own.values()} >= {"string", "number", "yesno", "datetime"}
    assert [name for name, a in own.items() if a["value_is_hidden"]] == ["password"]
    assert len({v["group_id"] for v in inst.all("user_attribute_group_value")}) >= 5
    assert len({v["user_id"] for v in inst.all("user_attribute_user_value")}) >= 2
    ranks = [v["rank"] for v in api.get(f"/user_attributes/{own['sees_margins']['id']}/group_values").body]
    assert ranks == [10, 20, 30]


def test_conflicting_values(api: Api, inst: Instance) -> None:
    def held(first: str, name: str) -> tuple[str, str]:
        rows = api.get(f"/users/{person(inst, first)}/attribute_values").body
        return next((row["value"], row["source"]) for row in rows if row["name"] == name)

    assert held("Jonas", "sales_region") == ("EMEA", "Group: Sales EMEA")
    assert held("Tomás", "sales_region") == ("EMEA,Nordics", "User Setting")
    assert held("Nadia", "row_limit") == ("50000", "Group: Analysts")
    assert held("Dan", "row_limit") == ("1000", "Group: All Users")
    assert held("Chloé", "sees_margins") == ("no", "Default")


def test_landing_pages_lead_to_dashboards(api: Api, inst: Instance) -> None:
    landing = next(a for a in api.get("/user_attributes").body if a["name"] == "landing_page")
    pages = [v["value"] for v in api.get(f"/user_attributes/{landing['id']}/group_values").body]
    for page in [landing["default_value"], *pages]:
        assert api.get(page).status == 200


def test_schedules(api: Api, inst: Instance) -> None:
    plans = api.get("/scheduled_plans", all_users="true").body
    assert len(plans) >= 8
    for field in (
        "look_id",
        "dashboard_id",
        "lookml_dashboard_id",
        "query_id",
        "datagroup",
        "crontab",
        "tab_ids",
    ):
        assert any(plan[field] for plan in plans), field
    assert [plan["name"] for plan in plans if not plan["enabled"]] == ["Late shipments"]
    assert Counter(plan["name"] for plan in plans).most_common(1) == [("Company Pulse", 2)]
    assert len({plan["user_id"] for plan in plans}) >= 6
    types = {d["type"] for plan in plans for d in plan["scheduled_plan_destination"]}
    assert {"email", "webhook", "sftp", "s3"} < types
    assert inst.deliveries == []


def titles(inst: Instance, dashboard_id: str) -> set[str]:
    return {f["title"] for f in inst.where("dashboard_filter", "dashboard_id", dashboard_id)}


def test_filters_of_schedules_and_alerts_are_filters_of_their_dashboards(inst: Instance) -> None:
    filtered = [plan for plan in inst.all("scheduled_plan") if plan["filters_string"]]
    for plan in filtered:
        given = parse_qs(plan["filters_string"].removeprefix("?"), keep_blank_values=True)
        assert given.keys() <= titles(inst, plan["dashboard_id"]), plan["name"]
    watched = [alert for alert in inst.all("alert") if alert.get("dashboard_element_id")]
    for alert in watched:
        element = inst.get("dashboard_element", alert["dashboard_element_id"]) or {}
        used = {each["filter_title"] for each in alert["applied_dashboard_filters"]}
        assert used <= titles(inst, element["dashboard_id"])
        query = inst.get("query", element["query_id"]) or {}
        assert alert["field"]["name"] in query["fields"]
    assert len(filtered) >= 3 and len(watched) >= 6


def test_alerts(api: Api) -> None:
    alerts = api.get("/alerts/search", all_owners="true").body
    assert len(alerts) >= 6
    on = Counter(alert["dashboard_element_id"] for alert in alerts)
    assert on.most_common(1)[0][1] == 2
    assert {d["destination_type"] for a in alerts for d in a["destinations"]} == {"EMAIL", "ACTION_HUB"}
    assert [a["disabled_reason"] for a in alerts if a["is_disabled"]] == ["Carrier strike"]
    assert any(a["applied_dashboard_filters"] for a in alerts)
    assert any(a["lookml_dashboard_id"] for a in alerts)


def test_models_name_connections_and_projects_that_exist(inst: Instance) -> None:
    for model in inst.all("lookml_model"):
        if not model.get("_internal"):
            assert inst.get("project", model["project_name"])
            assert all(inst.get("connection", name) for name in model["allowed_db_connection_names"])


def test_a_blank_instance_has_the_infrastructure_of_another() -> None:
    dev = demo_instance()
    prod = blank_instance(first_id=5000, like=dev)
    for kind, field in (
        ("connection", "name"),
        ("project", "name"),
        ("datagroup", "name"),
        ("integration_hub", "url"),
        ("integration", "label"),
    ):
        assert [r[field] for r in prod.all(kind)] == [r[field] for r in dev.all(kind)] != []
    assert [i["id"] for i in prod.all("integration")] == [
        "5000::slack_app",
        "5000::google_sheets",
        "5001::tickets",
    ]
    for kind in ("scheduled_plan", "alert", "user_attribute_group_value", "user_attribute_user_value"):
        assert prod.all(kind) == []
    assert all(a["is_system"] for a in prod.all("user_attribute"))

"""The small instance with schedules and alerts, and what an instance has of them as plain HTTP tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from lookervault.plan.plan import Plan
from lookervault.plan.policy import Policy
from lookervault.sandbox import Instance, Server, blank_instance
from lookervault.sandbox.content import infrastructure
from lookervault.store.snapshots import Snapshot
from world import KEY, World

from .small import dashboard, element, named, small_instance, tab

Raw = dict[str, Any]

MAIL: Raw = {"type": "email", "address": "ann@example.com", "format": "wysiwyg_pdf", "apply_vis": True}
HOOK: Raw = {
    "type": "webhook",
    "address": "https://hooks.example/x",
    "format": "json",
    "parameters": '{"b": 1}',
}
WATCH: Raw = {"comparison_type": "LESS_THAN", "threshold": 50, "cron": "0 6 * * *"}
TO_ANN = [{"destination_type": "EMAIL", "email_address": "ann@example.com"}]


def delivering_instance(first_id: int = 1) -> Instance:
    """Schedules of a look, a dashboard, a LookML dashboard and a query; alerts on three elements."""
    inst = small_instance(first_id)
    infrastructure.deploy(inst)
    ann, ben = (named(inst, "user", first_name=name)["id"] for name in ("Ann", "Ben"))
    board, look = dashboard(inst), named(inst, "look", title="By month")["id"]
    linked = named(inst, "dashboard_element", dashboard_id=board, look_id=look)["id"]
    inst.edit("dashboard_element", linked, title="By month")
    flags = dict.fromkeys(("require_results", "require_no_results", "require_change"), False)
    plans: list[Raw] = [
        {"name": "Daily", "dashboard_id": board, "user_id": ann, "tab_ids": [tab(inst, "More")]},
        {"name": "Daily", "dashboard_id": board, "user_id": ben, "filters_string": "?Region=EMEA"},
        {"name": "Months", "look_id": look, "user_id": ben, **flags, "require_change": True},
        {
            "name": "Health",
            "lookml_dashboard_id": "ecommerce::store_health",
            "user_id": ann,
            "enabled": False,
        },
        {"name": "Asked", "query_id": inst.get("look", look)["query_id"], "user_id": ann},  # type: ignore[index]
    ]
    for plan in plans:
        to = [HOOK, MAIL] if plan["name"] == "Months" else [MAIL]
        inst.create("scheduled_plan", crontab="0 6 * * *", scheduled_plan_destination=to, **plan)
    for owner, title, threshold in ((ann, "Orders", 50), (ben, "Orders", 75), (ben, "By month", 5)):
        alert(inst, owner, title, threshold=threshold)
    alert(inst, ann, "Channels", custom_title="Quiet", is_disabled=True, disabled_reason="Holidays")
    inst.deliveries.clear()
    return inst


def delivering_target(source: Instance) -> Instance:
    return blank_instance(5000, like=source)


def alert(inst: Instance, owner: str, title: str, **fields: Any) -> Raw:
    """An alert on an element of the board."""
    about = {"investigative_content_type": "dashboard", "investigative_content_id": dashboard(inst)}
    watched = {"title": "Orders Count", "name": "orders.count"}
    heard = [{"filter_title": "Region", "field_name": "customers.region", "filter_value": "EMEA"}]
    whole = {**about, "field": watched, **WATCH, "destinations": TO_ANN, "applied_dashboard_filters": heard}
    where = {"dashboard_element_id": element(inst, title), "owner_id": owner}
    return inst.create("alert", **{**whole, **where, **fields})


def plan(world: World, snapshot: Snapshot | None = None, enable: bool = False) -> Plan:
    """A plan with or without leave to reach people."""
    return world.plan(snapshot, policy=Policy(enable_schedules=enable))


def carry_out(world: World, made: Plan) -> None:
    """Applies a plan of which nothing may fail."""
    world.carry_out(made)


def reader(server: Server) -> Callable[[str], Any]:
    """Asks the server over HTTP, with nothing of lookervault in between."""
    form = urlencode({"client_id": KEY[0], "client_secret": KEY[1]}).encode()
    with urlopen(f"{server.url}/api/4.0/login", form) as answer:
        token = json.load(answer)["access_token"]

    def get(path: str) -> Any:
        ask = Request(f"{server.url}/api/4.0{path}", headers={"Authorization": f"token {token}"})
        with urlopen(ask) as answer:
            return json.load(answer)

    return get


def emails(get: Callable[[str], Any]) -> dict[str, str]:
    """User id to e-mail."""
    return {user["id"]: user["email"] for user in get("/users")}

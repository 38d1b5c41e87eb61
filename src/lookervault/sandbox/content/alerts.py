"""The alerts of the demo company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lookervault.sandbox.content import infrastructure
from lookervault.sandbox.content.make import Known
from lookervault.sandbox.content.spec import compact
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.state import Record


@dataclass(frozen=True)
class Alert:
    """One alert: whose, on which element of which dashboard, when it fires; to nobody: to the channel.

    `rows` says which rows of the result are watched.
    """

    owner: str
    dashboard: str
    element: str
    watched: tuple[str, str]
    comparison: str
    threshold: float
    to: tuple[str, ...] = ()
    rows: tuple[Record, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


def heard(title: str, name: str, value: str) -> Record:
    """A filter of the dashboard as it was when the alert was made."""
    return {"filter_title": title, "field_name": name, "filter_value": value}


ORDERS = ("Orders Count", "orders.count")
ALERTS = (
    Alert(
        "nadia",
        "sales",
        "Orders",
        ORDERS,
        "LESS_THAN",
        50,
        ("maya", "tomas"),
        fields={
            "custom_title": "Orders are slow",
            "applied_dashboard_filters": [
                heard("Date Range", "orders.created_date", "1 day"),
                heard("Region", "customers.region", "EMEA"),
            ],
        },
    ),
    Alert("owen", "sales", "Orders", ORDERS, "INCREASES_BY", 25.5, fields={"cron": "*/15 8-18 * * 1-5"}),
    Alert(
        "maya",
        "pulse",
        "On time",
        ("Shipments On Time Rate", "shipments.on_time_rate"),
        "LESS_THAN_OR_EQUAL_TO",
        0.95,
        ("lucas",),
        fields={"is_disabled": True, "disabled_reason": "Carrier strike"},
    ),
    Alert(
        "chloe",
        "campaigns",
        "Conversions",
        ("Sessions Conversions", "sessions.conversions"),
        "GREATER_THAN",
        1000,
        ("chloe", "dan"),
        fields={
            "is_public": True,
            "applied_dashboard_filters": [heard("Source", "sessions.source", "newsletter")],
        },
    ),
    Alert(
        "aiko",
        "pnl",
        "Accounts",
        ("Ledger Amount", "ledger.amount"),
        "DECREASES_BY",
        10000,
        ("aiko",),
        ({"field_name": "ledger.account_group", "field_value": "Revenue"},),
        fields={"cron": "0 6 * * 1", "description": "One line per group of accounts."},
    ),
    Alert(
        "nadia",
        "stock",
        "On hand",
        ("Stock On Hand", "stock.on_hand"),
        "EQUAL_TO",
        0,
        ("ingrid",),
        fields={
            "custom_url_base": "https://looker.harbourpine.example",
            "custom_url_params": "/dashboards/<stock>",
            "custom_url_label": "Look at the stock",
            "show_custom_url": True,
        },
    ),
)
STORE_HEALTH: Record = {
    "lookml_dashboard_id": "ecommerce::store_health",
    "lookml_link_id": "orders_today",
    "field": {"title": "Orders Count", "name": "orders.count"},
    "comparison_type": "LESS_THAN",
    "threshold": 1,
    "cron": "0 12 * * *",
    "destinations": [{"destination_type": "EMAIL", "email_address": "owen@harbourpine.example"}],
}


def watch(inst: Instance, known: Known) -> None:
    """Makes the alerts for their owners."""
    for alert in ALERTS:
        title, name = alert.watched
        dashboard_id = known.dashboards[alert.dashboard]
        inst.create(
            "alert",
            owner_id=known.people[alert.owner],
            dashboard_element_id=_element(inst, dashboard_id, alert.element),
            investigative_content_type="dashboard",
            investigative_content_id=dashboard_id,
            field={"title": title, "name": name, "filter": list(alert.rows)},
            comparison_type=alert.comparison,
            threshold=alert.threshold,
            destinations=_destinations(inst, alert.to),
            **{"cron": "0 * * * *", **_with_links(known, alert.fields)},
        )
    inst.create("alert", owner_id=known.people["owen"], **STORE_HEALTH)


def _element(inst: Instance, dashboard_id: str, title: str) -> str:
    found = inst.where("dashboard_element", "dashboard_id", dashboard_id)
    return next(str(element["id"]) for element in found if element.get("title") == title)


def _destinations(inst: Instance, people: tuple[str, ...]) -> list[Record]:
    if people:
        return [
            {"destination_type": "EMAIL", "email_address": f"{person}@harbourpine.example"}
            for person in people
        ]
    key = infrastructure.integration_id(inst, infrastructure.SLACK)
    form = compact({"channel": "C0SALES", "message": "Many more orders."})
    hub = {"action_hub_integration_id": key, "action_hub_form_params_json": form}
    return [{"destination_type": "ACTION_HUB", **hub}]


def _with_links(known: Known, fields: Mapping[str, Any]) -> Record:
    done = dict(fields)
    if "custom_url_params" in done:
        done["custom_url_params"] = done["custom_url_params"].replace("<stock>", known.dashboards["stock"])
    return done

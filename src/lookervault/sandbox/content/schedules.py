"""What the demo company has sent by schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lookervault.sandbox.content import infrastructure
from lookervault.sandbox.content.make import Known
from lookervault.sandbox.content.spec import compact, query
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.rules import layouts
from lookervault.sandbox.state import Record


@dataclass(frozen=True)
class Plan:
    """One schedule: whose, of what, where to; `tabs` are labels."""

    name: str
    owner: str
    content: tuple[str, str]
    destinations: tuple[Record, ...]
    tabs: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


def mail(person: str, form: str = "wysiwyg_pdf", **more: Any) -> Record:
    """An e-mail to somebody of the company, or to an address."""
    address = person if "@" in person else f"{person}@harbourpine.example"
    return {"type": "email", "address": address, "format": form, "apply_vis": True, **more}


MORNING, MONDAY, FIRST = "0 6 * * *", "30 6 * * 1", "0 7 1 * *"
WEBHOOK: Record = {
    "type": "webhook",
    "address": "https://hooks.harbourpine.example/receivables",
    "format": "json",
    "apply_formatting": True,
}
SFTP: Record = {
    "type": "sftp",
    "address": "sftp://files.harbourpine.example/in/",
    "format": "csv",
    "parameters": compact({"username": "looker"}),
    "secret_parameters": compact({"password": "sftp-knows"}),
}
BUCKET: Record = {
    "type": "s3",
    "address": "s3://harbourpine-reports/pnl/",
    "format": "assembled_pdf",
    "parameters": compact({"access_key_id": "AKIAEXAMPLE", "region": "eu-central-1"}),
    "secret_parameters": compact({"secret_access_key": "s3-knows"}),
}
SLACK: Record = {
    "type": f"looker-integration://<{infrastructure.SLACK}>",
    "address": "",
    "format": "wysiwyg_png",
    "parameters": compact({"channel": "C0MARKETING"}),
}
ALWAYS = {"require_results": False, "require_no_results": False, "require_change": False}
PULSE = ("dashboard_id", "pulse")

PLANS = (
    Plan(
        "Revenue, every month",
        "nadia",
        ("look_id", "Revenue by month"),
        (mail("maya", "xlsx"), mail("bank@partners.example", "csv", message="As agreed.")),
        fields={"crontab": FIRST, **ALWAYS, "require_results": True, "timezone": "Europe/Berlin"},
    ),
    Plan(
        "Open receivables",
        "aiko",
        ("look_id", "Open receivables"),
        (WEBHOOK, SFTP, mail("samuel", "xlsx")),
        fields={"crontab": MORNING, **ALWAYS, "require_change": True, "send_all_results": True},
    ),
    Plan(
        "Sales on Monday",
        "nadia",
        ("dashboard_id", "sales"),
        (mail("tomas"), mail("priya")),
        fields={
            "crontab": MONDAY,
            "filters_string": "?Date+Range=7+days&Region=EMEA%2CAmericas",
            "pdf_paper_size": "a4",
            "pdf_landscape": True,
            "run_as_recipient": True,
        },
    ),
    Plan(
        "Stock at seven",
        "ingrid",
        ("dashboard_id", "health"),
        (mail("lucas"),),
        tabs=("Stock", "Cover"),
        fields={"crontab": "0 7 * * 1-5", "filters_string": "?Warehouse=Berlin", "pdf_page_breaks": True},
    ),
    Plan(
        "Store health",
        "owen",
        ("lookml_dashboard_id", "ecommerce::store_health"),
        (mail("owen"),),
        tabs=("Overview",),
        fields={"datagroup": "ecommerce::nightly_load"},
    ),
    Plan(
        "P&L after the close",
        "aiko",
        ("dashboard_id", "pnl"),
        (BUCKET, mail("maya", message="Final numbers.")),
        fields={"datagroup": "finance::close_load", "include_dashboard_summary": True},
    ),
    Plan(
        "Late shipments",
        "lucas",
        ("dashboard_id", "shipping"),
        (mail("ingrid"),),
        fields={"crontab": MORNING, "enabled": False, "filters_string": "?Carrier="},
    ),
    Plan("Company Pulse", "maya", PULSE, (mail("maya"),), fields={"crontab": MORNING}),
    Plan("Company Pulse", "jonas", PULSE, (mail("jonas"),), tabs=("Overview",), fields={"crontab": MONDAY}),
    Plan(
        "Campaigns to the channel",
        "chloe",
        ("dashboard_id", "campaigns"),
        (SLACK,),
        fields={
            "crontab": "0 9 * * 5",
            "filters_string": "?Date=7+days",
            "custom_url_base": "https://looker.harbourpine.example",
            "custom_url_params": "/dashboards/marketing-kpis",
            "custom_url_label": "All of marketing",
            "show_custom_url": True,
        },
    ),
    Plan(
        "Sessions, as queried",
        "owen",
        ("query_id", ""),
        (mail("dan", "csv"),),
        fields={"crontab": MONDAY},
    ),
    Plan(
        "For the audit",
        "retired",
        ("dashboard_id", "emea-old"),
        (mail("retired"),),
        fields={"crontab": FIRST},
    ),
)
QUERY = query("web", "sessions.start_date sessions.count", "table")


def plan_all(inst: Instance, known: Known) -> None:
    """Makes the schedules for their owners; what was sent thereby is forgotten."""
    for plan in PLANS:
        field_name, name = plan.content
        key = _content(inst, known, field_name, name)
        inst.create(
            "scheduled_plan",
            name=plan.name,
            user_id=known.people[plan.owner],
            scheduled_plan_destination=[_with_ids(inst, item) for item in plan.destinations],
            tab_ids=_tabs(inst, plan, key),
            **{field_name: key},
            **plan.fields,
        )
    inst.deliveries.clear()


def _content(inst: Instance, known: Known, field_name: str, name: str) -> str:
    if field_name == "query_id":
        return str(inst.create("query", **QUERY)["id"])
    places = {"look_id": known.looks, "dashboard_id": known.dashboards}
    return places[field_name][name] if field_name in places else name


def _with_ids(inst: Instance, item: Record) -> Record:
    key = infrastructure.integration_id(inst, infrastructure.SLACK)
    return {**item, "type": item["type"].replace(f"<{infrastructure.SLACK}>", key)}


def _tabs(inst: Instance, plan: Plan, key: str) -> list[str]:
    """The ids of the tabs with these labels; a LookML dashboard has only the labels."""
    found = {layout.get("label"): layout["id"] for layout in layouts.of_dashboard(inst, key)}
    return [found.get(label, label) for label in plan.tabs]

"""The LookML that the demo company has deployed: two models, their explores, two LookML dashboards."""

from __future__ import annotations

from typing import Any

from lookervault.sandbox.instance import Instance
from lookervault.sandbox.rules.folders import LOOKML
from lookervault.sandbox.state import Record

# view: dimensions | measures; a type other than string follows a colon
VIEWS = {
    "orders": "id:number status channel created_date:date created_month:date_month shipped_date:date"
    " | count total_revenue average_order_value total_discount",
    "order_items": "sku sale_price:number returned:yesno return_reason"
    " | count units total_margin margin_rate",
    "products": "name category brand department price_tier | count",
    "customers": "name country region segment signup_date:date | count lifetime_value",
    "sessions": "source medium campaign landing_page device start_date:date | count bounce_rate conversions",
    "stock": "warehouse bin_code counted_date:date days_of_cover:number | on_hand reserved reorder_count",
    "shipments": "carrier service promised_date:date delivered_date:date late:yesno | count on_time_rate",
    "ledger": "account account_group cost_center posted_month:date_month | amount debit credit",
    "budget": "account_group cost_center budget_month:date_month | amount",
    "invoices": "number customer due_date:date paid_date:date status | count open_amount days_outstanding",
}
EXPLORES = {
    "ecommerce": {
        "orders": ("orders", "order_items", "products", "customers"),
        "web": ("sessions",),
        "inventory": ("stock", "products"),
        "shipping": ("shipments", "orders", "customers"),
    },
    "finance": {"ledger": ("ledger",), "budget": ("budget",), "receivables": ("invoices", "customers")},
}
CONNECTIONS = {"ecommerce": ["warehouse"], "finance": ["erp_replica", "warehouse"]}
LOOKML_DASHBOARDS = {"ecommerce::store_health": "Store Health", "finance::close_status": "Close Status"}


def deploy(inst: Instance) -> None:
    """Puts models, explores and LookML dashboards in place, as a git deploy would."""
    for model, explores in EXPLORES.items():
        inst.create(
            "lookml_model",
            name=model,
            project_name="harbour_pine",
            allowed_db_connection_names=CONNECTIONS[model],
        )
        for name, views in explores.items():
            inst.insert("explore", _explore(model, name, views))
    for key, title in LOOKML_DASHBOARDS.items():
        inst.insert("lookml_dashboard", _dashboard(key, title))


def _explore(model: str, name: str, views: tuple[str, ...]) -> Record:
    fields = [_fields(view) for view in views]
    return {
        "id": f"{model}::{name}",
        "name": name,
        "model_name": model,
        "project_name": "harbour_pine",
        "view_name": views[0],
        "label": name.replace("_", " ").title(),
        "title": name.replace("_", " ").title(),
        "description": None,
        "group_label": "Harbour & Pine",
        "hidden": False,
        "connection_name": CONNECTIONS[model][0],
        "dialect_name": "bigquery_standard_sql",
        "joins": [{"name": view, "relationship": "many_to_one"} for view in views[1:]],
        "fields": {
            "dimensions": [field for dimensions, _ in fields for field in dimensions],
            "measures": [field for _, measures in fields for field in measures],
            "filters": [],
            "parameters": [],
        },
    }


def _fields(view: str) -> tuple[list[Record], list[Record]]:
    dimensions, measures = (half.split() for half in VIEWS[view].split("|"))
    return (
        [_field(view, name, "dimension") for name in dimensions],
        [_field(view, f"{name}:number", "measure") for name in measures],
    )


def _field(view: str, spec: str, category: str) -> dict[str, Any]:
    name, _, kind = spec.partition(":")
    label = name.replace("_", " ").title()
    return {
        "name": f"{view}.{name}",
        "view": view,
        "view_label": view.replace("_", " ").title(),
        "label": f"{view.replace('_', ' ').title()} {label}",
        "label_short": label,
        "type": kind or "string",
        "category": category,
        "measure": category == "measure",
        "is_numeric": kind == "number",
        "hidden": False,
        "source_file": f"views/{view}.view.lkml",
    }


def _dashboard(key: str, title: str) -> Record:
    fixed: Record = {"deleted": False, "hidden": False, "readonly": True, "user_id": None, "view_count": 0}
    parts: Record = {"dashboard_elements": [], "dashboard_filters": [], "dashboard_layouts": []}
    links = {"folder_id": LOOKML, "slug": None, "lookml_link_id": key, "content_metadata_id": key}
    return {"id": key, "title": title, "preferred_viewer": "dashboards-next", **fixed, **parts, **links}

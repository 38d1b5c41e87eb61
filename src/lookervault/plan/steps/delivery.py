"""Steps of scheduled plans and alerts; both are made disabled (resource notes, 4.14, 4.16, 2.9)."""

from __future__ import annotations

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Attributes
from lookervault.model.values import Link, Value
from lookervault.plan.change import Action, Change
from lookervault.plan.steps.plain import create, update
from lookervault.plan.steps.step import Draft, Probe, Step, body_of, cleared, sendable
from lookervault.plan.steps.values import use_query

_SENT = ("dashboard_id", "look_id", "lookml_dashboard_id")
_FOR_LOOKS = ("require_results", "require_no_results", "require_change")
_WATCHED = (
    *("dashboard_element_id", "lookml_dashboard_id", "lookml_link_id", "owner_id"),
    *("comparison_type", "cron", "threshold", "custom_title"),
)


def scheduled_plan_steps(change: Change) -> Draft:
    """A plan, made disabled: no unclear end can send anything, and enabling is a call of its own."""
    draft, creating = Draft(), change.action is Action.CREATE
    attributes = change.after if creating else cleared(change.before, change.after)
    body = _plan_body(draft, attributes)
    if not creating:
        draft.main += update(change, body)
        return draft
    body["enabled"] = False
    if "look_id" in body:
        body = {**dict.fromkeys(_FOR_LOOKS, False), **body}
    match = ["name", *(f for f in _SENT if f in body)]
    probe = Probe(["scheduled_plans"], match, {"all_users": "true"}, {"enabled": False}, known=change.rivals)
    draft.main.append(create(change, body, probe))
    if change.after.get("enabled"):
        draft.main.append(Step("PATCH", ["scheduled_plans", Link(change.address)], {"enabled": True}))
    return draft


def _plan_body(draft: Draft, attributes: Attributes) -> dict[str, Value]:
    body = body_of(KINDS["scheduled_plan"], attributes)
    if "query" in attributes:
        query = attributes["query"]
        body["query_id"] = use_query(draft, query) if query else None
    if "tabs" in attributes:
        body["tab_ids"] = attributes["tabs"]
    if attributes.get("destinations"):
        # the list is replaced as a whole, and an empty one is refused (4.14)
        body["scheduled_plan_destination"] = [_destination(d) for d in attributes["destinations"]]
    return body


def _destination(item: Attributes) -> Attributes:
    body = {k: sendable(v) for k, v in item.items() if k != "integration"}
    if "integration" in item:
        body["type"] = Link(item["integration"].to, item["type"])
    return {"apply_formatting": False, "apply_vis": False, **body}


def alert_steps(change: Change) -> Draft:
    """An alert, made disabled; what PATCH does not take is sent with the whole (4.16)."""
    kind, me = KINDS["alert"], Link(change.address)
    if change.action is Action.CREATE:
        return Draft(_new_alert(change))
    changed = cleared(change.before, change.after)
    if kind.patched.issuperset(changed):
        return Draft(update(change, body_of(kind, changed)))
    whole = {**change.also, **changed}
    return Draft([Step("PUT", ["alerts", me], {"is_disabled": False, **_alert_body(whole)})])


def _new_alert(change: Change) -> list[Step]:
    body = {**_alert_body(change.after), "is_disabled": True}
    match = [f for f in _WATCHED if f in body]
    query: dict[str, Value] = {"all_owners": "true", "sorts": None}
    probe = Probe(["alerts", "search"], match, query, {"is_disabled": True}, True, change.rivals)
    steps = [create(change, body, probe)]
    if not change.after.get("is_disabled"):
        steps.append(Step("PATCH", ["alerts", Link(change.address)], {"is_disabled": False}))
    return steps


def _alert_body(attributes: Attributes) -> dict[str, Value]:
    body = body_of(KINDS["alert"], attributes)
    if "element" in attributes:
        body["dashboard_element_id"] = attributes["element"]
    if "field" in attributes:
        body["field"] = attributes["field"]
    if "investigates" in attributes:
        body["investigative_content_id"] = attributes["investigates"]
    if not body.get("investigative_content_id"):
        body.pop("investigative_content_type", None)
    if "filters" in attributes:
        body["applied_dashboard_filters"] = [{"filter_value": "", **f} for f in attributes["filters"]]
    if "destinations" in attributes:
        body["destinations"] = [_alert_destination(d) for d in attributes["destinations"]]
    return body


def _alert_destination(item: Attributes) -> Attributes:
    body = {k: sendable(v) for k, v in item.items() if k != "integration"}
    if "integration" in item:
        body["action_hub_integration_id"] = item["integration"]
    return body

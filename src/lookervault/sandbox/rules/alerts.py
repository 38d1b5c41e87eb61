"""Alerts on dashboard elements (resource notes, section 4.16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import cron, endpoints
from lookervault.sandbox.kinds import KINDS, Kind, present, register
from lookervault.sandbox.problems import forbidden, immutable, invalid, missing
from lookervault.sandbox.router import Ask, Page, listing, operation
from lookervault.sandbox.rules import elements, queries
from lookervault.sandbox.rules.dashboards import defaulted, name_of
from lookervault.sandbox.rules.membership import is_admin, may
from lookervault.sandbox.state import Record, State, goes_with

DEFAULTS: Record = {
    **dict.fromkeys(("is_disabled", "is_public", "show_custom_url"), False),
    "applied_dashboard_filters": [],
    "enhancements": "NONE",
}
CHOICES: Mapping[str, Sequence[str | None]] = {
    "comparison_type": [each.value for each in models.ComparisonType if each.value.isupper()],
    "enhancements": ["NONE", "STRATEGIC_NARRATIVE"],
    "investigative_content_type": [None, "dashboard"],
}
NEEDED = ("comparison_type", "cron", "destinations", "field", "owner_id", "threshold")
DENSEST = 15
ORPHANED = "The dashboard element of this alert has been deleted."

# who deletes a user deletes his alerts (Looker's documentation on deleting accounts)
goes_with("user", "alert", "owner_id")


def is_orphan(state: State, alert: Record) -> bool:
    """Whether the element is gone that the alert was made on."""
    key = alert.get("dashboard_element_id")
    return bool(key) and state.peek("dashboard_element", key) is None


def _check(state: State, alert: Record) -> None:
    lacking = [name for name in NEEDED if alert.get(name) in (None, "", [])]
    if lacking:
        raise missing(*lacking)
    for name, choices in CHOICES.items():
        if alert.get(name) not in choices:
            raise invalid(name, f"must be one of {', '.join(map(str, choices))}")
    dense = cron.closest_runs(alert["cron"])
    if dense is None or dense < DENSEST:
        raise invalid("cron", f"must be a crontab with at least {DENSEST} minutes between two runs")
    if not (alert["field"].get("name") and alert["field"].get("title")):
        raise missing("field.name", "field.title")
    for used in alert["applied_dashboard_filters"]:
        absent = [name for name in ("filter_title", "field_name") if not used.get(name)]
        if absent:
            raise missing(*(f"applied_dashboard_filters.{name}" for name in absent))
    _check_destinations(state, alert["destinations"])


def _check_destinations(state: State, destinations: list[Record]) -> None:
    """All of one type: e-mail addresses, or integrations that exist."""
    types = {item.get("destination_type") for item in destinations}
    if len(types) != 1 or not types <= {"EMAIL", "ACTION_HUB"}:
        raise invalid("destinations", "must all be of the type EMAIL, or all of the type ACTION_HUB")
    for item in destinations:
        if types == {"ACTION_HUB"}:
            state.find("integration", item.get("action_hub_integration_id"))
        elif "@" not in (item.get("email_address") or ""):
            raise invalid("destinations.email_address", "is not an e-mail address")


def _check_links(state: State, alert: Record) -> None:
    """404 for what an alert names and does not exist."""
    for field, kind in (("owner_id", "user"), ("investigative_content_id", "dashboard")):
        if alert.get(field):
            state.find(kind, alert[field])
    if alert.get("query_id"):
        queries.find(state, alert["query_id"])


def _check_place(state: State, alert: Record) -> None:
    """The element must show a query of its own or a look; LookML elements go by their link."""
    if alert.get("dashboard_element_id"):
        element = elements.fetch(state, alert["dashboard_element_id"])
        if not (element.get("query_id") or element.get("look_id")):
            raise invalid("dashboard_element_id", "this element has no query to watch")
    elif alert.get("lookml_dashboard_id") and alert.get("lookml_link_id"):
        state.find("lookml_dashboard", alert["lookml_dashboard_id"])
    else:
        raise missing("dashboard_element_id")


def create(state: State, body: Record) -> Record:
    """An alert; only admins make them for others, and only who may create alerts makes any."""
    if not may(state, state.caller_id, "create_alerts"):
        raise immutable("no permission to create alerts")
    alert: Record = {**DEFAULTS, **defaulted(body, DEFAULTS)}
    _check_owner(state, alert, state.caller_id)
    _check(state, alert)
    _check_links(state, alert)
    _check_place(state, alert)
    return state.add("alert", {**alert, "id": None})


def _check_owner(state: State, alert: Record, before: str) -> None:
    if alert.get("owner_id") != before and not is_admin(state, state.caller_id):
        raise forbidden("only admins give alerts to others")


def change(state: State, found: Record, changes: Record) -> None:
    """New values; an alert stays where it was made, whatever is said (section 5)."""
    _check_mine(state, found)
    place = ("dashboard_element_id", "lookml_dashboard_id", "lookml_link_id")
    given = {key: value for key, value in defaulted(changes, DEFAULTS).items() if key not in place}
    alert = {**found, **given}
    _check_owner(state, alert, found["owner_id"])
    _check(state, alert)
    _check_links(state, given)
    if given.get("is_disabled") is False and is_orphan(state, found):
        raise invalid("is_disabled", ORPHANED)
    if "is_disabled" in given and not given["is_disabled"]:
        given["disabled_reason"] = None
    state.change("alert", found, given)


def _check_mine(state: State, alert: Record) -> None:
    if alert["owner_id"] != state.caller_id and not is_admin(state, state.caller_id):
        raise forbidden("this is the alert of somebody else")


def remove(state: State, found: Record) -> None:
    """The alert."""
    _check_mine(state, found)
    state.drop("alert", found)


def show(state: State, alert: Record) -> Record:
    """An alert; without its element it is disabled, and the reason is said."""
    orphan = is_orphan(state, alert)
    element = state.peek("dashboard_element", alert.get("dashboard_element_id"))
    seen = state.peek("dashboard", alert.get("investigative_content_id"))
    used = alert["applied_dashboard_filters"]
    return present(
        models.Alert,
        alert,
        query_id=alert.get("query_id") or _query_of(state, element),
        is_disabled=alert["is_disabled"] or orphan,
        disabled_reason=ORPHANED if orphan else alert.get("disabled_reason"),
        applied_dashboard_filters=[{**each, "filter_description": _said(each)} for each in used],
        investigative_content_title=seen["title"] if seen else None,
        owner_display_name=name_of(state, alert["owner_id"]),
        followed=alert["owner_id"] == state.caller_id,
        followable=all(item["destination_type"] == "EMAIL" for item in alert["destinations"]),
        time_series_condition_state=None,
    )


def _query_of(state: State, element: Record | None) -> str | None:
    if element is None:
        return None
    shown = KINDS["dashboard_element"].show(state, element)
    maker: Record = shown["result_maker"] or {}
    return maker.get("query_id")


def _said(used: Record) -> str:
    return f"{used['filter_title']} is {used.get('filter_value')}"


ALERT = register(Kind("alert", show, create, change, remove))
endpoints.serve(ALERT, frozenset({"create", "delete"}))


@operation("search_alerts", "GET", "/alerts/search")
def _search_alerts(state: State, ask: Ask) -> Page:
    if ask.flag("all_owners") and not is_admin(state, state.caller_id):
        raise forbidden("only admins see the alerts of all owners")
    rows = state.rows("alert")
    if not ask.flag("all_owners"):
        rows = [alert for alert in rows if alert["owner_id"] == state.caller_id]
    columns = {"disabled": lambda alert: alert["is_disabled"] or is_orphan(state, alert)}
    skip = frozenset({"all_owners", "group_by", "frequency", "condition_met"})
    skip |= {"last_run_start", "last_run_end"}
    return listing(ask, rows, lambda alert: show(state, alert), columns=columns, skip=skip)


@operation("get_alert", "GET", "/alerts/{alert_id}")
def _get_alert(state: State, ask: Ask) -> Record:
    found = state.find("alert", ask.id("alert_id"))
    if not found["is_public"]:
        _check_mine(state, found)
    return show(state, found)


@operation("update_alert_field", "PATCH", "/alerts/{alert_id}")
def _update_alert_field(state: State, ask: Ask) -> Record:
    found = state.find("alert", ask.id("alert_id"))
    change(state, found, ask.body)
    return show(state, found)


@operation("update_alert", "PUT", "/alerts/{alert_id}")
def _update_alert(state: State, ask: Ask) -> Record:
    """What a full update does not say goes back to what a new alert has."""
    found = state.find("alert", ask.id("alert_id"))
    blank = dict.fromkeys(found.keys() - {"id"})
    change(state, found, {**blank, **DEFAULTS, **ask.body})
    return show(state, found)

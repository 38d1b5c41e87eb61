"""Scheduled plans and alerts in canonical form (resource notes, sections 4.14 and 4.16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lookervault.model.content import layout_slots, look_extra
from lookervault.model.context import Context
from lookervault.model.kind import Identity, Raw
from lookervault.model.links import linked_fields
from lookervault.model.normal import comparable, exact, json_text, plain, text_id
from lookervault.model.resource import Attributes
from lookervault.model.values import Link, Value

# what a plan may send, and the kind that each field leads to
CONTENT = {"dashboard_id": "dashboard", "look_id": "look", "lookml_dashboard_id": "lookml_dashboard"}
# what stands before an integration's id in a destination's type
SCHEMES = ("looker-integration://", "integration://")
# how the guard of a plan ends whose content is gone
SENDS_NOTHING = "it sends is gone, or not visible"
# types of destination with secrets that no API tells (4.14)
WITH_SECRETS = frozenset({"webhook", "sftp", "s3"})

_DESTINATION = ("type", "address", "format", "apply_formatting", "apply_vis", "include_filters", "message")
_WATCHED_ROW = ("field_name", "field_value", "filter_value")
_HEARD = ("filter_title", "field_name", "filter_value")


def plan_identity(raw: Raw, context: Context) -> Identity:
    """A plan goes by its name below what it sends; several may have one name."""
    name = str(raw.get("name") or "")
    for field, kind in CONTENT.items():
        if raw.get(field):
            return Identity(name, (kind, text_id(raw[field])))
    return Identity(name)


def plan_guard(raw: Raw) -> str:
    """Why this plan is mapped and never written."""
    if raw.get("run_once"):
        return "sent once and then gone"
    return "" if raw.get("scheduled_plan_destination") else "sends to nobody"


def plan_orphan(raw: Raw, context: Context) -> str:
    """Says so where what a plan sends is gone; Looker disables such plans."""
    gone = [k for f, k in CONTENT.items() if raw.get(f) and context.raw(k, text_id(raw[f])) is None]
    return f"the {gone[0]} {SENDS_NOTHING}" if gone else ""


def plan_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """Where a plan sends to, the tabs it sends, and its query as a value."""
    found = look_extra(raw, context)
    destinations = [_destination(d, context) for d in raw.get("scheduled_plan_destination") or []]
    if destinations:
        found["destinations"] = _sorted(destinations)
    tabs = _tabs(raw, context)
    if tabs:
        found["tabs"] = tabs
    return found


def plan_unknown(raw: Raw, context: Context) -> tuple[str, ...]:
    """Tabs, where the instance is older than them (26.8)."""
    return () if "tab_ids" in context.told("scheduled_plan") else ("tabs",)


def _destination(raw: Raw, context: Context) -> Attributes:
    """A destination without ids and secrets; flags that are off say nothing."""
    found = {k: v for k in _DESTINATION if (v := plain(raw.get(k))) not in (None, False)}
    found = linked_fields(found, ("message",), context)
    parameters = json_text(raw.get("parameters"))
    if parameters is not None:
        found["parameters"] = parameters
    for scheme in SCHEMES:
        kind = str(raw.get("type") or "")
        if kind.startswith(scheme):
            integration = context.address_of("integration", kind.removeprefix(scheme))
            found |= {"type": scheme, "integration": Link(integration)}
    return found


def _tabs(raw: Raw, context: Context) -> list[Value]:
    """Tabs of a dashboard as links, of a LookML dashboard as labels; one that is gone sends nothing."""
    tabs = [text_id(tab) for tab in raw.get("tab_ids") or []]
    dashboard = text_id(raw.get("dashboard_id"))
    if not dashboard:
        return sorted(tabs)
    slots = layout_slots(context.raw("dashboard", dashboard) or {})
    return sorted(Link(context.address_of("dashboard", dashboard), slots[t]) for t in tabs if t in slots)


def alert_identity(raw: Raw, context: Context) -> Identity:
    """An alert goes by its own title, or by what it watches, below its dashboard."""
    watched = raw.get("field") or {}
    name = raw.get("custom_title") or watched.get("title") or watched.get("name") or f"#{raw.get('id')}"
    dashboard = _dashboard(raw, context)
    if dashboard:
        return Identity(str(name), ("dashboard", dashboard))
    if raw.get("lookml_dashboard_id"):
        return Identity(str(name), ("lookml_dashboard", text_id(raw["lookml_dashboard_id"])))
    return Identity(str(name))


def _dashboard(raw: Raw, context: Context) -> str:
    element = text_id(raw.get("dashboard_element_id"))
    return context.owner_of_part("dashboard", "dashboard_elements", element) if element else ""


def alert_orphan(raw: Raw, context: Context) -> str:
    """Says so where the element is gone that an alert was made on."""
    if raw.get("dashboard_element_id"):
        return "" if _dashboard(raw, context) else "the element it watches is gone, or not visible"
    dashboard = text_id(raw.get("lookml_dashboard_id"))
    if not dashboard:
        return "watches no element"
    found = context.raw("lookml_dashboard", dashboard)
    return "" if found is not None else "the LookML dashboard it watches is gone, or not visible"


def alert_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """The element, what is watched of it and how it is filtered, and who hears of it."""
    found: dict[str, Value] = {}
    dashboard = _dashboard(raw, context)
    if dashboard:
        element = text_id(raw["dashboard_element_id"])
        found["element"] = Link(context.address_of("dashboard", dashboard), f"element:{element}")
    about = text_id(raw.get("investigative_content_id"))
    if about:
        kind = "lookml_dashboard" if "::" in about else "dashboard"
        found["investigates"] = Link(context.address_of(kind, about))
    watched = raw.get("field") or {}
    if watched:
        rows = [_told(row, _WATCHED_ROW) for row in watched.get("filter") or []]
        found["field"] = {**_told(watched, ("title", "name")), **({"filter": _sorted(rows)} if rows else {})}
    # one without a title is refused when it is sent back (4.16)
    heard = [_told(f, _HEARD) for f in raw.get("applied_dashboard_filters") or [] if f.get("filter_title")]
    destinations = [_alert_destination(d, context) for d in raw.get("destinations") or []]
    lists = {"filters": heard, "destinations": destinations}
    return found | {name: _sorted(items) for name, items in lists.items() if items}


def _alert_destination(raw: Raw, context: Context) -> Attributes:
    found = _told(raw, ("destination_type", "email_address"))
    form = json_text(raw.get("action_hub_form_params_json"))
    if form is not None:
        found["action_hub_form_params_json"] = form
    if raw.get("action_hub_integration_id"):
        found["integration"] = Link(context.address_of("integration", raw["action_hub_integration_id"]))
    return found


def _told(raw: Raw, fields: Iterable[str]) -> Attributes:
    return {f: v for f in fields if (v := plain(raw.get(f))) is not None}


def _sorted(items: list[Attributes]) -> list[Value]:
    return sorted(items, key=lambda item: exact(comparable(item)))


def hub_identity(raw: Raw, context: Context) -> Identity:
    """An action hub goes by its URL."""
    url = str(raw.get("url") or "")
    return Identity(url or f"#{text_id(raw.get('id'))}", local=not url)


def integration_identity(raw: Raw, context: Context) -> Identity:
    """An integration goes by its name in its hub; its id is made of both (2.1)."""
    hub, _, name = text_id(raw.get("id")).rpartition("::")
    hub = text_id(raw.get("integration_hub_id")) or hub
    return Identity(name, ("integration_hub", hub) if hub else None)


def reaches(destination: Mapping[str, Any]) -> str:
    """A destination as a reader would name it."""
    integration = destination.get("integration")
    if isinstance(integration, Link):
        return integration.to
    return str(destination.get("address") or destination.get("email_address") or destination.get("type"))

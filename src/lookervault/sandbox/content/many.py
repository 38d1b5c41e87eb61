"""Any number of objects, for measuring: the demo's own, again and again under other names.

Everything is copied from what the rules have made, so that it holds what they say; nothing is checked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import NamedTuple

from lookervault.sandbox.instance import Instance
from lookervault.sandbox.rules import queries, users
from lookervault.sandbox.state import Record

COUNTED = ("folder", "dashboard", "look", "user", "scheduled_plan")
"""The kinds whose objects make up the number; parts, queries and personal folders come along."""

# of every twenty objects: content mostly, folders for it, people and what is sent to them
_TURN = ("folder", "user", *("dashboard", "look") * 3, "folder", *("dashboard", "look") * 4, "folder") + (
    "scheduled_plan",
) * 2
_TREE = 6  # folders in one folder
_TILES = 6  # on a dashboard that is worth copying, at least
_OWN_QUERIES = 2  # tiles of a dashboard with a query that no other dashboard has


def grow(inst: Instance, objects: int) -> None:
    """Adds to what the instance has until it holds so many objects; the same ones every time."""
    with inst.lock:
        copier = _Copier(inst)
        number = sum(len(inst.table(kind).rows) for kind in COUNTED)
        for kind in cycle(_TURN):
            if number >= objects:
                return
            number += 1
            copier.add(kind, number)


class _Parts(NamedTuple):
    """A dashboard to copy, with all that is on it."""

    dashboard: Record
    layouts: list[Record]
    filters: list[Record]
    elements: list[Record]
    components: list[Record]


class _Copier:
    """What there is to copy, and where copies go: the folders and people made last."""

    def __init__(self, inst: Instance) -> None:
        self._inst = inst
        live = [_parts(inst, each) for each in inst.rows("dashboard") if not each["deleted"]]
        self._dashboards = cycle([each for each in live if len(each.elements) >= _TILES])
        self._looks = cycle([look for look in inst.rows("look") if not look["deleted"]])
        sent = [p for p in inst.rows("scheduled_plan") if p.get("dashboard_id") and not p.get("tab_ids")]
        self._plans = cycle(sent)
        self._folder = next(f for f in inst.rows("folder") if f["is_shared_root"])
        self._email = inst.rows("credentials_email")[-1]
        self._open = [self._folder["id"]]
        self._place = self._open[0]
        self._owner = inst.caller_id
        self._sent = live[0].dashboard["id"]

    def add(self, kind: str, number: int) -> None:
        """One object more, known by its number."""
        makers = {
            "folder": self._add_folder,
            "dashboard": self._add_dashboard,
            "look": self._add_look,
            "user": self._add_user,
            "scheduled_plan": self._add_plan,
        }
        makers[kind](number)

    def _add_folder(self, number: int) -> None:
        """The next in a tree that is filled level by level."""
        parent = self._open[0]
        if len(self._inst.where("folder", "parent_id", parent)) >= _TREE + (len(self._open) == 1):
            self._open.pop(0)
            parent = self._open[0] if self._open else parent
        made = self._copy("folder", self._folder, name=f"Team {number}", parent_id=parent, **_PLAIN_FOLDER)
        self._open.append(made["id"])
        self._place = made["id"]

    def _add_user(self, number: int) -> None:
        inst = self._inst
        user = users.create(inst, {"first_name": f"Person {number}", "last_name": "Generated"})
        email = f"person{number}@harbourpine.example"
        inst.add("credentials_email", {**self._email, "id": None, "user_id": user["id"], "email": email})
        self._owner = user["id"]

    def _add_look(self, number: int) -> None:
        look = next(self._looks)
        query = self._own_query(look["query_id"], number)
        title = f"{look['title']} {number}"
        self._copy("look", look, title=title, query_id=query, folder_id=self._place, user_id=self._owner)

    def _add_dashboard(self, number: int) -> None:
        inst, parts = self._inst, next(self._dashboards)
        dashboard = self._copy(
            "dashboard",
            parts.dashboard,
            title=f"{parts.dashboard['title']} {number}",
            slug=inst.take_slug(),
            folder_id=self._place,
            user_id=self._owner,
        )
        self._sent = own = dashboard["id"]
        layouts = dict(self._copied("dashboard_layout", parts.layouts, dashboard_id=own))
        filters = dict(self._copied("dashboard_filter", parts.filters, dashboard_id=own))
        elements: dict[str, str] = {}
        for each in parts.elements:
            changes: Record = {
                "dashboard_id": own,
                "dashboard_layout_id": layouts.get(each["dashboard_layout_id"]),
            }
            if each.get("filter_id"):
                changes["filter_id"] = filters.get(each["filter_id"])
            if each.get("query_id") and len(elements) < _OWN_QUERIES:
                changes["query_id"] = self._own_query(each["query_id"], number)
            elements[each["id"]] = inst.add("dashboard_element", {**each, **changes, "id": None})["id"]
        for each in parts.components:
            links = {
                "dashboard_layout_id": layouts[each["dashboard_layout_id"]],
                "dashboard_element_id": elements[each["dashboard_element_id"]],
            }
            inst.add("dashboard_layout_component", {**each, **links, "id": None})

    def _add_plan(self, number: int) -> None:
        plan = next(self._plans)
        key = self._inst.take_id("scheduled_plan")
        sent = [
            {**d, "id": self._inst.take_id("scheduled_plan_destination"), "scheduled_plan_id": key}
            for d in plan["_destinations"]
        ]
        place = {"name": f"{plan['name']} {number}", "dashboard_id": self._sent, "user_id": self._owner}
        self._inst.add("scheduled_plan", {**plan, **place, "id": key, "_destinations": sent})

    def _copy(self, kind: str, record: Record, **changes: object) -> Record:
        """A copy with an id, and metadata, of its own."""
        own = {"id": None, "content_metadata_id": self._inst.take_id("content_metadata")}
        return self._inst.add(kind, {**record, **changes, **own})

    def _copied(self, kind: str, records: list[Record], **changes: object) -> Iterator[tuple[str, str]]:
        """Copies of parts: the ids that they are copied from, and their own."""
        for record in records:
            yield record["id"], self._inst.add(kind, {**record, **changes, "id": None})["id"]

    def _own_query(self, key: str, number: int) -> str:
        """A query that differs from the one it is copied from."""
        query = self._inst.find("query", key)
        filters = {**(query.get("filters") or {}), "orders.id": f">{number}"}
        body = {**queries.value_of(query), "filters": filters, "id": self._inst.take_slug()}
        return str(queries.store(self._inst, body)["id"])


_PLAIN_FOLDER = {"is_shared_root": False}


def _parts(inst: Instance, dashboard: Record) -> _Parts:
    own = dashboard["id"]
    layouts = inst.where("dashboard_layout", "dashboard_id", own)
    components = [
        component
        for layout in layouts
        for component in inst.where("dashboard_layout_component", "dashboard_layout_id", layout["id"])
    ]
    filters = inst.where("dashboard_filter", "dashboard_id", own)
    elements = inst.where("dashboard_element", "dashboard_id", own)
    return _Parts(dashboard, layouts, filters, elements, components)

"""Dashboard filters (resource notes, section 4.7)."""

from __future__ import annotations

from typing import Any

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.problems import invalid, missing, taken
from lookervault.sandbox.router import Ask, operation
from lookervault.sandbox.rules import dashboards, lookml
from lookervault.sandbox.state import Record, State

DEFAULTS: Record = {
    "allow_multiple_values": False,
    "default_value": "",
    "dimension": "",
    "explore": "",
    "listens_to_filters": [],
    "model": "",
    "required": False,
}


def siblings(state: State, dashboard_id: object) -> list[Record]:
    """All filters of a dashboard."""
    return state.where("dashboard_filter", "dashboard_id", dashboard_id)


def _check(state: State, wanted: Record) -> None:
    lacking = [name for name in ("name", "title", "type") if not wanted.get(name)]
    if lacking:
        raise missing(*lacking)
    others = [f for f in siblings(state, wanted["dashboard_id"]) if f["id"] != wanted["id"]]
    for field in ("name", "title"):
        if any(other[field] == wanted[field] for other in others):
            raise taken(field, f"Filter with this {field} already exists")
    if wanted["type"] == "field_filter":
        lacking = [name for name in ("model", "explore", "dimension") if not wanted[name]]
        if lacking:
            raise missing(*lacking)


def _check_listened(state: State, wanted: Record) -> None:
    known = {f["name"] for f in siblings(state, wanted["dashboard_id"])}
    for name in wanted["listens_to_filters"]:
        if name not in known:
            raise invalid("listens_to_filters", f"there is no filter named {name}")


def create(state: State, body: Record) -> Record:
    """A filter, appended below the others unless it says its row."""
    if not body.get("dashboard_id"):
        raise missing("dashboard_id")
    dashboard = dashboards.writable(state, body["dashboard_id"])
    record: Record = {**DEFAULTS, "ui_config": None, **dashboards.defaulted(body, DEFAULTS), "id": None}
    _check(state, record)
    _check_listened(state, record)
    if record.get("row") is None:
        record["row"] = 1 + max((f["row"] for f in siblings(state, dashboard["id"])), default=-1)
    state.add("dashboard_filter", record)
    dashboards.touch(state, dashboard["id"])
    return record


def change(state: State, found: Record, changes: Record) -> None:
    """New values; a new name is followed by the filters that listen to the old one."""
    fixed = ("dashboard_id", *(["row"] if changes.get("row") is None else []))
    changes = {k: v for k, v in dashboards.defaulted(changes, DEFAULTS).items() if k not in fixed}
    wanted = {**found, **changes}
    _check(state, wanted)
    if "listens_to_filters" in changes:
        _check_listened(state, wanted)
    old = found["name"]
    state.change("dashboard_filter", found, changes)
    if found["name"] != old:
        _rename_listened(state, found, old, [found["name"]])
    dashboards.touch(state, found["dashboard_id"])


def remove(state: State, found: Record) -> None:
    """The filter, and the mentions of it in other filters."""
    state.drop("dashboard_filter", found)
    _rename_listened(state, found, found["name"], [])
    dashboards.touch(state, found["dashboard_id"])


def _rename_listened(state: State, found: Record, old: str, new: list[str]) -> None:
    for other in siblings(state, found["dashboard_id"]):
        if old in other["listens_to_filters"]:
            names = [n for name in other["listens_to_filters"] for n in (new if name == old else [name])]
            state.change("dashboard_filter", other, {"listens_to_filters": names})


def _field(state: State, found: Record) -> Any:
    """The LookML field behind a field filter; null where the model does not have it."""
    explore = lookml.explore_of(state, found["model"], found["explore"])
    return lookml.field_of(explore, found["dimension"]) if explore else None


def show(state: State, found: Record) -> Record:
    """A filter with its LookML field; a stored field (loaded content) is kept."""
    field = found["field"] if "field" in found else _field(state, found)
    return present(models.DashboardFilter, found, field=field, can=can(found))


FILTER = register(Kind("dashboard_filter", show, create, change, remove))
endpoints.serve(FILTER)


@operation("dashboard_dashboard_filters", "GET", "/dashboards/{dashboard_id}/dashboard_filters")
def _dashboard_filters(state: State, ask: Ask) -> list[Record]:
    return dashboards.part_list(state, ask, "dashboard_filter")

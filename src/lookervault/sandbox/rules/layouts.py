"""Dashboard layouts (tabs) and their components (resource notes, section 4.8)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import KINDS, Kind, can, present, register
from lookervault.sandbox.problems import invalid, missing
from lookervault.sandbox.router import Ask, operation
from lookervault.sandbox.rules import dashboards
from lookervault.sandbox.state import Record, State

TYPES = ("newspaper", "tile", "static", "drag")
TILE_WIDTH, TILE_HEIGHT = 8, 6
PLACE = (
    "row",
    "column",
    "width",
    "height",
    "granular_row",
    "granular_column",
    "granular_width",
    "granular_height",
)


def of_dashboard(state: State, dashboard_id: object) -> list[Record]:
    """The layouts of a dashboard."""
    return state.where("dashboard_layout", "dashboard_id", dashboard_id)


def active(state: State, dashboard_id: object) -> Record:
    """The layout that takes elements which name none."""
    found = of_dashboard(state, dashboard_id)
    return next((layout for layout in found if layout["active"]), found[0])


def create(state: State, body: Record) -> Record:
    """A layout; the first of a dashboard is made with it and is active."""
    if not body.get("dashboard_id"):
        raise missing("dashboard_id")
    dashboard = dashboards.writable(state, body["dashboard_id"])
    others = of_dashboard(state, dashboard["id"])
    record: Record = {"type": "newspaper", "active": False, "order": len(others), "deleted": False}
    record |= {key: value for key, value in body.items() if value is not None} | {"id": None}
    _check_type(record["type"])
    state.add("dashboard_layout", record)
    if record["active"]:
        _deactivate_others(state, record)
    if state.layouts_copy_components:
        for element in state.where("dashboard_element", "dashboard_id", dashboard["id"]):
            add_component(state, record, element)
    dashboards.touch(state, dashboard["id"])
    return record


def change(state: State, found: Record, changes: Record) -> None:
    """New values; one layout of a dashboard is active at any time."""
    if changes.get("dashboard_id", found["dashboard_id"]) != found["dashboard_id"]:
        raise invalid("dashboard_id", "a layout stays with its dashboard")
    changes = {k: v for k, v in changes.items() if not (k == "active" and v is None)}
    if changes.get("active") is False and found["active"]:
        raise invalid("active", "make another layout active instead")
    if "type" in changes:
        _check_type(changes["type"])
    state.change("dashboard_layout", found, changes)
    if changes.get("active"):
        _deactivate_others(state, found)
    dashboards.touch(state, found["dashboard_id"])


def remove(state: State, found: Record) -> None:
    """A tab with the elements that are nowhere else; the active layout stays."""
    if found["active"]:
        raise invalid("id", "the active layout cannot be deleted")
    for component in components_of_layout(state, found["id"]):
        state.drop("dashboard_layout_component", component)
        element = state.peek("dashboard_element", component["dashboard_element_id"])
        if element is not None and not components_of_element(state, element["id"]):
            state.drop("dashboard_element", element)
    state.drop("dashboard_layout", found)
    dashboards.touch(state, found["dashboard_id"])


def _check_type(wanted: object) -> None:
    if wanted not in TYPES:
        raise invalid("type", f"must be one of {', '.join(TYPES)}")


def _deactivate_others(state: State, layout: Record) -> None:
    for other in of_dashboard(state, layout["dashboard_id"]):
        if other["id"] != layout["id"] and other["active"]:
            state.change("dashboard_layout", other, {"active": False})


def components_of_layout(state: State, layout_id: str) -> list[Record]:
    """The components of a layout."""
    return state.where("dashboard_layout_component", "dashboard_layout_id", layout_id)


def components_of_element(state: State, element_id: str) -> list[Record]:
    """The components that show an element."""
    return state.where("dashboard_layout_component", "dashboard_element_id", element_id)


def add_component(state: State, layout: Record, element: Record) -> Record:
    """The component that comes with an element, below everything that is there."""
    there = [c for c in components_of_layout(state, layout["id"]) if not c["deleted"]]
    bottom = max(((c["row"] or 0) + (c["height"] or 0) for c in there), default=0)
    place = {"row": bottom, "column": 0, "width": TILE_WIDTH, "height": TILE_HEIGHT}
    links = {"dashboard_layout_id": layout["id"], "dashboard_element_id": element["id"]}
    return state.add("dashboard_layout_component", {"id": None, **links, **place, "deleted": False})


def change_component(state: State, found: Record, changes: Record) -> None:
    """New place, or another tab of the same dashboard."""
    layout = state.find("dashboard_layout", found["dashboard_layout_id"])
    if changes.get("dashboard_element_id", found["dashboard_element_id"]) != found["dashboard_element_id"]:
        raise invalid("dashboard_element_id", "a component stays with its element")
    target = state.find("dashboard_layout", changes.get("dashboard_layout_id") or layout["id"])
    if target["dashboard_id"] != layout["dashboard_id"]:
        raise invalid("dashboard_layout_id", "is a layout of another dashboard")
    for name in PLACE:
        if (changes.get(name) or 0) < 0:
            raise invalid(name, "must not be negative")
    wanted = {**changes, "dashboard_layout_id": target["id"]}
    if "deleted" in wanted:
        wanted["deleted"] = bool(wanted["deleted"])
    state.change("dashboard_layout_component", found, wanted)
    element = state.find("dashboard_element", found["dashboard_element_id"])
    if element["dashboard_layout_id"] == layout["id"]:
        state.change("dashboard_element", element, {"dashboard_layout_id": target["id"]})
    dashboards.touch(state, layout["dashboard_id"])


def show_component(state: State, found: Record) -> Record:
    """A component with what it shows of its element."""
    element = state.peek("dashboard_element", found["dashboard_element_id"])
    shown = KINDS["dashboard_element"].show(state, element) if element else {}
    vis = (shown.get("result_maker") or {}).get("vis_config") or {}
    text = shown.get("type") == "text"
    return present(
        models.DashboardLayoutComponent,
        found,
        element_title=shown.get("title_text" if text else "title") or "",
        element_title_hidden=bool(shown.get("title_hidden")),
        vis_type="text" if text else vis.get("type") or "table",
        can=can(found),
    )


def show(state: State, found: Record) -> Record:
    """A layout with its components."""
    dashboard = state.peek("dashboard", found["dashboard_id"]) or {}
    shown = [show_component(state, c) for c in components_of_layout(state, found["id"])]
    return present(
        models.DashboardLayout,
        found,
        dashboard_title=dashboard.get("title"),
        dashboard_layout_components=shown,
        can=can(found),
    )


LAYOUT = register(Kind("dashboard_layout", show, create, change, remove))
COMPONENT = register(Kind("dashboard_layout_component", show_component, change=change_component))
endpoints.serve(LAYOUT)
endpoints.serve(COMPONENT, frozenset({"get", "update"}))


@operation("dashboard_dashboard_layouts", "GET", "/dashboards/{dashboard_id}/dashboard_layouts")
def _dashboard_layouts(state: State, ask: Ask) -> list[Record]:
    return dashboards.part_list(state, ask, "dashboard_layout")


@operation(
    "dashboard_layout_dashboard_layout_components",
    "GET",
    "/dashboard_layouts/{dashboard_layout_id}/dashboard_layout_components",
)
def _layout_components(state: State, ask: Ask) -> list[Record]:
    layout = state.find("dashboard_layout", ask.id("dashboard_layout_id"))
    return [show_component(state, c) for c in components_of_layout(state, layout["id"])]

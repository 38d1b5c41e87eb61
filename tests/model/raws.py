"""Small raw objects as the API sends them, and states built of them."""

from __future__ import annotations

from typing import Any

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Completeness, Part, Resource, State
from lookervault.model.state import build_state

HOST = "a.example.com"
OTHER = "b.example.com"

Raw = dict[str, Any]
Object = tuple[str, str, Any]  # kind, id, raw JSON

QUERY: Raw = {"id": "9001", "model": "shop", "view": "orders", "fields": ["orders.id", "orders.count"]}


def shared(id_: str = "1", name: str = "Shared") -> Object:
    return "folder", id_, {"id": id_, "name": name, "parent_id": None, "is_shared_root": True}


def users_root(id_: str = "2") -> Object:
    return "folder", id_, {"id": id_, "name": "Users", "parent_id": None, "is_users_root": True}


def folder(id_: str, name: str | None, parent: str | None = "1", **more: Any) -> Object:
    return "folder", id_, {"id": id_, "name": name, "parent_id": parent, **more}


def user(id_: str, email: str | None, **more: Any) -> Object:
    raw = {"id": id_, "email": email, "credentials_email": {"email": email} if email else None}
    return "user", id_, {**raw, **more}


def group(id_: str, name: str, **more: Any) -> Object:
    return "group", id_, {"id": id_, "name": name, "parent_group_ids": [], **more}


def permission_set(id_: str, name: str, permissions: list[str], **more: Any) -> Object:
    return "permission_set", id_, {"id": id_, "name": name, "permissions": permissions, **more}


def model_set(id_: str, name: str, models: list[str], **more: Any) -> Object:
    return "model_set", id_, {"id": id_, "name": name, "models": models, **more}


def role(id_: str, name: str, permissions: str, models: str, **more: Any) -> Object:
    sets = {"permission_set": {"id": permissions}, "model_set": {"id": models}}
    return "role", id_, {"id": id_, "name": name, **sets, **more}


def holders(role_id: str, users: list[str], groups: list[str]) -> list[Object]:
    return [
        ("role.users", role_id, [{"id": i} for i in users]),
        ("role.groups", role_id, [{"id": i} for i in groups]),
    ]


def lookml_model(name: str) -> Object:
    return "lookml_model", name, {"name": name}


UNUSED: Raw = {"view_count": 0, "favorite_count": 0}


def look(id_: str, title: str, folder_id: str = "1", **more: Any) -> Object:
    raw = {"id": id_, "title": title, "folder_id": folder_id, "query_id": "9001", "query": QUERY}
    return "look", id_, {**raw, **UNUSED, **more}


def dashboard(id_: str, title: str, folder_id: str = "1", **more: Any) -> Object:
    return "dashboard", id_, {"id": id_, "title": title, "folder_id": folder_id, **UNUSED, **more}


def tile(id_: str, title: str = "", **more: Any) -> Raw:
    return {"id": id_, "type": "vis", "title": title, "query_id": "9001", "query": QUERY, **more}


def text_tile(id_: str, title: str, **more: Any) -> Raw:
    return {"id": id_, "type": "text", "title_text": title, **more}


def filter_(id_: str, name: str, row: int = 0, **more: Any) -> Raw:
    return {"id": id_, "name": name, "title": name.title(), "type": "string_filter", "row": row, **more}


def layout(id_: str, *components: Raw, **more: Any) -> Raw:
    return {"id": id_, "type": "newspaper", "dashboard_layout_components": list(components), **more}


def place(id_: str, element: str, row: int = 0, column: int = 0, **more: Any) -> Raw:
    size = {"row": row, "column": column, "width": 8, "height": 6}
    return {"id": id_, "dashboard_element_id": element, **size, **more}


def stacked(id_: str, title: str, tiles: list[Raw], folder_id: str = "1", **more: Any) -> Object:
    """A dashboard with its tiles one below the other in one layout; part ids derive from its own."""
    places = [place(f"c{t['id']}", t["id"], row=6 * n) for n, t in enumerate(tiles)]
    layouts = [layout(f"l{id_}", *places, active=True)]
    return dashboard(id_, title, folder_id, dashboard_elements=tiles, dashboard_layouts=layouts, **more)


def state(*objects: Object, host: str = HOST, **scope: Completeness) -> State:
    """The state of these objects; every kind is completely listed unless told otherwise."""
    raws: dict[str, dict[str, Any]] = {}
    for kind, id_, raw in objects:
        raws.setdefault(kind, {})[id_] = raw
    complete: dict[str, Completeness] = {k.name: "complete" for k in KINDS.values() if k.listing}
    return build_state(host, raws, complete | scope)


def only(built: State, kind: str) -> Resource:
    """The one resource of a kind."""
    (found,) = [r for r in built.resources.values() if r.kind == kind]
    return found


def parts(built: State, kind: str) -> list[Part]:
    """The parts of that kind of the one dashboard."""
    return [p for p in only(built, "dashboard").parts if p.kind == kind]


def plan(id_: str, name: str, dashboard_id: str | None = "40", **more: Any) -> Object:
    """A scheduled plan that sends a dashboard to one address."""
    to = [{"id": f"d{id_}", "type": "email", "address": "a@example.com", "format": "csv"}]
    raw = {"id": id_, "name": name, "dashboard_id": dashboard_id, "scheduled_plan_destination": to}
    return "scheduled_plan", id_, {**raw, **more}


def alert(id_: str, dashboard_element_id: str | None = "41", **more: Any) -> Object:
    """An alert on an element."""
    watched = {"title": "Orders Count", "name": "orders.count"}
    raw = {"id": id_, "dashboard_element_id": dashboard_element_id, "field": watched}
    when = {"comparison_type": "LESS_THAN", "threshold": 50, "cron": "0 6 * * *"}
    return "alert", id_, {**raw, **when, **more}


def integration(hub: str, name: str, url: str = "https://hub") -> list[Object]:
    """An integration and the hub it belongs to."""
    return [
        ("integration_hub", hub, {"id": hub, "url": url}),
        ("integration", f"{hub}::{name}", {"id": f"{hub}::{name}", "integration_hub_id": hub}),
    ]


def board(id_: str, title: str, *sections: Raw, **more: Any) -> Object:
    raw = {"id": id_, "title": title, "description": None, "board_sections": list(sections)}
    return "board", id_, {**raw, **more}


def section(id_: str, title: str | None, *items: Raw, **more: Any) -> Raw:
    return {"id": id_, "title": title, "board_items": list(items), **more}


def item(id_: str, **more: Any) -> Raw:
    return {"id": id_, **more}


def access(id_: str, folder_id: str, grants: dict[str, str] | None = None) -> list[Object]:
    """The metadata of a folder and its grants, by `group <id>` or `user <id>`; None: it inherits."""
    rows = [
        {"id": f"{id_}{n}", "permission_type": permission, f"{who.split()[0]}_id": who.split()[1]}
        for n, (who, permission) in enumerate((grants or {}).items())
    ]
    metadata = {"id": id_, "folder_id": folder_id, "inherits": grants is None}
    told: list[Object] = [("content_access.grants", id_, rows)] if grants is not None else []
    return [("content_access", id_, metadata), *told]

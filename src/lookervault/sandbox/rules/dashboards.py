"""Dashboards, user-defined and LookML (resource notes, section 4.5)."""

from __future__ import annotations

import re
from typing import Any

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints, shapes
from lookervault.sandbox.kinds import KINDS, Kind, can, present, register
from lookervault.sandbox.problems import conflict, forbidden, immutable, missing, not_found
from lookervault.sandbox.router import Ask, Coded, Page, listing, operation
from lookervault.sandbox.rules import folders
from lookervault.sandbox.rules.membership import is_admin
from lookervault.sandbox.state import Record, State

# what the server puts where a create says nothing or null
DEFAULTS: Record = {
    "alert_sync_with_dashboard_filter_enabled": False,
    "chat_enabled": False,
    "crossfilter_enabled": False,
    "deleted": False,
    "description": "",
    "enable_viz_full_screen": True,
    "filters_bar_collapsed": False,
    "filters_location_top": True,
    "hidden": False,
    "load_configuration": "prefetch_cache_run",
    "preferred_viewer": "dashboards-next",
}
NESTED = {
    "dashboard_elements": "dashboard_element",
    "dashboard_filters": "dashboard_filter",
    "dashboard_layouts": "dashboard_layout",
}
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
SORTABLE = frozenset(
    {"id", "title", "description", "slug", "user_id", "folder_id", "created_at", "deleted", "deleted_at"}
    | {"view_count", "favorite_count", "content_favorite_id", "content_metadata_id"}
    | {"last_viewed_at", "last_accessed_at"}
)


def seconds(interval: object) -> int | None:
    """`30 minutes` as a number of seconds, or None."""
    parts = re.fullmatch(r"(\d+) (second|minute|hour|day)s?", str(interval))
    return int(parts[1]) * SECONDS[parts[2]] if parts else None


def defaulted(body: Record, defaults: Record) -> Record:
    """A body whose nulls became what the server puts in their place."""
    return {key: defaults.get(key) if value is None else value for key, value in body.items()}


def name_of(state: State, user_id: object) -> str | None:
    """The display name of a user, if he is still there."""
    user = state.peek("user", user_id)
    return f"{user['first_name']} {user['last_name']}".strip() if user else None


def touch(state: State, dashboard_id: object) -> None:
    """Any change of a dashboard or of a part of it moves its `updated_at` (section 16)."""
    found = state.peek("dashboard", dashboard_id)
    if found is not None:
        stamp = {"updated_at": state.now(), "last_updater_id": state.caller_id or None}
        state.change("dashboard", found, stamp)


def fetch(state: State, key: str) -> Record:
    """A dashboard by id or slug; a LookML dashboard by its name."""
    by_slug = state.where("dashboard", "slug", key)
    found = state.peek("dashboard", key) or (by_slug[0] if by_slug else None)
    found = found or state.peek("lookml_dashboard", key)
    if found is None or not folders.visible(state, found["folder_id"]):
        raise not_found()
    return found


def writable(state: State, key: str) -> Record:
    """A dashboard that can be changed; 405 for those of LookML."""
    found = fetch(state, key)
    if found["readonly"]:
        raise immutable("LookML dashboards cannot be changed")
    return found


def _check_slug(state: State, slug: object, own_id: str | None) -> None:
    """Slugs are unique over the instance, the trash included."""
    for other in state.where("dashboard", "slug", slug):
        if other["id"] != own_id:
            raise conflict("slug", f"Slug {slug} is already in use")


def create(state: State, body: Record) -> Record:
    """A dashboard with one active layout; parts in the body are ignored."""
    folder = folders.home_of_content(state, _needed(body, "folder_id"))
    folders.check_title(state, "dashboard", body.get("title"), folder["id"], None)
    if body.get("slug"):
        _check_slug(state, body["slug"], None)
    record: Record = {**DEFAULTS, **defaulted(body, DEFAULTS), "id": None, "readonly": False}
    record["user_id"] = _owner(state, body.get("user_id"))
    record["slug"] = body.get("slug") or state.take_slug()
    record |= {"created_at": state.now(), "updated_at": None, "deleted_at": None, "deleter_id": None}
    record |= {"content_metadata_id": state.take_id("content_metadata"), "last_updater_id": None}
    record |= {"view_count": 0, "last_accessed_at": None, "last_viewed_at": None, "favorite_count": 0}
    state.add("dashboard", record)
    endpoints.made(KINDS["dashboard_layout"], state, {"dashboard_id": record["id"], "active": True})
    state.change("dashboard", record, {"updated_at": None, "last_updater_id": None})
    return record


def _needed(body: Record, name: str) -> Any:
    if not body.get(name):
        raise missing(name)
    return body[name]


def _owner(state: State, user_id: object) -> str | None:
    if not user_id:
        return state.caller_id or None
    owner = str(state.find("user", user_id)["id"])
    check_gives(state, owner)
    return owner


def check_gives(state: State, owner: str) -> None:
    """Only admins make somebody else the owner of content (section 4.2)."""
    if state.caller_id not in ("", owner) and not is_admin(state, state.caller_id):
        raise forbidden("only admins may choose an owner")


def change(state: State, found: Record, changes: Record) -> None:
    """New values of a dashboard's own fields, the trash and the way back included."""
    if found["readonly"]:
        raise immutable("LookML dashboards cannot be changed")
    changes = defaulted(changes, DEFAULTS)
    changes = {k: v for k, v in changes.items() if not (k in ("slug", "user_id", "folder_id") and v is None)}
    wanted = {**found, **changes}
    if changes.get("user_id", found["user_id"]) != found["user_id"]:
        _owner(state, changes["user_id"])
    if "slug" in changes:
        _check_slug(state, changes["slug"], found["id"])
    folders.check_place(state, "dashboard", found, wanted)
    state.change("dashboard", found, {**changes, **trash_stamp(state, found, wanted)})
    touch(state, found["id"])


def trash_stamp(state: State, found: Record, wanted: Record) -> Record:
    """The fields that go with moving into the trash or out of it."""
    if found["deleted"] == wanted["deleted"]:
        return {}
    if wanted["deleted"]:
        return {"deleted_at": state.now(), "deleter_id": state.caller_id or None}
    return {"deleted_at": None, "deleter_id": None}


def in_or_out_of_trash(ask: Ask, rows: list[Record]) -> list[Record]:
    """What is in the trash if `deleted=true` was asked for, else what is not (section 2.8)."""
    return [row for row in rows if row["deleted"] is ask.flag("deleted")]


def remove(state: State, found: Record) -> None:
    """For ever, with all parts."""
    if found["readonly"]:
        raise immutable("LookML dashboards cannot be deleted")
    for layout in state.where("dashboard_layout", "dashboard_id", found["id"]):
        for component in state.where("dashboard_layout_component", "dashboard_layout_id", layout["id"]):
            state.drop("dashboard_layout_component", component)
    for kind in NESTED.values():
        for part in state.where(kind, "dashboard_id", found["id"]):
            state.drop(kind, part)
    state.drop("dashboard", found)


def show_header(state: State, found: Record) -> Record:
    """A dashboard without its parts, as a search gives it."""
    folder = state.peek("folder", found["folder_id"])
    owner = state.peek("user", found["user_id"])
    whole = present(
        models.Dashboard,
        found,
        folder=KINDS["folder"].show(state, folder) if folder else None,
        url=found.get("url") or f"/dashboards/{found['id']}",
        refresh_interval_to_i=seconds(found.get("refresh_interval")),
        user_name=name_of(state, found["user_id"]),
        last_updater_name=name_of(state, found.get("last_updater_id")) or "",
        usage_count=found["view_count"],
        is_owner_disabled=bool(owner and owner["is_disabled"]),
        x_internal={"shard": 3, "warm": True},
        can=can(found, "move", "copy", "recover", "run", "download", writable=not found["readonly"]),
    )
    return {key: value for key, value in whole.items() if key not in NESTED}


def show(state: State, found: Record) -> Record:
    """A dashboard with all its parts."""
    whole = show_header(state, found)
    for field, kind in NESTED.items():
        parts = state.where(kind, "dashboard_id", found["id"])
        whole[field] = [KINDS[kind].show(state, part) for part in parts]
    return whole


def _show_lookml(state: State, found: Record) -> Record:
    return {**show_header(state, found), **{field: found[field] for field in NESTED}}


DASHBOARD = register(Kind("dashboard", show, create, change, remove))
endpoints.serve(DASHBOARD, endpoints.WRITES, find=fetch)
LOOKML_DASHBOARD = register(Kind("lookml_dashboard", _show_lookml))


@operation("all_dashboards", "GET", "/dashboards")
def _all_dashboards(state: State, ask: Ask) -> list[Record]:
    live = [d for d in state.rows("dashboard") if not d["deleted"]] + state.rows("lookml_dashboard")
    seen = folders.visible_only(state, live)
    return [shapes.narrow(show_header(state, found), models.DashboardBase) for found in seen]


@operation("search_dashboards", "GET", "/dashboards/search")
def _search_dashboards(state: State, ask: Ask) -> Page:
    rows = folders.visible_only(state, in_or_out_of_trash(ask, state.rows("dashboard")))
    if "not_owned_by" in ask.query:
        rows = [row for row in rows if row["user_id"] != ask.query["not_owned_by"]]
    give = show if state.search_nested else show_header
    skip = frozenset({"curate", "deleted", "not_owned_by"})
    return listing(ask, rows, lambda found: give(state, found), sortable=SORTABLE, skip=skip)


@operation("dashboard", "GET", "/dashboards/{dashboard_id}")
def _dashboard(state: State, ask: Ask) -> Record:
    found = fetch(state, ask.id("dashboard_id"))
    kind = LOOKML_DASHBOARD if found["readonly"] else DASHBOARD
    answer = kind.show(state, found)
    # reading counts as a view: noise for everybody who compares
    now = state.now()
    views = {"view_count": found["view_count"] + 1, "last_accessed_at": now, "last_viewed_at": now}
    state.change(kind.name, found, views)
    return answer


@operation("move_dashboard", "PATCH", "/dashboards/{dashboard_id}/move")
def _move_dashboard(state: State, ask: Ask) -> Coded:
    found = writable(state, ask.id("dashboard_id"))
    change(state, found, {"folder_id": _needed(ask.query, "folder_id")})
    return Coded(201, show(state, found))


def part_list(state: State, ask: Ask, kind: str) -> list[Record]:
    """The parts of one kind of the dashboard named in the path."""
    found = fetch(state, ask.id("dashboard_id"))
    return [KINDS[kind].show(state, part) for part in state.where(kind, "dashboard_id", found["id"])]

"""Looks (resource notes, section 4.2)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.errors import ApiError
from lookervault.sandbox import endpoints, shapes
from lookervault.sandbox.kinds import KINDS, Kind, can, present, register
from lookervault.sandbox.problems import missing, not_found
from lookervault.sandbox.router import Ask, Coded, Page, listing, operation
from lookervault.sandbox.rules import dashboards, folders, queries
from lookervault.sandbox.state import Record, State

DEFAULTS: Record = {"deleted": False, "description": "", "is_run_on_load": True, "public": False}


def fetch(state: State, key: str) -> Record:
    """A look the caller may see, or 404."""
    found = state.find("look", key)
    if not folders.visible(state, found["folder_id"]):
        raise not_found()
    return found


def create(state: State, body: Record) -> Record:
    """A look: title, folder and query are needed."""
    _refuse_null_public(body)
    lacking = [name for name in ("title", "folder_id", "query_id") if not body.get(name)]
    if lacking:
        raise missing(*lacking)
    folder = folders.home_of_content(state, body["folder_id"])
    query = queries.find(state, body["query_id"])
    folders.check_title(state, "look", body["title"], folder["id"], None)
    record: Record = {**DEFAULTS, **dashboards.defaulted(body, DEFAULTS), "id": None, "query_id": query["id"]}
    record["user_id"] = body.get("user_id") or state.caller_id
    dashboards.check_gives(state, state.find("user", record["user_id"])["id"])
    record |= {"created_at": state.now(), "updated_at": state.now(), "deleted_at": None, "deleter_id": None}
    record |= {"content_metadata_id": state.take_id("content_metadata"), "last_updater_id": state.caller_id}
    record |= {"view_count": 0, "last_accessed_at": None, "last_viewed_at": None, "favorite_count": 0}
    return state.add("look", record)


def _refuse_null_public(body: Record) -> None:
    """A known fault of Looker: `public: null` breaks the server (resource notes, section 2.5)."""
    if "public" in body and body["public"] is None:
        raise ApiError("An error has occurred.", status=500)


def change(state: State, found: Record, changes: Record) -> None:
    """New values; another query changes all tiles linked to the look."""
    _refuse_null_public(changes)
    changes = dashboards.defaulted(changes, DEFAULTS)
    changes = {k: v for k, v in changes.items() if not (k.endswith("_id") and v is None)}
    wanted = {**found, **changes}
    if changes.get("user_id", found["user_id"]) != found["user_id"]:
        dashboards.check_gives(state, state.find("user", changes["user_id"])["id"])
    if "query_id" in changes:
        changes |= {"query_id": queries.find(state, changes["query_id"])["id"], "url": None}
    folders.check_place(state, "look", found, wanted)
    stamp = {"updated_at": state.now(), "last_updater_id": state.caller_id or None}
    state.change("look", found, {**changes, **dashboards.trash_stamp(state, found, wanted), **stamp})


def remove(state: State, found: Record) -> None:
    """For ever; tiles linked to it stay and point at nothing (section 16)."""
    state.drop("look", found)


def show_header(state: State, found: Record) -> Record:
    """A look without its query."""
    folder = state.peek("folder", found["folder_id"])
    query = state.peek("query", found["query_id"])
    owner = state.peek("user", found["user_id"])
    model = state.peek("lookml_model", query["model"]) if query else None
    label = KINDS["lookml_model"].show(state, model)["label"] if model else None
    computed = {
        "folder": KINDS["folder"].show(state, folder) if folder else None,
        "model": {"id": query["model"], "label": label} if query else None,
        "short_url": f"/looks/{found['id']}",
        "embed_url": "",
        "excel_file_url": "",
        "google_spreadsheet_formula": "",
        "user_name": dashboards.name_of(state, found["user_id"]),
        "usage_count": found["view_count"],
        "is_owner_disabled": bool(owner and owner["is_disabled"]),
        "x_internal": {"shard": 1},
        "can": can(found, "move", "copy", "recover", "run", "download"),
    }
    return present(models.Look, found, **computed)


def show(state: State, found: Record) -> Record:
    """A look with its query."""
    query = state.peek("query", found["query_id"])
    shown = queries.show(state, query) if query else None
    url = found.get("url") or (shown["url"] if shown else None)
    return {**show_header(state, found), "query": shown, "url": url}


LOOK = register(Kind("look", show, create, change, remove))
endpoints.serve(LOOK, endpoints.WRITES, find=fetch)


@operation("all_looks", "GET", "/looks")
def _all_looks(state: State, ask: Ask) -> list[Record]:
    live = [look for look in state.rows("look") if not look["deleted"]]
    return [_listed(state, look) for look in folders.visible_only(state, live)]


@operation("search_looks", "GET", "/looks/search")
def _search_looks(state: State, ask: Ask) -> Page:
    rows = folders.visible_only(state, dashboards.in_or_out_of_trash(ask, state.rows("look")))
    return listing(ask, rows, lambda look: _listed(state, look), skip=frozenset({"curate", "deleted"}))


def _listed(state: State, look: Record) -> Record:
    return {k: v for k, v in show_header(state, look).items() if k in _LISTED or k == "x_internal"}


_LISTED = shapes.fields_of(models.Look)


@operation("look", "GET", "/looks/{look_id}")
def _look(state: State, ask: Ask) -> Record:
    found = fetch(state, ask.id("look_id"))
    answer = show(state, found)
    now = state.now()
    views = {"view_count": found["view_count"] + 1, "last_accessed_at": now, "last_viewed_at": now}
    state.change("look", found, views)
    return answer


@operation("move_look", "PATCH", "/looks/{look_id}/move")
def _move_look(state: State, ask: Ask) -> Coded:
    if not ask.query.get("folder_id"):
        raise missing("folder_id")
    found = fetch(state, ask.id("look_id"))
    change(state, found, {"folder_id": ask.query["folder_id"]})
    return Coded(201, show(state, found))

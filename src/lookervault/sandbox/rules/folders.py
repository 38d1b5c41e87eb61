"""Folders (resource notes, section 4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints, shapes
from lookervault.sandbox.kinds import KINDS, Kind, can, present, register
from lookervault.sandbox.problems import invalid, missing, not_found, taken
from lookervault.sandbox.router import Ask, Page, listing, operation
from lookervault.sandbox.rules import grants
from lookervault.sandbox.rules.membership import is_admin
from lookervault.sandbox.state import Record, State

ROOT_FLAGS = ("is_shared_root", "is_users_root", "is_embed_shared_root", "is_embed_users_root")
LOOKML = "lookml"
UNCHANGEABLE = ("is_personal", "is_embed", *ROOT_FLAGS)


def root(state: State, flag: str) -> Record:
    """The root folder with this flag; its id is no constant."""
    return state.where("folder", flag, True)[0]


def new_folder(state: State, name: str | None, parent_id: str | None, **more: Any) -> Record:
    """Stores a folder; the caller has checked what there is to check."""
    record: Record = dict.fromkeys(UNCHANGEABLE, False)
    record |= {"id": None, "name": name, "parent_id": parent_id, "external_id": None}
    record |= {"created_at": state.now(), "creator_id": state.caller_id or None}
    record |= {"content_metadata_id": state.take_id("content_metadata"), **more}
    return state.add("folder", record)


def lineage(state: State, folder: Record) -> list[Record]:
    """A folder and all above it, nearest first."""
    found = [folder]
    while (parent := state.peek("folder", found[-1]["parent_id"])) is not None:
        found.append(parent)
    return found


def below(state: State, folder: Record) -> Iterator[Record]:
    """A folder and all below it, parents first."""
    yield folder
    for child in state.where("folder", "parent_id", folder["id"]):
        yield from below(state, child)


def visible(state: State, folder_id: object) -> bool:
    """Whether the caller may see what is in a folder; what has lost its folder is seen by all."""
    folder = state.peek("folder", folder_id)
    return folder is None or grants.allows(state, "folder", folder)


def visible_only(state: State, records: list[Record], field: str = "folder_id") -> list[Record]:
    """The records whose folder the caller may see."""
    if is_admin(state, state.caller_id):
        return records
    seen = grants.seen_folders(state)
    return [r for r in records if r.get(field) in seen or state.peek("folder", r.get(field)) is None]


def fetch(state: State, folder_id: str) -> Record:
    """A folder the caller may see, or 404."""
    folder = state.find("folder", folder_id)
    if not visible(state, folder_id):
        raise not_found()
    return folder


def home_of_content(state: State, folder_id: object) -> Record:
    """A folder in which dashboards and looks may live: 404 when unknown, 422 when it takes none."""
    folder = state.find("folder", folder_id)
    if folder["id"] == LOOKML or folder["is_users_root"] or folder["is_embed_users_root"]:
        raise invalid("folder_id", "this folder cannot hold content")
    return folder


def check_title(state: State, kind: str, title: object, folder_id: str, own_id: str | None) -> None:
    """Titles are unique among the live content of a folder; the trash does not count (section 16)."""
    if not title:
        raise missing("title")
    for other in state.where(kind, "folder_id", folder_id):
        if other["title"] == title and other["id"] != own_id and not other["deleted"]:
            raise taken("[:title, :space_id]", f"{title} already exists in this folder.")


def check_place(state: State, kind: str, found: Record, wanted: Record) -> None:
    """Whether changed content can be where it wants to be; in the trash its folder may be gone."""
    if not wanted["title"]:
        raise missing("title")
    if wanted["folder_id"] != found["folder_id"] or not wanted["deleted"]:
        home_of_content(state, wanted["folder_id"])
    if not wanted["deleted"]:
        check_title(state, kind, wanted["title"], wanted["folder_id"], found["id"])


def _check_name(state: State, name: object, parent_id: str, own_id: str | None) -> None:
    if not name or not isinstance(name, str):
        raise missing("name")
    for other in state.where("folder", "parent_id", parent_id):
        if other["id"] != own_id and (other["name"] or "").casefold() == name.casefold():
            raise taken("name", f"{name} has already been taken")


def _parent(state: State, parent_id: object) -> Record:
    """The folder to create in: 404 without one, 422 where folders cannot be made by the API."""
    parent = state.find("folder", parent_id)
    flags = ("is_users_root", "is_embed_shared_root", "is_embed_users_root")
    if parent["id"] == LOOKML or any(parent[flag] for flag in flags):
        raise invalid("parent_id", "folders cannot be created here")
    return parent


def create(state: State, body: Record) -> Record:
    """A folder below an existing one."""
    parent = _parent(state, body.get("parent_id"))
    _check_name(state, body.get("name"), parent["id"], None)
    return new_folder(state, body["name"], parent["id"])


def change(state: State, folder: Record, changes: Record) -> None:
    """A rename or a move."""
    _check_changeable(folder)
    parent_id = changes.get("parent_id") or folder["parent_id"]
    if parent_id != folder["parent_id"]:
        parent = _parent(state, parent_id)
        if folder in lineage(state, parent):
            raise invalid("parent_id", "a folder cannot be moved below itself")
    _check_name(state, changes.get("name", folder["name"]), parent_id, folder["id"])
    state.change("folder", folder, {**changes, "parent_id": parent_id})


def remove(state: State, folder: Record) -> None:
    """Takes all below it, and their content for ever."""
    _check_changeable(folder)
    erase(state, folder)


def erase(state: State, folder: Record) -> None:
    """Removes a folder of any kind with all below it."""
    for each in reversed(list(below(state, folder))):
        for kind in ("dashboard", "look"):
            for content in state.where(kind, "folder_id", each["id"]):
                endpoints.removed(KINDS[kind], state, content)
        state.drop("folder", each)


def _check_changeable(folder: Record) -> None:
    if folder["id"] == LOOKML or any(folder[flag] for flag in UNCHANGEABLE):
        raise invalid("id", "this folder cannot be changed")


def show(state: State, folder: Record) -> Record:
    """A folder without its content, as lists have it."""
    personal = any(f["is_personal"] for f in lineage(state, folder)[1:])
    fixed = folder["id"] == LOOKML or any(folder[flag] for flag in UNCHANGEABLE)
    return present(
        models.FolderBase,
        folder,
        is_personal_descendant=personal,
        child_count=len(state.where("folder", "parent_id", folder["id"])),
        can=can(folder, "see_admin_spaces", "move_content", writable=not fixed),
    )


def show_whole(state: State, folder: Record) -> Record:
    """A folder with the headers of its content."""
    return {
        **show(state, folder),
        "dashboards": _headers(state, folder),
        "looks": _look_headers(state, folder),
    }


def _headers(state: State, folder: Record) -> list[Record]:
    kind = "lookml_dashboard" if folder["id"] == LOOKML else "dashboard"
    live = [d for d in state.where(kind, "folder_id", folder["id"]) if not d["deleted"]]
    return [shapes.narrow(KINDS[kind].show(state, d), models.DashboardBase) for d in live]


def _look_headers(state: State, folder: Record) -> list[Record]:
    live = [look for look in state.where("look", "folder_id", folder["id"]) if not look["deleted"]]
    return [shapes.narrow(KINDS["look"].show(state, look), models.LookWithDashboards) for look in live]


FOLDER = register(Kind("folder", show, create, change, remove))
endpoints.serve(FOLDER, find=fetch, show=show_whole)


@operation("all_folders", "GET", "/folders")
def _all_folders(state: State, ask: Ask) -> list[Record]:
    return [show(state, folder) for folder in visible_only(state, state.rows("folder"), "id")]


@operation("search_folders", "GET", "/folders/search")
def _search_folders(state: State, ask: Ask) -> Page:
    return listing(ask, visible_only(state, state.rows("folder"), "id"), lambda f: show(state, f))


@operation("folder_children", "GET", "/folders/{folder_id}/children")
@operation("folder_children_search", "GET", "/folders/{folder_id}/children/search")
def _folder_children(state: State, ask: Ask) -> Page:
    found = fetch(state, ask.id("folder_id"))
    children = visible_only(state, state.where("folder", "parent_id", found["id"]), "id")
    return listing(ask, children, lambda f: show(state, f))


@operation("folder_parent", "GET", "/folders/{folder_id}/parent")
def _folder_parent(state: State, ask: Ask) -> Record:
    return show(state, state.find("folder", fetch(state, ask.id("folder_id"))["parent_id"]))


@operation("folder_ancestors", "GET", "/folders/{folder_id}/ancestors")
def _folder_ancestors(state: State, ask: Ask) -> list[Record]:
    above = lineage(state, fetch(state, ask.id("folder_id")))[1:]
    return [show(state, f) for f in reversed(above)]


@operation("folder_looks", "GET", "/folders/{folder_id}/looks")
def _folder_looks(state: State, ask: Ask) -> list[Record]:
    found = fetch(state, ask.id("folder_id"))
    live = [look for look in state.where("look", "folder_id", found["id"]) if not look["deleted"]]
    return [KINDS["look"].show(state, look) for look in live]


@operation("folder_dashboards", "GET", "/folders/{folder_id}/dashboards")
def _folder_dashboards(state: State, ask: Ask) -> list[Record]:
    return _headers(state, fetch(state, ask.id("folder_id")))

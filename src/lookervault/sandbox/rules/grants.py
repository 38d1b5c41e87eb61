"""Who may see and edit content: grants on folders, boards and agents (resource notes, section 4.15).

A record of content holds `_inherits`; its metadata is a view of it and no record of its own.
"""

from __future__ import annotations

from typing import Any

from lookervault.sandbox.problems import not_found
from lookervault.sandbox.rules import membership
from lookervault.sandbox.state import Record, State, goes_with

GRANT = "content_metadata_access"
HOLDERS = ("folder", "board", "agent")
CONTENT = (*HOLDERS, "dashboard", "look", "lookml_dashboard")
PLACE = {"folder": "parent_id", **dict.fromkeys(("dashboard", "look", "lookml_dashboard"), "folder_id")}
"""The field that names the folder content is in; what is not here is in none."""
EDIT, VIEW = "edit", "view"

Principal = tuple[str, Any]
"""Field and id of the group or user a grant is for."""

for _kind in HOLDERS:
    goes_with(_kind, GRANT, "content_metadata_id", "content_metadata_id")
goes_with("group", GRANT, "group_id")
goes_with("user", GRANT, "user_id")


def content_of(state: State, metadata_id: object) -> tuple[str, Record]:
    """Kind and record of the content with this metadata; 404 when there is none."""
    for kind in CONTENT:
        found = state.where(kind, "content_metadata_id", str(metadata_id))
        if found:
            return kind, found[0]
    raise not_found()


def give(state: State, record: Record, permission: str, **who: object) -> Record:
    """A new grant to one `group_id` or `user_id`; the caller has checked it."""
    place = {"id": None, "content_metadata_id": record["content_metadata_id"]}
    return state.add(
        GRANT, {**place, "permission_type": permission, "group_id": None, "user_id": None, **who}
    )


def principal(grant: Record) -> Principal:
    """Whom a grant is for."""
    return ("group_id", grant["group_id"]) if grant["group_id"] else ("user_id", grant["user_id"])


def above(state: State, kind: str, record: Record) -> Record | None:
    """The folder content is in."""
    return state.peek("folder", record[PLACE[kind]]) if kind in PLACE else None


def inherits(kind: str, record: Record) -> bool:
    """Whether other grants than its own hold for content; only plain folders start so."""
    if kind not in HOLDERS:
        return True
    below = kind == "folder" and record["parent_id"] is not None and not record["is_personal"]
    return bool(record.get("_inherits", below))


def source(state: State, kind: str, record: Record) -> Record | None:
    """The record whose grants hold for content: itself, or the nearest folder above."""
    place: Record | None = record
    while place is not None and inherits(kind, place):
        kind, place = "folder", above(state, kind, place)
    return place


def own(state: State, record: Record) -> list[Record]:
    """The grants made on a folder, board or agent itself."""
    return state.where(GRANT, "content_metadata_id", record["content_metadata_id"])


def effective(state: State, kind: str, record: Record) -> list[Record]:
    """The grants that hold for content."""
    place = source(state, kind, record)
    return [] if place is None else own(state, place)


def stands_for(state: State, who: Principal) -> set[Principal]:
    """A user or group with all groups it is in; everybody is in All Users."""
    field, key = who
    if field == "user_id":
        groups = membership.groups_of(state, key)
    else:
        groups = [state.find("group", key), membership.all_users_group(state)]
    return {who, *(("group_id", group) for group in membership.with_parents(state, groups))}


def level(state: State, kind: str, record: Record, names: set[Principal]) -> str | None:
    """The most that any of these principals may do with content."""
    given = {each["permission_type"] for each in effective(state, kind, record) if principal(each) in names}
    return EDIT if EDIT in given else VIEW if given else None


def allows(state: State, kind: str, record: Record, wanted: str = VIEW) -> bool:
    """Whether the caller may see content, or edit it; admins always may."""
    if membership.is_admin(state, state.caller_id):
        return True
    return level(state, kind, record, stands_for(state, ("user_id", state.caller_id))) in (wanted, EDIT)


def seen_folders(state: State) -> set[str]:
    """The ids of the folders that a caller who is no admin may see."""
    names = stands_for(state, ("user_id", state.caller_id))
    return {each["id"] for each in state.rows("folder") if level(state, "folder", each, names)}

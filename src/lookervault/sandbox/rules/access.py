"""Metadata of content and the grants on folders, boards and agents (resource notes, section 4.15)."""

from __future__ import annotations

from collections.abc import Iterator

from looker_sdk.sdk.api40 import models

from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.problems import forbidden, invalid, missing, not_found, taken
from lookervault.sandbox.router import GONE, Ask, operation
from lookervault.sandbox.rules import folders, grants
from lookervault.sandbox.rules.dashboards import name_of
from lookervault.sandbox.rules.grants import EDIT, GRANT, VIEW, Principal
from lookervault.sandbox.state import Record, State

ID_FIELDS = {
    "agent": "agent_id",
    "board": "homepage_id",
    "dashboard": "dashboard_id",
    "folder": "folder_id",
    "look": "look_id",
    "lookml_dashboard": "dashboard_id",
}
ONE_GRANT = "/content_metadata_access/{content_metadata_access_id}"


def show_metadata(state: State, kind: str, record: Record) -> Record:
    """What the API tells of the metadata of some content."""
    above = grants.above(state, kind, record)
    source = grants.source(state, kind, record)
    inherits = grants.inherits(kind, record)
    return present(
        models.ContentMeta,
        {},
        id=record["content_metadata_id"],
        name=record.get("title") or record.get("name"),
        parent_id=above["content_metadata_id"] if above else None,
        content_type="dashboard" if kind == "lookml_dashboard" else kind,
        inherits=inherits,
        inheriting_id=source["content_metadata_id"] if source and inherits else None,
        slug=record.get("slug"),
        can=can({}, writable=grants.allows(state, kind, record, EDIT)),
        **{ID_FIELDS[kind]: record["id"]},
    )


def set_inherits(state: State, kind: str, record: Record, wanted: bool) -> None:
    """Gives content a copy of the grants that hold for it, or takes its own away."""
    if wanted == grants.inherits(kind, record):
        return
    if not wanted:
        _make_own(state, kind, record)
    else:
        _throw_away(state, kind, record)


def _make_own(state: State, kind: str, record: Record) -> None:
    if kind not in grants.HOLDERS:
        raise invalid("inherits", "can be false only for folders, boards and agents")
    copied = grants.effective(state, kind, record)
    state.change(kind, record, {"_inherits": False})
    for each in copied:
        field, key = grants.principal(each)
        grants.give(state, record, each["permission_type"], **{field: key})


def _throw_away(state: State, kind: str, record: Record) -> None:
    if kind == "folder" and (record["is_personal"] or grants.above(state, kind, record) is None):
        raise invalid("inherits", "there is nothing to inherit from")
    before = grants.own(state, record)
    for each in before:
        state.drop(GRANT, each)
    state.change(kind, record, {"_inherits": True})
    left = {grants.principal(each) for each in grants.effective(state, kind, record)}
    for each in before:
        if grants.principal(each) not in left:
            _end_below(state, kind, record, grants.principal(each))


def _end_below(state: State, kind: str, record: Record, who: Principal) -> None:
    """Nobody keeps access to a folder below one he lost."""
    for folder in folders.below(state, record) if kind == "folder" else ():
        for each in grants.own(state, folder):
            if grants.principal(each) == who:
                state.drop(GRANT, each)


def _named(state: State, who: Principal) -> str:
    field, key = who
    return (name_of(state, key) if field == "user_id" else state.find("group", key)["name"]) or f"User {key}"


def _principal(state: State, body: Record) -> Principal:
    """The one group or user of a body; 404 when it is not there."""
    given = [(field, body[field]) for field in ("group_id", "user_id") if body.get(field)]
    if len(given) != 1:
        raise invalid("group_id", "give either group_id or user_id")
    field, key = given[0]
    found = state.find(field.removesuffix("_id"), key)
    if field == "group_id" and not found["can_add_to_content_metadata"]:
        raise invalid("group_id", f"{found['name']} cannot be added to content metadata")
    return field, found["id"]


def _permission(body: Record) -> str:
    wanted = body.get("permission_type")
    if not wanted:
        raise missing("permission_type")
    if wanted not in (VIEW, EDIT):
        raise invalid("permission_type", "must be view or edit")
    return str(wanted)


def _check_parent(state: State, kind: str, record: Record, who: Principal, wanted: str | None) -> None:
    """Whoever may edit the folder above may edit this one."""
    parent = grants.above(state, kind, record)
    given = grants.effective(state, "folder", parent) if parent is not None else []
    if wanted != EDIT and any(grants.principal(g) == who and g["permission_type"] == EDIT for g in given):
        message = f"{_named(state, who)} already has access with edit on parent"
        raise invalid("permission_type", message)


def _check_ancestors(state: State, kind: str, record: Record, who: Principal) -> None:
    """Access needs at least view on all folders above, by whatever group."""
    names = grants.stands_for(state, who)
    for folder in _ancestors(state, kind, record):
        if grants.level(state, "folder", folder, names) is None:
            raise invalid("content_metadata_id", f"{_named(state, who)} needs view on {folder['name']} first")


def _ancestors(state: State, kind: str, record: Record) -> Iterator[Record]:
    parent = grants.above(state, kind, record)
    return iter(folders.lineage(state, parent) if parent is not None else ())


def create(state: State, body: Record) -> Record:
    """A grant on what does not inherit."""
    if not body.get("content_metadata_id"):
        raise missing("content_metadata_id")
    kind, record = grants.content_of(state, body["content_metadata_id"])
    who, wanted = _principal(state, body), _permission(body)
    if grants.inherits(kind, record):
        raise invalid("content_metadata_id", "access is inherited here")
    if any(grants.principal(each) == who for each in grants.own(state, record)):
        raise taken(who[0], f"{_named(state, who)} already has access")
    _check_ancestors(state, kind, record, who)
    _check_parent(state, kind, record, who, wanted)
    return grants.give(state, record, wanted, **{who[0]: who[1]})


def change(state: State, found: Record, changes: Record) -> None:
    """Another type of access; content and principal stay."""
    wanted = _permission(changes)
    for field in ("content_metadata_id", "group_id", "user_id"):
        if changes.get(field) not in (None, found[field]):
            raise invalid(field, "cannot be changed")
    kind, record = grants.content_of(state, found["content_metadata_id"])
    _check_parent(state, kind, record, grants.principal(found), wanted)
    state.change(GRANT, found, {"permission_type": wanted})


def remove(state: State, found: Record) -> None:
    """A grant, and those of the same principal on all folders below."""
    kind, record = grants.content_of(state, found["content_metadata_id"])
    who = grants.principal(found)
    _check_parent(state, kind, record, who, None)
    state.drop(GRANT, found)
    _end_below(state, kind, record, who)


def show(state: State, found: Record) -> Record:
    """A grant."""
    return present(models.ContentMetaGroupUser, found, can=can(found))


register(Kind(GRANT, show, create, change, remove))


def _seen(state: State, metadata_id: str, wanted: str = VIEW) -> tuple[str, Record]:
    """Content the caller may see, else 404, and if `wanted` says so edit, else 403."""
    kind, record = grants.content_of(state, metadata_id)
    if not grants.allows(state, kind, record):
        raise not_found()
    if not grants.allows(state, kind, record, wanted):
        raise forbidden()
    return kind, record


def _asked(ask: Ask, name: str) -> str:
    if not ask.query.get(name):
        raise missing(name)
    return ask.query[name]


@operation("all_content_metadatas", "GET", "/content_metadata")
def _all_content_metadatas(state: State, ask: Ask) -> list[Record]:
    kind, parent = _seen(state, _asked(ask, "parent_id"))
    return [
        show_metadata(state, below, each)
        for below in grants.PLACE
        for each in _children(state, kind, parent, below)
        if grants.allows(state, below, each)
    ]


def _children(state: State, kind: str, parent: Record, below: str) -> list[Record]:
    """What is in a folder and not in the trash."""
    inside = state.where(below, grants.PLACE[below], parent["id"]) if kind == "folder" else []
    return [each for each in inside if not each.get("deleted")]


@operation("content_metadata", "GET", "/content_metadata/{content_metadata_id}")
def _content_metadata(state: State, ask: Ask) -> Record:
    return show_metadata(state, *_seen(state, ask.id("content_metadata_id")))


@operation("update_content_metadata", "PATCH", "/content_metadata/{content_metadata_id}")
def _update_content_metadata(state: State, ask: Ask) -> Record:
    kind, record = _seen(state, ask.id("content_metadata_id"), EDIT)
    if ask.body.get("inherits") is not None:
        set_inherits(state, kind, record, ask.body["inherits"])
    return show_metadata(state, kind, record)


@operation("all_content_metadata_accesses", "GET", "/content_metadata_access")
def _all_content_metadata_accesses(state: State, ask: Ask) -> list[Record]:
    _, record = _seen(state, _asked(ask, "content_metadata_id"))
    return [show(state, each) for each in grants.own(state, record)]


@operation("create_content_metadata_access", "POST", "/content_metadata_access")
def _create_content_metadata_access(state: State, ask: Ask) -> Record:
    if ask.body.get("content_metadata_id"):
        _seen(state, ask.body["content_metadata_id"], EDIT)
    return show(state, create(state, ask.body))


def _grant(state: State, ask: Ask) -> Record:
    """The grant in the path, on content the caller may edit."""
    found = state.find(GRANT, ask.id("content_metadata_access_id"))
    _seen(state, found["content_metadata_id"], EDIT)
    return found


@operation("update_content_metadata_access", "PUT", ONE_GRANT)
def _update_content_metadata_access(state: State, ask: Ask) -> Record:
    found = _grant(state, ask)
    change(state, found, ask.body)
    return show(state, found)


@operation("delete_content_metadata_access", "DELETE", ONE_GRANT)
def _delete_content_metadata_access(state: State, ask: Ask) -> object:
    remove(state, _grant(state, ask))
    return GONE

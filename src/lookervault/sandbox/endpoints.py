"""The endpoints most kinds have alike: get, create, update and delete of one object."""

from __future__ import annotations

from collections.abc import Callable

from lookervault.sandbox.kinds import Kind
from lookervault.sandbox.problems import immutable
from lookervault.sandbox.router import GONE, Ask, operation
from lookervault.sandbox.state import Record, State

Find = Callable[[State, str], Record]
Show = Callable[[State, Record], Record]
WRITES = frozenset({"create", "update", "delete"})
ALL = WRITES | {"get"}


def serve(
    kind: Kind,
    verbs: frozenset[str] = ALL,
    *,
    find: Find | None = None,
    show: Show | None = None,
    key: str | None = None,
    admin: frozenset[str] = frozenset(),
) -> None:
    """Serves a kind at `/<kind>s` and `/<kind>s/{<kind>_id}` by the names the SDK has for it.

    `find` is used where a plain look-up by id is not enough; `admin` names the verbs only admins may use.
    """
    look_up = find or (lambda state, wanted: state.find(kind.name, wanted))
    give = show or kind.show
    key = key or f"{kind.name}_id"
    many, one = f"/{kind.name}s", f"/{kind.name}s/{{{key}}}"

    def get(state: State, ask: Ask) -> Record:
        return give(state, look_up(state, ask.id(key)))

    def create(state: State, ask: Ask) -> Record:
        return give(state, made(kind, state, ask.body))

    def update(state: State, ask: Ask) -> Record:
        found = look_up(state, ask.id(key))
        changed(kind, state, found, ask.body)
        return give(state, found)

    def delete(state: State, ask: Ask) -> object:
        removed(kind, state, look_up(state, ask.id(key)))
        return GONE

    for verb, name, method, path, rule in (
        ("get", kind.name, "GET", one, get),
        ("create", f"create_{kind.name}", "POST", many, create),
        ("update", f"update_{kind.name}", "PATCH", one, update),
        ("delete", f"delete_{kind.name}", "DELETE", one, delete),
    ):
        if verb in verbs:
            operation(name, method, path, admin=verb in admin)(rule)


def made(kind: Kind, state: State, body: Record) -> Record:
    """A new object by the rules of its kind."""
    if kind.create is None:
        raise immutable(f"{kind.name} cannot be created")
    return kind.create(state, body)


def changed(kind: Kind, state: State, found: Record, changes: Record) -> None:
    """Changes an object by the rules of its kind."""
    if kind.change is None:
        raise immutable(f"{kind.name} cannot be changed")
    kind.change(state, found, changes)


def removed(kind: Kind, state: State, found: Record) -> None:
    """Removes an object by the rules of its kind."""
    if kind.remove is None:
        raise immutable(f"{kind.name} cannot be deleted")
    kind.remove(state, found)

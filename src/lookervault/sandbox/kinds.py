"""The kinds of object an instance knows: how each is created, changed, removed and shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lookervault.sandbox import shapes
from lookervault.sandbox.state import Record, State


@dataclass(frozen=True)
class Kind:
    """One kind of object, as its rules module declares it.

    `create`, `change` and `remove` hold Looker's rules without the check of field names and types; the
    API calls them after that check, `Instance.create` and `Instance.edit` call them as the UI would.
    """

    name: str
    show: Callable[[State, Record], Record]
    create: Callable[[State, Record], Record] | None = None
    change: Callable[[State, Record, Record], None] | None = None
    remove: Callable[[State, Record], None] | None = None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Adds a kind; two of one name would hide each other."""
    if kind.name in KINDS:
        raise ValueError(f"kind {kind.name} is declared twice")
    KINDS[kind.name] = kind
    return kind


def present(model: type, record: Record, /, **computed: object) -> Record:
    """A full answer: every field of the model, what is stored (undocumented fields too), what is computed."""
    stored = {key: value for key, value in record.items() if not key.startswith("_")}
    return {**shapes.blank(model), **stored, **computed}


def can(record: Record, *actions: str, writable: bool = True) -> dict[str, bool]:
    """The `can` map: what the caller may do (resource notes, section 2.6)."""
    stored = record.get("can")
    if isinstance(stored, dict):
        return stored
    writes = dict.fromkeys(("create", "update", "destroy", *actions), writable)
    return {"index": True, "show": True, **writes}

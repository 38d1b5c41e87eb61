"""What the vault tells about extractions and stored objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Counts(msgspec.Struct, frozen=True):
    """How put objects compare with those valid before; `repeated` ones were put earlier in the session."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0

    @property
    def seen(self) -> int:
        """Objects that the session had not put before."""
        return self.new + self.changed + self.unchanged


class Change(msgspec.Struct, frozen=True):
    """What one session did to one kind; `unchanged` counts contents, whatever their address."""

    new: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0


class Session(msgspec.Struct, frozen=True):
    """An extraction that is not (yet) a snapshot; `staged` is the number of objects put so far."""

    number: int
    host: str
    instance: str
    looker_version: str
    caller: Mapping[str, Any]
    status: str
    message: str
    started_at: str
    staged: int


class Snapshot(msgspec.Struct, frozen=True):
    """A completed extraction: all objects of its host as they were known then.

    `number` and `session` are the same. `ordinal` is its place in the order of completion, which `valid_from`
    and `valid_to` of content rows count in. `items` includes objects of kinds that this session did not list
    and that earlier ones left; `scope` says which kinds were listed in full, `kinds` what changed in each.
    """

    number: int
    session: int
    ordinal: int
    host: str
    instance: str
    looker_version: str
    caller: Mapping[str, Any]
    scope: Mapping[str, Any]
    kinds: Mapping[str, Change]
    started_at: str
    completed_at: str
    items: int

    @property
    def incomplete(self) -> dict[str, str]:
        """Kinds of which there may be more than is told, with what their listing was worth.

        Only to an admin does 404 say that an instance has no such kind (resource notes, 2.5).
        """
        whole = ("complete", "unsupported") if self.caller.get("admin") else ("complete",)
        worth = {kind: str(told.get("status")) for kind, told in self.scope.items() if "." not in kind}
        return {kind: status for kind, status in sorted(worth.items()) if status not in whole}

    @property
    def new(self) -> int:
        """Objects that were not valid in the snapshot before."""
        return sum(change.new for change in self.kinds.values())

    @property
    def changed(self) -> int:
        """Objects whose content differs from the snapshot before."""
        return sum(change.changed for change in self.kinds.values())

    @property
    def deleted(self) -> int:
        """Objects that a complete listing no longer had."""
        return sum(change.deleted for change in self.kinds.values())

    @property
    def unchanged(self) -> int:
        """Objects that were listed and have the same content as before."""
        return sum(change.unchanged for change in self.kinds.values())


class Head(msgspec.Struct, frozen=True):
    """A stored object without its content."""

    kind: str
    id: str
    name: str | None
    address: str | None
    updated_at: str | None
    digest: str


class Item(msgspec.Struct, frozen=True):
    """A stored object with its raw JSON value."""

    kind: str
    id: str
    name: str | None
    address: str | None
    updated_at: str | None
    raw: Any
    digest: str


class Difference(msgspec.Struct, frozen=True):
    """An object that two snapshots do not hold alike; None where it is absent."""

    kind: str
    id: str
    before: Head | None
    after: Head | None


class Version(msgspec.Struct, frozen=True):
    """One state of an object: since which session, and until which one found it changed or gone.

    `to_session` is None while it is valid; `deleted` tells gone from changed.
    """

    kind: str
    id: str
    name: str | None
    address: str | None
    updated_at: str | None
    digest: str
    from_session: int
    from_at: str
    to_session: int | None
    to_at: str | None
    deleted: bool

"""Objects made ready to be stored: all that takes time and needs no vault."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import msgspec

from lookervault.store.codec import canonical, compress


class Entry(NamedTuple):
    """An object to store; `told` is as much of it as its address will depend on, where that is to be kept."""

    id: str | int
    name: str | None
    address: str | None
    updated_at: str | None
    raw: Any
    told: Any = None


class Ready(msgspec.Struct, array_like=True, frozen=True):
    """The same as columns hold it: `digest` and `size` of the canonical form, and that compressed."""

    id: str
    name: str | None
    address: str | None
    updated_at: str | None
    digest: bytes
    size: int
    body: bytes
    told: bytes | None = None


def ready(entry: Entry) -> Ready:
    """An object as it will be stored."""
    content = canonical(entry.raw)
    return Ready(
        str(entry.id),
        entry.name,
        entry.address,
        entry.updated_at,
        hashlib.sha256(content).digest(),
        len(content),
        compress(content),
        packed(entry.told),
    )


def packed(told: Any) -> bytes | None:
    """What is kept of an object for its address."""
    return None if told is None else canonical(told)

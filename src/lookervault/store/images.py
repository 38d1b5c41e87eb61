"""Before-images: what an apply found of each object before it first wrote to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from lookervault.store.codec import decode
from lookervault.store.vault import Vault


class Image(msgspec.Struct, frozen=True):
    """One object as it was: raw JSON by kind and id, of itself and of what only others tell of it."""

    address: str
    kind: str
    id: str
    raws: Mapping[str, Mapping[str, Any]]
    at: str


def images(vault: Vault, session: str) -> dict[str, Image]:
    """The before-images of an apply by address."""
    rows = vault.read("SELECT address, kind, id, body, at FROM before_images WHERE session = ?", (session,))
    return {row[0]: Image(row[0], row[1], row[2], decode(row[3]), row[4]) for row in rows}

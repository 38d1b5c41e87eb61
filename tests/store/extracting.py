"""Extractions that are short to write down in a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookervault.store.snapshots import Snapshot, begin, complete, items, put
from lookervault.store.vault import Vault

HOST = "looker.example.com"


def stage(vault: Vault, contents: Mapping[str, Mapping[str, Any]], host: str = HOST) -> int:
    """A running session that has put these contents, given by kind and id."""
    session = begin(vault, host=host)
    for kind, objects in contents.items():
        put(
            vault,
            session,
            kind,
            [(id_, f"n{id_}", f"{kind}:{id_}", None, raw) for id_, raw in objects.items()],
        )
    return session


def extract(
    vault: Vault, contents: Mapping[str, Mapping[str, Any]], host: str = HOST, status: str = "complete"
) -> Snapshot:
    """A snapshot of these contents."""
    scope = {kind: {"status": status, "count": len(objects)} for kind, objects in contents.items()}
    return complete(vault, stage(vault, contents, host), scope)


def contents(vault: Vault, snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """What a snapshot holds, by kind and id."""
    found: dict[str, dict[str, Any]] = {}
    for item in items(vault, snapshot):
        found.setdefault(item.kind, {})[item.id] = item.raw
    return found

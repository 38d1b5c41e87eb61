"""Trees in the vault: a snapshot of a tree holds its files as they were, under a host of its own."""

from __future__ import annotations

from lookervault.model.document.paths import MANIFEST
from lookervault.store.content import items
from lookervault.store.records import Snapshot
from lookervault.store.tree.disk import ORIGIN, Files, parsed
from lookervault.store.vault import Vault

TREE = "tree"  # the kind under which stands what is no document
_HOST = "tree "


def host_of(name: str) -> str:
    """The host under which trees of that name are kept: never that of an instance."""
    return _HOST + name


def holds_tree(snapshot: Snapshot) -> bool:
    """Whether a snapshot is one of a tree."""
    return TREE in snapshot.scope


def stored_files(vault: Vault, snapshot: Snapshot) -> Files:
    """The files of a tree that was stored."""
    return parsed({MANIFEST: b"", **{item.id: str(item.raw).encode() for item in items(vault, snapshot)}})


def beside(path: str) -> bool:
    """Whether a file is no document."""
    return path in (MANIFEST, ORIGIN)

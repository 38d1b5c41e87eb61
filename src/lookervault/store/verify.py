"""Whether the vault still holds what was put into it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from lookervault.errors import StoreError
from lookervault.store.codec import decompress, unpack
from lookervault.store.content import bodies, count
from lookervault.store.records import Head, Snapshot
from lookervault.store.vault import Vault


class Finding(msgspec.Struct, frozen=True):
    """Something wrong; kind, id and address are empty if it is not about one object."""

    kind: str
    id: str
    address: str
    problem: str


def verify(vault: Vault, snapshot: Snapshot, kind: str | None = None) -> Iterator[Finding]:
    """What is wrong with a snapshot: contents that do not decode or match, counts that disagree."""
    for head, size, body in bodies(vault, snapshot, kind):
        if problem := _problem(head, size, body):
            yield Finding(head.kind, head.id, head.address or "", problem)
    if kind is None and (there := count(vault, snapshot)) != snapshot.items:
        yield Finding(
            "", "", "", f"snapshot @{snapshot.number} should have {snapshot.items} objects, not {there}"
        )


def verify_file(vault: Vault) -> list[Finding]:
    """What is wrong with the file itself: its structure, and rows that refer to rows that are not there."""
    structure = [str(row[0]) for row in vault.read("PRAGMA integrity_check")]
    dangling = [
        f"{table} row {row} refers to a missing row of {parent}"
        for table, row, parent, _ in vault.read("PRAGMA foreign_key_check")
    ]
    return [Finding("", "", "", problem) for problem in [*structure, *dangling] if problem != "ok"]


def _problem(head: Head, size: int, body: bytes) -> str:
    try:
        content = decompress(body)
        unpack(content)
    except StoreError as error:
        return error.message
    if len(content) != size:
        return f"the content has {len(content)} bytes, not {size}"
    if hashlib.sha256(content).hexdigest() != head.digest:
        return "the content does not match its digest"
    return ""

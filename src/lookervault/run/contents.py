"""What a snapshot holds, one line per object."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.naming import in_trash
from lookervault.model.normal import text_id
from lookervault.store.snapshots import Head, Item, Snapshot, heads, items
from lookervault.store.vault import Vault


class Row(msgspec.Struct):
    """An object: what it is called, whose it is (an address, or empty), when it last changed.

    `deleted` says that it was in the trash.
    """

    kind: str
    id: str
    address: str
    owner: str
    updated_at: str | None
    deleted: bool = False


def contents(
    vault: Vault, snapshot: Snapshot, kinds: Sequence[str], *, owner: str = "", match: str = ""
) -> Iterator[Row]:
    """The objects of these kinds, of an owner (an e-mail or a part of it) and with an address like this."""
    people = {head.id: head.address or "" for head in heads(vault, snapshot, "user")}
    for kind in kinds:
        for row in _rows(vault, snapshot, kind, people):
            fits = not match or fnmatch.fnmatchcase(row.address, match)
            if fits and (not owner or owner.casefold() in row.owner.partition(":")[2].casefold()):
                yield row


def _rows(vault: Vault, snapshot: Snapshot, kind: str, people: dict[str, str]) -> Iterator[Row]:
    ref = KINDS[kind].ref("owner")
    if ref is None:
        yield from (_row(head, "") for head in heads(vault, snapshot, kind))
        return
    for item in items(vault, snapshot, kind):
        id_ = _owner_id(item.raw, ref.field)
        yield _row(item, people.get(id_, f"user:#{id_}") if id_ else "")


def _owner_id(raw: Any, field: str) -> str:
    return text_id(raw.get(field)) if isinstance(raw, dict) else ""


def _row(head: Head | Item, owner: str) -> Row:
    address = head.address or f"{head.kind}:#{head.id}"
    return Row(head.kind, head.id, address, owner, head.updated_at, in_trash(head.kind, address))

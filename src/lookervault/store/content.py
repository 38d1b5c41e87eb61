"""Stored objects as a snapshot has them, and the history of one object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lookervault.errors import StoreError
from lookervault.store.codec import decode
from lookervault.store.records import Difference, Head, Item, Snapshot, Version
from lookervault.store.vault import Row, Vault

_PAGE = 500
_HEAD = "i.kind, i.id, i.name, i.address, i.updated_at, b.digest"
_TABLES = "FROM content_items i CROSS JOIN content_bodies b ON b.row = i.body"
_VALID = "i.host = ? AND i.valid_from <= ? AND (i.valid_to IS NULL OR i.valid_to > ?)"
_HISTORY = f"""
SELECT {_HEAD}, f.number, f.completed_at, t.number, t.completed_at {_TABLES}
JOIN extraction_sessions f ON f.ordinal = i.valid_from
LEFT JOIN extraction_sessions t ON t.ordinal = i.valid_to
WHERE i.host = ? AND i.kind = ? AND i.id = ? ORDER BY i.valid_from
"""


def items(vault: Vault, snapshot: Snapshot, kind: str | None = None) -> Iterator[Item]:
    """All objects of a snapshot with their content, by kind and id; only a page of them is in memory."""
    return (_item(row) for row in _rows(vault, snapshot, kind, f"{_HEAD}, b.body"))


def heads(vault: Vault, snapshot: Snapshot, kind: str | None = None) -> Iterator[Head]:
    """All objects of a snapshot without their content, by kind and id."""
    return (_head(row) for row in _rows(vault, snapshot, kind, _HEAD))


def bodies(vault: Vault, snapshot: Snapshot, kind: str | None = None) -> Iterator[tuple[Head, int, bytes]]:
    """All objects of a snapshot with their content as it is stored, and the size it should unpack to."""
    for row in _rows(vault, snapshot, kind, f"{_HEAD}, b.size, b.body"):
        yield _head(row[:6]), row[6], row[7]


def item(vault: Vault, snapshot: Snapshot, kind: str, id_: str | int) -> Item | None:
    """One object of a snapshot."""
    sql = f"SELECT {_HEAD}, b.body {_TABLES} WHERE {_VALID} AND i.kind = ? AND i.id = ?"
    found = vault.read(sql, (*_at(snapshot), kind, str(id_)))
    return _item(found[0]) if found else None


def find(vault: Vault, snapshot: Snapshot, address: str) -> list[Item]:
    """The objects of a snapshot at this address."""
    sql = f"SELECT {_HEAD}, b.body {_TABLES} WHERE {_VALID} AND i.address = ? ORDER BY i.kind, i.id"
    return [_item(row) for row in vault.read(sql, (*_at(snapshot), address))]


def content(vault: Vault, digest: str) -> Any:
    """The raw value of this digest, as some version of some object had it."""
    found = vault.read("SELECT body FROM content_bodies WHERE digest = ?", (bytes.fromhex(digest),))
    if not found:
        raise StoreError(f"the vault has no content {digest}", hint="`lookervault verify` lists all damage")
    return decode(found[0][0])


def known_as(vault: Vault, host: str, address: str) -> list[tuple[str, str]]:
    """Kind and id of the objects that ever had this address, those deleted since included."""
    sql = (
        "SELECT DISTINCT kind, id FROM content_items INDEXED BY content_items_by_address"
        " WHERE host = ? AND address = ? ORDER BY kind, id"
    )
    return [(kind, id_) for kind, id_ in vault.read(sql, (host, address))]


def count(vault: Vault, snapshot: Snapshot, kind: str | None = None) -> int:
    """The number of objects in a snapshot, of one kind or of all."""
    numbers = kinds(vault, snapshot)
    return sum(numbers.values()) if kind is None else numbers.get(kind, 0)


def kinds(vault: Vault, snapshot: Snapshot) -> dict[str, int]:
    """The kinds in a snapshot and how many objects it has of each."""
    sql = f"SELECT i.kind, count(*) FROM content_items i WHERE {_VALID} GROUP BY i.kind ORDER BY i.kind"
    return dict(vault.read(sql, _at(snapshot)))


def history(vault: Vault, host: str, kind: str, id_: str | int) -> list[Version]:
    """All versions of one object, oldest first."""
    rows = vault.read(_HISTORY, (host, kind, str(id_)))
    began = {row[6] for row in rows}
    return [_version(row, deleted=row[8] is not None and row[8] not in began) for row in rows]


def differences(
    vault: Vault, before: Snapshot, after: Snapshot, kind: str | None = None
) -> Iterator[Difference]:
    """Objects that are only in one of two snapshots or differ in content or address, by kind and id."""
    left, right = heads(vault, before, kind), heads(vault, after, kind)
    old, new = next(left, None), next(right, None)
    while old or new:
        key = min((head.kind, head.id) for head in (old, new) if head)
        was = old if old and (old.kind, old.id) == key else None
        now = new if new and (new.kind, new.id) == key else None
        if was != now:
            yield Difference(*key, was, now)
        old = next(left, None) if was else old
        new = next(right, None) if now else new


def _rows(vault: Vault, snapshot: Snapshot, kind: str | None, columns: str) -> Iterator[Row]:
    """Rows page by page, so that neither memory nor a long read transaction grows with the snapshot."""
    after = "(i.kind, i.id) {} (?, ?)" if kind is None else "i.kind = ? AND i.id {} ?"
    page = f"SELECT {columns} {_TABLES} WHERE {_VALID} AND {after} ORDER BY i.kind, i.id LIMIT {_PAGE}"
    rows = vault.read(page.format(">="), (*_at(snapshot), kind or "", ""))
    while rows:
        yield from rows
        rows = vault.read(page.format(">"), (*_at(snapshot), *rows[-1][:2]))


def _at(snapshot: Snapshot) -> tuple[Any, ...]:
    return (snapshot.host, snapshot.ordinal, snapshot.ordinal)


def _head(row: Row) -> Head:
    *head, digest = row
    return Head(*[*head, digest.hex()])


def value_of(kind: str, id_: str, body: bytes) -> Any:
    """What is stored of an object; `StoreError` names it where that is damaged."""
    try:
        return decode(body)
    except StoreError as error:
        hint = "`lookervault verify` lists all damage; extract anew"
        raise StoreError(f"{kind} {id_}: {error.message}", hint=hint) from error


def _item(row: Row) -> Item:
    *head, digest, body = row
    return Item(*[*head, value_of(head[0], head[1], body), digest.hex()])


def _version(row: Row, *, deleted: bool) -> Version:
    *head, digest = row[:6]
    return Version(*[*head, digest.hex(), *row[6:], deleted])

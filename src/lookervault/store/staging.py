"""What a running session has put: kept apart from the history until the session is completed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from lookervault.errors import StoreError
from lookervault.store.codec import canonical, compress, decode
from lookervault.store.records import Counts
from lookervault.store.vault import Vault

Entry = tuple[str | int, str | None, str | None, str | None, Any]
"""id, name, address, updated_at, raw value."""

_STAGE = """
INSERT INTO staged_items (session, kind, id, name, address, updated_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (session, kind, id) DO UPDATE SET
    name = excluded.name, address = excluded.address, updated_at = excluded.updated_at, body = excluded.body
"""
_KEEP = """
INSERT INTO staged_items (session, kind, id, name, address, updated_at, body)
SELECT ?, kind, id, name, address, updated_at, body FROM content_items
WHERE host = ? AND kind = ? AND id = ? AND valid_to IS NULL
ON CONFLICT (session, kind, id) DO NOTHING
"""
_STANDING = """
SELECT (SELECT body FROM content_items WHERE host = ? AND kind = ? AND id = ? AND valid_to IS NULL),
    EXISTS (SELECT 1 FROM staged_items WHERE session = ? AND kind = ? AND id = ?)
"""
_STAGED = """
SELECT s.id, b.body FROM staged_items s CROSS JOIN content_bodies b ON b.row = s.body
WHERE s.session = ? AND s.kind = ? AND s.id > ? ORDER BY s.id LIMIT ?
"""
_DIFFERING = """
SELECT s.id FROM staged_items s
LEFT JOIN content_items i ON i.host = ? AND i.kind = s.kind AND i.id = s.id AND i.valid_to IS NULL
WHERE s.session = ? AND s.kind = ? AND i.body IS NOT s.body
"""
_PAGE = 200
_UNUSED = """
DELETE FROM content_bodies WHERE row = ?1
    AND NOT EXISTS (SELECT 1 FROM content_items WHERE body = ?1)
    AND NOT EXISTS (SELECT 1 FROM staged_items WHERE body = ?1)
"""


def put(vault: Vault, session: int, kind: str, batch: Iterable[Entry]) -> Counts:
    """Store a batch of objects; the counts compare it with what is valid now.

    A second put of an object in one session replaces the first.
    """
    entries = [(str(id_), name, address, at, canonical(raw)) for id_, name, address, at, raw in batch]
    tally: Counter[str] = Counter()
    with vault.transaction(durable=False) as connection:
        host = host_of_running(connection, session)
        for id_, name, address, updated_at, content in entries:
            body = _body(connection, content)
            tally[_standing(connection, session, host, kind, id_, body)] += 1
            connection.execute(_STAGE, (session, kind, id_, name, address, updated_at, body))
    return Counts(**tally)


def keep(vault: Vault, session: int, kind: str, ids: Iterable[str | int]) -> list[str]:
    """Say that objects are as the last snapshot has them, without their content; gives those it lacks."""
    lacking = []
    with vault.transaction(durable=False) as connection:
        host = host_of_running(connection, session)
        for id_ in map(str, ids):
            connection.execute(_KEEP, (session, host, kind, id_))
            if not connection.execute(_STANDING, (host, kind, id_, session, kind, id_)).fetchone()[1]:
                lacking.append(id_)
    return lacking


def label(
    vault: Vault, session: int, kind: str, labels: Iterable[tuple[str | int, str | None, str | None]]
) -> None:
    """Name and address of staged objects, given as (id, name, address), once they are known."""
    with vault.transaction(durable=False) as connection:
        host_of_running(connection, session)
        connection.executemany(
            "UPDATE staged_items SET name = ?, address = ? WHERE session = ? AND kind = ? AND id = ?",
            ((name, address, session, kind, str(id_)) for id_, name, address in labels),
        )


def staged(vault: Vault, session: int, kind: str) -> int:
    """The number of objects of a kind that the session has put."""
    rows = vault.read("SELECT count(*) FROM staged_items WHERE session = ? AND kind = ?", (session, kind))
    return int(rows[0][0])


def staged_items(vault: Vault, session: int, kind: str) -> Iterator[tuple[str, Any]]:
    """Id and raw value of the objects of a kind that the session has put, by id and a page at a time."""
    rows = vault.read(_STAGED, (session, kind, "", _PAGE))
    while rows:
        yield from ((id_, decode(body)) for id_, body in rows)
        rows = vault.read(_STAGED, (session, kind, rows[-1][0], _PAGE))


def differing(vault: Vault, session: int, kind: str) -> set[str]:
    """Ids of the objects that the session has put and the last snapshot does not have just so."""
    with vault.transaction(durable=False) as connection:
        host = host_of_running(connection, session)
        return {row[0] for row in connection.execute(_DIFFERING, (host, session, kind))}


def restart(vault: Vault, session: int, kind: str) -> None:
    """Forget what the session has put of a kind, and its checkpoint."""
    with vault.transaction() as connection:
        host_of_running(connection, session)
        unstage(connection, session, kind)


def unstage(connection: sqlite3.Connection, session: int, kind: str | None = None) -> None:
    """Drop staged rows and checkpoints of a session (of one kind), and the contents that only they used."""
    where, values = (
        ("session = ?", (session,)) if kind is None else ("session = ? AND kind = ?", (session, kind))
    )
    bodies = connection.execute(f"SELECT DISTINCT body FROM staged_items WHERE {where}", values).fetchall()
    connection.execute(f"DELETE FROM staged_items WHERE {where}", values)
    connection.execute(f"DELETE FROM sync_checkpoints WHERE {where}", values)
    connection.executemany(_UNUSED, bodies)


def host_of_running(connection: sqlite3.Connection, session: int) -> str:
    """The host of a session that may still be put to."""
    row = connection.execute(
        "SELECT host, status FROM extraction_sessions WHERE number = ?", (session,)
    ).fetchone()
    if row is None:
        raise StoreError(f"there is no extraction session {session}")
    if row[1] != "running":
        raise StoreError(f"extraction session {session} is {row[1]}; nothing can be added to it")
    return str(row[0])


def _body(connection: sqlite3.Connection, content: bytes) -> int:
    """The row of this content, which is stored once however many objects and versions have it."""
    digest = hashlib.sha256(content).digest()
    found = connection.execute("SELECT row FROM content_bodies WHERE digest = ?", (digest,)).fetchone()
    if found:
        return int(found[0])
    made = connection.execute(
        "INSERT INTO content_bodies (digest, size, body) VALUES (?, ?, ?)",
        (digest, len(content), compress(content)),
    )
    return int(made.lastrowid or 0)


def _standing(connection: sqlite3.Connection, session: int, host: str, kind: str, id_: str, body: int) -> str:
    valid, repeated = connection.execute(_STANDING, (host, kind, id_, session, kind, id_)).fetchone()
    if repeated:
        return "repeated"
    if valid is None:
        return "new"
    return "unchanged" if valid == body else "changed"

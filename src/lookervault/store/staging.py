"""What a running session has put: kept apart from the history until the session is completed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from lookervault.errors import StoreError
from lookervault.store.codec import decode, unpack
from lookervault.store.ready import Entry, Ready, packed, ready
from lookervault.store.records import Counts
from lookervault.store.vault import Row, Vault

T = TypeVar("T")
_MANY = 500  # rows of one statement


_STAGE = """
INSERT INTO staged_items (session, kind, id, name, address, updated_at, body, told) VALUES {}
ON CONFLICT (session, kind, id) DO UPDATE SET
    name = excluded.name, address = excluded.address, updated_at = excluded.updated_at,
    body = excluded.body, told = excluded.told
"""
_VALID_AMONG = """
SELECT id, body FROM content_items WHERE host = ? AND kind = ? AND valid_to IS NULL AND id IN ({})
"""
_STAGED_AMONG = "SELECT id FROM staged_items WHERE session = ? AND kind = ? AND id IN ({})"
_KNOWN_BODIES = "SELECT digest, row FROM content_bodies WHERE digest IN ({})"
_ADD_BODIES = "INSERT INTO content_bodies (digest, size, body) VALUES {}"
_KEEP = """
INSERT INTO staged_items (session, kind, id, name, address, updated_at, body)
SELECT ?, kind, id, name, address, updated_at, body FROM content_items
WHERE host = ? AND kind = ? AND valid_to IS NULL AND id IN ({})
ON CONFLICT (session, kind, id) DO NOTHING
"""
_TELL = "UPDATE staged_items SET told = ? WHERE session = ? AND kind = ? AND id = ?"
# what is staged without it was so by an older program
_TOLD = """
SELECT s.id, s.told, b.body FROM staged_items s
LEFT JOIN content_bodies b ON b.row = s.body AND s.told IS NULL
"""
_TOLD_PAGE = _TOLD + "WHERE s.session = ? AND s.kind = ? AND s.id > ? ORDER BY s.id LIMIT ?"
_TOLD_AMONG = _TOLD + "WHERE s.session = ? AND s.kind = ? AND s.id IN ({})"
_SHARED = """
SELECT id, address FROM staged_items WHERE session = ?1 AND kind = ?2 AND address IN (
    SELECT address FROM staged_items WHERE session = ?1 AND kind = ?2
    GROUP BY address HAVING count(*) > 1)
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
_GONE = """
SELECT i.id FROM content_items i WHERE i.host = ? AND i.kind = ? AND i.valid_to IS NULL
    AND NOT EXISTS (SELECT 1 FROM staged_items s WHERE s.session = ? AND s.kind = i.kind AND s.id = i.id)
"""
_PAGE = 200
_UNUSED = """
DELETE FROM content_bodies WHERE row = ?1
    AND NOT EXISTS (SELECT 1 FROM content_items WHERE body = ?1)
    AND NOT EXISTS (SELECT 1 FROM staged_items WHERE body = ?1)
"""


def put(vault: Vault, session: int, kind: str, batch: Iterable[Sequence[Any]]) -> Counts:
    """Store a batch of objects, given as `Entry`s; the counts compare it with what is valid now.

    A second put of an object in one session replaces the first.
    """
    return put_ready(vault, session, kind, [ready(Entry(*each)) for each in batch])


def put_ready(vault: Vault, session: int, kind: str, batch: Iterable[Ready]) -> Counts:
    """The same with objects that have been made ready."""
    tally: Counter[str] = Counter()
    with vault.transaction(durable=False) as connection:
        host = host_of_running(connection, session)
        for some in chunked(batch, _MANY):
            latest = {each.id: each for each in some}  # the last of an object counts
            tally["repeated"] += len(some) - len(latest)
            bodies = _bodies(connection, latest.values())
            tally += _standing(connection, session, host, kind, dict(zip(latest, bodies, strict=True)))
            rows = [
                (session, kind, e.id, e.name, e.address, e.updated_at, body, e.told)
                for e, body in zip(latest.values(), bodies, strict=True)
            ]
            connection.execute(_STAGE.format(_marks(rows)), [value for row in rows for value in row])
    return Counts(**tally)


def keep(
    vault: Vault, session: int, kind: str, ids: Iterable[str | int], told: Mapping[str, Any] | None = None
) -> list[str]:
    """Say that objects are as the last snapshot has them, without their content; gives those it lacks.

    `told` is what to keep of each for its address.
    """
    lacking = []
    with vault.transaction(durable=False) as connection:
        host = host_of_running(connection, session)
        for some in chunked(map(str, ids), _MANY):
            among = _listed(some)
            connection.execute(_KEEP.format(among), (session, host, kind, *some))
            rows = connection.execute(_STAGED_AMONG.format(among), (session, kind, *some))
            there = {row[0] for row in rows}
            lacking += [id_ for id_ in some if id_ not in there]
        parts = ((packed(part), session, kind, id_) for id_, part in (told or {}).items())
        connection.executemany(_TELL, parts)
    return lacking


def label(vault: Vault, session: int, kind: str, labels: Iterable[tuple[str | int, str | None]]) -> None:
    """The addresses of staged objects, given as (id, address), once they are known."""
    with vault.transaction(durable=False) as connection:
        host_of_running(connection, session)
        connection.executemany(
            "UPDATE staged_items SET address = ? WHERE session = ? AND kind = ? AND id = ?",
            ((address, session, kind, str(id_)) for id_, address in labels),
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


def told_items(vault: Vault, session: int, kind: str) -> Iterator[tuple[str, Any]]:
    """Id, and what is kept for its address, of the objects of a kind; the whole value where nothing is."""
    rows = vault.read(_TOLD_PAGE, (session, kind, "", _PAGE))
    while rows:
        yield from map(_told, rows)
        rows = vault.read(_TOLD_PAGE, (session, kind, rows[-1][0], _PAGE))


def told_some(vault: Vault, session: int, kind: str, ids: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """The same of those of these objects that the session has put."""
    for some in chunked(ids, _MANY):
        yield from map(_told, vault.read(_TOLD_AMONG.format(_listed(some)), (session, kind, *some)))


def _told(row: Row) -> tuple[str, Any]:
    id_, told, body = row
    return id_, decode(body) if told is None else unpack(told)


def shared(vault: Vault, session: int, kind: str) -> list[tuple[str, str]]:
    """Id and address of the objects of a kind that have one with others."""
    return [(id_, address) for id_, address in vault.read(_SHARED, (session, kind))]


def differing(vault: Vault, session: int, kind: str) -> set[str]:
    """Ids of the objects that the session has put and the last snapshot does not have just so."""
    with vault.transaction(durable=False) as connection:
        host = host_of_running(connection, session)
        return {row[0] for row in connection.execute(_DIFFERING, (host, session, kind))}


def gone(vault: Vault, session: int, kind: str) -> set[str]:
    """Ids of the objects that the last snapshot has and the session has not put."""
    with vault.transaction(durable=False) as connection:
        host = host_of_running(connection, session)
        return {row[0] for row in connection.execute(_GONE, (host, kind, session))}


def restart(vault: Vault, session: int, kind: str) -> None:
    """Forget what the session has put of a kind, and its checkpoint."""
    with vault.transaction() as connection:
        host_of_running(connection, session)
        unstage(connection, session, kind)


def unstage(connection: sqlite3.Connection, session: int, kind: str | None = None) -> None:
    """Drop staged rows and checkpoints of a session (of one kind), and the contents that only they used."""
    where, values = _whose(session, kind)
    bodies = connection.execute(f"SELECT DISTINCT body FROM staged_items WHERE {where}", values).fetchall()
    clear(connection, session, kind)
    connection.executemany(_UNUSED, bodies)


def clear(connection: sqlite3.Connection, session: int, kind: str | None = None) -> None:
    """Drop staged rows and checkpoints whose contents something else uses."""
    where, values = _whose(session, kind)
    connection.execute(f"DELETE FROM staged_items WHERE {where}", values)
    connection.execute(f"DELETE FROM sync_checkpoints WHERE {where}", values)


def _whose(session: int, kind: str | None) -> tuple[str, tuple[Any, ...]]:
    return ("session = ?", (session,)) if kind is None else ("session = ? AND kind = ?", (session, kind))


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


def chunked(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of that size."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def _marks(rows: Sequence[Sequence[Any]]) -> str:
    """Placeholders for rows: one statement for many costs a third of as many statements."""
    return ", ".join(f"({', '.join('?' * len(row))})" for row in rows)


def _bodies(connection: sqlite3.Connection, objects: Collection[Ready]) -> list[int]:
    """The rows of their contents: each is stored once, however many objects and versions have it."""
    digests = [each.digest for each in objects]
    known = _known_bodies(connection, digests)
    new = {each.digest: each for each in objects if each.digest not in known}
    if new:
        rows = [(each.digest, each.size, each.body) for each in new.values()]
        connection.execute(_ADD_BODIES.format(_marks(rows)), [value for row in rows for value in row])
        known |= _known_bodies(connection, list(new))
    return [known[digest] for digest in digests]


def _known_bodies(connection: sqlite3.Connection, digests: Sequence[bytes]) -> dict[bytes, int]:
    return dict(connection.execute(_KNOWN_BODIES.format(_listed(digests)), digests).fetchall())


def _standing(
    connection: sqlite3.Connection, session: int, host: str, kind: str, bodies: Mapping[str, int]
) -> Counter[str]:
    """How these objects stand to what is valid, given the rows of their contents by id."""
    among = _listed(bodies)
    valid = dict(connection.execute(_VALID_AMONG.format(among), (host, kind, *bodies)).fetchall())
    staged = {row[0] for row in connection.execute(_STAGED_AMONG.format(among), (session, kind, *bodies))}
    tally: Counter[str] = Counter()
    for id_, body in bodies.items():
        if id_ in staged:
            tally["repeated"] += 1
        elif id_ not in valid:
            tally["new"] += 1
        else:
            tally["unchanged" if valid[id_] == body else "changed"] += 1
    return tally


def _listed(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))

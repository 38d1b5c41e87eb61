"""Dropping history that is older than anybody wants to go back to."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from lookervault.store.sessions import snapshots
from lookervault.store.staging import unstage
from lookervault.store.vault import Vault, stamp

_DROP_ENDED = "DELETE FROM content_items WHERE host = ? AND valid_to <= ?"
_ABANDONED = "SELECT number FROM extraction_sessions WHERE status = 'running' AND started_at < ?"
_DROP_UNUSED = """
DELETE FROM content_bodies WHERE row IN (
    SELECT b.row FROM content_bodies b
    WHERE NOT EXISTS (SELECT 1 FROM content_items i WHERE i.body = b.row)
        AND NOT EXISTS (SELECT 1 FROM staged_items s WHERE s.body = b.row))
"""


class Cleanup(msgspec.Struct, frozen=True):
    """What a cleanup drops: snapshots by number, abandoned sessions, versions of objects, contents."""

    snapshots: tuple[int, ...]
    sessions: tuple[int, ...]
    versions: int
    bodies: int


def clean(vault: Vault, before: datetime, *, dry_run: bool = True) -> Cleanup:
    """Drop what ended before this moment: versions replaced or deleted since then are kept.

    The state of each host as of that moment, and with it the latest snapshot, can still be read; older
    snapshots cannot. Sessions begun earlier and never completed are dropped too.
    """
    with vault.transaction() as connection:
        connection.execute("SAVEPOINT cleaning")
        report = _clean(vault, connection, stamp(before))
        if dry_run:  # the numbers are those of the real thing, because it was the real thing
            connection.execute("ROLLBACK TO cleaning")
    if not dry_run:
        vault.shrink()
    return report


def _clean(vault: Vault, connection: sqlite3.Connection, before: str) -> Cleanup:
    known = snapshots(vault)
    # the last one of each host before that moment is the oldest that is kept
    oldest = {each.host: each.ordinal for each in known if each.completed_at < before}
    dropped = [each.number for each in known if each.ordinal < oldest.get(each.host, 0)]
    versions = sum(connection.execute(_DROP_ENDED, each).rowcount for each in oldest.items())
    abandoned = [row[0] for row in connection.execute(_ABANDONED, (before,))]
    for session in abandoned:
        unstage(connection, session)
    _close(connection, "failed", abandoned)
    _close(connection, "dropped", dropped)
    bodies = connection.execute(_DROP_UNUSED).rowcount
    return Cleanup(tuple(dropped), tuple(abandoned), versions, bodies)


def _close(connection: sqlite3.Connection, status: str, numbers: list[int]) -> None:
    connection.executemany(
        "UPDATE extraction_sessions SET status = ? WHERE number = ?", [(status, each) for each in numbers]
    )

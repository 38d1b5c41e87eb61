"""Extraction sessions: running until they are completed, which makes them snapshots, or fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from lookervault.errors import NotFound
from lookervault.store.codec import from_json, to_json
from lookervault.store.records import Change, Session, Snapshot
from lookervault.store.staging import host_of_running, unstage
from lookervault.store.vault import Row, Vault, where

_SESSION = """
SELECT number, host, instance, looker_version, caller, status, message, started_at,
    (SELECT count(*) FROM staged_items WHERE session = number)
FROM extraction_sessions"""
_SNAPSHOT = """
SELECT number, number, ordinal, host, instance, looker_version, caller, scope, kinds, started_at,
    completed_at, items
FROM extraction_sessions"""


def begin(
    vault: Vault,
    *,
    host: str,
    instance: str = "",
    looker_version: str = "",
    caller: Mapping[str, Any] | None = None,
) -> int:
    """The number of a new session for the objects of this host."""
    with vault.transaction(durable=False) as connection:
        row = connection.execute(
            "INSERT INTO extraction_sessions (host, instance, looker_version, caller, status, started_at)"
            " VALUES (?, ?, ?, ?, 'running', ?)",
            (host, instance, looker_version, to_json(caller or {}), vault.now()),
        )
        return int(row.lastrowid or 0)


def fail(vault: Vault, session: int, message: str) -> None:
    """End a session for good: what it put is dropped, and no snapshot ever showed it."""
    with vault.transaction() as connection:
        host_of_running(connection, session)
        unstage(connection, session)
        connection.execute(
            "UPDATE extraction_sessions SET status = 'failed', message = ?, completed_at = ?"
            " WHERE number = ?",
            (message, vault.now(), session),
        )


def session(vault: Vault, number: int) -> Session:
    """One session, whatever became of it."""
    rows = vault.read(_SESSION + " WHERE number = ?", (number,))
    if not rows:
        raise NotFound(f"there is no extraction session {number}")
    return _session(rows[0])


def unfinished(vault: Vault, host: str | None = None) -> list[Session]:
    """Sessions that were begun and neither completed nor failed, newest first."""
    which, values = where(status="running", host=host)
    return [_session(row) for row in vault.read(f"{_SESSION}{which} ORDER BY number DESC", values)]


def snapshots(vault: Vault, host: str | None = None) -> list[Snapshot]:
    """All snapshots in the order of their completion, of one host or of all."""
    which, values = where(status="complete", host=host)
    return [_snapshot(row) for row in vault.read(f"{_SNAPSHOT}{which} ORDER BY ordinal", values)]


def snapshot(vault: Vault, number: int) -> Snapshot:
    """The snapshot that this session became."""
    rows = vault.read(_SNAPSHOT + " WHERE number = ? AND status = 'complete'", (number,))
    if not rows:
        raise NotFound(f"there is no snapshot @{number}")
    return _snapshot(rows[0])


def _session(row: Row) -> Session:
    number, host, instance, looker_version, caller, *rest = row
    return Session(number, host, instance, looker_version, from_json(caller), *rest)


def _snapshot(row: Row) -> Snapshot:
    *head, caller, scope, kinds, started_at, completed_at, items = row
    changes = msgspec.convert(from_json(kinds), dict[str, Change])
    listed = from_json(caller), from_json(scope), changes
    return Snapshot(*[*head, *listed, started_at, completed_at, items])

"""Applies, as the vault knows them: which plan, which target, how it ended."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from lookervault.errors import NotFound
from lookervault.store.codec import compress, decompress, from_json, to_json
from lookervault.store.vault import Row, Vault, where

Ending = Literal["done", "failed", "interrupted", "partly"]

_APPLY = """
SELECT session, fingerprint, host, status, started_at, ended_at, counts FROM restoration_sessions"""


class Apply(msgspec.Struct, frozen=True):
    """One apply; `status` is "running" until it ends, and stays so if the process is killed."""

    session: str
    fingerprint: str
    host: str
    status: str
    started_at: str
    ended_at: str | None
    counts: Mapping[str, Any]


def start(vault: Vault, fingerprint: str, host: str, plan: bytes = b"") -> str:
    """The id of a new apply of this plan to this target; the plan is kept for resume and rollback."""
    now = vault.now()
    session = f"{now[:19].translate({ord(mark): None for mark in '-:'})}-{secrets.token_hex(3)}"
    with vault.transaction() as connection:
        connection.execute(
            "INSERT INTO restoration_sessions (session, fingerprint, host, status, started_at, plan)"
            " VALUES (?, ?, ?, 'running', ?, ?)",
            (session, fingerprint, host, now, compress(plan)),
        )
    return session


def finish(vault: Vault, session: str, status: Ending, counts: Mapping[str, Any] | None = None) -> None:
    """Write down how the apply ended."""
    with vault.transaction() as connection:
        changed = connection.execute(
            "UPDATE restoration_sessions SET status = ?, counts = ?, ended_at = ? WHERE session = ?",
            (status, to_json(counts or {}), vault.now(), session),
        )
        if not changed.rowcount:
            raise _unknown(session)


def note(vault: Vault, session: str, counts: Mapping[str, Any]) -> None:
    """Write down how far an apply has come that still runs."""
    with vault.transaction(durable=False) as connection:
        connection.execute(
            "UPDATE restoration_sessions SET counts = ? WHERE session = ? AND status = 'running'",
            (to_json(counts), session),
        )


def reopen(vault: Vault, session: str) -> None:
    """Let an apply that was interrupted run on."""
    with vault.transaction() as connection:
        changed = connection.execute(
            "UPDATE restoration_sessions SET status = 'running', ended_at = NULL WHERE session = ?",
            (session,),
        )
        if not changed.rowcount:
            raise _unknown(session)


def applies(vault: Vault, host: str | None = None) -> list[Apply]:
    """All applies, newest first, to one target or to all."""
    which, values = where(host=host)
    return [_apply(row) for row in vault.read(f"{_APPLY}{which} ORDER BY row DESC", values)]


def apply(vault: Vault, session: str) -> Apply:
    """One apply; `NotFound` if there is none of this id."""
    rows = vault.read(f"{_APPLY} WHERE session = ?", (session,))
    if not rows:
        raise _unknown(session)
    return _apply(rows[0])


def unfinished(vault: Vault, fingerprint: str, host: str) -> Apply | None:
    """The newest apply of this plan to this target, unless it is done."""
    which, values = where(fingerprint=fingerprint, host=host)
    rows = vault.read(f"{_APPLY}{which} ORDER BY row DESC LIMIT 1", values)
    newest = _apply(rows[0]) if rows else None
    return newest if newest and newest.status != "done" else None


def plan_of(vault: Vault, session: str) -> bytes:
    """The bytes of the plan that this apply carries out."""
    rows = vault.read("SELECT plan FROM restoration_sessions WHERE session = ?", (session,))
    if not rows:
        raise _unknown(session)
    return decompress(rows[0][0])


def _apply(row: Row) -> Apply:
    *head, counts = row
    return Apply(*[*head, from_json(counts)])


def _unknown(session: str) -> NotFound:
    return NotFound(f"there is no apply {session}", hint="`lookervault restore status --all` lists them")

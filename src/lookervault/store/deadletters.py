"""Changes that failed for good, with all that is needed to understand and retry them.

Callers redact secrets before a letter is added: nothing here can know which values are secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from lookervault.errors import NotFound
from lookervault.store.codec import from_json, to_json
from lookervault.store.vault import Row, Vault, where

_COLUMNS = (
    "number, session, kind, address, source_id, target_id, operation, method, path, body, status, message,"
    " errors, traceback, attempts, created_at"
)
_OF_HOST = "session IN (SELECT session FROM restoration_sessions WHERE host = ?)"


class DeadLetter(msgspec.Struct, frozen=True):
    """One failed call: of which apply, what it was to do, and what the server said.

    `target_id` is empty for what was to be created; `status` is the HTTP status, 0 if there was no answer;
    `errors` are the server's field errors; `attempts` counts calls, of all tries of the same apply.
    """

    number: int
    session: str
    kind: str
    address: str
    source_id: str
    target_id: str
    operation: str
    method: str
    path: str
    body: Any
    status: int
    message: str
    errors: Sequence[Mapping[str, Any]]
    traceback: str
    attempts: int
    created_at: str


def add(
    vault: Vault,
    *,
    session: str,
    kind: str,
    address: str,
    operation: str,
    message: str,
    source_id: str | int = "",
    target_id: str | int = "",
    method: str = "",
    path: str = "",
    body: Any = None,
    status: int = 0,
    errors: Sequence[Mapping[str, Any]] = (),
    traceback: str = "",
    attempts: int = 1,
) -> int:
    """Queue a letter and give its number; an earlier one of the same apply and call gives way to it."""
    with vault.transaction() as connection:
        earlier = connection.execute(
            "DELETE FROM dead_letter_queue WHERE session = ? AND kind = ? AND address = ? AND method = ?"
            " AND path = ? RETURNING attempts",
            (session, kind, address, method, path),
        ).fetchall()
        tried = attempts + sum(each for (each,) in earlier)
        what = (session, kind, address, str(source_id), str(target_id), operation, method, path)
        why = (to_json(body), status, message, to_json(list(errors)), traceback, tried, vault.now())
        row = connection.execute(
            f"INSERT INTO dead_letter_queue ({_COLUMNS}) VALUES (NULL{', ?' * 15})", what + why
        )
        return int(row.lastrowid or 0)


def letters(
    vault: Vault,
    *,
    session: str | None = None,
    kind: str | None = None,
    host: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[DeadLetter]:
    """The queue in order of arrival, of one session, kind or target or of all, page by page if asked."""
    which, values = _which(session, kind, host)
    page = (-1 if limit is None else limit, offset)
    sql = f"SELECT {_COLUMNS} FROM dead_letter_queue{which} ORDER BY number LIMIT ? OFFSET ?"
    return [_letter(row) for row in vault.read(sql, (*values, *page))]


def count(
    vault: Vault, *, session: str | None = None, kind: str | None = None, host: str | None = None
) -> int:
    """The number of letters, of one session, kind or target or of all."""
    which, values = _which(session, kind, host)
    return int(vault.read(f"SELECT count(*) FROM dead_letter_queue{which}", values)[0][0])


def _which(session: str | None, kind: str | None, host: str | None) -> tuple[str, list[str]]:
    clause, values = where(session=session, kind=kind)
    if host is None:
        return clause, values
    return (f"{clause} AND {_OF_HOST}" if clause else f" WHERE {_OF_HOST}"), [*values, host]


def get(vault: Vault, number: int) -> DeadLetter:
    """One letter; `NotFound` if there is none of this number."""
    found = vault.read(f"SELECT {_COLUMNS} FROM dead_letter_queue WHERE number = ?", (number,))
    if not found:
        raise NotFound(f"there is no dead letter {number}", hint="`lookervault restore dlq list` shows them")
    return _letter(found[0])


def remove(vault: Vault, number: int) -> bool:
    """Take one letter out of the queue; whether it was there."""
    with vault.transaction() as connection:
        return connection.execute("DELETE FROM dead_letter_queue WHERE number = ?", (number,)).rowcount > 0


def supersede(vault: Vault, letter: DeadLetter, session: str) -> None:
    """Drop a letter that a later apply tried again; if it failed again, that apply's letter counts both."""
    with vault.transaction() as connection:
        connection.execute("DELETE FROM dead_letter_queue WHERE number = ?", (letter.number,))
        connection.execute(
            "UPDATE dead_letter_queue SET attempts = attempts + ? WHERE session = ? AND address = ?",
            (letter.attempts, session, letter.address),
        )


def clear(vault: Vault, *, session: str | None = None, kind: str | None = None) -> int:
    """Drop the letters of one session or kind or all; how many there were."""
    which, values = where(session=session, kind=kind)
    with vault.transaction() as connection:
        return connection.execute(f"DELETE FROM dead_letter_queue{which}", values).rowcount


def _letter(row: Row) -> DeadLetter:
    *what, body, status, message, errors, traceback, attempts, created_at = row
    why = (status, message, from_json(errors), traceback, attempts, created_at)
    return DeadLetter(*[*what, from_json(body), *why])

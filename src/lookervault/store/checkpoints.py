"""How far an extraction has come with each kind, so that an interrupted one can go on.

Save a checkpoint in one `vault.transaction()` with the `put` it follows and the two cannot disagree.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from lookervault.errors import StoreError
from lookervault.store.codec import from_json, to_json
from lookervault.store.staging import host_of_running, staged
from lookervault.store.vault import Row, Vault

_SAVE = """
INSERT INTO sync_checkpoints (session, kind, position, count, digest, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (session, kind) DO UPDATE SET
    position = excluded.position, count = excluded.count, digest = excluded.digest, at = excluded.at
"""


class Checkpoint(msgspec.Struct, frozen=True):
    """The position reached and the number of objects put by then.

    `problem` is empty, or says why the checkpoint cannot be trusted: then the position is None, and the kind
    must be started afresh (`restart`).
    """

    kind: str
    position: Any
    count: int
    at: str
    problem: str = ""


def save(vault: Vault, session: int, kind: str, position: Any, count: int) -> None:
    """Keep how far the session is; `count` is the number of different objects it has put of this kind."""
    text = to_json(position)
    with vault.transaction(durable=False) as connection:
        host_of_running(connection, session)
        values = (session, kind, text, count, _digest(kind, text, count), vault.now())
        connection.execute(_SAVE, values)


def load(vault: Vault, session: int) -> dict[str, Checkpoint]:
    """The checkpoints of a session by kind, each checked against its digest and the rows put."""
    rows = vault.read(
        "SELECT kind, position, count, digest, at FROM sync_checkpoints WHERE session = ?", (session,)
    )
    return {row[0]: _checked(vault, session, row) for row in rows}


def _checked(vault: Vault, session: int, row: Row) -> Checkpoint:
    kind, text, count, digest, at = row
    try:
        position = from_json(text)
    except StoreError as error:
        return Checkpoint(kind, None, count, at, error.message)
    if digest != _digest(kind, text, count):
        return Checkpoint(kind, None, count, at, "its digest does not match")
    # more rows than counted are a batch whose checkpoint was not reached: it is put again, which is harmless
    if (there := staged(vault, session, kind)) < count:
        return Checkpoint(kind, None, count, at, f"it counts {count} objects, the vault has {there}")
    return Checkpoint(kind, position, count, at)


def _digest(kind: str, position: str, count: int) -> str:
    return hashlib.sha256(f"{kind}\0{position}\0{count}".encode()).hexdigest()

"""What a target server made of a value it was sent, so that its own spelling is not planned away again."""

from __future__ import annotations

from typing import Any

import msgspec

from lookervault.store.codec import from_json, to_json
from lookervault.store.vault import Vault

_REMEMBER = """
INSERT INTO learned (host, kind, field, object_id, sent_digest, got_digest, got, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (host, kind, field, object_id, sent_digest) DO UPDATE SET
    got_digest = excluded.got_digest, got = excluded.got, at = excluded.at
"""


class Fact(msgspec.Struct, frozen=True):
    """A field sent as one value and read back as another; `object_id` is empty if it holds for all."""

    kind: str
    field: str
    object_id: str
    sent_digest: str
    got_digest: str
    got: Any
    at: str


def remember(
    vault: Vault,
    host: str,
    kind: str,
    field: str,
    object_id: str | int,
    sent_digest: str,
    got_digest: str,
    got: Any,
) -> None:
    """Keep a fact about a server; a newer one about the same value replaces it."""
    values = (host, kind, field, str(object_id), sent_digest, got_digest, to_json(got), vault.now())
    with vault.transaction() as connection:
        connection.execute(_REMEMBER, values)


def recall(vault: Vault, host: str) -> list[Fact]:
    """All facts about a server."""
    rows = vault.read(
        "SELECT kind, field, object_id, sent_digest, got_digest, got, at FROM learned WHERE host = ?"
        " ORDER BY kind, field, object_id, sent_digest",
        (host,),
    )
    return [Fact(*[*head, from_json(got), at]) for *head, got, at in rows]


def forget(vault: Vault, host: str) -> int:
    """Drop all facts about a server; how many there were."""
    with vault.transaction() as connection:
        return connection.execute("DELETE FROM learned WHERE host = ?", (host,)).rowcount

"""Which object of one instance is which of another: id mappings, kept from one migration to the next."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lookervault.store.vault import Vault, where

_LEARN = """
INSERT INTO id_mappings (source_host, kind, source_id, target_host, target_id, session, learned_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source_host, target_host, kind, source_id) DO UPDATE SET
    target_id = excluded.target_id, session = excluded.session, learned_at = excluded.learned_at
"""
_COLUMNS = "source_host, kind, source_id, target_host, target_id, session, learned_at"


class Mapping(msgspec.Struct, frozen=True):
    """One object's id at its source and at the target; `session` is the apply that found out, if one did."""

    source_host: str
    kind: str
    source_id: str
    target_host: str
    target_id: str
    session: str
    learned_at: str


def learn(
    vault: Vault,
    source_host: str,
    kind: str,
    source_id: str | int,
    target_host: str,
    target_id: str | int,
    session: str = "",
) -> None:
    """Keep one mapping; a newer one for the same source object replaces it."""
    learn_all(vault, source_host, target_host, [(kind, source_id, target_id)], session)


def learn_all(
    vault: Vault,
    source_host: str,
    target_host: str,
    mapped: Iterable[tuple[str, str | int, str | int]],
    session: str = "",
) -> None:
    """Keep many mappings, given as (kind, source id, target id), in one commit."""
    now = vault.now()
    with vault.transaction() as connection:
        connection.executemany(
            _LEARN,
            (
                (source_host, kind, str(source), target_host, str(target), session, now)
                for kind, source, target in mapped
            ),
        )


def lookup(vault: Vault, source_host: str, target_host: str) -> dict[tuple[str, str], str]:
    """The target's id by (kind, source id), for a pair of instances."""
    found = vault.read(
        "SELECT kind, source_id, target_id FROM id_mappings WHERE source_host = ? AND target_host = ?",
        (source_host, target_host),
    )
    return {(kind, source): target for kind, source, target in found}


def mappings(vault: Vault, source_host: str | None = None, target_host: str | None = None) -> list[Mapping]:
    """All mappings, or those of a source, a target or both."""
    which, values = where(source_host=source_host, target_host=target_host)
    order = " ORDER BY source_host, target_host, kind, source_id"
    return [Mapping(*row) for row in vault.read(f"SELECT {_COLUMNS} FROM id_mappings{which}{order}", values)]


def remove(vault: Vault, source_host: str, kind: str, source_id: str | int, target_host: str) -> bool:
    """Forget one mapping; whether there was one."""
    with vault.transaction() as connection:
        gone = connection.execute(
            "DELETE FROM id_mappings"
            " WHERE source_host = ? AND target_host = ? AND kind = ? AND source_id = ?",
            (source_host, target_host, kind, str(source_id)),
        )
        return gone.rowcount > 0


def clear(vault: Vault, source_host: str | None = None, target_host: str | None = None) -> int:
    """Forget all mappings, or those of a source, a target or both; how many there were."""
    which, values = where(source_host=source_host, target_host=target_host)
    with vault.transaction() as connection:
        return connection.execute(f"DELETE FROM id_mappings{which}", values).rowcount

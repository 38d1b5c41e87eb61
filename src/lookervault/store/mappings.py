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


def keep(vault: Vault, wanted: Iterable[tuple[str, str, str, str, str]]) -> tuple[int, int]:
    """Keep mappings given as (source host, target host, kind, source id, target id), in one commit.

    Gives how many are new and how many replace another; what is known just so stays as it was learned.
    """
    known = {(m.source_host, m.target_host, m.kind, m.source_id): m.target_id for m in mappings(vault)}
    differing = [row for row in wanted if known.get(row[:4]) != row[4]]
    now = vault.now()
    with vault.transaction() as connection:
        connection.executemany(
            _LEARN, ((source, kind, id_, target, to, "", now) for source, target, kind, id_, to in differing)
        )
    changed = sum(row[:4] in known for row in differing)
    return len(differing) - changed, changed


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


def last_address(vault: Vault, host: str, kind: str, id_: str) -> str:
    """What an object was called when it was seen last; empty for one that never was, or has no address."""
    sql = (
        "SELECT address FROM content_items WHERE host = ? AND kind = ? AND id = ?"
        " ORDER BY valid_from DESC LIMIT 1"
    )
    found = vault.read(sql, (host, kind, id_))
    return str(found[0][0] or "") if found else ""


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

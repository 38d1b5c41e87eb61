"""What two sides last agreed on, object by object: by it the next plan tells whose a difference is."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lookervault.store.codec import compress, decompress, from_json, to_json
from lookervault.store.vault import Vault

_KEEP = """
INSERT INTO agreements (source_host, target_host, address, kind, id, body) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (source_host, target_host, address) DO UPDATE SET
    kind = excluded.kind, id = excluded.id, body = excluded.body WHERE body != excluded.body
"""
# of what was renamed since only the id is left at its former address, by which others may still name it
_EMPTY = "UPDATE agreements SET body = x'' WHERE source_host = ? AND target_host = ? AND address = ?"
_NAMED = """
SELECT address, kind, id FROM agreements
WHERE source_host = ? AND target_host = ? AND id != '' AND body != x''
"""
_DROP = "DELETE FROM agreements WHERE source_host = ? AND target_host = ? AND address = ?"
_DROP_ALL = "DELETE FROM agreements WHERE source_host = ? AND target_host = ?"
_TELL = """
INSERT INTO agreement_events (source_host, target_host, event, at, whole, kinds) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (source_host, target_host) DO UPDATE SET
    event = excluded.event, at = excluded.at, whole = max(whole, excluded.whole)
"""


class Agreed(msgspec.Struct, frozen=True):
    """One object as both sides had it.

    Without a `body` it has another name by now; without an `id` too it is only known that they did not agree.
    """

    address: str
    kind: str
    id: str
    body: bytes = b""


class Agreement(msgspec.Struct, frozen=True):
    """What was last agreed on between a source and a target, and when.

    `whole` says that it tells of all that the source had; of `kinds` it tells all that the target had, too.
    """

    event: str
    at: str
    whole: bool
    kinds: frozenset[str]
    objects: list[Agreed]


def agree(
    vault: Vault,
    hosts: tuple[str, str],
    event: str,
    objects: Iterable[Agreed],
    gone: Iterable[str] = (),
    *,
    whole: bool = False,
) -> None:
    """Keep what both sides have become alike in, and forget what neither has any longer."""
    with vault.transaction() as connection:
        connection.executemany(_DROP, ((*hosts, address) for address in gone))
        kept = [(*hosts, x.address, x.kind, x.id, compress(x.body) if x.body else b"") for x in objects]
        now = {(row[3], row[4]): row[2] for row in kept if row[4]}
        former = connection.execute(_NAMED, hosts).fetchall()
        renamed = [address for address, *at in former if now.get((at[0], at[1]), address) != address]
        connection.executemany(_EMPTY, ((*hosts, address) for address in renamed))
        connection.executemany(_KEEP, kept)
        connection.execute(_TELL, (*hosts, event, vault.now(), int(whole), "[]"))


def agree_on_all(
    vault: Vault, hosts: tuple[str, str], event: str, objects: Iterable[Agreed], kinds: Iterable[str]
) -> None:
    """Begin anew with what both sides are known to have, which is all there is of these kinds."""
    with vault.transaction() as connection:
        connection.execute(_DROP_ALL, hosts)
        connection.execute("DELETE FROM agreement_events WHERE source_host = ? AND target_host = ?", hosts)
        connection.executemany(_KEEP, ((*hosts, x.address, x.kind, x.id, compress(x.body)) for x in objects))
        connection.execute(_TELL, (*hosts, event, vault.now(), 1, to_json(sorted(kinds))))


def agreed_addresses(vault: Vault, hosts: tuple[str, str]) -> set[str]:
    """The addresses of which anything is known."""
    sql = (
        "SELECT address FROM agreements WHERE source_host = ? AND target_host = ?"
        " AND (body != x'' OR id = '')"
    )
    return {row[0] for row in vault.read(sql, hosts)}


def have_met(vault: Vault, hosts: tuple[str, str]) -> bool:
    """Whether anything was ever agreed on between the two."""
    sql = "SELECT 1 FROM agreement_events WHERE source_host = ? AND target_host = ?"
    return bool(vault.read(sql, hosts))


def agreement(vault: Vault, hosts: tuple[str, str]) -> Agreement | None:
    """What was last agreed on between the two; None where they have never met."""
    told = vault.read(
        "SELECT event, at, whole, kinds FROM agreement_events WHERE source_host = ? AND target_host = ?",
        hosts,
    )
    if not told:
        return None
    rows = vault.read(
        "SELECT address, kind, id, body FROM agreements WHERE source_host = ? AND target_host = ?"
        " ORDER BY address",
        hosts,
    )
    objects = [
        Agreed(address, kind, id_, decompress(body) if body else b"") for address, kind, id_, body in rows
    ]
    event, at, whole, kinds = told[0]
    return Agreement(event, at, bool(whole), frozenset(from_json(kinds)), objects)

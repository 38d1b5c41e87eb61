"""The history of one object: when it came, what changed, when it went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from lookervault.errors import NotFound
from lookervault.store.snapshots import Version, content, history, known_as, snapshots
from lookervault.store.vault import Vault

# what reading alone changes, or what follows from other objects
_NOISE = frozenset(
    {"view_count", "last_accessed_at", "last_viewed_at", "favorite_count", "usage_count", "can", "x_internal"}
    | {"updated_at", "last_updater_id", "last_updater_name"}
)


class Entry(msgspec.Struct):
    """Something that a snapshot found: "new", "changed", "moved", "only counters", "deleted".

    Where its caller is not shown all, what went is "no longer shown".
    """

    host: str
    kind: str
    id: str
    address: str
    snapshot: int
    at: str
    what: str
    fields: list[str] = []


def log(vault: Vault, address: str) -> list[Entry]:
    """All that happened to the objects that ever had this address, by host, oldest first."""
    hosts = sorted({each.host for each in snapshots(vault)})
    found = [(host, kind, id_) for host in hosts for kind, id_ in known_as(vault, host, address)]
    if not found:
        raise NotFound(f"nothing in the vault was ever {address}", hint="see `lookervault list`")
    return [entry for at in found for entry in _entries(vault, *at)]


def _entries(vault: Vault, host: str, kind: str, id_: str) -> Iterator[Entry]:
    before: Any = None
    known: Version | None = None
    gone = True
    for version in history(vault, host, kind, id_):
        at = (host, kind, id_, version.address or "", version.from_session, version.from_at)
        raw = content(vault, version.digest)
        if gone or known is None:
            yield Entry(*at, "new" if known is None else "there again")
        else:
            yield _changed(Entry(*at, ""), before, raw, known)
        if version.deleted and version.to_session is not None:
            what = "deleted" if _all_seen(vault, version.to_session, kind) else "no longer shown"
            yield Entry(*at[:4], version.to_session, version.to_at or "", what)
        before, known, gone = raw, version, version.deleted


def _all_seen(vault: Vault, number: int, kind: str) -> bool:
    """Whether a snapshot listed all of a kind, and not just what its caller may see."""
    return any(s.number == number and kind not in s.incomplete for s in snapshots(vault))


def _changed(entry: Entry, before: Any, after: Any, known: Version) -> Entry:
    entry.fields = _differing(before, after)
    entry.what = "changed" if entry.fields else "only counters"
    if entry.address != (known.address or ""):
        entry.what = "moved" if not entry.fields else "changed"
        entry.fields.append(f"address (was {known.address})")
    return entry


def _differing(before: Any, after: Any) -> list[str]:
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return []
    return sorted(f for f in {*before, *after} - _NOISE if before.get(f) != after.get(f))

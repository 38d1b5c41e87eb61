"""Extractions and snapshots, the whole of it in one place to import from; and the names of snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from lookervault.errors import NotFound
from lookervault.store.completion import complete
from lookervault.store.content import (
    content,
    count,
    differences,
    find,
    heads,
    history,
    item,
    items,
    kinds,
    known_as,
)
from lookervault.store.records import Change, Counts, Difference, Head, Item, Session, Snapshot, Version
from lookervault.store.sessions import begin, fail, session, snapshot, snapshots, unfinished
from lookervault.store.staging import (
    differing,
    gone,
    keep,
    label,
    put,
    put_ready,
    restart,
    shared,
    staged,
    staged_items,
    told_items,
    told_some,
)
from lookervault.store.vault import Vault, stamp

__all__ = [
    "Change",
    "Counts",
    "Difference",
    "Head",
    "Item",
    "Session",
    "Snapshot",
    "Version",
    "begin",
    "complete",
    "content",
    "count",
    "differences",
    "differing",
    "fail",
    "find",
    "gone",
    "heads",
    "history",
    "item",
    "items",
    "keep",
    "kinds",
    "known_as",
    "label",
    "put",
    "put_ready",
    "resolve",
    "restart",
    "session",
    "shared",
    "snapshot",
    "snapshots",
    "staged",
    "staged_items",
    "told_items",
    "told_some",
    "unfinished",
]

_NAMED = 5


def resolve(vault: Vault, name: str, host: str | None = None) -> Snapshot:
    """The snapshot called `@latest`, `@3` or `@2026-11-01` (the last one up to the end of that day, UTC)."""
    known = snapshots(vault, host)
    found = _called(known, name.removeprefix("@"))
    if found is None:
        raise NotFound(_absent(name, host, known), hint="a snapshot is named @latest, @NUMBER or @YYYY-MM-DD")
    return found


def _called(known: Sequence[Snapshot], word: str) -> Snapshot | None:
    if word == "latest":
        fitting = list(known)
    elif word.isascii() and word.isdigit():
        fitting = [each for each in known if str(each.number) == word]
    else:
        end = _end(word)
        fitting = [each for each in known if each.completed_at < end]
    return fitting[-1] if fitting else None


def _end(word: str) -> str:
    """The first moment after the day or moment named; the empty text, before all others, if it is neither."""
    try:
        return stamp(datetime.combine(date.fromisoformat(word) + timedelta(days=1), time(), UTC))
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(word) + timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return ""
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _absent(name: str, host: str | None, known: Sequence[Snapshot]) -> str:
    place = f" of {host}" if host else ""
    if not known:
        return f"no snapshot {name}: the vault has no snapshot{place} yet"
    last = ", ".join(f"@{each.number} ({each.completed_at[:10]})" for each in known[-_NAMED:])
    more = f" and {len(known) - _NAMED} older" if len(known) > _NAMED else ""
    return f"no snapshot {name}{place}; there are {last}{more}"

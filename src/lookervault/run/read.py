"""Reading an instance: every object of the wanted kinds as raw JSON, kind by kind, in batches.

A kind that may not be listed is told as such; it is never read as "empty" (resource notes, 1.7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from string import Formatter
from typing import Any

import msgspec

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS, closure
from lookervault.model.kind import Facet, Kind, Listing
from lookervault.model.resource import Completeness
from lookervault.model.secrets import redact
from lookervault.run.asked import each_of, inside
from lookervault.run.details import read_detailed
from lookervault.run.early import Early
from lookervault.run.events import KindDone, KindProgress, KindStarted, Listener
from lookervault.run.onecore import OneCore
from lookervault.run.past import Batch, Past
from lookervault.run.preparer import Preparer
from lookervault.run.reader import (
    REFUSALS,
    Few,
    Got,
    Reader,
    Sink,
    Trash,
    answers,
    chunks,
    entry,
    first_pages,
    pages_of,
    parts_of,
)
from lookervault.run.values import note_values, read_values

# kinds by whose objects others are asked for, and the fields that this takes; whole ones are much to hold
_ASKED_BY: dict[str, tuple[str, ...]] = {
    **{k.listing.inside: () for k in KINDS.values() if k.listing and k.listing.inside},
    **{
        k.listing.each: tuple(name for _, name, _, _ in Formatter().parse(k.listing.path) if name)
        for k in KINDS.values()
        if k.listing and k.listing.each
    },
    "folder": (
        *("id", "name", "parent_id", "content_metadata_id", "is_shared_root", "is_users_root"),
        *("is_embed_shared_root", "is_embed_users_root"),
    ),
}


def read_instance(
    gateway: Gateway,
    kinds: Sequence[str],
    sink: Sink,
    *,
    salt: bytes,
    workers: int,
    listener: Listener,
    batch_size: int = 100,
    trash: Trash | None = None,
    past: Past | None = None,
    folder: str = "",
    few: Few | None = None,
    requested: frozenset[str] = frozenset(),
    preparer: Preparer | None = None,
) -> dict[str, Completeness]:
    """Sends all objects of the kinds and of those they refer to; gives what each listing is worth.

    `trash` chooses what of the trash is sent too; without it nobody looks there. What `past` knows is not
    read again. `folder` limits looks and dashboards to those in it and below, `few` kinds to some objects.
    `requested` are facets that are only read where that is asked for. Where there is a `preparer`, the sink
    is sent some objects as `Prepared`.
    """
    with OneCore() as core, ThreadPoolExecutor(workers, "read", core.join) as pool:
        reader = Reader(
            gateway,
            pool,
            workers,
            core,
            salt,
            sink,
            listener,
            batch_size,
            trash,
            past=past or Past(),
            folder=folder,
            few=few,
            requested=requested,
            preparer=preparer,
        )
        wanted = [KINDS[name] for name in closure(list(kinds)) if KINDS[name].listing]
        if few is None:
            reader.early = Early(pool, wanted, partial(first_pages, reader))
        for kind in wanted:
            read_kind(reader, kind)
            reader.let_go(kind.name)
        read_values(reader)
        reader.early = None  # the two hold each other, and all that the taker of the objects holds
    return reader.scope


class _Seen(msgspec.Struct):
    """The objects of one kind so far: how many, and by facet those that are worth a call of their own.

    `kept` are those of them that come from the last snapshot.
    """

    count: int = 0
    ids: dict[str, list[str]] = {}
    kept: set[str] = set()


def read_kind(reader: Reader, kind: Kind) -> None:
    """All objects of one kind, and of what only a call of its own tells about each."""
    if kind.listing and kind.listing.within:
        for _ in reader.past.there(kind.name):
            pass  # read with what it comes within, and heard of all the same
        return
    reader.listener(KindStarted(kind.name))
    if reader.early:
        reader.early.begin(kind)
    seen, there = _Seen(), set[str]()
    worth = reader.past.ended(kind.name)
    start = 0 if worth else _start(reader, kind)
    for batch in reader.past.there(kind.name):
        _absorb(reader, kind, batch, seen)
        there |= {id_ for id_, _ in batch}
    if worth:
        reader.scope[kind.name] = worth
        _end_inner(reader, kind)
        reader.listener(KindDone(kind.name, seen.count, worth))
        return
    try:
        for got in _read(reader, kind, there, start):
            _take(reader, kind, got, seen)
        reader.scope.setdefault(kind.name, "complete")
    except ApiError as error:
        if error.status not in REFUSALS:
            raise
        reader.scope[kind.name] = "unsupported" if kind.entitled else REFUSALS[error.status]
        _end_inner(reader, kind)
        reader.listener(KindDone(kind.name, seen.count, reader.scope[kind.name], error.message))
        return
    for facet in _facets(reader, kind):
        _read_facet(reader, kind, facet, seen)
    reader.past.reached(kind.name, {"end": reader.scope[kind.name]})
    _end_inner(reader, kind)
    reader.listener(KindDone(kind.name, seen.count, reader.scope[kind.name]))


def _take(reader: Reader, kind: Kind, got: Got, seen: _Seen) -> None:
    with reader.past.at_once():
        if not got.kept or reader.past.copied:
            reader.sink(kind.name, got.batch)
        if got.kept:
            reader.past.keep(kind.name, got.batch)
            seen.kept |= {id_ for id_, _ in got.batch}
        for inner, listing in _within(kind):
            rows = [row for _, raw in got.batch for row in listing.rows(raw)]
            for chunk in chunks((entry(reader, inner, row) for row in rows), reader.batch_size):
                reader.sink(inner.name, chunk)
        reader.past.reached(kind.name, got.place)
    _absorb(reader, kind, got.batch, seen)
    reader.core.look()
    seen.count -= len(got.batch) if got.again else 0
    reader.listener(KindProgress(kind.name, seen.count))


def _absorb(reader: Reader, kind: Kind, batch: Batch, seen: _Seen) -> None:
    """Learns from objects what is needed to read others."""
    for facet in _facets(reader, kind):
        seen.ids.setdefault(facet.name, []).extend(id_ for id_, raw in batch if facet.wanted(raw))
    for _, raw in batch:
        note_values(reader, raw)
    if kind.name in _ASKED_BY:
        reader.see(kind.name, _ASKED_BY[kind.name], batch)
    seen.count += len(batch)


def _facets(reader: Reader, kind: Kind) -> list[Facet]:
    """What of a kind takes calls of its own in this pass."""
    return [f for f in kind.facets if not f.on_request or f"{kind.name}.{f.name}" in reader.requested]


def _within(kind: Kind) -> list[tuple[Kind, Listing]]:
    return [(k, k.listing) for k in KINDS.values() if k.listing and k.listing.within == kind.name]


def _end_inner(reader: Reader, kind: Kind) -> None:
    """What comes within a kind is worth as much as that."""
    for inner, _ in _within(kind):
        reader.scope[inner.name] = reader.scope[kind.name]


def _read(reader: Reader, kind: Kind, there: set[str], start: int) -> Iterator[Got]:
    assert kind.listing is not None
    few = None if kind.listing.detail else reader.chosen(kind.name, False)
    if few is not None:
        reader.scope[kind.name] = "filtered"
        yield Got([entry(reader, kind, raw) for raw in few])
        return
    if kind.listing.detail:
        yield from read_detailed(reader, kind, there)
    elif kind.listing.inside:
        yield from inside(reader, kind)
    elif kind.listing.each:
        yield from each_of(reader, kind)
    else:
        yield from _pages(reader, kind, start)


def _pages(reader: Reader, kind: Kind, start: int) -> Iterator[Got]:
    listing = kind.listing
    assert listing is not None
    for path in filter(None, (listing.path, listing.fallback)):
        try:
            if listing.paged:
                yield from _from(reader, kind, path, start)
            else:
                for page in pages_of(reader, kind, path):
                    yield Got([entry(reader, kind, raw) for raw in page if listing.keep(raw)])
            return
        except ApiError as error:
            if error.status not in REFUSALS or path == listing.fallback or not listing.fallback:
                raise


def _start(reader: Reader, kind: Kind) -> int:
    """Where in its list an interrupted pass stopped, if what it read still stands there; else the beginning.

    Its last page is read again: had anything before it gone, other objects would stand there now.
    """
    place, listing = reader.past.place(kind.name), kind.listing
    if listing is None or listing.detail or listing.inside or listing.each:
        return 0
    ids, end = place.get("ids") or [], int(place.get("next", 0))
    if ids and listing.paged and place.get("path") == listing.path:
        at = end - len(ids)
        page = next(reader.gateway.paged(listing.path, dict(listing.query), listing.page_size, at), [])
        if [listing.id_of(raw) for raw in page] == ids:
            return end
        reader.past.afresh(kind.name, "the list has changed since")
    else:
        reader.past.afresh(kind.name, "")
    return 0


def _from(reader: Reader, kind: Kind, path: str, start: int) -> Iterator[Got]:
    listing = kind.listing
    assert listing is not None
    for page in pages_of(reader, kind, path, start):
        start += len(page)
        ids = [listing.id_of(raw) for raw in page]
        batch = [entry(reader, kind, raw) for raw in page if listing.keep(raw)]
        yield Got(batch, {"path": path, "next": start, "ids": ids})


def _read_facet(reader: Reader, kind: Kind, facet: Facet, seen: _Seen) -> None:
    name = f"{kind.name}.{facet.name}"
    there = {id_ for batch in reader.past.there(name) for id_, _ in batch}
    ids = seen.ids.get(facet.name, [])
    kept = reader.past.lacking(name, (id_ for id_ in ids if id_ in seen.kept))
    wanted = [*kept, *(id_ for id_ in dict.fromkeys(ids) if id_ not in there | seen.kept)]
    path, query = parts_of(facet.path), dict[str, Any](facet.query)
    if facet.by:
        calls = [(path, {**query, facet.by: id_}) for id_ in wanted]
    else:
        calls = [([*parts_of(kind.path), id_, *path], query) for id_ in wanted]
    found = zip(wanted, answers(reader, calls), strict=True)
    told = ((id_, redact(raw, reader.salt)) for id_, raw in found if raw is not None)
    for chunk in chunks(told, reader.batch_size):
        reader.sink(name, chunk)

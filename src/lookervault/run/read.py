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
from lookervault.model.access import metadata_parents
from lookervault.model.catalog import KINDS, closure
from lookervault.model.kind import Facet, Kind, Listing
from lookervault.model.normal import text_id
from lookervault.model.resource import Completeness
from lookervault.model.secrets import redact
from lookervault.run.details import read_detailed
from lookervault.run.early import Early
from lookervault.run.events import KindDone, KindProgress, KindStarted, Listener, ObjectUnreadable
from lookervault.run.onecore import OneCore
from lookervault.run.past import Batch, Past
from lookervault.run.preparer import Preparer
from lookervault.run.reader import (
    REFUSALS,
    Call,
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
# so many calls are no matter: up to this, access lists are read anew even where little else is
FEW_CALLS = 50


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
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="read") as pool, OneCore() as core:
        reader = Reader(
            gateway,
            pool,
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
            core=core,
        )
        wanted = [KINDS[name] for name in closure(list(kinds)) if KINDS[name].listing]
        if few is None:
            reader.early = Early(pool, wanted, partial(first_pages, reader))
        for kind in wanted:
            read_kind(reader, kind)
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
    reader.keep_to_one_core()
    seen.count -= len(got.batch) if got.again else 0
    reader.listener(KindProgress(kind.name, seen.count))


def _absorb(reader: Reader, kind: Kind, batch: Batch, seen: _Seen) -> None:
    """Learns from objects what is needed to read others."""
    for facet in _facets(reader, kind):
        seen.ids.setdefault(facet.name, []).extend(id_ for id_, raw in batch if facet.wanted(raw))
    for _, raw in batch:
        note_values(reader, raw)
    if kind.name in _ASKED_BY:
        fields = _ASKED_BY[kind.name]
        reader.seen.setdefault(kind.name, []).extend({f: raw.get(f) for f in fields} for _, raw in batch)
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
        yield from _inside(reader, kind)
    elif kind.listing.each:
        yield from _each(reader, kind)
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


def _inside(reader: Reader, kind: Kind) -> Iterator[Got]:
    """What is in each folder that has others in it; the topmost is asked for first, for itself too.

    A refusal of that one is one of the whole kind, any other makes it incomplete.
    """
    assert kind.listing is not None
    path = parts_of(kind.listing.path)
    if reader.scope.get("folder") != "complete":
        reader.scope[kind.name] = reader.scope.get("folder", "denied")
    top, parents = metadata_parents(reader.folders())
    if not top:
        return
    yield Got([entry(reader, kind, reader.gateway.get([*path, top]))], reader.past.place(kind.name))
    if reader.past.incremental and len(parents) > FEW_CALLS:
        moved = _moved(reader)
        yield from _still_inside(reader, kind, moved)
        _, parents = metadata_parents(reader.folders(), moved)
    yield from _asked(reader, kind, [(path, {"parent_id": id_}) for id_ in sorted(parents)])


def _each(reader: Reader, kind: Kind) -> Iterator[Got]:
    """What each object of another kind is asked for."""
    assert kind.listing is not None
    of = kind.listing.each
    if reader.scope.get(of) != "complete":
        reader.scope[kind.name] = reader.scope.get(of, "denied")
    paths = sorted(
        [part.format_map(raw) for part in parts_of(kind.listing.path)]
        for raw in reader.seen.get(of, [])
        if all(value is not None for value in raw.values())
    )
    yield from _asked(reader, kind, [(path, {}) for path in paths])


def _asked(reader: Reader, kind: Kind, calls: list[Call]) -> Iterator[Got]:
    """What calls give that have not been answered yet; one that is refused leaves the kind incomplete."""
    assert kind.listing is not None
    done, rows = reader.past.place(kind.name).get("calls", 0), []
    for call, found in zip(calls[done:], answers(reader, calls[done:]), strict=True):
        done += 1
        if found is None:
            reader.scope[kind.name] = "filtered"
            reader.listener(ObjectUnreadable(kind.name, call[1].get("parent_id") or "/".join(call[0])))
        told = found if isinstance(found, list) else [found] if found else []
        rows += [entry(reader, kind, raw) for raw in told if kind.listing.keep(raw)]
        if len(rows) >= reader.batch_size:
            yield Got(rows, {"calls": done})
            rows = []
    yield Got(rows, {"calls": done})


def _moved(reader: Reader) -> set[str]:
    """The folders that are new, or elsewhere than in the last snapshot."""
    before = {id_: text_id(raw.get("parent_id")) for id_, raw in reader.past.standing("folder")}
    present = {text_id(f.get("id")): text_id(f.get("parent_id")) for f in reader.folders()}
    return {id_ for id_, parent in present.items() if before.get(id_) != parent}


def _still_inside(reader: Reader, kind: Kind, moved: set[str]) -> Iterator[Got]:
    """What the last snapshot knows of folders that are where they were."""
    stay = {text_id(f.get("id")) for f in reader.folders()} - moved
    kept = (x for x in reader.past.standing(kind.name) if text_id(x[1].get("folder_id")) in stay)
    for batch in chunks(kept, reader.batch_size):
        yield Got(batch, reader.past.place(kind.name), kept=True)


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

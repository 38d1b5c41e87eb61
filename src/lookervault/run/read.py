"""Reading an instance: every object of the wanted kinds as raw JSON, kind by kind, in batches.

A kind that may not be listed is told as such; it is never read as "empty" (resource notes, 1.7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from string import Formatter
from typing import Any

import msgspec

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.model.access import metadata_parents
from lookervault.model.catalog import KINDS, closure
from lookervault.model.kind import Facet, Kind, Listing, Raw
from lookervault.model.normal import text_id
from lookervault.model.queries import source_keys
from lookervault.model.resource import Completeness
from lookervault.model.secrets import redact
from lookervault.run.events import KindDone, KindProgress, KindStarted, Listener, ObjectUnreadable

# takes (kind, [(id, raw)])
Sink = Callable[[str, list[tuple[str, Any]]], None]

# takes a kind, what of it is live and what is in the trash; gives what of that is to be read whole
Trash = Callable[[str, list[Raw], list[Raw]], list[Raw]]

# answers that say "not for you" or "not here" about a whole listing, and what that is worth
_REFUSALS: dict[int, Completeness] = {403: "denied", 404: "unsupported", 405: "unsupported"}
_LOST_FIELDS = "id,folder_id,slug,title,updated_at,deleted"

# kinds by whose objects others are asked for, and the fields that this takes; none: all of them
_ASKED_BY: dict[str, tuple[str, ...]] = {
    **{k.listing.inside: () for k in KINDS.values() if k.listing and k.listing.inside},
    **{
        k.listing.each: tuple(name for _, name, _, _ in Formatter().parse(k.listing.path) if name)
        for k in KINDS.values()
        if k.listing and k.listing.each
    },
}


class Reader(msgspec.Struct):
    """One pass over an instance: where it reads, what it has learned, and who hears of it."""

    gateway: Gateway
    pool: ThreadPoolExecutor
    salt: bytes
    sink: Sink
    listener: Listener
    batch_size: int = 100
    trash: Trash | None = None
    scope: dict[str, Completeness] = {}
    merges: set[str] = set()
    queries: set[str] = set()
    seen: dict[str, list[Raw]] = {}


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
) -> dict[str, Completeness]:
    """Sends all objects of the kinds and of those they refer to; gives what each listing is worth.

    `trash` chooses what of the trash is sent too; without it nobody looks there.
    """
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="read") as pool:
        reader = Reader(gateway, pool, salt, sink, listener, batch_size, trash)
        for name in closure(list(kinds)):
            if KINDS[name].listing:
                read_kind(reader, KINDS[name])
        _read_values(reader)
    return reader.scope


def read_kind(reader: Reader, kind: Kind) -> None:
    """All objects of one kind, and of what only a call of its own tells about each."""
    if kind.listing and kind.listing.within:
        return  # read with what it comes within
    reader.listener(KindStarted(kind.name))
    count = 0
    ids: dict[str, list[str]] = {facet.name: [] for facet in kind.facets}
    try:
        for batch in _batches(reader, kind):
            reader.sink(kind.name, batch)
            for facet in kind.facets:
                ids[facet.name] += [id_ for id_, raw in batch if facet.wanted(raw)]
            _keep(reader, kind, [raw for _, raw in batch])
            count += len(batch)
            reader.listener(KindProgress(kind.name, count))
        reader.scope.setdefault(kind.name, "complete")
    except ApiError as error:
        if error.status not in _REFUSALS:
            raise
        reader.scope[kind.name] = _REFUSALS[error.status]
        _end_inner(reader, kind)
        reader.listener(KindDone(kind.name, count, reader.scope[kind.name], error.message))
        return
    for facet in kind.facets:
        _read_facet(reader, kind, facet, ids[facet.name])
    reader.listener(KindDone(kind.name, count, reader.scope[kind.name]))
    _end_inner(reader, kind)


def _keep(reader: Reader, kind: Kind, batch: list[Raw]) -> None:
    """Notes what other kinds are asked for by, and passes on what comes within these objects."""
    if kind.name in _ASKED_BY:
        fields = _ASKED_BY[kind.name]
        reader.seen.setdefault(kind.name, []).extend(
            {f: raw.get(f) for f in fields} if fields else raw for raw in batch
        )
    for inner, listing in _within(kind):
        rows = [row for raw in batch for row in listing.rows(raw)]
        for chunk in _chunks((_entry(reader, inner, row) for row in rows), reader.batch_size):
            reader.sink(inner.name, chunk)


def _within(kind: Kind) -> list[tuple[Kind, Listing]]:
    return [(k, k.listing) for k in KINDS.values() if k.listing and k.listing.within == kind.name]


def _end_inner(reader: Reader, kind: Kind) -> None:
    """What comes within a kind is worth as much as that."""
    for inner, _ in _within(kind):
        reader.scope[inner.name] = reader.scope[kind.name]


def _batches(reader: Reader, kind: Kind) -> Iterator[list[tuple[str, Any]]]:
    listing = kind.listing
    assert listing is not None
    if listing.inside:
        pages = _inside(reader, kind)
    else:
        pages = _each(reader, kind) if listing.each else _pages(reader, kind)
    if listing.each:
        entries = (_entry(reader, kind, raw) for page in pages for raw in page if listing.keep(raw))
        yield from _chunks(entries, reader.batch_size)
        return
    if not listing.detail:
        for page in pages:
            yield [_entry(reader, kind, raw) for raw in page if listing.keep(raw)]
        return
    heads = [raw for page in pages for raw in page if listing.keep(raw) and not raw.get("deleted")]
    lost = _lost(reader, kind, heads)
    reader.listener(KindProgress(kind.name, 0, len(heads) + len(lost)))
    yield from _chunks(_details(reader, kind, heads), reader.batch_size)
    yield from _chunks(_from_trash(reader, kind, lost), reader.batch_size)


def _lost(reader: Reader, kind: Kind, live: list[Raw]) -> list[Raw]:
    """What of the trash is to be read whole; nothing where the instance does not show it."""
    if reader.trash is None or not kind.trash or kind.listing is None:
        return []
    try:
        pages = list(reader.gateway.pages(kind.listing.path, fields=_LOST_FIELDS, deleted=True))
    except ApiError as error:
        if error.status in (*_REFUSALS, 422):
            return []
        raise
    # a server that does not know the parameter gives what is live
    return reader.trash(kind.name, live, [raw for page in pages for raw in page if raw.get("deleted")])


def _from_trash(reader: Reader, kind: Kind, heads: list[Raw]) -> Iterator[tuple[str, Any]]:
    """Each whole object; one that cannot be read is left where it is."""
    assert kind.listing is not None
    path = kind.listing.detail.strip("/").split("/")
    answers = _concurrently(reader, [[*path, text_id(raw.get("id"))] for raw in heads])
    return (_entry(reader, kind, raw) for raw in answers if isinstance(raw, dict) and raw.get("deleted"))


def _pages(reader: Reader, kind: Kind) -> Iterator[list[Raw]]:
    listing = kind.listing
    assert listing is not None
    for path in filter(None, (listing.path, listing.fallback)):
        try:
            if not listing.paged:
                yield reader.gateway.get(path, **dict(listing.query)) or []
            else:
                yield from reader.gateway.pages(path, page_size=listing.page_size, **dict(listing.query))
            return
        except ApiError as error:
            if error.status not in _REFUSALS or path == listing.fallback or not listing.fallback:
                raise


def _inside(reader: Reader, kind: Kind) -> Iterator[list[Raw]]:
    """What is in each folder that has others in it; the topmost is asked for first, for itself too.

    A refusal of that one is one of the whole kind, any other makes it incomplete.
    """
    assert kind.listing is not None
    path = kind.listing.path.strip("/").split("/")
    if reader.scope.get("folder") != "complete":
        reader.scope[kind.name] = reader.scope.get("folder", "denied")
    top, parents = metadata_parents(reader.seen.get("folder", []))
    if not top:
        return
    yield [reader.gateway.get([*path, top])]
    calls = [(path, {"parent_id": id_}) for id_ in parents]
    for id_, found in zip(parents, _answers(reader, calls), strict=True):
        if found is None:
            reader.scope[kind.name] = "filtered"
            reader.listener(ObjectUnreadable(kind.name, id_))
        yield found or []


def _each(reader: Reader, kind: Kind) -> Iterator[list[Raw]]:
    """What each object of another kind is asked for; one that refuses leaves the kind incomplete."""
    assert kind.listing is not None
    of = kind.listing.each
    if reader.scope.get(of) != "complete":
        reader.scope[kind.name] = reader.scope.get(of, "denied")
    objects = reader.seen.get(of, [])
    paths = [
        [part.format_map(raw) for part in kind.listing.path.strip("/").split("/")]
        for raw in objects
        if all(value is not None for value in raw.values())
    ]
    for path, found in zip(paths, _concurrently(reader, paths), strict=True):
        if found is None:
            reader.scope[kind.name] = "filtered"
            reader.listener(ObjectUnreadable(kind.name, "/".join(path)))
        yield found if isinstance(found, list) else [found] if found else []


def _entry(reader: Reader, kind: Kind, raw: Raw) -> tuple[str, Any]:
    note_values(reader, raw)
    id_ = kind.listing.id_of(raw) if kind.listing else text_id(raw.get("id"))
    return id_, redact(raw, reader.salt)


def _chunks(entries: Iterable[tuple[str, Any]], size: int) -> Iterator[list[tuple[str, Any]]]:
    chunk: list[tuple[str, Any]] = []
    for entry in entries:
        chunk.append(entry)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _details(reader: Reader, kind: Kind, heads: list[Raw]) -> Iterator[tuple[str, Any]]:
    """Each whole object: by folder where one call gives many, else one call each."""
    listing = kind.listing
    assert listing is not None
    wanted = {text_id(raw.get("id")): raw for raw in heads}
    if listing.by_folder:
        folders = sorted({text_id(raw.get("folder_id")) for raw in heads} - {""})
        paths = [["folders", folder, *listing.by_folder.strip("/").split("/")] for folder in folders]
        for found in _concurrently(reader, paths):
            for raw in found or []:
                if wanted.pop(text_id(raw.get("id")), None) is not None:
                    yield _entry(reader, kind, raw)
    paths = [[*listing.detail.strip("/").split("/"), id_] for id_ in wanted]
    for id_, raw in zip(wanted, _concurrently(reader, paths), strict=True):
        if isinstance(raw, dict):
            yield _entry(reader, kind, raw)
        else:
            # listed but not readable: what it holds is unknown, so the kind is not complete
            reader.scope[kind.name] = "filtered"
            reader.listener(ObjectUnreadable(kind.name, id_))


def _concurrently(
    reader: Reader, paths: list[list[str]], query: dict[str, Any] | None = None
) -> Iterator[Any]:
    """Decoded answers in the order of the paths; None for what is gone or not for the caller."""
    return _answers(reader, [(path, query or {}) for path in paths])


def _answers(reader: Reader, calls: list[tuple[list[str], dict[str, Any]]]) -> Iterator[Any]:
    def get(call: tuple[list[str], dict[str, Any]]) -> Any:
        try:
            return reader.gateway.get(call[0], **call[1])
        except ApiError as error:
            if error.status in _REFUSALS:
                return None
            raise

    window = 4 * reader.pool._max_workers
    for start in range(0, len(calls), window):
        yield from reader.pool.map(get, calls[start : start + window])


def _read_facet(reader: Reader, kind: Kind, facet: Facet, ids: list[str]) -> None:
    path, query = facet.path.strip("/").split("/"), dict(facet.query)
    if facet.by:
        calls = [(path, {**query, facet.by: id_}) for id_ in ids]
    else:
        calls = [([*kind.path.strip("/").split("/"), id_, *path], dict[str, Any](query)) for id_ in ids]
    answers = zip(ids, _answers(reader, calls), strict=True)
    found = ((id_, redact(raw, reader.salt)) for id_, raw in answers if raw is not None)
    for chunk in _chunks(found, reader.batch_size):
        reader.sink(f"{kind.name}.{facet.name}", chunk)


def note_values(reader: Reader, raw: Raw) -> None:
    """Remembers the queries and merge queries that an object refers to without embedding them."""
    for element in raw.get("dashboard_elements") or []:
        if element.get("merge_result_id"):
            reader.merges.add(text_id(element["merge_result_id"]))
        elif element.get("query_id") and not element.get("query"):
            reader.queries.add(text_id(element["query_id"]))
    # an alert repeats the query of its element
    if (
        raw.get("query_id")
        and not raw.get("query")
        and not {"dashboard_elements", "destinations"} & raw.keys()
    ):
        reader.queries.add(text_id(raw["query_id"]))


def _read_values(reader: Reader) -> None:
    """Merge queries, then the queries that only ids tell of: those of sources among them."""
    slugs: set[str] = set()
    for chunk in _chunks(_found(reader, ["merge_queries"], reader.merges), reader.batch_size):
        for _, raw in chunk:
            for source in raw.get("source_queries") or []:
                (slugs if source.get("query_slug") else reader.queries).update(source_keys(source)[:1])
        reader.sink("merge_query", chunk)
    # since 25.2 ids are slugs, and an instance may take either at either path (4.3)
    for wanted, first, then in ((slugs, ["queries", "slug"], ["queries"]), (reader.queries, ["queries"], [])):
        got = dict(_found(reader, first, wanted))
        if then:
            got |= dict(_found(reader, then, wanted - set(got)))
        for chunk in _chunks(got.items(), reader.batch_size):
            reader.sink("query", chunk)


def _found(reader: Reader, path: list[str], ids: set[str]) -> Iterator[tuple[str, Any]]:
    ordered = sorted(ids)
    answers = _concurrently(reader, [[*path, id_] for id_ in ordered])
    return ((id_, raw) for id_, raw in zip(ordered, answers, strict=True) if isinstance(raw, dict))

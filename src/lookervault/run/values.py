"""Queries and merge queries that objects refer to without embedding them (resource notes, 4.3 and 4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lookervault.model.kind import Raw
from lookervault.model.queries import source_keys
from lookervault.run.past import Batch
from lookervault.run.prepare import Held, Prepared, Same, refers_to
from lookervault.run.reader import Reader, answers, chunks


def note_values(reader: Reader, raw: Raw | Prepared | Same | Held) -> None:
    """Remembers what an object refers to."""
    merges, queries = (raw.merges, raw.queries) if isinstance(raw, Prepared | Same | Held) else refers_to(raw)
    reader.merges.update(merges)
    reader.queries.update(queries)


def read_values(reader: Reader) -> None:
    """Merge queries, then the queries that only ids tell of: those of sources among them.

    A value never changes, so what an earlier pass has of them need not be read again.
    """
    slugs: set[str] = set()
    past = reader.past
    for batch in past.there("merge_query"):
        _note_sources(reader, batch, slugs)
    wanted = past.lacking("merge_query", reader.merges)
    _note_sources(reader, _known(reader, "merge_query", reader.merges - set(wanted)), slugs)
    for chunk in chunks(_found(reader, ["merge_queries"], wanted), reader.batch_size):
        _note_sources(reader, chunk, slugs)
        reader.sink("merge_query", chunk)
    # since 25.2 ids are slugs, and an instance may take either at either path (4.3)
    for keys, paths in ((slugs, (["queries", "slug"], ["queries"])), (reader.queries, (["queries"],))):
        left = past.lacking("query", keys)
        if past.copied:
            _known(reader, "query", keys - set(left))
        for path in paths:
            got: set[str] = set()
            for chunk in chunks(_found(reader, path, left), reader.batch_size):
                got |= {id_ for id_, _ in chunk}
                reader.sink("query", chunk)
            left = [key for key in left if key not in got]


def _known(reader: Reader, kind: str, ids: set[str]) -> Batch:
    """Values that an earlier pass has."""
    found = reader.past.find(kind, ids)
    if reader.past.copied:
        reader.sink(kind, found)
    return found


def _note_sources(reader: Reader, batch: Batch, slugs: set[str]) -> None:
    for _, raw in batch:
        for source in raw.get("source_queries") or []:
            (slugs if source.get("query_slug") else reader.queries).update(source_keys(source)[:1])


def _found(reader: Reader, path: list[str], ids: list[str]) -> Iterator[tuple[str, Any]]:
    found = answers(reader, (([*path, id_], {}) for id_ in ids))
    return ((id_, raw) for id_, raw in zip(ids, found, strict=True) if isinstance(raw, dict))

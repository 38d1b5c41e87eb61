"""Kinds that no list gives whole: each object of another kind is asked for what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

from lookervault.model.access import metadata_parents
from lookervault.model.kind import Kind
from lookervault.model.normal import text_id
from lookervault.run.events import ObjectUnreadable
from lookervault.run.reader import Call, Got, Reader, answers, chunks, entry, parts_of

# so many calls are no matter: up to this, access lists are read anew even where little else is
FEW_CALLS = 50


def inside(reader: Reader, kind: Kind) -> Iterator[Got]:
    """What is in each folder that has others in it; the topmost is asked for first, for itself too.

    A refusal of that one is one of the whole kind, any other makes it incomplete.
    """
    assert kind.listing is not None
    path = parts_of(kind.listing.path)
    if reader.scope.get("folder") != "complete":
        reader.scope[kind.name] = reader.scope.get("folder", "denied")
    top, parents = reader.inside or metadata_parents(reader.folders())
    if not top:
        return
    yield Got([entry(reader, kind, reader.gateway.get([*path, top]))], reader.past.place(kind.name))
    if reader.past.incremental and len(parents) > FEW_CALLS:
        moved = _moved(reader)
        yield from _still_inside(reader, kind, moved)
        _, parents = metadata_parents(reader.folders(), moved)
    yield from _asked(reader, kind, [(path, {"parent_id": id_}) for id_ in sorted(parents)])


def each_of(reader: Reader, kind: Kind) -> Iterator[Got]:
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

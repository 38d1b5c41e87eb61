"""Kinds whose list gives headers only: list those, see what changed, and read the rest one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from lookervault.errors import ApiError, NotFound
from lookervault.model.address import Address
from lookervault.model.folders import subtree
from lookervault.model.kind import Kind, Listing, Raw
from lookervault.model.naming import name_all
from lookervault.model.normal import text_id
from lookervault.run.brief import LEAST, brief
from lookervault.run.bulk import PAGES, Pages
from lookervault.run.events import KindProgress, KindRestarted, ObjectUnreadable
from lookervault.run.past import HEADS, Batch
from lookervault.run.reader import (
    REFUSALS,
    Call,
    Got,
    Reader,
    answers,
    chunks,
    entry,
    objects,
    pages_of,
    parts_of,
)


def read_detailed(reader: Reader, kind: Kind, there: set[str]) -> Iterator[Got]:
    """Every object of a kind whole, but for those that are there already."""
    heads = reader.past.headed(kind.name)
    if heads is None:
        heads = _listed(reader, kind)
        reader.past.reached(kind.name + HEADS, {"heads": heads})
    if reader.folder:
        heads = _in_folder(reader, kind, heads)
    reader.listener(KindProgress(kind.name, len(there), len(heads)))
    wanted = {text_id(head.get("id")): head for head in heads}
    whole = not (reader.folder or reader.few)
    live = [id_ for id_, head in wanted.items() if not head.get("deleted")] if whole else []
    del heads
    there &= wanted.keys()
    for id_ in there:
        del wanted[id_]
    for got in _taken_over(reader, kind, wanted):
        for id_, _ in got.batch:
            del wanted[id_]
        yield got
    if reader.preparer:
        reader.preparer.begin(len(wanted), reader.workers)
    lost = [id_ for id_, head in wanted.items() if head.get("deleted")]
    for id_ in lost:
        del wanted[id_]
    pages = Pages(reader, kind, live)
    yield from map(Got, chunks(_live(reader, kind, wanted, pages), reader.batch_size))
    yield from _again(reader, kind, pages, there)
    yield from map(Got, chunks(_from_trash(reader, kind, lost), reader.batch_size))


def _again(reader: Reader, kind: Kind, pages: Pages, there: set[str]) -> Iterator[Got]:
    """What came by pages that proved wrong, now by a call each; `there` is what an earlier run had put."""
    earlier = not pages.proven and reader.past.place(kind.name + PAGES)
    ids = sorted(pages.doubted | there if earlier else pages.doubted)
    if ids:
        reader.listener(KindRestarted(kind.name, "its list does not give what a call for each gives"))
    for batch in chunks(_one_by_one(reader, kind, ids), reader.batch_size):
        yield Got(batch, again=True)


def list_heads(reader: Reader, kind: Kind) -> list[Raw]:
    """The headers of what is live."""
    listing = _listing(kind)
    few = reader.chosen(kind.name, False)
    if few is not None:
        reader.scope[kind.name] = "filtered"
        return few
    fields = _needed(reader, kind)
    return [
        brief(raw, fields)
        for page in pages_of(reader, kind)
        for raw in page
        if listing.keep(raw) and not raw.get("deleted")
    ]


def _listing(kind: Kind) -> Listing:
    assert kind.listing is not None
    return kind.listing


def _fields(kind: Kind) -> list[str]:
    """The fields of a header."""
    return str(dict(_listing(kind).query).get("fields") or "id").split(",")


def _needed(reader: Reader, kind: Kind) -> Set[str]:
    """The fields of a header that are wanted: all, where it is compared with what is known already."""
    whole = reader.trash is not None or reader.past.trusts(kind.name)
    return {*_fields(kind), "deleted"} if whole else LEAST


def _listed(reader: Reader, kind: Kind) -> list[Raw]:
    """Headers of what is live, and of what of the trash is to be read."""
    heads = list_heads(reader, kind)
    fields = {*_fields(kind), "deleted"}
    return [*heads, *(brief(head, fields) for head in _lost(reader, kind, heads))]


def _lost(reader: Reader, kind: Kind, live: list[Raw]) -> list[Raw]:
    """What of the trash is to be read whole; nothing where the instance does not show it."""
    if reader.trash is None or not kind.trash:
        return []
    few = reader.chosen(kind.name, True)
    if few is not None:
        return reader.trash(kind.name, live, few)
    try:
        fields = ",".join(("id", "folder_id", "title", "updated_at", "deleted", *filter(None, [kind.slug])))
        pages = list(reader.gateway.pages(_listing(kind).path, fields=fields, deleted=True))
    except ApiError as error:
        if error.status in (*REFUSALS, 422):
            return []
        raise
    # a server that does not know the parameter gives what is live
    return reader.trash(kind.name, live, [raw for page in pages for raw in page if raw.get("deleted")])


def _in_folder(reader: Reader, kind: Kind, heads: list[Raw]) -> list[Raw]:
    """Those that are in the chosen folder or below it; the kind is then not complete."""
    reader.scope[kind.name] = "filtered"
    by_id = {text_id(folder.get("id")): folder for folder in reader.folders()}
    wanted = reader.folder.removeprefix("folder:")
    named = {address: id_ for (_, id_), address in name_all({"folder": by_id}).items()}
    root = named.get(f"folder:{wanted}") or (wanted if wanted in by_id else "")
    if not root:
        hint = f"write it as {Address('folder', ('Shared', 'Finance'))}, or give its id"
        raise NotFound(f"there is no folder {reader.folder}", hint=hint)
    ids = subtree(reader.folders(), root)
    return [head for head in heads if text_id(head.get("folder_id")) in ids]


def _taken_over(reader: Reader, kind: Kind, wanted: Mapping[str, Raw]) -> Iterator[Got]:
    """What did not change; what lies in a folder that did shows that folder as it is now.

    Before that comes what is read to see whether the last snapshot is right.
    """
    if not reader.past.trusts(kind.name):
        return
    sample = _sample(reader, kind, wanted)
    if sample:
        yield Got(sample)
    folders = reader.past.renewed("folder")
    kept: Batch = []
    shown: Batch = []
    for id_, raw in _unchanged(reader, kind, wanted):
        moved = folders.get(text_id(raw.get("folder_id")))
        if moved and isinstance(raw.get("folder"), dict):
            shown.append((id_, {**raw, "folder": _as_now(raw["folder"], *moved)}))
        else:
            kept.append((id_, raw))
        if len(kept) == reader.batch_size:
            yield Got(kept, kept=True)
            kept = []
        if len(shown) == reader.batch_size:
            yield Got(shown)
            shown = []
    yield from (Got(batch, kept=batch is kept) for batch in (kept, shown) if batch)


def _as_now(shown: Raw, before: Raw, now: Raw) -> Raw:
    """What an object shows of another one, brought to what that is now."""
    return {f: now[f] if f in now and before.get(f) == value else value for f, value in shown.items()}


def _sample(reader: Reader, kind: Kind, wanted: Mapping[str, Raw]) -> Batch:
    """Some of what could be taken over, read all the same."""
    path, ids = parts_of(_listing(kind).detail), reader.past.sample(kind.name, wanted)
    found = answers(reader, (([*path, id_], {}) for id_ in ids))
    read = [entry(reader, kind, raw) for raw in found if isinstance(raw, dict)]
    reader.past.check(kind.name, read)
    return read


def _unchanged(reader: Reader, kind: Kind, wanted: Mapping[str, Raw]) -> Iterator[tuple[str, Any]]:
    """What the last snapshot has just as the headers say, the time of the last change included.

    A dashboard shows the looks that it is linked to, so it is as new as those.
    """
    fields = _fields(kind)
    looks = reader.past.differing("look")
    for id_, raw in reader.past.standing(kind.name):
        head = wanted.get(id_)
        if head is None or not reader.past.settled(kind.name, head) or not isinstance(raw, dict):
            continue
        if all(raw.get(f) == head.get(f) for f in fields) and looks.isdisjoint(_linked(raw)):
            yield id_, raw


def _linked(raw: Raw) -> Iterator[str]:
    return (text_id(e.get("look_id")) for e in raw.get("dashboard_elements") or [])


def _live(reader: Reader, kind: Kind, wanted: dict[str, Raw], pages: Pages) -> Iterator[tuple[str, Any]]:
    """Each whole object: by folder or by the page where one call gives many, else one call each."""
    listing = _listing(kind)
    if listing.by_folder:
        folders = sorted({text_id(raw.get("folder_id")) for raw in wanted.values()} - {""})
        several: Iterator[Call] = (
            (["folders", folder, *parts_of(listing.by_folder)], {}) for folder in folders
        )
        for found in objects(reader, kind, several):
            yield from (each for each in found if wanted.pop(each[0], None) is not None)
    if listing.whole_pages:
        for id_, raw in pages.read(list(wanted)):
            del wanted[id_]
            yield entry(reader, kind, raw)
    yield from _one_by_one(reader, kind, list(wanted))


def _one_by_one(reader: Reader, kind: Kind, ids: list[str]) -> Iterator[tuple[str, Any]]:
    """Each whole object, and word of those that are listed and cannot be read."""
    unread = []
    single: Iterator[Call] = (([*parts_of(_listing(kind).detail), id_], {}) for id_ in ids)
    for id_, found in zip(ids, objects(reader, kind, single), strict=True):
        yield from found
        if not found:
            unread.append(id_)
    if unread:
        _tell_unreadable(reader, kind, unread)


def _tell_unreadable(reader: Reader, kind: Kind, ids: list[str]) -> None:
    """What is listed and cannot be read makes its kind incomplete; what went away meanwhile does not."""
    listed = {text_id(head.get("id")) for head in list_heads(reader, kind)}
    for id_ in filter(listed.__contains__, ids):
        reader.scope[kind.name] = "filtered"
        reader.listener(ObjectUnreadable(kind.name, id_))


def _from_trash(reader: Reader, kind: Kind, ids: list[str]) -> Iterator[tuple[str, Any]]:
    """Each whole object; one that cannot be read is left where it is."""
    found = answers(reader, (([*parts_of(_listing(kind).detail), id_], {}) for id_ in ids))
    return (entry(reader, kind, raw) for raw in found if isinstance(raw, dict) and raw.get("deleted"))

"""One extraction and the vault: what it puts there, how far it came, and what it need not ask for again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from lookervault.model.catalog import KINDS
from lookervault.model.kind import Raw
from lookervault.model.naming import Names, apart, identity_fields
from lookervault.model.resource import Completeness
from lookervault.run.dates import changed, changed_without_date
from lookervault.run.events import KindRestarted, Listener
from lookervault.run.past import HEADS, Batch, Past
from lookervault.run.prepare import Prepared, made_ready
from lookervault.store import checkpoints
from lookervault.store.codec import decode
from lookervault.store.ready import Ready
from lookervault.store.snapshots import (
    Snapshot,
    differing,
    gone,
    item,
    items,
    keep,
    label,
    put_ready,
    restart,
    shared,
    staged_items,
    told_items,
    told_some,
)
from lookervault.store.vault import Vault

_SAMPLE = 50  # objects of a kind that a full pass looks at, whether they changed without moving their date


class Intake(Past):
    """What a pass over an instance puts into its session, each batch with a checkpoint.

    `before` is the last snapshot. Where `incremental`, what it has and what did not change is taken over;
    else it shows whether the dates of objects can be relied on: by some of the objects, or by `every_date`.
    """

    def __init__(
        self,
        vault: Vault,
        session: int,
        listener: Listener,
        before: Snapshot | None,
        *,
        incremental: bool,
        batch_size: int,
        every_date: bool = False,
    ) -> None:
        self._vault = vault
        self._session = session
        self._listener = listener
        self._base = base = before if incremental else None
        self._size = batch_size
        self._before = before
        self.every_date = every_date
        self._sample: Counter[str] = Counter()
        self.dated: Counter[str] = (
            Counter()
        )  # objects that changed and moved it, where every one is looked at
        self.undated: Counter[str] = Counter()  # objects that changed and kept their `updated_at`, by kind
        self.incremental = base is not None
        self._places: dict[str, Any] = {}
        self._counts: dict[str, int] = {}
        for kind, mark in checkpoints.load(vault, session).items():
            self._places[kind] = mark.position
            self._counts[kind] = mark.count
        self._resumed = any(not kind.startswith("#") for kind in self._places)
        for kind, mark in checkpoints.load(vault, session).items():
            if mark.problem:
                self.afresh(kind.removesuffix(HEADS), mark.problem)

    def put(self, kind: str, batch: Batch) -> None:
        """Stores a batch as it came from the instance, or prepared."""
        rows = [raw.ready if isinstance(raw, Prepared) else made_ready(kind, id_, raw) for id_, raw in batch]
        counts = put_ready(self._vault, self._session, kind, rows)
        self._counts[kind] = self._counts.get(kind, 0) + counts.seen
        if self._before and not self.incremental:
            self._look_at_dates(kind, rows, self._before)

    def _look_at_dates(self, kind: str, rows: Sequence[Ready], before: Snapshot) -> None:
        listing = KINDS[kind].listing if kind in KINDS else None
        for row in rows if listing and listing.detail else ():
            if self._sample[kind] >= _SAMPLE and not self.every_date:
                return
            was = item(self._vault, before, kind, row.id)
            if was is not None and was.updated_at == row.updated_at:
                self._sample[kind] += 1
                self.undated[kind] += changed_without_date(kind, was.raw, decode(row.body))
            elif was is not None and self.every_date and self.dated[kind] < _SAMPLE:
                self.dated[kind] += changed(kind, was.raw, decode(row.body))

    def label(self) -> None:
        """Addresses, which are known once all that is above an object has been read."""
        names = Names(self)
        for kind in KINDS:
            for page in names.of(kind):
                label(self._vault, self._session, kind, page.items())
            while several := shared(self._vault, self._session, kind):
                label(self._vault, self._session, kind, ((id_, apart(a, id_)) for id_, a in several))

    def rows(self, kind: str) -> Iterator[tuple[str, Any]]:
        """What is kept of the objects of a kind for their addresses."""
        return told_items(self._vault, self._session, kind)

    def some(self, kind: str, ids: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """The same of some of them."""
        return told_some(self._vault, self._session, kind, ids)

    def ended(self, kind: str) -> Completeness | None:
        """What the listing of a kind was worth, if it has been read to its end."""
        worth: Completeness | None = (self._places.get(kind) or {}).get("end")
        return worth

    def there(self, kind: str) -> Iterator[Batch]:
        """What the interrupted pass has put of a kind."""
        staged = staged_items(self._vault, self._session, kind) if self._resumed else ()
        yield from _batches(staged, self._size)

    def place(self, kind: str) -> dict[str, Any]:
        """How far it had come with a kind; empty where it had not begun."""
        return self._places.get(kind) or {}

    def afresh(self, kind: str, reason: str) -> None:
        """Forgets what has been put of a kind, and says why."""
        if not any(key.partition("#")[0].partition(".")[0] == kind for key in self._places):
            return
        parts = [f"{kind}.{facet.name}" for facet in KINDS[kind].facets] if kind in KINDS else []
        for each in (kind, kind + HEADS, *parts):
            restart(self._vault, self._session, each)
            self._places.pop(each, None)
            self._counts.pop(each, None)
        if reason:
            self._listener(KindRestarted(kind, reason))

    def at_once(self) -> AbstractContextManager[object]:
        """All that is put and noted within this, or nothing of it."""
        return self._vault.transaction(durable=False)

    def reached(self, kind: str, place: dict[str, Any]) -> None:
        """Notes how far this pass has come with a kind."""
        # headers are many, and this pass has read them
        self._places[kind] = {} if kind.endswith(HEADS) else place
        checkpoints.save(self._vault, self._session, kind, place, self._counts.get(kind, 0))

    def headed(self, kind: str) -> list[Raw] | None:
        """The headers of a kind that the interrupted pass had listed to the end."""
        heads: list[Raw] | None = (self._places.get(kind + HEADS) or {}).get("heads")
        return heads

    def trusts(self, kind: str) -> bool:
        """Whether the dates of a kind may be relied on: not where the last full pass saw otherwise."""
        return self._base is not None and not self._base.scope.get(kind, {}).get("undated")

    def standing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """The objects of a kind as the last snapshot has them."""
        if self._base is not None:
            for each in items(self._vault, self._base, kind):
                yield each.id, each.raw

    def keep(self, kind: str, batch: Batch) -> None:
        """Takes objects over from the last snapshot as they are."""
        told = {id_: identity_fields(raw) for id_, raw in batch}
        keep(self._vault, self._session, kind, told, told)
        self._counts[kind] = self._counts.get(kind, 0) + len(batch)

    def lacking(self, kind: str, ids: Iterable[str]) -> list[str]:
        """Takes over what never changes, and gives the ids of what must be read."""
        there = {id_ for batch in self.there(kind) for id_, _ in batch}
        wanted = sorted(set(ids) - there)
        if self._base is None:
            return wanted
        return keep(self._vault, self._session, kind, wanted)

    def differing(self, kind: str) -> set[str]:
        """What this pass has put of a kind that the last snapshot has not just so, and what is gone."""
        if self._base is None:
            return set()
        return differing(self._vault, self._session, kind) | gone(self._vault, self._session, kind)

    def renewed(self, kind: str) -> dict[str, tuple[Raw, Raw]]:
        """What both this pass and the last snapshot have of a kind, and not alike: as it was and is."""
        before = dict(self.find(kind, self.differing(kind)))
        now = staged_items(self._vault, self._session, kind) if before else ()
        return {id_: (before[id_], raw) for id_, raw in now if id_ in before}

    def find(self, kind: str, ids: Iterable[str]) -> Batch:
        """Objects that are in the vault already."""
        found = [(id_, item(self._vault, self._base, kind, id_)) for id_ in ids] if self._base else []
        return [(id_, each.raw) for id_, each in found if each is not None]


def _batches(entries: Iterable[tuple[str, Any]], size: int) -> Iterator[Batch]:
    batch: Batch = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch

"""The raw objects of an instance as they come in, and what of them another side has just so."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from lookervault.model.context import At
from lookervault.model.kind import Raw
from lookervault.model.packed import LARGE, Packed, gist
from lookervault.model.reuse import Making
from lookervault.model.usage import recounted
from lookervault.run.past import Batch, Past
from lookervault.run.prepare import Held, Same, refers_to, same
from lookervault.store.codec import digest, pack
from lookervault.store.content import value_of


class Kept:
    """Raw objects by kind and id; large ones as bytes, unless only a `narrow` part is read.

    Where `like` is another state of the same instance, digests tell what is as it is there.
    """

    def __init__(self, host: str, like: Making | None, *, narrow: bool) -> None:
        self._like = like if like and like.host == host else None
        self._large = {kind: Packed(partial(value_of, kind)) for kind in LARGE if not narrow}
        self._known: set[At] = set()
        self.raws: dict[str, dict[str, Any]] = {}
        self.digests: dict[At, str] = {}

    @property
    def all(self) -> dict[str, Mapping[str, Any]]:
        """Every object that was kept."""
        return {**self.raws, **self._large}

    def known(self, kind: str, id_: str, raw: Raw) -> Any:
        """What is to be kept of an object that the other state has just so, else nothing."""
        at = (kind, id_)
        if not self._alike(at, raw):
            self._known.discard(at)
            return None
        self._known.add(at)
        return same(raw) if kind in self._large else raw

    def held(self, kind: str, id_: str, raw: Any) -> Any:
        """What is to be kept of an object: decoded, large ones are soon more than a processor has nearby."""
        if kind not in self._large:
            return raw
        return self.known(kind, id_, raw) or Held(gist(raw), pack(raw), *refers_to(raw))

    def _alike(self, at: At, raw: Any) -> bool:
        kind, id_ = at
        there = self._like.digests.get(at) if self._like else None
        if self._like is None or not there:
            return False
        packed = self._like.packed.get(kind)
        if packed is None:
            return kind not in self._large and digest(raw) == there
        return digest(recounted(raw, packed.counts[id_])) == there

    def keep(self, kind: str, batch: Batch) -> None:
        """Takes objects of a kind."""
        if kind not in self._large:
            self.raws.setdefault(kind, {}).update(batch)
        for id_, raw in batch:
            at = (kind, id_)
            known = self._put(at, raw) if kind in self._large else at in self._known or self._alike(at, raw)
            if self._like is not None:
                self.digests[at] = self._like.digests[at] if known else ""  # like no other

    def _put(self, at: At, raw: Any) -> bool:
        """Keeps a large object: as the bytes of the other state, where that has it just so."""
        kind, id_ = at
        told = raw if isinstance(raw, Same | Held) else self.held(kind, id_, raw)
        if isinstance(told, Held):
            self._large[kind].put(id_, told.told, told.packed)
            return False
        assert self._like is not None
        self._large[kind].share(id_, told.fields, told.own, self._like.packed[kind])
        return True


class Beside(Past):
    """What another state has just so is known: that was stored without secrets."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def known(self, kind: str, id_: str, raw: Raw) -> Any:
        """What is to be kept of an object that that state has just so."""
        return self._kept.known(kind, id_, raw)

    def held(self, kind: str, id_: str, raw: Any) -> Any:
        """What is to be kept of an object that that state has not."""
        return self._kept.held(kind, id_, raw)

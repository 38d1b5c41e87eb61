"""The raw objects of an instance as they come in, and what of them another side has just so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from lookervault.model.context import At
from lookervault.model.kind import Raw
from lookervault.model.packed import LARGE, Packed
from lookervault.model.reuse import Making
from lookervault.model.usage import uncounted
from lookervault.run.past import Batch
from lookervault.store.codec import canonical, compress, decode, pack
from lookervault.store.codec import digest as digest_of


class Kept:
    """Raw objects by kind and id; large ones as bytes, unless only a `narrow` part is read.

    Where `like` is another state of the same instance, digests tell what is as it is there.
    """

    def __init__(self, host: str, like: Making | None, *, narrow: bool) -> None:
        self._like = like if like and like.host == host else None
        self._large = {kind: Packed(decode) for kind in LARGE if not narrow}
        self.raws: dict[str, dict[str, Any]] = {}
        self.digests: dict[At, str] = {}

    @property
    def all(self) -> dict[str, Mapping[str, Any]]:
        """Every object that was kept."""
        return {**self.raws, **self._large}

    def keep(self, kind: str, batch: Batch) -> None:
        """Takes objects of a kind."""
        if kind not in self._large:
            self.raws.setdefault(kind, {}).update(batch)
        for id_, raw in batch:
            if self._like is not None:
                self._compare(self._like, kind, id_, raw)
            elif kind in self._large:
                self._large[kind].put(id_, raw, pack(raw))

    def _compare(self, like: Making, kind: str, id_: str, raw: Any) -> None:
        at, content = (kind, id_), canonical(raw)
        digest = hashlib.sha256(content).hexdigest()
        if kind not in self._large:
            self.digests[at] = digest
        elif kind in like.packed and self._large[kind].take(id_, raw, digest, like.packed[kind]):
            self.digests[at] = like.digests.get(at) or still(raw)
        else:
            self._large[kind].put(id_, raw, compress(content), digest)
            self.digests[at] = still(raw)


def still(raw: Raw) -> str:
    """A digest of content that stays as it is when somebody only looks at it."""
    return digest_of(uncounted(raw))

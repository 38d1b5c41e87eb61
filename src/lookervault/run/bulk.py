"""Whole objects by the page, where an instance proves that its search gives them as a call each would.

Whether a search gives the parts of dashboards where `fields` names them is not known (resource notes, section
12). So a few are read one by one, and a page of the very same, with the very fields that they had, is held
against them. Later ones too are read both ways where they have something that none of those had, and a few
at random. After one difference nothing that came by the page is believed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence, Set
from functools import partial
from typing import Any

from lookervault.errors import ApiError, AuthError
from lookervault.model.kind import Kind, Raw
from lookervault.model.normal import exact, text_id
from lookervault.run.ahead import ahead
from lookervault.run.likeness import Likeness, alike, common_fields
from lookervault.run.reader import Call, Reader, answer, answers, parts_of

PAGES = "#pages"  # of a kind: how many of its objects one page gives
FEW = 20  # objects for which it is not worth the trouble
_TRIED = 5
_MOST = 99
_BYTES = 750_000  # of a page: several of them are held decoded
_RANDOM = 0.005
_BOTH_WAYS = 12  # objects that usually turn out to have something new

Found = tuple[str, Any]


class Pages:
    """The objects of one kind by the page; `doubted` are those that are to be read again, one by one.

    `listed` are the ids in the order of the list, where all of it was listed.
    """

    def __init__(self, reader: Reader, kind: Kind, listed: Sequence[str] = ()) -> None:
        self._reader = reader
        self._kind = kind
        self._listed = listed
        self._seen = Likeness()
        self._fields: Set[str] = frozenset()
        self._size = 0
        self._by_ids = True
        self._taken: set[str] = set()
        self.proven = True
        self.doubted: set[str] = set()

    def read(self, ids: Sequence[str]) -> Iterator[Found]:
        """As many of the objects as can be had so; the others are left to be read one by one."""
        if len(ids) < FEW or not all(id_.isalnum() for id_ in ids):
            return
        tried = self._alone(_spread(ids))
        yield from tried.items()
        self.proven = self._try(tried)
        if not self.proven:
            return
        self._reader.past.reached(self._kind.name + PAGES, {"size": self._size})
        left = {id_ for id_ in ids if id_ not in tried}
        most = self._reader.workers * 3 // 2
        asked = self._pages_of([id_ for id_ in ids if id_ in left])
        for page in ahead(self._reader.pool, most, lambda ask: ask(), asked):
            yield from self._checked({id_: raw for id_, raw in page.items() if id_ in left})
            left -= page.keys()
            if not (self.proven and page):
                return

    def _pages_of(self, ids: Sequence[str]) -> Iterator[Callable[[], dict[str, Raw]]]:
        """What asks for page after page: by these ids, or by their places in the list."""
        if self._by_ids:
            yield from (
                partial(self._page, ids[at : at + self._size]) for at in range(0, len(ids), self._size)
            )
            return
        wanted = set(ids)
        for start in range(0, len(self._listed), self._size):
            if len(wanted.intersection(self._listed[start : start + self._size])) > 1:
                yield partial(self._asked, limit=self._size, offset=start)

    def _alone(self, ids: Sequence[str]) -> dict[str, Any]:
        """Objects by a call each, without those that cannot be had."""
        path = parts_of(self._kind.listing.detail if self._kind.listing else "")
        calls: list[Call] = [([*path, id_], {}) for id_ in ids]
        # one does not queue behind the pages that are under way
        found = answers(self._reader, calls) if len(calls) > 1 else [answer(self._reader, c) for c in calls]
        return {id_: raw for id_, raw in zip(ids, found, strict=True) if isinstance(raw, dict)}

    def _asked(self, **query: Any) -> dict[str, Raw]:
        """What a search gives; nothing where it is refused."""
        assert self._kind.listing is not None
        query |= {"fields": ",".join(sorted(self._fields)), "sorts": "id"}
        try:
            rows = self._reader.gateway.get(self._kind.listing.path, **query)
        except AuthError:
            raise
        except ApiError:
            return {}
        found = rows if isinstance(rows, list) else []
        return {text_id(raw.get("id")): raw for raw in found if isinstance(raw, dict)}

    def _page(self, ids: Sequence[str]) -> dict[str, Raw]:
        """Those of these objects that a search gives, which may give less at a time than was asked for."""
        found: dict[str, Raw] = {}
        left = list(ids)
        while left:
            more = self._asked(id=",".join(left), limit=len(left), offset=0)
            found |= {id_: more[id_] for id_ in left if id_ in more}
            if not more.keys() & set(left):
                break
            left = [id_ for id_ in left if id_ not in found]
        return found

    def _try(self, tried: dict[str, Any]) -> bool:
        """Whether a page gives the very same as the calls did.

        Where several ids are too many to search by, one is asked for at a time, and pages are had by place.
        """
        self._fields = common_fields(tried.values())
        if not self._fields:
            return False
        page = self._page(list(tried))
        self._by_ids = page.keys() == tried.keys()
        for id_, raw in tried.items():
            listed = page.get(id_) or self._page([id_]).get(id_)
            if listed is None or not self._same(id_, listed, raw):
                return False
            self._seen.learn(listed)
        average = sum(len(exact(raw)) for raw in tried.values()) // len(tried)
        self._size = max(1, min(_MOST, self._reader.batch_size, _BYTES // (average + 1)))
        return self._by_ids or bool(self._listed)

    def _checked(self, page: dict[str, Raw]) -> Iterator[Found]:
        """A page's objects, as calls of their own give them where these are made to see if they agree."""
        unsure = [id_ for id_, raw in page.items() if self._is_new(raw)]
        alone = self._alone(unsure)
        yield from alone.items()
        if not all(self._same(id_, page[id_], raw) for id_, raw in alone.items()):
            self.proven = False
            self.doubted |= self._taken
        elif len(alone) < len(unsure):
            self.proven = False  # what went meanwhile cannot show that others with the same are right
        else:
            taken = {id_: raw for id_, raw in page.items() if id_ not in alone}
            self._taken |= taken.keys()
            yield from taken.items()

    def _is_new(self, raw: Raw) -> bool:
        """Whether an object is to be read both ways; what it has is then no longer new."""
        if raw.keys() == self._fields and self._seen.covers(raw):
            return random.random() < _RANDOM
        self._seen.learn(raw)
        return True

    def _same(self, id_: str, listed: Raw, alone: Raw) -> bool:
        """Whether both are the same; somebody may have changed it between the two calls."""
        if listed.keys() != alone.keys():
            return False
        return alike(listed, alone) or alike(self._page([id_]).get(id_), self._alone([id_]).get(id_))


def calls_for(count: int, size: int) -> int:
    """About how many calls so many objects take, where a page gives `size` of them, or none does."""
    if not size or count < FEW:
        return count
    return min(count, _TRIED + 1 + -(-(count - _TRIED) // size) + _BOTH_WAYS + int(count * _RANDOM))


def _spread(ids: Sequence[str]) -> list[str]:
    """A few of these, from the first to the last."""
    return [ids[at * (len(ids) - 1) // (_TRIED - 1)] for at in range(_TRIED)]

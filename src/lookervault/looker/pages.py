"""Lists in pages: each object once, whatever the server makes of limit and offset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

# what is at an offset, and how many there are in all where the server says so
Page = tuple[list[Any], int | None]
# calls a function with each argument, some at once, and gives the answers in order
Together = Callable[[Callable[[int], Page], Iterable[int]], Iterator[Page]]

# the most that a server might give at a time
_ROUND = frozenset({10, 20, 25, 50, 100, 200, 250})


def paged(
    get: Callable[[int], Page],
    size: int,
    start: int = 0,
    together: Together = map,
    opened: Callable[[list[Any]], list[Any]] = list,
) -> Iterator[list[Any]]:
    """The list in pages from an offset on, until one is short or tells nothing new.

    A total that the server names is believed as far as asking for more than a short page, and for several
    pages at once; it ends no list. `opened` makes of a page, when its turn comes, the objects in it.
    """
    seen: set[str] = set()
    last: list[Any] | None = None
    total: int | None = None
    while True:
        known = range(start, total, size) if total else range(0)
        for closed, told in together(get, known) if known else [get(start)]:
            page = opened(closed)
            fresh = [] if page == last else _unseen(page, seen)
            if fresh:
                yield fresh
            start, last, total = start + len(page), page, told
            if not fresh or (len(page) < size and not _is_cut(len(page), start, total)):
                return
            if len(page) < size:
                size = len(page)  # the server gives no more at a time
                break


def _is_cut(count: int, end: int, total: int | None) -> bool:
    """Whether a page may be short only because the server gives no more at a time.

    Whether there is a limit to `limit` is not known (resource notes, section 15). Where no header tells of
    more, a round number is worth another call.
    """
    if total is not None:
        return total > end
    return count in _ROUND


def total_of(headers: Mapping[str, str]) -> int | None:
    """The length of a whole list as its header says (resource notes, section 2.2)."""
    text = headers.get("x-total-count", "")
    return int(text) if text.isdecimal() else None


def _unseen(page: list[Any], seen: set[str]) -> list[Any]:
    """The objects of `page` whose id is new; all that have no id."""
    fresh = []
    for item in page:
        key = item.get("id") if isinstance(item, dict) else None
        if key is None:
            fresh.append(item)
        elif str(key) not in seen:
            seen.add(str(key))
            fresh.append(item)
    return fresh

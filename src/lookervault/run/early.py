"""Lists asked for before their turn comes, so that no worker waits while one after the other is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain

from lookervault.model.kind import Kind, Raw

_AHEAD = 8  # kinds
Pages = Iterator[list[Raw]]


class Early:
    """The first pages of the next kinds, each asked for once.

    `ask` gives the pages of a kind, or nothing where they are not known yet or not wanted.
    """

    def __init__(
        self, pool: ThreadPoolExecutor, kinds: Sequence[Kind], ask: Callable[[Kind], Pages | None]
    ) -> None:
        self._pool = pool
        self._kinds = kinds
        self._ask = ask
        self._seen: set[str] = set()
        self._begun: dict[str, tuple[Future[list[Raw] | None], Pages]] = {}

    def begin(self, kind: Kind) -> None:
        """Asks for what comes soon, up to a kind that takes long: what is beyond would have to be held."""
        at = self._kinds.index(kind)
        for each in self._kinds[at : at + _AHEAD]:
            if each.name not in self._seen:
                self._seen.add(each.name)
                pages = self._ask(each)
                if pages is not None:
                    self._begun[each.name] = self._pool.submit(next, pages, None), pages
            if each.listing and each.listing.detail:
                return

    def take(self, kind: Kind) -> Pages | None:
        """The pages of a kind, if they have been asked for and not been taken yet."""
        begun = self._begun.pop(kind.name, None)
        return _from(*begun) if begun else None


def _from(first: Future[list[Raw] | None], rest: Pages) -> Pages:
    page = first.result()
    if page is not None:
        yield from chain([page], rest)

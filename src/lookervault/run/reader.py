"""What every part of reading an instance uses: one pass and what it has learned, and calls made together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import msgspec

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.looker.pages import Together
from lookervault.model.access import metadata_parents
from lookervault.model.kind import Kind, Listing, Raw
from lookervault.model.normal import text_id
from lookervault.model.resource import Completeness
from lookervault.model.secrets import redact
from lookervault.run.ahead import ahead
from lookervault.run.brief import Brief
from lookervault.run.early import Early, Pages
from lookervault.run.events import Listener
from lookervault.run.onecore import OneCore
from lookervault.run.past import Batch, Past
from lookervault.run.preparer import Preparer

# takes (kind, [(id, raw)])
Sink = Callable[[str, Batch], None]

# takes a kind, what of it is live and what is in the trash; gives what of that is to be read whole
Trash = Callable[[str, list[Raw], list[Raw]], list[Raw]]

# takes a kind and whether its trash is meant; gives what to read of it, or None for all of it
Few = Callable[[str, bool], list[Raw] | None]

# answers that say "not for you" or "not here" about a whole listing, and what that is worth
REFUSALS: dict[int, Completeness] = {403: "denied", 404: "unsupported", 405: "unsupported"}

Call = tuple[list[str], dict[str, Any]]  # path and query

T = TypeVar("T")
_WAITING = 8  # answers per worker


class Reader(msgspec.Struct):
    """One pass over an instance: where it reads, what it has learned, and who hears of it.

    `folder` is the subtree that content is read of, all without; `few` narrows kinds to some objects, of
    which `chosen` tells. `early` has what was asked for before its turn. With a `preparer`, objects that are
    read one by one are sent to the sink as what that makes of them.
    """

    gateway: Gateway
    pool: ThreadPoolExecutor
    workers: int
    core: OneCore
    salt: bytes
    sink: Sink
    listener: Listener
    batch_size: int = 100
    trash: Trash | None = None
    past: Past = msgspec.field(default_factory=Past)
    folder: str = ""
    requested: frozenset[str] = frozenset()
    few: Few | None = None
    early: Early | None = None
    preparer: Preparer | None = None
    scope: dict[str, Completeness] = {}
    merges: set[str] = set()
    queries: set[str] = set()
    seen: dict[str, list[Raw]] = {}  # of kinds by whose objects others are asked for, what that takes
    inside: tuple[str, list[str]] | None = None  # what to ask for what is in folders, where these are let go

    def chosen(self, kind: str, deleted: bool) -> list[Raw] | None:
        """What to read of a kind, or of its trash; None for all of it."""
        return self.few(kind, deleted) if self.few else None

    def see(self, kind: str, fields: Sequence[str], batch: Batch) -> None:
        """Keeps some fields of objects by which others will be asked for."""
        told = ({field: raw.get(field) for field in fields} for _, raw in batch)
        self.seen.setdefault(kind, []).extend(Brief(raw, fields) for raw in told)

    def let_go(self, kind: str) -> None:
        """Keeps of a kind that has been read no more than it takes, where that is known already."""
        if kind == "folder" and not (self.folder or self.past.incremental):
            self.inside = metadata_parents(self.folders())
            self.seen.pop(kind, None)

    def folders(self) -> list[Raw]:
        """What is known of the folders."""
        return self.seen.get("folder", [])

    @property
    def most(self) -> int:
        """Answers that may wait: enough to keep the workers busy while a batch is stored.

        An interrupted pass asks for them again, and that may be no more than a batch a worker.
        """
        workers = self.workers
        return max(workers, min(_WAITING * workers, workers * self.batch_size // 2))

    @property
    def together(self) -> Together:
        """Several pages at once."""
        return partial(ahead, self.pool, self.workers * 3 // 2)


class Got(msgspec.Struct):
    """A batch of a kind, and how far the pass is with it; `kept` ones are taken from the last snapshot.

    What was given before and is given `again` takes the place of that.
    """

    batch: Batch
    place: dict[str, Any] = {}
    kept: bool = False
    again: bool = False


def answer(reader: Reader, call: Call) -> Any:
    """A decoded answer; None for what is gone or not for the caller."""
    return _got(reader.gateway.get, call)


def answers(reader: Reader, calls: Iterable[Call]) -> Iterator[Any]:
    """Decoded answers in the order of the calls; None for what is gone or not for the caller."""
    return _called(reader, reader.gateway.get, calls)


def _called(reader: Reader, ask: Callable[..., T], calls: Iterable[Call]) -> Iterator[T | None]:
    return ahead(reader.pool, reader.most, partial(_got, ask), calls)


def _got(ask: Callable[..., T], call: Call) -> T | None:
    try:
        return ask(call[0], **call[1])
    except ApiError as error:
        if error.status in REFUSALS:
            return None
        raise


def objects(reader: Reader, kind: Kind, calls: Iterable[Call]) -> Iterator[Batch]:
    """The objects that each call gives, without their secrets; none where it is refused."""
    if reader.preparer is None:
        yield from (found or [] for found in _called(reader, partial(_entries, reader, kind), calls))
        return
    bodies = (body or b"" for body in _called(reader, reader.gateway.body, calls))
    # what is not stored yet when a pass is stopped is asked for again: that may be a batch a worker
    for made in reader.preparer.all(kind.name, bodies, max(1, reader.batch_size // 8)):
        yield [(each.ready.id, each) for each in made]


def _entries(reader: Reader, kind: Kind, path: list[str], /, **query: Any) -> Batch:
    """The objects that one call gives, seen to where it was made: each is but for a moment in memory."""
    found = reader.gateway.get(path, **query)
    rows = found if isinstance(found, list) else [found]
    return [entry(reader, kind, raw) for raw in rows if isinstance(raw, dict)]


def pages_of(reader: Reader, kind: Kind, path: str = "", start: int = 0) -> Pages:
    """The list of a kind in pages, from an offset on."""
    assert kind.listing is not None
    at = path or kind.listing.path
    early = reader.early.take(kind) if reader.early and not start and at == kind.listing.path else None
    return early or _pages(reader, kind.listing, at, start)


def first_pages(reader: Reader, kind: Kind) -> Pages | None:
    """The list of a kind, where it can be asked for before anything else is known."""
    listing, past = kind.listing, reader.past
    begun = past.place(kind.name) or past.headed(kind.name) is not None
    if begun or listing is None or listing.inside or listing.each or listing.within:
        return None
    return _pages(reader, listing, listing.path, 0)


def _pages(reader: Reader, listing: Listing, path: str, start: int) -> Pages:
    query = dict(listing.query)
    if not listing.paged:
        return reader.gateway.listed(path, query)
    return reader.gateway.paged(path, query, listing.page_size, start, reader.together)


def entry(reader: Reader, kind: Kind, raw: Raw) -> tuple[str, Any]:
    """An object under its id, without its secrets."""
    id_ = kind.listing.id_of(raw) if kind.listing else text_id(raw.get("id"))
    past = reader.past
    known = past.known(kind.name, id_, raw)
    return id_, known or past.held(kind.name, id_, redact(raw, reader.salt))


def parts_of(path: str) -> list[str]:
    """The segments of a path."""
    return path.strip("/").split("/")


def chunks(entries: Iterable[tuple[str, Any]], size: int) -> Iterator[Batch]:
    """The entries in batches."""
    chunk: Batch = []
    for each in entries:
        chunk.append(each)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk

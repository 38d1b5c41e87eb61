"""What every part of reading an instance uses: one pass and what it has learned, and calls made together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import msgspec

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.looker.pages import Together
from lookervault.model.kind import Kind, Raw
from lookervault.model.normal import text_id
from lookervault.model.resource import Completeness
from lookervault.model.secrets import redact
from lookervault.run.ahead import ahead
from lookervault.run.events import Listener
from lookervault.run.past import Batch, Past

# takes (kind, [(id, raw)])
Sink = Callable[[str, Batch], None]

# takes a kind, what of it is live and what is in the trash; gives what of that is to be read whole
Trash = Callable[[str, list[Raw], list[Raw]], list[Raw]]

# takes a kind and whether its trash is meant; gives what to read of it, or None for all of it
Few = Callable[[str, bool], list[Raw] | None]

# answers that say "not for you" or "not here" about a whole listing, and what that is worth
REFUSALS: dict[int, Completeness] = {403: "denied", 404: "unsupported", 405: "unsupported"}

Call = tuple[list[str], dict[str, Any]]  # path and query


class Reader(msgspec.Struct):
    """One pass over an instance: where it reads, what it has learned, and who hears of it.

    `folder` is the subtree that content is read of, all without; `few` narrows kinds to some objects.
    """

    gateway: Gateway
    pool: ThreadPoolExecutor
    salt: bytes
    sink: Sink
    listener: Listener
    batch_size: int = 100
    trash: Trash | None = None
    past: Past = msgspec.field(default_factory=Past)
    folder: str = ""
    few: Few = lambda kind, deleted: None
    scope: dict[str, Completeness] = {}
    merges: set[str] = set()
    queries: set[str] = set()
    seen: dict[str, list[Raw]] = {}  # of kinds by whose objects others are asked for, what that takes

    def folders(self) -> list[Raw]:
        """What is known of the folders."""
        return self.seen.get("folder", [])

    @property
    def together(self) -> Together:
        """Several pages at once."""
        return partial(ahead, self.pool)


class Got(msgspec.Struct):
    """A batch of a kind, and how far the pass is with it; `kept` ones are taken from the last snapshot."""

    batch: Batch
    place: dict[str, Any] = {}
    kept: bool = False


def answers(reader: Reader, calls: Iterable[Call]) -> Iterator[Any]:
    """Decoded answers in the order of the calls; None for what is gone or not for the caller."""

    def get(call: Call) -> Any:
        try:
            return reader.gateway.get(call[0], **call[1])
        except ApiError as error:
            if error.status in REFUSALS:
                return None
            raise

    return ahead(reader.pool, get, calls)


def entry(reader: Reader, kind: Kind, raw: Raw) -> tuple[str, Any]:
    """An object under its id, without its secrets."""
    id_ = kind.listing.id_of(raw) if kind.listing else text_id(raw.get("id"))
    return id_, redact(raw, reader.salt)


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

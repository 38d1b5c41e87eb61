"""What the engine tells while it works; terminal, JSON lines and tests are listeners of the same events."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Event(msgspec.Struct, tag_field="event"):
    """Something happened."""


class KindStarted(Event, tag="kind_started"):
    """Reading a kind begins."""

    kind: str


class KindProgress(Event, tag="kind_progress"):
    """So many objects of a kind have been read; `total` is known once the kind has been listed."""

    kind: str
    done: int
    total: int | None = None


class ObjectUnreadable(Event, tag="object_unreadable"):
    """An object is listed but cannot be read; its kind is then not complete."""

    kind: str
    id: str


class KindDone(Event, tag="kind_done"):
    """A kind has been read; `status` says what that is worth."""

    kind: str
    count: int
    status: str
    reason: str = ""


class SessionResumed(Event, tag="session_resumed"):
    """An extraction goes on where it was interrupted, with so many objects stored already."""

    session: int
    started_at: str
    objects: int


class KindRestarted(Event, tag="kind_restarted"):
    """What an interrupted extraction had stored of a kind is not used; the kind is read afresh."""

    kind: str
    reason: str


class StoreUsed(Event, tag="store_used"):
    """So many objects were taken from a snapshot of the very instance: by their dates they are the same."""

    snapshot: int
    at: str
    objects: int


class StoreUnused(Event, tag="store_unused"):
    """Everything was read although the vault might have been used, because it proves nothing."""

    reason: str


class MemoryHigh(Event, tag="memory_high"):
    """The process comes near to the memory that the configuration allows it, in megabytes."""

    used_mb: int
    limit_mb: int


class Answered(Event, tag="answered"):
    """A call was answered; told only where somebody asked for every call."""

    method: str
    path: str
    status: int
    seconds: float


class Retried(Event, tag="retried"):
    """A call failed in passing and is made again after `wait` seconds."""

    method: str
    path: str
    reason: str
    wait: float


class ApplyStarted(Event, tag="apply_started"):
    """An apply begins or goes on; `kinds` says how many changes of each kind its plan has."""

    session: str
    kinds: dict[str, int]


class Pace(Event, tag="pace"):
    """How fast an apply goes: changes since its beginning, calls since it was last told.

    `allowed_per_second` is what the limiter lets pass at present, nothing where it does not hold back.
    """

    done: int
    total: int
    changes_per_second: float
    calls_per_second: float
    retries: int
    allowed_per_second: float | None = None


class ChangeStarted(Event, tag="change_started"):
    """The first call of a change is about to be sent."""

    address: str
    action: str


class ChangeDone(Event, tag="change_done"):
    """A change is carried out."""

    address: str
    action: str
    id: str
    seconds: float
    done: int
    total: int


class ChangeFailed(Event, tag="change_failed"):
    """A change could not be carried out; `file` and `line` say what of a tree is to be mended for it."""

    address: str
    action: str
    message: str
    file: str = ""
    line: int = 0


class ChangeStale(Event, tag="change_stale"):
    """Nothing was written to an object, because it moved since the plan was made.

    `difference` is what it would take now, as lines of a plan; empty where nothing, or nobody can say.
    """

    address: str
    action: str
    message: str
    difference: list[str]


class ChangeSkipped(Event, tag="change_skipped"):
    """A change was not tried because something it waits for failed or is stale."""

    address: str
    action: str
    because: str


Listener = Callable[[Event], None]


def silent(event: Event) -> None:
    """Hears everything and says nothing."""

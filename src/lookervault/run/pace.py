"""How fast an apply goes and how far it has come: told about once a second, and written down now and then."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable

from lookervault.looker.gateway import Gateway
from lookervault.run.events import (
    ChangeDone,
    ChangeFailed,
    ChangeSkipped,
    ChangeStale,
    Event,
    Listener,
    Pace,
)
from lookervault.store.applies import note
from lookervault.store.vault import Vault

_EVERY = 1.0  # seconds
_ENDS = (ChangeDone, ChangeFailed, ChangeSkipped, ChangeStale)
_VERBS = {"create": "created", "update": "updated", "delete": "deleted"}
_FATES: dict[type[Event], str] = {ChangeFailed: "failed", ChangeSkipped: "skipped", ChangeStale: "stale"}


def paced(
    gateway: Gateway, listener: Listener, total: int, clock: Callable[[], float] = time.monotonic
) -> Listener:
    """A listener that passes events on and adds how fast it goes; one thread at a time may call it."""
    began = told = clock()
    calls = gateway.stats.calls
    done = 0

    def hear(event: Event) -> None:
        nonlocal told, calls, done
        listener(event)
        if not isinstance(event, _ENDS):
            return
        done += 1
        now = clock()
        if now - told < _EVERY:
            return
        made = gateway.stats.calls
        allowed = gateway.allowed_rate
        listener(
            Pace(
                done=done,
                total=total,
                changes_per_second=round(done / (now - began), 1),
                calls_per_second=round((made - calls) / (now - told), 1),
                retries=gateway.stats.retries,
                allowed_per_second=None if math.isinf(allowed) else round(allowed, 1),
            )
        )
        told, calls = now, made

    return hear


def noting(vault: Vault, session: str, every: int, listener: Listener) -> Listener:
    """A listener that passes events on and writes down what the changes came to, `every` so many of them."""
    counts: Counter[str] = Counter()

    def hear(event: Event) -> None:
        listener(event)
        if not isinstance(event, _ENDS):
            return
        ended = _VERBS[event.action] if isinstance(event, ChangeDone) else _FATES[type(event)]
        counts[ended] += 1
        if counts.total() % every == 0:
            note(vault, session, counts)

    return hear

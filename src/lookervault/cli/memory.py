"""A warning when the memory of this process comes near to a configured limit (requirements row X6)."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lookervault.run.events import Event, Listener

NEAR = 0.8  # of the limit
_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in what the system tells


def peak_mb() -> int:
    """Megabytes of resident memory at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT // 1_000_000


def watched(listener: Listener, limit_mb: int | None, used: Callable[[], int] = peak_mb) -> Listener:
    """The listener, which also hears once that memory comes near to the limit."""
    from lookervault.run.events import MemoryHigh

    if limit_mb is None:
        return listener
    told = False

    def hear(event: Event) -> None:
        nonlocal told
        listener(event)
        now = 0 if told else used()
        if now >= NEAR * limit_mb:
            told = True
            listener(MemoryHigh(now, limit_mb))

    return hear

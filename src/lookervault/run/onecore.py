"""Threads that take turns anyway, kept on one core while they have much to do.

Python lets one thread at a time run. On several cores those that have an answer wake up at once and quarrel
about whose turn it is, which costs more than half as much CPU time again as the work itself.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

_BUSY = 0.7  # of a core: where an instance answers as slowly as real ones do, it is far less
_LOOK = 0.1  # seconds


class OneCore:
    """Looks from time to time how busy this process is; at the end each thread may run anywhere again."""

    def __init__(self) -> None:
        self._cores = cores()
        self._threads: list[int] = []
        self._kept: set[int] = set()
        self._seen = time.monotonic(), time.process_time()

    def join(self) -> None:
        """Takes the present thread as one of those that are kept together."""
        self._threads.append(threading.get_native_id())

    def look(self) -> None:
        """Keeps these threads and the present one on a core, if they could use more than one."""
        if len(self._cores) < 2:
            return
        now = time.monotonic()
        before, used = self._seen
        if now - before < _LOOK:
            return
        self._seen = now, time.process_time()
        if self._seen[1] - used > (now - before) * _BUSY:
            core = self._cores[os.getpid() % len(self._cores)]
            for each in (threading.get_native_id(), *self._threads):
                self._keep(each, core)

    def _keep(self, thread: int, core: int) -> None:
        if thread not in self._kept:
            with suppress(OSError):  # it has ended, or the system does not allow it
                os.sched_setaffinity(thread, {core})
                self._kept.add(thread)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for thread in self._kept:
            with suppress(OSError):
                os.sched_setaffinity(thread, set(self._cores))
        self._kept.clear()


def cores() -> list[int]:
    """Those that this process may use; none where the system lets nobody choose."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []

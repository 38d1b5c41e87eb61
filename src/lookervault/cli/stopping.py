"""Ctrl+C and SIGTERM while something is written: once to finish what is in flight, twice to stop at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from lookervault.errors import Interrupted

_ONCE = "Stopping: calls in flight are finished and noted. Once more stops at once.\n"
_TWICE = "Stopped at once. What was in flight is looked up by: lookervault apply --resume\n"
_SHOW_CURSOR = "\x1b[?25h"


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """For the block, signals ask to stop: what is given tells whether one has come."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    asked = threading.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            # the journal is on disk; threads that wait for an answer would hold an orderly end up
            os.write(2, (_SHOW_CURSOR if sys.stderr.isatty() else "").encode() + _TWICE.encode())
            os._exit(Interrupted.exit_code)
        asked.set()
        os.write(2, _ONCE.encode())

    before = {each: signal.signal(each, hear) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

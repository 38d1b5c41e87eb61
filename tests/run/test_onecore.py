"""Threads are kept on one core while they have much to do, and never any longer."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lookervault.run import onecore
from lookervault.run.onecore import OneCore, cores

WHOLE = set(cores())
pytestmark = pytest.mark.skipif(len(WHOLE) < 2, reason="there is one core only")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onecore, "_LOOK", 0.0)
    monkeypatch.setattr(onecore, "_BUSY", 0.01)  # others may be busy here too


def where(pool: ThreadPoolExecutor) -> list[set[int]]:
    """The cores of the present thread and of one of the pool."""
    return [os.sched_getaffinity(0), pool.submit(os.sched_getaffinity, 0).result()]


def work() -> None:
    assert sum(range(3_000_000))


def test_busy_threads_are_kept_on_one_core() -> None:
    core = OneCore()
    with ThreadPoolExecutor(1, initializer=core.join) as pool:
        with core:
            pool.submit(work).result()
            core.look()
            mine, theirs = where(pool)
            assert (len(mine), theirs) == (1, mine)
        assert where(pool) == [WHOLE, WHOLE]


def test_idle_threads_run_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onecore, "_BUSY", 9.9)
    with OneCore() as core, ThreadPoolExecutor(1, initializer=core.join) as pool:
        pool.submit(work).result()
        core.look()
        assert where(pool) == [WHOLE, WHOLE]


def test_others_are_not_touched() -> None:
    with ThreadPoolExecutor(1) as other, OneCore() as core:
        ended = threading.Thread(target=core.join)
        ended.start()
        ended.join()
        assert other.submit(os.sched_getaffinity, 0).result() == WHOLE
        work()
        core.look()
        assert [len(found) for found in where(other)] == [1, len(WHOLE)]


def test_it_ends_with_what_it_is_used_for() -> None:
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(KeyboardInterrupt), OneCore() as core:
            work()
            core.look()
            raise KeyboardInterrupt
        assert where(pool) == [WHOLE, WHOLE]

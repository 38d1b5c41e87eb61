"""Calls made ahead of whoever takes their answers: many at once, in order, and never too many waiting."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
A = TypeVar("A")


def ahead(pool: ThreadPoolExecutor, most: int, call: Callable[[A], T], arguments: Iterable[A]) -> Iterator[T]:
    """What the calls give, in order; the pool is kept busy while the taker works on what came before.

    However slow the taker, no more than `most` answers wait: that bounds memory.
    """
    rest = iter(arguments)
    running: deque[Future[T]] = deque(pool.submit(call, each) for each in islice(rest, most))
    try:
        while running:
            answer = running.popleft().result()
            running.extend(pool.submit(call, each) for each in islice(rest, 1))
            yield answer
    finally:
        for future in running:
            future.cancel()

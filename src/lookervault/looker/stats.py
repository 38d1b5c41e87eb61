"""Counters of the calls made, and the budget they draw on."""

from __future__ import annotations

import threading
import time
from collections import Counter

from lookervault.errors import Refused

UNMETERED = "none"
"""The bucket of calls that no quota pays for; they do not draw on the budget either."""


class Stats:
    """Counts each request that is sent; raises Refused before one that would exceed `max_calls`.

    Only calls that a quota pays for draw on that budget: all but logins, logouts and GET /versions.
    """

    def __init__(self, max_calls: int | None = None) -> None:
        self._lock = threading.Lock()
        self._max_calls = max_calls
        self._buckets: Counter[str] = Counter()
        self._first = self._last = 0.0
        self.retries = 0
        self.rate_limited = 0

    @property
    def calls(self) -> int:
        """All requests sent, logins and repeats included."""
        return self._buckets.total()

    @property
    def by_bucket(self) -> dict[str, int]:
        """Requests sent by quota bucket."""
        with self._lock:
            return dict(self._buckets)

    @property
    def per_second(self) -> float:
        """Requests sent in a second, from the first of them to the last; 0 while that cannot be told."""
        with self._lock:
            took = self._last - self._first
            return (self._buckets.total() - 1) / took if took > 0 else 0.0

    def spend(self, bucket: str) -> None:
        """Counts a request that is about to be sent."""
        with self._lock:
            metered = self._buckets.total() - self._buckets[UNMETERED]
            if self._max_calls is not None and bucket != UNMETERED and metered >= self._max_calls:
                raise Refused(
                    f"the budget of {self._max_calls} API calls is used up",
                    hint="allow more with --max-calls, or continue later",
                )
            self._buckets[bucket] += 1
            self._last = time.monotonic()
            self._first = self._first or self._last

    def retried(self) -> None:
        """Counts a call that will be sent again."""
        with self._lock:
            self.retries += 1

    def limited(self) -> None:
        """Counts an answer that said 429."""
        with self._lock:
            self.rate_limited += 1

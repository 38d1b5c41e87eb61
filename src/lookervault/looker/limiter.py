"""One pace for all threads: evenly spaced calls, slower after a 429, soon back at full speed."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

RECOVERY = 60.0
"""Seconds from the end of a hold to full speed."""

LONGEST_HOLD = 300.0
"""No answer of a server holds everybody back for longer than this."""

_DEFAULT_HOLD = 0.5
_SLOWEST = 0.5
_CLIMB = 1.0
_WINDOW = 10.0
_BURST = 0.1
_LATENESS = 0.01
_NAP = 1.0


@dataclass(frozen=True, slots=True)
class _Cut:
    """A pace reduced to `low` until `since`, then climbing by one call a second each second, or faster.

    Faster where `low` is more than that can make up for; at its end nothing is held back any more.
    """

    made: float
    since: float
    low: float

    def rate(self, now: float) -> float:
        return self.low + max(_CLIMB, self.low / RECOVERY) * max(0.0, now - self.since)

    def over(self, now: float) -> bool:
        return now >= self.since + RECOVERY


class Limiter:
    """Lets calls pass at an allowed rate; `per_second` and `per_minute` are ceilings, if given."""

    def __init__(
        self,
        per_second: float | None = None,
        per_minute: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        ceilings = [rate for rate in (per_second, per_minute and per_minute / 60.0) if rate is not None]
        if any(rate <= 0 for rate in ceilings):
            raise ValueError("a rate limit must be greater than zero")
        self._ceiling = min(ceilings, default=math.inf)
        self._clock = clock
        self._sleep = sleep
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._slot = -math.inf
        self._held_until = -math.inf
        self._cut: _Cut | None = None
        self._sent: deque[float] = deque(maxlen=4096)

    @property
    def rate(self) -> float:
        """Calls a second allowed now; infinite where nothing limits them."""
        with self._state:
            return self._rate(self._clock())

    def wait(self) -> float:
        """Blocks until one call may be sent; gives a ticket for `throttled`, should the answer be 429."""
        # Only the thread whose turn it is sleeps for the next slot: the others queue, so no slot is taken
        # long ahead and a change of the rate counts at once.
        with self._turn:
            while (pause := self._pause()) > 0:
                self._sleep(min(pause, _NAP))
            return self._take()

    def throttled(self, ticket: float, retry_after: float | None = None) -> None:
        """Holds everybody back and halves the rate, unless the ticket is older than the last halving."""
        with self._state:
            now = self._clock()
            hold = min(_DEFAULT_HOLD if retry_after is None else retry_after, LONGEST_HOLD)
            self._held_until = max(self._held_until, now + hold)
            if self._cut is None or ticket > self._cut.made:
                before = min(self._rate(now), self._observed(now))
                self._cut = _Cut(now, self._held_until, max(before / 2, min(_SLOWEST, self._ceiling)))
            else:
                self._cut = replace(self._cut, since=self._held_until)

    def _rate(self, now: float) -> float:
        if self._cut is None:
            return self._ceiling
        return self._ceiling if self._cut.over(now) else min(self._ceiling, self._cut.rate(now))

    def _observed(self, now: float) -> float:
        """Calls a second in the recent past; rather too many than too few, for the next 429 corrects it."""
        recent = [at for at in self._sent if at >= now - _WINDOW]
        return len(recent) / max(_BURST, now - recent[0]) if recent else 0.0

    def _pause(self) -> float:
        with self._state:
            now = self._clock()
            return max(self._held_until, self._slot + 1 / self._rate(now)) - now

    def _take(self) -> float:
        with self._state:
            now = self._clock()
            due = self._slot + 1 / self._rate(now)
            # A sleep that overshot a little keeps the rhythm; an idle time is not made up for.
            self._slot = due if now - due < _LATENESS else now
            self._sent.append(now)
            return now

"""When a call is sent again and after how long: exponential back-off with jitter, through tenacity."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import tenacity

from lookervault.errors import AnswerLost, ApiError, Unreachable
from lookervault.looker.limiter import LONGEST_HOLD
from lookervault.looker.transport import Untrusted

TRANSIENT = frozenset({408, 500, 502, 503, 504, *range(520, 528)})
"""Statuses after which the server may have acted and may answer better next time; 52x are a proxy's."""

_SECONDS = re.compile(r"\s*\d+(?:\.\d+)?\s*")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often and how patiently; `pause` n is between a half and the whole of first * 2**(n-1) seconds."""

    max_retries: int = 5
    first: float = 0.5
    longest: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random

    def pause(self, attempt: int, error: ApiError) -> float:
        """Seconds to wait after the failed attempt of this number, at least what the server asked for."""
        whole = min(self.longest, self.first * 2.0 ** min(attempt - 1, 30))
        return max(whole * (1 + self.random()) / 2, error.retry_after or 0.0)


@dataclass(frozen=True, slots=True)
class Retry:
    """Told to `on_retry`: attempt number `attempt` failed; the call is sent again after `pause` seconds."""

    method: str
    path: str
    attempt: int
    pause: float
    status: int
    reason: str


def may_repeat(error: BaseException, repeatable: bool) -> bool:
    """Whether to send again: safe if the server cannot have acted, otherwise only what is `repeatable`."""
    if not isinstance(error, ApiError) or (error.retry_after or 0.0) > LONGEST_HOLD:
        return False
    if isinstance(error, Unreachable):
        return not isinstance(error, Untrusted)
    if error.status == 429:
        return True
    return repeatable and (isinstance(error, AnswerLost) or error.status in TRANSIENT)


def repeat(
    attempt: Callable[[], T],
    backoff: Backoff,
    again: Callable[[BaseException], bool],
    on_retry: Callable[[Retry], None],
) -> T:
    """What `attempt` gives in the end; its last error where `again` or the back-off say that it is enough.

    `again` is true only for an ApiError.
    """
    # The first attempt is made without tenacity, whose objects refer to each other: left behind by every
    # call, they set the garbage collector going so often that a call costs half as much again.
    try:
        return attempt()
    except ApiError as error:
        if not again(error):
            raise
        failed = [error]
    made = 0

    def next_attempt() -> T:
        nonlocal made
        made += 1
        if failed:
            raise failed.pop()
        return attempt()

    try:
        return _retrying(backoff, again, on_retry)(next_attempt)
    except ApiError as error:
        error.attempts = made
        raise


def _retrying(
    backoff: Backoff, again: Callable[[BaseException], bool], on_retry: Callable[[Retry], None]
) -> tenacity.Retrying:
    def tell(state: tenacity.RetryCallState) -> None:
        error = _failure(state)
        place = (error.method, error.path, state.attempt_number, state.upcoming_sleep)
        on_retry(Retry(*place, error.status, error.message))

    return tenacity.Retrying(
        sleep=backoff.sleep,
        stop=tenacity.stop_after_attempt(backoff.max_retries + 1),
        wait=lambda state: backoff.pause(state.attempt_number, _failure(state)),
        retry=tenacity.retry_if_exception(again),
        before_sleep=tell,
        reraise=True,
    )


def _failure(state: tenacity.RetryCallState) -> ApiError:
    error = state.outcome and state.outcome.exception()
    assert isinstance(error, ApiError)
    return error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a Retry-After header asks for; a date counts from the answer's own Date header."""
    text = headers.get("retry-after", "")
    if _SECONDS.fullmatch(text):
        return float(text)
    due = _date(text)
    if due is None:
        return None
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (due - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)

from __future__ import annotations

import pytest

from lookervault.errors import AnswerLost, ApiError, AuthError, Refused, Unreachable
from lookervault.looker.retry import Backoff, Retry, may_repeat, repeat, retry_after
from lookervault.looker.transport import Untrusted


@pytest.mark.parametrize(
    ("error", "safe", "if_repeatable"),
    [
        (Unreachable("refused"), True, True),
        (Untrusted("certificate"), False, False),
        (ApiError("slow down", status=429), True, True),
        (ApiError("slow down", status=429, retry_after=20.0), True, True),
        (ApiError("come back tomorrow", status=429, retry_after=40_000.0), False, False),
        (AnswerLost("reset"), False, True),
        (AnswerLost("busy", status=503), False, True),
        (ApiError("busy", status=503), False, True),
        (ApiError("wrong", status=422), False, False),
        (ApiError("no", status=501), False, False),
        (AuthError("who", status=401), False, False),
        (Refused("budget"), False, False),
        (KeyboardInterrupt(), False, False),
    ],
)
def test_what_may_be_sent_again(error: BaseException, safe: bool, if_repeatable: bool) -> None:
    assert (may_repeat(error, False), may_repeat(error, True)) == (safe, if_repeatable)


def test_pauses_grow_and_are_spread_and_end_at_a_ceiling() -> None:
    error = ApiError("busy", status=503)
    longest = [Backoff(random=lambda: 1.0).pause(n, error) for n in range(1, 9)]
    shortest = [Backoff(random=lambda: 0.0).pause(n, error) for n in range(1, 9)]
    assert longest == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert shortest == [pause / 2 for pause in longest]
    assert Backoff().pause(5000, error) <= 30


def test_the_server_may_ask_for_more_patience_not_for_less() -> None:
    backoff = Backoff(random=lambda: 1.0)
    assert backoff.pause(1, ApiError("", retry_after=9.0)) == 9.0
    assert backoff.pause(6, ApiError("", retry_after=1.0)) == 16.0


def test_repeat_sleeps_tells_and_gives_the_last_error() -> None:
    slept: list[float] = []
    told: list[Retry] = []
    errors = [ApiError(f"busy {n}", status=503, method="GET", path="/x") for n in range(3)]
    left = list(errors)

    def attempt() -> None:
        raise left.pop(0)

    with pytest.raises(ApiError) as caught:
        repeat(attempt, Backoff(2, sleep=slept.append, random=lambda: 1.0), lambda _: True, told.append)
    assert caught.value is errors[2]
    assert slept == [0.5, 1.0]
    assert told == [
        Retry("GET", "/x", 1, 0.5, 503, "busy 0"),
        Retry("GET", "/x", 2, 1.0, 503, "busy 1"),
    ]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 -0000", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT", "date": "Wed, 21 Oct 2015 07:28:30 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 99 Oct 2015 07:28:00 GMT"}, None),
    ],
)
def test_retry_after_as_seconds_and_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds

from __future__ import annotations

import math
import threading

import pytest

from lookervault.looker.limiter import LONGEST_HOLD, Limiter


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limiter_of(clock: Clock, per_second: float | None = None, per_minute: float | None = None) -> Limiter:
    return Limiter(per_second, per_minute, clock=clock, sleep=clock.sleep)


def sent(limiter: Limiter, clock: Clock, seconds: float, latency: float = 0.0) -> int:
    """How many calls one worker gets through in this time."""
    end, count = clock.now + seconds - 1e-6, 0
    while clock.now < end:
        limiter.wait()
        count += 1
        clock.now += latency
    return count


def test_without_a_ceiling_nobody_waits(clock: Clock) -> None:
    limiter = limiter_of(clock)
    for _ in range(1000):
        limiter.wait()
    assert clock.now == 1000.0
    assert limiter.rate == math.inf


def test_calls_are_evenly_spaced(clock: Clock) -> None:
    limiter = limiter_of(clock, per_second=4)
    times = [limiter.wait() - 1000.0 for _ in range(5)]
    assert times == pytest.approx([0, 0.25, 0.5, 0.75, 1.0])


@pytest.mark.parametrize(
    ("per_second", "per_minute", "rate"), [(4, 60, 1.0), (0.5, 60, 0.5), (None, 30, 0.5)]
)
def test_the_lower_ceiling_counts(
    clock: Clock, per_second: float | None, per_minute: float | None, rate: float
) -> None:
    assert limiter_of(clock, per_second, per_minute).rate == rate


def test_idle_time_is_not_made_up_for(clock: Clock) -> None:
    limiter = limiter_of(clock, per_second=2)
    limiter.wait()
    clock.now += 60
    times = [limiter.wait() - 1060.0 for _ in range(3)]
    assert times == pytest.approx([0, 0.5, 1.0])


def test_a_late_wake_up_does_not_lower_the_rate(clock: Clock) -> None:
    limiter = Limiter(100, clock=clock, sleep=lambda seconds: clock.sleep(seconds + 0.001))
    for _ in range(1001):
        limiter.wait()
    assert clock.now - 1000.0 == pytest.approx(10.0, abs=0.01)


@pytest.mark.parametrize(("per_second", "per_minute"), [(0, None), (None, 0), (-1, None)])
def test_a_rate_of_nothing_is_an_error(per_second: float | None, per_minute: float | None) -> None:
    with pytest.raises(ValueError, match="greater than zero"):
        Limiter(per_second, per_minute)


def test_retry_after_holds_everybody_back(clock: Clock) -> None:
    limiter = limiter_of(clock)
    limiter.throttled(limiter.wait(), 7.0)
    assert limiter.wait() == pytest.approx(1007.0)


def test_without_retry_after_the_hold_is_short(clock: Clock) -> None:
    limiter = limiter_of(clock)
    limiter.throttled(limiter.wait())
    assert limiter.wait() == pytest.approx(1000.5)


def test_an_absurd_retry_after_is_cut(clock: Clock) -> None:
    limiter = limiter_of(clock)
    limiter.throttled(limiter.wait(), 1e9)
    assert limiter.wait() == pytest.approx(1000.0 + LONGEST_HOLD)


def test_a_hold_made_longer_meanwhile_counts(clock: Clock) -> None:
    limiter = limiter_of(clock)
    first, second = limiter.wait(), limiter.wait()
    limiter.throttled(first, 2.0)
    naps: list[float] = []

    def nap(seconds: float) -> None:
        clock.sleep(seconds)
        if not naps:
            limiter.throttled(second, 10.0)
        naps.append(seconds)

    limiter._sleep = nap
    assert limiter.wait() == pytest.approx(1011.0)


def test_throttling_halves_the_observed_rate(clock: Clock) -> None:
    limiter = limiter_of(clock)
    assert sent(limiter, clock, 10.0, latency=0.05) == 200
    limiter.throttled(limiter.wait())
    assert limiter.rate == pytest.approx(10, rel=0.05)


def test_a_429_to_the_first_call_costs_little(clock: Clock) -> None:
    limiter = limiter_of(clock)
    limiter.throttled(limiter.wait())
    assert sent(limiter, clock, 10.0, latency=0.01) > 80


def test_a_great_rate_is_regained_in_time_too(clock: Clock) -> None:
    limiter = limiter_of(clock)
    sent(limiter, clock, 10.0, latency=0.004)
    limiter.throttled(limiter.wait())
    clock.now += 60
    assert limiter.rate == pytest.approx(250, rel=0.05)


def test_throttling_halves_the_ceiling(clock: Clock) -> None:
    limiter = limiter_of(clock, per_second=10)
    sent(limiter, clock, 10.0)
    limiter.throttled(limiter.wait())
    assert limiter.rate == pytest.approx(5, rel=0.05)


def test_a_burst_of_429_halves_once(clock: Clock) -> None:
    limiter = limiter_of(clock)
    sent(limiter, clock, 10.0, latency=0.05)
    tickets = [limiter.wait() for _ in range(16)]
    for ticket in tickets:
        clock.now += 0.01
        limiter.throttled(ticket, 1.0)
    assert limiter.rate == pytest.approx(10, rel=0.1)


def test_a_429_to_a_later_call_halves_again(clock: Clock) -> None:
    limiter = limiter_of(clock)
    sent(limiter, clock, 10.0, latency=0.05)
    limiter.throttled(limiter.wait())
    clock.now += 5
    before = limiter.rate
    limiter.throttled(limiter.wait())
    assert 0.5 <= limiter.rate <= before / 2


def test_it_never_stops_altogether(clock: Clock) -> None:
    limiter = limiter_of(clock, per_minute=6)
    for _ in range(20):
        limiter.throttled(limiter.wait(), 0.0)
    assert limiter.rate == pytest.approx(0.1)


def test_the_rate_climbs_in_a_straight_line_to_full_speed(clock: Clock) -> None:
    limiter = limiter_of(clock)
    sent(limiter, clock, 10.0, latency=0.05)
    limiter.throttled(limiter.wait(), 30.0)
    rates = []
    for _ in range(4):
        rates.append(limiter.rate)
        clock.now += 30
    low, still_low, half_way, full = rates
    assert low == still_low == pytest.approx(10, rel=0.05)
    assert half_way == pytest.approx(40, rel=0.05)
    assert full == math.inf


def test_full_speed_is_back_within_two_minutes(clock: Clock) -> None:
    limiter = limiter_of(clock)
    sent(limiter, clock, 10.0, latency=0.02)
    limiter.throttled(limiter.wait(), 20.0)
    sent(limiter, clock, 120.0, latency=0.02)
    assert sent(limiter, clock, 10.0, latency=0.02) == 500


@pytest.mark.parametrize("per_second", [None, 20.0])
@pytest.mark.parametrize("latency", [0.004, 0.02, 0.5])
@pytest.mark.parametrize("refusals", [1, 3, 20])
def test_full_speed_is_back_two_minutes_after_the_last_refusal(
    clock: Clock, refusals: int, latency: float, per_second: float | None
) -> None:
    """Requirements row N5, however often it was refused, however fast it was, with a ceiling and without."""
    limiter = limiter_of(clock, per_second)
    full = sent(limiter, clock, 10.0, latency)
    for _ in range(refusals):
        limiter.throttled(limiter.wait(), 1.0)
        clock.now += latency
    assert sent(limiter, clock, 10.0, latency) < full
    sent(limiter, clock, 110.0, latency)
    assert sent(limiter, clock, 10.0, latency) == pytest.approx(full, abs=1)
    assert limiter.rate == (per_second or math.inf)


def test_it_settles_under_the_limit_of_a_server(clock: Clock) -> None:
    """A server that takes 10 calls a second: most calls get through, few are refused."""
    limiter, allowance, refused, good = limiter_of(clock), 10.0, 0, 0
    last = clock.now
    while clock.now < 1600.0:
        ticket = limiter.wait()
        allowance, last = min(10.0, allowance + 10 * (clock.now - last)), clock.now
        if allowance >= 1:
            allowance -= 1
            good += 1
        else:
            refused += 1
            limiter.throttled(ticket, 1.0)
        clock.now += 0.01
    assert good > 0.6 * 10 * 600
    assert refused < 0.05 * good


def test_threads_share_the_rate() -> None:
    limiter, times, lock = Limiter(200), [], threading.Lock()

    def work() -> None:
        for _ in range(5):
            at = limiter.wait()
            with lock:
                times.append(at)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == 40
    assert max(times) - min(times) >= 39 / 200 - 0.015

from __future__ import annotations

import pytest

from lookervault.sandbox.cron import closest_runs


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("0 6 * * *", 1440),
        ("*/15 * * * *", 15),
        ("*/10 8 * * *", 10),
        ("* * * * *", 1),
        ("0,50 9 * * *", 50),
        ("0,50 9,10 * * *", 10),
        ("5-20/15 1 * * *", 15),
        ("0/30 * 1 jan mon-fri", 30),
        ("59 23,0 * * *", 60),
        ("0 0 31 12 7", 1440),
    ],
)
def test_the_least_time_between_two_runs(text: str, minutes: int) -> None:
    assert closest_runs(text) == minutes


@pytest.mark.parametrize(
    "text",
    ["", "0 6 * *", "60 * * * *", "* 24 * * *", "0 6 0 * *", "5-1 * * * *", "x * * * *", "*/0 * * * *", None],
)
def test_what_is_no_crontab(text: object) -> None:
    assert closest_runs(text) is None

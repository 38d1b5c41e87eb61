from __future__ import annotations

import pytest

from lookervault.model.cron import alert_crontab, crontab


@pytest.mark.parametrize(
    "text",
    [
        "0 6 * * *",
        "*/15 8-18 * * mon-fri",
        "0,30 5/2 1-15 jan,JUN 0,7",
        "59 23 31 12 7",
        "@daily",
    ],
)
def test_a_crontab_is_nothing_wrong(text: str) -> None:
    assert crontab(text) == ""


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            "daily",
            "a crontab of five fields is expected (minute, hour, day of the month, month, day of the week)",
        ),
        ("0 6 * *", "a crontab of five fields"),
        ("60 6 * * *", "'60' is no minute of a crontab, which is from 0 to 59"),
        ("0 24 * * *", "'24' is no hour"),
        ("0 6 0 * *", "'0' is no day of the month"),
        ("0 6 * 13 *", "'13' is no month"),
        ("0 6 * mon *", "'mon' is no month"),
        ("0 6 * * 8", "'8' is no day of the week"),
        ("0 6-4 * * *", "'6-4' is no hour"),
        ("*/0 6 * * *", "'*/0' is no minute"),
        ("é 6 * * *", "'é' is no minute"),
        ("0,,5 6 * * *", "'0,,5' is no minute"),
        (f"{'9' * 5000} 6 * * *", "is no minute"),
    ],
)
def test_what_is_wrong_with_a_crontab_is_told(text: str, wrong: str) -> None:
    assert wrong in crontab(text)


@pytest.mark.parametrize("text", ["*/15 * * * *", "0 6 * * *", "0,15,30,45 1 * * *", "@hourly"])
def test_alerts_may_run_every_quarter_of_an_hour(text: str) -> None:
    assert alert_crontab(text) == ""


@pytest.mark.parametrize("text", ["*/14 * * * *", "* 6 * * *", "0,5 6 * * *", "0,50 * * * *"])
def test_alerts_that_run_denser_are_told(text: str) -> None:
    assert alert_crontab(text) == f"an alert runs every 15 minutes at most, and {text!r} is denser"


def test_what_is_no_crontab_is_told_of_alerts_too() -> None:
    assert "five fields" in alert_crontab("often")

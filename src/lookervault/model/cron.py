"""Crontabs as Looker takes them: five fields, as Vixie has it (API description of schedules and alerts)."""

from __future__ import annotations

import re

DENSEST = 15  # minutes; alerts run no denser (resource notes, section 4.16)
_DAY = 24 * 60
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# what each field is called, its least and greatest number, and names that it knows, from the first number on
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _WEEKDAYS),
)
_SHORT = re.compile("@(yearly|annually|monthly|weekly|daily|midnight|hourly)")
_ITEM = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([0-9]{1,4}))?")


def crontab(text: str) -> str:
    """What is wrong with a crontab; nothing where it is one."""
    if _SHORT.fullmatch(text.strip().lower()):
        return ""
    words = text.split()
    if len(words) != len(_FIELDS):
        names = ", ".join(name for name, *_ in _FIELDS)
        return f"a crontab of five fields is expected ({names}), not {text!r}"
    for word, (name, low, high, names_) in zip(words, _FIELDS, strict=True):
        if not _numbers(word, low, high, names_):
            return f"{word!r} is no {name} of a crontab, which is from {low} to {high}"
    return ""


def alert_crontab(text: str) -> str:
    """The same for alerts, which Looker runs no denser than every fifteen minutes."""
    wrong = crontab(text)
    if not wrong and _closest(text) < DENSEST:
        return f"an alert runs every {DENSEST} minutes at most, and {text!r} is denser"
    return wrong


def _closest(text: str) -> int:
    """The least number of minutes between two runs on neighbouring days."""
    if text.strip().startswith("@"):
        return 60
    minutes, hours = (
        _numbers(word, low, high, ())
        for word, (_, low, high, _) in zip(text.split(), _FIELDS[:2], strict=False)
    )
    times = sorted(60 * hour + minute for hour in hours for minute in minutes)
    following = [*times[1:], times[0] + _DAY]
    return min(later - earlier for earlier, later in zip(times, following, strict=True))


def _numbers(word: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    """The numbers that `1-5,*/10` stands for; none where one of its items is wrong."""
    found: set[int] = set()
    for item in word.lower().split(","):
        told = _ITEM.fullmatch(item)
        step = int(told[3] or 1) if told else 0
        first, last = _ends(told, low, high, names) if told else (None, None)
        if first is None or last is None or not (low <= first <= last <= high and step):
            return set()
        found |= set(range(first, last + 1, step))
    return found


def _ends(told: re.Match[str], low: int, high: int, names: tuple[str, ...]) -> tuple[int | None, int | None]:
    """The ends of a range; a single number with a step runs to the last."""
    if told[1] is None:
        return low, high
    first = _number(told[1], low, names)
    last = _number(told[2], low, names) if told[2] else high if told[3] else first
    return first, last


def _number(word: str, low: int, names: tuple[str, ...]) -> int | None:
    if word in names:
        return names.index(word) + low
    return int(word) if re.fullmatch("[0-9]{1,4}", word) else None

"""Crontabs: which ones are well-formed, and how dense they are."""

from __future__ import annotations

import re

# minute, hour, day of the month, month, day of the week
LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMES = {
    name: str(number) for names, first in ((DAYS, 0), (MONTHS, 1)) for number, name in enumerate(names, first)
}
DAY = 24 * 60


def closest_runs(text: object) -> int | None:
    """The least number of minutes between two runs on neighbouring days; None for what is no crontab."""
    parts = _parts(text)
    if parts is None:
        return None
    minutes, hours = parts[:2]
    times = sorted(60 * hour + minute for hour in hours for minute in minutes)
    following = [*times[1:], times[0] + DAY]
    return min(later - earlier for earlier, later in zip(times, following, strict=True))


def _parts(text: object) -> list[set[int]] | None:
    words = str(text).lower().split()
    if len(words) != len(LIMITS):
        return None
    found = [_numbers(word, low, high) for word, (low, high) in zip(words, LIMITS, strict=True)]
    return [numbers for numbers in found if numbers] if all(found) else None


def _numbers(word: str, low: int, high: int) -> set[int]:
    """The numbers that `1-5,*/10` stands for; none if one of its items is wrong."""
    items = [_range(item, low, high) for item in word.split(",")]
    return set().union(*items) if all(items) else set()


def _range(item: str, low: int, high: int) -> range:
    for name, number in NAMES.items():
        item = item.replace(name, number)
    parts = re.fullmatch(r"(\*|(\d+)(?:-(\d+))?)(?:/([1-9]\d*))?", item)
    if parts is None:
        return range(0)
    first = int(parts[2] or low)
    last = int(parts[3] or (high if parts[1] == "*" or parts[4] else first))
    return range(first, last + 1, int(parts[4] or 1)) if low <= first <= last <= high else range(0)

"""Judges a migration from outside: what two Looker instances hold, in terms free of ids, over plain HTTP.

Nothing of lookervault is used here, so that an error in its own idea of equality cannot hide itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from e2e import addresses
from e2e.allowances import adapted, more_of
from e2e.fields import GONE, SERVER_DEFAULTS, Raw, as_json
from e2e.reader import Reader
from e2e.scribe import CALLER, LEFT_OVERS, Described, Scribe

__all__ = ["CALLER", "LEFT_OVERS", "Described", "Reader", "describe", "differences"]


def describe(url: str, client_id: str, client_secret: str) -> Described:
    """All that the instance holds, as an admin sees it."""
    with closing(Reader(url, client_id, client_secret)) as reader:
        return Scribe(reader).describe()


def differences(source: Described, target: Described, had: Described | None = None) -> list[str]:
    """What of the source is not on the target just so, and what is there twice or left over.

    `had` is what the target held before: that it has more of one name than the source may be its own doing,
    as are namesakes of any number, and a dashboard that was there keeps its slug.
    """
    found: list[str] = []
    for section in source.keys() - {LEFT_OVERS, CALLER}:
        mine, theirs = adapted(section, source, target, had)
        found += _named_differences(section, mine, theirs, more_of(section, target, had))
    for name, accounts in target[LEFT_OVERS].items():
        if len(accounts) > max(len(side[LEFT_OVERS].get(name, [])) for side in (source, had or source)):
            found.append(f"users: {name} was left behind without an e-mail")
    return found


def _named_differences(
    path: str, wanted: Mapping[str, list[Any]], there: Mapping[str, list[Any]], had: Mapping[str, int] = {}
) -> list[str]:
    found: list[str] = []
    for name, objects in wanted.items():
        others = there.get(name, [])
        if not len(objects) <= len(others) <= max(len(objects), had.get(name, 0)):
            found.append(f"{path}: {name} is there {len(others)} times, not {len(objects)}")
        for one, other in _most_alike(objects, others):
            found += _compare(f"{path}: {name}", one, other)
    return found


def _most_alike(wanted: list[Any], there: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Namesakes in pairs: those with the fewest differences first."""
    if len(wanted) == 1 == len(there):
        yield wanted[0], there[0]
        return
    rated = sorted(
        (len(list(_compare("", one, other))), n, m)
        for n, one in enumerate(wanted)
        for m, other in enumerate(there)
    )
    mine, theirs = set(range(len(wanted))), set(range(len(there)))
    for _, n, m in rated:
        if n in mine and m in theirs:
            mine.remove(n)
            theirs.remove(m)
            yield wanted[n], there[m]


def _compare(path: str, wanted: Any, there: Any) -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(there, dict):
        for key in sorted({*wanted, *there}):
            yield from _compare_field(f"{path} / {key}", key, wanted.get(key), there.get(key))
    elif isinstance(wanted, list) and isinstance(there, list) and len(wanted) == len(there):
        for number, (one, other) in enumerate(zip(wanted, there, strict=True)):
            yield from _compare(f"{path}[{number}]", one, other)
    elif as_json(wanted) != as_json(there) and not addresses.alike(wanted, there):
        yield f"{path}: {as_json(wanted)[:200]} became {as_json(there)[:200]}"


def _compare_field(path: str, key: str, wanted: Any, there: Any) -> Iterator[str]:
    if wanted is None and there is not None and (key == "owner" or SERVER_DEFAULTS.get(key) == there):
        return
    if key == "on" and wanted is True and there is False:  # what reaches people waits to be switched on
        return
    if key == "elements":
        yield from _compare_elements(path, wanted, there)
    elif key in ("filters", "layouts") and wanted != there and _is_named(wanted) and _is_named(there):
        yield from _named_differences(path, wanted, there)
        yield from (f"{path}: {name} is extra" for name in there if name not in wanted)
    else:
        yield from _compare(path, wanted, there)


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(x, list) for x in value.values())


def _compare_elements(path: str, wanted: list[Raw], there: list[Raw]) -> Iterator[str]:
    """The same elements, however ordered; those that differ are told next to what is most like them.

    A tile whose look is gone cannot be made: it may be missing, or still be what it was made as.
    """
    more, less = Counter(map(as_json, there)), Counter(map(as_json, wanted))
    extra = [json.loads(text) for text in (more - less).elements()]
    open_ = [json.loads(text) for text in (less - more).elements()]
    for element in sorted(open_, key=lambda e: e.get("look") == GONE):
        broken = element.get("look") == GONE
        like = max(extra, key=lambda other: _likeness(element, other), default=None)
        if like is not None:
            extra.remove(like)
        if broken:
            continue
        if like is None:
            yield f"{path}: {_label(element)} is missing"
        else:
            yield from _compare(f"{path}: {_label(element)}", element, like)
    yield from (f"{path}: {_label(element)} is extra" for element in extra)


def _likeness(one: Raw, other: Raw) -> int:
    return sum(as_json(value) == as_json(other.get(key)) for key, value in one.items())


def _label(element: Raw) -> str:
    return repr(element.get("title") or element.get("title_text") or element.get("look") or "untitled")

"""Whether two ways of reading give the same objects: judged by a few, and by each that has something new.

A list may give less of an object than a call of its own does, and not say so. What has been seen to come
alike both ways is believed of others too, and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lookervault.model.kind import Raw
from lookervault.model.normal import exact, text_id

# what reading alone changes
COUNTERS = frozenset(
    {"view_count", "last_accessed_at", "last_viewed_at", "favorite_count", "usage_count", "x_internal"}
)
_TIES = 3  # lists as long as the longest that are looked at, for a server may cut all at that length
_NOTHING: tuple[Any, ...] = (None, "", [], {})
Trait = tuple[str, ...]


def alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same, value for value and in the same order, but for counters."""
    return exact(_still(one)) == exact(_still(other))


def _still(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _still(v) for k, v in value.items() if k not in COUNTERS}
    return [_still(v) for v in value] if isinstance(value, list) else value


def common_fields(several: Iterable[Raw]) -> frozenset[str]:
    """The fields that all of these have; none where they do not have the same ones.

    Nor where no field is null: who leaves out what is null may leave out anything of other objects.
    """
    objects = list(several)
    fields = {frozenset(raw) for raw in objects}
    nulls = any(value is None for raw in objects for value in raw.values())
    named = all(name.isidentifier() for found in fields for name in found)
    return next(iter(fields)) if len(fields) == 1 and nulls and named else frozenset()


class Likeness:
    """What has been seen of objects that came alike both ways."""

    def __init__(self) -> None:
        self._traits: set[Trait] = set()
        self._longest: Counter[str] = Counter()
        self._ties: Counter[str] = Counter()

    def learn(self, raw: Raw) -> None:
        """Takes an object that came alike both ways."""
        self._traits |= _traits(raw)
        for field, length in _lengths(raw):
            if length > self._longest[field]:
                self._longest[field], self._ties[field] = length, 0
            self._ties[field] += length == self._longest[field]

    def covers(self, raw: Raw) -> bool:
        """Whether an object has nothing that none of those had, and holds together."""
        longest = all(
            length < self._longest[field] or (length == self._longest[field] and self._ties[field] >= _TIES)
            for field, length in _lengths(raw)
        )
        return longest and _traits(raw) <= self._traits and _holds_together(raw)


def _lengths(raw: Raw) -> Iterator[tuple[str, int]]:
    """The lists of parts that are not empty."""
    return ((k, len(v)) for k, v in raw.items() if isinstance(v, list) and v and isinstance(v[0], dict))


def _traits(raw: Raw) -> set[Trait]:
    """The fields that say something, of the object and of each of its parts, and of what types parts are."""
    found: set[Trait] = {(key,) for key, value in raw.items() if value not in _NOTHING}
    for key, value in raw.items():
        for part in value if isinstance(value, list) else ():
            if isinstance(part, Mapping):
                found |= {(key, k) for k, v in part.items() if v not in _NOTHING}
                found.add((key, "type", str(part.get("type"))))
    return found


def _holds_together(raw: Raw) -> bool:
    """Whether a dashboard has the elements that its layouts show."""
    shown = {
        text_id(component.get("dashboard_element_id"))
        for layout in raw.get("dashboard_layouts") or []
        for component in layout.get("dashboard_layout_components") or []
        if not component.get("deleted")
    }
    return shown <= {text_id(element.get("id")) for element in raw.get("dashboard_elements") or []}

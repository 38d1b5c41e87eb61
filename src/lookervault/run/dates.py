"""Whether an instance's `updated_at` can be relied on: seen from what changed without moving it."""

from __future__ import annotations

from typing import Any

from lookervault.model.content import meaning
from lookervault.model.normal import comparable, exact
from lookervault.model.state import build_state
from lookervault.run.likeness import alike


def changed_without_date(kind: str, before: Any, after: Any) -> bool:
    """Whether two versions of an object differ in more than counters, and yet carry the same date.

    A dashboard shows the looks that it is linked to, and their changes are none of its own.
    """
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return False
    if before.get("updated_at") != after.get("updated_at") or not changed(kind, before, after):
        return False
    return alike(_looks(before), _looks(after))


def changed(kind: str, before: Any, after: Any) -> bool:
    """Whether two versions of an object differ in what would be written to a target."""
    if not (isinstance(before, dict) and isinstance(after, dict)) or alike(before, after):
        return False
    return _meaning(kind, before) != _meaning(kind, after)


def _looks(raw: dict[str, Any]) -> list[Any]:
    return [element.get("look") for element in raw.get("dashboard_elements") or []]


def _meaning(kind: str, raw: dict[str, Any]) -> bytes:
    """What of a single object would be written to a target."""
    state = build_state("", {kind: {str(raw.get("id")): raw}}, {kind: "complete"})
    told = [
        [resource.attributes, [[part.slot, meaning(part.attributes)] for part in resource.parts]]
        for resource in state.resources.values()
    ]
    return exact(comparable(told))

"""What an instance tells of an object that is no content: who touched it last, how much it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lookervault.model.context import Context
from lookervault.model.normal import text_id
from lookervault.model.resource import Usage

# what moves whenever content is looked at, by this program too (resource notes, section 6)
COUNTERS = frozenset({"view_count", "last_accessed_at", "last_viewed_at", "favorite_count", "usage_count"})
# what `usage` reads
USAGE_FIELDS = (
    *("updated_at", "last_updater_name", "last_updater_id"),
    *("view_count", "favorite_count", "is_owner_disabled"),
)


class Counts(NamedTuple):
    """What of content moves whenever it, or a look that it shows, is looked at: `looks` has it by element."""

    own: dict[str, Any]
    looks: tuple[dict[str, Any] | None, ...]


def counters(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Of a raw object what only says how often it was looked at."""
    return {name: raw[name] for name in COUNTERS & raw.keys()}


def counts(raw: Mapping[str, Any]) -> Counts:
    """The counts of a look or a dashboard."""
    shown = [element.get("look") for element in raw.get("dashboard_elements") or []]
    looks = tuple(counters(look) if isinstance(look, dict) else None for look in shown)
    return Counts(counters(raw), looks if any(look is not None for look in looks) else ())


def recounted(raw: Mapping[str, Any], counts: Counts) -> dict[str, Any]:
    """Content as it would be if it had been looked at as often as these counts say."""
    found = {name: value for name, value in raw.items() if name not in COUNTERS} | counts.own
    elements = raw.get("dashboard_elements")
    if counts.looks and isinstance(elements, list) and len(elements) == len(counts.looks):
        pairs = zip(elements, counts.looks, strict=True)
        found["dashboard_elements"] = [_with_look(element, look) for element, look in pairs]
    return found


def _with_look(element: Any, look: dict[str, Any] | None) -> Any:
    if look is None or not isinstance(element.get("look"), dict):
        return element
    return {**element, "look": recounted(element["look"], Counts(look, ()))}


def usage(raw: Mapping[str, Any], context: Context) -> Usage:
    """The last change and the counts, as far as they are told (resource notes, sections 4.2 and 4.5)."""
    return Usage(
        updated_at=str(raw.get("updated_at") or ""),
        updated_by=_updater(raw, context),
        views=_count(raw.get("view_count")),
        favourites=_count(raw.get("favorite_count")),
        owner_disabled=_flag(raw.get("is_owner_disabled")),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _updater(raw: Mapping[str, Any], context: Context) -> str:
    """The name that is told, else that of the user, where users are known."""
    name = raw.get("last_updater_name")
    return str(name or context.named("user", text_id(raw.get("last_updater_id"))))

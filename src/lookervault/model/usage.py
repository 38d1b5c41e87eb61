"""What an instance tells of an object that is no content: who touched it last, how much it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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


def uncounted(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Content without what only says how often it, and the looks that it shows, were looked at."""
    still = {name: value for name, value in raw.items() if name not in COUNTERS}
    elements = raw.get("dashboard_elements") or []
    if any(isinstance(element.get("look"), dict) for element in elements):
        still["dashboard_elements"] = [
            {**element, "look": uncounted(element["look"])}
            if isinstance(element.get("look"), dict)
            else element
            for element in elements
        ]
    return still


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

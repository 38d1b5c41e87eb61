"""What a target may rightly hold otherwise than the source: rights of its caller, and what was there."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .scribe import CALLER, Described

Section = dict[str, list[Any]]
# what may share its name with others, so that more of a name may be the target's own
_NAMESAKES = ("alerts", "boards", "schedules", "color collections")


def more_of(section: str, target: Described, had: Described | None) -> Counter[str]:
    """How many objects of each name the target may hold, however few the source has."""
    own = target if section in _NAMESAKES else had
    return Counter(
        {name: len(objects) for name, objects in (own if had and own else {}).get(section, {}).items()}
    )


def adapted(
    section: str, source: Described, target: Described, had: Described | None
) -> tuple[Section, Section]:
    """Both sides of a section without what may differ.

    Whoever migrates loses no role, group or access that the source denies him; what he may edit by that he
    may edit below too. A dashboard that was there keeps its slug.
    """
    mine, theirs = source[section], target[section]
    callers = set(target[CALLER])
    if section in ("groups", "roles"):
        theirs = {
            name: [_without(x, callers - _users(mine.get(name, []))) for x in theirs[name]] for name in theirs
        }
    elif section == "access lists":
        said = {name: set() if had else _granted(mine.get(name, [])) for name in theirs}
        theirs = {name: [_unlocked(x, callers - said[name]) for x in theirs[name]] for name in theirs}
        mine = {name: [_unlocked(x, callers if had else set()) for x in mine[name]] for name in mine}
    elif section == "dashboards" and had:
        kept = {x["slug"] for objects in had[section].values() for x in objects}
        slugs = {name: objects[0]["slug"] for name, objects in mine.items()}
        theirs = {
            name: [x | {"slug": slugs.get(name)} if x["slug"] in kept else x for x in theirs[name]]
            for name in theirs
        }
    return mine, theirs


def _users(objects: list[Any]) -> set[str]:
    return {user for each in objects for user in each["users"]}


def _granted(lists: list[Any]) -> set[str]:
    return {who for each in lists for who in each.get("grants", {})}


def _without(holder: Any, users: set[str]) -> Any:
    return {**holder, "users": [user for user in holder["users"] if user not in users]}


def _unlocked(access: Any, who: set[str]) -> Any:
    if "grants" not in access:
        return access
    return {**access, "grants": {name: what for name, what in access["grants"].items() if name not in who}}

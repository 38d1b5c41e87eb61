"""What the steps of a change must know of the things around it."""

from __future__ import annotations

from collections.abc import Iterable

from lookervault.model.access import PERMISSIONS
from lookervault.model.catalog import KINDS
from lookervault.model.resource import Resource
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change
from lookervault.plan.pair import Sides


def look_around(sides: Sides, changes: Iterable[Change]) -> None:
    """Tells each change of its namesakes, and of the grants that its folder may get from those above."""
    for change in changes:
        if KINDS[change.kind].names_repeat and change.action is Action.CREATE:
            change.part_ids = {change.kind: _namesakes(sides, change)}
        elif KINDS[change.kind].of and change.after.get("inherits") is False:
            change.also = {"copied": _copied(sides, change)}


def _namesakes(sides: Sides, change: Change) -> list[str]:
    """The ids of all of the target's that could be taken for one that is to be made."""
    there = sides.observed.resources.values()
    return sorted(r.id for r in there if r.kind == change.kind and r.name == change.name)


def _copied(sides: Sides, change: Change) -> list[Link]:
    """Who may have access above: ending inheritance copies that (resource notes, section 4.15)."""
    lists = {r.parent: r for r in sides.desired.resources.values() if r.kind == change.kind}
    found: set[Link] = set()
    folder, seen = sides.desired.resources[change.address].parent, set[str]()
    while folder in sides.desired.resources and folder not in seen:
        seen.add(folder)
        folder = sides.desired.resources[folder].parent
        if folder in lists:
            found |= _told(lists[folder], {})
            other = sides.counterpart(lists[folder].address)
            found |= _told(other, sides.rename) if other else set()
    return sorted(found)


def _told(resource: Resource, rename: dict[Link, Link]) -> set[Link]:
    return {rename.get(x, x) for name in PERMISSIONS for x in resource.attributes.get(name, [])}

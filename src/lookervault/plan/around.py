"""What the steps of a change must know of the things around it."""

from __future__ import annotations

from collections.abc import Iterable

from lookervault.model.access import PERMISSIONS
from lookervault.model.catalog import KINDS
from lookervault.model.content import FIRST_LAYOUT
from lookervault.model.resource import Resource
from lookervault.model.values import Link, links
from lookervault.plan.change import Action, Change
from lookervault.plan.pair import Sides


def look_around(sides: Sides, changes: Iterable[Change]) -> None:
    """Tells each change of others of its kind, of grants from above, and whether others need its layout.

    And what the parts of others are called that it names.
    """
    changes = list(changes)
    sent = {x.to for change in changes for x in links(change.after) if x.part == FIRST_LAYOUT}
    rivals: dict[str, list[str]] = {}
    for resource in sides.observed.resources.values():
        rivals.setdefault(resource.kind, []).append(resource.id)
    for change in changes:
        change.labels |= _titles(sides, change)
        if KINDS[change.kind].names_repeat and change.action is Action.CREATE:
            change.rivals = sorted(rivals.get(change.kind, []))
        elif KINDS[change.kind].of and change.after.get("inherits") is False:
            change.also = {"copied": _copied(sides, change) or _made_for(sides, change)}
        elif change.address in sent and change.action is Action.CREATE:
            change.also = {"sent": True}


def _titles(sides: Sides, change: Change) -> dict[str, str]:
    """The titles of parts of other resources that a change refers to, such as the element of an alert."""
    found = {}
    for link in (*links(change.before), *links(change.after)):
        there = sides.desired.resources.get(link.to) or sides.observed.resources.get(link.to)
        title = next((p.label for p in there.parts if p.slot == link.part), "") if there and link.part else ""
        if title:
            found[f"{link.to} {link.part}"] = title
    return found


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


def _made_for(sides: Sides, change: Change) -> list[Link]:
    """Who may edit a new board without being told: whoever it belongs to, unless he is who asks."""
    owner = sides.desired.resources[sides.desired.resources[change.address].parent].attributes.get("owner")
    caller = Link(sides.observed.caller)
    making = change.action is Action.CREATE and owner != sides.rename.get(caller, caller)
    return [owner] if making and isinstance(owner, Link) else []


def _told(resource: Resource, rename: dict[Link, Link]) -> set[Link]:
    return {rename.get(x, x) for name in PERMISSIONS for x in resource.attributes.get(name, [])}

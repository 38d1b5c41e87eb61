"""Access below a folder to whom the folder itself is shut: Looker asks for at least view on all above (4.15).

Access may come by a group too. Where it is not known who is in a group, nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lookervault.model.access import PERMISSIONS
from lookervault.model.resource import Finding, Level, Resource
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change
from lookervault.plan.grants import KIND, is_own
from lookervault.plan.pair import Sides


def shut_out(changes: Iterable[Change], sides: Sides) -> Iterator[Finding]:
    """Who is given access below a folder that is shut to him, where either list changes.

    In a tree it is an error; another instance has found a way, which may be open here too.
    """
    level: Level = "error" if sides.desired.places else "warning"
    changed = {c.address for c in changes if c.kind == KIND and c.action is not Action.DELETE}
    lists = {r.parent: r for r in sides.desired.resources.values() if r.kind == KIND and is_own(r)}
    for access in lists.values() if changed else ():
        for above in _above(access, lists, sides):
            if changed.isdisjoint((access.address, above.address)):
                continue
            for name, who in _grants(access):
                if not _let_in(who, {x for _, x in _grants(above)}, sides):
                    text = f"{who.to} has access here and none to {above.parent}: Looker asks for that first"
                    yield Finding(level, access.address, text, at=(name, f"={who.to}"))


def _above(access: Resource, lists: dict[str, Resource], sides: Sides) -> Iterator[Resource]:
    """The lists of all folders above that do not inherit."""
    folder = sides.desired.resources.get(access.parent)
    while folder is not None and folder.parent:
        if folder.parent in lists:
            yield lists[folder.parent]
        folder = sides.desired.resources.get(folder.parent)


def _grants(access: Resource) -> Iterator[tuple[str, Link]]:
    for name in PERMISSIONS:
        yield from ((name, link) for link in access.attributes.get(name, []))


def _let_in(who: Link, admitted: Collection[Link], sides: Sides) -> bool:
    """Whether somebody is among those, or may be in a group that is."""
    seen: set[Link] = set()
    left = [link for link in admitted if link == who or link.to.startswith("group:")]
    while left:
        link = left.pop()
        if link == who:
            return True
        group = sides.desired.resources.get(link.to)
        if group is None or group.guard or {"users", "groups"} & {*group.unknown, *group.untold}:
            return True  # nobody knows who is in it
        seen.add(link)
        members = [*group.attributes.get("users", []), *group.attributes.get("groups", [])]
        left += [m for m in members if m == who or (m.to.startswith("group:") and m not in seen)]
    return False

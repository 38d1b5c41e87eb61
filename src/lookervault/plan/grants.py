"""Access lists as Looker makes of them what is said: who may edit a folder may edit all below it.

Resource notes, section 4.15. Taking or lowering below what the folder above gives is refused, and who loses
a folder loses those below it: neither can be planned, and the second must be made good.
"""

from __future__ import annotations

import msgspec
from msgspec import structs

from lookervault.model.access import PERMISSIONS
from lookervault.model.resource import Attributes, Resource
from lookervault.model.values import Link
from lookervault.plan.pair import Sides

KIND = "content_access"
EDIT, VIEW = PERMISSIONS
# whom, in the desired side's words: attribute, and the link as it is told on its own side
Grants = dict[Link, tuple[str, Link]]


class _Place(msgspec.Struct):
    """What holds in a folder: what is wanted, what is there, and whom changes here or above take out."""

    want: Grants = {}
    have: Grants = {}
    out: frozenset[Link] = frozenset()


def foresee(sides: Sides) -> Sides:
    """The sides with access lists completed by what comes from above, before and after the change."""
    lists = {r.parent: r for r in sides.desired.resources.values() if r.kind == KIND}
    if not lists:
        return sides
    places: dict[str, _Place] = {}
    desired, observed = dict(sides.desired.resources), dict(sides.observed.resources)
    for access in filter(is_own, lists.values()):
        folder = sides.desired.resources.get(access.parent)
        above = _place(folder.parent if folder else "", sides, lists, places)
        want = _with(_own(access, {}), _edits(above.want))
        desired[access.address] = _told(access, want)
        other = sides.counterpart(access.address)
        if other is not None and is_own(other):
            have = {x: g for x, g in _own(other, sides.rename).items() if not (x in above.out and x in want)}
            stays = {x: g for x, g in _edits(above.have).items() if x in _edits(above.want)}
            observed[other.address] = _told(other, _with(have, stays))
    return structs.replace(
        sides,
        desired=structs.replace(sides.desired, resources=desired),
        observed=structs.replace(sides.observed, resources=observed),
    )


def _place(folder: str, sides: Sides, lists: dict[str, Resource], places: dict[str, _Place]) -> _Place:
    """What holds in a folder; nothing above a root."""
    resource = sides.desired.resources.get(folder)
    if resource is None:
        return _Place()
    if folder not in places:
        above = _place(resource.parent, sides, lists, places)
        access = lists.get(folder)
        other = sides.counterpart(access.address) if access else None
        have = _holding(other, above.have, sides.rename)
        # what the desired side does not know stays as it is
        want = have if access and access.unknown else _holding(access, above.want, {})
        # who ceases to inherit begins with a copy of what is above by then; what of it goes, goes below too
        copied = above.want if access and is_own(access) and not (other and is_own(other)) else {}
        places[folder] = _Place(want, have, above.out | ({*have, *copied} - want.keys()))
    return places[folder]


def _holding(access: Resource | None, above: Grants, rename: dict[Link, Link]) -> Grants:
    if access is None or not is_own(access):
        return above
    return _with(_own(access, rename), _edits(above))


def is_own(access: Resource) -> bool:
    """Whether a list does not inherit, and could be read."""
    return not access.attributes.get("inherits") and not access.unknown


def _own(access: Resource, rename: dict[Link, Link]) -> Grants:
    return {rename.get(x, x): (name, x) for name in (VIEW, EDIT) for x in access.attributes.get(name, [])}


def _edits(grants: Grants) -> Grants:
    return {x: grant for x, grant in grants.items() if grant[0] == EDIT}


def _with(grants: Grants, more: Grants) -> Grants:
    return {**grants, **{x: (EDIT, grants.get(x, grant)[1]) for x, grant in more.items()}}


def _told(access: Resource, grants: Grants) -> Resource:
    """The list with these grants."""
    attributes: Attributes = {k: v for k, v in access.attributes.items() if k not in PERMISSIONS}
    for name in PERMISSIONS:
        links = sorted(link for attribute, link in grants.values() if attribute == name)
        attributes |= {name: links} if links else {}
    return structs.replace(access, attributes=attributes)

"""The target's ids of what is there already, by the links that name it."""

from __future__ import annotations

from collections.abc import Iterable

from lookervault.model.delivery import SCHEMES
from lookervault.model.links import own_host
from lookervault.model.values import Link
from lookervault.plan.change import Change
from lookervault.plan.pair import Sides


def known_ids(sides: Sides) -> dict[Link, str]:
    """Links of all that exists on the target to its ids there."""
    seen = {**sides.observed.trash, **sides.observed.resources}
    ids = {sides.rename.get(Link(a), Link(a)): r.id for a, r in seen.items()}
    unseen = sides.observed.dangling | (sides.desired.dangling if sides.same_host else set())
    # of what only an id is known, the id is known
    ids |= {sides.rename.get(Link(a), Link(a)): a.partition(":#")[2] for a in unseen}
    for address, at in sides.pairing.observed.items():
        ids |= {Link(address, slot): i for slot, i in sides.observed.resources[at].aliases.items()}
    ids |= {
        Link(link.to, scheme): scheme + id_
        for link, id_ in list(ids.items())
        if link.to.startswith("integration:")
        for scheme in SCHEMES
    }
    for address, pairs in sides.parts.items():
        ids |= {Link(address, slot): part.id for slot, part in pairs.items()}
    return ids | own_host(sides.observed.host)


def ids_of_parts(changes: Iterable[Change]) -> dict[Link, str]:
    """Links of all parts that the changed objects have already, and keep."""
    ids: dict[Link, str] = {}
    for change in changes:
        for part in change.parts:
            if part.id:
                ids[Link(change.address, part.slot)] = part.id
            for layout, id_ in part.components.items():
                ids[Link(change.address, f"component:{layout}/{part.slot}")] = id_
        ids |= {Link(change.address, slot): id_ for slot, id_ in change.kept.items()}
    return ids

"""Orders that references alone do not tell: names to be given up, folders and groups to be turned round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Finding
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change
from lookervault.plan.graph import ASIDE, LATER
from lookervault.plan.pair import Sides, natural_key

# node id -> ids of nodes that must be done first
Waits = dict[str, set[str]]


class Order(NamedTuple):
    """What the changes wait for beside their references, and who must step aside for a moment.

    `aside` are addresses of changes of which each takes a passing name first, since they and others want
    the names of one another; `findings` are names that cannot be had at all.
    """

    waits: Waits
    aside: list[str]
    findings: list[Finding]


def extra_order(sides: Sides, changes: list[Change]) -> Order:
    """The order that names, folders turned round and nestings ask for."""
    names, findings = _names(sides, changes)
    unique, taken = _unique(sides, changes)
    aside = _circles(names)
    waits = {address: {first + ASIDE if first in aside else first} for address, first in names.items()}
    for address in aside:
        waits.setdefault(address, set()).add(address + ASIDE)
    for more in (
        unique,
        _moved_parents(sides, changes),
        _nestings(changes),
        _namesakes(sides, changes),
        _grants(sides, changes),
    ):
        for node, first in more.items():
            waits.setdefault(node, set()).update(first)
    return Order(waits, aside, [*findings, *taken])


def _names(sides: Sides, changes: list[Change]) -> tuple[dict[str, str], list[Finding]]:
    """Who wants a name that somebody else has: waits where it is given up, an error where not."""
    holders = {_seen(r.kind, r.parent, r.name): r.address for r in sides.observed.resources.values()}
    updated = {c.address for c in changes if c.action is Action.UPDATE}
    waits: dict[str, str] = {}
    findings = []
    going = {c.address for c in changes if c.action is Action.DELETE}
    for change in (c for c in changes if c.action is not Action.DELETE and not KINDS[c.kind].names_repeat):
        key = natural_key(sides.desired.resources[change.address], sides.pairing)
        holder = holders.get(_seen(*key)) if key else None
        if key is None or holder is None or holder == sides.pairing.observed.get(change.address):
            continue
        if sides.rename.get(Link(holder), Link(holder)).to in going:
            waits[change.address] = sides.rename.get(Link(holder), Link(holder)).to
            continue
        owner = sides.pairing.desired.get(holder)
        theirs = natural_key(sides.desired.resources[owner], sides.pairing) if owner in updated else key
        if owner and theirs and _seen(*theirs) != _seen(*key):
            waits[change.address] = owner
        else:
            text = f"{holder} has this name on the target and is another object there"
            findings.append(Finding("error", change.address, text))
    return waits, findings


def _unique(sides: Sides, changes: list[Change]) -> tuple[Waits, list[Finding]]:
    """The same for other values that no two objects may share, such as labels of user attributes (4.13)."""
    updated = {c.address: c for c in changes if c.action is Action.UPDATE}
    waits: Waits = {}
    findings = []
    for change in changes:
        for name in KINDS[change.kind].unique & change.after.keys():
            value, own = change.after[name], sides.pairing.observed.get(change.address)
            for other in sides.observed.resources.values():
                if (other.kind, other.attributes.get(name)) != (change.kind, value) or other.address == own:
                    continue
                owner = sides.pairing.desired.get(other.address, "")
                if owner in updated and name in updated[owner].before:
                    waits.setdefault(change.address, set()).add(owner)
                else:
                    text = f"{other.address} has its {name} on the target and is another object there"
                    findings.append(Finding("error", change.address, text, (name,)))
    return waits, findings


def _seen(kind: str, parent: str, name: str) -> tuple[str, str, str]:
    """A natural key as the server compares it: folders clash whatever their case (4.1)."""
    return (kind, parent, name.casefold() if kind == "folder" else name)


def _circles(waits: Mapping[str, str]) -> list[str]:
    """One member of each circle; everybody waits for one other at most."""
    found: list[str] = []
    done: set[str] = set()
    for start in sorted(waits):
        path: list[str] = []
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path.append(at)
            at = waits.get(at)
        if at is not None and at in path:
            found.append(min(path[path.index(at) :]))
        done.update(path)
    return found


def _moved_parents(sides: Sides, changes: Iterable[Change]) -> Waits:
    """A folder moves below another only once that one, and all above it, are where they will be."""
    moved = {c.address for c in changes if c.action is Action.UPDATE and "parent" in c.after}
    return {address: set(_above(address, sides)) & moved for address in moved}


def _above(address: str, sides: Sides) -> Iterable[str]:
    seen: set[str] = set()
    resource = sides.desired.resources.get(address)
    while resource is not None and resource.parent not in seen:
        seen.add(resource.parent)
        yield resource.parent
        resource = sides.desired.resources.get(resource.parent)


def _nestings(changes: Iterable[Change]) -> Waits:
    """Groups are taken out of groups before any is put into another, so that no circle arises."""
    groups = [c for c in changes if c.kind == "group" and c.action is Action.UPDATE]
    leaving = {c.address for c in groups if c.before.get("groups")}
    return {c.address + LATER: leaving for c in groups if c.after.get("groups")}


def _namesakes(sides: Sides, changes: Iterable[Change]) -> Waits:
    """What may share a name is made one by one, so that an unclear end is found out about surely."""
    waits: Waits = {}
    last: dict[tuple[str, str, str], str] = {}
    for change in changes:
        if change.action is Action.CREATE and KINDS[change.kind].names_repeat:
            resource = sides.desired.resources[change.address]
            key = (change.kind, resource.parent, resource.name)
            if key in last:
                waits[change.address] = {last[key]}
            last[key] = change.address
    return waits


def _grants(sides: Sides, changes: Iterable[Change]) -> Waits:
    """Access is settled from the top down (4.15), in folders that are in place, for groups with members."""
    lists = {sides.desired.resources[c.address].parent: c.address for c in changes if KINDS[c.kind].of}
    alive = [c for c in changes if c.action is not Action.DELETE]
    groups = {c.address for c in alive if c.kind == "group"} if lists else set()
    groups |= {address + LATER for address in groups}
    waits = {}
    for folder, address in lists.items():
        above = set(_above(folder, sides))
        waits[address] = groups | above | {folder} | {lists[a] for a in above if a in lists}
    return waits

"""Orders that references alone do not tell: names to be given up, folders and groups to be turned round."""

from __future__ import annotations

from collections.abc import Iterable

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Finding
from lookervault.plan.change import Action, Change
from lookervault.plan.graph import LATER
from lookervault.plan.pair import Sides, natural_key

# node id -> ids of nodes that must be done first
Waits = dict[str, set[str]]


def extra_waits(sides: Sides, changes: list[Change]) -> tuple[Waits, list[Finding]]:
    """What the changes wait for beside their references, and names that cannot be had at all."""
    waits, findings = _names(sides, changes)
    for more in (
        _moved_parents(sides, changes),
        _nestings(changes),
        _turns(sides, changes),
        _grants(sides, changes),
    ):
        for node, first in more.items():
            waits.setdefault(node, set()).update(first)
    return waits, findings


def _names(sides: Sides, changes: list[Change]) -> tuple[Waits, list[Finding]]:
    """Who wants a name that somebody else has: waits where it is given up, an error where not."""
    holders = {(r.kind, r.parent, r.name): r.address for r in sides.observed.resources.values()}
    updated = {c.address for c in changes if c.action is Action.UPDATE}
    waits: Waits = {}
    findings = []
    for change in changes:
        key = natural_key(sides.desired.resources[change.address], sides.pairing)
        holder = holders.get(key) if key and not KINDS[change.kind].names_repeat else None
        if holder is None or holder == sides.pairing.observed.get(change.address):
            continue
        owner = sides.pairing.desired.get(holder)
        if owner in updated and natural_key(sides.desired.resources[owner], sides.pairing) != key:
            waits[change.address] = {owner}
        else:
            text = f"{holder} has this name on the target and is another object there"
            findings.append(Finding("error", change.address, text))
    return waits, findings


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


def _turns(sides: Sides, changes: Iterable[Change]) -> Waits:
    """What may share a name is made one after the other, so that none is taken for another."""
    waits: Waits = {}
    last: dict[tuple[str, str], str] = {}
    for change in changes:
        if change.action is Action.CREATE and KINDS[change.kind].names_repeat:
            at = (change.kind, change.name)
            waits[change.address] = {last[at]} if at in last else set()
            last[at] = change.address
    return waits


def _grants(sides: Sides, changes: Iterable[Change]) -> Waits:
    """Access is settled from the top down (4.15), in folders that are in place, for groups with members."""
    lists = {sides.desired.resources[c.address].parent: c.address for c in changes if KINDS[c.kind].of}
    groups = {c.address for c in changes if c.kind == "group"} if lists else set()
    groups |= {address + LATER for address in groups}
    waits = {}
    for folder, address in lists.items():
        above = set(_above(folder, sides))
        waits[address] = groups | above | {folder} | {lists[a] for a in above if a in lists}
    return waits

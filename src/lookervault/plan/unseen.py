"""Boards and dashboards that a caller may not have been shown whole: what he did not see is not taken away.

Without permission Looker leaves things out and does not say so (resource notes, 1.7). A caller who is no
admin may miss items of a board, and looks that elements show. What the target has there in addition stays, in
its place in the order, with a finding that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from msgspec import structs

from lookervault.model.resource import Attributes, Finding, Part, Resource
from lookervault.model.values import Link, Value, links, replace
from lookervault.plan.pair import IdMap, Sides, pair_resource_parts
from lookervault.plan.parts import PartPairs
from lookervault.plan.settle import Settled


def keep_unseen(sides: Sides, mapping: IdMap) -> Settled:
    """The sides with those parts desired that nobody can say are not."""
    if not (sides.desired.partial or sides.observed.partial):
        return Settled(sides, [])
    resources, parts = dict(sides.desired.resources), dict(sides.parts)
    findings: list[Finding] = []
    for address, resource in sides.desired.resources.items():
        other = sides.counterpart(address)
        if resource.guard or other is None or not other.parts:
            continue
        pairs = sides.parts.get(address) or pair_resource_parts(resource, other, sides, mapping)
        kept = _unseen(resource, other, pairs, sides)
        if kept:
            resources[address], parts[address] = _with(resource, other, kept, pairs, sides)
            findings += [_finding(address, part) for part in kept]
    desired = structs.replace(sides.desired, resources=resources)
    return Settled(structs.replace(sides, desired=desired, parts=parts), findings)


def _finding(address: str, part: Part) -> Finding:
    text = f'{part.kind} "{part.label}" stays on the target: not all of this was shown to the caller'
    return Finding("warning", address, text)


def _unseen(desired: Resource, observed: Resource, pairs: PartPairs, sides: Sides) -> list[Part]:
    """What the target has in addition, and what may be desired all the same."""
    taken = {id(p) for p in pairs.values()}
    extra = [p for p in observed.parts if id(p) not in taken]
    if sides.desired.partial:
        lost = {p.kind for p in desired.parts if p.broken and p.slot not in pairs}
        return [p for p in extra if desired.kind == "board" or p.kind in lost]
    unseen = sides.observed.dangling
    return [p for p in extra if any(link.to in unseen for link in links(p.attributes))]


def _with(
    desired: Resource, observed: Resource, kept: list[Part], pairs: PartPairs, sides: Sides
) -> tuple[Resource, PartPairs]:
    """The desired resource with these parts of the target, and all pairs."""
    pairs = {**pairs, **{f"{p.slot}@target": p for p in kept}}
    slots: Mapping[Link, Link] = {Link("", p.slot): Link("", slot) for slot, p in pairs.items()}
    mine = {slots[Link("", p.slot)] for p in kept}

    def named(link: Link) -> Link:
        return slots.get(link) or sides.rename.get(link, link)

    def adopted(part: Part) -> Part:
        attributes: Attributes = replace(part.attributes, named, lambda text: text)
        return structs.replace(part, key=f"{part.key}@target", attributes=attributes)

    there = {slot: p.attributes for slot, p in pairs.items()}
    parts = [
        structs.replace(p, attributes=_in_order(p.attributes, there.get(p.slot, {}), slots, mine))
        for p in desired.parts
    ]
    attributes = _in_order(desired.attributes, observed.attributes, slots, mine)
    whole = structs.replace(desired, attributes=attributes, parts=[*parts, *map(adopted, kept)])
    return whole, pairs


def _in_order(
    desired: Attributes, observed: Attributes, slots: Mapping[Link, Link], kept: Set[Link]
) -> Attributes:
    """Attributes whose orders name the kept parts too, each after what it stands after on the target."""
    found = dict(desired)
    for name, value in observed.items():
        there = [slots.get(x, x) for x in value] if _is_order(value) else []
        if not kept.isdisjoint(there):
            found[name] = _merged(desired.get(name) or [], there, kept)
    return found


def _is_order(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(x, Link) and not x.to for x in value)


def _merged(wanted: Sequence[Any], there: Sequence[Any], kept: Set[Link]) -> list[Any]:
    merged = list(wanted)
    for n, link in enumerate(there):
        if link in kept:
            before = next((x for x in reversed(there[:n]) if x in merged), None)
            merged.insert(merged.index(before) + 1 if before is not None else 0, link)
    return merged

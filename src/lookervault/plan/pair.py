"""Pairing comes first: which observed object a desired one already is.

In this order: the stored mapping, the same id on the same instance, a declared move, the slug, the name
under the paired parent. What is nothing live may be in the trash. Parents pair before children, so below a
renamed folder nothing seems to move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.normal import comparable, in_order, same
from lookervault.model.resource import Resource, State
from lookervault.model.values import Link, links
from lookervault.plan.pairing import IdMap as IdMap
from lookervault.plan.pairing import NaturalKey, by_id
from lookervault.plan.pairing import Pairing as Pairing
from lookervault.plan.pairing import natural_key as natural_key
from lookervault.plan.parts import PartPairs, pair_parts
from lookervault.plan.trash import come_back


class Sides(msgspec.Struct):
    """Both states and their pairs; `rename` gives observed links the names of the desired side.

    `parts` are the pairs of parts of those resources whose parts others refer to.
    """

    desired: State
    observed: State
    pairing: Pairing
    rename: dict[Link, Link]
    parts: dict[str, PartPairs] = {}

    @property
    def same_host(self) -> bool:
        """Whether both sides are one instance, so that ids mean the same on both."""
        return self.desired.host == self.observed.host

    def counterpart(self, address: str) -> Resource | None:
        """The observed resource that a desired one is."""
        at = self.pairing.observed.get(address)
        return self.observed.resources[at] if at else None


def pair(desired: State, observed: State, mapping: IdMap) -> Sides:
    """All pairs of the two states; AmbiguousPair where one object could be two."""
    pairing = Pairing()
    same_host = desired.host == observed.host
    for resource in desired.resources.values():
        known = by_id(resource, observed, mapping, same_host)
        if known and known[0] in observed.resources:
            pairing.join(resource.address, *known)
    _by_move(desired, observed, pairing)
    slugs = _index(observed, lambda r: (r.kind, r.slug) if r.slug else None)
    for resource in desired.resources.values():
        by_slug = _free(slugs.get((resource.kind, resource.slug), []), pairing)
        if by_slug and resource.address not in pairing.observed:
            pairing.choose(resource.address, by_slug, "slug")
    names = _index(observed, lambda r: (r.kind, r.parent, r.name))
    taken: dict[NaturalKey, str] = {}
    ordered = _parents_first(desired)
    for resource in ordered:
        # a name that is only an id says nothing on another instance
        if not KINDS[resource.kind].names_repeat and (same_host or not resource.local):
            _by_name(resource, pairing, names, taken)
    pairing.check()
    if observed.trash:
        renames = _renames(desired, observed, pairing, mapping)
        observed = come_back(desired, observed, mapping, pairing, renames)
    sides = Sides(desired, observed, pairing, _renames(desired, observed, pairing, mapping))
    pair_shown_parts(sides, mapping)
    _pair_repeating(sides, ordered, names, mapping)
    # what comes into being with one of those
    for resource in (r for r in ordered if KINDS[r.kind].of and r.address not in pairing.observed):
        _by_name(resource, pairing, names, taken)
    sides.rename |= _renames(desired, observed, pairing, mapping)
    pairing.check()
    return sides


def _pair_repeating(
    sides: Sides, ordered: list[Resource], names: Mapping[NaturalKey, list[str]], mapping: IdMap
) -> None:
    """Pairs what may share its name with others, kind by kind."""
    for kind in (k.name for k in KINDS.values() if k.names_repeat):
        unpaired = [r for r in ordered if r.kind == kind and r.address not in sides.pairing.observed]
        if unpaired:
            pair_alike(sides, unpaired, names)
            # what is paired now may tell the next kind's objects apart
            sides.rename |= _renames(sides.desired, sides.observed, sides.pairing, mapping)


def _by_move(desired: State, observed: State, pairing: Pairing) -> None:
    """Pairs what the desired side says to have moved, unless the target has it where it is now."""
    for now, was in desired.moved.items():
        if now in pairing.observed or now in observed.resources:
            continue
        if now in desired.resources and was in observed.resources and was not in pairing.desired:
            pairing.join(now, was, "moved")


def _renames(desired: State, observed: State, pairing: Pairing, mapping: IdMap) -> dict[Link, Link]:
    """Observed links under desired names; what is not paired is not what the desired side calls so."""
    rename = {Link(o): Link(d) for o, d in pairing.desired.items()}
    for at, address in pairing.desired.items():
        for slot in observed.resources[at].aliases:
            rename[Link(at, slot)] = Link(address, slot)
    strangers = (observed.resources.keys() - pairing.desired.keys()) & desired.resources.keys()
    elsewhere = "" if desired.host == observed.host else f"@{observed.host}"
    if elsewhere:
        known = desired.resources.keys() | desired.dangling
        strangers |= ((observed.resources.keys() - pairing.desired.keys()) | observed.dangling) & known
    rename |= {Link(a): Link(f"{a}@{observed.host}") for a in strangers}
    rename |= _hidden(desired, observed, mapping) if observed.partial else {}
    # what stays in the trash is gone, as it would be had nobody looked there
    stays = (r for r in observed.trash.values() if r.address not in pairing.desired)
    rename |= {Link(r.address): Link(f"{r.kind}:#{r.id}{elsewhere}") for r in stays}
    return rename


def _hidden(desired: State, observed: State, mapping: IdMap) -> dict[Link, Link]:
    """What the caller of the target is not shown, and of which it is known all the same what it is."""
    if desired.host == observed.host:
        known = {f"{kind}:#{id_}": address for (kind, id_), address in desired.ids.items()}
    else:
        known = {f"{at[0]}:#{id_}": desired.ids[at] for at, id_ in mapping.items() if at in desired.ids}
    return {Link(a): Link(known[a]) for a in observed.dangling & known.keys()}


def pair_shown_parts(sides: Sides, mapping: IdMap) -> None:
    """Pairs the parts that other resources refer to: elements with alerts, tabs that schedules send."""
    shown = {
        link.to
        for resource in sides.observed.resources.values()
        if KINDS[resource.kind].names_repeat
        for link in links(resource.attributes)
        if link.part
    }
    shown |= {
        sides.pairing.observed[link.to]
        for resource in sides.desired.resources.values()
        if KINDS[resource.kind].names_repeat
        for link in links(resource.attributes)
        if link.part and link.to in sides.pairing.observed
    }
    for at in sorted(shown & sides.pairing.desired.keys()):
        address = sides.pairing.desired[at]
        desired, observed = sides.desired.resources[address], sides.observed.resources[at]
        sides.parts[address] = pairs = pair_resource_parts(desired, observed, sides, mapping)
        if not sides.same_host:
            # an element that only the target has is none that the desired side calls so
            sides.rename |= {
                Link(at, p.slot): Link(address, f"{p.slot}@{sides.observed.host}") for p in observed.parts
            }
        sides.rename |= {Link(at, p.slot): Link(address, slot) for slot, p in pairs.items()}


def pair_resource_parts(desired: Resource, observed: Resource, sides: Sides, mapping: IdMap) -> PartPairs:
    """The pairs of the parts of one paired resource."""

    def mapped(kind: str, id_: str) -> str:
        return mapping.get((f"{desired.kind}_{kind}", id_)) or (id_ if sides.same_host else "")

    keys = KINDS[desired.kind].part_keys
    return pair_parts(desired.parts, observed.parts, keys, mapped, sides.rename)


def pair_alike(sides: Sides, repeating: Iterable[Resource], names: Mapping[NaturalKey, list[str]]) -> None:
    """Pairs what may share its name with others: the most alike first, equal ones in order of id."""
    scored = []
    for resource in repeating:
        if resource.address in sides.pairing.observed:
            continue
        key, kind = natural_key(resource, sides.pairing), KINDS[resource.kind]
        want = in_order(comparable(resource.attributes), kind.unordered)
        for at in _free(names.get(key, []), sides.pairing) if key else []:
            other = sides.observed.resources[at]
            have = in_order(comparable(other.attributes, sides.rename), kind.unordered)
            if any(want.get(k) != have.get(k) for k in kind.fixed):
                continue
            alike = sum(same(want.get(k), have.get(k)) for k in {*want, *have})
            scored.append((-alike, resource.id.zfill(12), other.id.zfill(12), resource.address, at))
    for _, _, _, address, at in sorted(scored):
        if address not in sides.pairing.observed and at not in sides.pairing.desired:
            sides.pairing.join(address, at, "name")


def _by_name(
    resource: Resource,
    pairing: Pairing,
    names: Mapping[NaturalKey, list[str]],
    taken: dict[NaturalKey, str],
) -> None:
    key = natural_key(resource, pairing)
    if key is None:
        return
    how = pairing.how.get(resource.address)
    candidates = _free(names.get(key, []), pairing)
    if how is None and key in taken:
        # told as unclear by `join`
        pairing.join(resource.address, pairing.observed[taken[key]], "name")
    elif candidates and how is None:
        pairing.choose(resource.address, candidates, "name")
        if resource.address in pairing.observed:
            taken[key] = resource.address
    elif candidates and how == "slug":
        pairing.choose(resource.address, [pairing.observed[resource.address], *candidates], "name")


def _parents_first(state: State) -> list[Resource]:
    """Kinds in catalog order, and within a kind each parent before its children."""
    order = {name: i for i, name in enumerate(KINDS)}

    def depth(resource: Resource) -> int:
        steps, seen = 0, set()
        while resource.parent in state.resources and resource.parent not in seen:
            seen.add(resource.parent)
            resource = state.resources[resource.parent]
            steps += 1
        return steps

    return sorted(state.resources.values(), key=lambda r: (order[r.kind], depth(r), r.address))


def _index(state: State, key: Callable[[Resource], Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for resource in state.resources.values():
        at = key(resource)
        if at is not None:
            found.setdefault(at, []).append(resource.address)
    return found


def _free(addresses: Iterable[str], pairing: Pairing) -> list[str]:
    return [a for a in addresses if a not in pairing.desired]

"""Pairing comes first: which observed object a desired one already is.

In this order: the stored mapping, the same id on the same instance, the slug, the name under the
paired parent. Parents pair before children, so below a renamed folder nothing seems to move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec

from lookervault.errors import AmbiguousPair
from lookervault.model.catalog import KINDS
from lookervault.model.resource import Resource, State
from lookervault.model.values import Link

How = Literal["mapping", "id", "slug", "name"]
IdMap = Mapping[tuple[str, str], str]  # (kind, id at the source) -> id on the target
NaturalKey = tuple[str, str, str]  # kind, address of the parent on the target, name


class Pairing(msgspec.Struct):
    """Desired address to observed address, and back, with what decided it."""

    observed: dict[str, str] = {}
    desired: dict[str, str] = {}
    how: dict[str, How] = {}

    def join(self, desired: str, observed: str, how: How) -> None:
        """Notes a pair; each side can be in one pair only."""
        if observed in self.desired:
            raise AmbiguousPair(
                f"{self.desired[observed]} and {desired} would both be {observed} on the target",
                hint="say which one it is with `lookervault mapping set`, or rename the other",
            )
        self.observed[desired] = observed
        self.desired[observed] = desired
        self.how[desired] = how


class Sides(msgspec.Struct):
    """Both states and their pairs; `rename` gives observed links the names of the desired side."""

    desired: State
    observed: State
    pairing: Pairing
    rename: Mapping[Link, Link]

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
        by_id = _by_id(resource, observed, mapping, same_host)
        if by_id:
            pairing.join(resource.address, *by_id)
    slugs = _index(observed, lambda r: (r.kind, r.slug) if r.slug else None)
    for resource in desired.resources.values():
        by_slug = _free(slugs.get((resource.kind, resource.slug), []), pairing)
        if by_slug and resource.address not in pairing.observed:
            pairing.join(resource.address, _one(resource, by_slug), "slug")
    names = _index(observed, lambda r: (r.kind, r.parent, r.name))
    taken: dict[NaturalKey, str] = {}
    for resource in _parents_first(desired):
        # a name that is only an id says nothing on another instance
        if same_host or not resource.local:
            _by_name(resource, pairing, names, taken)
    return Sides(desired, observed, pairing, _renames(desired, observed, pairing))


def _renames(desired: State, observed: State, pairing: Pairing) -> dict[Link, Link]:
    """Observed links under desired names; what is not paired is not what the desired side calls so."""
    rename = {Link(o): Link(d) for o, d in pairing.desired.items()}
    if desired.host != observed.host:
        strangers = (observed.resources.keys() - pairing.desired.keys()) | observed.dangling
        known = desired.resources.keys() | desired.dangling
        rename |= {Link(a): Link(f"{a}@{observed.host}") for a in strangers & known}
    return rename


def natural_key(resource: Resource, pairing: Pairing) -> NaturalKey | None:
    """What a desired resource is called on the target; None while its parent is not there."""
    if not resource.parent:
        return (resource.kind, "", resource.name)
    parent = pairing.observed.get(resource.parent)
    return (resource.kind, parent, resource.name) if parent else None


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
        # told as ambiguous by `join`
        pairing.join(resource.address, pairing.observed[taken[key]], "name")
    elif candidates and how is None:
        pairing.join(resource.address, _one(resource, candidates), "name")
        taken[key] = resource.address
    elif candidates and how == "slug":
        _one(resource, [pairing.observed[resource.address], *candidates])


def _one(resource: Resource, candidates: list[str]) -> str:
    if len(candidates) > 1:
        raise AmbiguousPair(
            f"{resource.address} could be {' or '.join(sorted(candidates))} on the target",
            hint="say which one it is with `lookervault mapping set`, or rename the other",
        )
    return candidates[0]


def _by_id(resource: Resource, observed: State, mapping: IdMap, same_host: bool) -> tuple[str, How] | None:
    mapped = mapping.get((resource.kind, resource.id))
    if mapped and (resource.kind, mapped) in observed.ids:
        return observed.ids[resource.kind, mapped], "mapping"
    if same_host and (resource.kind, resource.id) in observed.ids:
        return observed.ids[resource.kind, resource.id], "id"
    return None


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

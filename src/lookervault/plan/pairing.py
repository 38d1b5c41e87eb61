"""Which observed object a desired one is, as found out so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from lookervault.errors import AmbiguousPair
from lookervault.model.resource import Resource, State

How = Literal["mapping", "id", "moved", "slug", "name"]
IdMap = Mapping[tuple[str, str], str]  # (kind, id at the source) -> id on the target
NaturalKey = tuple[str, str, str]  # kind, address of the parent on the target, name


class Pairing(msgspec.Struct):
    """Desired address to observed address, and back, with what decided it.

    `unclear` are desired addresses that could be two, or be one together, by what is said of them.
    """

    observed: dict[str, str] = {}
    desired: dict[str, str] = {}
    how: dict[str, How] = {}
    unclear: dict[str, tuple[str, ...]] = {}

    def join(self, desired: str, observed: str, how: How) -> None:
        """Notes a pair, or that it is unclear: each side can be in one pair only."""
        if observed in self.desired:
            both = (self.desired[observed], desired)
            self.unclear[f"{' and '.join(both)} would both be {observed} on the target"] = both
            return
        self.observed[desired] = observed
        self.desired[observed] = desired
        self.how[desired] = how

    def choose(self, desired: str, candidates: Sequence[str], how: How) -> None:
        """Notes a pair with the only one that it could be."""
        if len(candidates) > 1:
            either = " or ".join(sorted(candidates))
            self.unclear[f"{desired} could be {either} on the target"] = (desired,)
        else:
            self.join(desired, candidates[0], how)

    def check(self) -> None:
        """AmbiguousPair where anything is unclear."""
        if self.unclear:
            about = [address for desired in self.unclear.values() for address in desired]
            raise AmbiguousPair("\n  ".join(sorted(self.unclear)), about=about)


def natural_key(resource: Resource, pairing: Pairing) -> NaturalKey | None:
    """What a desired resource is called on the target; None while its parent is not there."""
    if not resource.parent:
        return (resource.kind, "", resource.name)
    parent = pairing.observed.get(resource.parent)
    return (resource.kind, parent, resource.name) if parent else None


def by_id(resource: Resource, observed: State, mapping: IdMap, same_host: bool) -> tuple[str, How] | None:
    """The observed address that an id leads to, in the trash or not: by the mapping, else the same id."""
    mapped = mapping.get((resource.kind, resource.id))
    if mapped and (resource.kind, mapped) in observed.ids:
        return observed.ids[resource.kind, mapped], "mapping"
    if same_host and (resource.kind, resource.id) in observed.ids:
        return observed.ids[resource.kind, resource.id], "id"
    return None

"""Resources that are made once for two states of one instance.

While a resource is made, its context notes what is asked of it beyond the raw object. A state that has the
same raw object and answers all of that alike would make the same resource, to the last value: so it takes
over the one that is there, and whoever compares the two sees at once that they are one.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.context import (
    At,
    Context,
    Question,
    about_address,
    about_fields,
    about_kind,
    about_raw,
)
from lookervault.model.kind import Identity
from lookervault.model.packed import Packed
from lookervault.model.resource import Resource


class Origin(msgspec.Struct, frozen=True):
    """What a resource was made of beyond its raw object: `dangling` is what it refers to and nobody has."""

    resource: Resource
    identity: Identity
    asked: tuple[Question, ...]
    dangling: tuple[At, ...]


class Making(msgspec.Struct, frozen=True):
    """How a state was made: of which raw objects, by their digests, and what its context would answer.

    An object without a digest is like no other. Those of content leave out the counters that reading alone
    moves. `packed` are large objects by kind.
    """

    host: str
    listed: Set[str]
    fields: Mapping[str, Set[str]]
    digests: Mapping[At, str]
    addresses: Mapping[At, str]
    packed: Mapping[str, Packed]
    origins: dict[At, Origin] = {}


def making(context: Context, digests: Mapping[At, str], raws: Mapping[str, Mapping[str, Any]]) -> Making:
    """How the state of a context is made, once all addresses are known."""
    return Making(
        context.host,
        {kind for kind in context.scope if context.known(kind)},
        {kind: context.told(kind) for kind in KINDS},
        {(kind, id_): digests.get((kind, id_), "") for kind, raws in context.raws.items() for id_ in raws},
        context.addresses,
        {kind: objects for kind, objects in raws.items() if isinstance(objects, Packed)},
    )


class Reuse:
    """What of one state another may take over."""

    def __init__(self, there: Making, here: Making) -> None:
        self._origins = there.origins if there.host == here.host else {}
        self._same = {at for at, digest in there.digests.items() & here.digests.items() if digest}
        self._unlike = _unlike(there, here)

    def of(self, at: At, identity: Identity, address: str) -> Origin | None:
        """How the resource was made that would be made of an object, if it is there."""
        origin = self._origins.get(at)
        if origin is None or at not in self._same or origin.identity != identity:
            return None
        same = origin.resource.address == address and self._unlike.isdisjoint(origin.asked)
        return origin if same else None


def _unlike(there: Making, here: Making) -> set[Question]:
    """What two contexts answer otherwise, or only one of them can answer."""
    addresses = {at for at, _ in there.addresses.items() ^ here.addresses.items()}
    raws = {at for at, _ in there.digests.items() ^ here.digests.items()}
    raws |= {at for at, digest in there.digests.items() if not digest}
    kinds = {kind for kind, _ in addresses | raws} | (there.listed ^ here.listed)
    told = {kind for kind in KINDS if there.fields.get(kind) != here.fields.get(kind)}
    return {
        *(about_address(*at) for at in addresses),
        *(about_raw(*at) for at in raws),
        *map(about_kind, kinds | told),
        *map(about_fields, told),
    }

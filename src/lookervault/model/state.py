"""From raw objects to a State: first every object gets its address, then its references are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from msgspec import structs

from lookervault.model.address import Address
from lookervault.model.catalog import KINDS
from lookervault.model.context import Context, RawObjects
from lookervault.model.fields import BODIES, OBJECTS
from lookervault.model.kind import Identity, Kind
from lookervault.model.links import linked_fields
from lookervault.model.naming import At, addresses_of, is_deleted
from lookervault.model.normal import alike, known, pick, text_id
from lookervault.model.packed import Packed
from lookervault.model.resource import Attributes, Completeness, Finding, Resource, State
from lookervault.model.reuse import Making, Origin, Reuse, making
from lookervault.model.usage import usage
from lookervault.model.values import Link

IN_TRASH = "what it belongs to is in the trash"


def build_state(
    host: str,
    raws: RawObjects,
    scope: Mapping[str, Completeness],
    *,
    with_trash: bool = False,
    like: State | None = None,
    digests: Mapping[At, str] = MappingProxyType({}),
) -> State:
    """The canonical state of one side; what is in the trash is kept apart, or left out.

    What has the same value in the state that it is `like` is not held twice; `digests` are of the raw
    objects, and tell what need not even be made twice.
    """
    kept = {kind: _kept(kind, objects, with_trash) for kind, objects in raws.items()}
    context = Context(kept, scope, host)
    for kind, objects in raws.items():
        if isinstance(objects, Packed):
            context.tell(kind, objects.fields)
    context.trashed = _trashed(kept)
    identities = dict(_identities(context))
    context.addresses.update(addresses_of(identities, context.trashed))
    made = making(context, digests, raws) if digests else None
    resources = list(_resources(raws, identities, context, made, like))
    return State(
        host,
        dict(scope),
        {r.address: r for r in resources if not r.trashed},
        dict(context.addresses),
        _dangling(context),
        frozenset(f"{kind}:#{id_}" for kind, id_ in context.dangling),
        trash={r.address: r for r in resources if r.trashed},
        made=None if like else made,
    )


def _resources(
    raws: RawObjects,
    identities: Mapping[At, Identity],
    context: Context,
    made: Making | None,
    like: State | None,
) -> Iterator[Resource]:
    """A resource of each object, made anew only where that of the other state is not the same."""
    there = like.resources if like else {}
    reuse = Reuse(like.made, made) if like and like.made and made else None
    for at, identity in identities.items():
        present = context.trashed.isdisjoint((at, identity.parent))
        origin = reuse.of(at, identity, context.addresses[at]) if reuse and present else None
        if origin:
            context.dangling.update(origin.dangling)
            yield _used(origin.resource, at, context)
            continue
        context.begin(noted=made is not None and like is None)
        resource = _resource(at, raws[at[0]][at[1]], identities, context)
        if made and context.asked is not None and present:
            asked, missed = tuple(context.asked), tuple(context.missed)
            made.origins[at] = Origin(resource, identity, asked, missed)
        yield _sharing(resource, there[resource.address]) if resource.address in there else resource


def alone(
    at: At,
    raws: RawObjects,
    addresses: Mapping[At, str],
    palettes: Mapping[str, Link] | None = None,
    host: str = "",
) -> Resource:
    """One resource by itself; what it refers to goes by the addresses given, else by its id.

    `palettes` gives palettes of custom color collections by their ids; `host` is the instance's.
    """
    collections = {i: {"id": i} for kind, i in addresses if kind == "color_collection"}
    raws = {**raws, "color_collection": raws.get("color_collection", {}) or collections}
    context = Context(raws, dict.fromkeys(KINDS, "complete"), host)
    context.addresses.update(addresses)
    context.addresses.setdefault(at, str(Address(at[0], (f"#{at[1]}",))))
    if palettes is not None:
        context.memo["palettes"] = dict(palettes)
    raw = raws[at[0]][at[1]]
    context.begin(noted=False)
    return _resource(at, raw, {at: KINDS[at[0]].identity(raw, context)}, context)


def _kept(kind: str, objects: Mapping[str, Any], with_trash: bool) -> Mapping[str, Any]:
    """What is live, and what is in the trash where that is asked for and can be had back."""
    if isinstance(objects, Packed):
        objects = objects.outlines
    if with_trash and kind in KINDS and KINDS[kind].trash:
        return objects
    return {i: raw for i, raw in objects.items() if not (isinstance(raw, dict) and is_deleted(raw))}


def _trashed(raws: RawObjects) -> set[At]:
    return {
        (kind.name, id_)
        for kind in KINDS.values()
        if kind.trash
        for id_, raw in raws.get(kind.name, {}).items()
        if is_deleted(raw)
    }


def _identities(context: Context) -> Iterator[tuple[tuple[str, str], Identity]]:
    for kind in KINDS.values():
        if kind.role != "value":
            for id_, raw in context.raws.get(kind.name, {}).items():
                yield (kind.name, id_), kind.identity(raw, context)


def _resource(at: At, raw: Any, identities: Mapping[At, Identity], context: Context) -> Resource:
    kind, identity = KINDS[at[0]], identities[at]
    lost = IN_TRASH if identity.parent in context.trashed else ""
    resource = Resource(
        address=context.addresses[at],
        kind=kind.name,
        id=at[1],
        name=identity.name,
        parent=context.address_of(*identity.parent) if identity.parent else "",
        attributes=_attributes(kind, raw, context) if kind.role == "managed" else {},
        parts=kind.parts(raw, context) if kind.parts else [],
        slug=text_id(raw.get(kind.slug)) if kind.slug else "",
        guard=kind.guard(raw) or kind.orphan(raw, context) or lost
        if kind.role == "managed"
        else "a reference target",
        local=identity.local,
        refused=_flags(raw, False),
        granted=_flags(raw, True),
        aliases=kind.aliases(raw),
        unknown=kind.unknown(raw, context),
        untold=_untold(kind, context),
        trashed=at in context.trashed,
        usage=usage(raw, context),
        lasting=kind.lasting(raw),
        handwork=kind.handwork(raw),
    )
    resource.mentions = tuple(context.mentions)
    return resource


def _used(resource: Resource, at: At, context: Context) -> Resource:
    """The resource with the counts of an object that is the same otherwise."""
    told = usage(context.raws[at[0]][at[1]], context)
    return resource if told == resource.usage else structs.replace(resource, usage=told)


def _sharing(resource: Resource, other: Resource) -> Resource:
    """The resource, with the other's attributes in the place of its own where they are equal."""
    if alike(resource.attributes, other.attributes) is not None:
        resource.attributes = other.attributes
    for own, there in zip(resource.parts, other.parts, strict=False):
        if alike(own.attributes, there.attributes) is not None:
            own.attributes = there.attributes
    return resource


def _flags(raw: Any, wanted: bool) -> frozenset[str]:
    """The actions that `can` allows, or does not (resource notes, section 2.6)."""
    told = raw.get("can")
    return frozenset(a for a, may in told.items() if may is wanted) if isinstance(told, dict) else frozenset()


def _untold(kind: Kind, context: Context) -> tuple[str, ...]:
    """Attributes that an older instance does not have: of them it says nothing, not even null (6.8)."""
    told, key = context.told(kind.name), f"untold.{kind.name}"
    if key not in context.memo:
        names = {f: f for f in kind.fields} | {r.field: r.name for r in kind.refs if r.field}
        known = told | {"permission_set_id", "model_set_id"}  # these come from `extra`
        context.memo[key] = tuple(name for field, name in names.items() if field not in known)
    found: tuple[str, ...] = context.memo[key]
    return found


def _attributes(kind: Kind, raw: Any, context: Context) -> Attributes:
    found = pick(raw, _types(kind.name), sets=kind.sets)
    found |= {field: known(found[field], OBJECTS[field]) for field in found.keys() & OBJECTS.keys()}
    for ref in kind.refs:
        target = text_id(raw.get(ref.field)) if ref.field else ""
        if target:
            found[ref.name] = Link(context.address_of(ref.kind, target))
    found |= kind.extra(raw, context) if kind.extra else {}
    told = {name: value for name, value in found.items() if value is not None}
    return linked_fields(told, kind.texts, context) if kind.texts else told


@cache
def _types(kind: str) -> Attributes:
    """The declared fields of a kind with their types."""
    types = BODIES[kind]["create"]
    return {f: types[f] for f in KINDS[kind].fields if f in types}


def _dangling(context: Context) -> list[Finding]:
    return [
        Finding("warning", f"{kind}:#{id_}", "is referred to, but was not seen: deleted, or not visible")
        for kind, id_ in sorted(context.dangling)
    ]

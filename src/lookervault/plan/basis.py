"""On what a change was planned, so that at the time of writing it can be judged again by itself.

`seen` is a digest of the object as it was read, with ids for what it refers to: the same object read anew
gives the same digest, on any machine. Where it does not, the difference is worked out anew, and only
that decides (requirements rows A3 and B2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import structs

from lookervault.model.catalog import KINDS
from lookervault.model.content import DEFAULT_LAYOUT, layout_slots
from lookervault.model.context import Context, RawObjects
from lookervault.model.links import HOST_AND_PORT, INSTANCE, own_host
from lookervault.model.naming import At
from lookervault.model.normal import comparable, digest, in_order
from lookervault.model.resource import Part, Resource
from lookervault.model.state import alone
from lookervault.model.values import Link, links, text_links
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.defaults import Echoes
from lookervault.plan.diff import update
from lookervault.plan.lens import Lens
from lookervault.plan.pair import Sides
from lookervault.plan.parts import pair_parts

_TABS = ("id", "label", "order", "active", "deleted")


class Basis(msgspec.Struct):
    """What one change was planned on; `desired` is absent for a delete.

    `unknown` are attributes that the target did not tell, `around` is the little that must be known of
    other objects to read this one.
    """

    seen: str
    desired: Resource | None = None
    unknown: tuple[str, ...] = ()
    around: dict[str, dict[str, Any]] = {}


# what an id of the target means: (kind, id, address, part)
Name = tuple[str, str, str, str]


def bases(changes: Iterable[Change], sides: Sides) -> dict[str, Basis]:
    """The basis of each change of something that is there, by address."""
    context = Context(sides.observed.raws, {})
    found = {}
    for change in changes:
        if change.action is not Action.CREATE and change.id in sides.observed.raws.get(change.kind, {}):
            found[change.address] = _basis(change, sides, context)
    return found


def _basis(change: Change, sides: Sides, context: Context) -> Basis:
    at = (change.kind, change.id)
    context_of, raws = around(at, context), about(at, context)
    there = alone(at, {**context_of, **raws}, {})
    wanted = sides.desired.resources.get(change.address)
    return Basis(portrait(there, there.unknown), wanted, there.unknown, context_of)


def about(at: At, context: Context) -> dict[str, dict[str, Any]]:
    """An object and all that is told of it elsewhere: its facets, and who says to belong to it."""
    kind, id_ = KINDS[at[0]], at[1]
    found: dict[str, dict[str, Any]] = {kind.name: {id_: context.raws[kind.name][id_]}}
    for name in (f"{kind.name}.{facet.name}" for facet in kind.facets):
        if id_ in context.raws.get(name, {}):
            found[name] = {id_: context.raws[name][id_]}
    for member in kind.members:
        ids = context.inverse(member.kind, member.field).get(id_, [])
        found.setdefault(member.kind, {}).update({i: {"id": i, member.field: [id_]} for i in ids})
    return found


def around(at: At, context: Context) -> dict[str, dict[str, Any]]:
    """The tabs of the dashboard that a schedule sends, which it names by their ids."""
    raw = context.raws[at[0]][at[1]]
    dashboard = str(raw.get("dashboard_id") or "")
    seen = context.raw("dashboard", dashboard) if at[0] == "scheduled_plan" and raw.get("tab_ids") else None
    if seen is None:
        return {}
    tabs = [{k: tab.get(k) for k in _TABS} for tab in seen.get("dashboard_layouts") or []]
    return {"dashboard": {dashboard: {"id": dashboard, "dashboard_layouts": tabs}}}


def portrait(resource: Resource, unknown: Iterable[str]) -> str:
    """The digest of all that counts of a resource, read by itself."""
    attributes = {k: v for k, v in resource.attributes.items() if k not in unknown}
    parts = [[p.kind, p.id, p.attributes, p.home] for p in resource.parts]
    told = in_order(comparable(attributes), KINDS[resource.kind].unordered)
    return digest([told, resource.slug, sorted(parts, key=lambda p: p[:2])])


def names(found: Mapping[str, Basis], sides: Sides, ids: Mapping[Link, str]) -> list[Name]:
    """What the ids mean that the bases refer to, on either side."""
    used = set(own_host(""))
    for address, basis in found.items():
        used.add(Link(address))
        other = sides.counterpart(address)
        used.update(x for r in (basis.desired,) if r for x in _links(r))
        used.update(sides.rename.get(x, x) for x in (_links(other) if other else ()))
    outer = used | {Link(x.to) for x in used}
    return sorted((x.to.partition(":")[0], ids[x], x.to, x.part) for x in outer if x.to and x in ids)


def _links(resource: Resource) -> Iterator[Link]:
    for attributes in (resource.attributes, *(part.attributes for part in resource.parts)):
        yield from links(attributes)
        yield from text_links(attributes)


def names_of(resource: Resource, known: Iterable[Name], id_of: Callable[[Link], str | None]) -> list[Name]:
    """What ids mean: as a plan knew, and what has got one since of all that a resource refers to."""
    made = ((x, id_of(x)) for x in _links(resource) if x.to)
    return [*known, *((x.to.partition(":")[0], i, x.to, x.part) for x, i in made if i)]


def made_of(change: Change) -> Resource:
    """The resource that a change brings into being."""
    parts = [
        Part(p.kind, p.slot.partition(":")[2], p.slot, p.label, p.after, home=_home(p)) for p in change.parts
    ]
    return Resource(
        change.address,
        change.kind,
        change.source_id,
        change.name,
        "",
        change.after,
        parts,
        unknown=change.untold,
    )


def _home(part: PartChange) -> str:
    return part.home or (DEFAULT_LAYOUT if part.kind == "element" else "")


def judge_anew(
    change: Change,
    basis: Basis,
    raws: RawObjects,
    known: Iterable[Name],
    echoes: Echoes,
    exact: bool = False,
) -> Change | None:
    """What would have to change of an object as it is now; None where it is as desired."""
    assert basis.desired is not None
    at, known = (change.kind, change.id), list(known)
    addresses = {(kind, id_): to for kind, id_, to, part in known if not part}
    palettes = {i: Link(to, p) for kind, i, to, p in known if kind == "color_collection" and p}
    ids = {Link(to, part): id_ for _, id_, to, part in known}
    there = alone(
        at, {**basis.around, **raws}, addresses, palettes, ids.get(Link(INSTANCE, HOST_AND_PORT), "")
    )
    # what an object keeps for life need not be asked again, nor what one object alone does not tell
    silent = KINDS[change.kind].fixed | ({*there.untold} - {*change.before, *change.after})
    there = structs.replace(there, unknown=tuple({*there.unknown, *basis.unknown, *silent}))

    # parts go by their slots: those of a tree of files have no ids
    desired = basis.desired
    slotted = [structs.replace(p, id=p.slot) for p in desired.parts]
    keys = KINDS[change.kind].part_keys
    pairs = pair_parts(slotted, there.parts, keys, lambda _, slot: change.kept.get(slot, ""), {})
    lens = Lens(_tab_names(basis, known, addresses), ids, echoes, [], exact)
    fresh = update(desired, there, pairs, lens)
    same = {"was": change.was, "paired_by": change.paired_by, "restored": change.restored}
    return structs.replace(fresh, **same) if fresh else None


def _tab_names(basis: Basis, known: Iterable[Name], addresses: Mapping[At, str]) -> dict[Link, Link]:
    """Tabs of a dashboard that a schedule sends, under their desired names."""
    slots = {(to, id_): part for kind, id_, to, part in known if part.startswith("layout:")}
    return {
        Link(address, slot): Link(address, slots[address, tab])
        for id_, raw in basis.around.get("dashboard", {}).items()
        for address in [addresses.get(("dashboard", id_), "")]
        for tab, slot in layout_slots(raw).items()
        if (address, tab) in slots
    }


def same_difference(one: Change, other: Change | None) -> bool:
    """Whether two changes do the same to the same parts."""
    if other is None:
        return False
    ids = ([p.id for p in change.parts] for change in (one, other))
    return one.digest == other.digest and one.kept == other.kept and next(ids) == next(ids)

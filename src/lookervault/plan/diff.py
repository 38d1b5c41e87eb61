"""Comparing paired resources: equal ones are settled by `==`, and only the rest is described."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Mapping, Set
from typing import cast

from msgspec import structs

from lookervault.model.catalog import KINDS
from lookervault.model.content import DEFAULT_LAYOUT, maker_says, meaning
from lookervault.model.normal import comparable
from lookervault.model.resource import Attributes, Finding, Part, Resource
from lookervault.model.values import Link, links, replace
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.defaults import Echoes
from lookervault.plan.lens import Lens, Rename
from lookervault.plan.pair import IdMap, Sides, pair_resource_parts
from lookervault.plan.parts import PartPairs, without
from lookervault.plan.picture import tiles


def compare(
    sides: Sides, mapping: IdMap, ids: Mapping[Link, str], echoes: Echoes, exact: bool = False
) -> tuple[list[Change], list[Finding]]:
    """What must change on the observed side to become the desired one; deletes are not among it."""
    lens = Lens(sides.rename, ids, echoes, [], exact, (_renamed(sides.rename),))
    changes = []
    for resource in sides.desired.resources.values():
        other = sides.counterpart(resource.address)
        if resource.guard or (other and other.guard):
            continue
        if other is None:
            change: Change | None = creation(resource, lens.findings)
        elif _one(resource, other) and not mapping and lens.means_itself(resource):
            continue
        else:
            parts = sides.parts.get(resource.address)
            if parts is None:
                parts = pair_resource_parts(resource, other, sides, mapping)
            change = update(resource, other, parts, lens)
        if change:
            change.paired_by = sides.pairing.how.get(resource.address, "")
            changes.append(change)
    return changes, lens.findings


def _one(desired: Resource, observed: Resource) -> bool:
    """Whether what two resources say was made once for both."""
    same = desired.attributes is observed.attributes and desired.parts is observed.parts
    return same and not observed.trashed


def creation(resource: Resource, findings: list[Finding]) -> Change:
    """The change that brings a resource into being, with all of its parts that can be made."""
    findings += [_left_out(resource, part) for part in resource.parts if part.broken]
    resource = _without_broken(resource, {})
    return Change(
        action=Action.CREATE,
        kind=resource.kind,
        address=resource.address,
        name=resource.name,
        id="",
        before={},
        after=resource.attributes,
        parts=[_new_part(p) for p in resource.parts if not p.broken],
        source_id=resource.id,
        slug=resource.slug,
        untold=(*resource.unknown, *resource.untold),
    )


def update(desired: Resource, observed: Resource, pairs: PartPairs, lens: Lens) -> Change | None:
    """The change that makes an observed resource the desired one, if it takes any."""
    kind = KINDS[desired.kind]
    unsaid = (set() if lens.exact else _unsaid(desired, observed)) | kind.create_only
    unknown = {*desired.unknown, *desired.untold, *observed.unknown, *unsaid}
    at = (desired.kind, observed.id)
    desired, inner = _without_broken(desired, pairs), _inside(observed, pairs, lens)
    desired = _with_unnamed(desired, observed, kind.merged, lens.rename)
    before, after = inner.differences(at, desired.attributes, observed.attributes, unknown)
    after |= {name: kind.assumed[name] for name in before.keys() & kind.assumed.keys() - after.keys()}
    parts, equal = _compare_parts(desired, observed, pairs, inner)
    if not (before or after or parts or observed.trashed):
        return None
    return Change(
        action=Action.UPDATE,
        kind=desired.kind,
        address=desired.address,
        name=desired.name,
        id=observed.id,
        before=before,
        after=after,
        parts=parts,
        was=observed.address if observed.address != desired.address else "",
        source_id=desired.id,
        unchanged=len(meaning(desired.attributes)) - len(after),
        unchanged_parts=equal,
        part_ids=_ids_by_kind(observed),
        kept={slot: other.id for slot, other in pairs.items()},
        restored=observed.trashed,
        tiles=tiles(desired, observed, pairs, {p.slot for p in parts}),
        labels=_labels(desired, observed, [x for c in parts for x in (c.before, c.after)] + [before, after]),
        also=_unchanged(desired, observed, unknown, lens.rename)
        if _goes_whole(desired, before, after)
        else {},
    )


def _with_unnamed(desired: Resource, observed: Resource, merged: frozenset[str], rename: Rename) -> Resource:
    """The desired resource with what some of its maps do not name as it is there."""
    found: Attributes = {}
    for name in merged & observed.attributes.keys():
        have, want = observed.attributes[name], desired.attributes.get(name)
        if isinstance(have, dict) and isinstance(want, dict | None):
            kept = replace(have, lambda link: rename.get(link, link), lambda text: text)
            found[name] = {**kept, **(want or {})}
    return structs.replace(desired, attributes={**desired.attributes, **found}) if found else desired


def _labels(desired: Resource, observed: Resource, values: list[Attributes]) -> dict[str, str]:
    """The titles of the parts that these values name by their slots."""
    named = {link.part for value in values for link in links(value) if not link.to}
    if not named:
        return {}
    titles = {f"{p.slot}@{p.id}": p.label for p in observed.parts} | {p.slot: p.label for p in desired.parts}
    return {slot: titles[slot] for slot in sorted(named) if slot in titles}


def _unsaid(desired: Resource, observed: Resource) -> set[str]:
    """Attributes that are as the instance likes, unless what it likes is known and is not what is there."""
    kind, there = KINDS[desired.kind], observed.attributes
    return {
        name
        for name in kind.defaulted - desired.attributes.keys()
        if there.get(name) in (None, kind.assumed.get(name, there.get(name)))
    }


def _goes_whole(desired: Resource, before: Attributes, after: Attributes) -> bool:
    patched = KINDS[desired.kind].patched
    return bool(patched) and not patched.issuperset({*before, *after})


def _unchanged(desired: Resource, observed: Resource, unknown: Set[str], rename: Rename) -> Attributes:
    """All that a resource has and keeps; of what the desired side does not know, what is there."""
    told = desired.attributes.keys() - {*desired.unknown}
    there = {k: v for k, v in observed.attributes.items() if k in unknown and k not in told}
    kept = replace(there, lambda link: rename.get(link, link), lambda text: text)
    return {**desired.attributes, **kept}


def _inside(observed: Resource, pairs: PartPairs, lens: Lens) -> Lens:
    """A lens that also gives the observed parts their desired names; those without one go by their id."""
    slots = {Link("", p.slot): Link("", f"{p.slot}@{p.id}") for p in observed.parts}
    slots |= {Link("", o.slot): Link("", slot) for slot, o in pairs.items()}
    # a map for each resource, over one that may name all there is
    names = ChainMap(slots, cast("dict[Link, Link]", lens.rename))
    moved = None if lens.moved is None else (*lens.moved, _renamed(slots))
    return structs.replace(lens, rename=names, moved=moved)


def _renamed(names: Rename) -> Set[Link]:
    """The links that get another name."""
    return {link for link, name in names.items() if link != name}


def _without_broken(resource: Resource, pairs: PartPairs) -> Resource:
    """The resource with no order that names parts which are not there and cannot be made."""
    gone = {Link("", p.slot) for p in resource.parts if p.broken and p.slot not in pairs}
    if not gone:
        return resource
    parts = [structs.replace(p, attributes=without(p.attributes, gone)) for p in resource.parts]
    return structs.replace(resource, attributes=without(resource.attributes, gone), parts=parts)


def _left_out(resource: Resource, part: Part) -> Finding:
    message = f'{part.kind} "{part.label}" is left out: {part.broken}'
    return Finding("warning", resource.address, message, (part.slot,))


def _ids_by_kind(resource: Resource) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in resource.parts:
        found.setdefault(part.kind, []).append(part.id)
    return found


def _compare_parts(
    desired: Resource, observed: Resource, pairs: PartPairs, lens: Lens
) -> tuple[list[PartChange], dict[str, int]]:
    layouts = {o.key: slot.partition(":")[2] for slot, o in pairs.items() if o.kind == "layout"}
    changes: list[PartChange] = []
    equal: Counter[str] = Counter()
    for part in desired.parts:
        other = pairs.get(part.slot)
        if part.broken:
            # one that is there stays as it is; one that is not cannot be made
            equal[part.kind] += bool(other)
            lens.findings += [] if other else [_left_out(desired, part)]
            continue
        change = _part_change(desired.kind, part, other, lens, layouts) if other else _new_part(part)
        if change:
            changes.append(change)
        else:
            equal[part.kind] += 1
    kept = {id(p) for p in pairs.values()}
    lost = [p for p in observed.parts if id(p) not in kept and not _stays(p, desired)]
    changes += [_lost_part(p, lens.rename) for p in lost]
    return changes, dict(equal)


def _stays(part: Part, desired: Resource) -> bool:
    """Whether a layout stays because the desired side tells of none, as old dashboards do (4.8).

    Looker makes one with every dashboard, and does not let it go.
    """
    return part.kind == "layout" and not any(p.kind == "layout" for p in desired.parts)


# what Looker gives parts of which it is not told: the layout that becomes active takes that from the one that
# was, a filter that is to have no title has its name for one, an element its components (4.8)
_GIVEN = {
    "layout": frozenset({"active"}),
    "filter": frozenset({"title"}),
    "element": frozenset({"positions"}),
}


def _part_change(
    kind: str, part: Part, other: Part, lens: Lens, layouts: Mapping[str, str]
) -> PartChange | None:
    have, want = other.attributes, part.attributes
    home = layouts.get(other.home, other.home)
    if "positions" in have and "positions" in want:
        places = {layouts.get(k, k): v for k, v in have["positions"].items()}
        places, wanted = _places(places, want["positions"], {home, part.home})
        if part.home in ("", home):
            places = {k: v for k, v in places.items() if k in wanted}
        have, want = {**have, "positions": places}, {**want, "positions": wanted}
    unsaid = {*part.ignored, *(_GIVEN.get(part.kind, frozenset()) - want.keys())}
    before, after = lens.differences((f"{kind}_{part.kind}", other.id), want, have, unsaid)
    moved = part.home if part.home != home else ""
    if not (before or after or moved):
        return None
    return PartChange(
        Action.UPDATE,
        part.kind,
        part.slot,
        other.id,
        part.label,
        before,
        after,
        unchanged=len(meaning(part.attributes)) - len(after),
        components={layouts.get(k, k): id_ for k, id_ in other.components.items()},
        also=_sent_along(part.attributes, {*before, *after}),
        home=moved,
        source_id=part.id,
    )


def _sent_along(attributes: Attributes, changed: set[str]) -> Attributes:
    """The whole of a result maker, where anything of it changed."""
    if not changed & {"filterables", "overrides", "merge"}:
        return {}
    whole = {"filterables": attributes.get("filterables"), "overrides": maker_says(attributes)}
    return {k: v for k, v in whole.items() if v and (k not in changed or k == "overrides")}


def _places(have: Attributes, want: Attributes, homes: set[str]) -> tuple[Attributes, Attributes]:
    """Places of one element as far as both sides tell them.

    Components on layouts other than an element's own come and go with the server. The finer grid
    exists since 26.0 only; an instance may tell it where another does not.
    """
    layouts = {k for k in {*have, *want} if k in homes or (k in have and k in want)}
    return (
        {k: _told(have[k], want.get(k) or have[k], _ANY) for k in sorted(layouts) if k in have},
        {k: _told(want[k], have.get(k) or want[k], _FINE) for k in sorted(layouts) if k in want},
    )


_ANY, _FINE = "", "granular_"


def _told(place: Attributes, other: Attributes, doubtful: str) -> Attributes:
    """A place without those of the doubtful fields that the other side does not tell."""
    return {g: v for g, v in place.items() if g in other or not g.startswith(doubtful)}


def _new_part(part: Part) -> PartChange:
    home = part.home if part.home != DEFAULT_LAYOUT else ""
    after, source_id = part.attributes, part.id
    return PartChange(
        Action.CREATE, part.kind, part.slot, "", part.label, {}, after, home=home, source_id=source_id
    )


def _lost_part(part: Part, rename: Rename) -> PartChange:
    before = comparable(part.attributes, rename)
    return PartChange(Action.DELETE, part.kind, f"{part.slot}@{part.id}", part.id, part.label, before, {})

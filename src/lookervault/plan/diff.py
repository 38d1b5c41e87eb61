"""Comparing paired resources: equal ones are settled by `==`, and only the rest is described."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from lookervault.model.catalog import KINDS
from lookervault.model.content import meaning
from lookervault.model.normal import comparable
from lookervault.model.resource import Attributes, Part, Resource, State
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.pair import IdMap, Pairing
from lookervault.plan.parts import pair_parts

Rename = Mapping[Link, Link]


def compare(desired: State, observed: State, pairing: Pairing, mapping: IdMap) -> list[Change]:
    """What must change on the observed side to become the desired one; deletes are not among it."""
    rename = {Link(o): Link(d) for o, d in pairing.desired.items()}
    same_host = desired.host == observed.host

    def mapped(kind: str, id_: str) -> str:
        return id_ if same_host else mapping.get((f"dashboard_{kind}", id_), "")

    changes = []
    for resource in desired.resources.values():
        if resource.guard:
            continue
        at = pairing.observed.get(resource.address)
        if at is None:
            changes.append(creation(resource))
        elif not observed.resources[at].guard:
            other = observed.resources[at]
            change = _update(resource, other, rename, mapped)
            if change:
                change.paired_by = pairing.how[resource.address]
                changes.append(change)
    return changes


def creation(resource: Resource) -> Change:
    """The change that brings a resource into being, with all its parts."""
    return Change(
        action=Action.CREATE,
        kind=resource.kind,
        address=resource.address,
        name=resource.name,
        id="",
        before={},
        after=resource.attributes,
        parts=[_new_part(p) for p in resource.parts],
        source_id=resource.id,
        slug=resource.slug,
    )


def _update(
    desired: Resource, observed: Resource, rename: Rename, mapped: Callable[[str, str], str]
) -> Change | None:
    unknown = {*desired.unknown, *observed.unknown}
    before, after = differences(desired.attributes, observed.attributes, rename, unknown)
    parts, same = _compare_parts(desired, observed, rename, mapped)
    if not (before or after or parts):
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
        unchanged_parts=same,
        part_ids=[p.id for p in observed.parts],
    )


def differences(
    desired: Attributes, observed: Attributes, rename: Rename, unknown: set[str]
) -> tuple[Attributes, Attributes]:
    """The attributes that differ, as they are and as they should be."""
    if desired == observed:
        return {}, {}
    want, have = comparable(meaning(desired)), comparable(meaning(observed), rename)
    changed = {k for k in {*want, *have} - unknown if want.get(k) != have.get(k)}
    return (
        {k: have[k] for k in sorted(changed) if k in have},
        {k: desired[k] for k in sorted(changed) if k in want},
    )


def _compare_parts(
    desired: Resource, observed: Resource, rename: Rename, mapped: Callable[[str, str], str]
) -> tuple[list[PartChange], dict[str, int]]:
    if not KINDS[desired.kind].parts or desired.parts == observed.parts:
        return [], dict(Counter(p.kind for p in desired.parts))
    pairs = pair_parts(desired.parts, observed.parts, mapped, rename)
    slots = {Link("", o.slot): Link("", slot) for slot, o in pairs.items()}
    layouts = {o.key: slot.partition(":")[2] for slot, o in pairs.items() if o.kind == "layout"}
    renamed = {**rename, **slots}
    changes: list[PartChange] = []
    same: Counter[str] = Counter()
    for part in desired.parts:
        other = pairs.get(part.slot)
        change = _part_change(part, other, renamed, layouts) if other else _new_part(part)
        if change:
            changes.append(change)
        else:
            same[part.kind] += 1
    kept = {id(p) for p in pairs.values()}
    changes += [_lost_part(p, renamed) for p in observed.parts if id(p) not in kept]
    return changes, dict(same)


def _part_change(part: Part, other: Part, rename: Rename, layouts: Mapping[str, str]) -> PartChange | None:
    have = other.attributes
    if "positions" in have:
        have = {**have, "positions": _places(part, have["positions"], layouts)}
    before, after = differences(part.attributes, have, rename, set())
    if not (before or after):
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
    )


def _sent_along(attributes: Attributes, changed: set[str]) -> Attributes:
    """Both halves of a result maker, where only one changed."""
    halves = {"filterables", "overrides"}
    if not changed & halves:
        return {}
    return {k: attributes[k] for k in sorted(halves - changed) if k in attributes}


def _places(part: Part, have: Attributes, layouts: Mapping[str, str]) -> Attributes:
    """Observed places under the desired layout keys, told as finely as the desired side tells them.

    The finer grid exists since 26.0 only; an instance may tell it where another does not.
    """
    renamed = {layouts.get(k, k): v for k, v in have.items()}
    wanted = part.attributes.get("positions", {})
    return {
        key: {g: v for g, v in place.items() if g in wanted.get(key, place)} for key, place in renamed.items()
    }


def _new_part(part: Part) -> PartChange:
    return PartChange(Action.CREATE, part.kind, part.slot, "", part.label, {}, part.attributes)


def _lost_part(part: Part, rename: Rename) -> PartChange:
    before = comparable(part.attributes, rename)
    return PartChange(Action.DELETE, part.kind, f"{part.slot}@{part.id}", part.id, part.label, before, {})

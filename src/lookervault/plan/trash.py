"""What is desired and lies in the target's trash comes back instead of being made anew.

An undelete keeps the ids of the object and of all its parts, so that alerts, schedules and links survive
(resource notes, sections 2.8 and 4.5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from lookervault.model.catalog import KINDS
from lookervault.model.normal import comparable, same
from lookervault.model.resource import Head, Resource, State
from lookervault.model.state import IN_TRASH
from lookervault.model.values import Link
from lookervault.plan.pairing import How, IdMap, Pairing, by_id, natural_key

Renames = Mapping[Link, Link]


def worth_reading(
    desired: State, mapping: IdMap, same_host: bool, live: Sequence[Head], lost: Sequence[Head]
) -> list[Head]:
    """What of the trash could be something desired that is not live; all of one kind."""
    if not lost:
        return []
    ids, slugs = {h.id for h in live}, {h.slug for h in live} - {""}
    wanted_ids, wanted_slugs, wanted_titles = set[str](), set[str](), set[str]()
    for resource in desired.resources.values():
        if resource.kind != lost[0].kind or resource.guard:
            continue
        known = mapping.get((resource.kind, resource.id)) or (resource.id if same_host else "")
        if known in ids or resource.slug in slugs:
            continue
        wanted_ids.add(known)
        wanted_slugs.add(resource.slug)
        wanted_titles.add(resource.name)
    return [
        head
        for head in lost
        if head.id in wanted_ids or head.title in wanted_titles or (head.slug and head.slug in wanted_slugs)
    ]


def come_back(desired: State, observed: State, mapping: IdMap, pairing: Pairing, rename: Renames) -> State:
    """The observed state with what comes back; what belongs to that is no longer lost. Notes the pairs."""
    for resource in desired.resources.values():
        if not KINDS[resource.kind].trash or resource.guard or resource.address in pairing.observed:
            continue
        found = _lost_one(resource, desired, observed, mapping, pairing, rename)
        if found and found[0] not in pairing.desired:
            pairing.join(resource.address, *found)
    back = {a: r for a, r in observed.trash.items() if a in pairing.desired}
    freed = {
        a: structs.replace(r, guard="")
        for a, r in observed.resources.items()
        if r.guard == IN_TRASH and r.parent in back
    }
    return structs.replace(observed, resources={**observed.resources, **freed, **back})


def _lost_one(
    resource: Resource,
    desired: State,
    observed: State,
    mapping: IdMap,
    pairing: Pairing,
    rename: Renames,
) -> tuple[str, How] | None:
    """What of the trash a desired object is for sure."""
    known = by_id(resource, observed, mapping, desired.host == observed.host)
    if known and known[0] in observed.trash:
        return known
    alike = [r for r in observed.trash.values() if r.kind == resource.kind]
    by_slug = [r for r in alike if r.slug and r.slug == resource.slug]
    if by_slug:
        return by_slug[0].address, "slug"
    key = natural_key(resource, pairing)
    named = [r for r in alike if (r.kind, r.parent, r.name) == key]
    if len(named) == 1 and _surely(resource, named[0], rename):
        return named[0].address, "name"
    return None


def _surely(desired: Resource, lost: Resource, rename: Renames) -> bool:
    """Whether a title is proof enough: two slugs tell two dashboards, and a look must show the same."""
    if desired.slug and lost.slug:
        return False
    want, have = desired.attributes.get("query"), lost.attributes.get("query")
    return same(comparable(want), comparable(have, rename))

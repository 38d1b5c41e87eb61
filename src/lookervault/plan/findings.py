"""What would go wrong if the plan were applied, said before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Finding, State
from lookervault.plan.change import Action, Change
from lookervault.plan.pair import Sides


def drop_trashed_slugs(changes: Iterable[Change], observed: State) -> list[Finding]:
    """Takes from new dashboards the slugs that something in the trash still holds, and says so."""
    found = []
    slugs = {head.slug: head for head in observed.in_trash if head.slug}
    for change in changes:
        head = slugs.get(change.slug) if change.action is Action.CREATE else None
        if head:
            text = f"the trash (id {head.id}) holds the slug {head.slug}; this one gets another"
            found.append(Finding("warning", change.address, text))
            change.slug = ""
    return found


def other_slugs(sides: Sides) -> list[Finding]:
    """Dashboards that go by another slug on the target, where links to them may hold it."""
    found = []
    for address, at in sides.pairing.observed.items():
        resource = sides.desired.resources.get(address)
        have = sides.observed.resources[at].slug
        if resource is not None and resource.slug and have and have != resource.slug:
            text = f"keeps its slug {have} on the target; at the source it is {resource.slug}"
            found.append(Finding("warning", address, text))
    return found


def trash_findings(sides: Sides, changes: Iterable[Change]) -> Iterator[Finding]:
    """What people should know of the trash before anything is written."""
    heads = {(h.kind, h.folder_id, h.title): h for h in sides.observed.in_trash}
    for change in changes:
        if change.action is Action.CREATE and KINDS[change.kind].trash:
            parent = sides.counterpart(sides.desired.resources[change.address].parent)
            head = heads.get((change.kind, parent.id, change.name)) if parent else None
            if head:
                text = f"another {change.kind} of this title is in the trash (id {head.id}) and stays there"
                yield Finding("warning", change.address, text)
        elif change.restored:
            yield from _wakes(change, sides.observed)


def _wakes(change: Change, observed: State) -> Iterator[Finding]:
    """Schedules and alerts that were on when their content was deleted are on again with it."""
    for resource in observed.resources.values():
        on = resource.attributes.get("enabled") or (
            resource.kind == "alert" and not resource.attributes.get("is_disabled")
        )
        if on and resource.parent == change.was:
            what = f'{resource.kind} "{resource.name}" (id {resource.id})'
            text = f"its {what} is on, and sends again once it is restored"
            yield Finding("warning", change.address, text)

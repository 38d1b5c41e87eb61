"""What hangs on content: schedules and alerts, which a change keeps or loses (requirements, row B5).

An alert cannot move to another element, and neither comes back once it is lost (resource notes, 4.16).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Finding, Resource, State, Usage
from lookervault.model.values import Link, links
from lookervault.plan.change import Action, Attached, Change
from lookervault.plan.pair import Sides
from lookervault.plan.policy import Policy

ATTACHED = ("alert", "scheduled_plan")
_SHOWING = {"board": "boards", "dashboard": "dashboards"}
AGREE = "--allow-attachment-loss agrees"


def attach(sides: Sides, changes: list[Change], policy: Policy) -> list[Finding]:
    """Notes with each change of content what hangs on it; a loss that nobody agreed to is an error."""
    hanging, shown = _hanging(sides.observed), _shown(sides.observed)
    goes = {(c.kind, c.id) for c in changes if c.action is Action.DELETE}
    moved = {c.id for c in changes if c.kind == "scheduled_plan" and "tabs" in {*c.before, *c.after}}
    findings = []
    for change in (c for c in changes if KINDS[c.kind].trash and c.action is not Action.CREATE):
        there = [r for r in hanging.get((change.kind, change.id), []) if (r.kind, r.id) not in goes]
        lost = dict(_lost(change, there, moved))
        kept = Counter(r.kind for r in there if r.address not in lost)
        change.attached = Attached(
            dict(kept), sorted(lost.values()), _used(sides.observed, change, shown, there)
        )
        change.attached.owner, change.attached.owner_disabled = _owner(sides.observed, change)
        findings += [_finding(change, why, policy) for why in change.attached.lost]
    return findings


def _finding(change: Change, why: str, policy: Policy) -> Finding:
    if policy.allow_attachment_loss:
        return Finding("warning", change.address, why)
    return Finding("error", change.address, f"{why}; {AGREE}")


def _shown(observed: State) -> Counter[tuple[str, str]]:
    """How often boards list content, and dashboards show it, by its address and their kind."""
    found: Counter[tuple[str, str]] = Counter()
    for resource in observed.resources.values():
        if resource.kind in _SHOWING:
            values = (p.attributes.get(name) for p in resource.parts for name in ("look", "dashboard"))
            found.update({(v.to, resource.kind) for v in values if isinstance(v, Link)})
    return found


def _used(
    observed: State, change: Change, shown: Counter[tuple[str, str]], hanging: Iterable[Resource]
) -> dict[str, int | None]:
    """Who would notice (requirements, row B4)."""
    at = change.was or change.address
    there = observed.resources.get(at)
    told = there.usage if there else Usage()
    used: dict[str, int | None] = {"views": told.views, "favourites": told.favourites}
    for kind, name in _SHOWING.items():
        used[name] = shown[at, kind] if observed.scope.get(kind) == "complete" else None
    counts = Counter(r.kind for r in hanging)
    for kind in ATTACHED:
        used[f"{kind}s"] = counts[kind] if observed.scope.get(kind) == "complete" else None
    return used


def _owner(observed: State, change: Change) -> tuple[str, bool | None]:
    """To whom content belongs on the target, and whether he is disabled."""
    there = observed.resources.get(change.was or change.address)
    owner = there.attributes.get("owner") if there else None
    return (owner.to, there.usage.owner_disabled) if there and isinstance(owner, Link) else ("", None)


def _hanging(observed: State) -> dict[tuple[str, str], list[Resource]]:
    found: dict[tuple[str, str], list[Resource]] = {}
    for resource in observed.resources.values():
        content = observed.resources.get(resource.parent) if resource.kind in ATTACHED else None
        if content is not None:
            found.setdefault((content.kind, content.id), []).append(resource)
    return found


def _lost(change: Change, hanging: Iterable[Resource], moved: set[str]) -> Iterator[tuple[str, str]]:
    """Address and fate of what does not outlive a change."""
    gone = {p.slot.removesuffix(f"@{p.id}") for p in change.parts if p.action is Action.DELETE}
    for resource in hanging:
        named = f'the {resource.kind.replace("_", " ")} "{resource.name}" (id {resource.id})'
        if change.action is Action.DELETE:
            yield resource.address, f"{named} stops with it"
        elif resource.kind == "alert" and _parts(resource, "element") & gone:
            yield resource.address, f"{named} loses the element it watches"
        elif _parts(resource, "tabs") & gone and resource.id not in moved:
            yield resource.address, f"{named} loses the tab it sends"


def _parts(resource: Resource, name: str) -> set[str]:
    return {link.part for link in links(resource.attributes.get(name))}

"""How many differences are whose, where a base tells."""

from __future__ import annotations

from collections import Counter

from lookervault.plan.change import Change, PartChange
from lookervault.plan.plan import Plan
from lookervault.report.safe import visible

_SAID = {
    "you": "changed by you",
    "drift": "changed in Looker, and about to be undone (drift)",
    "conflict": "changed on both sides (conflict)",
}


def in_conflict(change: Change) -> bool:
    """Whether any of it was changed on both sides."""
    owners: list[Change | PartChange] = [change, *change.parts]
    return any("conflict" in (x.origin, *x.origins.values()) for x in owners)


def origin_counts(plan: Plan) -> Counter[str]:
    """The number of differences by origin; empty without a base."""
    counts: Counter[str] = Counter()
    for change in plan.changes:
        owners: list[Change | PartChange] = [change, *change.parts]
        for owner in owners:
            counts.update(owner.origins.values())
            counts.update([owner.origin] if owner.origin else [])
    return counts


def base_line(plan: Plan) -> str:
    """By what differences are judged, and how to have it otherwise; empty where nothing judges."""
    if not plan.since:
        return ""
    return f"Base: {visible(plan.since)}. --base names another, --base none plans without."


def origin_summary(plan: Plan) -> list[str]:
    """A line for a plan that was made with a base."""
    if not plan.since:
        return []
    counts = origin_counts(plan)
    told = ", ".join(f"{counts[who]} {said}" for who, said in _SAID.items() if counts[who])
    return [f"Since {visible(plan.since)}: {told}."] if told else []

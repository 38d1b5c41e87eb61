"""Limits that stop a plan which is larger than expected (requirements, row P10)."""

from __future__ import annotations

from collections.abc import Iterator

from lookervault.model.resource import Finding
from lookervault.plan.change import Action
from lookervault.plan.plan import Plan
from lookervault.plan.reach import reach

LIMITS = {"max_deletes": Action.DELETE, "max_updates": Action.UPDATE}
_WORDS = {"max_deletes": "deletes", "max_updates": "updates"}


def over_limits(plan: Plan, size: int) -> list[Finding]:
    """An error for each limit that the plan exceeds; percentages are of the `size` objects of the target."""
    counts, found = plan.counts(), []
    for name, action in LIMITS.items():
        limit = getattr(plan.policy, name)
        if limit and counts[action] > (most := at_most(limit, size)):
            told = f"{limit} of {size}, which is {most}" if limit.endswith("%") else str(most)
            text = f"{counts[action]} {_WORDS[name]} are more than {name} = {told}"
            found.append(Finding("error", name, f"{text}; raise it in [plan], or plan a part with --target"))
    return [*found, *_over_reach(plan)]


def _over_reach(plan: Plan) -> Iterator[Finding]:
    """An error where more people would notice than may."""
    sums, policy = reach(plan), plan.policy
    told = (
        ("max_views", policy.max_views, sums.views or 0, "views of what changes"),
        (
            "max_reach",
            policy.max_reach,
            sums.people,
            "favourites, boards, dashboards, alerts and schedules on what changes",
        ),
    )
    for name, most, count, what in told:
        if most is not None and count > most:
            text = f"{count} {what}: more than {name} = {most}"
            yield Finding("error", name, f"{text}; raise it in [plan], or plan a part with --target")


def at_most(limit: str, size: int) -> int:
    """The number that a limit stands for: itself, or a percentage of all objects."""
    return int(size * float(limit[:-1]) / 100) if limit.endswith("%") else int(limit)

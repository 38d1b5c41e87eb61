"""What hangs on all that a plan changes, in sum (requirements, row B4)."""

from __future__ import annotations

import msgspec

from lookervault.plan.plan import Plan

USED = ("views", "favourites", "boards", "dashboards", "alerts", "scheduled_plans")


class Reach(msgspec.Struct, frozen=True):
    """Sums over the content that changes; None where the instance tells it of none of that.

    `content` is how many dashboards and looks these are, `lost` how many alerts and schedules do
    not outlive it.
    """

    content: int
    views: int | None
    favourites: int | None
    boards: int | None
    dashboards: int | None
    alerts: int | None
    scheduled_plans: int | None
    lost: int
    owners: int
    disabled_owners: int

    @property
    def people(self) -> int:
        """What somebody made of what changes: everything told but views, which a program causes as well."""
        told = (self.favourites, self.boards, self.dashboards, self.alerts, self.scheduled_plans)
        return sum(count or 0 for count in told)


def reach(plan: Plan) -> Reach:
    """Who would notice the plan."""
    found = [change.attached for change in plan.changes if change.attached.used]
    sums: dict[str, int | None] = {}
    for name in USED:
        told = [count for x in found if (count := x.used.get(name)) is not None]
        sums[name] = sum(told) if told or not found else None
    owners = {x.owner: x.owner_disabled for x in found if x.owner}
    lost = sum(len(x.lost) for x in found)
    return Reach(
        len(found), **sums, lost=lost, owners=len(owners), disabled_owners=sum(map(bool, owners.values()))
    )

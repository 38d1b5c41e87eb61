"""What hangs on all that a plan changes, in sum (requirements, row B4)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import structs

from lookervault.plan.change import Attached
from lookervault.plan.plan import Plan

_FEW = 10  # views below this count as none
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


def roughly(attached: Attached) -> Attached:
    """The same with views as a power of ten that they reach, or none.

    To read an instance is to view its content, and what is planned twice is to be told in the same words.
    """
    views = attached.used.get("views")
    if not views:
        return attached
    used = {**attached.used, "views": 10 ** (len(str(views)) - 1) if views >= _FEW else 0}
    return structs.replace(attached, used=used)


def reach(plan: Plan, told: Callable[[Attached], Attached] = lambda attached: attached) -> Reach:
    """Who would notice the plan."""
    found = [told(change.attached) for change in plan.changes if change.attached.used]
    sums: dict[str, int | None] = {}
    for name in USED:
        counts = [count for x in found if (count := x.used.get(name)) is not None]
        sums[name] = sum(counts) if counts or not found else None
    owners = {x.owner: x.owner_disabled for x in found if x.owner}
    lost = sum(len(x.lost) for x in found)
    return Reach(
        len(found), **sums, lost=lost, owners=len(owners), disabled_owners=sum(map(bool, owners.values()))
    )

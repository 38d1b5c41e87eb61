"""Leaving alone what changed on the target since the snapshot was taken (requirements row P9)."""

from __future__ import annotations

from datetime import datetime

from lookervault.model.resource import Resource, State
from lookervault.plan.approval import without
from lookervault.plan.change import Action
from lookervault.plan.plan import Plan


def unmodified(plan: Plan, observed: State) -> Plan:
    """The plan without changes of what is newer on the target than the snapshot, and what needs those.

    Where Looker does not say when an object changed: what differs from a snapshot of the same instance has
    changed since, and of another instance nothing can be said.
    """
    if not plan.policy.skip_modified or not plan.source.taken_at:
        return plan
    since = datetime.fromisoformat(plan.source.taken_at)
    same_host = plan.source.host == plan.target.host
    reasons = {}
    for change in plan.changes:
        seen = observed.resources.get(change.was or change.address)
        if change.action is Action.CREATE or change.restored or seen is None or seen.id != change.id:
            continue
        if _newer(seen, since, unsaid=same_host):
            reasons[change.address] = "left alone: it changed on the target since the snapshot was taken"
    return without(plan, reasons, "which is left alone")


def _newer(resource: Resource, since: datetime, *, unsaid: bool) -> bool:
    try:
        at = datetime.fromisoformat(resource.usage.updated_at)
    except ValueError:
        return unsaid
    return at > since if at.tzinfo else unsaid

"""What can be changed and not taken away: an update that leaves it out would do nothing, or be refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lookervault.model.resource import Finding
from lookervault.plan.change import Action, Change

_NEEDED = {
    "alert": {"field", "element", "threshold", "comparison_type", "cron", "destinations"},
    "board_access": {"board"},
    "color_collection": {"label"},
    "group": {"name"},
    "look": {"query"},
    "model_set": {"name"},
    "permission_set": {"name"},
    "role": {"name", "permission_set", "model_set"},
    "scheduled_plan": {"destinations"},
    "theme": {"name"},
    "user": {"email"},
    "user_attribute": {"name", "label", "type"},
}


def needed(changes: Iterable[Change]) -> Iterator[Finding]:
    """An error for each value that is there, is not desired, and that Looker cannot be without."""
    for change in changes:
        if change.action is Action.UPDATE:
            gone = change.before.keys() - change.after.keys()
            for name in sorted(gone & _NEEDED.get(change.kind, set())):
                text = f"{name} is taken away, and Looker cannot be without: say what it is to be"
                yield Finding("error", change.address, text)

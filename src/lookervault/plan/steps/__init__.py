"""From a change to the API calls it takes."""

from __future__ import annotations

from collections.abc import Callable

from lookervault.model.values import Link
from lookervault.plan.change import Change
from lookervault.plan.steps.access import access_steps
from lookervault.plan.steps.boards import board_steps
from lookervault.plan.steps.dashboard import dashboard_steps
from lookervault.plan.steps.people import group_steps, role_steps, user_steps
from lookervault.plan.steps.plain import folder_steps, look_steps, named_steps
from lookervault.plan.steps.step import Draft

_STEPS: dict[str, Callable[[Change], Draft]] = {
    "permission_set": named_steps,
    "model_set": named_steps,
    "folder": folder_steps,
    "look": look_steps,
    "group": group_steps,
    "role": role_steps,
    "dashboard": dashboard_steps,
    "board": board_steps,
}


def draft_steps(change: Change, known: Callable[[Link], bool]) -> Draft:
    """The calls of one change; `known` tells which links already have an id on the target."""
    if change.kind == "content_access":
        return access_steps(change, known)
    if change.kind == "user":
        return user_steps(change, known)
    return _STEPS[change.kind](change)

"""From a change to the API calls it takes."""

from __future__ import annotations

from collections.abc import Callable

from lookervault.model.catalog import KINDS
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change
from lookervault.plan.steps.access import access_steps
from lookervault.plan.steps.agents import agent_steps
from lookervault.plan.steps.boards import board_steps
from lookervault.plan.steps.dashboard import dashboard_steps
from lookervault.plan.steps.delivery import alert_steps, scheduled_plan_steps
from lookervault.plan.steps.late import complete_later
from lookervault.plan.steps.lookml import model_steps
from lookervault.plan.steps.people import group_steps, role_steps, user_steps
from lookervault.plan.steps.plain import folder_steps, look_steps, named_steps
from lookervault.plan.steps.removal import removal_steps
from lookervault.plan.steps.settings import attribute_steps, collection_steps, theme_steps
from lookervault.plan.steps.step import Draft, Step

_STEPS: dict[str, Callable[[Change], Draft]] = {
    "permission_set": named_steps,
    "model_set": named_steps,
    "folder": folder_steps,
    "look": look_steps,
    "group": group_steps,
    "role": role_steps,
    "dashboard": dashboard_steps,
    "color_collection": collection_steps,
    "theme": theme_steps,
    "user_attribute": attribute_steps,
    "scheduled_plan": scheduled_plan_steps,
    "alert": alert_steps,
    "board": board_steps,
    "agent": agent_steps,
    "lookml_model": model_steps,
}


def step_aside(change: Change, draft: Draft) -> None:
    """Lets a change take a passing name first, and its proper one with its own call."""
    own = next(s for s in draft.main if s.method == "PATCH" and s.path[-1] == Link(change.address))
    field = next(f for f in ("title", "name") if f in KINDS[change.kind].fields)
    draft.aside = [Step("PATCH", own.path, {field: f"{change.name} ({change.id})"})]
    own.body = {**own.body, field: change.name}


def draft_steps(change: Change, known: Callable[[Link], bool]) -> Draft:
    """The calls of one change; `known` tells which links already have an id on the target."""
    if change.action is Action.DELETE:
        return removal_steps(change)
    draft = _draft(change, known)
    complete_later(change, draft, known)
    return draft


def _draft(change: Change, known: Callable[[Link], bool]) -> Draft:
    if KINDS[change.kind].of:
        return access_steps(change, known)
    if change.kind == "user":
        return user_steps(change, known)
    return _STEPS[change.kind](change)

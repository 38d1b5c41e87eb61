"""Steps of an agent: its golden queries first, since it names them (resource notes, section 4.22)."""

from __future__ import annotations

from lookervault.model.agents import GOLDEN_FIELDS
from lookervault.model.catalog import KINDS
from lookervault.model.values import Value
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.steps.parts import at
from lookervault.plan.steps.plain import create, update
from lookervault.plan.steps.step import Bind, Draft, Probe, Step, body_of, cleared

_IDS = "golden_query_ids"


def agent_steps(change: Change) -> Draft:
    """All calls that bring an agent into being, or change what differs about it.

    A golden query that it no longer names is left where it is: others may name it, and no list tells.
    """
    kind, draft = KINDS["agent"], Draft()
    for part in change.parts:
        draft.main += _golden(change, part)
    creating = change.action is Action.CREATE
    body = body_of(kind, change.after if creating else cleared(change.before, change.after))
    if any(part.action is not Action.UPDATE for part in change.parts):
        body[_IDS] = _ids(change)
    if creating:
        probe = Probe(["agents", "search"], ["name", "description"], known=change.rivals, paged=True)
        draft.main.append(create(change, body, probe))
    else:
        draft.main += update(change, body)
    for step in draft.main:
        step.numbers = [_IDS] if isinstance(step.body, dict) and _IDS in step.body else []
    return draft


def _golden(change: Change, part: PartChange) -> list[Step]:
    if part.action is Action.DELETE:
        return []
    body = {k: v for k, v in cleared(part.before, part.after).items() if k in GOLDEN_FIELDS}
    if part.action is Action.UPDATE:
        return [Step("PATCH", ["golden_queries", at(change, part.slot)], body)]
    # nothing lists them, so an unclear end is made good by making it again: nobody names the other
    return [Step("POST", ["golden_queries"], body, [Bind(at(change, part.slot), ["id"])])]


def _ids(change: Change) -> list[Value]:
    """All that it names from now on: what it kept, and what is new."""
    gone = {part.id for part in change.parts if part.action is Action.DELETE}
    kept = [at(change, slot) for slot, id_ in sorted(change.kept.items()) if id_ not in gone]
    new = [at(change, part.slot) for part in change.parts if part.action is Action.CREATE]
    return [*kept, *new]

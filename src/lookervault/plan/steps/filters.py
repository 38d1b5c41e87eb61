"""Steps of a dashboard's filters (resource notes, section 4.7).

Names and titles are unique within a dashboard, so what gives one up goes before what takes it; filters
may listen to one another in a circle, so all exist before any listens.
"""

from __future__ import annotations

from collections.abc import Iterable

from lookervault.model.content import FILTER_FIELDS
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.steps.parts import at, create_part, removal
from lookervault.plan.steps.step import Step, cleared

_UNIQUE = ("name", "title")


def filter_steps(change: Change, filters: list[PartChange]) -> tuple[list[Step], list[Step]]:
    """The steps before elements are touched, and those after."""
    gone = [p for p in filters if p.action is Action.DELETE]
    stay = [p for p in filters if p.action is not Action.DELETE]
    wanted = {label for p in stay for label in _labels(p.after)}
    first = [p for p in gone if wanted & _labels(p.before)]
    early = [removal(change, p) for p in first]
    early += _ordered(change, stay)
    late = [removal(change, p) for p in gone if p not in first]
    late += [_listening(change, p) for p in stay if _listens_late(change, p)]
    return early, late


def _labels(attributes: dict[str, object]) -> set[tuple[str, str]]:
    return {(field, str(attributes[field])) for field in _UNIQUE if field in attributes}


def _ordered(change: Change, filters: list[PartChange]) -> list[Step]:
    """Whoever gives a name or title up goes first; in a circle one steps aside for a moment."""
    steps: list[Step] = []
    left = list(filters)
    aside: set[str] = set()
    while left:
        held = {x: p.slot for p in left if p.slot not in aside for x in _labels(p.before)}
        free = next((p for p in left if all(held.get(x, p.slot) == p.slot for x in _labels(p.after))), None)
        if free is None:
            free = next(p for p in left if p.slot not in aside and _labels(p.before))
            aside.add(free.slot)
            steps.append(_step_aside(change, free))
            continue
        left.remove(free)
        steps += _filter(change, free)
    return steps


def _step_aside(change: Change, part: PartChange) -> Step:
    body = {field: f"{part.after[field]} ({part.id})" for field in _UNIQUE if field in part.after}
    return Step("PATCH", ["dashboard_filters", at(change, part.slot)], body)


def _filter(change: Change, part: PartChange) -> list[Step]:
    if part.action is Action.UPDATE:
        body = cleared(part.before, part.after)
        if _listens_late(change, part):
            body.pop("listens_to_filters", None)
        return [Step("PATCH", ["dashboard_filters", at(change, part.slot)], body)] if body else []
    body = {k: v for k, v in part.after.items() if k in FILTER_FIELDS and k != "listens_to_filters"}
    body.setdefault("name", part.label)
    body.setdefault("title", part.label)
    return [create_part(change, part, "dashboard_filters", body, ["name"])]


def _listens_late(change: Change, part: PartChange) -> bool:
    """Whether a filter is to listen to one that this very change makes or renames."""
    heard = part.after.get("listens_to_filters", [])
    named = {p.after["name"] for p in _filters(change) if "name" in p.after}
    return (part.action is Action.CREATE and bool(heard)) or not named.isdisjoint(heard)


def _filters(change: Change) -> Iterable[PartChange]:
    return (p for p in change.parts if p.kind == "filter")


def _listening(change: Change, part: PartChange) -> Step:
    body = {"listens_to_filters": part.after["listens_to_filters"]}
    return Step("PATCH", ["dashboard_filters", at(change, part.slot)], body)

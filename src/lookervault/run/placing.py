"""Errors and changes with the file and the line of the tree in which they are to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec

from lookervault.errors import PlanError
from lookervault.model.catalog import KINDS
from lookervault.model.document.spots import kept, line_at, lines_in, names_in
from lookervault.model.resource import Finding, Place, Places
from lookervault.model.values import Link, links
from lookervault.plan.change import Action, Change
from lookervault.plan.plan import Plan
from lookervault.plan.steps.step import Step
from lookervault.report.safe import lines as safe_lines
from lookervault.report.safe import visible
from lookervault.run.perform import StepFailed

_VALUES = {name for name, kind in KINDS.items() if kind.role == "value"}


def placed(findings: Iterable[Finding], places: Places | None) -> list[Finding]:
    """Findings with where they are to be mended, in the order of files and lines."""
    found = {_placed(finding, places) for finding in findings}
    return sorted(found, key=lambda f: (f.level, f.file, f.line, f))


def _placed(finding: Finding, places: Places | None) -> Finding:
    told = places and finding.level != "todo"
    file, line = places.place(finding.address, finding.at) if places and told else Place()
    return msgspec.structs.replace(finding, at=(), file=file, line=line)


def place_changes(changes: Iterable[Change], places: Places | None) -> None:
    """Notes with each change where it stands, and the lines of what it changes."""
    for change in changes if places else ():
        if places and change.action is not Action.DELETE:
            change.file, lines = places.lines(change.address)
            told = {*change.before, *change.after, *(part.slot for part in change.parts)}
            change.line, change.lines = lines.get("", 0), kept(lines, told)


def as_it_stands(plan: Plan, now: Plan) -> Plan:
    """A plan that was begun before, with the lines of the same plan made anew."""
    by_address = {change.address: change for change in now.changes}
    for change in plan.changes:
        new = by_address[change.address]
        change.file, change.line, change.lines = new.file, new.line, new.lines
    return plan


@contextmanager
def telling_places(places: Places | None) -> Iterator[None]:
    """Lets an error that there can be no plan for say where in a tree that stands which it is about."""
    try:
        yield
    except PlanError as error:
        told = [(places.place(address), address) for address in error.about] if places else []
        found = sorted({(place, address) for place, address in told if place.file})
        error.message = "\n".join(
            [*safe_lines(error.message), *(f"  {visible(f'{place}: {address}')}" for place, address in found)]
        )
        error.args = (error.message,)
        raise


def failed_at(change: Change, error: BaseException, using: Step | None = None) -> Place:
    """Where in its file that stands for which a change failed, as exactly as the server names it.

    `using` is the step that needs a query, where the call that failed was that of the query.
    """
    if not change.file:
        return Place()
    step = using or (error.step if isinstance(error, StepFailed) else None)
    own = _spot(change, step, using is not None) if step else []
    fields = [e.get("field", "") for e in error.error.errors] if isinstance(error, StepFailed) else []
    lines = lines_in(change.lines)
    nearest = line_at(lines, own)
    told = [names_in(field) for field in fields]
    # what a collection of its own takes, such as the members of a group
    told += [[name] for name in reversed(step.path if step else []) if isinstance(name, str)]
    named = (line_at(lines, [*own, *names]) for names in told)
    return Place(change.file, next((line for line in named if line != nearest), nearest))


def _spot(change: Change, step: Step, value: bool) -> list[str]:
    """The names that lead to what a step is about: a part, and the query or merge query of it."""
    told = [*links(step.path), *(bind.link for bind in step.binds)]
    part = next((link.part for link in told if link.to == change.address and link.part), "")
    before, mark, element = part.partition("/element:")
    slot = f"element:{element}" if mark and before.startswith("component:") else part
    fields = step.body if value and isinstance(step.body, dict) else {}
    needs = [name for name, x in fields.items() if any(map(_is_value, links(x)))]
    return [*([slot] if slot else []), *needs[:1]]


def _is_value(link: Link) -> bool:
    return link.to.partition(":")[0] in _VALUES

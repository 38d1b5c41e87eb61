"""Why a plan does what it does to one object (requirements, row B10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lookervault.errors import NotFound
from lookervault.model.resource import Place
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.edits import edits
from lookervault.plan.graph import Node
from lookervault.plan.origin import key
from lookervault.plan.plan import Plan
from lookervault.report.findings import in_place
from lookervault.report.safe import visible
from lookervault.report.words import path_text, plural, quoted

_PAIRED = {
    "id": "it has the same id on the same instance",
    "mapping": "a mapping says that it is the same object",
    "moved": "the tree says that it was moved",
    "slug": "it has the same slug",
    "name": "it has the same name in the same place",
}


def explain(plan: Plan, address: str) -> str:
    """Action, its cause, what it waits for and what waits for it; NotFound where nothing is planned."""
    change = next((c for c in plan.changes if c.address == address), None)
    if change is None:
        raise NotFound(f"nothing is planned for {address}", hint="see `lookervault plan`")
    told = [f"{visible(address)} {_action(change)}", *_causes(change), *_calls(plan, change)]
    told += [f"asked for in {visible(str(Place(change.file, change.line)))}"] if change.file else []
    told += [f"finding: {f.level}: {in_place(f)}" for f in plan.findings if f.address == address]
    told += [*_before(plan, change), *_after(plan, change)]
    return "\n".join([told[0], *(f"  - {line}" for line in told[1:])]) + "\n"


def _action(change: Change) -> str:
    if change.action is Action.CREATE:
        return "will be created"
    done = "deleted" if change.action is Action.DELETE else "updated in place"
    return f"(id {visible(change.id)}) will be {done}"


def _causes(change: Change) -> Iterator[str]:
    if change.action is Action.CREATE:
        yield "nothing on the target was found to be it: by mapping, id, slug or name"
    elif change.action is Action.DELETE:
        yield "the desired state does not have it, and deleting was asked for"
    else:
        how = _PAIRED.get(change.paired_by, change.paired_by)
        yield f"{visible(change.was or change.address)} on the target is the same object: {how}"
        yield from (f"it differs in {place}" for place in _differences(change))


def _differences(change: Change) -> Iterator[str]:
    owners: list[Change | PartChange] = [change, *change.parts]
    for owner in owners:
        where = f"{owner.kind} {quoted(owner.label)}: " if isinstance(owner, PartChange) else ""
        if owner.action is not Action.UPDATE:
            yield f"{where}{'new' if owner.action is Action.CREATE else 'gone'}"
            continue
        for edit in edits(owner.before, owner.after):
            origin = owner.origins.get(key(edit.path), "")
            yield f"{where}{path_text(edit.path)}" + (f" ({origin})" if origin else "")


def _calls(plan: Plan, change: Change) -> Iterator[str]:
    steps = [s for n in plan.nodes if n.change == change.address for s in n.steps]
    if steps:
        yield f"it takes {plural(len(steps), 'API call')}"


def _before(plan: Plan, change: Change) -> Iterator[str]:
    """What it waits for, with the place that refers to it."""
    nodes = {n.id: n for n in plan.nodes}
    queries = 0
    for node in (n for n in plan.nodes if n.change == change.address):
        for first in (nodes[name] for name in node.waits):
            if first.change not in ("", change.address):
                yield f"it waits for {visible(first.id)}{_because(node, first)}"
            queries += not first.change
    if queries:
        yield f"it waits for {plural(queries, 'query', 'queries')} that it shows"


def _because(node: Node, first: Node) -> str:
    wanted = {b.link for step in first.steps for b in step.binds}
    for step in node.steps:
        for place, link in _places(step.body):
            if link in wanted or Link(link.to) in wanted:
                return f", to which its {place} refers"
        if any(isinstance(x, Link) and (x in wanted or Link(x.to) in wanted) for x in step.path):
            return ", inside which it is"
    return ""


def _places(value: Any, at: str = "") -> Iterator[tuple[str, Link]]:
    if isinstance(value, Link):
        yield at, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _places(inner, at)


def _after(plan: Plan, change: Change) -> Iterator[str]:
    mine = {n.id for n in plan.nodes if n.change == change.address}
    waiting = sorted(
        {n.change for n in plan.nodes if n.change not in ("", change.address) and mine & {*n.waits}}
    )
    shown = ", ".join(visible(address) for address in waiting[:5])
    more = f" and {len(waiting) - 5} more" if len(waiting) > 5 else ""
    if waiting:
        yield f"for it wait: {shown}{more}"

"""Plans from raw objects of two sides, and short texts of them to compare with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lookervault.model.resource import State
from lookervault.model.values import Link, links, replace
from lookervault.plan.change import Change
from lookervault.plan.graph import Node
from lookervault.plan.plan import Plan, Side, make_plan
from lookervault.plan.select import Selection, select, spared
from lookervault.plan.steps.step import Step


def plan_of(
    desired: State,
    observed: State,
    mapping: Mapping[tuple[str, str], str] | None = None,
    targets: Sequence[str] = (),
    echoes: Mapping[tuple[str, str, str, str], str] | None = None,
) -> Plan:
    return chosen_plan(desired, observed, Selection(tuple(targets)), mapping, echoes)


def chosen_plan(
    desired: State,
    observed: State,
    selection: Selection,
    mapping: Mapping[tuple[str, str], str] | None = None,
    echoes: Mapping[tuple[str, str, str, str], str] | None = None,
) -> Plan:
    sides = Side(desired.host), Side(observed.host)
    whole = make_plan(spared(desired, selection), observed, mapping or {}, *sides, echoes or {})
    return select(whole, selection, desired.resources)


def summary(plan: Plan) -> list[str]:
    """One line per change: the symbol and the address."""
    return [f"{c.action.value} {c.address}" for c in plan.changes]


def the_change(plan: Plan) -> Change:
    (change,) = plan.changes
    return change


def said(plan: Plan) -> list[str]:
    """One line per problem that was found."""
    return [f"{f.level} {f.address}: {f.message}" for f in plan.findings if f.level != "todo"]


def left_to_do(plan: Plan) -> list[str]:
    """One line for each thing that is left to people."""
    return [f"{f.address}: {f.message}" for f in plan.findings if f.level == "todo"]


def readable(value: Any) -> Any:
    """A value with its links as text, `<address>` or `<address part>`; JSON texts show as such."""
    return replace(value, lambda x: f"<{f'{x.to} {x.part}'.strip()}>", lambda t: f"JSON {t.text}")


def call(step: Step, names: Mapping[str, str]) -> str:
    """A step as one line: method, path, body."""
    path = "/" + "/".join(str(s) for s in readable(step.path))
    body = "" if step.body is None else " " + json.dumps(readable(step.body), ensure_ascii=False)
    line = f"{step.method} {path}{body}"
    for slot, name in names.items():
        line = line.replace(slot, name)
    return line


def names_of(nodes: Iterable[Node]) -> dict[str, str]:
    """Slots of queries, which are digests, by the explore they ask."""
    found = {}
    for node in nodes:
        body = node.steps[0].body if node.steps else None
        if not node.change and isinstance(body, dict):
            found[node.id] = f"{node.id.partition(':')[0]} {body.get('view', '')}".strip()
    return found


def calls(plan: Plan) -> list[str]:
    """All steps of a plan in order."""
    names = names_of(plan.nodes)
    return [call(step, names) for node in plan.nodes for step in node.steps]


def outline(nodes: Sequence[Node]) -> str:
    """The order of nodes, each with what it waits for below it."""
    names = names_of(nodes)
    lines = []
    for node in nodes:
        lines.append(names.get(node.id, node.id))
        lines += [f"    {names.get(first, first)}" for first in node.waits]
    return "\n".join(lines)


def unresolvable(plan: Plan) -> Iterator[str]:
    """Links that no apply could put an id in for: not known, not bound by an earlier step."""
    known = {Link(to, part) for to, part, _ in plan.ids}
    done: dict[str, set[Link]] = {}
    for node in plan.nodes:
        mine = known.union(*(done[first] for first in node.waits))
        for step in node.steps:
            wanted = [step.path, step.body, *(b.select for b in step.binds)]
            if step.probe:
                wanted += [step.probe.path, list(step.probe.query.values())]
            yield from (f"{node.id}: {x}" for value in wanted for x in links(value) if x not in mine)
            mine |= {b.link for b in step.binds}
        done[node.id] = mine - known

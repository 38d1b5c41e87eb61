"""The part of a plan that was approved change by change, by digest (requirements row B3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import structs

from lookervault.errors import Refused, UsageError
from lookervault.model.resource import Finding
from lookervault.plan.graph import Node, upstream
from lookervault.plan.plan import Plan

_LENGTH = 64


def read_approval(text: str) -> set[str]:
    """The digests of a file: one a line, what follows is for readers; UsageError names a line without."""
    found = set()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if words and (len(words[0]) != _LENGTH or not set(words[0]) <= set("0123456789abcdef")):
            raise UsageError(
                f"line {number} of the approved changes does not begin with a digest",
                hint="one digest a line, as `lookervault show PLAN --format json` tells them",
            )
        found.update(words[:1])
    return found


def only_approved(plan: Plan, digests: Collection[str]) -> Plan:
    """The plan without what is not approved and what would need that; Refused where nothing is left."""
    dropped = {c.address: "left out: not approved" for c in plan.changes if c.digest not in digests}
    kept = without(plan, dropped, "which is not approved")
    if plan.changes and not kept.changes:
        raise Refused("no change of this plan is approved", hint="compare the digests with those of the plan")
    return kept


def without(plan: Plan, reasons: Mapping[str, str], why: str) -> Plan:
    """The plan without some changes, each for its reason, and without what waits for one of them."""
    dropped = dict(reasons)
    if not dropped:
        return plan
    while more := dict(_hanging(plan.nodes, dropped, why)):
        dropped |= more
    nodes = upstream(plan.nodes, (n.id for n in plan.nodes if n.change and n.change not in dropped))
    return structs.replace(
        plan,
        changes=[c for c in plan.changes if c.address not in dropped],
        nodes=[n for n in plan.nodes if n.id in nodes],
        findings=sorted([*plan.findings, *(Finding("warning", a, text) for a, text in dropped.items())]),
        bases={a: b for a, b in plan.bases.items() if a not in dropped},
    )


def _hanging(nodes: Iterable[Node], dropped: Mapping[str, str], why: str) -> Iterator[tuple[str, str]]:
    """Changes that wait for what is dropped, and why they are so too."""
    owner = {n.id: n.change for n in nodes}
    for node in nodes:
        first = next((owner[w] for w in node.waits if owner[w] in dropped), None)
        if first and node.change and node.change not in dropped:
            yield node.change, f"left out: it waits for {first}, {why}"

"""Plans as data: changes, what waits for what, and the exact calls; made from two states."""

from __future__ import annotations

import fnmatch
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from types import MappingProxyType

import msgspec
from msgspec import structs

from lookervault.errors import NotFound
from lookervault.model.resource import Finding, State
from lookervault.model.values import Link, links
from lookervault.plan.change import Action, Change
from lookervault.plan.diff import Echoes, compare
from lookervault.plan.findings import missing_models, name_clashes, slugs_in_trash
from lookervault.plan.graph import Node, build, upstream
from lookervault.plan.pair import IdMap, Pairing, pair
from lookervault.plan.settle import settle
from lookervault.plan.steps import draft_steps

FORMAT = 1


class Side(msgspec.Struct):
    """Where a state came from: `host` is the instance, `label` what the user called it."""

    host: str
    label: str = ""
    looker_version: str = ""


class Plan(msgspec.Struct):
    """What to do so that the target becomes the desired state.

    `ids` are the target's ids of all that the steps refer to and that exists already, as
    (address, part, id). `pairs` are (kind, source id, target id) of what was found to be the same.
    """

    source: Side
    target: Side
    changes: list[Change]
    nodes: list[Node]
    ids: list[tuple[str, str, str]]
    findings: list[Finding]
    pairs: list[tuple[str, str, str]]
    created_at: str = ""
    format: int = FORMAT

    @property
    def fingerprint(self) -> str:
        """The same for the same changes on the same target, whoever computed it and when."""
        text = "\n".join([self.target.host, *sorted(c.digest for c in self.changes)])
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def errors(self) -> list[Finding]:
        """Findings that stop an apply."""
        return [f for f in self.findings if f.level == "error"]

    def counts(self) -> Counter[Action]:
        """Number of changes by action."""
        return Counter(c.action for c in self.changes)


def make_plan(
    desired: State,
    observed: State,
    mapping: IdMap,
    source: Side,
    target: Side,
    targets: Sequence[str] = (),
    echoes: Echoes = MappingProxyType({}),
) -> Plan:
    """The plan that makes the observed state the desired one; deleting nothing."""
    pairing = pair(desired, observed, mapping)
    settled = settle(desired, observed, pairing)
    changes = sorted(
        compare(settled.state, observed, pairing, mapping, echoes), key=lambda c: (c.kind, c.address)
    )
    clashes, vacated = name_clashes(settled.state, observed, pairing, changes)
    findings = [*settled.findings, *clashes, *slugs_in_trash(changes, observed)]
    ids = _known_ids(settled.state, observed, pairing, changes)
    drafts = {c.address: draft_steps(c, ids.__contains__) for c in changes}
    nodes = build(changes, drafts, vacated)
    findings += missing_models(nodes, observed)
    plan = Plan(
        source=source,
        target=target,
        changes=changes,
        nodes=nodes,
        ids=_used_ids(nodes, ids),
        findings=sorted(set(findings)),
        pairs=_pairs(settled.state, observed, pairing),
    )
    return select(plan, targets) if targets else plan


def _known_ids(desired: State, observed: State, pairing: Pairing, changes: list[Change]) -> dict[Link, str]:
    """Links of all that exists on the target to its ids there."""
    ids = {Link(d): observed.resources[o].id for d, o in pairing.observed.items()}
    for change in changes:
        for part in change.parts:
            if part.id:
                ids[Link(change.address, part.slot)] = part.id
            for layout, id_ in part.components.items():
                ids[Link(change.address, f"component:{layout}/{part.slot}")] = id_
        if change.action is Action.UPDATE:
            ids |= _parts_in_place(change, desired, observed, pairing)
    return ids


def _parts_in_place(change: Change, desired: State, observed: State, pairing: Pairing) -> dict[Link, str]:
    """Parts that stay as they are, which changed ones may refer to: layouts and filters by key."""
    have = {p.slot: p.id for p in observed.resources[pairing.observed[change.address]].parts}
    changed = {p.slot for p in change.parts}
    return {
        Link(change.address, p.slot): have[p.slot]
        for p in desired.resources[change.address].parts
        if p.kind != "element" and p.slot in have and p.slot not in changed
    }


def _used_ids(nodes: Iterable[Node], ids: dict[Link, str]) -> list[tuple[str, str, str]]:
    used = {
        link
        for node in nodes
        for step in node.steps
        for value in (step.path, step.body, *([b.select for b in step.binds]), *_probed(step.probe))
        for link in links(value)
    }
    return sorted((x.to, x.part, ids[x]) for x in used if x in ids)


def _probed(probe: object) -> list[object]:
    return [getattr(probe, "path", None), getattr(probe, "query", None)]


def _pairs(desired: State, observed: State, pairing: Pairing) -> list[tuple[str, str, str]]:
    """What a migration should remember, so that a later rename is an update."""
    if desired.host == observed.host:
        return []
    return sorted(
        (desired.resources[d].kind, desired.resources[d].id, observed.resources[o].id)
        for d, o in pairing.observed.items()
        if d in desired.resources
    )


def select(plan: Plan, targets: Sequence[str]) -> Plan:
    """The part of a plan that the targets (addresses or globs) and what they depend on make up."""
    wanted = {c.address for c in plan.changes if any(_matches(c.address, t) for t in targets)}
    unmatched = [t for t in targets if not any(_matches(c.address, t) for c in plan.changes)]
    if unmatched and not plan.changes:
        return plan
    if unmatched and not wanted:
        raise NotFound(f"no change matches --target {', '.join(unmatched)}", hint="see `lookervault plan`")
    own = {n.id for n in plan.nodes if n.change in wanted}
    kept = upstream(plan.nodes, own)
    nodes = [n for n in plan.nodes if n.id in kept]
    addresses = {n.change for n in nodes if n.change}
    brought = [
        Finding("warning", a, "comes along because a target depends on it")
        for a in sorted(addresses - wanted)
    ]
    findings = [f for f in plan.findings if f.address in addresses]
    return structs.replace(
        plan,
        changes=[c for c in plan.changes if c.address in addresses],
        nodes=nodes,
        findings=[*findings, *brought],
    )


def _matches(address: str, pattern: str) -> bool:
    return address == pattern or fnmatch.fnmatchcase(address, pattern)

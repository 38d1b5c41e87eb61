"""Plans as data: changes, what waits for what, and the exact calls; made from two states."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Finding, Resource, State
from lookervault.model.values import Link, links, text_links
from lookervault.plan.ancestors import shut_out
from lookervault.plan.around import look_around
from lookervault.plan.attachments import attach
from lookervault.plan.basis import Basis, Name, bases, names
from lookervault.plan.builtin import keep_defaults
from lookervault.plan.change import Action, Change
from lookervault.plan.defaults import Echoes
from lookervault.plan.delivery import delivery_findings, hold, reach
from lookervault.plan.diff import compare
from lookervault.plan.findings import drop_trashed_slugs, other_slugs, trash_findings
from lookervault.plan.grants import foresee
from lookervault.plan.graph import Node, build
from lookervault.plan.handwork import handwork
from lookervault.plan.known import ids_of_parts, known_ids
from lookervault.plan.lookml import translate_connections
from lookervault.plan.needed import needed
from lookervault.plan.order import extra_order
from lookervault.plan.origin import ALL, Reach, judge
from lookervault.plan.pair import IdMap, Sides, pair
from lookervault.plan.palettes import fit_palettes
from lookervault.plan.policy import DEFAULT_POLICY, Policy
from lookervault.plan.preflight import models_first, preflight
from lookervault.plan.protect import close_off, spare
from lookervault.plan.prune import NOTHING_SPARED, Spared, prune
from lookervault.plan.settle import Settled, settle
from lookervault.plan.steps import draft_steps, step_aside
from lookervault.plan.texts import fit_texts
from lookervault.plan.unseen import keep_unseen

FORMAT = 1


class Side(msgspec.Struct):
    """Where a state came from: `host` is the instance, `label` what the user called it.

    `taken_at` is when a snapshot was begun, `name` how to ask for it again, such as `@3`.
    """

    host: str
    label: str = ""
    looker_version: str = ""
    taken_at: str = ""
    name: str = ""


class Base(msgspec.Struct):
    """A state that both sides once were, and what the user called it."""

    state: State
    label: str
    reach: Reach = ALL


class Plan(msgspec.Struct):
    """What to do so that the target becomes the desired state.

    `ids` are the target's ids of all that the steps refer to and that exists already, as
    (address, part, id). `pairs` are (kind, source id, target id) of what was found to be the same. `policy`
    is what was asked for when it was made. `bases` tells by address on what a change was planned, and
    `names` what the ids mean that these refer to. `since` is what the state was called from which each
    difference was judged. `agrees` says that both sides are alike once it is carried out, so that later plans
    may judge by that.
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
    policy: Policy = DEFAULT_POLICY
    bases: dict[str, Basis] = {}
    names: list[Name] = []
    since: str = ""
    agrees: bool = False

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


class Made(NamedTuple):
    """A plan with what it was made of: both sides as they were settled, and what of them differs."""

    plan: Plan
    sides: Sides
    unlike: frozenset[str]

    def alike(self) -> Iterator[Resource]:
        """What is desired and there already."""
        for address in self.sides.pairing.observed.keys() - self.unlike:
            resource = self.sides.desired.resources[address]
            if KINDS[resource.kind].role == "managed" and not resource.guard:
                yield resource


def make_plan(
    desired: State,
    observed: State,
    mapping: IdMap,
    source: Side,
    target: Side,
    echoes: Echoes = MappingProxyType({}),
    policy: Policy = DEFAULT_POLICY,
    base: Base | None = None,
    spared: Spared = NOTHING_SPARED,
) -> Plan:
    """The plan that makes the observed state the desired one; deleting only where the policy says so."""
    return make(desired, observed, mapping, source, target, echoes, policy, lambda: base, spared).plan


def make(
    desired: State,
    observed: State,
    mapping: IdMap,
    source: Side,
    target: Side,
    echoes: Echoes = MappingProxyType({}),
    policy: Policy = DEFAULT_POLICY,
    base_of: Callable[[], Base | None] = lambda: None,
    spared: Spared = NOTHING_SPARED,
) -> Made:
    """The same with what it was made of; what the base is, is asked only where anything differs."""
    sides, findings = _fitted(pair(desired, observed, mapping), mapping, policy)
    ids = known_ids(sides)
    changes, seen = compare(sides, mapping, ids, echoes, policy.exact)
    unlike = frozenset(c.address for c in changes)
    findings += [*seen, *spare(changes, policy.protect)]
    if policy.prune:
        pruned = prune(sides, desired, changes, policy, spared)
        changes += pruned.changes
        findings += pruned.findings
    changes.sort(key=lambda c: (c.kind, c.address))
    findings += [*handwork(changes, sides.desired), *delivery_findings(changes, sides), *needed(changes)]
    findings += shut_out(changes, sides)
    findings += drop_trashed_slugs(changes, sides.observed)
    findings += [*other_slugs(sides), *trash_findings(sides, changes), *attach(sides, changes, policy)]
    base = base_of() if changes else None
    if base:
        findings += judge(changes, sides, base.state, policy.on_conflict, base.reach, echoes, ids)
    look_around(sides, changes)
    order = extra_order(sides, changes)
    ids |= ids_of_parts(changes)
    for change in changes:
        change.awaits = sorted(_awaited(change, ids))
    drafts = {c.address: draft_steps(c, ids.__contains__) for c in changes}
    for change in changes:
        if change.address in order.aside:
            step_aside(change, drafts[change.address])
    for waiting, first in models_first(changes, drafts).items():
        order.waits.setdefault(waiting, set()).update(first)
    nodes = build(changes, drafts, order.waits)
    found = bases(changes, sides)
    plan = Plan(
        source=source,
        target=target,
        changes=changes,
        nodes=nodes,
        ids=_used_ids(nodes, ids),
        findings=sorted({*findings, *order.findings, *preflight(sides, changes, nodes)}),
        pairs=_pairs(sides),
        policy=policy,
        bases=found,
        names=names(found, sides, ids),
        since=base.label if base else "",
    )
    return Made(plan, sides, unlike)


def _fitted(sides: Sides, mapping: IdMap, policy: Policy) -> Settled:
    """The sides with no more desired than the target can hold and the policy allows, step by step."""
    steps: tuple[Callable[[Sides], Settled], ...] = (
        lambda s: close_off(s, policy.protect),
        reach,
        lambda s: fit_palettes(s, mapping),
        lambda s: settle(s, policy, mapping),
        lambda s: keep_unseen(s, mapping),
        lambda s: fit_texts(s, mapping),
        keep_defaults,
        lambda s: translate_connections(foresee(s)),
        lambda s: hold(s, policy),
    )
    findings: list[Finding] = []
    for step in steps:
        sides, more = step(sides)
        findings += more
    return Settled(sides, findings)


def _awaited(change: Change, ids: dict[Link, str]) -> set[str]:
    texts = text_links([change.after, *(part.after for part in change.parts)])
    return {link.to for link in texts if link not in ids}


def _used_ids(nodes: Iterable[Node], ids: dict[Link, str]) -> list[tuple[str, str, str]]:
    used = {
        link
        for node in nodes
        for step in node.steps
        for value in (
            step.path,
            step.query,
            step.body,
            *([b.select for b in step.binds]),
            *_probed(step.probe),
        )
        for link in (*links(value), *text_links(value))
    }
    return sorted((x.to, x.part, ids[x]) for x in used if x in ids)


def _probed(probe: object) -> list[object]:
    return [getattr(probe, "path", None), getattr(probe, "query", None)]


def _pairs(sides: Sides) -> list[tuple[str, str, str]]:
    """What a migration should remember, so that a later rename is an update."""
    if sides.same_host:
        return []
    resources = sides.desired.resources
    return sorted(
        (resources[d].kind, resources[d].id, sides.observed.resources[o].id)
        for d, o in sides.pairing.observed.items()
        if d in resources and resources[d].id
    )

"""Any two instances: the one becomes what the other is, and nothing else is touched."""

from __future__ import annotations

import random
from collections import Counter

import pytest

import judge
from lookervault.errors import AmbiguousPair
from lookervault.plan.change import Action
from lookervault.plan.plan import Plan
from lookervault.plan.policy import Policy
from lookervault.sandbox import Instance
from lookervault.sandbox.content import lookml
from world import KEY, World, world

from . import guards
from .editor import Editor
from .founder import BIG, SMALL, Founder

# 7001: a palette whose label is empty
SAMPLE, SOAK = (*range(5), 7001), range(1000, 1200)


def pair(seed: int) -> tuple[Instance, Instance]:
    """Two instances that began as one and went on by themselves."""
    source, target = Instance(first_id=1), Instance(first_id=5000)
    for inst, name in ((source, "source"), (target, "target")):
        lookml.deploy(inst)
        Founder(inst, random.Random(seed)).found(SMALL)
        own = random.Random(f"{seed} {name}")
        Editor(inst, own).edit(15)
        Founder(inst, own).found({kind: own.randrange(3) for kind in BIG})
        inst.deliveries.clear()
    return source, target


LOSING = Policy(allow_attachment_loss=True)
PRUNING = Policy(allow_attachment_loss=True, prune=True)


def planned(both: World, policy: Policy = LOSING) -> Plan | None:
    """A plan that may be carried out; None where somebody must say first what is what."""
    try:
        plan = both.plan(policy=policy)
    except AmbiguousPair:
        return None
    return None if plan.errors else plan


def check(seed: int) -> str:
    """Migrates between the pair of a seed; gives what became of it, or fails."""
    source, target = pair(seed)
    with world(source, target) as both:
        had = judge.describe(both.target.url, *KEY)
        closed, before = guards.protected(target), guards.dangling(target)
        plan = planned(both)
        if plan is None:
            return "refused"
        both.carry_out(plan, workers=random.Random(seed).choice([1, 8]))
        assert both.differences(had) == []
        assert guards.touched(both.writes(), closed) == []
        assert {x for x in guards.dangling(target) - before if not is_told(x, plan)} == set()
        assert target.deliveries == []
        assert plan.counts()[Action.DELETE] == 0
        again = both.plan()
        assert (again.changes, again.errors) == ([], [])
        return "done"


def is_told(lost: str, plan: Plan) -> bool:
    """Whether the plan says of an alert or schedule of the target's own that it loses what it points at."""
    kind, id_ = lost.partition(":")[0].split()
    what = f"(id {id_}) loses the {'element' if kind == 'alert' else 'tab'}"
    return kind in ("alert", "scheduled_plan") and any(what in f.message for f in plan.findings)


@pytest.mark.parametrize("seed", SAMPLE)
def test_one_becomes_the_other(seed: int) -> None:
    assert check(seed) == "done"


@pytest.mark.soak
def test_any_one_becomes_the_other() -> None:
    ends = Counter(check(seed) for seed in SOAK)
    assert ends["refused"] < len(SOAK) / 3, ends


def pruned(seed: int) -> str:
    """Migrates between the pair of a seed and deletes what the source has not; gives what became of it."""
    source, target = pair(seed)
    with world(source, target) as both:
        had, closed = judge.describe(both.target.url, *KEY), guards.protected(target)
        plan = planned(both, PRUNING)
        if plan is None:
            return "refused"
        users = len(target.all("user"))
        both.carry_out(plan, workers=random.Random(seed).choice([1, 8]))
        assert both.differences(had) == []
        assert guards.touched(both.writes(), closed) == []
        assert len(target.all("user")) >= users
        again = both.plan(policy=PRUNING)
        assert (again.changes, again.errors) == ([], [])
        return "done"


@pytest.mark.parametrize("seed", SAMPLE[2:])
def test_one_becomes_the_other_and_nothing_more(seed: int) -> None:
    assert pruned(seed) == "done"


@pytest.mark.soak
def test_any_one_becomes_the_other_and_nothing_more() -> None:
    ends = Counter(pruned(seed) for seed in SOAK)
    assert ends["refused"] < len(SOAK) / 3, ends

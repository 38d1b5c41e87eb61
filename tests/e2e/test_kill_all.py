"""kill -9 at every single write of a migration of all kinds, and again and again in a large one."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from lookervault.plan.plan import Plan
from lookervault.plan.policy import Policy
from lookervault.run.apply import interrupted_plan
from lookervault.sandbox import Instance, demo_instance
from world import world

from .delivering import delivering_target
from .everything import everything
from .small import folder, small_target
from .test_kill import Applier, Killer, killed

ON = Policy(enable_schedules=True)
OBJECTS = 60
SAMPLED = 3


@pytest.fixture(scope="module")
def applier() -> Iterator[Applier]:
    found = Applier()
    yield found
    found.close()


def sixty() -> Instance:
    """One of everything, and dashboards enough for sixty objects."""
    inst = everything()
    query = inst.create("query", model="ecommerce", view="orders", fields=["orders.count"])["id"]
    for number in range(30):
        made = inst.create("dashboard", title=f"Copy {number}", folder_id=folder(inst, "Archive"))["id"]
        inst.create("dashboard_element", dashboard_id=made, type="vis", title="Orders", query_id=query)
    return inst


def writes_of(plan: Plan) -> int:
    return sum(step.method != "GET" for node in plan.nodes for step in node.steps)


def check(applier: Applier, source: Instance, index: int) -> None:
    """A migration that dies at one write and is taken up again is like one that was left in peace."""
    with world(source, delivering_target(source)) as both:
        plan = both.plan(policy=ON)
        assert len(plan.changes) >= OBJECTS
        killed(applier, both, plan, Killer(index, carried_out=index % 2 == 0), workers=8 if index % 3 else 1)
        assert interrupted_plan(both.vault, both.target_gateway.host) is not None
        outcome = both.apply(plan)
        assert outcome.complete, outcome
        assert outcome.applied == len(plan.changes)
        assert both.differences() == []
        assert both.plan(policy=ON).changes == []


def undisturbed() -> int:
    """How many writes the migration takes."""
    source = sixty()
    with world(source, delivering_target(source)) as both:
        outcome = both.apply(both.plan(policy=ON))
        assert outcome.complete, outcome
        return len(both.writes())


def test_killed_at_some_writes(applier: Applier) -> None:
    count = undisturbed()
    for index in random.Random(1).sample(range(1, count), SAMPLED):
        check(applier, sixty(), index)


@pytest.mark.soak
def test_killed_at_every_single_write(applier: Applier) -> None:
    for index in range(1, undisturbed()):
        check(applier, sixty(), index)


@pytest.mark.soak
def test_killed_twenty_times_in_a_large_one(applier: Applier) -> None:
    source, dice = demo_instance(objects=1000), random.Random(7)
    with world(source, small_target(source)) as both:
        plan = both.plan(policy=ON)
        gap = writes_of(plan) // 21
        assert len(plan.changes) >= 1000
        for _ in range(20):
            count = dice.randint(1, 2 * gap - 1)
            killed(applier, both, plan, Killer(count, carried_out=dice.random() < 0.6), workers=8)
        outcome = both.apply(plan)
        assert outcome.complete, outcome
        assert both.differences() == []
        assert both.plan(policy=ON).changes == []

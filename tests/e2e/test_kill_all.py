"""kill -9 at every single write of a migration of all kinds, and again and again in a large one."""

from __future__ import annotations

import itertools
import random
import signal
from collections.abc import Iterator

import pytest

from lookervault.plan.codec import encode_plan
from lookervault.plan.policy import Policy
from lookervault.run.apply import interrupted_plan
from lookervault.sandbox import Call, Faults, Instance, demo_instance
from lookervault.store.planfile import write_plan
from world import world

from .delivering import delivering_target
from .everything import everything
from .small import folder, small_target
from .test_kill import Applier, Killer, killed, until_still

ON = Policy(enable_schedules=True)
OBJECTS = 60
OBJECTS_OF_A_LARGE_ONE = 1000
KILLS, WORKERS = 20, 8
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


class Switched(Killer):
    """Kills when the first schedule is switched on, which is then carried out."""

    def __init__(self) -> None:
        super().__init__(1, carried_out=True)

    def script(self, call: Call) -> str | None:
        if call.method == "PATCH" and call.path.startswith("/scheduled_plans"):
            return super().script(call)
        return None


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


@pytest.mark.parametrize("time", range(6))
def test_killed_when_what_was_made_is_switched_on(applier: Applier, time: int) -> None:
    """A probe looks for a schedule that is off; the one that was made is on by now."""
    source = everything()
    with world(source, delivering_target(source)) as both:
        plan = both.plan(policy=ON)
        both.target.faults = Faults(script=(switched := Switched()).script)
        write_plan(both.folder / "the.plan", encode_plan(plan))
        switched.victim = applier.begin(both, 1 if time % 2 else 8)
        switched.known.set()
        assert int(applier.answer()) == signal.SIGKILL
        until_still(lambda: len(both.target.calls))
        both.calm()
        assert both.apply(plan).complete
        assert both.differences() == []


@pytest.mark.soak
def test_killed_at_every_single_write(applier: Applier) -> None:
    for index in range(1, undisturbed()):
        check(applier, sixty(), index)


@pytest.fixture(scope="module")
def thousand_writes() -> int:
    """How many writes a migration of a thousand objects takes when nobody disturbs it."""
    source = demo_instance(objects=OBJECTS_OF_A_LARGE_ONE)
    with world(source, small_target(source)) as both:
        assert both.apply(both.plan(policy=ON)).complete
        return len(both.writes())


def gaps(dice: random.Random, writes: int) -> list[int]:
    """How many writes each process lives to see; what is in flight at a kill is done by no other."""
    places = sorted(dice.sample(range(1, writes - KILLS * WORKERS), KILLS))
    return [later - earlier for earlier, later in itertools.pairwise([0, *places])]


@pytest.mark.soak
@pytest.mark.parametrize("seed", [7, 8, 9])
def test_killed_twenty_times_in_a_large_one(applier: Applier, thousand_writes: int, seed: int) -> None:
    source, dice = demo_instance(objects=OBJECTS_OF_A_LARGE_ONE), random.Random(seed)
    with world(source, small_target(source)) as both:
        plan = both.plan(policy=ON)
        assert len(plan.changes) >= OBJECTS_OF_A_LARGE_ONE
        for count in gaps(dice, thousand_writes):
            killed(applier, both, plan, Killer(count, carried_out=dice.random() < 0.6), workers=WORKERS)
        outcome = both.apply(plan)
        assert outcome.complete, outcome
        assert both.differences() == []
        assert both.plan(policy=ON).changes == []

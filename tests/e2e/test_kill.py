"""kill -9 in the middle of an apply, then apply again: the end is the same, and nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lookervault
from lookervault.plan.codec import encode_plan
from lookervault.plan.plan import Plan
from lookervault.run import apply
from lookervault.run.apply import interrupted_plan
from lookervault.sandbox import Call, Faults
from lookervault.store.planfile import write_plan
from world import World, world

from . import applying
from .editor import Editor
from .linked import Linked
from .small import small_instance, small_target


class Applier:
    """The program in `applying`, which is told what to do and then watched."""

    def __init__(self) -> None:
        source = str(Path(lookervault.__file__).parents[1])
        self.program = subprocess.Popen(
            [sys.executable, applying.__file__],
            env=os.environ | {"PYTHONPATH": source},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, both: World, workers: int) -> int:
        """Lets it apply the plan file of a world; gives the id of the process."""
        words = (both.vault.path, both.target.url, both.folder / "the.plan", workers)
        assert self.program.stdin
        print(*words, file=self.program.stdin, flush=True)
        return int(self.answer())

    def answer(self) -> str:
        """What it says next."""
        assert self.program.stdout
        return self.program.stdout.readline().strip()

    def close(self) -> None:
        """Ends the program."""
        self.program.communicate("")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was in flight is waited for here, until the target is still."""
    monkeypatch.setattr(apply, "_SETTLING", 0.0)


@pytest.fixture(scope="module")
def applier() -> Iterator[Applier]:
    found = Applier()
    yield found
    found.close()


def any_write(call: Call) -> bool:
    """Whether a call may change something."""
    return call.method != "GET" and not call.path.startswith("/login")


class Killer:
    """Kills a process when the target gets its n-th write of some sort, which is then carried out or not."""

    def __init__(self, count: int, carried_out: bool, sort: Callable[[Call], bool] = any_write) -> None:
        self.count = count
        self.sort = sort
        self.fault = None if carried_out else "reset_before"
        self.victim = 0
        self.known = threading.Event()
        self._turn = threading.Lock()

    def script(self, call: Call) -> str | None:
        """A script for `Faults`."""
        if not self.sort(call):
            return None
        with self._turn:
            self.count -= 1
            if self.count > 0:
                return None
        self.known.wait(10)
        if self.count == 0:
            os.kill(self.victim, signal.SIGKILL)
        return self.fault


def killed(applier: Applier, both: World, plan: Plan, killer: Killer, workers: int) -> None:
    """Applies the plan in a process that does not live to see its end."""
    write_plan(both.folder / "the.plan", encode_plan(plan))
    both.target.faults = Faults(script=killer.script)
    killer.victim = applier.begin(both, workers)
    killer.known.set()
    assert int(applier.answer()) == signal.SIGKILL
    until_still(lambda: len(both.target.calls))
    both.calm()


def until_still(count: Callable[[], int]) -> None:
    """Waits for the calls that the killed process had already sent."""
    before = -1
    while before != (before := count()):
        time.sleep(0.02)


def resumed(both: World, plan: Plan, workers: int) -> None:
    """Applies the same plan again, and judges."""
    found = interrupted_plan(both.vault, both.target_gateway.host)
    assert found is not None
    assert found.fingerprint == plan.fingerprint
    outcome = both.apply(plan, workers)
    assert (outcome.failed, outcome.skipped) == ([], [])
    assert outcome.applied == len(plan.changes)
    assert interrupted_plan(both.vault, both.target_gateway.host) is None
    assert both.differences() == []
    assert both.plan().changes == []


@pytest.mark.parametrize("seed", range(4))
def test_killed_while_updating(applier: Applier, seed: int) -> None:
    source, dice = small_instance(), random.Random(seed)
    with world(source, small_target(source)) as both:
        both.migrate()
        Editor(source, dice).edit(30)
        plan = both.plan()
        calls = sum(step.method != "GET" for node in plan.nodes for step in node.steps)
        killer = Killer(dice.randint(1, calls), carried_out=dice.random() < 0.6)
        workers = dice.choice([1, 8])
        killed(applier, both, plan, killer, workers)
        resumed(both, plan, workers)


@pytest.mark.parametrize("carried_out", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("workers", [1, 8])
@pytest.mark.parametrize("count", [1, 5, 12, 20, 30, 40, 50])
def test_killed_once(applier: Applier, count: int, workers: int, carried_out: bool) -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        plan = both.plan()
        killed(applier, both, plan, Killer(count, carried_out), workers)
        resumed(both, plan, workers)


def test_killed_again_and_again(applier: Applier) -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        plan = both.plan()
        for _ in range(6):
            killed(applier, both, plan, Killer(7, carried_out=True), 8)
        resumed(both, plan, 8)


def test_killed_on_an_instance_that_has_things_already(applier: Applier) -> None:
    """Objects of the same look and names that were there before are never taken for the run's own work."""
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        board = source.all("dashboard")[0]["id"]
        for number in range(3):
            source.create("dashboard_element", dashboard_id=board, type="text", title_text="Again")
            source.create("dashboard_layout", dashboard_id=board, label=f"Late {number}")
        plan = both.plan()
        killed(applier, both, plan, Killer(3, carried_out=True), 1)
        resumed(both, plan, 1)


def is_completion(call: Call) -> bool:
    """Whether a call puts links into what is there already."""
    return call.method == "PATCH" and call.path.startswith(
        ("/dashboards/", "/dashboard_elements/", "/looks/")
    )


def is_passing(call: Call) -> bool:
    """Whether a call makes something whose links are yet to come."""
    return call.method == "POST" and "/dashboards/0" in str(call.body)


@pytest.mark.parametrize("carried_out", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize(("sort", "count"), [(is_passing, 2), (is_completion, 1), (is_completion, 4)])
def test_killed_before_the_links_are_complete(
    applier: Applier, sort: Callable[[Call], bool], count: int, carried_out: bool
) -> None:
    source = Linked().inst
    with world(source, small_target(source)) as both:
        plan = both.plan()
        killed(applier, both, plan, Killer(count, carried_out, sort), 4)
        resumed(both, plan, 4)

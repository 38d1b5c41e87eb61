"""What an apply has to survive: faults on every tenth call, a failure at the root of a chain, a rival."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lookervault
from lookervault.errors import Locked
from lookervault.plan.codec import encode_plan
from lookervault.plan.policy import Policy
from lookervault.run import perform
from lookervault.sandbox import Call, Faults, Instance, blank_instance
from lookervault.store import deadletters
from lookervault.store.planfile import write_plan
from world import World, world

from . import applying
from .delivering import MAIL, delivering_target
from .everything import everything

ON = Policy(enable_schedules=True)
ALL = ("429", "500", "502", "504", "reset_before", "reset_after", "truncated", "stall")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(perform, "_FIRST_WAIT", 0.001)
    yield


def doubled(inst: Instance) -> list[str]:
    """Boards, schedules and alerts, which Looker would let be there twice, by name where there are more."""
    names = {"board": "title", "scheduled_plan": "name", "alert": "custom_title"}
    counted = Counter(
        (kind, r.get(name), r.get("dashboard_id")) for kind, name in names.items() for r in inst.all(kind)
    )
    return [f"{kind} {name}" for (kind, name, _), count in counted.items() if count > 1]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("retry_after", [None, 0.01], ids=["no Retry-After", "Retry-After"])
def test_mixed_faults_on_every_tenth_call(seed: int, retry_after: float | None) -> None:
    """All is absorbed: nothing failed, nothing is there twice, nothing is in the dead letter queue."""
    source = everything()
    target = delivering_target(source)
    faults = Faults(
        seed=seed,
        rate=0.1,
        kinds=ALL,
        retry_after=retry_after,
        stall_seconds=0.05,
        script=revoking_once(target, after=60),
    )
    with world(source, target, faults) as both:
        plan = both.plan(policy=ON)
        outcome = both.apply(plan)
        assert outcome.complete, outcome
        assert len({c.fault for c in both.target.calls} - {None}) >= 5
        assert deadletters.letters(both.vault) == []
        assert both.differences() == []
        both.calm()
        assert both.plan(policy=ON).changes == []


def revoking_once(inst: Instance, after: int) -> Callable[[Call], str | None]:
    """Takes the tokens away once, in the middle."""
    seen: list[Call] = []

    def script(call: Call) -> str | None:
        seen.append(call)
        if len(seen) == after:
            inst.revoke_tokens()
        return None

    return script


@pytest.mark.parametrize("seed", range(2))
def test_every_tenth_write_is_answered_by_a_reset_after_the_server_acted(seed: int) -> None:
    source = everything()
    with world(source, delivering_target(source)) as both:
        plan = both.plan(policy=ON)
        both.target.faults = Faults(seed=seed, rate=0.1, kinds=("reset_after",))
        assert both.apply(plan).complete
        assert any(call.fault for call in both.writes())
        both.calm()
        assert both.differences() == []
        assert sorted(doubled(both.target.instance)) == sorted(doubled(source))


def five_levels() -> Instance:
    """A folder in a folder in a folder, a dashboard in that, a schedule of it; and a group apart."""
    inst = Instance(first_id=1)
    at = next(f["id"] for f in inst.all("folder") if f.get("is_shared_root"))
    for name in ("One", "Two", "Three"):
        at = inst.create("folder", name=name, parent_id=at)["id"]
    board = inst.create("dashboard", title="KPIs", folder_id=at)["id"]
    inst.create(
        "scheduled_plan",
        name="Daily",
        crontab="0 6 * * *",
        dashboard_id=board,
        scheduled_plan_destination=[MAIL],
    )
    inst.create("group", name="Apart")
    return inst


def test_a_failure_skips_what_hangs_on_it_and_nothing_else() -> None:
    source = five_levels()

    def no_one(call: Call) -> str | None:
        return "500" if call.method == "POST" and (call.body or {}).get("name") == "One" else None

    with world(source, blank_instance(700, like=source)) as both:
        plan = both.plan()
        both.target.faults = Faults(script=no_one)
        outcome = both.apply(plan)
        assert [f.address for f in outcome.failed] == ["folder:Shared/One"]
        assert [(s.address, s.because) for s in sorted(outcome.skipped, key=lambda s: s.address)] == [
            ("dashboard:Shared/One/Two/Three/KPIs", "folder:Shared/One"),
            ("folder:Shared/One/Two", "folder:Shared/One"),
            ("folder:Shared/One/Two/Three", "folder:Shared/One"),
            ("scheduled_plan:Shared/One/Two/Three/KPIs/Daily", "folder:Shared/One"),
        ]
        assert (outcome.created, outcome.not_started) == (1, [])
        both.calm()
        assert both.apply(plan).complete
        assert both.differences() == []


def test_of_two_applies_at_once_one_wins_and_the_other_names_it(both: World) -> None:
    plan = both.plan()
    write_plan(both.folder / "the.plan", encode_plan(plan))
    begun, go_on = threading.Event(), threading.Event()

    def slow(call: Call) -> str | None:
        if call.method == "POST" and call.path == "/folders":
            begun.set()
            go_on.wait(20)
        return None

    both.target.faults = Faults(script=slow)
    source = str(Path(lookervault.__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, applying.__file__],
        env=os.environ | {"PYTHONPATH": source},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdin
        assert first.stdout
        print(both.vault.path, both.target.url, both.folder / "the.plan", 2, file=first.stdin, flush=True)
        pid = first.stdout.readline().strip()
        assert begun.wait(20)
        with pytest.raises(Locked) as told:
            both.apply(plan)
        assert f"pid {pid}" in told.value.message
        go_on.set()
        assert first.stdout.readline().strip() == "0"
        first.stdin.close()
    assert both.differences() == []


@pytest.fixture
def both() -> Iterator[World]:
    source = five_levels()
    with world(source, blank_instance(700, like=source)) as opened:
        yield opened

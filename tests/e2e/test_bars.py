"""What an apply has to stand: faults of all sorts at once, and a failure in the middle of a deep chain."""

from __future__ import annotations

import threading
import time

import pytest

from lookervault.looker.gateway import connect
from lookervault.looker.limiter import Limiter
from lookervault.looker.retry import Backoff
from lookervault.looker.settings import Connection
from lookervault.run import perform
from lookervault.run.retrying import Again, retry_letter
from lookervault.sandbox import Call, Faults, Instance, blank_instance, demo_instance
from lookervault.store.deadletters import letters
from world import KEY, World, world

from .small import shared_root, small_target

MIXED = ("429", "500", "502", "504", "reset_before", "reset_after", "truncated", "stall")
HASTE = 1000.0
ABSORBED = 0.99


def as_by_default(both: World) -> None:
    """As many tries as the commands make, in a thousandth of the time."""
    limiter = Limiter(clock=lambda: time.monotonic() * HASTE, sleep=lambda wait: time.sleep(wait / HASTE))
    there = Connection(both.target.url, *KEY, timeout=10.0)
    both.target_gateway.close()
    both.target_gateway = connect(there, backoff=Backoff(first=0.001, longest=0.03), limiter=limiter)


def mixed(target: Instance, seed: int) -> Faults:
    """One call in ten goes wrong, and now and then all tokens are gone."""
    made = [0]
    turn = threading.Lock()

    def revoking(call: Call) -> None:
        with turn:
            made[0] += 1
            if made[0] % 150 == 0:
                target.revoke_tokens()

    return Faults(
        seed=seed,
        rate=0.1,
        kinds=MIXED,
        stall_seconds=0.05,
        retry_after=2.0 if seed % 2 else None,
        script=revoking,
    )


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for what an unclear call made waits for no time."""
    monkeypatch.setattr(perform, "_FIRST_WAIT", 0.001)


@pytest.mark.parametrize("seed", range(2))
def test_of_one_fault_in_ten_calls_all_but_one_in_a_hundred_are_absorbed(seed: int) -> None:
    source = demo_instance()
    target = small_target(source)
    with world(source, target) as both:
        as_by_default(both)
        plan = both.plan()
        both.target.calls.clear()
        both.target.faults = mixed(target, seed)
        both.apply(plan)
        struck = [call.fault for call in both.target.calls if call.fault]
        assert set(struck) == set(MIXED)
        assert any(call.status == 401 for call in both.target.calls)
        both.calm()
        left = letters(both.vault)
        assert len(left) <= (1 - ABSORBED) * len(struck)
        for letter in left:
            again = Again("target", fix_dependencies=True)
            retry_letter(both.target_gateway, both.vault, letter.number, again, both.events.append)
        if left:
            assert both.apply(plan).complete
        assert letters(both.vault) == []
        assert both.differences() == []
        assert both.plan().changes == []


def test_what_hangs_on_a_failure_is_skipped_and_named_and_all_else_is_done() -> None:
    source = Instance(first_id=1)
    parent = shared_root(source)
    for level in "ABCDE":
        parent = source.create("folder", name=level, parent_id=parent)["id"]
        source.create("dashboard", title=f"In {level}", folder_id=parent)
    source.create("group", name="Elsewhere")

    def third(call: Call) -> str | None:
        made = call.method == "POST" and call.path == "/folders"
        return "500" if made and call.body.get("name") == "C" else None

    target = blank_instance(first_id=900, like=source)
    with world(source, target, Faults(script=third)) as both:
        outcome = both.apply(both.plan())
        assert [f.address for f in outcome.failed] == ["folder:Shared/A/B/C"]
        assert {(s.address, s.because) for s in outcome.skipped} == {
            (f"{kind}:Shared/A/B/{rest}", "folder:Shared/A/B/C")
            for kind, rest in (
                ("folder", "C/D"),
                ("folder", "C/D/E"),
                ("dashboard", "C/In C"),
                ("dashboard", "C/D/In D"),
                ("dashboard", "C/D/E/In E"),
            )
        }
        assert len({s.address for s in outcome.skipped}) == len(outcome.skipped)
        assert outcome.applied == 5
        assert {d["title"] for d in target.all("dashboard")} == {"In A", "In B"}

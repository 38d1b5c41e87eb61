"""Errors, lost answers and dying tokens on the way: the end is the same, and nothing is there twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from judge import describe
from lookervault.run import perform
from lookervault.sandbox import Call, Faults, Instance, demo_instance
from world import World, world

from .small import small_instance, small_target

MIXED = ("429", "500", "502", "504", "reset_before", "reset_after", "truncated")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Looking for what an unclear call made waits for no time."""
    monkeypatch.setattr(perform, "_FIRST_WAIT", 0.001)
    yield


def is_settled(both: World) -> bool:
    """Whether the target is the source and nothing is left to do; faults are over then."""
    assert both.differences() == []
    again = both.plan()
    return again.changes == [] and again.errors == []


@pytest.mark.parametrize("seed", range(3))
def test_refusals_and_resets(seed: int) -> None:
    source = demo_instance()
    faults = Faults(seed=seed, rate=0.05, kinds=("429", "500", "reset_before"), retry_after=0.01)
    with world(source, small_target(source), faults) as both:
        both.migrate()
        assert any(call.fault for call in both.target.calls)
        assert is_settled(both)


@pytest.mark.parametrize("workers", [1, 8])
@pytest.mark.parametrize("kinds", [("reset_after",), ("truncated",), MIXED], ids="/".join)
@pytest.mark.parametrize("seed", range(3))
def test_lost_answers(seed: int, kinds: tuple[str, ...], workers: int) -> None:
    source = small_instance()
    faults = Faults(seed=seed, rate=0.15, kinds=kinds, retry_after=0.01)
    with world(source, small_target(source), faults) as both:
        both.migrate(workers)
        assert any(call.fault for call in both.writes())
        assert is_settled(both)


@pytest.mark.parametrize("seed", range(2))
def test_lost_answers_of_the_demo(seed: int) -> None:
    source = demo_instance()
    faults = Faults(seed=seed, rate=0.05, kinds=MIXED, retry_after=0.01)
    with world(source, small_target(source), faults) as both:
        both.migrate()
        assert is_settled(both)


@pytest.mark.parametrize("kind", ["reset_after", "truncated", "reset_before", "500"])
def test_every_first_write_goes_wrong(kind: str) -> None:
    """Each distinct write fails once, so no kind of call is left to luck."""
    source = small_instance()
    with world(source, small_target(source), Faults(script=first_time(kind))) as both:
        plan = both.migrate()
        struck = [call for call in both.writes() if call.fault]
        assert len(struck) >= sum(len(node.steps) for node in plan.nodes) * 0.8
        assert is_settled(both)


def first_time(kind: str) -> Callable[[Call], str | None]:
    """The fault for each write of its kind, path and body when it is made for the first time."""
    seen: set[str] = set()
    turn = threading.Lock()

    def script(call: Call) -> str | None:
        name = f"{call.method} {call.path} {call.body}"
        with turn:
            if call.method == "GET" or call.path == "/logout" or name in seen:
                return None
            seen.add(name)
            return kind

    return script


def test_tokens_that_expire_under_way() -> None:
    source = demo_instance()
    target = small_target(source)
    source.token_seconds = target.token_seconds = 0.05
    with world(source, target) as both:
        both.migrate()
        assert sum(call.path == "/login" for call in both.target.calls) > 1
        source.token_seconds = target.token_seconds = 3600
        assert is_settled(both)


def test_tokens_revoked_in_the_middle() -> None:
    source = small_instance()
    target = small_target(source)
    with world(source, target, Faults(script=revoking(target))) as both:
        both.migrate()
        assert sum(call.status == 401 for call in both.target.calls) >= 3
        assert is_settled(both)


def revoking(inst: Instance) -> Callable[[Call], None]:
    """Takes all tokens away now and then, not so often that a new one is gone before anybody has used it."""
    made: list[Call] = []

    def script(call: Call) -> None:
        made.append(call)
        if len(made) % 25 == 0:
            inst.revoke_tokens()

    return script


def test_extraction_under_faults_reads_the_same() -> None:
    source = small_instance()
    with world(source) as calm:
        expected = calm.extract()
    with world(source, faults=Faults(seed=1, rate=0.2, kinds=MIXED, retry_after=0.0)) as here:
        found = here.extract()
        assert found.scope == expected.scope
        assert {k: c.new for k, c in found.kinds.items()} == {k: c.new for k, c in expected.kinds.items()}
        assert any(call.fault for call in here.source.calls)
        here.calm()
        assert describe(here.source.url, *here.key)
        assert here.plan(found).changes == []

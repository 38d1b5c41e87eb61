"""Any mixture of edits at the source is carried over: random ones, by seed."""

from __future__ import annotations

import random

import pytest

from lookervault.run import perform
from lookervault.sandbox import Faults
from world import world

from .editor import Editor
from .small import small_instance, small_target

EDITS = 20
MIXED = ("429", "500", "502", "reset_before", "reset_after", "truncated")


@pytest.mark.parametrize("seed", range(10))
def test_random_edits(seed: int) -> None:
    source, dice = small_instance(), random.Random(seed)
    with world(source, small_target(source)) as both:
        both.migrate()
        for _ in range(3):
            Editor(source, dice).edit(EDITS)
            both.migrate(workers=dice.choice([1, 8]))
            assert both.differences() == []
            assert both.plan().changes == []


@pytest.mark.parametrize("seed", range(100, 104))
def test_random_edits_under_faults(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perform, "_FIRST_WAIT", 0.001)
    source, dice = small_instance(), random.Random(seed)
    with world(source, small_target(source)) as both:
        both.migrate()
        for _ in range(2):
            Editor(source, dice).edit(EDITS)
            both.target.faults = Faults(seed=seed, rate=0.2, kinds=MIXED, retry_after=0.0)
            both.migrate(workers=dice.choice([1, 8]))
            assert both.differences() == []
            assert both.plan().changes == []

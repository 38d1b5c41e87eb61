"""kill -9 in an apply, then resume, then roll back: the instance is what it was before all that."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from lookervault.errors import ApiError
from lookervault.plan.plan import Plan
from lookervault.plan.policy import Policy
from lookervault.run import apply
from lookervault.sandbox import Instance, demo_instance
from world import World, world

from .everything import everything
from .test_kill import Applier, Killer, killed
from .test_lookml import source_instance, unconfigured
from .test_rollback import described, undone, way_back

ON = Policy(enable_schedules=True)
EDITS: dict[str, dict[str, Any]] = {
    "alert": {"threshold": 77},
    "board": {"description": "new"},
    "board_item": {"custom_description": "new"},
    "board_section": {"description": "new"},
    "color_collection": {"label": "New"},
    "dashboard": {"description": "new"},
    "dashboard_element": {"note_text": "new"},
    "dashboard_filter": {"title": "New"},
    "dashboard_layout": {"label": "New"},
    "group": {"can_add_to_content_metadata": True},
    "look": {"description": "new"},
    "lookml_model": {"unlimited_db_connections": True},
    "permission_set": {"permissions": ["access_data"]},
    "scheduled_plan": {"message": "new"},
    "theme": {"settings": {"background_color": "#123456"}},
    "user": {"last_name": "New"},
    "user_attribute": {"label": "New"},
}
FEWEST = 0.6  # of the calls foreseen: some are left out when it comes to them


@pytest.fixture(scope="module")
def applier() -> Iterator[Applier]:
    found = Applier()
    yield found
    found.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "_SETTLING", 0.0)


def edit_all(source: Instance, dice: random.Random) -> None:
    """Changes a third of all that may be changed: something of most kinds."""
    for kind, fields in EDITS.items():
        for row in source.all(kind):
            if dice.random() < 1 / 3 and not row.get("deleted"):
                with suppress(ApiError):  # what belongs to Looker itself
                    source.edit(kind, row["id"], **fields)


def disturbed(applier: Applier, both: World, plan: Plan, dice: random.Random) -> None:
    """Carries the plan out, in a process that is killed and in one that goes on."""
    foreseen = sum(step.method != "GET" for node in plan.nodes for step in node.steps)
    count = dice.randint(1, int(foreseen * FEWEST))
    killed(applier, both, plan, Killer(count, dice.random() < 0.6), dice.choice([1, 8]))
    assert both.apply(plan).complete


def migrated_and_undone(applier: Applier, seed: int) -> None:
    """A migration to an instance that has next to nothing, models not configured."""
    source, dice = demo_instance(), random.Random(seed)
    with world(source, unconfigured(source)) as both:
        before = described(both)
        disturbed(applier, both, both.plan(policy=ON), dice)
        undone(both, before)


def edited_and_undone(applier: Applier, seed: int) -> None:
    """Updates of every kind."""
    source, dice = everything(), random.Random(seed)
    with world(source, unconfigured(source)) as both:
        assert both.apply(both.plan(policy=ON)).complete
        edit_all(source, dice)
        plan, before = both.plan(policy=ON), described(both)
        disturbed(applier, both, plan, dice)
        undone(both, before)


@pytest.mark.parametrize("seed", range(2))
def test_updates_that_were_killed_and_resumed_are_undone(applier: Applier, seed: int) -> None:
    edited_and_undone(applier, seed)


def test_a_migration_that_was_killed_and_resumed_is_undone(applier: Applier) -> None:
    migrated_and_undone(applier, seed=1)


def test_a_model_whose_connections_are_not_there_is_not_taken_for_edited() -> None:
    source = source_instance()
    target = unconfigured(source)
    for row in target.all("connection"):
        target.delete("connection", row["id"])
    with world(source, target) as both:
        before = described(both)
        assert both.apply(both.plan()).complete
        assert way_back(both).edited == []
        undone(both, before)


@pytest.mark.soak
def test_whatever_is_killed_and_resumed_is_undone(applier: Applier) -> None:
    for seed in range(2, 12):
        edited_and_undone(applier, seed)
        migrated_and_undone(applier, seed)

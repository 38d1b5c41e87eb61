"""A rehearsal finds what an apply would find, and touches nothing."""

from __future__ import annotations

import random

import pytest

from e2e.editor import Editor
from e2e.small import small_instance, small_target
from lookervault.plan.plan import Plan
from lookervault.run.rehearse import Rehearsal, rehearse
from lookervault.sandbox import Instance, blank_instance, demo_instance
from world import World, world


def rehearsed(both: World, plan: Plan) -> Rehearsal:
    return rehearse(both.target_gateway, plan, workers=4, listener=lambda event: None)


def writes(both: World) -> int:
    return len([c for c in both.target.calls if c.method != "GET" and "login" not in c.path])


def test_what_succeeds_there_succeeds_here() -> None:
    dev = demo_instance()
    with world(dev, blank_instance(5000, like=dev)) as both:
        plan = both.plan()
        before = writes(both)
        tried = rehearsed(both, plan)
        assert tried.fine, tried
        assert writes(both) == before, "the target was only read"
        outcome = both.apply(plan)
        assert (outcome.created, outcome.updated) == (tried.outcome.created, tried.outcome.updated)


@pytest.mark.parametrize("seed", range(5))
def test_random_edits_come_to_the_same_there_and_here(seed: int) -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        Editor(source, random.Random(seed)).edit(15)
        plan = both.plan()
        tried = rehearsed(both, plan)
        assert tried.fine, tried
        outcome = both.apply(plan)
        assert not outcome.failed + outcome.skipped
        assert outcome.applied == tried.outcome.applied


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5, 50))
def test_many_random_edits_come_to_the_same_there_and_here(seed: int) -> None:
    test_random_edits_come_to_the_same_there_and_here(seed)


def test_what_would_fail_is_told_in_the_words_of_apply() -> None:
    """The folder has got a second look of that title since the plan: Looker refuses the create."""
    source = small_instance()
    target: Instance = small_target(source)
    with world(source, target) as both:
        both.migrate()
        folder = source.get("look", source.all("look")[0]["id"])["folder_id"]  # type: ignore[index]
        query = source.create("query", model="ecommerce", view="orders", fields=["orders.count"])["id"]
        source.create("look", title="Fresh", folder_id=folder, query_id=query)
        plan = both.plan()
        (made,) = [c for c in plan.changes if c.name == "Fresh"]
        home = next(f["id"] for f in target.all("folder") if f["name"] == folder_name(source, folder))
        target.create("look", title="Fresh", folder_id=home, query_id=target.all("look")[0]["query_id"])
        tried = rehearsed(both, plan)
        assert not tried.fine
        outcome = both.apply(plan)
        told = [(f.address, f.message) for f in (*tried.outcome.failed, *tried.outcome.stale)]
        assert told == [(f.address, f.message) for f in (*outcome.failed, *outcome.stale)]
        assert told[0][0] == made.address


def folder_name(instance: Instance, id_: str) -> str:
    folder = instance.get("folder", id_)
    assert folder is not None
    return str(folder["name"])

"""A rehearsal finds what an apply would find, and touches nothing."""

from __future__ import annotations

import random

import pytest

from e2e.editor import Editor
from e2e.small import small_instance, small_target
from lookervault.errors import NotFound, Refused
from lookervault.looker.gateway import connect
from lookervault.looker.settings import Connection
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


def failures(both: World, plan: Plan) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a rehearsal says will fail, and what fails then; in order, as causes are told as they come."""
    tried = rehearse(both.target_gateway, plan, workers=1, listener=lambda event: None).outcome
    outcome = both.apply(plan, workers=1)
    there, here = (
        [(f.address, f.message) for f in (*o.failed, *o.skipped, *o.stale)] for o in (tried, outcome)
    )
    return there, here


def test_a_model_that_went_since_the_plan() -> None:
    source = small_instance()
    target = small_target(source)
    with world(source, target) as both:
        plan = both.plan()
        for kind in ("explore", "lookml_model"):
            for record in target.all(kind):
                target.drop(kind, record)
        there, here = failures(both, plan)
        assert there
        assert "404" in there[0][1]
        assert there == here


def test_what_may_not_be_written_is_refused_alike() -> None:
    """Looker says with each object what the caller may do with it; the plan is refused before any call."""
    source = small_instance()
    target = small_target(source)
    with world(source, target) as both:
        both.migrate()
        board = next(d for d in source.all("dashboard") if not d["readonly"])
        source.edit("dashboard", board["id"], description="other words")
        plan = both.plan()
        assert not plan.errors
        for resource in both.target.instance.all("dashboard"):
            both.target.instance.edit("dashboard", resource["id"], can={"update": False})
        refused = both.plan()
        assert refused.errors
        told = []
        for tried in (rehearsed, World.apply):
            with pytest.raises(Refused) as caught:
                tried(both, refused)
            told.append(caught.value.message)
        assert told[0] == told[1]


def test_whoever_may_not_see_everything_cannot_make_a_copy() -> None:
    source = small_instance()
    target = small_target(source)
    with world(source, target) as both:
        plan = both.plan()
        nobody = target.create("user", first_name="No", last_name="Body")["id"]
        target.add_key(nobody, "nobody", "nobody-secret")
        with (
            connect(Connection(both.target.url, "nobody", "nobody-secret")) as gateway,
            pytest.raises(NotFound) as caught,
        ):
            rehearse(gateway, plan, workers=1, listener=lambda event: None)
        assert "admin" in caught.value.hint


def test_the_demo_is_refused_where_its_lookml_is_not_deployed() -> None:
    with world(demo_instance(), blank_instance()) as both:
        errors = both.plan().errors
        assert any("needs the explore" in f.message or "needs the LookML model" in f.message for f in errors)


def folder_name(instance: Instance, id_: str) -> str:
    folder = instance.get("folder", id_)
    assert folder is not None
    return str(folder["name"])

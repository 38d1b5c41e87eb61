"""What a plan foretells of API calls, held against the calls that its target gets."""

from __future__ import annotations

import pytest

from lookervault.errors import Refused
from lookervault.looker.paths import bucket
from lookervault.plan.cost import cost, refuse_above
from lookervault.plan.policy import Policy
from lookervault.report.data import plan_data
from lookervault.report.markdown import render_markdown
from lookervault.report.text import render_text
from lookervault.sandbox import Instance
from world import World, world

from .delivering import delivering_target
from .everything import everything


def edited(source: Instance) -> None:
    """Something of each kind that takes other calls to read is changed, something goes."""
    for kind, field in (("dashboard", "title"), ("look", "title"), ("board", "title"), ("group", "name")):
        for raw in source.all(kind):
            if not raw.get("externally_managed"):
                source.edit(kind, raw["id"], **{field: f"{raw[field]} anew"})
    source.delete("look", source.all("look")[0]["id"])


def made(both: World) -> tuple[int, int]:
    """Reads and writes that the target's quota paid for."""
    metered = [c for c in both.target.calls if bucket(c.path) != "none"]
    writes = sum(c.method != "GET" for c in metered)
    return len(metered) - writes, writes


def test_a_plan_takes_about_the_calls_that_it_foretells() -> None:
    source = everything()
    with world(source, delivering_target(source)) as both:
        for policy in (
            Policy(enable_schedules=True),
            Policy(enable_schedules=True, prune=True, allow_attachment_loss=True),
        ):
            plan = both.plan(policy=policy)
            foretold = cost(plan)
            both.target.calls.clear()
            both.carry_out(plan)
            reads, writes = made(both)
            assert foretold.reads == pytest.approx(reads, abs=3)
            assert foretold.writes == pytest.approx(writes, abs=3)
            assert min(foretold.reads, foretold.writes) > 5
            edited(source)


def test_the_cost_is_told_and_can_be_refused() -> None:
    source = everything()
    with world(source, delivering_target(source)) as both:
        plan = both.plan()
    told = cost(plan)
    line = f"about {told.calls} API calls ({told.reads} reads, {told.writes} writes)"
    assert f"\n      {line}\n" in render_text(plan)
    assert line in render_markdown(plan)
    assert plan_data(plan)["cost"] == {"calls": told.calls, "reads": told.reads, "writes": told.writes}
    refuse_above(plan, told.calls)
    with pytest.raises(Refused, match=f"about {told.calls} API calls, and {told.calls - 1} are allowed"):
        refuse_above(plan, told.calls - 1)

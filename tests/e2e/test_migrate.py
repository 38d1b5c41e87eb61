"""Extract, plan, apply and plan again: the target is what the source is, and nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from real_content import load_real_content
from world import world

from lookervault.sandbox import Instance, blank_instance, demo_instance


def real_instance() -> Instance:
    found = load_real_content(first_id=1)
    if found is None:
        pytest.skip("the exports of a real Looker are not here")
    return found


CONTENT = pytest.mark.parametrize("content", [demo_instance, real_instance], ids=["demo", "real"])


@CONTENT
def test_an_instance_is_what_its_snapshot_says(content: Callable[[], Instance]) -> None:
    with world(content()) as here:
        plan = here.plan()
        assert (plan.changes, plan.nodes, plan.errors) == ([], [], [])


@CONTENT
@pytest.mark.parametrize("workers", [1, 8])
def test_a_blank_instance_becomes_the_source(content: Callable[[], Instance], workers: int) -> None:
    source = content()
    with world(source, blank_instance(5000, like=source)) as both:
        plan = both.migrate(workers)
        assert len(plan.changes) > 40
        assert both.differences() == []
        again = both.plan(workers=workers)
        assert again.changes == []
        sent = len(both.writes())
        outcome = both.apply(again, workers)
        assert (outcome.applied, outcome.failed, outcome.skipped) == (0, [], [])
        assert len(both.writes()) == sent
        assert both.differences() == []

"""A few changes first: of many kinds, whole, read back; the rest only where these are as planned."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lookervault.plan.canary import few
from lookervault.plan.policy import Policy
from lookervault.run.apply import Manner
from world import World, world

from .delivering import delivering_target
from .everything import everything

ON = Policy(enable_schedules=True)
COUNT = 12


@pytest.fixture(scope="module")
def both() -> Iterator[World]:
    source = everything()
    with world(source, delivering_target(source)) as opened:
        yield opened


def test_it_takes_whole_changes_of_many_kinds(both: World) -> None:
    plan = both.plan(policy=ON)
    nodes = few(plan, COUNT)
    chosen = {node.change for node in nodes} - {""}
    assert len(chosen) == COUNT
    assert len({address.partition(":")[0] for address in chosen}) >= 6
    ids = {node.id for node in nodes}
    assert all(ids >= set(node.waits) for node in nodes)
    assert {n.id for n in plan.nodes if n.change in chosen} <= ids
    assert [n.id for n in plan.nodes if n.id in ids] == [n.id for n in nodes]
    assert few(plan, len(plan.changes)) == plan.nodes
    assert few(plan, 1)


def test_what_was_tried_out_is_read_back_and_the_rest_follows(both: World) -> None:
    plan = both.plan(policy=ON)
    tried = both.apply(plan, manner=Manner(canary=COUNT))
    assert (tried.applied, tried.unlike, tried.failed) == (COUNT, [], [])
    assert len(tried.not_started) == len(plan.changes) - COUNT
    assert both.apply(plan).complete
    assert both.differences() == []
    assert both.plan(policy=ON).changes == []


def test_whatever_is_written_reads_as_it_was_written() -> None:
    source = everything()
    with world(source, delivering_target(source)) as both:
        plan = both.plan(policy=ON)
        tried = both.apply(plan, manner=Manner(canary=len(plan.changes)))
        assert (tried.unlike, tried.complete) == ([], True)

"""The way back: apply, roll back, and the instance is what it was; what somebody edited since stays."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

import judge
from lookervault.plan.change import Action
from lookervault.plan.policy import Policy
from lookervault.run.rollback import EDITED, WayBack, newest, rollback_plan
from lookervault.sandbox import Call, Faults, Instance
from world import World, world

from .delivering import delivering_target
from .editor import Editor
from .everything import everything
from .small import dashboard, element, folder, named, small_instance, small_target


def way_back(both: World) -> WayBack:
    session = newest(both.vault, both.target_gateway.host)
    assert session is not None
    return rollback_plan(
        both.target_gateway,
        both.vault,
        session,
        target_name="target",
        enable_schedules=True,
        workers=8,
        listener=both.events.append,
    )


def described(both: World) -> judge.Described:
    return judge.describe(both.target.url, *both.key)


def undone(both: World, before: judge.Described) -> None:
    """Rolls back, and judges from outside."""
    back = way_back(both)
    assert back.edited == []
    assert back.plan.errors == []
    outcome = both.apply(back.plan)
    assert outcome.complete, outcome
    after = described(both)
    assert judge.differences(before, after) == []
    # nothing is left over
    assert [d for d in judge.differences(after, before) if "is there" in d] == []


@pytest.mark.parametrize("seed", range(6))
def test_random_edits_are_undone(seed: int) -> None:
    source, dice = small_instance(), random.Random(seed)
    with world(source, small_target(source)) as both:
        both.migrate()
        Editor(source, dice).edit(25)
        plan = both.plan()
        before = described(both)
        assert both.apply(plan).complete
        undone(both, before)


def test_a_whole_migration_is_undone() -> None:
    source = everything()
    with world(source, delivering_target(source)) as both:
        before = described(both)
        assert both.apply(both.plan(policy=Policy(enable_schedules=True))).complete
        undone(both, before)


@pytest.mark.parametrize("seed", range(20, 23))
def test_what_was_deleted_comes_back(seed: int) -> None:
    """Dashboards and looks come out of the trash with their ids, the rest is made anew."""
    source, dice = everything(), random.Random(seed)
    with world(source, delivering_target(source)) as both:
        both.apply(both.plan())
        Editor(source, dice).edit(10)
        target = both.target.instance
        target.create("group", name="Only here")
        target.create("dashboard", title="Only here", folder_id=folder(target, "Archive"))
        source.edit("look", named(source, "look", title="By month")["id"], deleted=True)
        plan = both.plan(policy=Policy(prune=True, allow_attachment_loss=True))
        assert plan.counts()[Action.DELETE] >= 3
        before = described(both)
        ids = {d["id"] for d in target.all("dashboard") if not d["deleted"]}
        assert both.apply(plan).complete
        undone(both, before)
        assert ids <= {d["id"] for d in target.all("dashboard") if not d["deleted"]}


@pytest.fixture
def changed() -> Iterator[World]:
    """A target on which a dashboard was changed, another one made, and a look with an alert left alone."""
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        source.edit("dashboard", dashboard(source), description="ours")
        source.edit("dashboard_element", element(source, "Orders"), title="Ours")
        source.edit("look", named(source, "look", title="Margin")["id"], description="ours")
        source.create("dashboard", title="New", folder_id=folder(source, "Archive"))
        both.migrate()
        yield both


BOARD, NEW = "dashboard:Shared/Sales/EMEA/Board", "dashboard:Shared/Archive/New"
EDITS: dict[str, tuple[Callable[[Instance], object], str]] = {
    "the same field": (lambda i: i.edit("dashboard", dashboard(i), description="theirs"), BOARD),
    "another field": (lambda i: i.edit("dashboard", dashboard(i), refresh_interval="2 hours"), BOARD),
    "a field nobody spoke of": (lambda i: i.edit("dashboard", dashboard(i), query_timezone="UTC"), BOARD),
    "another element": (
        lambda i: i.edit("dashboard_element", element(i, "Channels"), title="Theirs"),
        BOARD,
    ),
    "what was made": (lambda i: i.edit("dashboard", dashboard(i, "New"), description="theirs"), NEW),
    "something put on what was made": (
        lambda i: i.create("dashboard_element", dashboard_id=dashboard(i, "New"), type="text", body_text="x"),
        NEW,
    ),
}


@pytest.mark.parametrize("edit, address", EDITS.values(), ids=EDITS)
def test_what_somebody_has_edited_since_is_left_alone(
    changed: World, edit: Callable[[Instance], object], address: str
) -> None:
    edit(changed.target.instance)
    back = way_back(changed)
    assert back.edited == [address]
    assert address not in {c.address for c in back.plan.changes}
    assert any(f.address == address and f.message == EDITED for f in back.plan.findings)
    outcome = changed.apply(back.plan)
    assert (outcome.updated + outcome.deleted, outcome.failed) == (2, [])
    assert named(changed.target.instance, "look", title="Margin")["description"] != "ours"


def test_edits_elsewhere_do_not_matter(changed: World) -> None:
    target = changed.target.instance
    target.edit("dashboard", dashboard(target, "Other"), description="theirs")
    target.find("dashboard", dashboard(target)).update(view_count=99)
    back = way_back(changed)
    assert back.edited == []
    assert len(back.plan.changes) == 3
    assert changed.apply(back.plan).complete
    assert named(target, "dashboard", title="Other")["description"] == "theirs"


def test_the_way_back_can_be_undone_too(changed: World) -> None:
    before = described(changed)
    assert changed.apply(way_back(changed).plan).complete
    undone(changed, before)


def test_an_apply_that_ended_half_way_is_undone_too() -> None:
    source = small_instance()

    def no_dashboards(call: Call) -> str | None:
        return "500" if call.path == "/dashboard_elements" and call.method == "POST" else None

    with world(source, small_target(source)) as both:
        before, plan = described(both), both.plan()
        both.target.faults = Faults(script=no_dashboards)
        assert both.apply(plan).failed
        both.calm()
        undone(both, before)

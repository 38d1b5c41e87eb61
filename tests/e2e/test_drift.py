"""Somebody edits the target between plan and apply: his work is never overwritten, and all else is done."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lookervault.looker.gateway import Gateway
from lookervault.model.state import alone
from lookervault.plan.basis import portrait
from lookervault.plan.policy import Policy
from lookervault.run import drift
from lookervault.run.apply import Manner
from lookervault.run.record import Outcome
from lookervault.run.reread import read_one
from lookervault.sandbox import Instance
from lookervault.sandbox.rules import attribute_values, groups, roles, users
from world import World, world

from .editor import Editor
from .small import dashboard, element, folder, named, place, shared_root, small_instance, small_target

Edit = Callable[[Instance], object]


@pytest.fixture
def settled() -> Iterator[World]:
    """Two equal instances."""
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        yield both


def edited(both: World, ours: Edit, theirs: Edit) -> Outcome:
    """What becomes of our edit at the source, if another is made on the target after the plan."""
    ours(both.source.instance)
    plan = both.plan()
    assert plan.changes
    theirs(both.target.instance)
    return both.apply(plan)


def set_field(kind: str, wanted: dict[str, Any], **values: Any) -> Edit:
    """An edit of the one object whose fields are as wanted."""
    return lambda inst: inst.edit(kind, named(inst, kind, **wanted)["id"], **values)


def add_member(inst: Instance) -> object:
    group = inst.find("group", named(inst, "group", name="Readers")["id"])
    return groups.add_user(inst, group, named(inst, "user", first_name="Cleo")["id"])


def set_holders(inst: Instance) -> object:
    role = inst.find("role", named(inst, "role", name="Reader")["id"])
    return roles.set_users(inst, role, [named(inst, "user", first_name="Cleo")["id"]])


def set_values(inst: Instance) -> object:
    attribute = inst.find("user_attribute", named(inst, "user_attribute", name="team")["id"])
    group = named(inst, "group", name="Zone")["id"]
    return attribute_values.set_all(inst, attribute, [{"group_id": group, "value": "theirs"}])


BOARD = {"title": "Board"}
PAIRS: dict[str, tuple[Edit, Edit, str]] = {
    "the same field": (
        set_field("dashboard", BOARD, description="ours"),
        set_field("dashboard", BOARD, description="theirs"),
        "dashboard:Shared/Sales/EMEA/Board",
    ),
    "another field": (
        set_field("dashboard", BOARD, description="ours"),
        set_field("dashboard", BOARD, refresh_interval="2 hours"),
        "dashboard:Shared/Sales/EMEA/Board",
    ),
    "an element": (
        set_field("dashboard", BOARD, description="ours"),
        lambda inst: inst.edit("dashboard_element", element(inst, "Orders"), title="Theirs"),
        "dashboard:Shared/Sales/EMEA/Board",
    ),
    "a place": (
        set_field("dashboard", BOARD, description="ours"),
        lambda inst: place(inst, element(inst, "Orders"), row=7),
        "dashboard:Shared/Sales/EMEA/Board",
    ),
    "an element gone": (
        lambda inst: inst.edit("dashboard_element", element(inst, "Orders"), title="Ours"),
        lambda inst: inst.delete("dashboard_element", element(inst, "Orders")),
        "dashboard:Shared/Sales/EMEA/Board",
    ),
    "in the trash": (
        set_field("dashboard", BOARD, description="ours"),
        set_field("dashboard", BOARD, deleted=True),
        "dashboard:Shared/Sales/EMEA/Board",
    ),
    "a look": (
        set_field("look", {"title": "Margin"}, description="ours"),
        set_field("look", {"title": "Margin"}, title="Theirs"),
        "look:Shared/Sales/EMEA/Margin",
    ),
    "a look gone": (
        set_field("look", {"title": "Margin"}, description="ours"),
        lambda inst: inst.delete("look", named(inst, "look", title="Margin")["id"]),
        "look:Shared/Sales/EMEA/Margin",
    ),
    "a folder": (
        set_field("folder", {"name": "Archive"}, name="Ours"),
        set_field("folder", {"name": "Archive"}, name="Theirs"),
        "folder:Shared/Ours",
    ),
    "a group's members": (set_field("group", {"name": "Readers"}, name="Ours"), add_member, "group:Ours"),
    "a role's holders": (set_field("role", {"name": "Reader"}, name="Ours"), set_holders, "role:Ours"),
    "a user": (
        set_field("user", {"first_name": "Ann"}, last_name="Ours"),
        set_field("user", {"first_name": "Ann"}, locale="fr_FR"),
        "user:ann@example.com",
    ),
    "a set": (
        set_field("model_set", {"name": "Shop"}, models=["ecommerce", "ours"]),
        set_field("model_set", {"name": "Shop"}, models=["theirs"]),
        "model_set:Shop",
    ),
    "values of an attribute": (
        set_field("user_attribute", {"name": "team"}, label="Ours"),
        set_values,
        "user_attribute:team",
    ),
    "a theme": (
        set_field("theme", {"name": "house"}, settings={"title_color": "#0000ff"}),
        set_field("theme", {"name": "house"}, settings={"title_color": "#00ff00"}),
        "theme:house",
    ),
}


@pytest.mark.parametrize("ours, theirs, address", PAIRS.values(), ids=PAIRS)
def test_an_edit_of_somebody_else_is_not_overwritten(
    settled: World, ours: Edit, theirs: Edit, address: str
) -> None:
    writes = len(settled.writes())
    outcome = edited(settled, ours, theirs)
    assert [f.address for f in outcome.stale] == [address]
    assert (outcome.applied, outcome.failed, outcome.skipped) == (0, [], [])
    assert [c for c in settled.writes()[writes:] if not c.path.startswith("/queries")] == []


HARMLESS: dict[str, tuple[Edit, Edit]] = {
    "a view": (
        set_field("dashboard", BOARD, description="ours"),
        lambda inst: inst.find("dashboard", dashboard(inst)).update(view_count=99),
    ),
    "another dashboard": (
        set_field("dashboard", BOARD, description="ours"),
        set_field("dashboard", {"title": "Other"}, description="theirs"),
    ),
    "a folder above": (
        set_field("dashboard", BOARD, description="ours"),
        set_field("folder", {"name": "Sales"}, name="Theirs"),
    ),
    "a field on which the source has no opinion": (
        set_field("dashboard", BOARD, description="ours"),
        set_field("dashboard", BOARD, preserve_desktop_layout=True),
    ),
}


@pytest.mark.parametrize("ours, theirs", HARMLESS.values(), ids=HARMLESS)
def test_what_does_not_change_the_difference_does_not_stop_it(
    settled: World, ours: Edit, theirs: Edit
) -> None:
    outcome = edited(settled, ours, theirs)
    assert (outcome.updated, outcome.stale, outcome.failed) == (1, [], [])


def test_what_depends_on_a_stale_object_is_skipped_and_named_once(settled: World) -> None:
    source, target = settled.source.instance, settled.target.instance
    below = source.create("folder", name="Deep", parent_id=folder(source, "Archive"))["id"]
    source.create("dashboard", title="New", folder_id=below)
    source.edit("dashboard", dashboard(source), description="ours")
    plan = settled.plan()
    target.create("folder", name="Deep", parent_id=folder(target, "Archive"))
    outcome = settled.apply(plan)
    assert [f.address for f in outcome.stale] == ["folder:Shared/Archive/Deep"]
    assert [(f.address, f.because) for f in outcome.skipped] == [
        ("dashboard:Shared/Archive/Deep/New", "folder:Shared/Archive/Deep")
    ]
    assert (outcome.updated, outcome.failed) == (1, [])


def test_what_only_a_list_tells_is_not_missed_in_a_single_answer(
    settled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An instance whose answers for one object say less than its lists."""

    def terse(gateway: Gateway, kind: str, id_: str, *more: Any) -> Any:
        raws = read_one(gateway, kind, id_, *more)
        assert raws is not None
        del raws[kind][id_]["locale"]
        return raws

    monkeypatch.setattr(drift, "read_one", terse)
    source = settled.source.instance
    source.edit("user", named(source, "user", first_name="Ann")["id"], last_name="Ours")
    outcome = settled.apply(settled.plan())
    assert (outcome.updated, outcome.stale) == (1, [])


def test_the_new_difference_is_told(settled: World) -> None:
    ours, theirs, _ = PAIRS["another field"]
    (stale,) = edited(settled, ours, theirs).stale
    told = "\n".join(stale.difference)
    assert 'refresh_interval = "2 hours" -> "1 hour"' in told
    assert 'description = "All of it" -> "ours"' in told


def make_user(inst: Instance) -> object:
    made = inst.create("user", first_name="Zoe")
    return users.create_email(inst, inst.find("user", made["id"]), {"email": "zoe@example.com"})


def test_it_costs_one_call_for_a_dashboard_that_changes_and_none_for_one_that_is_made(
    settled: World,
) -> None:
    source = settled.source.instance
    source.edit("dashboard", dashboard(source), description="ours")
    source.create("dashboard", title="New", folder_id=folder(source, "Archive"))
    plan = settled.plan()
    before = len(settled.target.calls)
    settled.apply(plan)
    reads = [c.path for c in settled.target.calls[before:] if c.method == "GET"]
    assert reads == [f"/dashboards/{plan.changes[1].id}"]


@pytest.mark.parametrize("kind", ["dashboard", "look", "folder"])
def test_a_folder_into_which_somebody_has_put_something_is_not_deleted(settled: World, kind: str) -> None:
    target = settled.target.instance
    spare = target.create("folder", name="Spare", parent_id=shared_root(target))["id"]
    plan = settled.plan(policy=Policy(prune=True))
    assert [c.address for c in plan.changes] == ["folder:Shared/Spare"]
    if kind == "folder":
        target.create("folder", name="Theirs", parent_id=spare)
    else:
        query = target.create("query", model="ecommerce", view="orders", fields=["orders.count"])["id"]
        target.create(
            kind, title="Theirs", folder_id=spare, **({"query_id": query} if kind == "look" else {})
        )
    outcome = settled.apply(plan)
    assert [(f.address, f.message) for f in outcome.stale] == [
        ("folder:Shared/Spare", "something was put into it since the plan was made")
    ]
    assert named(target, "folder", name="Spare")


def test_what_changed_on_the_target_since_the_snapshot_is_left_alone_if_asked(settled: World) -> None:
    source, target = settled.source.instance, settled.target.instance
    for title in ("Board", "Other"):
        source.edit("dashboard", dashboard(source, title), description="ours")
    snapshot = settled.extract()
    for title, at in (("Board", "2020"), ("Other", "2999")):
        target.find("dashboard", dashboard(target, title))["updated_at"] = f"{at}-01-01T00:00:00.000+00:00"
    assert len(settled.plan(snapshot).changes) == 2
    plan = settled.plan(snapshot, policy=Policy(skip_modified=True))
    assert [c.address for c in plan.changes] == ["dashboard:Shared/Sales/EMEA/Board"]
    assert any(
        f.address == "dashboard:Shared/Archive/Other" and "changed on" in f.message for f in plan.findings
    )


TAKEN: dict[str, tuple[Edit, str]] = {
    "a folder": (lambda i: i.create("folder", name="New", parent_id=shared_root(i)), "folder:Shared/New"),
    "a dashboard": (
        lambda i: i.create("dashboard", title="New", folder_id=folder(i, "Archive")),
        "dashboard:Shared/Archive/New",
    ),
    "a group": (lambda i: i.create("group", name="New"), "group:New"),
    "a user": (make_user, "user:zoe@example.com"),
    "a board": (lambda i: i.create("board", title="New"), "board:New"),
    "a theme": (lambda i: i.create("theme", name="new", settings={"title_color": "#123456"}), "theme:new"),
    "colors": (lambda i: i.create("color_collection", label="New"), "color_collection:New"),
    "a schedule": (
        lambda i: i.create(
            "scheduled_plan",
            name="Daily",
            crontab="0 6 * * *",
            dashboard_id=dashboard(i),
            scheduled_plan_destination=[{"type": "email", "address": "a@example.com", "format": "csv"}],
        ),
        "scheduled_plan:Shared/Sales/EMEA/Board/Daily",
    ),
}


@pytest.mark.parametrize("make, address", TAKEN.values(), ids=TAKEN)
def test_a_place_that_somebody_has_taken_is_not_adopted(settled: World, make: Edit, address: str) -> None:
    outcome = edited(settled, make, make)
    assert [f.address for f in outcome.stale] == [address]
    assert (outcome.applied, outcome.failed) == (0, [])
    assert not [u for u in settled.target.instance.all("user") if u["first_name"] == "Zoe"][1:]


def test_stop_writes_nothing_and_overwrite_all(settled: World) -> None:
    source, target = settled.source.instance, settled.target.instance
    for title in ("Board", "Other"):
        source.edit("dashboard", dashboard(source, title), description="ours")
    plan = settled.plan()
    target.edit("dashboard", dashboard(target, "Other"), description="theirs")
    before = len(settled.writes())
    outcome = settled.apply(plan, manner=Manner(on_drift="stop"))
    assert len(settled.writes()) == before
    assert [f.address for f in outcome.stale] == ["dashboard:Shared/Archive/Other"]
    assert outcome.not_started == ["dashboard:Shared/Sales/EMEA/Board"]
    outcome = settled.apply(plan, manner=Manner(on_drift="overwrite"))
    assert (outcome.updated, outcome.stale) == (2, [])
    assert settled.differences() == []


def content(both: World, kind: str, id_: str) -> str:
    """What counts of an object on the target, as a digest."""
    raws = read_one(both.target_gateway, kind, id_, both.vault.salt)
    return portrait(alone((kind, id_), raws, {}), ()) if raws else "gone"


@pytest.mark.parametrize("seed", range(6))
def test_random_edits_of_two_people(seed: int) -> None:
    """What the other one changed is as he left it, all else is done, and nothing fails because of him."""
    source, dice = small_instance(), random.Random(seed)
    with world(source, small_target(source)) as both:
        both.migrate()
        Editor(source, dice).edit(25)
        plan = both.plan()
        ids = {c.address: (c.kind, c.id) for c in plan.changes if c.id}
        Editor(both.target.instance, dice).edit(6)
        left = {address: content(both, *at) for address, at in ids.items()}
        outcome = both.apply(plan, dice.choice([1, 8]))
        assert outcome.failed == []
        stale = {f.address for f in outcome.stale} & ids.keys()
        assert {a: content(both, *ids[a]) for a in stale} == {a: left[a] for a in stale}
        assert {s.because for s in outcome.skipped} <= {f.address for f in outcome.stale}

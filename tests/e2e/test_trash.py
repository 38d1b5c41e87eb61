"""What lies in the target's trash comes back with its ids, and only where it is surely the same."""

from __future__ import annotations

import pytest

from lookervault.plan.change import Action
from lookervault.run.extract import Extraction
from lookervault.run.extract import extract as extract_instance
from lookervault.sandbox import Instance
from lookervault.store.snapshots import Snapshot, heads
from world import ALL_KINDS, World, world

from .delivering import delivering_instance, delivering_target
from .small import dashboard, folder, named, small_instance, small_target


def element_ids(inst: Instance, title: str = "Board") -> set[str]:
    key = dashboard(inst, title)
    return {e["id"] for e in inst.all("dashboard_element") if e["dashboard_id"] == key}


def actions(world: World) -> dict[str, str]:
    return {c.address: "restore" if c.restored else c.action.name.lower() for c in world.plan().changes}


def test_a_dashboard_comes_back_with_its_tiles_alerts_and_schedules() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        board, tiles = dashboard(target), element_ids(target)
        alerts = {a["id"]: a["dashboard_element_id"] for a in target.all("alert")}
        plans = {p["id"] for p in target.all("scheduled_plan")}
        target.edit("dashboard", board, deleted=True)
        source.edit("dashboard", dashboard(source), description="new")
        assert actions(both) == {"dashboard:Shared/Sales/EMEA/Board": "restore"}
        both.migrate()
        assert dashboard(target) == board
        assert element_ids(target) == tiles
        assert {a["id"]: a["dashboard_element_id"] for a in target.all("alert")} == alerts
        assert {p["id"] for p in target.all("scheduled_plan")} == plans
        assert both.differences() == []
        assert both.plan().changes == []


def test_on_one_instance_an_old_snapshot_brings_back_what_was_deleted_since() -> None:
    source = small_instance()
    with world(source) as one:
        snapshot = one.extract()
        board, look = dashboard(source), named(source, "look", title="By month")["id"]
        source.edit("dashboard", board, deleted=True, title="Gone")
        source.edit("look", look, deleted=True)
        plan = one.plan(snapshot)
        assert [(c.address, c.restored, c.paired_by) for c in plan.changes] == [
            ("dashboard:Shared/Sales/EMEA/Board", True, "id"),
            ("look:Shared/Sales/By month", True, "id"),
        ]
        assert one.apply(plan).updated == 2
        assert dashboard(source) == board
        assert named(source, "look", title="By month")["id"] == look
        assert one.plan(snapshot).changes == []


def test_what_was_deleted_with_its_folder_gone_comes_back_into_the_new_one() -> None:
    source = small_instance()
    with world(source) as one:
        snapshot = one.extract()
        look, home = named(source, "look", title="Margin")["id"], folder(source, "EMEA")
        board = dashboard(source)
        for kind, key in (("look", look), ("dashboard", board)):
            source.edit(kind, key, deleted=True, folder_id=folder(source, "Archive"))
        source.delete("folder", home)
        plan = one.plan(snapshot)
        assert not plan.errors
        outcome = one.apply(plan)
        assert not outcome.failed + outcome.skipped
        assert named(source, "look", title="Margin")["id"] == look
        assert dashboard(source) == board
        assert one.plan(snapshot).changes == []


def test_a_live_object_of_the_name_is_taken_before_one_in_the_trash() -> None:
    source = small_instance()
    target = small_target(source)
    with world(source, target) as both:
        both.migrate()
        old = named(target, "look", title="Margin")
        target.edit("look", old["id"], deleted=True)
        own = {field: old[field] for field in ("title", "folder_id", "query_id", "user_id")}
        new = target.create("look", **own)
        assert actions(both) == {}
        assert named(target, "look", title="Margin")["id"] == new["id"]


@pytest.mark.parametrize("same", [True, False])
def test_a_stranger_of_the_same_title_stays_in_the_trash_unless_it_shows_the_same(same: bool) -> None:
    source = small_instance()
    target = small_target(source)
    with world(source, target) as both:
        source.delete("look", named(source, "look", title="Margin")["id"])
        both.migrate()
        home = folder(source, "EMEA")
        query = {"model": "ecommerce", "view": "orders", "fields": ["orders.count"]}
        source.create("look", title="New", folder_id=home, query_id=source.create("query", **query)["id"])
        other = target.create("query", **query, **({} if same else {"limit": "7"}))["id"]
        lost = target.create("look", title="New", folder_id=folder(target, "EMEA"), query_id=other)
        target.edit("look", lost["id"], deleted=True)
        plan = both.plan()
        (change,) = plan.changes
        assert change.restored is same
        assert change.action is (Action.UPDATE if same else Action.CREATE)
        told = [f.message for f in plan.findings if f.address == change.address]
        stays = f"another look of this title is in the trash (id {lost['id']}) and stays there"
        assert told == ([] if same else [stays])
        both.apply(plan)
        assert both.differences() == []
        assert both.plan().changes == []


def test_a_dashboard_in_the_trash_goes_by_its_slug_whatever_its_title() -> None:
    source = small_instance()
    target = small_target(source)
    with world(source, target) as both:
        home = next(f["id"] for f in target.all("folder") if f.get("is_shared_root"))
        lost = target.create("dashboard", title="Old board", folder_id=home, slug="board")
        target.edit("dashboard", lost["id"], deleted=True)
        plan = both.plan()
        change = next(c for c in plan.changes if c.slug == "board" or c.restored)
        assert (change.restored, change.paired_by, change.id) == (True, "slug", lost["id"])
        both.migrate()
        assert dashboard(target) == lost["id"]
        assert both.differences() == []


def test_a_restored_schedule_that_was_on_is_told() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        both.migrate()
        plan = next(p for p in target.all("scheduled_plan") if p.get("dashboard_id"))
        target.edit("scheduled_plan", plan["id"], enabled=True)
        target.edit("dashboard", plan["dashboard_id"], deleted=True)
        told = [f.message for f in both.plan().findings if "sends again" in f.message]
        assert told == [
            f'its scheduled_plan "Daily" (id {plan["id"]}) is on, and sends again once it is restored'
        ]


def with_trash(one: World, *, include: bool = True) -> Snapshot:
    wanted = Extraction("source", ALL_KINDS, include_trash=include)
    return extract_instance(one.source_gateway, one.vault, wanted, one.events.append)


def test_the_trash_is_stored_where_it_is_asked_for_and_never_desired() -> None:
    source = small_instance()
    with world(source) as one:
        board = dashboard(source)
        source.edit("dashboard", board, deleted=True)
        source.create("dashboard", title="Board", folder_id=folder(source, "EMEA"))
        snapshot = with_trash(one)
        found = {h.address for h in heads(one.vault, snapshot, "dashboard")}
        assert found == {
            "dashboard:Shared/Archive/Other",
            "dashboard:Shared/Sales/EMEA/Board",
            "dashboard:Trash/Shared/Sales/EMEA/Board",
        }
        assert one.plan(snapshot).changes == []
        less = with_trash(one, include=False)
        assert "dashboard:Trash/Shared/Sales/EMEA/Board" not in {h.address for h in heads(one.vault, less)}


def test_a_tile_that_shows_a_look_in_the_trash_is_no_change() -> None:
    """Its title is wanted elsewhere, so the trash is read; nothing else may come of that."""
    source = small_instance()
    with world(source) as one:
        look = named(source, "look", title="By month")
        source.edit("look", look["id"], deleted=True)
        snapshot = one.extract()
        home = folder(source, "Archive")
        source.create("look", title="By month", folder_id=home, query_id=look["query_id"])
        assert one.plan(snapshot).changes == []
        later = one.extract()
        source.delete("look", named(source, "look", title="By month")["id"])
        changes = one.plan(later).changes
        assert [(c.address, c.action.name) for c in changes] == [("look:Shared/Archive/By month", "CREATE")]

"""Extract, plan, apply and plan again: the target is what the source is, and nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import judge
from lookervault.plan.change import Action
from lookervault.sandbox import Instance, blank_instance, demo_instance, serve
from lookervault.sandbox.state import Record
from real_content import load_real_content
from world import KEY, gateway, world

from .small import named, shared_root, small_instance, small_target


def real_instance() -> Instance:
    found = load_real_content(first_id=1)
    if found is None:
        pytest.skip("the exports of a real Looker are not here")
    return found


def slugs_only(inst: Instance) -> None:
    inst.merge_source_refs = ("query_slug",)


def ids_only(inst: Instance) -> None:
    inst.merge_source_refs = ("query_id",)


def copied_components(inst: Instance) -> None:
    inst.layouts_copy_components = True


def bare_pages(inst: Instance) -> None:
    inst.page_headers = False


def nested_search(inst: Instance) -> None:
    inst.search_nested = True


HABITS = (slugs_only, ids_only, copied_components, bare_pages, nested_search)
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


@pytest.mark.parametrize("habit", HABITS)
def test_whatever_this_version_of_looker_does(habit: Callable[[Instance], None]) -> None:
    """What differs from version to version, or is not known of Looker (resource notes, section 16)."""
    source = small_instance()
    target = small_target(source)
    for inst in (source, target):
        habit(inst)
    with world(source, target) as both:
        both.migrate()
        assert both.differences() == []
        assert both.plan().changes == []


def test_back_to_an_earlier_snapshot() -> None:
    """On one instance objects are known by id: what changed since goes back, nothing is made twice."""
    inst = demo_instance()
    with world(inst) as here:
        snapshot = here.extract()
        before = judge.describe(here.source.url, *KEY)
        assert here.plan(snapshot).changes == []
        damage(inst)
        plan = here.plan(snapshot)
        assert {change.action for change in plan.changes} == {Action.UPDATE}
        assert len(judge.differences(before, judge.describe(here.source.url, *KEY))) >= 8
        outcome = here.apply(plan)
        assert not outcome.failed + outcome.skipped, outcome
        assert judge.differences(before, judge.describe(here.source.url, *KEY)) == []
        assert here.plan(snapshot).changes == []


def damage(inst: Instance) -> None:
    """What somebody does on a bad day."""
    sales = named(inst, "dashboard", slug="sales-overview")["id"]
    parts = [e for e in inst.all("dashboard_element") if e["dashboard_id"] == sales]
    inst.replace_query("dashboard_element", parts[1]["id"], limit="1")
    inst.edit("dashboard_element", parts[2]["id"], title="Oops", result_maker={"filterables": []})
    inst.delete("dashboard_element", parts[3]["id"])
    inst.create("dashboard_element", dashboard_id=sales, type="text", title_text="Oops")
    inst.edit("dashboard", sales, description="", title="Oops")
    inst.edit("folder", named(inst, "folder", name="EMEA")["id"], name="Oops")
    inst.replace_query("look", inst.all("look")[0]["id"], fields=["orders.count"])
    inst.edit("user", named(inst, "user", first_name="Maya")["id"], locale="de_DE")
    inst.edit("group", named(inst, "group", name="Finance")["id"], name="Oops")


def test_one_query_changes_one_element_in_place() -> None:
    source = demo_instance()
    with world(source, blank_instance(5000, like=source)) as both:
        both.migrate()
        mine, theirs = (orders_tile(server.instance) for server in (both.source, both.target))
        source.replace_query("dashboard_element", mine["id"], limit="77")
        (change,) = both.migrate().changes
        (part,) = change.parts
        assert (change.action, change.kind, change.id) == (Action.UPDATE, "dashboard", theirs["dashboard_id"])
        assert (change.before, change.after) == ({}, {})
        assert (part.action, part.kind, part.id) == (Action.UPDATE, "element", theirs["id"])
        assert (list(part.before), list(part.after)) == (["query"], ["query"])
        assert both.differences() == []
        now = orders_tile(both.target.instance)
        assert now["id"] == theirs["id"]
        assert now["query_id"] != theirs["query_id"]


def orders_tile(inst: Instance) -> Record:
    sales = named(inst, "dashboard", slug="sales-overview")["id"]
    return named(inst, "dashboard_element", dashboard_id=sales, title="Orders")


def test_a_second_source_of_truth_is_not_confused_with_the_first() -> None:
    """Two sources migrate to one target by the same vault; each keeps to its own objects."""
    first, second = small_instance(), small_instance(first_id=300)
    for kind in ("dashboard", "folder", "look"):
        for record in second.rows(kind):
            field = "name" if kind == "folder" else "title"
            if record.get("parent_id", "x") and not record.get("is_personal"):
                second.change(kind, record, {field: f"{record[field]} 2"})
    for record in second.rows("dashboard"):
        second.change("dashboard", record, {"slug": f"{record['slug']}-2"})
    for inst in (first, second):
        inst.edit("user", named(inst, "user", first_name="Ann")["id"], home_folder_id=shared_root(inst))
    with world(first, blank_instance(5000, like=first)) as one:
        one.migrate()
        with serve(second) as server, gateway(server) as near:
            other = replace(one, source=server, source_gateway=near)
            other.migrate()
            assert other.differences() == []
            assert other.plan().changes == []
            assert one.differences() == []
            assert one.plan().changes == []

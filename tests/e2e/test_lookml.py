"""Model configurations and what content stands on, from one instance to another."""

from __future__ import annotations

from typing import Any

from lookervault.plan.change import Action
from lookervault.plan.plan import Plan
from lookervault.sandbox import Faults, Instance, blank_instance, demo_instance
from lookervault.store.snapshots import items
from world import world

from .small import small_instance, small_target

SETTINGS = ("name", "project_name", "allowed_db_connection_names", "unlimited_db_connections")


def source_instance() -> Instance:
    inst = small_instance()
    for name in ("warehouse", "erp_replica", "lake"):
        inst.create("connection", name=name, dialect_name="postgres", password="s3cret")
    inst.insert("project", {"id": "harbour_pine", "name": "harbour_pine"})
    inst.insert("datagroup", {"id": None, "model_name": "ecommerce", "name": "nightly"})
    return inst


def configured(inst: Instance) -> list[dict[str, Any]]:
    """All models but Looker's own."""
    return [row for row in inst.all("lookml_model") if not row.get("_internal")]


def models(inst: Instance) -> list[dict[str, Any]]:
    rows = sorted(configured(inst), key=lambda m: m["name"])
    return [{field: row[field] for field in SETTINGS} for row in rows]


def said(plan: Plan) -> list[str]:
    return [f"{f.level} {f.address}: {f.message}" for f in plan.findings if f.address.startswith("lookml")]


def unconfigured(source: Instance) -> Instance:
    """A target that has the LookML and the connections, but no model configured."""
    target = small_target(source)
    for row in configured(target):
        target.delete("lookml_model", row["id"])
    return target


def test_what_content_stands_on_is_stored_and_explores_cost_no_call() -> None:
    with world(demo_instance()) as here:
        snapshot = here.extract()
        inst = here.source.instance
        stored = {(i.kind, i.id) for i in items(here.vault, snapshot)}
        for kind in ("connection", "project", "datagroup", "explore", "lookml_model"):
            there = configured(inst) if kind == "lookml_model" else inst.all(kind)
            assert {id_ for k, id_ in stored if k == kind} == {row["id"] for row in there}
            assert snapshot.scope[kind]["status"] == "complete"
        assert not any("/explores/" in call.path for call in here.source.calls)
        asked = [c.path for c in here.source.calls]
        assert all(asked.count(f"/{kind}s") == 1 for kind in ("connection", "project", "datagroup"))


def test_models_are_configured_before_the_queries_that_need_them() -> None:
    source = source_instance()
    for workers in (1, 8):
        with world(source, unconfigured(source)) as both:
            plan = both.migrate(workers)
            made = [c.address for c in plan.changes if c.kind == "lookml_model"]
            assert made == ["lookml_model:ecommerce", "lookml_model:finance"]
            assert models(both.target.instance) == models(source)
            assert both.differences() == []
            assert both.plan().changes == []


def test_a_configuration_changes_in_place() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        source.edit("lookml_model", "finance", unlimited_db_connections=True)
        source.edit("lookml_model", "ecommerce", allowed_db_connection_names=["lake", "warehouse"])
        plan = both.migrate()
        assert [(c.action, c.address) for c in plan.changes] == [
            (Action.UPDATE, "lookml_model:ecommerce"),
            (Action.UPDATE, "lookml_model:finance"),
        ]
        assert models(both.target.instance) == models(source)
        sent = [c.path for c in both.writes()[-2:]]
        assert sorted(sent) == ["/lookml_models/ecommerce", "/lookml_models/finance"]
        assert both.plan().changes == []


def test_connections_that_go_by_other_names_there_are_left_alone() -> None:
    source = source_instance()
    target = small_target(source)
    for row in target.all("connection"):
        target.delete("connection", row["id"])
    target.create("connection", name="prod", dialect_name="postgres")
    target.edit("lookml_model", "ecommerce", allowed_db_connection_names=["prod"])
    with world(source, target) as both:
        plan = both.migrate()
        assert [c.address for c in plan.changes if c.kind == "lookml_model"] == []
        assert (
            "warning lookml_model:ecommerce: may use the connection warehouse, which is not on the target"
            in said(plan)
        )
        assert target.find("lookml_model", "ecommerce")["allowed_db_connection_names"] == ["prod"]


def test_a_query_without_its_explore_stops_the_plan_before_anything_is_written() -> None:
    source = source_instance()
    target = small_target(source)
    target.drop("explore", target.find("explore", "ecommerce::orders"))
    with world(source, target) as both:
        plan = both.plan()
        assert {f.message for f in plan.errors} == {
            "a query needs the explore orders of the LookML model ecommerce, which the target does not have"
        }
        assert "dashboard:Shared/Sales/EMEA/Board" in {f.address for f in plan.errors}
        assert both.writes() == []


def test_a_model_is_made_once_where_answers_are_lost() -> None:
    for seed in range(3):
        source = source_instance()
        with world(source, unconfigured(source), Faults(seed, 0.2, ("reset_after", "reset_before"))) as both:
            both.migrate()
            both.calm()
            assert models(both.target.instance) == models(source)
            assert both.plan().changes == []


def test_a_blank_instance_becomes_the_demo() -> None:
    source = demo_instance()
    target = blank_instance(5000, like=source)
    for row in configured(target):
        target.delete("lookml_model", row["id"])
    with world(source, target) as both:
        both.migrate()
        assert models(target) == models(source)
        assert both.plan().changes == []

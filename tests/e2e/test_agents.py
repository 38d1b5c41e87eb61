"""Agents and their golden queries, where instances have them."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.errors import ApiError
from lookervault.plan.change import Action
from lookervault.sandbox import Instance
from lookervault.sandbox.rules import lookml
from world import world

from .small import dashboard, named, small_instance, small_target

ANSWER = "/explore/ecommerce/orders?fields=orders.count"


def source_instance() -> Instance:
    """An agent with two golden queries that mentions a dashboard, and another of that name without any."""
    inst = small_instance()
    inst.features.add("agents")
    golden = [
        inst.create("golden_query", questions=[question], answer=ANSWER)["id"]
        for question in ("How many?", "How much?")
    ]
    source = {"model": "ecommerce", "explore": "orders"}
    ann, ben = (named(inst, "user", first_name=name)["id"] for name in ("Ann", "Ben"))
    says = {"instructions": f"See /dashboards/{dashboard(inst)} first."}
    inst.create(
        "agent",
        name="Help",
        description="Sales",
        sources=[source],
        context=says,
        golden_query_ids=golden,
        created_by_user_id=ann,
    )
    inst.create("agent", name="Help", description="Web", sources=[source], created_by_user_id=ben)
    return inst


def agents(inst: Instance) -> list[tuple[Any, ...]]:
    """The agents in words."""
    found = []
    for raw in inst.all("agent"):
        golden = [inst.find("golden_query", key) for key in raw["golden_query_ids"]]
        who = inst.find("user", raw["created_by_user_id"])["first_name"]
        says = str((raw.get("context") or {}).get("instructions")).replace(dashboard(inst), "<board>")
        asked = sorted((g["questions"][0], g["answer"]) for g in golden)
        found.append((raw["name"], raw["description"], who, raw["sources"], says, asked))
    return sorted(found, key=str)


def test_agents_come_with_their_golden_queries_and_change_in_place() -> None:
    source = source_instance()
    target = small_target(source)
    target.features.add("agents")
    with world(source, target) as both:
        both.migrate()
        assert agents(target) == agents(source)
        assert both.plan().changes == []
        before = {raw["id"] for raw in target.all("golden_query")}
        much = named(source, "golden_query", questions=["How much?"])
        source.edit("golden_query", much["id"], questions=["What is it worth?"], answer=ANSWER)
        new = source.create("golden_query", questions=["Why?"], answer=ANSWER)["id"]
        help_ = named(source, "agent", description="Sales")
        source.edit("agent", help_["id"], golden_query_ids=[much["id"], new], name="Helper")
        plan = both.migrate()
        assert [(c.action, c.kind) for c in plan.changes] == [(Action.UPDATE, "agent")]
        assert agents(target) == agents(source)
        assert before <= {raw["id"] for raw in target.all("golden_query")}
        assert both.plan().changes == []


def test_an_instance_without_agents_is_told_of_and_left_alone() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        plan = both.migrate()
        [told] = [f for f in plan.findings if f.address == "agent"]
        assert told.message == "left out: the target does not list its agents"


def test_where_agents_were_not_bought_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(small_instance()) as both:
        real = both.source_gateway.paged

        def refusing(path: Any, *rest: Any, **more: Any) -> Any:
            if path == "/agents/search":
                raise ApiError("Forbidden", status=403)
            yield from real(path, *rest, **more)

        monkeypatch.setattr(both.source_gateway, "paged", refusing)
        snapshot = both.extract()
        assert snapshot.scope["agent"]["status"] == "unsupported"
        assert not snapshot.incomplete


def test_an_agent_on_an_explore_that_is_missing_is_an_error() -> None:
    source = source_instance()
    target = small_target(source)
    target.features.add("agents")
    explore = lookml.explore_of(target, "ecommerce", "orders")
    assert explore is not None
    target.change("explore", explore, {"name": "renamed"})
    with world(source, target) as both:
        errors = [f for f in both.plan().errors if f.address.startswith("agent:")]
        assert errors and all("the explore orders" in f.message for f in errors)

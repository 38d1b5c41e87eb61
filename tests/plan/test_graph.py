from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given

from lookervault.errors import ReferenceCycle
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change
from lookervault.plan.graph import Node, build, digraph, upstream
from lookervault.plan.plan import Plan
from lookervault.plan.steps import draft_steps
from model.random_states import elsewhere, instances
from model.raws import (
    OTHER,
    QUERY,
    Object,
    folder,
    group,
    holders,
    look,
    lookml_model,
    model_set,
    permission_set,
    role,
    shared,
    stacked,
    state,
    tile,
    user,
    users_root,
)

from .making import outline, plan_of, summary


def created(*objects: Object) -> Plan:
    """The plan that makes all of it on an instance that has only the roots."""
    roots = (shared(), users_root(), lookml_model("shop"))
    return plan_of(state(*roots, *objects), state(*roots, host=OTHER))


def test_the_order_of_a_small_instance() -> None:
    plan = created(
        folder("10", "Sales"),
        folder("11", "EMEA", "10"),
        user("21", "ann@example.com"),
        look("40", "Orders", "11", user_id="21"),
        stacked(
            "50", "KPIs", [tile("51", query={**QUERY, "view": "users"}), {"id": "52", "look_id": "40"}], "10"
        ),
    )
    assert outline(plan.nodes) == (
        "folder:Shared/Sales\n"
        "folder:Shared/Sales/EMEA\n"
        "    folder:Shared/Sales\n"
        "query orders\n"
        "query users\n"
        "user:ann@example.com\n"
        "look:Shared/Sales/EMEA/Orders\n"
        "    folder:Shared/Sales/EMEA\n"
        "    query orders\n"
        "    user:ann@example.com\n"
        "dashboard:Shared/Sales/KPIs\n"
        "    folder:Shared/Sales\n"
        "    look:Shared/Sales/EMEA/Orders\n"
        "    query users"
    )


def test_people_come_before_what_they_hold() -> None:
    plan = created(
        user("21", "ann@example.com", group_ids=["31"]),
        group("31", "Team"),
        group("32", "All teams"),
        group("33", "Inner", parent_group_ids=["32"]),
        permission_set("34", "Viewer", ["see_looks"]),
        model_set("35", "Models", ["shop"]),
        role("36", "Reader", "34", "35"),
        *holders("36", ["21"], ["32"]),
    )
    assert outline(plan.nodes) == (
        "group:Inner\n"
        "group:All teams\n"
        "    group:Inner\n"
        "model_set:Models\n"
        "permission_set:Viewer\n"
        "user:ann@example.com\n"
        "group:Team\n"
        "    user:ann@example.com\n"
        "role:Reader\n"
        "    group:All teams\n"
        "    model_set:Models\n"
        "    permission_set:Viewer\n"
        "    user:ann@example.com"
    )


def test_dashboards_that_ask_the_same_share_one_query() -> None:
    plan = created(stacked("50", "A", [tile("51"), tile("52")]), stacked("60", "B", [tile("61")]))
    assert outline(plan.nodes) == (
        "query orders\ndashboard:Shared/A\n    query orders\ndashboard:Shared/B\n    query orders"
    )


def test_a_merge_query_waits_for_its_sources() -> None:
    sources = [{"name": "a", "query_id": "1"}, {"name": "b", "query_id": "2"}]
    plan = created(
        ("query", "1", {**QUERY, "view": "a"}),
        ("query", "2", {**QUERY, "view": "b"}),
        ("merge_query", "m", {"id": "m", "source_queries": sources}),
        stacked("50", "A", [{"id": "51", "type": "vis", "merge_result_id": "m"}]),
    )
    assert sorted(outline(plan.nodes[:2]).split("\n")) == ["query a", "query b"]
    assert outline(plan.nodes[2:]).split("\n")[0] == "merge_query"
    assert plan.nodes[2].waits == sorted(n.id for n in plan.nodes[:2])
    assert plan.nodes[3].waits == [plan.nodes[2].id]


def test_a_home_that_comes_with_the_plan_is_set_in_a_completion() -> None:
    """The folder needs its owner first, the owner is at home there: the user is completed afterwards."""
    home = folder("20", "Ann", "2", is_personal=True)
    inner = folder("21", "Desk", "20")
    plan = created(home, inner, user("3", "ann@example.com", personal_folder_id="20", home_folder_id="21"))
    assert outline(plan.nodes) == (
        "user:ann@example.com\n"
        "folder:@user:ann@example.com/Desk\n"
        "    user:ann@example.com\n"
        "user:ann@example.com (completed)\n"
        "    folder:@user:ann@example.com/Desk\n"
        "    user:ann@example.com"
    )
    (completion,) = plan.nodes[-1].steps
    assert completion.body == {"home_folder_id": Link("folder:@user:ann@example.com/Desk")}
    assert "home_folder_id" not in plan.nodes[0].steps[0].body


def test_a_home_that_is_already_there_needs_no_completion() -> None:
    plan = created(user("3", "ann@example.com", home_folder_id="1"))
    assert [n.id for n in plan.nodes] == ["user:ann@example.com"]
    assert plan.nodes[0].steps[0].body == {"home_folder_id": Link("folder:Shared")}


def test_groups_that_hold_each_other_are_named_in_full() -> None:
    ring = [group(str(n), f"G{n}", parent_group_ids=[str((n + 1) % 3)]) for n in range(3)]
    with pytest.raises(ReferenceCycle) as caught:
        created(*ring)
    assert caught.value.message.startswith("these objects wait for each other: ")
    circle = caught.value.message.partition(": ")[2].split(" -> ")
    assert circle[0] == circle[-1]
    assert sorted(circle[1:]) == ["group:G0", "group:G1", "group:G2"]


def deletion(address: str, **before: Any) -> Change:
    return Change(Action.DELETE, address.partition(":")[0], address, address, "9", before, {})


def test_a_delete_waits_for_whatever_referred_to_it() -> None:
    gone = deletion("folder:Shared/Old")
    inner = deletion("folder:Shared/Old/Inner", parent=Link("folder:Shared/Old"))
    moved = Change(
        Action.UPDATE,
        "look",
        "look:Shared/L",
        "L",
        "7",
        {"folder": Link("folder:Shared/Old")},
        {"folder": Link("folder:Shared")},
    )
    drafts = {c.address: draft_steps(c, lambda x: True) for c in (gone, inner, moved)}
    assert outline(build([gone, inner, moved], drafts, {})) == (
        "folder:Shared/Old/Inner\n"
        "look:Shared/L\n"
        "folder:Shared/Old\n"
        "    folder:Shared/Old/Inner\n"
        "    look:Shared/L"
    )


def test_upstream_is_all_that_a_node_waits_for() -> None:
    chain = [Node("a", "a", []), Node("b", "b", [], ["a"]), Node("c", "c", [], ["b"]), Node("d", "d", [])]
    assert upstream(chain, ["c"]) == {"a", "b", "c"}
    assert upstream(chain, ["a", "d"]) == {"a", "d"}
    assert upstream(chain, []) == set()


def test_edges_lead_from_what_must_be_done_first() -> None:
    graph = digraph([Node("a", "a", []), Node("b", "b", [], ["a"])])
    assert list(graph.edges) == [("a", "b")]
    assert list(graph.nodes) == ["a", "b"]


@given(instances(), instances())
def test_each_node_comes_after_all_it_waits_for(one: list[Object], other: list[Object]) -> None:
    plan = plan_of(state(*one), state(*elsewhere(other), host=OTHER))
    done: set[str] = set()
    for node in plan.nodes:
        assert set(node.waits) <= done
        done.add(node.id)
    assert {n.change for n in plan.nodes if n.change} == {c.address for c in plan.changes}
    assert len(done) == len(plan.nodes)


@given(instances())
def test_the_order_depends_on_nothing_but_the_content(objects: list[Object]) -> None:
    turned = copy.deepcopy(objects[::-1])
    assert summary(created(*turned[:-2])) == summary(created(*objects[2:]))
    assert outline(created(*turned[:-2]).nodes) == outline(created(*objects[2:]).nodes)

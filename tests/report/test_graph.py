"""The order of a plan in three forms, and why an object is in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from lookervault.errors import NotFound
from lookervault.plan.change import Action, Change
from lookervault.plan.plan import Plan, Side
from lookervault.report.explain import explain
from lookervault.report.graph import render_dot, render_mermaid, render_tree
from model.raws import OTHER, dashboard, folder, lookml_model, shared, state, tile
from plan.making import plan_of
from report.test_hostile import TEXTS, plans


def example() -> Plan:
    roots = (shared(), lookml_model("shop"))
    desired = state(
        *roots, folder("9", "Sales"), dashboard("5", "KPIs", "9", dashboard_elements=[tile("1", "T")])
    )
    return plan_of(desired, state(*roots, host=OTHER))


def test_a_tree_has_each_change_once_below_what_it_waits_for() -> None:
    lines = render_tree(example()).splitlines()
    assert [line.strip().split("  (")[0] for line in lines] == [
        "+ folder:Shared/Sales",
        "+ dashboard:Shared/Sales/KPIs",
    ]
    depth = {line.strip().split("  (")[0]: len(line) - len(line.lstrip()) for line in lines}
    assert depth["+ dashboard:Shared/Sales/KPIs"] > 0
    assert len(lines) == len([n for n in example().nodes if n.change])


def test_dot_and_mermaid_have_all_nodes_and_edges() -> None:
    plan = example()
    edges = sum(len(n.waits) for n in plan.nodes)
    dot, mermaid = render_dot(plan), render_mermaid(plan)
    assert dot.count(" -> ") == edges > 0
    assert dot.count("[label=") == len(plan.nodes)
    assert mermaid.count(" --> ") == edges
    assert '["+ folder:Shared/Sales"]' in mermaid


@given(TEXTS)
def test_no_text_breaks_out(text: str) -> None:
    for plan in plans(text):
        for line in render_mermaid(plan).splitlines()[1:]:
            assert re.fullmatch(r'  n\d+(\["[^"\[\]`<>]*"\]| --> n\d+)', line), line
        for line in render_dot(plan).splitlines()[3:-1]:
            assert re.fullmatch(r'  ("(\\.|[^"\\])*"( -> "(\\.|[^"\\])*")?)( \[label="(\\.|[^"\\])*", fillcolor=\w+\])?;', line), line  # fmt: skip  # noqa: E501
        assert len(render_tree(plan).splitlines()) == len([n for n in plan.nodes if n.change])


def test_why_something_is_created() -> None:
    text = explain(example(), "dashboard:Shared/Sales/KPIs")
    assert "will be created" in text
    assert "nothing on the target was found to be it" in text
    assert "it waits for folder:Shared/Sales, to which its folder_id refers" in text
    assert "it waits for 1 query that it shows" in text
    assert "for it wait" in explain(example(), "folder:Shared/Sales")


def test_why_something_is_updated() -> None:
    roots = (shared(), lookml_model("shop"))
    old = dashboard("5", "KPIs", slug="k", description="old", dashboard_elements=[tile("1", "T")])
    new = dashboard(
        "5", "KPIs 2", slug="k", description="new", dashboard_elements=[tile("1", "T", note_text="x")]
    )
    text = explain(plan_of(state(*roots, new), state(*roots, old)), "dashboard:Shared/KPIs 2")
    assert "(id 5) will be updated in place" in text
    assert "dashboard:Shared/KPIs on the target is the same object: it has the same id" in text
    assert "it differs in description" in text
    assert 'it differs in element "T": note_text' in text
    assert re.search(r"it takes \d API calls", text)


def test_what_is_not_planned_cannot_be_explained() -> None:
    with pytest.raises(NotFound):
        explain(example(), "dashboard:Shared/Nothing")


def test_whose_an_item_of_a_list_is() -> None:
    """The origin of a list is that of each item that comes or goes."""
    before, after = {"fields": ["a"]}, {"fields": ["a", "b"]}
    made = Change(Action.UPDATE, "look", "look:L", "L", "1", before, after, origins={"fields": "drift"})
    text = explain(Plan(Side("a"), Side("b"), [made], [], [], [], []), "look:L")
    assert "it differs in fields[1] (drift)" in text

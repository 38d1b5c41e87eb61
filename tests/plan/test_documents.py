"""A state told as documents, and read back from them, is planned like the state itself."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from lookervault.model.document.node import Node
from lookervault.model.document.paths import safe_entries, safe_name
from lookervault.model.document.reading import Read, from_tree
from lookervault.model.document.tree import Manifest, Origin, Tree, to_tree
from model.random_states import elsewhere, instances
from model.raws import (
    HOST,
    OTHER,
    QUERY,
    Object,
    alert,
    dashboard,
    filter_,
    folder,
    group,
    layout,
    look,
    lookml_model,
    place,
    shared,
    stacked,
    state,
    text_tile,
    tile,
    user,
)

from .making import calls, plan_of, readable, said, summary

OBJECTS: tuple[Object, ...] = (
    shared(),
    lookml_model("shop"),
    folder("10", "Sales"),
    user("21", "ann@example.com", first_name="Ann", credentials_email={"email": "ann@example.com"}),
    group("31", "Team"),
    look("40", "Orders", "10", user_id="21", description="about"),
    stacked("50", "KPIs", [tile("51", "A"), text_tile("52", "B", body_text="b")], "10", slug="kPi"),
    alert("60", "51"),
)
KPIS, ORDERS = "folders/Shared/Sales/KPIs.dashboard.yaml", "folders/Shared/Sales/Orders.look.yaml"


def node(value: Any, line: int = 1) -> Node:
    """A value as if each of its items had a line of its own."""
    if isinstance(value, dict):
        inner = {k: node(v, line + n) for n, (k, v) in enumerate(value.items())}
        return Node(inner, line, None, {k: v.line for k, v in inner.items()})
    return Node([node(v, line) for v in value], line) if isinstance(value, list) else Node(value, line)


def read(tree: Tree) -> Read:
    return from_tree(tree.manifest, tree.origin, {path: node(d) for path, d in tree.documents.items()})


def edited(edit: Callable[[dict[str, Any]], object]) -> Read:
    tree = to_tree(state(*OBJECTS))
    tree.documents = copy.deepcopy(tree.documents)
    edit(tree.documents)
    return read(tree)


def told(found: Read) -> list[str]:
    return [str(problem) for problem in found.problems]


@given(instances())
def test_documents_of_a_state_plan_nothing_against_it(objects: list[Object]) -> None:
    built = state(*objects)
    found = read(to_tree(built))
    assert found.problems == []
    plan = plan_of(found.state, built)
    assert (summary(plan), plan.errors) == ([], [])


@given(instances())
def test_documents_are_planned_elsewhere_as_the_state_is(objects: list[Object]) -> None:
    there = state(*elsewhere(objects), host=OTHER)
    desired = read(to_tree(state(*objects))).state
    assert summary(plan_of(desired, there)) == summary(plan_of(state(*objects), there))
    nothing = state(*OBJECTS[:2], host=OTHER)
    by_state, by_tree = plan_of(state(*objects), nothing), plan_of(desired, nothing)
    assert summary(by_tree) == summary(by_state)
    assert [len(c.parts) for c in by_tree.changes] == [len(c.parts) for c in by_state.changes]


@given(instances())
def test_the_same_state_gives_the_same_documents(objects: list[Object]) -> None:
    first, second = to_tree(state(*objects)), to_tree(state(*reversed(objects)))
    assert list(first.documents) == list(second.documents)
    assert first == second


def test_a_new_title_in_a_file_is_an_update_of_what_the_file_is() -> None:
    found = edited(lambda d: d[ORDERS].update(title="Sales"))
    plan = plan_of(found.state, state(*OBJECTS))
    assert summary(plan) == ["~ look:Shared/Sales/Sales"]
    assert plan.changes[0].was == "look:Shared/Sales/Orders"


def test_a_dashboard_written_by_hand_needs_a_title_and_tiles() -> None:
    tiles = [
        {"title": "A", "query": {"model": "shop", "explore": "orders", "fields": ["orders.count"]}},
        {"type": "text", "body_text": "hello"},
        {"title": "C", "look": "look:Shared/Sales/Orders", "tab": "More"},
    ]
    document = {
        "title": "New",
        "filters": [{"name": "Region", "type": "string"}],
        "tabs": [{"label": "One"}, {"label": "More"}],
    }
    found = edited(lambda d: d.update({"folders/Shared/New.dashboard.yaml": {**document, "tiles": tiles}}))
    assert told(found) == []
    plan = plan_of(found.state, state(*OBJECTS))
    assert summary(plan) == ["+ dashboard:Shared/New"]
    places = [p.after.get("positions") for p in plan.changes[0].parts if p.kind == "element"]
    assert places == [
        {"default": {"row": 0, "column": 0, "width": 12, "height": 6}},
        {"default": {"row": 6, "column": 0, "width": 12, "height": 6}},
        {"tab More": {"row": 0, "column": 0, "width": 12, "height": 6}},
    ]
    assert plan.changes[0].parts[0].after["title"] == "Region"
    assert readable(plan.changes[0].after["folder"]) == "<folder:Shared>"


def test_a_tree_of_some_kinds_says_nothing_of_others() -> None:
    query = {"model": "shop", "explore": "orders", "fields": ["orders.count"]}
    document = {"title": "New", "owner": "user:bob@example.com", "query": query}
    found = from_tree(Manifest(), Origin(), {"folders/Shared/Sales/New.look.yaml": node(document)})
    assert found.problems == []
    assert found.state.scope == {"folder": "filtered", "look": "filtered"}
    plan = plan_of(found.state, state(*OBJECTS))
    assert summary(plan) == ["+ look:Shared/Sales/New"]
    owner = "user:bob@example.com (kept outside of this tree)"
    assert said(plan) == [f"warning look:Shared/Sales/New: owner: {owner} is not on the target"]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            lambda d: d[ORDERS].update(owner="user:anne@example.com"),
            f"{ORDERS}:3: user:anne@example.com is not in this tree, nor listed as outside;"
            " did you mean 'user:ann@example.com'?",
        ),
        (
            lambda d: d[ORDERS].update(owner="group:Team"),
            f"{ORDERS}:3: the address of a user is expected, not 'group:Team'",
        ),
        (
            lambda d: d[ORDERS].update(owner="ann"),
            f"{ORDERS}:3: 'ann' is not an address; write it as user:ann",
        ),
        (
            lambda d: d[ORDERS].update(ttile="x"),
            f"{ORDERS}:5: unknown key 'ttile' in a look; did you mean 'title'?",
        ),
        (lambda d: d[ORDERS].pop("title"), f"{ORDERS}:1: title is missing in a look"),
        (lambda d: d[ORDERS].update(title=["x"]), f"{ORDERS}:1: a text is expected, not a list"),
        (
            lambda d: d[ORDERS].update(is_run_on_load="sometimes"),
            f"{ORDERS}:5: true or false is expected, not 'sometimes'",
        ),
        (lambda d: d.update({ORDERS: "x"}), f"{ORDERS}:1: a look is a mapping, not 'x'"),
        (
            lambda d: d.update({"folders/Shared/Sales/Two.look.yaml": d[ORDERS]}),
            f"folders/Shared/Sales/Two.look.yaml:1: {ORDERS}:1 is look:Shared/Sales/Orders too:"
            " give one of them another title",
        ),
        (
            lambda d: d.update(
                {"alerts/x.yaml": {"field": {"name": "x"}, "threshold": 1, "cron": "0 6 * * *"}}
            ),
            "alerts/x.yaml:1: comparison_type is missing in an alert",
        ),
        (
            lambda d: d.update({"lokks/x.yaml": {}}),
            "lokks/x.yaml:1: no document belongs here: there is no directory 'lokks' in a tree",
        ),
        (
            lambda d: d.update({"folders/Shred/x.look.yaml": {"title": "x"}}),
            "folders/Shred: no folder stands here; those of all are below folders/Shared;"
            " did you mean 'Shared'?",
        ),
        (
            lambda d: d[KPIS]["tiles"][0].update(at=[1, 2]),
            f"{KPIS}:4: [row, column, width, height] is expected, not a list",
        ),
        (lambda d: d[KPIS]["tiles"][0].update(tab="x"), f"{KPIS}:6: this dashboard has no tab 'x'"),
        (
            lambda d: d[KPIS]["tiles"][1].update(listen={"a": "b"}),
            f"{KPIS}:7: listen needs a query of the tile's own; filterables name their model and explore",
        ),
        (
            lambda d: d[KPIS]["tiles"][0].update(title="A2"),
            "alerts/Shared/Sales/KPIs/Orders Count.yaml:1:"
            " dashboard:Shared/Sales/KPIs has no tile 'A'; did you mean 'A2'?",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_meant(
    edit: Callable[[dict[str, Any]], object], expected: str
) -> None:
    assert expected in told(edited(edit))


def test_all_mistakes_are_told_at_once() -> None:
    found = edited(lambda d: (d[ORDERS].update(x=1, y=2), d[KPIS].update(z=3)))
    assert len(found.problems) == 3


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("KPIs", "KPIs"),
        ("P/L & Cash", "P_L & Cash"),
        ("CON", "CON_"),
        ("nul.old", "nul_.old"),
        (".git", "_git"),
        ("..", "untitled"),
        ("Sales. ", "Sales"),
        ("a\tb\nc\x00", "a_b_c_"),
        ("é🙂", "é🙂"),
        ("", "untitled"),
    ],
)
def test_names_are_made_safe_for_every_file_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_names_are_cut_and_stay_apart() -> None:
    one, two = safe_name("é" * 200 + "a"), safe_name("é" * 200 + "b")
    assert one != two
    assert max(len(one.encode()), len(two.encode())) <= 100


def test_names_that_differ_in_case_alone_do_not_clash() -> None:
    found = safe_entries([("KPIs", ".look.yaml"), ("kpis", ".look.yaml"), ("KPIS", "")])
    assert found["KPIs", ".look.yaml"] == "KPIs.look.yaml"
    assert len({entry.casefold() for entry in found.values()}) == 3


def test_a_folder_whose_directory_is_called_otherwise_says_so_in_a_file() -> None:
    built = state(shared(), folder("10", "a/b"), folder("11", "Empty", "10"), look("40", "x", "10"))
    tree = to_tree(built)
    assert tree.documents["folders/Shared/a_b/_folder.yaml"] == {"name": "a/b"}
    assert tree.documents["folders/Shared/a_b/Empty/_folder.yaml"] == {"name": "Empty"}
    assert "look:Shared/a\\/b/x" in read(tree).state.resources


def test_filters_tabs_and_tiles_keep_what_is_odd_about_them() -> None:
    layouts = [
        layout("54", place("c1", "51"), label="Two", order=3),
        layout("55", place("c2", "51", granular_row=3), label="One", order=5, active=True),
    ]
    filters = [filter_("57", "a", row=5), filter_("58", "b", row=5, allow_multiple_values=False)]
    board = dashboard(
        "50", "KPIs", dashboard_elements=[tile("51", "A"), tile("52", "A")], dashboard_filters=filters,
        dashboard_layouts=layouts,
    )  # fmt: skip
    built = state(shared(), lookml_model("shop"), board)
    tree = to_tree(built)
    document = tree.documents["folders/Shared/KPIs.dashboard.yaml"]
    assert document["tabs"] == [{"label": "Two", "order": 3}, {"label": "One", "order": 5, "active": True}]
    assert [t["at"] for t in document["tiles"]] == [[0, 0, 8, 6], "none"]
    assert document["tiles"][0]["elsewhere"] == {"tab Two": {"row": 0, "column": 0, "width": 8, "height": 6}}
    assert summary(plan_of(read(tree).state, built)) == []
    assert read(tree).state.host == HOST


def test_a_tab_that_is_said_not_to_be_active_is_one_of_which_nothing_is_said() -> None:
    tabs = [layout("54", label="Main", active=True), layout("55", label="More", order=1)]
    built = state(shared(), dashboard("50", "KPIs", dashboard_layouts=tabs))
    tree = to_tree(built)
    for tab in tree.documents["folders/Shared/KPIs.dashboard.yaml"]["tabs"][1:]:
        tab["active"] = False
    assert summary(plan_of(read(tree).state, built)) == []


def test_an_empty_value_of_a_group_is_one_in_a_document_too() -> None:
    attribute = ("user_attribute", "6", {"id": "6", "name": "region", "label": "Region", "type": "string"})
    none, one = (
        ("user_attribute.group_values", "6", rows)
        for rows in ([], [{"group_id": "31", "value": "", "rank": 1}])
    )
    there = state(*OBJECTS, attribute, one)
    found = read(to_tree(there))
    assert found.problems == []
    assert summary(plan_of(found.state, there)) == []
    assert summary(plan_of(found.state, state(*OBJECTS, attribute, none))) == ["~ user_attribute:region"]


def test_json_in_a_text_comes_back_from_a_document_as_looker_writes_it() -> None:
    text = '[{"table_calculation":"é","expression":"${orders.count}*2","is_disabled":false,"n":1.5}]'
    objects = [*OBJECTS[:-3], look("41", "Calc", "10", query={**QUERY, "dynamic_fields": text})]
    there = state(*OBJECTS[:3], host=OTHER)
    sent = [c for c in calls(plan_of(read(to_tree(state(*objects))).state, there)) if "queries" in c]
    assert json.dumps(text) in sent[0] or json.dumps(text, ensure_ascii=False) in sent[0]


def landing_page(id_: str, team: str, default: str | None, value: str | None) -> tuple[Object, ...]:
    """The built-in attribute, of which the caller may set values, and what a group has there."""
    raw = {"id": id_, "name": "landing_page", "label": "Landing page", "type": "relative_url"}
    may = {"is_system": True, "can": {"set_value": True, "update": True}}
    rows = [{"id": "1", "group_id": team, "user_attribute_id": id_, "rank": 1, "value": value}]
    values = ("user_attribute.group_values", id_, rows if value else [])
    return ("user_attribute", id_, {**raw, **may, "default_value": default}), values


@pytest.mark.parametrize(
    ("default", "value"), [("/browse", "/boards/1"), (None, "/browse"), ("/browse", None)]
)
def test_values_of_built_in_attributes_are_told(default: str | None, value: str | None) -> None:
    here = state(shared(), group("31", "Team"), *landing_page("5", "31", default, value))
    there = state(shared(), group("131", "Team"), *landing_page("9", "131", None, None), host=OTHER)
    tree = to_tree(here)
    (document,) = [d for path, d in tree.documents.items() if path.startswith("user_attributes")]
    assert (document["name"], document["built_in"]) == ("landing_page", True)
    assert document.keys() <= {"name", "built_in", "default_value", "group_values"}
    found = read(tree)
    assert found.problems == []
    assert summary(plan_of(found.state, here)) == []
    by_tree, by_state = plan_of(found.state, there), plan_of(here, there)
    assert summary(by_tree) == ["~ user_attribute:landing_page"]
    assert [c.digest for c in by_tree.changes] == [c.digest for c in by_state.changes]


def test_a_built_in_attribute_without_values_needs_no_file() -> None:
    tree = to_tree(state(shared(), group("31", "Team"), *landing_page("5", "31", None, None)))
    assert not [path for path in tree.documents if path.startswith("user_attributes")]

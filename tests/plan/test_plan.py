from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from lookervault.plan.change import Action
from lookervault.plan.plan import Plan
from model.random_states import elsewhere, instances
from model.raws import (
    HOST,
    OTHER,
    QUERY,
    Object,
    Raw,
    dashboard,
    filter_,
    folder,
    layout,
    look,
    lookml_model,
    place,
    shared,
    state,
    text_tile,
    tile,
    user,
)

from .making import plan_of, summary

BASE: tuple[Object, ...] = (
    shared(),
    lookml_model("shop"),
    folder("10", "Sales"),
    user("21", "ann@example.com", first_name="Ann"),
    look("40", "Orders", "10", user_id="21", description="about"),
    dashboard(
        "50",
        "KPIs",
        "10",
        slug="kPi",
        dashboard_elements=[tile("51", "A"), text_tile("52", "B", body_text="b")],
        dashboard_filters=[filter_("53", "region")],
        dashboard_layouts=[
            layout("54", place("55", "51"), place("56", "52", row=6), active=True),
            layout("57", label="More"),
        ],
    ),
)


def fresh(*objects: Object, host: str = OTHER) -> Plan:
    """The plan that makes these on an instance that has nothing but the root and the model."""
    return plan_of(state(*objects), state(*BASE[:2], host=host))


def edited(edit: Callable[[dict[str, Raw]], Any]) -> list[Object]:
    """The base after an edit of its raw objects by id."""
    objects = copy.deepcopy(list(BASE))
    edit({id_: raw for _, id_, raw in objects})
    return objects


EDITS: dict[str, Callable[[dict[str, Raw]], Any]] = {
    "folder name": lambda o: o["10"].update(name="New"),
    "user name": lambda o: o["21"].update(first_name="Anna"),
    "look description": lambda o: o["40"].update(description="other"),
    "look query": lambda o: o["40"].update(query={**QUERY, "limit": "7"}),
    "look owner": lambda o: o["40"].update(user_id=None),
    "dashboard title": lambda o: o["50"].update(title="New"),
    "dashboard slug": lambda o: o["50"].update(slug="other"),
    "tile title": lambda o: o["50"]["dashboard_elements"][0].update(title="New"),
    "tile query": lambda o: o["50"]["dashboard_elements"][0].update(query={**QUERY, "view": "users"}),
    "text": lambda o: o["50"]["dashboard_elements"][1].update(body_text="other"),
    "tile gone": lambda o: o["50"]["dashboard_elements"].pop(),
    "filter default": lambda o: o["50"]["dashboard_filters"][0].update(default_value="EU"),
    "tab label": lambda o: o["50"]["dashboard_layouts"][1].update(label="Less"),
    "place": lambda o: o["50"]["dashboard_layouts"][0]["dashboard_layout_components"][0].update(row=9),
    "tile on another tab": lambda o: o["50"]["dashboard_layouts"][1]["dashboard_layout_components"].append(
        o["50"]["dashboard_layouts"][0]["dashboard_layout_components"].pop()
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_the_fingerprint_changes_with_anything_that_would_be_made(edit: Callable[[Any], Any]) -> None:
    assert fresh(*edited(edit)).fingerprint != fresh(*BASE).fingerprint


def test_different_changes_of_what_exists_have_different_fingerprints() -> None:
    there = state(*BASE)
    edits = [e for name, e in EDITS.items() if name != "dashboard slug"]
    prints = {plan_of(state(*edited(e)), there).fingerprint for e in edits}
    assert len(prints) == len(edits)
    assert plan_of(there, there).fingerprint not in prints


def test_the_slug_of_what_exists_is_an_identity_and_no_content() -> None:
    assert plan_of(state(*edited(EDITS["dashboard slug"])), state(*BASE)).changes == []


def test_the_target_is_part_of_the_fingerprint_and_its_label_is_not() -> None:
    plan = fresh(*BASE)
    assert fresh(*BASE, host="c.example.com").fingerprint != plan.fingerprint
    relabelled = structs.replace(plan.target, label="prod", looker_version="26.10")
    assert structs.replace(plan, target=relabelled, created_at="2024").fingerprint == plan.fingerprint


def test_a_fingerprint_is_a_sha_256() -> None:
    assert len(bytes.fromhex(fresh(*BASE).fingerprint)) == 32


@given(instances().flatmap(lambda objects: st.tuples(st.just(objects), st.permutations(objects))))
def test_the_fingerprint_depends_on_no_order(pair: tuple[list[Object], list[Object]]) -> None:
    objects, turned = pair
    there = state(*BASE[:2], host=OTHER)
    assert plan_of(state(*turned), there).fingerprint == plan_of(state(*objects), there).fingerprint


@given(instances())
def test_the_fingerprint_is_of_the_changes_in_any_sequence(objects: list[Object]) -> None:
    plan = fresh(*objects)
    assert structs.replace(plan, changes=plan.changes[::-1]).fingerprint == plan.fingerprint


def test_it_is_the_same_plan_whichever_ids_the_source_uses() -> None:
    there = state(*BASE[:2], host=OTHER)
    one = plan_of(state(*BASE), there)
    other = plan_of(state(*elsewhere(list(BASE)), host="c.example.com"), there)
    assert one.fingerprint == other.fingerprint


def test_changes_come_by_kind_and_address() -> None:
    assert summary(fresh(*BASE)) == [
        "+ dashboard:Shared/Sales/KPIs",
        "+ folder:Shared/Sales",
        "+ look:Shared/Sales/Orders",
        "+ user:ann@example.com",
    ]


def test_changes_are_counted_by_action() -> None:
    plan = plan_of(state(*edited(EDITS["tile title"]), folder("11", "New")), state(*BASE))
    assert dict(plan.counts()) == {Action.CREATE: 1, Action.UPDATE: 1}
    assert plan.counts()[Action.DELETE] == 0


def test_what_exists_on_the_target_only_is_left_alone() -> None:
    assert plan_of(state(*BASE[:3]), state(*BASE)).changes == []


def test_errors_are_findings_that_stop_an_apply() -> None:
    plan = plan_of(state(shared(), look("40", "L", user_id="98")), state(shared(), host=OTHER))
    assert [f.level for f in plan.findings] == ["error", "warning"]
    assert [f.level for f in plan.errors] == ["error"]


def test_a_migration_remembers_what_paired() -> None:
    plan = plan_of(state(*BASE), state(*elsewhere(list(BASE)), host=OTHER))
    assert plan.changes == []
    assert ("dashboard", "50", "950") in plan.pairs
    assert ("folder", "1", "91") in plan.pairs
    assert plan.pairs == sorted(plan.pairs)


def test_on_one_instance_there_is_nothing_to_remember() -> None:
    assert plan_of(state(*BASE), state(*BASE)).pairs == []


def test_a_plan_knows_the_ids_of_what_its_steps_refer_to_and_no_others() -> None:
    there = (*BASE[:4], folder("12", "Unrelated"))
    plan = plan_of(
        state(*there, look("40", "L", "10", user_id="21")), state(*elsewhere(list(there)), host=OTHER)
    )
    assert plan.ids == [("folder:Shared/Sales", "", "910"), ("user:ann@example.com", "", "921")]


def test_a_rename_says_what_it_was_and_how_it_was_found() -> None:
    plan = plan_of(state(*edited(EDITS["folder name"])), state(*BASE))
    (change,) = plan.changes
    assert (change.address, change.was, change.paired_by) == (
        "folder:Shared/New",
        "folder:Shared/Sales",
        "id",
    )
    assert (change.before, change.after) == ({"name": "Sales"}, {"name": "New"})
    assert (change.id, change.source_id) == ("10", "10")


def test_what_keeps_its_address_was_nothing_else() -> None:
    (change,) = plan_of(state(*edited(EDITS["look description"])), state(*BASE)).changes
    assert change.was == ""


def test_unchanged_attributes_and_parts_are_counted() -> None:
    (change,) = plan_of(state(*edited(EDITS["tile title"])), state(*BASE)).changes
    assert change.unchanged_parts == {"element": 1, "filter": 1, "layout": 2}
    assert change.unchanged == 2  # title and folder
    assert change.parts[0].unchanged == 3  # type, query, positions


@given(instances())
def test_making_a_plan_leaves_both_states_as_they_are(objects: list[Object]) -> None:
    desired, observed = state(*objects), state(*BASE[:2], host=OTHER)
    kept = copy.deepcopy((desired, observed))
    plan_of(desired, observed)
    assert (desired, observed) == kept
    assert desired.host == HOST

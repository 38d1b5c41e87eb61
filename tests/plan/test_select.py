from __future__ import annotations

import pytest

from lookervault.errors import NotFound
from lookervault.plan.plan import Plan
from lookervault.plan.select import Selection, select
from model.raws import (
    OTHER,
    Object,
    dashboard,
    folder,
    group,
    look,
    lookml_model,
    shared,
    stacked,
    state,
    tile,
    user,
    users_root,
)

from .making import chosen_plan, plan_of, said, summary, unresolvable

OBJECTS: tuple[Object, ...] = (
    folder("10", "Sales"),
    folder("11", "EMEA", "10"),
    folder("12", "Ops"),
    look("40", "Orders", "11"),
    stacked("50", "KPIs", [tile("51")], "10"),
    dashboard("60", "Shifts", "12"),
    group("30", "Team"),
)


def plan_for(*targets: str, objects: tuple[Object, ...] = OBJECTS) -> Plan:
    roots = (shared(), users_root(), lookml_model("shop"))
    return plan_of(state(*roots, *objects), state(*roots, host=OTHER), targets=targets)


def test_a_target_brings_what_it_depends_on_and_says_so() -> None:
    plan = plan_for("look:Shared/Sales/EMEA/Orders")
    assert summary(plan) == [
        "+ folder:Shared/Sales",
        "+ folder:Shared/Sales/EMEA",
        "+ look:Shared/Sales/EMEA/Orders",
    ]
    assert said(plan) == [
        "warning folder:Shared/Sales: comes along because a target depends on it",
        "warning folder:Shared/Sales/EMEA: comes along because a target depends on it",
    ]


def test_only_the_calls_of_what_was_selected_are_left() -> None:
    plan = plan_for("dashboard:Shared/Sales/KPIs")
    assert [n.change for n in plan.nodes] == ["folder:Shared/Sales", "", "dashboard:Shared/Sales/KPIs"]
    assert list(unresolvable(plan)) == []


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("dashboard:*", ["dashboard:Shared/Ops/Shifts", "dashboard:Shared/Sales/KPIs"]),
        ("*:Shared/Ops*", ["dashboard:Shared/Ops/Shifts", "folder:Shared/Ops"]),
        ("group:Tea?", ["group:Team"]),
        ("group:[ST]eam", ["group:Team"]),
    ],
)
def test_a_target_may_be_a_pattern(target: str, expected: list[str]) -> None:
    brought = {f.address for f in plan_for(target).findings}
    assert [c.address for c in plan_for(target).changes if c.address not in brought] == expected


def test_a_name_with_the_signs_of_patterns_is_found_as_it_is_written() -> None:
    plan = plan_for("group:[x]*", objects=(group("30", "[x]*"), group("31", "Team")))
    assert summary(plan) == ["+ group:[x]*"]


def test_several_targets_are_joined() -> None:
    assert summary(plan_for("group:Team", "folder:Shared/Ops")) == ["+ folder:Shared/Ops", "+ group:Team"]


@pytest.mark.parametrize("targets", [("group:Nobody",), ("group:Nobody", "look:*x*")])
def test_targets_that_match_nothing_are_an_error(targets: tuple[str, ...]) -> None:
    with pytest.raises(NotFound) as caught:
        plan_for(*targets)
    assert all(t in caught.value.message for t in targets)


def test_one_target_of_several_that_matches_nothing_is_an_error_too() -> None:
    """A misspelt target must not be lost beside a good one."""
    with pytest.raises(NotFound, match="group:Nobody"):
        plan_for("group:Team", "group:Nobody")


def test_on_equal_sides_any_target_is_as_desired() -> None:
    both = state(shared(), *OBJECTS)
    assert plan_of(both, both, targets=("look:*", "group:Team")).changes == []


def test_findings_about_what_was_not_selected_are_left_out() -> None:
    lost = dashboard("61", "Lost", "10", user_id="98")
    assert [f.address for f in plan_for(objects=(*OBJECTS, lost)).findings] == ["dashboard:Shared/Sales/Lost"]
    assert plan_for("group:Team", objects=(*OBJECTS, lost)).findings == []


def test_a_user_who_comes_along_is_still_completed() -> None:
    """The owner's home is made by the same plan; without the completion the plan would promise too much."""
    ann = user("3", "ann@example.com", personal_folder_id="20", home_folder_id="10")
    mine = dashboard("61", "Mine", "12", user_id="3")
    plan = plan_for("dashboard:Shared/Ops/Mine", objects=(*OBJECTS, ann, mine))
    assert "user:ann@example.com (completed)" in [n.id for n in plan.nodes]
    assert "folder:Shared/Sales" in [c.address for c in plan.changes]
    assert list(unresolvable(plan)) == []


def test_selecting_changes_no_plan_that_others_hold() -> None:
    whole = plan_for()
    before = summary(whole), len(whole.nodes), list(whole.findings)
    select(whole, Selection(("group:Team",)))
    assert (summary(whole), len(whole.nodes), list(whole.findings)) == before


def selected(selection: Selection, objects: tuple[Object, ...] = OBJECTS) -> Plan:
    roots = (shared(), users_root(), lookml_model("shop"))
    return chosen_plan(state(*roots, *objects), state(*roots, host=OTHER), selection)


def test_kinds_bring_what_they_depend_on() -> None:
    plan = selected(Selection(only_kinds=("look",)))
    assert summary(plan) == [
        "+ folder:Shared/Sales",
        "+ folder:Shared/Sales/EMEA",
        "+ look:Shared/Sales/EMEA/Orders",
    ]


def test_a_folder_is_all_that_is_in_and_below_it() -> None:
    expected = [
        "+ dashboard:Shared/Sales/KPIs",
        "+ folder:Shared/Sales",
        "+ folder:Shared/Sales/EMEA",
        "+ look:Shared/Sales/EMEA/Orders",
    ]
    assert summary(selected(Selection(folders=("Shared/Sales",)))) == expected
    assert summary(selected(Selection(folders=("folder:Shared/Sales",)))) == expected
    looks = Selection(folders=("Shared/Sales",), only_kinds=("folder",))
    assert summary(selected(looks)) == ["+ folder:Shared/Sales", "+ folder:Shared/Sales/EMEA"]
    with pytest.raises(NotFound, match="--folder Shared/Nowhere"):
        selected(Selection(folders=("Shared/Nowhere",)))


def test_what_is_excluded_is_not_written_and_nothing_that_needs_it() -> None:
    plan = selected(Selection(exclude=("folder:Shared/Sales/EMEA",)))
    assert summary(plan) == [
        "+ dashboard:Shared/Ops/Shifts",
        "+ dashboard:Shared/Sales/KPIs",
        "+ folder:Shared/Ops",
        "+ folder:Shared/Sales",
        "+ group:Team",
    ]
    assert said(plan) == [
        "warning look:Shared/Sales/EMEA/Orders: left out: folder:Shared/Sales/EMEA (excluded) is not on the"
        " target"
    ]


def test_an_owner_who_is_excluded_is_left_as_he_is() -> None:
    ann = user("3", "ann@example.com", personal_folder_id="20")
    mine = dashboard("61", "Mine", "12", user_id="3")
    plan = selected(Selection(exclude_kinds=("user",)), (*OBJECTS, ann, mine))
    assert "+ dashboard:Shared/Ops/Mine" in summary(plan)
    assert not [c for c in plan.changes if c.kind == "user"]
    assert "owner: user:ann@example.com (excluded) is not on the target" in said(plan)[0]


def test_what_is_excluded_but_there_may_be_referred_to() -> None:
    roots = (shared(), users_root(), lookml_model("shop"))
    there = state(*roots, folder("900", "Sales"), host=OTHER)
    wanted = state(*roots, folder("10", "Sales"), dashboard("61", "New", "10"))
    plan = chosen_plan(wanted, there, Selection(exclude_kinds=("folder",)))
    assert summary(plan) == ["+ dashboard:Shared/Sales/New"]
    assert list(unresolvable(plan)) == []


def test_an_exclusion_that_fits_nothing_is_an_error() -> None:
    with pytest.raises(NotFound, match="--exclude look:Shared/Sale"):
        selected(Selection(exclude=("look:Shared/Sale",)))


def test_what_is_wanted_but_left_out_is_told() -> None:
    """A target that cannot be had must not read as one that is as desired."""
    lost = dashboard("61", "Lost", "99")
    plan = selected(Selection(("dashboard:#99/Lost",)), (*OBJECTS, lost))
    assert summary(plan) == []
    assert said(plan) == [
        "error dashboard:#99/Lost: refers to folder:#99, which is neither desired nor on the target"
    ]

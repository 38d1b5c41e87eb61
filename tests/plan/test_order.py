"""Orders that references alone do not tell: names to be given up, folders and groups turned round."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookervault.plan.plan import Plan
from model.raws import (
    OTHER,
    Object,
    dashboard,
    folder,
    group,
    look,
    shared,
    state,
)

from .making import calls, outline, plan_of, said


def test_groups_may_be_turned_round() -> None:
    """What was inside is outside now: one leaves before the other enters, or Looker sees a circle."""
    inner, outer = group("1", "A", parent_group_ids=["2"]), group("2", "B")
    turned = (group("1", "A"), group("2", "B", parent_group_ids=["1"]))
    plan = plan_of(state(*turned), state(inner, outer))
    assert calls(plan) == [
        "DELETE /groups/<group:B>/groups/<group:A>",
        'POST /groups/<group:A>/groups {"group_id": "<group:B>"}',
    ]


def test_folders_may_be_turned_round() -> None:
    """A was above B and is below it now; B must leave first."""
    before = (shared(), folder("2", "A"), folder("3", "B", "2"))
    after = (shared(), folder("2", "A", "3"), folder("3", "B"))
    plan = plan_of(state(*after), state(*before))
    assert [n.id for n in plan.nodes] == ["folder:Shared/B", "folder:Shared/B/A"]


def test_a_folder_may_go_below_what_was_deep_inside_it() -> None:
    """Z goes below C, which stays in B, which leaves Z: until B has left, Z would be inside itself."""
    before = (shared(), folder("2", "Z"), folder("3", "B", "2"), folder("4", "C", "3"))
    after = (shared(), folder("2", "Z", "4"), folder("3", "B"), folder("4", "C", "3"))
    plan = plan_of(state(*after), state(*before))
    assert outline(plan.nodes) == "folder:Shared/B\nfolder:Shared/B/C/Z\n    folder:Shared/B"


def test_a_name_is_taken_after_it_was_given_up() -> None:
    before = (shared(), dashboard("5", "A"), dashboard("6", "B"))
    after = (shared(), dashboard("5", "Z"), dashboard("6", "A"))
    plan = plan_of(state(*after), state(*before))
    assert [n.id for n in plan.nodes] == ["dashboard:Shared/Z", "dashboard:Shared/A"]
    assert plan.errors == []


def renamed(kind: Callable[..., Object], before: Sequence[str], after: Sequence[str]) -> Plan:
    """The plan that gives objects of one folder, by id, other names."""
    sides = (
        state(shared(), *(kind(str(n + 5), name) for n, name in enumerate(names)))
        for names in (after, before)
    )
    desired, observed = sides
    return plan_of(desired, observed)


def test_of_names_that_are_swapped_one_steps_aside() -> None:
    plan = renamed(dashboard, "AB", "BA")
    assert outline(plan.nodes) == (
        "dashboard:Shared/A (aside)\n"
        "dashboard:Shared/B\n"
        "    dashboard:Shared/A (aside)\n"
        "dashboard:Shared/A\n"
        "    dashboard:Shared/A (aside)\n"
        "    dashboard:Shared/B"
    )
    assert calls(plan) == [
        'PATCH /dashboards/<dashboard:Shared/A> {"title": "A (6)"}',
        'PATCH /dashboards/<dashboard:Shared/B> {"title": "B"}',
        'PATCH /dashboards/<dashboard:Shared/A> {"title": "A"}',
    ]


@pytest.mark.parametrize("kind", [folder, look, dashboard, group], ids=lambda k: k.__name__)
@given(names=st.permutations("ABCDEF"), wanted=st.permutations("ABCDXY"), count=st.integers(1, 5))
def test_at_no_time_do_two_objects_share_a_name(
    kind: Callable[..., Object], names: list[str], wanted: list[str], count: int
) -> None:
    """The calls are played on a list that refuses a name that is taken."""
    before, after = names[:count], wanted[:count]
    plan = renamed(kind, before, after)
    ids = {to: id_ for to, _, id_ in plan.ids}
    held = {str(n + 5): name for n, name in enumerate(before)}
    for step in (s for n in plan.nodes for s in n.steps):
        held[ids[step.path[1].to]] = step.body.get("title") or step.body["name"]
        assert len(set(held.values())) == count
    assert list(held.values()) == after
    assert plan.errors == []


def test_folders_that_differ_in_case_only_cannot_be_neighbours() -> None:
    """Looker takes them for one name (resource notes, 4.1)."""
    plan = plan_of(
        state(shared(), folder("5", "sales")), state(shared(), folder("5", "Z"), folder("6", "Sales"))
    )
    assert [e.address for e in plan.errors] == ["folder:Shared/sales"]


def attribute(id_: str, name: str, label: str) -> Object:
    return ("user_attribute", id_, {"id": id_, "name": name, "label": label, "type": "string"})


def test_a_label_is_taken_after_it_was_given_up() -> None:
    """No two user attributes share a label (resource notes, section 4.13)."""
    before = state(attribute("1", "team", "Team"), attribute("2", "area", "Area"))
    after = state(attribute("1", "team", "Area"), attribute("2", "area", "Region"))
    plan = plan_of(after, before)
    assert [n.id for n in plan.nodes] == ["user_attribute:area", "user_attribute:team"]
    assert plan.errors == []


def test_a_label_that_another_has_is_an_error() -> None:
    desired = state(attribute("1", "team", "Team"))
    plan = plan_of(desired, state(attribute("8", "group", "Team"), host=OTHER))
    text = "user_attribute:group has its label on the target and is another object there"
    assert said(plan) == [f"error user_attribute:team: {text}"]

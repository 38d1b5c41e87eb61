from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookervault.model.catalog import KINDS
from lookervault.model.normal import comparable, digest
from lookervault.model.values import Link
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
    group,
    holders,
    layout,
    look,
    lookml_model,
    model_set,
    permission_set,
    place,
    role,
    shared,
    state,
    tile,
    user,
)

from .making import plan_of, summary, the_change, unresolvable


@given(instances())
def test_an_instance_differs_not_from_itself(objects: list[Object]) -> None:
    plan = plan_of(state(*objects), state(*copy.deepcopy(objects)))
    assert plan.changes == []
    assert plan.errors == []


@given(instances())
def test_an_instance_differs_not_from_its_copy_elsewhere(objects: list[Object]) -> None:
    plan = plan_of(state(*objects), state(*elsewhere(objects), host=OTHER))
    assert summary(plan) == []
    assert plan.findings == []


@given(instances())
def test_all_that_is_managed_is_created_on_an_empty_instance(objects: list[Object]) -> None:
    desired = state(*objects)
    plan = plan_of(desired, state(shared(), host=OTHER))
    managed = [r for r in desired.resources.values() if not r.guard]
    # a new folder inherits its access anyway
    made = {r.address for r in managed if not KINDS[r.kind].implied(r.attributes)}
    assert {c.address for c in plan.changes} == made
    assert plan.errors == []
    assert list(unresolvable(plan)) == []


@given(instances(), instances())
def test_whatever_the_two_sides_are_each_step_can_be_sent(one: list[Object], other: list[Object]) -> None:
    desired, observed = state(*one), state(*elsewhere(other), host=OTHER)
    assert list(unresolvable(plan_of(desired, observed))) == []


BASE = (
    shared(),
    lookml_model("shop"),
    folder("10", "Sales"),
    folder("11", "Ops"),
    user("21", "ann@example.com", first_name="Ann", is_disabled=False, home_folder_id="10"),
    user("22", "bob@example.com"),
    group("31", "Team"),
    group("32", "Inner"),
    permission_set("33", "Viewer", ["see_looks"]),
    permission_set("36", "Editor", ["save_content"]),
    model_set("34", "Models", ["shop"]),
    role("35", "Reader", "33", "34"),
    *holders("35", ["21"], ["31"]),
    look("40", "Orders", "10", user_id="21", description="about", public=False),
    dashboard(
        "50",
        "KPIs",
        "10",
        user_id="21",
        description=None,
        show_title=True,
        refresh_interval="1 hour",
        dashboard_elements=[tile("51", "Orders", result_maker={"filterables": []}), tile("52", "Old")],
        dashboard_filters=[filter_("53", "region", default_value="EU", ui_config={"type": "tags"})],
        dashboard_layouts=[layout("54", place("55", "51"), place("56", "52", row=6), active=True)],
    ),
)


def changed(kind: str, **fields: Any) -> list[Object]:
    """The base with some fields of the first object of a kind changed."""
    objects = copy.deepcopy(list(BASE))
    raw = next(raw for k, _, raw in objects if k == kind)
    raw.update(fields)
    return objects


FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("folder", {"name": "New"}, "name"),
    ("look", {"title": "New"}, "title"),
    ("look", {"description": ""}, "description"),
    ("look", {"public": True}, "public"),
    ("look", {"folder_id": "11"}, "folder"),
    ("look", {"user_id": "22"}, "owner"),
    ("look", {"query": {**QUERY, "limit": "10"}}, "query"),
    ("dashboard", {"title": "New"}, "title"),
    ("dashboard", {"description": "new"}, "description"),
    ("dashboard", {"folder_id": "11"}, "folder"),
    ("dashboard", {"user_id": "22"}, "owner"),
    ("dashboard", {"show_title": False}, "show_title"),
    ("dashboard", {"refresh_interval": None}, "refresh_interval"),
    ("user", {"first_name": "Anna"}, "first_name"),
    ("user", {"is_disabled": True}, "is_disabled"),
    ("user", {"home_folder_id": "11"}, "home_folder"),
    ("group", {"name": "New"}, "name"),
    ("group", {"parent_group_ids": ["32"]}, "groups"),
    ("permission_set", {"permissions": ["see_looks", "explore"]}, "permissions"),
    ("model_set", {"models": []}, "models"),
    ("role", {"permission_set": {"id": "36"}}, "permission_set"),
]


@pytest.mark.parametrize(("kind", "fields", "name"), FIELDS, ids=[f"{k}.{n}" for k, _, n in FIELDS])
def test_one_changed_field_is_one_change_of_one_attribute(kind: str, fields: Raw, name: str) -> None:
    if kind == "folder":
        fields = {"is_shared_root": None, **fields}
        objects = [(k, i, raw | fields if i == "10" else raw) for k, i, raw in copy.deepcopy(BASE)]
    else:
        objects = changed(kind, **fields)
    change = the_change(plan_of(state(*objects), state(*BASE)))
    assert {*change.before, *change.after} == {name}
    assert change.parts == []
    assert change.action.value == "~"


@pytest.mark.parametrize(
    ("holding", "name"),
    [((["21", "22"], ["31"]), "users"), (([], ["31"]), "users"), ((["21"], ["31", "32"]), "groups")],
)
def test_a_role_that_gets_or_loses_a_holder(holding: tuple[list[str], list[str]], name: str) -> None:
    kept = [o for o in BASE if not o[0].startswith("role.")]
    change = the_change(plan_of(state(*kept, *holders("35", *holding)), state(*BASE)))
    assert {*change.before, *change.after} == {name}


def test_a_member_is_a_change_of_the_group_and_not_of_the_user() -> None:
    change = the_change(plan_of(state(*changed("user", group_ids=["31"])), state(*BASE)))
    assert change.address == "group:Team"
    assert change.after == {"users": [Link("user:ann@example.com")]}


Mutation = Callable[[Raw], None]
PARTS: list[tuple[str, Mutation, str]] = [
    ("element", lambda d: d["dashboard_elements"][0].update(title="New"), "title"),
    ("element", lambda d: d["dashboard_elements"][0].update(query={**QUERY, "view": "users"}), "query"),
    ("element", lambda d: d["dashboard_elements"][0].update(note_text="new"), "note_text"),
    ("element", lambda d: d["dashboard_elements"][0].update(title_hidden=True), "title_hidden"),
    ("filter", lambda d: d["dashboard_filters"][0].update(default_value="US"), "default_value"),
    ("filter", lambda d: d["dashboard_filters"][0].update(ui_config={"type": "radio"}), "ui_config"),
    ("filter", lambda d: d["dashboard_filters"][0].update(title="New"), "title"),
    ("layout", lambda d: d["dashboard_layouts"][0].update(label="New"), "label"),
    (
        "element",
        lambda d: d["dashboard_layouts"][0]["dashboard_layout_components"][0].update(row=9),
        "positions",
    ),
]


@pytest.mark.parametrize(("kind", "mutate", "name"), PARTS, ids=[f"{k}.{n}" for k, _, n in PARTS])
def test_one_changed_field_of_a_part_is_one_change_of_that_part(
    kind: str, mutate: Mutation, name: str
) -> None:
    objects = copy.deepcopy(list(BASE))
    mutate(objects[-1][2])
    change = the_change(plan_of(state(*objects), state(*BASE)))
    (part,) = change.parts
    assert (part.kind, part.action.value) == (kind, "~")
    assert {*part.before, *part.after} == {name}
    assert change.before == change.after == {}


NOISE: list[tuple[str, dict[str, Any]]] = [
    ("dashboard", {"view_count": 9, "updated_at": "2024", "last_accessed_at": "x", "favorite_count": 1}),
    ("dashboard", {"can": {"update": False}, "url": "/x", "content_metadata_id": "9", "readonly": True}),
    ("dashboard", {"description": ""}),
    ("dashboard", {"certification_metadata": {"status": "certified"}}),
    ("look", {"public": None, "is_run_on_load": False, "last_updater_id": "9", "view_count": 3}),
    ("look", {"query": {**QUERY, "id": "8", "client_id": "xyz", "filter_config": {"a": []}, "pivots": []}}),
    ("user", {"is_disabled": None, "last_name": "", "logged_in_at": "x", "sessions": [{}]}),
    ("group", {"user_count": 7, "contains_current_user": True, "can_add_to_content_metadata": False}),
    ("permission_set", {"permissions": ["see_looks", "see_looks"], "url": "x"}),
    ("model_set", {"can": {}}),
    ("role", {"url": "x", "users_url": "y"}),
]


@pytest.mark.parametrize(("kind", "fields"), NOISE, ids=str)
def test_noise_is_no_change(kind: str, fields: Raw) -> None:
    assert plan_of(state(*changed(kind, **fields)), state(*BASE)).changes == []
    assert plan_of(state(*BASE), state(*changed(kind, **fields))).changes == []


def test_null_is_no_opinion_on_what_the_server_chooses() -> None:
    assert plan_of(state(*changed("dashboard", show_title=None)), state(*BASE)).changes == []
    assert summary(plan_of(state(*BASE), state(*changed("dashboard", show_title=None)))) == [
        "~ dashboard:Shared/Sales/KPIs"
    ]


@pytest.mark.parametrize(("mine", "theirs"), [(True, 1), (1, True), (False, 0), (0, False)])
def test_true_is_not_one_and_false_is_not_zero(mine: Any, theirs: Any) -> None:
    def side(value: Any) -> list[Object]:
        return changed("look", query={**QUERY, "vis_config": {"stacked": value}})

    assert len(plan_of(state(*side(mine)), state(*side(theirs))).changes) == 1


def test_a_field_that_the_desired_instance_does_not_have_is_no_difference() -> None:
    """An older source says nothing of a newer field, not even null (resource notes, 6.8)."""
    old = state(shared(), dashboard("5", "D"), host=HOST)
    new = state(shared(), dashboard("95", "D", appearance={"page_side_margins": 9}), host=OTHER)
    assert plan_of(old, new).changes == []


@pytest.mark.parametrize("mine_is_newer", [True, False])
def test_the_finer_grid_of_one_side_only_is_no_difference(mine_is_newer: bool) -> None:
    def side(host: str, **fine: Any) -> Any:
        raws = [layout("54", place("55", "51", **fine), active=True)]
        return state(
            shared(), dashboard("5", "D", dashboard_elements=[tile("51")], dashboard_layouts=raws), host=host
        )

    fine = {"granular_row": 3, "granular_width": 80}
    desired, observed = side("a", **fine if mine_is_newer else {}), side("b", **{} if mine_is_newer else fine)
    assert plan_of(desired, observed).changes == []


def test_a_dashboard_without_layouts_says_nothing_of_places() -> None:
    """Old ones have none (resource notes, section 4.8); elsewhere one comes with every dashboard."""

    def side(host: str, *layouts: Raw) -> Any:
        owner = dashboard("5", "D", dashboard_elements=[tile("51")], dashboard_layouts=list(layouts))
        return state(shared(), owner, host=host)

    places = layout("54", place("55", "51", row=3), active=True), layout("56", label="More")
    assert plan_of(side("a"), side("b", *places)).changes == []
    (change,) = plan_of(side("a"), state(shared(), host="b")).changes
    assert [p.kind for p in change.parts] == ["element"]


def test_what_could_not_be_read_is_no_difference() -> None:
    kept = [o for o in BASE if o[0] != "role.users"]
    assert plan_of(state(*kept), state(*BASE)).changes == []
    assert plan_of(state(*BASE), state(*kept)).changes == []


@pytest.mark.parametrize(("id_", "known"), [("", True), ("40", True), ("41", False)])
def test_a_value_that_the_server_is_known_to_make_of_another_is_no_difference(id_: str, known: bool) -> None:
    desired, observed = state(*changed("look", description="a ")), state(*changed("look", description="a"))
    echoes = {("look", "description", id_, digest("a ")): digest("a")}
    assert summary(plan_of(desired, observed)) == ["~ look:Shared/Sales/Orders"]
    assert (plan_of(desired, observed, echoes=echoes).changes == []) is known


@given(instances(), st.sampled_from(["description", "title"]), st.text(min_size=1, max_size=5))
def test_before_and_after_are_what_the_two_sides_say(objects: list[Object], field: str, text: str) -> None:
    desired = copy.deepcopy(objects)
    raws = [raw for kind, _, raw in desired if kind == "dashboard"]
    for raw in raws[:1]:
        raw[field] = text
    observed = state(*objects)
    for change in plan_of(state(*desired), observed).changes:
        whole = observed.resources[change.was or change.address].attributes
        assert change.after == {field: text}
        assert change.before == {k: comparable(v) for k, v in whole.items() if k == field}


@pytest.mark.parametrize(("mine", "theirs"), [("", None), (None, "")])
def test_a_palette_without_a_label_is_one_however_that_is_said(mine: str | None, theirs: str | None) -> None:
    def side(host: str, label: str | None) -> Any:
        palettes = [{"id": "p", "label": label, "type": "Categorical", "colors": ["#000000"]}]
        raw = {"id": host, "label": "House", "categoricalPalettes": palettes}
        return state(("color_collection", host, raw), host=host)

    assert plan_of(side("a", mine), side("b", theirs)).changes == []
    assert len(plan_of(side("a", "Calm"), side("b", theirs)).changes) == 1

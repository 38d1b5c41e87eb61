from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookervault.model.catalog import KINDS
from lookervault.model.naming import identity_fields, name_all
from lookervault.model.resource import Completeness
from lookervault.model.state import build_state
from lookervault.model.values import Link

from .raws import (
    HOST,
    QUERY,
    dashboard,
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

OBJECTS = (
    shared(),
    users_root(),
    folder("10", "Sales"),
    folder("20", "Ann", "2", is_personal=True),
    user("3", "ann@example.com", personal_folder_id="20", group_ids=["5"]),
    user("4", None),
    group("5", "Team"),
    permission_set("1", "Viewer", ["see_looks"]),
    model_set("2", "Models", ["shop"]),
    role("6", "Reader", "1", "2"),
    *holders("6", ["3"], ["5"]),
    lookml_model("shop"),
    ("lookml_dashboard", "shop::daily", {"id": "shop::daily", "title": "Daily"}),
    look("30", "Orders", "10", user_id="3"),
    stacked("40", "KPIs", [tile("41", "Orders")], "10", slug="kPi"),
    dashboard("42", "KPIs", "20"),
)
ADDRESSES = {
    "folder:Shared",
    "folder:Users",
    "folder:Shared/Sales",
    "folder:@user:ann@example.com",
    "user:ann@example.com",
    "user:#4",
    "group:Team",
    "permission_set:Viewer",
    "model_set:Models",
    "role:Reader",
    "lookml_model:shop",
    "lookml_dashboard:shop::daily",
    "look:Shared/Sales/Orders",
    "dashboard:Shared/Sales/KPIs",
    "dashboard:@user:ann@example.com/KPIs",
}


def test_every_object_has_one_address() -> None:
    assert set(state(*OBJECTS).resources) == ADDRESSES


def test_queries_are_values_and_have_no_address() -> None:
    built = state(*OBJECTS, ("query", "9001", QUERY), ("merge_query", "m", {"id": "m"}))
    assert set(built.resources) == ADDRESSES


def test_ids_lead_to_addresses() -> None:
    ids = state(*OBJECTS).ids
    assert ids["dashboard", "40"] == "dashboard:Shared/Sales/KPIs"
    assert ids["user", "4"] == "user:#4"
    assert len(ids) == len(ADDRESSES)


def test_a_resource_knows_its_parent_owner_and_slug() -> None:
    resources = state(*OBJECTS).resources
    found = resources["dashboard:Shared/Sales/KPIs"]
    assert (found.parent, found.slug, found.id, found.name) == ("folder:Shared/Sales", "kPi", "40", "KPIs")
    assert found.attributes["folder"] == Link("folder:Shared/Sales")
    assert resources["look:Shared/Sales/Orders"].attributes["owner"] == Link("user:ann@example.com")
    assert resources["role:Reader"].parent == ""


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"query_id": "9001", "query": QUERY}, {"query": {k: v for k, v in QUERY.items() if k != "id"}}),
        ({"query_id": "404", "query": None}, {"query": {"missing": "404"}}),
        ({"query_id": None, "query": None}, {}),
    ],
    ids=["embedded", "unread", "none"],
)
def test_a_look_holds_its_query_or_that_it_could_not_be_read(query: dict[str, Any], told: Any) -> None:
    attributes = state(shared(), look("30", "L", **query)).resources["look:Shared/L"].attributes
    assert {k: v for k, v in attributes.items() if k == "query"} == told


def test_reference_kinds_are_mapped_and_hold_nothing() -> None:
    found = state(("connection", "Shop", {"name": "Shop", "host": "db"})).resources["connection:shop"]
    assert found.guard == "a reference target"
    assert found.attributes == {}


def test_content_in_the_trash_is_left_out() -> None:
    built = state(
        *OBJECTS, look("31", "Old", "10", deleted=True), dashboard("43", "KPIs", "10", deleted=True)
    )
    assert set(built.resources) == ADDRESSES


def test_two_dashboards_of_one_title_both_show_their_id() -> None:
    built = state(shared(), dashboard("5", "D"), dashboard("6", "D"), dashboard("7", "d"))
    assert {a for a in built.resources if a.startswith("dashboard:")} == {
        "dashboard:Shared/D#5",
        "dashboard:Shared/D#6",
        "dashboard:Shared/d",
    }


def test_a_look_and_a_dashboard_may_have_one_title() -> None:
    built = state(shared(), dashboard("5", "X"), look("6", "X"))
    assert {"dashboard:Shared/X", "look:Shared/X"} <= set(built.resources)


@pytest.mark.parametrize(("folder_id", "owner_id"), [("99", "3"), (None, "98")])
def test_what_is_referred_to_and_not_seen_is_told_once(folder_id: str | None, owner_id: str) -> None:
    raws = [look("30", "A", user_id="98"), look("31", "B", user_id="98"), shared()]
    built = state(*raws)
    assert [(f.level, f.address) for f in built.findings] == [("warning", "user:#98")]
    assert "deleted, or not visible" in built.findings[0].message


def test_the_scope_is_kept_as_told() -> None:
    scope: dict[str, Completeness] = {"look": "denied", "folder": "complete"}
    built = build_state(HOST, {"folder": {"1": shared()[2]}}, scope)
    assert built.scope == scope
    assert built.host == HOST


def test_an_attribute_that_no_object_of_a_kind_tells_is_untold() -> None:
    """An older instance has fewer fields; of these it says nothing, not even null."""
    built = state(shared(), dashboard("5", "D", description=None), dashboard("6", "E", style="x"))
    untold = built.resources["dashboard:Shared/D"].untold
    assert {"appearance", "owner"} <= set(untold)
    assert not {"description", "style", "title", "folder"} & set(untold)


def test_names_alone_give_the_same_addresses() -> None:
    """What the store keeps of each object is enough to find it again by name."""
    raws: dict[str, dict[str, Any]] = {}
    for kind, id_, raw in OBJECTS:
        raws.setdefault(kind, {})[id_] = identity_fields(raw)
    assert name_all(raws) == state(*OBJECTS).ids


def test_identity_fields_leave_the_bulk_behind() -> None:
    raw = stacked("40", "KPIs", [tile("41")], folder={"id": "10", "name": "Sales", "child_count": 3})[2]
    assert identity_fields(raw) == {
        "id": "40",
        "title": "KPIs",
        "folder_id": "1",
        "folder": {"id": "10"},
        "dashboard_elements": [{"id": "41"}],
    }


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_identity_fields_of_what_is_no_object(raw: Any) -> None:
    assert identity_fields(raw) == {}


def integers(value: Any) -> Any:
    """Ids as the numbers that Looker sent before 22.0."""
    if isinstance(value, dict):
        return {k: _number(v) if k == "id" or k.endswith("_id") else integers(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_number(v) if isinstance(v, str) and v.isdecimal() else integers(v) for v in value]
    return value


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def test_ids_may_be_numbers_anywhere() -> None:
    assert state(*((k, i, integers(raw)) for k, i, raw in OBJECTS)) == state(*OBJECTS)


@given(st.permutations(OBJECTS))
def test_the_order_of_answers_changes_nothing(objects: list[Any]) -> None:
    assert state(*objects).resources == state(*OBJECTS).resources


@given(st.sets(st.sampled_from([k for k, v in KINDS.items() if v.listing])))
def test_kinds_that_were_not_read_leave_the_rest_whole(left_out: set[str]) -> None:
    """No answer about one kind may break another; what is not there shows as its id."""
    kept = [o for o in OBJECTS if o[0].partition(".")[0] not in left_out]
    built = state(*kept)
    assert len(built.resources) == len([o for o in kept if "." not in o[0]])

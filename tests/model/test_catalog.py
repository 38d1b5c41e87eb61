"""The contract that every kind keeps, so that a new one needs a declaration and nothing else here."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.catalog import KINDS, ON_REQUEST, closure
from lookervault.model.context import Context
from lookervault.model.fields import BODIES
from lookervault.model.kind import Identity, Kind
from lookervault.model.state import build_state
from lookervault.plan.change import Action, Change
from lookervault.plan.plan import Side, make_plan
from lookervault.plan.steps import draft_steps

from .raws import HOST, OTHER

EVERY = list(KINDS.values())
MANAGED = [k for k in EVERY if k.role == "managed"]
# what comes into being with something else is never made by a call of its own
MADE = [k for k in MANAGED if not k.of]
REFERENCE = [k for k in EVERY if k.role == "reference"]
LISTED = [k for k in EVERY if k.listing]

# fields that Looker takes when an object is made and never again
MADE_ONCE = {"user_attribute": {"hidden_value_domain_whitelist"}, "lookml_model": {"name"}}
# raw objects that each kind's guard must hold back
GUARDED: dict[str, list[dict[str, Any]]] = {
    "permission_set": [{"built_in": True}, {"all_access": True}],
    "model_set": [{"built_in": True}, {"all_access": True}],
    "user": [{"verified_looker_employee": True}, {"is_service_account": True}, {"email": None}],
    "dashboard": [{"readonly": True}],
    "group": [{"externally_managed": True}, {"include_by_default": True}, {"external_group_id": "x"}],
    "role": [
        {"internal": True},
        {"permission_set": {"id": 1, "all_access": True}, "model_set": {"id": 1, "all_access": True}},
    ],
    "lookml_model": [{"name": "system__activity"}],
    "theme": [{"name": "Looker"}, {"can": {"update": False}}],
    "user_attribute": [{"is_system": True}],
    "scheduled_plan": [{"run_once": True}, {"scheduled_plan_destination": []}],
    "folder": [{"is_shared_root": True}, {"is_personal": True}, {"is_embed": True}, {"external_id": "x"}],
}


def by_name(kinds: list[Kind]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", kinds, ids=[k.name for k in kinds])


def minimal(kind: Kind, **more: Any) -> dict[str, Any]:
    return {"id": "7", "name": "Seven", "title": "Seven", "label": "Seven", **more}


def planned(kind: Kind, raw: dict[str, Any]) -> list[Change]:
    """The changes that would bring one object to an empty instance."""
    desired = build_state(HOST, {kind.name: {"7": raw}}, {kind.name: "complete"})
    empty = build_state(OTHER, {}, {kind.name: "complete"})
    return make_plan(desired, empty, {}, Side(HOST), Side(OTHER)).changes


@by_name(EVERY)
def test_a_kind_goes_by_its_name(kind: Kind) -> None:
    assert KINDS[kind.name] is kind
    assert kind.name.isidentifier()
    assert kind.title


@by_name(MANAGED)
def test_written_fields_are_taken_by_a_request_body(kind: Kind) -> None:
    bodies = BODIES[kind.name]
    assert kind.fields
    assert set(kind.fields) <= set(bodies["create"])
    assert set(kind.fields) - set(bodies["update"]) <= MADE_ONCE.get(kind.name, set())
    assert {r.field for r in kind.refs if r.field} <= set(bodies["create"])


@by_name(MANAGED)
def test_no_field_is_also_a_reference(kind: Kind) -> None:
    assert not {r.field for r in kind.refs} & set(kind.fields)
    assert kind.sets <= set(kind.fields)
    assert kind.defaulted <= set(kind.fields)


@by_name(EVERY)
def test_references_lead_to_known_kinds_that_are_read_along(kind: Kind) -> None:
    for ref in kind.refs:
        assert KINDS[ref.kind].role != "value"
        requested = ON_REQUEST.get(kind.name) == ref.name  # then so is what it refers to
        assert requested or ref.kind in {kind.name, *closure([kind.name])}
        assert kind.ref(ref.name) is ref
    assert len({r.name for r in kind.refs}) == len(kind.refs)
    assert kind.ref("no such reference") is None


@by_name(EVERY)
def test_needs_are_known_kinds_that_can_be_read(kind: Kind) -> None:
    assert all(KINDS[need].listing for need in kind.needs)


@by_name([k for k in EVERY if k.role != "value"])
def test_what_is_listed_says_where(kind: Kind) -> None:
    assert kind.listing is not None
    assert kind.listing.path.startswith("/")
    assert kind.listing.page_size > 0
    assert all(facet.path.startswith("/") for facet in kind.facets)


@by_name(MANAGED)
def test_a_managed_kind_can_be_written(kind: Kind) -> None:
    assert kind.path.startswith("/")
    assert isinstance(kind.guard({}), str)


@by_name([k for k in EVERY if k.role != "value"])
def test_a_minimal_object_has_an_identity_and_an_address(kind: Kind) -> None:
    raw = minimal(kind)
    identity = kind.identity(raw, Context({}, {}))
    assert isinstance(identity, Identity)
    assert identity.name
    built = build_state(HOST, {kind.name: {"7": raw}}, {kind.name: "complete"})
    assert [r.id for r in built.resources.values()] == ["7"]


@by_name([k for k in EVERY if k.role != "value"])
def test_an_object_of_nothing_but_its_id_is_read_without_complaint(kind: Kind) -> None:
    built = build_state(HOST, {kind.name: {"7": {"id": 7}}}, {})
    assert len(built.resources) == 1


@by_name(MADE)
def test_each_action_on_a_managed_kind_has_steps(kind: Kind) -> None:
    name_field = "title" if "title" in kind.fields else kind.fields[0]
    after: dict[str, Any] = {name_field: "New", "folder": "f", "parent": "p"}
    created = draft_steps(
        Change(Action.CREATE, kind.name, f"{kind.name}:X", "X", "", {}, after), lambda x: True
    )
    assert created.main[0].method == "POST"
    assert not created.main[0].repeatable
    assert created.main[0].probe is not None
    assert created.main[0].binds[0].link.to == f"{kind.name}:X"
    change = Change(Action.UPDATE, kind.name, f"{kind.name}:X", "X", "7", {}, {name_field: "New"})
    (updated,) = draft_steps(change, lambda x: True).main
    assert (updated.method, updated.body) == ("PATCH", {name_field: "New"})
    if kind.patched:
        other = next(f for f in kind.fields if f not in kind.patched)
        change = Change(Action.UPDATE, kind.name, f"{kind.name}:X", "X", "7", {}, {other: "New"})
        (updated,) = draft_steps(change, lambda x: True).main
        assert updated.method == "PUT"
        assert updated.body[other] == "New"


@by_name(MANAGED)
def test_what_the_guard_holds_back_is_never_planned(kind: Kind) -> None:
    for flags in GUARDED.get(kind.name, []):
        raw = minimal(kind, **flags)
        (resource,) = build_state(HOST, {kind.name: {"7": raw}}, {}).resources.values()
        assert resource.guard
        assert planned(kind, raw) == []


@by_name(REFERENCE)
def test_reference_kinds_are_never_planned(kind: Kind) -> None:
    assert planned(kind, minimal(kind)) == []


@by_name(LISTED)
def test_the_closure_of_a_kind_is_closed_and_in_catalog_order(kind: Kind) -> None:
    found = closure([kind.name])
    assert kind.name in found
    assert all(need in found for name in found for need in KINDS[name].needs)
    assert found == [name for name in KINDS if name in found]


def test_every_guard_is_put_to_the_test() -> None:
    assert set(GUARDED) == {k.name for k in MANAGED if k.guard.__name__ != "<lambda>"}


def test_an_empty_closure_is_empty() -> None:
    assert closure([]) == []


@pytest.mark.parametrize(
    ("id_", "is_one"), [("shop::daily", True), ("12", False), (12, False), (None, False)]
)
def test_lookml_dashboards_are_told_by_their_id(id_: Any, is_one: bool) -> None:
    dashboard, lookml = KINDS["dashboard"].listing, KINDS["lookml_dashboard"].listing
    assert dashboard is not None and lookml is not None
    assert lookml.keep({"id": id_}) is is_one
    assert dashboard.keep({"id": id_}) is not is_one


def test_the_contract_would_see_a_change_that_is_planned() -> None:
    kind = KINDS["permission_set"]
    assert [c.address for c in planned(kind, minimal(kind))] == ["permission_set:Seven"]

"""Who owns what is made for somebody whom the target does not have."""

from __future__ import annotations

import pytest
from msgspec import structs

from lookervault.errors import PlanError
from lookervault.model.resource import State
from lookervault.model.values import Link
from lookervault.plan.plan import Plan, Side, make_plan
from lookervault.plan.policy import Policy
from model.raws import HOST, OTHER, Object, look, shared, state, user

from .making import said

GONE = "look:Shared/A: owner: user:Ann Doe#21 (has no e-mail) is not on the target"
ANN = user("21", None, first_name="Ann", last_name="Doe")
ADMIN, BEN = user("90", "admin@example.com"), user("91", "Ben@example.com")


def planned(missing_users: str, *observed: Object) -> Plan:
    desired = state(shared(), ANN, look("40", "A", user_id="21"))
    there: State = state(shared(), ADMIN, BEN, *observed, lookml_model="filtered", host=OTHER)
    there = structs.replace(there, caller="user:admin@example.com")
    return make_plan(desired, there, {}, Side(HOST), Side(OTHER), policy=Policy(missing_users=missing_users))


def owner(plan: Plan) -> object:
    return next(c for c in plan.changes if c.kind == "look").after.get("owner")


def test_nothing_is_said_of_the_owner_unless_that_is_asked_for() -> None:
    plan = planned("")
    assert owner(plan) is None
    assert said(plan) == [f"warning {GONE}"]


def test_a_missing_owner_can_be_an_error() -> None:
    assert said(planned("fail")) == [f"error {GONE}"]


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("caller", "user:admin@example.com"),
        ("ben@example.com", "user:ben@example.com"),
        ("BEN@example.com", "user:ben@example.com"),
        ("user:ben@example.com", "user:ben@example.com"),
    ],
)
def test_somebody_else_can_own_it(who: str, whom: str) -> None:
    plan = planned(who)
    assert owner(plan) == Link(whom)
    assert (whom, "", "90" if who == "caller" else "91") in plan.ids
    assert said(plan) == [f"warning {GONE}"]


def test_what_is_there_keeps_its_owner() -> None:
    for who in ("", "caller", "ben@example.com"):
        plan = planned(who, look("50", "A", user_id="91"))
        assert [c for c in plan.changes if c.kind == "look"] == []


def test_a_heir_must_be_known() -> None:
    with pytest.raises(PlanError, match="no user cleo@"):
        planned("cleo@example.com")

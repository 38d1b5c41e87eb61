from __future__ import annotations

from msgspec import structs

from lookervault.model.resource import State
from lookervault.model.values import Link
from model.raws import (
    OTHER,
    Object,
    group,
    holders,
    model_set,
    permission_set,
    role,
    state,
    user,
)

from .making import calls, plan_of

SETS = (permission_set("1", "Viewer", []), model_set("2", "Models", []))
ME, BOB = user("3", "me@example.com"), user("4", "bob@example.com")
READER = (*SETS, role("6", "Reader", "1", "2"))


def asked_by_me(observed: State) -> State:
    return structs.replace(observed, caller="user:me@example.com")


def held(*users: str, groups: tuple[str, ...] = ()) -> tuple[Object, ...]:
    return (*READER, *holders("6", list(users), list(groups)))


def test_who_asks_is_never_taken_out_of_his_roles() -> None:
    desired, observed = state(ME, *held()), asked_by_me(state(ME, BOB, *held("3", "4")))
    assert calls(plan_of(desired, observed)) == ['PUT /roles/<role:Reader>/users ["<user:me@example.com>"]']


def test_who_asks_is_never_taken_out_of_his_groups() -> None:
    kind, id_, raw = ME
    mine = (kind, id_, raw | {"group_ids": ["5"]})
    assert plan_of(state(ME, group("5", "T")), asked_by_me(state(mine, group("5", "T")))).changes == []


def test_others_may_be_taken_out() -> None:
    assert calls(plan_of(state(ME, *held()), asked_by_me(state(ME, BOB, *held("4"))))) == [
        "PUT /roles/<role:Reader>/users []"
    ]


def test_groups_of_the_identity_provider_keep_their_roles() -> None:
    saml, team = group("7", "SAML", externally_managed=True), group("8", "Team")
    observed = state(saml, team, *held(groups=("7", "8")), host=OTHER)
    plan = plan_of(state(team, *held()), observed)
    assert calls(plan) == ['PUT /roles/<role:Reader>/groups ["<group:SAML>"]']
    assert plan.changes[0].after == {"groups": [Link("group:SAML")]}


def test_with_nobody_but_those_there_is_no_change() -> None:
    saml = group("7", "SAML", externally_managed=True)
    assert plan_of(state(saml, *held()), state(saml, *held(groups=("7",)))).changes == []

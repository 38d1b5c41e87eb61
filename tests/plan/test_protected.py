from __future__ import annotations

from msgspec import structs

from lookervault.model.resource import State
from lookervault.model.values import Link
from model.raws import (
    OTHER,
    Object,
    group,
    holders,
    look,
    model_set,
    permission_set,
    role,
    shared,
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


def by_no_admin(observed: State) -> State:
    return structs.replace(observed, partial="the caller is no admin")


def test_who_is_no_admin_gives_nothing_to_others() -> None:
    theirs = look("10", "By me", user_id="3")
    plan = plan_of(state(ME, shared(), theirs), by_no_admin(state(ME, shared())))
    assert [("user_id" in s.body) for n in plan.nodes for s in n.steps if s.path == ["looks"]] == [False]
    mine = look("10", "By me", user_id="4")
    assert (
        plan_of(state(ME, BOB, shared(), theirs), by_no_admin(state(ME, BOB, shared(), mine))).changes == []
    )


def test_who_is_no_admin_replaces_no_lists_that_he_may_not_see_whole() -> None:
    team, two = group("7", "Team"), group("8", "Two")

    def side(*values: tuple[str, str]) -> State:
        rows = [
            {"group_id": group_id, "value": value, "rank": n} for n, (group_id, value) in enumerate(values)
        ]
        attribute = {"id": "9", "name": "region", "label": "Region", "type": "string"}
        told = (("user_attribute", "9", attribute), ("user_attribute.group_values", "9", rows))
        return state(team, two, BOB, *told, *held(*(["4"] if len(rows) > 1 else [])))

    wanted, there = side(("7", "EMEA"), ("8", "US")), side(("7", "APAC"))
    assert len(plan_of(wanted, there).changes) == 2
    assert plan_of(wanted, by_no_admin(there)).changes == []


def test_who_asks_is_not_shut_out() -> None:
    kind, id_, raw = ME
    off = (kind, id_, raw | {"is_disabled": True, "can_manage_api3_creds": False, "locale": "de_DE"})
    on = (kind, id_, raw | {"is_disabled": False, "can_manage_api3_creds": True, "locale": "en"})
    assert calls(plan_of(state(off), asked_by_me(state(on)))) == [
        'PATCH /users/<user:me@example.com> {"locale": "de_DE"}'
    ]
    (change,) = plan_of(state(off), state(on)).changes
    assert sorted(change.after) == ["can_manage_api3_creds", "is_disabled", "locale"]

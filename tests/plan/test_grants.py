"""Access lists are compared as what they will come to: access from above counts, loss from above too."""

from __future__ import annotations

import pytest

from lookervault.model.values import Link
from model.raws import OTHER, Object, access, folder, group, shared, state, user

from .making import plan_of, said

HERE = (
    shared(),
    folder("10", "Finance"),
    folder("11", "Close", "10"),
    group("31", "Team"),
    group("32", "Two"),
)
THERE = (
    shared("61"),
    folder("62", "Finance", "61"),
    folder("63", "Close", "62"),
    group("81", "Team"),
    group("82", "Two"),
)
FINANCE, CLOSE = "content_access:Shared/Finance", "content_access:Shared/Finance/Close"
Lists = dict[str, str] | None
TEAM, TWO = Link("group:Team"), Link("group:Two")

# the lists of Finance and Close as wanted and as they are, and what changes
CASES: dict[str, tuple[Lists, Lists, Lists, Lists, dict[str, tuple[object, object]]]] = {
    "an editor above need not be listed below": (
        {"group 31": "edit"},
        {"group 32": "view"},
        {"group 81": "edit"},
        {"group 81": "edit", "group 82": "view"},
        {},
    ),
    "nor be listed below on the target": (
        {"group 31": "edit"},
        {"group 31": "edit", "group 32": "view"},
        {"group 81": "edit"},
        {"group 82": "view"},
        {},
    ),
    "who is to edit above is not lowered below": (
        {"group 31": "edit"},
        {"group 31": "view"},
        {"group 81": "view"},
        {"group 81": "view"},
        {
            FINANCE: ({"may_view": [TEAM]}, {"may_edit": [TEAM]}),
            CLOSE: ({"may_view": [TEAM]}, {"may_edit": [TEAM]}),
        },
    ),
    "who loses the folder above is let in below again": (
        {"group 32": "edit"},
        {"group 31": "view", "group 32": "edit"},
        {"group 81": "view", "group 82": "edit"},
        {"group 81": "view", "group 82": "edit"},
        {FINANCE: ({"may_view": [TEAM]}, {}), CLOSE: ({}, {"may_view": [TEAM]})},
    ),
    "an editor who is lowered above stays one below": (
        {"group 31": "view"},
        {"group 31": "edit"},
        {"group 81": "edit"},
        {"group 82": "view"},
        {
            FINANCE: ({"may_edit": [TEAM]}, {"may_view": [TEAM]}),
            CLOSE: ({"may_view": [TWO]}, {"may_edit": [TEAM]}),
        },
    ),
    "who loses the folder above is not listed below": (
        {"group 32": "edit"},
        {"group 32": "edit"},
        {"group 81": "view", "group 82": "edit"},
        {"group 81": "view", "group 82": "edit"},
        {FINANCE: ({"may_view": [TEAM]}, {}), CLOSE: ({"may_view": [TEAM]}, {})},
    ),
    "what is inherited above counts as well": (
        None,
        {"group 32": "view"},
        None,
        {"group 82": "view"},
        {},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_changes(case: str) -> None:
    finance, close, finance_there, close_there, expected = CASES[case]
    root: Lists = {"group 31": "edit"} if finance is None else {}
    there: Lists = {"group 81": "edit"} if finance is None else {}
    desired = [*access("70", "1", root), *access("71", "10", finance), *access("72", "11", close)]
    observed = [
        *access("75", "61", there),
        *access("76", "62", finance_there),
        *access("77", "63", close_there),
    ]
    plan = plan_of(state(*HERE, *desired), state(*THERE, *observed, host=OTHER))
    assert {c.address: (c.before, c.after) for c in plan.changes} == expected


def test_lists_that_cannot_be_read_say_nothing() -> None:
    unread: Object = access("76", "62", {})[0]
    desired = state(
        *HERE, *access("71", "10", {"group 31": "edit"}), *access("72", "11", {"group 32": "view"})
    )
    observed = state(*THERE, unread, *access("77", "63", {"group 82": "view"}), host=OTHER)
    changes = plan_of(desired, observed).changes
    assert [(c.address, c.before, c.after) for c in changes] == [(CLOSE, {}, {"may_edit": [TEAM]})]


def test_what_is_not_known_to_be_wanted_above_is_not_taken_for_a_loss_below() -> None:
    unread: Object = access("71", "10", {})[0]
    desired = state(*HERE, unread, *access("72", "11", {"group 31": "edit"}))
    there = (*access("76", "62", {"group 81": "edit"}), *access("77", "63", {"group 81": "edit"}))
    assert plan_of(desired, state(*THERE, *there, host=OTHER)).changes == []


ANN, BEN = Link("user:ann@example.com"), Link("user:ben@example.com")
PEOPLE = (user("41", "ann@example.com", group_ids=["31"]), user("42", "ben@example.com"))


@pytest.mark.parametrize(
    ("above", "below", "shut"),
    [
        ({"user 41": "view"}, {"user 41": "edit"}, []),
        # by a group, and by a group in a group
        ({"group 31": "view"}, {"user 41": "view", "group 31": "edit"}, []),
        ({"group 32": "view"}, {"user 41": "view"}, []),
        ({"group 31": "view"}, {"user 42": "view"}, ["user:ben@example.com"]),
        ({"user 42": "view"}, {"group 32": "view", "user 42": "edit"}, ["group:Two"]),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_who_is_let_in_below_a_folder_that_is_shut_to_him_is_told(
    above: Lists, below: Lists, shut: list[str], known: bool
) -> None:
    """Where it is known who is in which group."""
    two = group("32", "Two", can_add_to_content_metadata=True, externally_managed=not known)
    team = group("31", "Team", can_add_to_content_metadata=True, parent_group_ids=["32"])
    objects = (*HERE[:3], team, two, *PEOPLE)
    desired = state(*objects, *access("71", "10", above), *access("72", "11", below))
    observed = state(*objects, *access("71", "10"), *access("72", "11"))
    told = [f"warning {CLOSE}: {x} has access here and none to folder:Shared/Finance" for x in shut]
    assert [line.partition(": Looker asks")[0] for line in said(plan_of(desired, observed))] == told
    assert said(plan_of(desired, desired)) == []

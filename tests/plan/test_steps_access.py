"""The calls that access lists take, as literal tables."""

from __future__ import annotations

import pytest

from lookervault.model.people import EVERYBODY
from lookervault.model.values import Link
from lookervault.plan.steps.step import Probe
from model.raws import HOST, OTHER, Object, access, folder, group, shared, state, user

from .making import calls, plan_of, said, summary, unresolvable

HERE = (
    shared(),
    folder("10", "Finance"),
    folder("11", "Close", "10"),
    group("31", "Team"),
    group("32", "All Users", include_by_default=True),
    user("21", "ann@example.com"),
)
THERE = (
    shared("61"),
    folder("62", "Finance", "61"),
    folder("63", "Close", "62"),
    group("81", "Team"),
    group("82", "All Users", include_by_default=True),
    user("83", "ann@example.com"),
)
ME = "content_access:Shared/Finance"
TEAM, ALL, ANN = "group:Team", "group:All Users", "user:ann@example.com"


ASK = "GET /content_metadata_access"


def grant(verb: str, who: str, permission: str) -> str:
    field = f"{who.partition(':')[0]}_id"
    path = f"/<{ME} grant:{who}>" if verb == "PUT" else ""
    body = f'{{"content_metadata_id": "<{ME}>", "{field}": "<{who}>", "permission_type": "{permission}"}}'
    return f"{verb} /content_metadata_access{path} {body}"


def given(who: str, permission: str) -> list[str]:
    return [grant(verb, who, permission) for verb in ("PUT", "POST")]


def taken(who: str) -> str:
    return f"DELETE /content_metadata_access/<{ME} grant:{who}>"


def switch(inherits: str) -> str:
    return f'PATCH /content_metadata/<{ME}> {{"inherits": {inherits}}}'


Lists = dict[str, str] | None

CASES: list[tuple[str, Lists, Lists, list[str]]] = [
    ("both inherit", None, None, []),
    (
        "the same",
        {"group 31": "edit", "user 21": "view"},
        {"user 83": "view", "group 81": "edit"},
        [],
    ),
    (
        "one more",
        {"group 31": "edit", "user 21": "view"},
        {"group 81": "edit"},
        [ASK, *given(ANN, "view")],
    ),
    ("one fewer", {"group 31": "edit"}, {"group 81": "edit", "user 83": "view"}, [ASK, taken(ANN)]),
    ("another permission", {"group 31": "view"}, {"group 81": "edit"}, [ASK, *given(TEAM, "view")]),
    (
        "ends to inherit",
        {"group 31": "view"},
        None,
        [switch("false"), ASK, *given(TEAM, "view"), taken(ALL)],
    ),
    ("begins to inherit", None, {"group 81": "view"}, [switch("true")]),
    (
        "below the root everybody loses what is not said",
        {"group 31": "edit"},
        {"group 81": "edit", "group 82": "edit"},
        [ASK, taken(ALL)],
    ),
]
ROOT = access("70", "1", {"group 32": "view"})
ROOT_THERE = access("75", "61", {"group 82": "view"})


@pytest.mark.parametrize(("want", "have", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_it_takes(want: Lists, have: Lists, expected: list[str]) -> None:
    desired = state(*HERE, *ROOT, *access("71", "10", want))
    observed = state(*THERE, *ROOT_THERE, *access("76", "62", have), host=OTHER)
    plan = plan_of(desired, observed)
    assert plan.errors == []
    assert calls(plan) == expected


def test_the_grants_of_a_list_are_asked_for_by_its_metadata() -> None:
    desired = state(*HERE, *access("71", "10", {"group 31": "view"}))
    plan = plan_of(desired, state(*THERE, *access("76", "62", {}), host=OTHER))
    get, put, post = plan.nodes[0].steps
    assert get.query == {"content_metadata_id": Link(ME)}
    (bind,) = get.binds
    assert (bind.link, bind.select, bind.optional) == (
        Link(ME, f"grant:{TEAM}"),
        [{"group_id": Link(TEAM)}, "id"],
        True,
    )
    assert put.optional
    assert (post.unless, post.accepted, post.repeatable) == (bind.link, "already has access", False)
    assert post.probe == Probe(["content_metadata_access"], ["group_id"], {"content_metadata_id": Link(ME)})
    assert (ME, "", "76") in plan.ids


def test_a_new_folder_tells_its_metadata() -> None:
    desired = state(*HERE, *access("71", "10", {"group 31": "view"}), *access("72", "11", None))
    roots = [o for o in THERE if o[1] not in ("62", "63")]
    plan = plan_of(desired, state(*roots, host=OTHER))
    assert summary(plan) == [f"+ {ME}", "+ folder:Shared/Finance", "+ folder:Shared/Finance/Close"]
    assert list(unresolvable(plan)) == []
    (node,) = (n for n in plan.nodes if n.id == ME)
    assert node.waits == ["folder:Shared/Finance"]
    assert node.steps[0].path == ["content_metadata", Link("folder:Shared/Finance", "metadata:")]
    assert node.steps[0].binds[0].link == Link(ME)


def test_a_folder_whose_list_was_not_seen_is_asked_for_its_metadata() -> None:
    desired = state(*HERE, *access("71", "10", {"group 31": "view"}))
    plan = plan_of(desired, state(*THERE, host=OTHER))
    assert calls(plan)[0] == "GET /folders/<folder:Shared/Finance>"
    assert list(unresolvable(plan)) == []


def test_lists_are_settled_from_the_top_down_once_groups_have_their_members() -> None:
    lists = [
        *access("70", "1", {"group 31": "edit"}),
        *access("71", "10", {"group 31": "edit"}),
        *access("72", "11", {"group 31": "edit"}),
    ]
    desired = state(*HERE[:3], *HERE[4:], group("31", "Team", can_add_to_content_metadata=True), *lists)
    observed = [*access("75", "61", {}), *access("76", "62", {}), *access("77", "63", {})]
    plan = plan_of(desired, state(*THERE, *observed, host=OTHER))
    assert {n.id: n.waits for n in plan.nodes} == {
        "group:Team": [],
        "content_access:Shared": ["group:Team"],
        ME: ["content_access:Shared", "group:Team"],
        f"{ME}/Close": ["content_access:Shared", ME, "group:Team"],
    }


def test_what_may_be_copied_from_above_is_taken_away() -> None:
    lists = [*access("70", "1", {"user 21": "view"}), *access("71", "10", {"group 31": "edit"})]
    observed = [*access("75", "61", {"group 82": "view"}), *access("76", "62", None)]
    plan = plan_of(state(*HERE, *lists), state(*THERE, *observed, host=OTHER))
    (node,) = (n for n in plan.nodes if n.id == ME)
    assert [s.path[-1] for s in node.steps if s.method == "DELETE"] == [
        Link(ME, f"grant:{ALL}"),
        Link(ME, f"grant:{ANN}"),
    ]


ROOTS: list[tuple[str, dict[str, str], list[str]]] = [
    ("unsaid", {"group 31": "edit"}, ["may_edit"]),
    ("said", {"group 31": "view", "group 32": "edit"}, ["may_edit", "may_view"]),
]


@pytest.mark.parametrize(("want", "changed"), [r[1:] for r in ROOTS], ids=[r[0] for r in ROOTS])
def test_everybody_keeps_the_shared_folders_unless_told_otherwise(
    want: dict[str, str], changed: list[str]
) -> None:
    desired = state(*HERE, *access("70", "1", want))
    plan = plan_of(desired, state(*THERE, *ROOT_THERE, host=OTHER))
    (change,) = plan.changes
    assert sorted({*change.before, *change.after}) == changed
    assert not any(s.method == "DELETE" for n in plan.nodes for s in n.steps)


def test_everybody_is_told_by_what_looker_says_of_the_group() -> None:
    built = state(group("32", "All Users", include_by_default=True, externally_managed=True))
    assert built.resources["group:All Users"].guard == EVERYBODY


def test_who_is_not_on_the_target_is_left_out() -> None:
    desired = state(*HERE, *access("71", "10", {"group 31": "edit", "user 99": "edit"}))
    plan = plan_of(desired, state(*THERE, *access("76", "62", {}), host=OTHER))
    assert [c.after for c in plan.changes] == [{"may_edit": [Link(TEAM)]}]
    assert f"warning {ME}: may_edit: user:#99 is not on the target" in said(plan)


def test_unreadable_grants_are_no_reason_to_change_any() -> None:
    unread: Object = access("76", "62", {})[0]
    desired = state(*HERE, *access("71", "10", {"group 31": "edit"}))
    assert plan_of(desired, state(*THERE, unread, host=OTHER)).changes == []


def test_a_renamed_folder_keeps_its_list() -> None:
    renamed = [("folder", "10", {**HERE[1][2], "name": "Money"}) if o[1] == "10" else o for o in HERE]
    lists = access("71", "10", {"group 31": "edit"})
    there = access("76", "62", {"group 81": "edit"})
    plan = plan_of(state(*renamed, *lists), state(*THERE, *there, host=OTHER), {("folder", "10"): "62"})
    assert summary(plan) == ["~ folder:Shared/Money"]


@pytest.mark.parametrize("worth", ["denied", "unsupported"])
def test_what_the_target_does_not_list_is_not_planned(worth: str) -> None:
    desired = state(*HERE, *access("71", "10", {"group 31": "edit"}))
    plan = plan_of(desired, state(*THERE, host=OTHER, content_access=worth))  # type: ignore[arg-type]
    assert plan.changes == []
    assert "warning content_access: left out: the target does not list its access lists" in said(plan)


def test_on_one_instance_the_caller_is_not_locked_out() -> None:
    desired = state(*HERE, *access("71", "10", {"group 31": "edit"}))
    observed = state(*HERE, *access("71", "10", {"group 31": "edit", "user 21": "edit"}))
    observed.caller = ANN
    assert observed.host == HOST
    assert plan_of(desired, observed).changes == []

from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.resource import State
from lookervault.model.values import Link
from lookervault.plan.plan import Plan
from model.raws import (
    HOST,
    OTHER,
    QUERY,
    Object,
    alert,
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

from .making import plan_of, said, summary, the_change, unresolvable

ANN = user("3", "ann@example.com")
SSO = user("4", "sso@example.com", credentials_email=None)
SETS = (permission_set("1", "Viewer", ["see_looks"]), model_set("2", "Models", ["shop"]))


def here(*objects: Object) -> State:
    return state(shared(), users_root(), lookml_model("shop"), *objects)


def there(*objects: Object) -> State:
    return state(shared(), users_root(), lookml_model("shop"), *objects, host=OTHER)


def test_an_owner_who_is_not_on_the_target_is_left_alone_with_a_warning() -> None:
    desired = here(SSO, dashboard("5", "D", user_id="4", description="new"))
    observed = there(ANN, dashboard("95", "D", user_id="3", description="old"))
    plan = plan_of(desired, observed)
    assert the_change(plan).after == {"description": "new"}
    assert said(plan) == [
        "warning dashboard:Shared/D: owner: user:sso@example.com "
        "(logs in without an e-mail credential) is not on the target"
    ]


def test_content_of_an_owner_who_is_not_on_the_target_is_created_without_one() -> None:
    plan = plan_of(here(SSO, dashboard("5", "D", user_id="4")), there())
    assert "owner" not in the_change(plan).after
    assert [f.level for f in plan.findings] == ["warning"]


def test_an_owner_who_comes_with_the_plan_is_kept() -> None:
    plan = plan_of(here(ANN, dashboard("5", "D", user_id="3")), there())
    assert summary(plan) == ["+ dashboard:Shared/D", "+ user:ann@example.com"]
    assert plan.changes[0].after["owner"] == Link("user:ann@example.com")
    assert said(plan) == []


def test_members_who_cannot_be_had_are_left_out_one_by_one() -> None:
    ann, sso = ANN[2] | {"group_ids": ["7"]}, SSO[2] | {"group_ids": ["7"]}
    desired = here(("user", "3", ann), ("user", "4", sso), group("7", "Team"))
    plan = plan_of(desired, there(user("93", "ann@example.com"), group("97", "Team")))
    assert the_change(plan).after == {"users": [Link("user:ann@example.com")]}
    assert len(plan.findings) == 1
    assert "user:sso@example.com" in plan.findings[0].message


def test_a_group_of_nobody_but_whom_nobody_can_have_is_no_change() -> None:
    sso = SSO[2] | {"group_ids": ["7"]}
    plan = plan_of(here(("user", "4", sso), group("7", "Team")), there(group("97", "Team")))
    assert plan.changes == []
    assert len(plan.findings) == 1


def test_holders_on_the_target_who_cannot_be_had_here_are_no_change() -> None:
    """On one instance: somebody holds a role whom the caller may not see."""
    both = (*SETS, role("6", "Reader", "1", "2"), *holders("6", ["77"], []))
    assert plan_of(state(*both), state(*both)).changes == []


def test_a_role_keeps_an_unseen_holder_when_another_comes() -> None:
    """The list is replaced as a whole, so who is not seen must be sent by the id that is known."""
    reader = (*SETS, ANN, role("6", "Reader", "1", "2"))
    plan = plan_of(state(*reader, *holders("6", ["77", "3"], [])), state(*reader, *holders("6", ["77"], [])))
    assert the_change(plan).after["users"] == [Link("user:#77"), Link("user:ann@example.com")]
    assert ("user:#77", "", "77") in plan.ids
    assert list(unresolvable(plan)) == []


def personal(*objects: Object, owner: Object = SSO) -> State:
    home = folder("20", "Home", "2", is_personal=True)
    kind, id_, raw = owner
    return here(home, (kind, id_, raw | {"personal_folder_id": "20"}), *objects)


def test_a_dashboard_in_the_home_of_somebody_unmapped_is_left_out_with_a_warning() -> None:
    plan = plan_of(personal(dashboard("5", "D", "20")), there())
    assert plan.changes == []
    assert said(plan) == [
        "warning dashboard:@user:sso@example.com/D: left out: "
        "folder:@user:sso@example.com (a personal folder) is not on the target"
    ]


def test_what_lies_below_what_is_left_out_is_left_out_too() -> None:
    plan = plan_of(personal(folder("21", "Drafts", "20"), look("30", "L", "21")), there())
    assert plan.changes == []
    assert said(plan) == [
        "warning folder:@user:sso@example.com/Drafts: left out: "
        "folder:@user:sso@example.com (a personal folder) is not on the target",
        "warning look:@user:sso@example.com/Drafts/L: left out: "
        "folder:@user:sso@example.com/Drafts is left out",
    ]


def test_a_home_comes_with_its_user() -> None:
    plan = plan_of(personal(folder("21", "Drafts", "20"), dashboard("5", "D", "21"), owner=ANN), there())
    assert summary(plan) == [
        "+ dashboard:@user:ann@example.com/Drafts/D",
        "+ folder:@user:ann@example.com/Drafts",
        "+ user:ann@example.com",
    ]
    assert said(plan) == []
    assert list(unresolvable(plan)) == []


def test_a_home_that_the_target_does_not_show_takes_no_content() -> None:
    """The user is there, the folder is not to be seen: a service account has none."""
    desired = personal(dashboard("5", "D", "20"), owner=ANN)
    assert summary(plan_of(desired, there(user("93", "ann@example.com")))) == []


def test_a_folder_that_only_looks_personal_is_an_ordinary_one() -> None:
    plan = plan_of(here(folder("21", "@user:bob@example.com"), dashboard("5", "D", "21")), there())
    assert summary(plan) == [
        "+ dashboard:Shared/@user:bob@example.com/D",
        "+ folder:Shared/@user:bob@example.com",
    ]


def dashboard_of(*tiles: dict[str, Any]) -> Object:
    return stacked("5", "D", list(tiles))


def labels(plan: Plan) -> list[str]:
    return [f"{p.action.value} {p.label}" for p in the_change(plan).parts if p.kind == "element"]


def test_a_tile_of_a_look_that_is_gone_is_left_out_with_a_warning() -> None:
    plan = plan_of(
        here(dashboard_of({"id": "1", "title": "Gone", "look_id": "77"}, tile("2", "Here"))), there()
    )
    assert labels(plan) == ["+ Here"]
    assert said(plan) == [
        'warning dashboard:Shared/D: element "Gone" is left out: look:#77 is gone at the source'
    ]


def test_a_merge_tile_that_could_not_be_read_is_left_out_with_a_warning() -> None:
    plan = plan_of(here(dashboard_of({"id": "1", "title": "M", "merge_result_id": "m9"})), there())
    assert labels(plan) == []
    assert said(plan) == [
        'warning dashboard:Shared/D: element "M" is left out: merge query m9 is gone at the source'
    ]


def test_a_tile_whose_query_could_not_be_read_is_left_out_with_a_warning() -> None:
    plan = plan_of(here(dashboard_of({"id": "1", "type": "vis", "title": "Q", "query_id": "404"})), there())
    assert labels(plan) == []
    assert len(plan.findings) == 1


SOURCELESS = [
    pytest.param(
        {"id": "1", "type": "vis", "title": "X", "result_maker": {"sql_query_id": "7"}}, id="SQL Runner"
    ),
    pytest.param({"id": "1", "type": "vis", "title": "X", "filter_id": "404"}, id="filter gone"),
    pytest.param({"id": "1", "type": "vis", "title": "X"}, id="nothing"),
]


@pytest.mark.parametrize("raw", SOURCELESS)
def test_a_tile_without_a_source_that_can_be_written_is_left_out_with_a_warning(raw: dict[str, Any]) -> None:
    """Looker refuses an element that is no text and has no source (resource notes, 4.6)."""
    plan = plan_of(here(dashboard_of(raw, tile("2", "B"))), there())
    assert labels(plan) == ["+ B"]
    assert [f.level for f in plan.findings] == ["warning"]
    assert plan_of(here(dashboard_of(raw)), here(dashboard_of(raw))).changes == []


BROKEN = [
    pytest.param({"id": "1", "title": "Broken", "look_id": "77"}, id="look"),
    pytest.param({"id": "1", "title": "Broken", "merge_result_id": "m9"}, id="merge"),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_tile_that_stands_on_both_sides_is_no_change(broken: dict[str, Any]) -> None:
    assert plan_of(here(dashboard_of(broken)), here(dashboard_of(broken))).changes == []


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_tile_that_is_gone_on_its_own_instance_is_not_made_again(broken: dict[str, Any]) -> None:
    desired, observed = here(dashboard_of(broken, tile("2", "B"))), here(dashboard_of(tile("2", "A")))
    plan = plan_of(desired, observed)
    assert "+ Broken" not in labels(plan)
    assert list(unresolvable(plan)) == []
    assert [f.level for f in plan.findings] == ["warning"]


def test_a_merge_tile_that_can_be_read_now_is_no_reason_to_lose_it() -> None:
    """The snapshot could not read what the instance shows now: nothing may be concluded from that."""
    raw = {"id": "1", "title": "M", "merge_result_id": "m9"}
    merge = ("merge_query", "m9", {"id": "m9", "source_queries": [{"name": "a", "query_id": "9001"}]})
    plan = plan_of(here(dashboard_of(raw)), here(dashboard_of(raw), merge, ("query", "9001", QUERY)))
    assert plan.changes == []


def test_a_look_whose_folder_is_nowhere_is_an_error() -> None:
    plan = plan_of(here(look("30", "L", "99")), there())
    assert plan.changes == []
    assert [f.message for f in plan.errors] == [
        "refers to folder:#99, which is neither desired nor on the target"
    ]


def test_a_role_whose_sets_are_built_in_finds_them_by_name() -> None:
    sets = [permission_set("1", "Admin", [], built_in=True), model_set("2", "All", [], built_in=True)]
    plan = plan_of(state(*sets, role("6", "R", "1", "2")), state(*sets, host=OTHER))
    assert summary(plan) == ["+ role:R"]
    assert said(plan) == []


def test_settled_plans_of_one_instance_say_nothing_of_what_both_sides_lack() -> None:
    both = here(SSO, dashboard("5", "D", user_id="98"), look("30", "L", "99"))
    plan = plan_of(both, both)
    assert plan.changes == []
    assert plan.errors == []
    assert both.host == HOST


def test_a_look_that_is_left_out_leaves_out_its_element_and_not_the_dashboard() -> None:
    private = folder("9", "SSO", "2", is_personal=True, creator_id="4")
    owner = user("4", "sso@example.com", credentials_email=None, personal_folder_id="9")
    shown = [tile("t1", "Kept"), tile("t2", "Lost", query_id=None, query=None, look_id="30")]
    desired = here(owner, private, look("30", "L", "9"), stacked("5", "D", shown))
    plan = plan_of(desired, there())
    (change,) = (c for c in plan.changes if c.kind == "dashboard")
    assert [p.label for p in change.parts if p.kind == "element"] == ["Kept"]
    assert (
        'warning dashboard:Shared/D: element "Lost" is left out: look:@user:sso@example.com/L is left out'
        in said(plan)
    )
    assert list(unresolvable(plan)) == []


def test_an_alert_is_left_out_with_the_element_it_watches() -> None:
    private = folder("9", "SSO", "2", is_personal=True, creator_id="4")
    owner = user("4", "sso@example.com", credentials_email=None, personal_folder_id="9")
    shown = [tile("41", "Lost", query_id=None, query=None, look_id="30")]
    desired = here(owner, private, look("30", "L", "9"), stacked("40", "D", shown), alert("1"))
    plan = plan_of(desired, there())
    assert "alert" not in {c.kind for c in plan.changes}
    assert any("left out: the element of dashboard:Shared/D is left out" in line for line in said(plan))
    assert list(unresolvable(plan)) == []

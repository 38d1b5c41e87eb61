from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.context import Context
from lookervault.model.naming import identity_fields, name_all
from lookervault.model.people import user_identity
from lookervault.model.resource import Resource, State
from lookervault.model.state import build_state
from lookervault.model.values import Link
from lookervault.plan.pair import pair

from .raws import (
    HOST,
    OTHER,
    Object,
    folder,
    group,
    holders,
    model_set,
    only,
    permission_set,
    role,
    shared,
    state,
    user,
)

SETS = (permission_set("1", "Viewer", ["see_looks"]), model_set("2", "Sales", ["shop"]))
ADMIN_SETS = (
    permission_set("8", "Admin", [], built_in=True, all_access=True),
    model_set("9", "All", [], built_in=True, all_access=True),
)


def the_user(**more: Any) -> Resource:
    kind, id_, raw = user("3", "ann@example.com")
    return only(state((kind, id_, raw | more)), "user")


def the_group(*objects: Object, name: str = "Team", **more: Any) -> Resource:
    return state(group("5", name, **more), *objects).resources[f"group:{name}"]


def the_role(*objects: Object, **more: Any) -> Resource:
    return only(state(*SETS, role("4", "Reader", "1", "2", **more), *objects), "role")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ({"email": "Ann@Example.COM "}, "ann@example.com"),
        ({"credentials_email": {"email": "Ann@example.com"}}, "ann@example.com"),
        ({"email": None, "credentials_email": None}, "#3"),
        ({}, "#3"),
    ],
)
def test_a_user_goes_by_mail_in_lower_case(raw: dict[str, Any], name: str) -> None:
    assert only(state(("user", "3", {"id": 3, **raw})), "user").name == name


def test_a_users_content_is_what_may_be_written_and_the_mail() -> None:
    noise = {
        "avatar_url": "https://a.example.com/a.png",
        "sessions": [{"id": 1}],
        "ui_state": {"x": "y"},
        "logged_in_at": "2024-01-01",
        "display_name": "Ann Lee",
        "role_ids": ["1"],
        "group_ids": ["1"],
        "credentials_api3": [{"id": "1"}],
        "personal_folder_id": "20",
    }
    found = the_user(
        first_name="Ann", last_name="", is_disabled=False, locale="en", home_folder_id=1, **noise
    )
    assert found.attributes == {
        "first_name": "Ann",
        "is_disabled": False,
        "locale": "en",
        "email": "ann@example.com",
        "home_folder": Link("folder:#1"),
    }


def test_links_for_password_and_set_up_are_no_content() -> None:
    credential = {
        "email": "ann@example.com",
        "password_reset_url": "https://x/1",
        "account_setup_url": "https://x/2",
    }
    assert "https://x" not in repr(the_user(credentials_email=credential))


@pytest.mark.parametrize(
    ("more", "guard"),
    [
        ({}, ""),
        ({"verified_looker_employee": True}, "a Looker support user"),
        ({"is_service_account": True}, "a service account"),
        ({"credentials_email": None}, "logs in without an e-mail credential"),
        ({"email": None, "credentials_email": None}, "has no e-mail"),
    ],
)
def test_which_users_are_only_mapped(more: dict[str, Any], guard: str) -> None:
    assert the_user(**more).guard == guard


def test_members_of_a_group_come_from_what_users_and_groups_say_of_themselves() -> None:
    ann, bob = user("3", "ann@example.com", group_ids=["5"]), user("4", "bob@example.com", group_ids=[5, 9])
    inner = group("6", "Inner", parent_group_ids=["5"])
    assert the_group(bob, ann, inner).attributes == {
        "name": "Team",
        "users": [Link("user:ann@example.com"), Link("user:bob@example.com")],
        "groups": [Link("group:Inner")],
    }


def test_a_group_without_members_has_no_member_lists() -> None:
    assert the_group().attributes == {"name": "Team"}
    assert the_group().unknown == ()


def test_members_are_unknown_where_users_may_not_be_listed() -> None:
    assert only(state(group("5", "Team"), user="denied"), "group").unknown == ("users",)


def test_nesting_is_unknown_where_no_group_tells_its_parents() -> None:
    bare = ("group", "5", {"id": "5", "name": "Team"})
    assert only(state(bare), "group").unknown == ("groups",)
    assert only(state(bare, user="unsupported"), "group").unknown == ("users", "groups")


@pytest.mark.parametrize(
    ("more", "guard"),
    [
        ({}, ""),
        ({"externally_managed": True}, "externally managed"),
        ({"include_by_default": True}, "holds every user"),
        ({"external_group_id": "saml-7"}, "an embed group"),
        ({"externally_managed": False, "include_by_default": None, "external_group_id": ""}, ""),
    ],
)
def test_which_groups_are_only_mapped(more: dict[str, Any], guard: str) -> None:
    assert the_group(**more).guard == guard


def test_a_role_links_its_two_sets_and_its_direct_holders() -> None:
    people = (user("3", "ann@example.com"), group("5", "Team"), *holders("4", ["3"], ["5"]))
    found = the_role(*people)
    assert found.attributes == {
        "name": "Reader",
        "permission_set": Link("permission_set:Viewer"),
        "model_set": Link("model_set:Sales"),
        "users": [Link("user:ann@example.com")],
        "groups": [Link("group:Team")],
    }
    assert found.unknown == ()


def test_the_order_of_holders_is_no_content() -> None:
    people = (user("3", "ann@example.com"), user("4", "bob@example.com"))
    one, other = (the_role(*people, *holders("4", ids, [])) for ids in (["3", "4"], ["4", "3"]))
    assert one == other


def test_a_role_that_nobody_holds_is_known_to_be_held_by_nobody() -> None:
    found = the_role(*holders("4", [], []))
    assert "users" not in found.attributes
    assert found.unknown == ()


@pytest.mark.parametrize(("facet", "unknown"), [("role.users", ("groups",)), ("role.groups", ("users",))])
def test_holders_are_unknown_where_they_could_not_be_read(facet: str, unknown: tuple[str, ...]) -> None:
    assert the_role((facet, "4", [])).unknown == unknown
    assert the_role().unknown == ("users", "groups")


def test_a_holder_that_was_not_seen_is_kept_by_its_id() -> None:
    assert the_role(*holders("4", ["77"], [])).attributes["users"] == [Link("user:#77")]


def test_the_admin_role_is_only_mapped() -> None:
    embedded = {
        "permission_set": {"id": "8", "all_access": True},
        "model_set": {"id": "9", "all_access": True},
    }
    assert the_role(*ADMIN_SETS, **embedded).guard == "the admin role"


def test_a_role_with_one_set_of_everything_is_managed() -> None:
    embedded = {"permission_set": {"id": "1"}, "model_set": {"id": "9", "all_access": True}}
    found = the_role(*ADMIN_SETS, **embedded)
    assert found.guard == ""
    assert found.attributes["model_set"] == Link("model_set:All")


def test_roles_of_looker_itself_are_only_mapped() -> None:
    assert the_role(internal=True).guard == "internal to Looker"


def test_a_role_without_sets_is_managed() -> None:
    assert the_role(permission_set=None, model_set=None).attributes == {"name": "Reader"}


@pytest.mark.parametrize("flag", ["built_in", "all_access"])
def test_built_in_sets_are_only_mapped(flag: str) -> None:
    assert only(state(permission_set("1", "Admin", [], **{flag: True})), "permission_set").guard == "built in"
    assert only(state(model_set("1", "All", [], **{flag: True})), "model_set").guard == "built in"


def test_the_order_of_permissions_and_models_is_no_content() -> None:
    one = only(state(permission_set("1", "P", ["b", "a"])), "permission_set")
    other = only(state(permission_set("9", "P", ["a", "b"])), "permission_set")
    assert one.attributes == other.attributes == {"name": "P", "permissions": ["a", "b"]}


def test_a_home_folder_is_a_link() -> None:
    built = state(shared(), folder("7", "Sales"), user("3", "ann@example.com", home_folder_id="7"))
    assert only(built, "user").attributes["home_folder"] == Link("folder:Shared/Sales")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ({"email": "Ann@Example.com "}, "ann@example.com"),
        ({"credentials_email": {"email": "a@x.io"}}, "a@x.io"),
        ({"credentials_saml": {"email": "A@x.io", "saml_user_id": "s1"}}, "a@x.io"),
        ({"credentials_saml": {"email": None, "saml_user_id": "s1"}}, "saml:s1"),
        ({"credentials_oidc": {"oidc_user_id": "o1"}}, "oidc:o1"),
        ({"credentials_ldap": {"ldap_id": None, "ldap_dn": "cn=ann,dc=x"}}, "ldap:cn=ann,dc=x"),
        ({"credentials_google": {"google_user_id": "g1"}}, "google:g1"),
        ({"credentials_embed": [{"external_user_id": "e/1"}]}, "embed:e/1"),
        ({"service_account_name": "loader", "is_service_account": True}, "service:loader"),
    ],
)
def test_a_user_goes_by_a_key_that_holds_on_every_instance(raw: dict[str, Any], name: str) -> None:
    for id_ in ("7", "8"):
        identity = user_identity({"id": id_, "first_name": "Ann", **raw}, Context({}, {}))
        assert (identity.name, identity.local) == (name, False)


def test_a_user_without_a_key_goes_by_a_name_that_people_know() -> None:
    told = {"id": "7", "first_name": "Ann", "last_name": "Doe", "credentials_api3": [{"client_id": "c"}]}
    identity = user_identity(told, Context({}, {}))
    assert (identity.name, identity.local) == ("Ann Doe#7", True)
    assert user_identity({"id": "7"}, Context({}, {})).name == "#7"


def test_users_and_their_folders_are_named_alike_from_a_part_of_what_is_known_of_them() -> None:
    embed = {"id": "7", "credentials_embed": [{"external_user_id": "e/1"}], "personal_folder_id": "70"}
    saml = {
        "id": "8",
        "credentials_saml": {"saml_user_id": "s1"},
        "first_name": "S",
        "personal_folder_id": "80",
    }
    nobody = {"id": "9", "first_name": "Ann", "last_name": "Doe", "personal_folder_id": "90"}
    people = {raw["id"]: raw for raw in (embed, saml, nobody)}
    folders = {
        f"{i}0": {"id": f"{i}0", "name": "Same", "parent_id": None, "is_personal": True} for i in people
    }
    raws = {"user": people, "folder": folders}
    slim = {kind: {i: identity_fields(raw) for i, raw in rows.items()} for kind, rows in raws.items()}
    assert name_all(slim) == name_all(raws)
    assert set(name_all(raws).values()) == {
        *("user:embed:e\\/1", "user:saml:s1", "user:Ann Doe#9"),
        *("folder:@user:embed:e\\/1", "folder:@user:saml:s1", "folder:@user:Ann Doe#9"),
    }


def test_embed_users_of_two_instances_are_the_same_and_so_are_their_folders() -> None:
    def side(id_: str, host: str) -> State:
        person = {
            "id": id_,
            "credentials_embed": [{"external_user_id": "e/1"}],
            "personal_folder_id": f"{id_}0",
        }
        own = {"id": f"{id_}0", "name": "x", "parent_id": None, "is_personal": True}
        mine = {"id": f"{id_}1", "title": "Mine", "folder_id": f"{id_}0", "user_id": id_}
        raws = {"user": {id_: person}, "folder": {f"{id_}0": own}, "dashboard": {f"{id_}1": mine}}
        return build_state(host, raws, dict.fromkeys(raws, "complete"))

    sides = pair(side("7", HOST), side("9", OTHER), {})
    assert set(sides.pairing.how.values()) == {"name"}
    assert len(sides.pairing.observed) == 3

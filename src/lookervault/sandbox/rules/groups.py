"""Groups, their members and their nesting (resource notes, section 4.11)."""

from __future__ import annotations

from collections.abc import Callable

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import KINDS, Kind, can, present, register
from lookervault.sandbox.problems import forbidden, invalid, missing, not_found, taken
from lookervault.sandbox.router import GONE, Ask, Page, listing, operation
from lookervault.sandbox.rules import membership
from lookervault.sandbox.state import Record, State


def _check_name(state: State, name: object, own_id: str | None) -> None:
    if not name:
        raise missing("name")
    for other in state.where("group", "name", name):
        if other["id"] != own_id:
            raise taken("name", f"Name {name} has already been taken")


def _check_changeable(group: Record) -> None:
    if group["externally_managed"]:
        raise forbidden("externally managed groups cannot be changed")


def _clean(body: Record) -> Record:
    """Null becomes false (resource notes, section 2.4)."""
    name = "can_add_to_content_metadata"
    return {**body, name: bool(body[name])} if name in body else dict(body)


def create(state: State, body: Record) -> Record:
    """An empty group."""
    _check_name(state, body.get("name"), None)
    record: Record = {"can_add_to_content_metadata": True, **_clean(body), "id": None}
    record |= {"externally_managed": False, "include_by_default": False, "external_group_id": None}
    return state.add("group", {**record, "_user_ids": [], "_group_ids": []})


def change(state: State, found: Record, changes: Record) -> None:
    """Another name or use in access lists."""
    _check_changeable(found)
    if "name" in changes:
        _check_name(state, changes["name"], found["id"])
    state.change("group", found, _clean(changes))


def remove(state: State, found: Record) -> None:
    """The group, its memberships and its roles; not if that costs the caller the Admin role."""
    _check_changeable(found)
    holders = [role for role in state.rows("role") if found["id"] in role["_group_ids"]]
    with membership.keeping_admin(state, "role", holders):
        for role in holders:
            state.change("role", role, {"_group_ids": _without(role["_group_ids"], found["id"])})
    for parent in membership.parents_of(state, found["id"]):
        state.change("group", parent, {"_group_ids": _without(parent["_group_ids"], found["id"])})
    state.drop("group", found)


def _without(ids: list[str], gone: str) -> list[str]:
    return [each for each in ids if each != gone]


def add_user(state: State, group: Record, user_id: object) -> Record:
    """Puts a user into a group; a member stays one."""
    _check_changeable(group)
    if not user_id:
        raise missing("user_id")
    user = state.find("user", user_id)
    if user["id"] not in group["_user_ids"]:
        membership.check_normal_groups(user)
        state.change("group", group, {"_user_ids": [*group["_user_ids"], user["id"]]})
    return user


def add_group(state: State, group: Record, child_id: object) -> Record:
    """Nests a group; circles are refused."""
    _check_changeable(group)
    if not child_id:
        raise missing("group_id")
    child = state.find("group", child_id)
    if child["include_by_default"] or child["id"] in membership.with_parents(state, [group]):
        raise invalid("group_id", "a group cannot hold itself, directly or through others")
    if child["id"] not in group["_group_ids"]:
        state.change("group", group, {"_group_ids": [*group["_group_ids"], child["id"]]})
    return child


def take_out(state: State, group: Record, field: str, member_id: str) -> None:
    """Ends a membership; 404 when there is none."""
    _check_changeable(group)
    if member_id not in group[field]:
        raise not_found()
    if field == "_user_ids":
        membership.check_normal_groups(state.find("user", member_id))
    with membership.keeping_admin(state, "group", [group]):
        state.change("group", group, {field: _without(group[field], member_id)})


def show(state: State, group: Record) -> Record:
    """A group with the number of its members."""
    members = membership.members_of(state, group)
    return present(
        models.Group,
        group,
        user_count=len(members),
        contains_current_user=any(user["id"] == state.caller_id for user in members),
        can=can(group, "add_to_content_metadata", writable=not group["externally_managed"]),
    )


def _with_roles(state: State, group: Record) -> Record:
    held = [role for role in state.rows("role") if group["id"] in role["_group_ids"]]
    return {**show(state, group), "roles": [KINDS["role"].show(state, role) for role in held]}


def _with_hierarchy(state: State, group: Record) -> Record:
    """All Users counts as a parent of every group (resource notes, section 4.11)."""
    everybody = membership.all_users_group(state)
    parents = [everybody["id"]] if group is not everybody else []
    parents += [parent["id"] for parent in membership.parents_of(state, group["id"])]
    held = [role["id"] for role in state.rows("role") if group["id"] in role["_group_ids"]]
    return {**show(state, group), "parent_group_ids": parents, "role_ids": held}


GROUP = register(Kind("group", show, create, change, remove))
endpoints.serve(GROUP, admin=endpoints.WRITES)


def _find(state: State, ask: Ask) -> Record:
    return state.find("group", ask.id("group_id"))


@operation("all_groups", "GET", "/groups")
def _all_groups(state: State, ask: Ask) -> Page:
    columns = {"ids": lambda group: group["id"]}
    skip = frozenset({"content_metadata_id"})
    return listing(ask, state.rows("group"), lambda group: show(state, group), columns=columns, skip=skip)


def _search(name: str, path: str, give: Callable[[State, Record], Record]) -> None:
    def found(state: State, ask: Ask) -> Page:
        skip = frozenset({"externally_orphaned"})
        return listing(ask, state.rows("group"), lambda group: give(state, group), skip=skip)

    operation(name, "GET", path)(found)


_search("search_groups", "/groups/search", show)
_search("search_groups_with_roles", "/groups/search/with_roles", _with_roles)
_search("search_groups_with_hierarchy", "/groups/search/with_hierarchy", _with_hierarchy)


@operation("all_group_users", "GET", "/groups/{group_id}/users")
def _all_group_users(state: State, ask: Ask) -> Page:
    members = membership.members_of(state, _find(state, ask))
    return listing(ask, members, lambda user: KINDS["user"].show(state, user))


@operation("add_group_user", "POST", "/groups/{group_id}/users", admin=True)
def _add_group_user(state: State, ask: Ask) -> Record:
    return KINDS["user"].show(state, add_user(state, _find(state, ask), ask.body.get("user_id")))


@operation("delete_group_user", "DELETE", "/groups/{group_id}/users/{user_id}", admin=True)
def _delete_group_user(state: State, ask: Ask) -> object:
    take_out(state, _find(state, ask), "_user_ids", ask.id("user_id"))
    return GONE


@operation("all_group_groups", "GET", "/groups/{group_id}/groups")
def _all_group_groups(state: State, ask: Ask) -> list[Record]:
    return [show(state, state.find("group", child)) for child in _find(state, ask)["_group_ids"]]


@operation("add_group_group", "POST", "/groups/{group_id}/groups", admin=True)
def _add_group_group(state: State, ask: Ask) -> Record:
    return show(state, add_group(state, _find(state, ask), ask.body.get("group_id")))


@operation("delete_group_from_group", "DELETE", "/groups/{group_id}/groups/{deleting_group_id}", admin=True)
def _delete_group_from_group(state: State, ask: Ask) -> object:
    take_out(state, _find(state, ask), "_group_ids", ask.id("deleting_group_id"))
    return GONE

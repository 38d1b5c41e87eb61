"""Who is in which group and has which role; groups hold `_user_ids` and `_group_ids`, roles likewise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lookervault.sandbox.problems import forbidden
from lookervault.sandbox.state import Record, State

# who may give a user roles and groups: fields of a user with their usual values (section 4.10)
LOGIN_RULES: Record = {
    "roles_externally_managed": False,
    "allow_direct_roles": True,
    "allow_normal_group_membership": True,
    "allow_roles_from_normal_groups": True,
}


def check_direct_roles(user: Record) -> None:
    """403 where only groups, or only the identity provider, give this user roles."""
    if user.get("roles_externally_managed") or user.get("allow_direct_roles") is False:
        raise forbidden(f"cannot modify roles for user {user['id']}")


def check_normal_groups(user: Record) -> None:
    """403 where only the identity provider puts this user into groups."""
    if user.get("allow_normal_group_membership") is False:
        raise forbidden(f"cannot modify groups of user {user['id']}")


def all_users_group(state: State) -> Record:
    """The group everybody is in."""
    return state.where("group", "include_by_default", True)[0]


def groups_of(state: State, user_id: str) -> list[Record]:
    """The groups a user is in directly, All Users among them."""
    rows = state.rows("group")
    return [group for group in rows if group["include_by_default"] or user_id in group["_user_ids"]]


def parents_of(state: State, group_id: str) -> list[Record]:
    """The groups that hold a group directly."""
    return [group for group in state.rows("group") if group_id in group["_group_ids"]]


def with_parents(state: State, groups: list[Record]) -> dict[str, Record]:
    """Groups and all that hold them, by id."""
    found: dict[str, Record] = {}
    waiting = list(groups)
    while waiting:
        group = waiting.pop()
        if group["id"] not in found:
            found[group["id"]] = group
            waiting += parents_of(state, group["id"])
    return found


def members_of(state: State, group: Record) -> list[Record]:
    """The users directly in a group; nested groups are not opened (resource notes, section 4.11)."""
    if group["include_by_default"]:
        return state.rows("user")
    return [state.find("user", user_id) for user_id in group["_user_ids"]]


def roles_of(state: State, user_id: str, *, direct: bool) -> list[Record]:
    """A user's roles: given to him, and unless `direct` those of his groups too."""
    groups = set() if direct else with_parents(state, groups_of(state, user_id)).keys()
    rows = state.rows("role")
    return [role for role in rows if user_id in role["_user_ids"] or groups & set(role["_group_ids"])]


def is_admin_role(state: State, role: Record) -> bool:
    """Whether a role gives everything on all models."""
    permissions = state.peek("permission_set", role["permission_set_id"]) or {}
    models = state.peek("model_set", role["model_set_id"]) or {}
    return bool(permissions.get("all_access") and models.get("all_access"))


def is_admin(state: State, user_id: str) -> bool:
    """Whether a user has the Admin role, directly or by a group."""
    return any(is_admin_role(state, role) for role in roles_of(state, user_id, direct=False))


def may(state: State, user_id: str, permission: str) -> bool:
    """Whether a user has a permission by any of his roles."""
    keys = [role["permission_set_id"] for role in roles_of(state, user_id, direct=False)]
    sets = [state.peek("permission_set", key) or {} for key in keys]
    return any(each.get("all_access") or permission in each.get("permissions", ()) for each in sets)


@contextmanager
def keeping_admin(state: State, kind: str, records: list[Record]) -> Iterator[None]:
    """Takes membership changes of these records back if they cost the caller the Admin role."""
    names = ("_user_ids", "_group_ids")
    before = [{name: list(record[name]) for name in names} for record in records]
    had = is_admin(state, state.caller_id)
    yield
    if had and not is_admin(state, state.caller_id):
        for record, old in zip(records, before, strict=True):
            state.change(kind, record, old)
        raise forbidden("This would remove the last admin, or your own Admin role.")

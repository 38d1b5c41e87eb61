"""Roles and who has them (resource notes, section 4.12)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import KINDS, Kind, can, present, register
from lookervault.sandbox.problems import forbidden, immutable, missing, taken
from lookervault.sandbox.router import Ask, Page, listing, operation
from lookervault.sandbox.rules.membership import check_direct_roles, is_admin_role, keeping_admin, roles_of
from lookervault.sandbox.state import Record, State


def _checked(state: State, wanted: Record, own_id: str | None) -> None:
    lacking = [n for n in ("name", "permission_set_id", "model_set_id") if not wanted.get(n)]
    if lacking:
        raise missing(*lacking)
    state.find("permission_set", wanted["permission_set_id"])
    state.find("model_set", wanted["model_set_id"])
    for other in state.where("role", "name", wanted["name"]):
        if other["id"] != own_id:
            raise taken("name", f"Name {wanted['name']} has already been taken")


def create(state: State, body: Record) -> Record:
    """A role nobody has yet."""
    _checked(state, body, None)
    more: Record = {"id": None, "internal": False, "_user_ids": [], "_group_ids": []}
    return state.add("role", {**body, **more})


def change(state: State, found: Record, changes: Record) -> None:
    """Another name or other sets; Admin and internal roles stay as they are."""
    _check_changeable(state, found)
    changes = {key: value for key, value in changes.items() if value is not None}
    _checked(state, {**found, **changes}, found["id"])
    state.change("role", found, changes)


def remove(state: State, found: Record) -> None:
    """The role; who had it loses it."""
    _check_changeable(state, found)
    state.drop("role", found)


def _check_changeable(state: State, role: Record) -> None:
    if role["internal"] or is_admin_role(state, role):
        raise immutable("this role cannot be changed")


def set_users(state: State, role: Record, user_ids: list[str]) -> None:
    """Replaces all who have the role directly."""
    known = [state.find("user", user_id)["id"] for user_id in dict.fromkeys(user_ids)]
    for user_id in set(known) ^ set(role["_user_ids"]):
        check_direct_roles(state.find("user", user_id))
    with keeping_admin(state, "role", [role]):
        state.change("role", role, {"_user_ids": known})


def set_groups(state: State, role: Record, group_ids: list[str]) -> None:
    """Replaces the groups of the role; those managed outside must be given as they are."""
    known = [state.find("group", group_id)["id"] for group_id in dict.fromkeys(group_ids)]
    for group_id in set(known) ^ set(role["_group_ids"]):
        group = state.find("group", group_id)
        if group["externally_managed"] and not group["include_by_default"]:
            raise forbidden(f"cannot modify roles for group {group['name']}")
    with keeping_admin(state, "role", [role]):
        state.change("role", role, {"_group_ids": known})


def set_roles(state: State, user: Record, role_ids: list[str]) -> None:
    """Replaces the roles a user has directly."""
    wanted = {state.find("role", role_id)["id"] for role_id in role_ids}
    had = {role["id"] for role in roles_of(state, user["id"], direct=True)}
    changed = [state.find("role", role_id) for role_id in sorted(wanted ^ had)]
    if changed:
        check_direct_roles(user)
    with keeping_admin(state, "role", changed):
        for role in changed:
            others = [user_id for user_id in role["_user_ids"] if user_id != user["id"]]
            mine = [user["id"]] if role["id"] in wanted else []
            state.change("role", role, {"_user_ids": others + mine})


def show(state: State, role: Record) -> Record:
    """A role with its sets; the ids of the sets are write-only."""
    url = f"{state.host}/api/4.0/roles/{role['id']}"
    fixed = role["internal"] or is_admin_role(state, role)
    shown = present(
        models.Role,
        role,
        permission_set=KINDS["permission_set"].show(
            state, state.find("permission_set", role["permission_set_id"])
        ),
        model_set=KINDS["model_set"].show(state, state.find("model_set", role["model_set_id"])),
        url=url,
        users_url=f"{url}/users",
        can=can(role, writable=not fixed),
    )
    return {k: v for k, v in shown.items() if k not in ("permission_set_id", "model_set_id")}


ROLE = register(Kind("role", show, create, change, remove))
endpoints.serve(ROLE, admin=endpoints.ALL)

COLUMNS = {
    "permission_set_ids": lambda role: role["permission_set_id"],
    "model_set_ids": lambda role: role["model_set_id"],
}


def _find(state: State, ask: Ask) -> Record:
    return state.find("role", ask.id("role_id"))


@operation("all_roles", "GET", "/roles", admin=True)
def _all_roles(state: State, ask: Ask) -> list[Record]:
    wanted = set(ask.query["ids"].split(",")) if ask.query.get("ids") else None
    rows = [role for role in state.rows("role") if ask.flag("get_all_support_roles") or not role["internal"]]
    return [show(state, role) for role in rows if wanted is None or role["id"] in wanted]


@operation("search_roles", "GET", "/roles/search", admin=True)
def _search_roles(state: State, ask: Ask) -> Page:
    rows = [role for role in state.rows("role") if not role["internal"]]
    columns = {**COLUMNS, "built_in": lambda role: is_admin_role(state, role)}
    return listing(ask, rows, lambda role: show(state, role), columns=columns)


@operation("search_roles_with_user_count", "GET", "/roles/search/with_user_count", admin=True)
def _search_roles_with_user_count(state: State, ask: Ask) -> Page:
    page = _search_roles(state, ask)
    for row in page.items:
        row["user_count"] = len(_holders(state, state.find("role", row["id"]), direct=False))
    return page


def _holders(state: State, role: Record, *, direct: bool) -> list[Record]:
    if direct:
        return [state.find("user", user_id) for user_id in role["_user_ids"]]
    return [u for u in state.rows("user") if role in roles_of(state, u["id"], direct=False)]


@operation("role_users", "GET", "/roles/{role_id}/users", admin=True)
def _role_users(state: State, ask: Ask) -> list[Record]:
    holders = _holders(state, _find(state, ask), direct=ask.flag("direct_association_only"))
    return [KINDS["user"].show(state, user) for user in holders]


@operation("set_role_users", "PUT", "/roles/{role_id}/users", admin=True)
def _set_role_users(state: State, ask: Ask) -> list[Record]:
    found = _find(state, ask)
    set_users(state, found, ask.body)
    return [KINDS["user"].show(state, user) for user in _holders(state, found, direct=True)]


def _groups(state: State, role: Record) -> list[Record]:
    return [KINDS["group"].show(state, state.find("group", group_id)) for group_id in role["_group_ids"]]


@operation("role_groups", "GET", "/roles/{role_id}/groups", admin=True)
def _role_groups(state: State, ask: Ask) -> list[Record]:
    return _groups(state, _find(state, ask))


@operation("set_role_groups", "PUT", "/roles/{role_id}/groups", admin=True)
def _set_role_groups(state: State, ask: Ask) -> list[Record]:
    found = _find(state, ask)
    set_groups(state, found, ask.body)
    return _groups(state, found)


@operation("user_roles", "GET", "/users/{user_id}/roles", admin=True)
def _user_roles(state: State, ask: Ask) -> list[Record]:
    user = state.find("user", ask.id("user_id"))
    held = roles_of(state, user["id"], direct=ask.flag("direct_association_only"))
    return [show(state, each) for each in held]


@operation("set_user_roles", "PUT", "/users/{user_id}/roles", admin=True)
def _set_user_roles(state: State, ask: Ask) -> list[Record]:
    user = state.find("user", ask.id("user_id"))
    set_roles(state, user, ask.body)
    return [show(state, each) for each in roles_of(state, user["id"], direct=True)]

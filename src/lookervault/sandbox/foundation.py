"""What every instance has before anybody has made anything: roots, built-ins, one admin."""

from __future__ import annotations

from lookervault.sandbox.rules import attributes, colors, folders, grants, themes, users
from lookervault.sandbox.rules.sets import PERMISSIONS
from lookervault.sandbox.state import Record, State


def lay(state: State) -> None:
    """Root folders, All Users, the Admin role with its sets, the admin with his key; colors and a theme."""
    _roots(state)
    everybody: Record = {"id": None, "name": "All Users", "external_group_id": None, "_user_ids": []}
    flags = ("externally_managed", "include_by_default", "can_add_to_content_metadata")
    group = state.add("group", {**everybody, **dict.fromkeys(flags, True), "_group_ids": []})
    _first_grants(state, group)
    admin_role = _built_in(state, "Admin", all_access=True, permissions=sorted(PERMISSIONS), internal=False)
    support = ["access_data", "see_looks", "see_users"]
    _built_in(state, "Support Basic Editor", all_access=False, permissions=support, internal=True)
    _internal_model(state)
    attributes.lay(state)
    colors.lay_standard(state)
    themes.lay_default(state)
    admin = users.create(state, {"first_name": "Avery", "last_name": "Admin"})
    state.change("role", admin_role, {"_user_ids": [admin["id"]]})
    users.add_api_key(state, admin, state.client_id, state.client_secret)
    email = users.create_email(state, admin, {"email": "admin@example.com"})
    state.change("credentials_email", email, {"is_disabled": False, "logged_in_at": state.now()})
    state.caller_id = admin["id"]


def _roots(state: State) -> None:
    folders.new_folder(state, "Shared", None, is_shared_root=True)
    folders.new_folder(state, "Users", None, is_users_root=True)
    folders.new_folder(state, "Embed Groups", None, is_embed_shared_root=True)
    folders.new_folder(state, "Embed Users", None, is_embed_users_root=True)
    folders.new_folder(state, "LookML Dashboards", None, id=folders.LOOKML)


def _first_grants(state: State, everybody: Record) -> None:
    """All Users may edit the shared folders and see the other roots; the embed roots are for admins."""
    shared = folders.root(state, "is_shared_root")
    grants.give(state, shared, grants.EDIT, group_id=everybody["id"])
    for folder in (folders.root(state, "is_users_root"), state.find("folder", folders.LOOKML)):
        grants.give(state, folder, grants.VIEW, group_id=everybody["id"])


def _built_in(state: State, name: str, *, all_access: bool, permissions: list[str], internal: bool) -> Record:
    """A role that comes with the instance, with a permission set of the same name."""
    flags = {"id": None, "built_in": True, "all_access": all_access}
    permission_set = state.add("permission_set", {**flags, "name": name, "permissions": permissions})
    everything = state.where("model_set", "name", "All")
    if not everything:
        everything = [state.add("model_set", {**flags, "name": "All", "models": []})]
    record: Record = {"id": None, "name": name, "internal": internal, "_user_ids": [], "_group_ids": []}
    sets = {"permission_set_id": permission_set["id"], "model_set_id": everything[0]["id"]}
    return state.add("role", {**record, **sets})


def _internal_model(state: State) -> None:
    """The model of Looker's own activity, listed only with `include_internal`."""
    record: Record = {
        "id": "system__activity",
        "name": "system__activity",
        "project_name": "system__activity",
    }
    record |= {"allowed_db_connection_names": [], "unlimited_db_connections": True, "_internal": True}
    state.add("lookml_model", record)

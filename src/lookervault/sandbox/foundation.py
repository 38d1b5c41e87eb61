"""What every instance has before anybody has made anything: roots, built-ins, one admin."""

from __future__ import annotations

from lookervault.sandbox.rules import folders, users
from lookervault.sandbox.rules.sets import PERMISSIONS
from lookervault.sandbox.state import Record, State


def lay(state: State) -> None:
    """Root folders, All Users, the Admin role with its sets, and the admin with his key."""
    _roots(state)
    everybody: Record = {"id": None, "name": "All Users", "external_group_id": None, "_user_ids": []}
    flags = ("externally_managed", "include_by_default", "can_add_to_content_metadata")
    state.add("group", {**everybody, **dict.fromkeys(flags, True), "_group_ids": []})
    admin_role = _built_in(state, "Admin", all_access=True, permissions=sorted(PERMISSIONS), internal=False)
    support = ["access_data", "see_looks", "see_users"]
    _built_in(state, "Support Basic Editor", all_access=False, permissions=support, internal=True)
    _internal_model(state)
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

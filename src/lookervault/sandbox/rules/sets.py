"""Permissions, permission sets and model sets (resource notes, section 4.12)."""

from __future__ import annotations

from typing import Any

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.problems import immutable, invalid, missing, taken
from lookervault.sandbox.router import Ask, Page, listing, operation
from lookervault.sandbox.state import Record, State

# permission: the permission it depends on, as Looker's documentation lists them
PERMISSIONS: dict[str, str | None] = {
    "access_data": None,
    "administer": None,
    "can_create_forecast": "explore",
    "can_see_system_activity": None,
    "clear_cache_refresh": "access_data",
    "create_alerts": "see_looks",
    "create_custom_fields": "explore",
    "create_prefetches": None,
    "create_public_looks": "save_content",
    "create_table_calculations": "explore",
    "deploy": "develop",
    "develop": "see_lookml",
    "download_with_limit": "see_looks",
    "download_without_limit": "see_looks",
    "embed_browse_spaces": None,
    "explore": "see_looks",
    "follow_alerts": "see_looks",
    "login_special_email": None,
    "manage_groups": None,
    "manage_models": "develop",
    "manage_spaces": None,
    "manage_user_attributes": None,
    "save_content": "see_looks",
    "save_dashboards": "save_content",
    "save_looks": "save_content",
    "schedule_external_look_emails": "schedule_look_emails",
    "schedule_look_emails": "see_looks",
    "see_alerts": None,
    "see_drill_overlay": "access_data",
    "see_logs": None,
    "see_lookml": "see_looks",
    "see_lookml_dashboards": "access_data",
    "see_looks": "access_data",
    "see_pdts": "access_data",
    "see_queries": "see_users",
    "see_schedules": "see_users",
    "see_sql": "see_lookml",
    "see_system_activity": None,
    "see_user_dashboards": "see_looks",
    "see_users": None,
    "send_outgoing_webhook": "see_looks",
    "send_to_integration": "see_looks",
    "send_to_s3": "see_looks",
    "send_to_sftp": "see_looks",
    "sudo": "see_users",
    "support_access_toggle": None,
    "update_datagroups": None,
    "use_sql_runner": "see_lookml",
}


def models_of(state: State, model_set: Record) -> list[str]:
    """The models of a set; the set of all follows the instance."""
    if model_set["all_access"]:
        return sorted(m["name"] for m in state.rows("lookml_model") if not m.get("_internal"))
    return list(model_set["models"])


def _check_name(state: State, kind: str, name: object, own_id: str | None) -> None:
    if not name:
        raise missing("name")
    for other in state.where(kind, "name", name):
        if other["id"] != own_id:
            raise taken("name", f"Name {name} has already been taken")


def _members(body: Record, field: str) -> Record:
    """The list of a set without repeats, sorted as the server keeps it."""
    if field not in body:
        return {}
    names = sorted(set(body[field] or []))
    unknown = [name for name in names if field == "permissions" and name not in PERMISSIONS]
    if unknown:
        raise invalid(field, f"unknown permission: {', '.join(unknown)}")
    return {field: names}


def _check_changeable(record: Record) -> None:
    if record["built_in"] or record["all_access"]:
        raise immutable("built-in sets cannot be changed")


def _create(state: State, kind: str, field: str, body: Record) -> Record:
    _check_name(state, kind, body.get("name"), None)
    flags = {"id": None, "built_in": False, "all_access": False}
    return state.add(kind, {field: [], **body, **_members(body, field), **flags})


def _change(state: State, kind: str, field: str, found: Record, changes: Record) -> None:
    _check_changeable(found)
    if "name" in changes:
        _check_name(state, kind, changes["name"], found["id"])
    state.change(kind, found, {**changes, **_members(changes, field)})


def _remove(state: State, kind: str, found: Record) -> None:
    _check_changeable(found)
    if state.where("role", f"{kind}_id", found["id"]):
        raise immutable("this set is used by a role")
    state.drop(kind, found)


def _show(state: State, kind: str, found: Record) -> Record:
    fixed = found["built_in"] or found["all_access"]
    computed: dict[str, Any] = {"url": f"{state.host}/api/4.0/{kind}s/{found['id']}"}
    if kind == "model_set":
        computed["models"] = models_of(state, found)
    model = models.ModelSet if kind == "model_set" else models.PermissionSet
    return present(model, found, **computed, can=can(found, writable=not fixed))


def _declare(kind: str, field: str) -> Kind:
    """One of the two kinds of set, with its endpoints; they differ in name and in what they list."""
    declared = register(
        Kind(
            kind,
            lambda state, found: _show(state, kind, found),
            lambda state, body: _create(state, kind, field, body),
            lambda state, found, changes: _change(state, kind, field, found, changes),
            lambda state, found: _remove(state, kind, found),
        )
    )
    endpoints.serve(declared, admin=endpoints.ALL)

    def show_all(state: State, ask: Ask) -> list[Record]:
        return [_show(state, kind, found) for found in state.rows(kind)]

    def search_sets(state: State, ask: Ask) -> Page:
        return listing(ask, state.rows(kind), lambda found: _show(state, kind, found))

    operation(f"all_{kind}s", "GET", f"/{kind}s", admin=True)(show_all)
    operation(f"search_{kind}s", "GET", f"/{kind}s/search", admin=True)(search_sets)
    return declared


_declare("permission_set", "permissions")
_declare("model_set", "models")


@operation("all_permissions", "GET", "/permissions", admin=True)
def _all_permissions(state: State, ask: Ask) -> list[Record]:
    return [
        {"permission": name, "parent": parent, "description": name.replace("_", " ").capitalize(), "can": {}}
        for name, parent in PERMISSIONS.items()
    ]

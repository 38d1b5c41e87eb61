"""Database connections (resource notes, section 4.18)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.problems import forbidden, invalid, missing, not_found, taken
from lookervault.sandbox.router import Ask, operation
from lookervault.sandbox.state import Record, State

SECRETS = ("password", "certificate", "file_type", "user_attr_certificate")
OVERRIDE = "pdt_context_override"
DEFAULTS: Record = {
    "db_timezone": "UTC",
    "max_connections": 30,
    "pool_timeout": 120,
    "ssl": False,
    "verify_ssl": True,
    "user_attribute_fields": [],
    "user_db_credentials": False,
}


def fetch(state: State, name: str) -> Record:
    """A connection by its name, in whatever case it is given."""
    for found in state.rows("connection"):
        if found["name"].casefold() == name.casefold():
            return found
    raise not_found()


def _without_secrets(body: Record) -> Record:
    """A body without what is never given back; that there is a password is remembered."""
    kept = {key: value for key, value in body.items() if key.removeprefix("pdt_") not in SECRETS}
    if body.get("password") or body.get("pdt_password"):
        kept["has_password"] = True
    if kept.get(OVERRIDE):
        kept[OVERRIDE] = {"has_password": False, **_without_secrets(kept[OVERRIDE])}
    return kept


def create(state: State, body: Record) -> Record:
    """A connection; its name is unique in any case, and stays."""
    lacking = [name for name in ("name", "dialect_name") if not body.get(name)]
    if lacking:
        raise missing(*lacking)
    if any(other["name"].casefold() == body["name"].casefold() for other in state.rows("connection")):
        raise taken("name", f"Connection {body['name']} already exists")
    given = {key: DEFAULTS.get(key) if value is None else value for key, value in body.items()}
    made = {"created_at": state.now(), "user_id": state.caller_id or None, "has_password": False}
    flags = {"managed": False, "example": False}
    record = {**DEFAULTS, **made, **_without_secrets(given), **flags}
    return state.add("connection", {**record, "id": record["name"]})


def change(state: State, found: Record, changes: Record) -> None:
    """New settings; a secret that is not given stays."""
    _check_changeable(found)
    if changes.get("name", found["name"]) != found["name"]:
        raise invalid("name", "a connection keeps its name")
    if not changes.get("dialect_name", found["dialect_name"]):
        raise missing("dialect_name")
    given = {key: DEFAULTS.get(key) if value is None else value for key, value in changes.items()}
    state.change("connection", found, _without_secrets(given))


def remove(state: State, found: Record) -> None:
    """The connection; models that use it stop working."""
    _check_changeable(found)
    state.drop("connection", found)


def _check_changeable(found: Record) -> None:
    if found["managed"]:
        raise forbidden("this connection is managed by Looker")


def show(state: State, found: Record) -> Record:
    """A connection without its secrets; it has no id but its name."""
    dialect = str(found["dialect_name"])
    shown = present(
        models.DBConnection,
        found,
        dialect={"name": dialect, "label": dialect.replace("_", " ").title()},
        snippets=[],
        pdts_enabled=bool(found.get("tmp_db_name")),
        can=can(found, "test", "explore", writable=not found["managed"]),
    )
    return {key: value for key, value in shown.items() if key not in ("id", *SECRETS)}


CONNECTION = register(Kind("connection", show, create, change, remove))
endpoints.serve(CONNECTION, find=fetch, key="connection_name", admin=endpoints.WRITES)


@operation("all_connections", "GET", "/connections")
def _all_connections(state: State, ask: Ask) -> list[Record]:
    return [show(state, found) for found in state.rows("connection")]

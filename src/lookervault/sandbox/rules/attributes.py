"""User attributes (resource notes, section 4.13)."""

from __future__ import annotations

import re
from typing import Any

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints, search
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.problems import immutable, invalid, missing, not_found, taken
from lookervault.sandbox.router import Ask, operation
from lookervault.sandbox.rules.membership import is_admin
from lookervault.sandbox.state import Record, State

SIMPLE_TYPES = ("string", "number", "datetime", "yesno", "zipcode", "relative_url", "file")
TYPES = (*SIMPLE_TYPES, *(f"advanced_filter_{name}" for name in ("string", "number", "datetime")))
FLAGS = ("value_is_hidden", "user_can_view", "user_can_edit", "needed_for_ci_run")
BLANK: Record = {
    **dict.fromkeys(("default_value", "hidden_value_domain_whitelist", "value_for_ci_run")),
    **dict.fromkeys(FLAGS, False),
    "type": "string",
}
# what a recorded instance shows in the place of the default of a hidden attribute
MASK = "DEFAULT_IS_SET"
# the built-in ones as recorded: name, label, and whether people may edit their own value
FIXED = (
    ("first_name", "First Name", True),
    ("last_name", "Last Name", True),
    ("email", "Email", False),
    ("name", "Full Name", True),
    ("timezone", "Timezone", True),
    ("id", "Looker User ID", False),
    ("ldap_user_id", "LDAP External User ID", False),
    ("saml_user_id", "Saml External User ID", False),
    ("google_user_id", "Google Auth External User ID", False),
    ("oidc_user_id", "OpenID Connect External User ID", False),
)
# built in too, but with values to set: the type and the default come on top
SETTABLE = (
    ("locale", "Locale", False, "string", "en"),
    ("number_format", "Number Format", False, "string", "1,234.56"),
    ("landing_page", "Landing Page", True, "relative_url", "/browse"),
)


def lay(state: State) -> None:
    """The attributes every instance has."""
    for name, label, editable in FIXED:
        _built_in(state, name, label, editable)
    for name, label, editable, kind, default in SETTABLE:
        _built_in(state, name, label, editable, type=kind, default_value=default)


def _built_in(state: State, name: str, label: str, editable: bool, **more: str) -> None:
    seen = {"user_can_view": True, "user_can_edit": editable}
    fixed = {"id": None, "is_system": True, "is_permanent": True}
    state.add("user_attribute", {**BLANK, "name": name, "label": label, **seen, **more, **fixed})


def is_settable(attribute: Record) -> bool:
    """Whether there are values to set: not where Looker itself knows them."""
    return all(attribute["name"] != name for name, _, _ in FIXED)


def fits(attribute: Record, value: object) -> bool:
    """Whether a value is one of the attribute's type."""
    if attribute["type"] == "number":
        return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None
    if attribute["type"] == "yesno":
        return value in ("yes", "no")
    return attribute["type"] != "relative_url" or str(value).startswith("/")


def check_value(attribute: Record, value: object, field: str = "value") -> None:
    """422 for a value that is not one of the attribute's type."""
    if not fits(attribute, value):
        raise invalid(field, f"is not valid for the type {attribute['type']}")


def _clean(body: Record) -> Record:
    """Null becomes false (resource notes, section 2.4)."""
    return {key: bool(value) if key in FLAGS else value for key, value in body.items()}


def _check(state: State, wanted: Record) -> None:
    lacking = [name for name in ("name", "label", "type") if not wanted.get(name)]
    if lacking:
        raise missing(*lacking)
    if not re.fullmatch(r"[a-z0-9_]+", wanted["name"]):
        raise invalid("name", "may only hold lower-case letters, digits and underscores")
    if wanted["type"] not in TYPES:
        raise invalid("type", f"must be one of {', '.join(TYPES)}")
    for field in ("name", "label"):
        others = state.where("user_attribute", field, wanted[field])
        if any(other["id"] != wanted["id"] for other in others):
            raise taken(field, f"{field.title()} has already been taken")
    if wanted["hidden_value_domain_whitelist"] and not wanted["value_is_hidden"]:
        raise invalid("hidden_value_domain_whitelist", "is only for attributes with hidden values")
    if wanted["default_value"]:
        check_value(wanted, wanted["default_value"], "default_value")


def create(state: State, body: Record) -> Record:
    """An attribute without values."""
    record: Record = {**BLANK, "type": None, **_clean(body), "id": None}
    _check(state, record)
    return state.add("user_attribute", {**record, "is_system": False, "is_permanent": False})


def change(state: State, found: Record, changes: Record) -> None:
    """New values; what is hidden stays hidden, and its list of domains stays as it was first set."""
    changes = _clean(changes)
    wanted = {**found, **changes}
    if found["is_system"]:
        _check_system(found, changes)
    if found["value_is_hidden"] and not wanted["value_is_hidden"]:
        raise invalid("value_is_hidden", "hidden values cannot be shown again")
    domains = found["hidden_value_domain_whitelist"]
    if domains and wanted["hidden_value_domain_whitelist"] != domains:
        raise invalid("hidden_value_domain_whitelist", "cannot be changed once it is set")
    _check(state, wanted)
    state.change("user_attribute", found, changes)


def _check_system(found: Record, changes: Record) -> None:
    """Of the built-in ones only the default may change, and only where there are values to set."""
    free = {"default_value"} if is_settable(found) else set()
    for field in changes.keys() - free:
        if changes[field] != found[field]:
            raise invalid(field, "cannot be changed for a system attribute")


def remove(state: State, found: Record) -> None:
    """The attribute with all its values."""
    if found["is_system"] or found["is_permanent"]:
        raise immutable("this user attribute cannot be deleted")
    state.drop("user_attribute", found)


def hidden(attribute: Record, value: object) -> object:
    """What is to be seen of a default value."""
    return MASK if attribute["value_is_hidden"] and value else value


def show(state: State, found: Record) -> Record:
    """An attribute; whether it has values is not said."""
    told = {"show_value": True, "set_value": is_settable(found)}
    # of the built-in ones the default may change where there are values to set
    told["update"] = not found["is_system"] or is_settable(found)
    allowed: dict[str, Any] = {**can(found, writable=not found["is_system"]), **told}
    return present(
        models.UserAttribute,
        found,
        default_value=hidden(found, found["default_value"]),
        can={**allowed, **(found.get("can") or {})},
    )


def fetch(state: State, key: str) -> Record:
    """An attribute the caller may see, or 404."""
    found = state.find("user_attribute", key)
    if not found["user_can_view"] and not is_admin(state, state.caller_id):
        raise not_found()
    return found


ATTRIBUTE = register(Kind("user_attribute", show, create, change, remove))
endpoints.serve(ATTRIBUTE, find=fetch, admin=endpoints.WRITES)


@operation("all_user_attributes", "GET", "/user_attributes")
def _all_user_attributes(state: State, ask: Ask) -> list[Record]:
    rows = state.rows("user_attribute")
    if not is_admin(state, state.caller_id):
        rows = [row for row in rows if row["user_can_view"]]
    return [show(state, row) for row in search.ordered(rows, ask.query.get("sorts", ""), {}, None)]

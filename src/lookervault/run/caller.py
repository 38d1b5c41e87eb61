"""Who asks Looker, and whether as an admin: what others see less of must not read as deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.model.normal import text_id
from lookervault.model.people import is_admin_role
from lookervault.model.resource import Completeness
from lookervault.run.reader import REFUSALS

# without admin rights Looker leaves out what is not for the caller, and does not say so (resource notes, 1.7)
NO_ADMIN = "the caller is no admin, so there may be more than was listed"
OLD = "the snapshot does not tell whether its caller was an admin; extract again"


def caller_of(gateway: Gateway) -> dict[str, Any]:
    """The caller, as a snapshot remembers him."""
    me = gateway.me()
    id_ = text_id(me.get("id"))
    roles = [text_id(role) for role in me.get("role_ids") or []]
    return {"id": id_, "role_ids": roles, "admin": is_admin(gateway, id_)}


def as_shown(scope: Mapping[str, Completeness], admin: bool) -> dict[str, Completeness]:
    """What listings are worth: of what is shown to a caller who is no admin nobody knows that it is all."""
    return {kind: "visible" if worth == "complete" and not admin else worth for kind, worth in scope.items()}


def partial_to(caller: Mapping[str, Any]) -> str:
    """Why a remembered caller may not have been shown all; nothing for an admin."""
    admin = caller.get("admin")
    return "" if admin else NO_ADMIN if admin is False else OLD


def is_admin(gateway: Gateway, user_id: str) -> bool:
    """Whether the caller holds a role that may do everything everywhere, himself or by a group."""
    return any(is_admin_role(role) for role in _roles(gateway, user_id))


def _roles(gateway: Gateway, user_id: str) -> list[Any]:
    """The caller's roles; where they are not told by user, those of the list that he says he has."""
    try:
        return gateway.get(["users", user_id, "roles"]) or []
    except ApiError as error:
        if error.status not in REFUSALS:
            raise
    try:
        own = {text_id(role) for role in gateway.me().get("role_ids") or []}
        return [role for role in gateway.get("/roles") or [] if text_id(role.get("id")) in own]
    except ApiError as error:
        if error.status not in REFUSALS:
            raise
        return []

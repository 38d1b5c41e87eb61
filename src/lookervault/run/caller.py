"""Who asks Looker, and whether as an admin: what others see less of must not read as deleted."""

from __future__ import annotations

from typing import Any

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.model.normal import text_id
from lookervault.model.people import is_admin_role


def caller_of(gateway: Gateway) -> dict[str, Any]:
    """The caller, as a snapshot remembers him."""
    me = gateway.me()
    id_ = text_id(me.get("id"))
    roles = [text_id(role) for role in me.get("role_ids") or []]
    return {"id": id_, "role_ids": roles, "admin": is_admin(gateway, id_)}


def is_admin(gateway: Gateway, user_id: str) -> bool:
    """Whether the user holds a role that may do everything everywhere, himself or by a group."""
    try:
        roles = gateway.get(["users", user_id, "roles"])
    except ApiError as error:
        if error.status in (403, 404):
            return False
        raise
    return any(is_admin_role(role) for role in roles or [])

"""Permissions that a plan gives and the target does not know: it would refuse the whole set (4.12)."""

from __future__ import annotations

from collections.abc import Iterable

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.model.document.node import nearest
from lookervault.model.resource import Finding
from lookervault.plan.change import Action, Change
from lookervault.run.reader import REFUSALS

_UNKNOWN = "the target does not know the permission"


def unknown_permissions(gateway: Gateway, changes: Iterable[Change]) -> list[Finding]:
    """An error for each set; nothing where the target does not tell what it knows, or nobody needs to ask."""
    given = {
        c.address: {*map(str, c.after.get("permissions", []))} - {*map(str, c.before.get("permissions", []))}
        for c in changes
        if c.kind == "permission_set" and c.action is not Action.DELETE
    }
    known = _known(gateway) if any(given.values()) else set()
    lacking = {address: sorted(names - known) for address, names in given.items()} if known else {}
    return [
        Finding(
            "error", address, f"{_UNKNOWN} {name}{nearest(name, sorted(known))}", ("permissions", f"={name}")
        )
        for address, names in lacking.items()
        for name in names
    ]


def _known(gateway: Gateway) -> set[str]:
    try:
        rows = gateway.get("/permissions")
    except ApiError as error:
        if error.status in REFUSALS:
            return set()
        raise
    return {str(row["permission"]) for row in rows or [] if row.get("permission")}

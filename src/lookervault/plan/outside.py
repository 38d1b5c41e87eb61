"""Members whom an identity provider gives and takes: nobody else puts them in or takes them out.

Calls that would are refused (resource notes, 1.9 and 4.10 to 4.12), so they stay as the target has them.
"""

from __future__ import annotations

from lookervault.model.people import EVERYBODY
from lookervault.model.resource import Resource, State

# by the kind that has members: what a user says who is not put there by hand, and what follows
_SAID = {
    "role": (
        ("roles_externally_managed", True, "roles are given outside of Looker"),
        ("allow_direct_roles", False, "roles come by groups only"),
    ),
    "group": (("allow_normal_group_membership", False, "groups are given outside of Looker"),),
}


def outside(kind: str, member: Resource | None, observed: State) -> str:
    """Why the target lets nobody put this member into something of this kind, or take it out; else ""."""
    if member is None:
        return ""
    if member.kind == "group" and kind == "role":
        return member.guard if member.guard != EVERYBODY else ""
    if member.kind != "user":
        return ""
    raw = observed.raws.get("user", {}).get(member.id) or {}
    return next((f"its {why}" for field, says, why in _SAID.get(kind, ()) if raw.get(field) is says), "")

"""Who owns what is made for somebody whom the target does not have: what is there keeps its owner."""

from __future__ import annotations

from typing import Literal, NamedTuple

from lookervault.errors import PlanError
from lookervault.model.address import Address
from lookervault.model.values import Link
from lookervault.plan.pair import Sides
from lookervault.plan.policy import Policy

OWNER = "owner"  # what references to an owner are called
FAIL, CALLER = "fail", "caller"


class Heirs(NamedTuple):
    """What a missing owner is worth, and who takes his place, if anybody does."""

    level: Literal["error", "warning"]
    heir: Link | None


def heirs(sides: Sides, policy: Policy) -> Heirs:
    """What the policy says; PlanError where it names a user whom the target does not have either."""
    if policy.missing_users in ("", FAIL):
        return Heirs("error" if policy.missing_users else "warning", None)
    who = Link(_user(sides, policy.missing_users))
    return Heirs("warning", sides.rename.get(who, who) if who.to else None)


def _user(sides: Sides, name: str) -> str:
    """The observed address of the caller or of the user of that e-mail or address."""
    if name == CALLER:
        return sides.observed.caller
    wanted = (name, str(Address("user", (name.strip().lower(),))))
    for address in wanted:
        resource = sides.observed.resources.get(address)
        if resource is not None and resource.kind == "user":
            return address
    raise PlanError(
        f"there is no user {name} on the target to own what missing users owned",
        hint="give --missing-users an e-mail that the target knows, or fail, or caller",
    )

"""Trying a dead letter again: the target is looked at anew, and what is left of the change is carried out."""

from __future__ import annotations

import msgspec

from lookervault.errors import NotFound, PlanError, Refused
from lookervault.looker.gateway import Gateway
from lookervault.plan.codec import decode_plan
from lookervault.plan.overlay import NO_OVERLAY, Overlay
from lookervault.plan.plan import Plan
from lookervault.plan.select import Selection
from lookervault.run.apply import DEFAULT_MANNER, Manner, apply_plan
from lookervault.run.events import Listener
from lookervault.run.planning import Planned, Request, planned
from lookervault.run.record import Outcome
from lookervault.run.restoring import forced
from lookervault.store import deadletters
from lookervault.store.deadletters import DeadLetter
from lookervault.store.journal import plan_of
from lookervault.store.vault import Vault


class Again(msgspec.Struct, frozen=True):
    """How a letter is tried again.

    `fix_dependencies` brings along what the object needs and the target lacks, `force` goes on in spite of
    errors in the plan.
    """

    target_name: str
    fix_dependencies: bool = False
    force: bool = False
    workers: int = 8
    overlay: Overlay = NO_OVERLAY


def retry_letter(
    gateway: Gateway,
    vault: Vault,
    number: int,
    how: Again,
    listener: Listener,
    manner: Manner = DEFAULT_MANNER,
) -> tuple[DeadLetter, Outcome | None]:
    """The letter, and what became of it; nothing where the target is as desired by now."""
    letter = deadletters.get(vault, number)
    kept = decode_plan(plan_of(vault, letter.session))
    if kept.target.host != gateway.host:
        raise Refused(f"letter {number} is of {kept.target.host}", hint="choose it by --instance")
    plan = _replanned(gateway, vault, letter, kept, how, listener)
    if not plan.changes:
        deadletters.remove(vault, number)
        return letter, None
    outcome = apply_plan(gateway, vault, plan, workers=how.workers, listener=listener, manner=manner)
    # the new apply has letters of its own for what failed again
    if outcome.complete or outcome.failed:
        deadletters.supersede(vault, letter, outcome.session)
    return letter, outcome


def _replanned(
    gateway: Gateway, vault: Vault, letter: DeadLetter, kept: Plan, how: Again, listener: Listener
) -> Plan:
    if not kept.source.name:
        raise Refused(
            f"letter {letter.number} comes from {kept.source.label}, not from a snapshot",
            hint=f"`lookervault apply {kept.source.label} --target '{letter.address}'` tries it again",
        )
    request = Request(
        kept.source.name,
        Selection(targets=(letter.address,)),
        policy=kept.policy,
        root=(letter.kind, letter.source_id) if letter.source_id else None,
        overlay=how.overlay,
    )
    made: Planned = planned(
        gateway, vault, request, target_name=how.target_name, workers=how.workers, listener=listener
    )
    if letter.address not in made.desired.resources:
        raise NotFound(f"{letter.address} is not in snapshot {kept.source.name}")
    plan = forced(made.plan) if how.force else made.plan
    if plan.errors:
        text = "; ".join(f"{f.address}: {f.message}" for f in plan.errors[:5])
        raise PlanError(text, hint="mend that, or add --force to go on as far as Looker lets us")
    more = [c.address for c in plan.changes if not _of_letter(c.address, letter)]
    if more and not how.fix_dependencies:
        raise PlanError(
            f"it needs {', '.join(more[:5])}, which the target does not have as desired",
            hint="add --fix-dependencies to bring that along",
        )
    return plan


def _of_letter(address: str, letter: DeadLetter) -> bool:
    """Whether an address is that of the object itself or of what belongs to it."""
    own = letter.address.partition(":")[2]
    return address == letter.address or address.partition(":")[2].startswith(f"{own}/")

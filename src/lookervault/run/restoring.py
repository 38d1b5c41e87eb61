"""Restoring one object: what is in the backup, what of it the target has, what comes along, what was done."""

from __future__ import annotations

import time
from typing import Literal

import msgspec
from msgspec import structs

from lookervault.errors import PlanError
from lookervault.looker.gateway import Gateway
from lookervault.model.resource import Finding
from lookervault.plan.change import Action
from lookervault.plan.overlay import NO_OVERLAY, Overlay
from lookervault.plan.pair import Sides, pair
from lookervault.plan.plan import Plan
from lookervault.plan.policy import Policy
from lookervault.run.apply import DEFAULT_MANNER, Manner, apply_plan
from lookervault.run.events import Listener
from lookervault.run.part import Found, belongings, leads_to
from lookervault.run.planning import Planned, Request, planned
from lookervault.run.record import Failure, Outcome
from lookervault.store.journal import rows
from lookervault.store.vault import Vault

Doing = Literal["create", "update", "bring back", "nothing", "left out"]


class Fate(msgspec.Struct):
    """What becomes of one object: `id` is the target's, empty while it is not there."""

    address: str
    doing: Doing
    id: str = ""


class Preview(msgspec.Struct):
    """What a restore of one object would do, said before anything is written.

    `needs` are the objects that it refers to, `brings` its schedules and alerts.
    """

    kind: str
    source_id: str
    snapshot: int
    completed_at: str
    newer: int
    object: Fate
    needs: list[Fate]
    brings: list[Fate]
    findings: list[Finding]


class Restored(msgspec.Struct):
    """What a restore did; without an outcome nothing had to be done, or nothing was to be written."""

    preview: Preview
    seconds: float
    outcome: Outcome | None = None

    @property
    def failures(self) -> list[Failure]:
        """What did not succeed."""
        out = self.outcome
        return [*out.failed, *out.stale, *out.skipped] if out else []


class Wish(msgspec.Struct, frozen=True):
    """How one object is to be restored; `force` goes on in spite of errors in the plan."""

    found: Found
    target_name: str
    policy: Policy
    dry_run: bool = False
    force: bool = False
    workers: int = 8
    overlay: Overlay = NO_OVERLAY


def restore_one(
    gateway: Gateway, vault: Vault, wish: Wish, listener: Listener, manner: Manner = DEFAULT_MANNER
) -> tuple[Restored, Plan]:
    """Restores an object with what belongs to it and what it needs; the plan says how."""
    began = time.monotonic()
    at = (wish.found.item.kind, wish.found.item.id)
    request = Request(f"@{wish.found.snapshot.number}", policy=wish.policy, root=at, overlay=wish.overlay)
    made = planned(
        gateway,
        vault,
        request,
        target_name=wish.target_name,
        workers=wish.workers,
        listener=listener,
    )
    done = Restored(preview_of(made, wish.found), 0.0)
    plan = forced(made.plan) if wish.force else made.plan
    if plan.errors and not wish.dry_run:
        text = "; ".join(f"{f.address}: {f.message}" for f in plan.errors[:5])
        raise PlanError(text, hint="mend that, or add --force to go on as far as Looker lets us")
    if plan.changes and not wish.dry_run:
        done.outcome = apply_plan(
            gateway, vault, plan, workers=wish.workers, listener=listener, manner=manner
        )
        mine = done.preview.object
        mine.id = mine.id or _made_id(vault, done.outcome.session, mine.address)
    done.seconds = time.monotonic() - began
    return done, plan


def forced(plan: Plan) -> Plan:
    """The plan with its errors as mere warnings."""
    warned = (structs.replace(f, level="warning" if f.level == "error" else f.level) for f in plan.findings)
    return structs.replace(plan, findings=sorted(warned))


def preview_of(made: Planned, found: Found) -> Preview:
    """What the plan means for the object, for what it needs and for what it brings."""
    sides = pair(made.desired, made.observed, made.mapping)
    address = made.desired.ids[found.item.kind, found.item.id]
    own = belongings(made.desired, address)
    fates = {a: _fate(a, sides, made.plan) for a in made.desired.resources}
    needed = sorted(_needed([address, *own], sides) - {address, *own})
    return Preview(
        kind=found.item.kind,
        source_id=found.item.id,
        snapshot=found.snapshot.number,
        completed_at=found.snapshot.completed_at,
        newer=found.newer,
        object=fates[address],
        needs=[fates[a] for a in needed],
        brings=[fates[a] for a in sorted(own)],
        findings=made.plan.findings,
    )


def _fate(address: str, sides: Sides, plan: Plan) -> Fate:
    there = sides.counterpart(address)
    change = next((c for c in plan.changes if c.address == address), None)
    if change is None:
        return Fate(address, "nothing" if there else "left out", there.id if there else "")
    if change.action is Action.CREATE:
        return Fate(address, "create")
    return Fate(address, "bring back" if change.restored else "update", change.id)


def _needed(roots: list[str], sides: Sides) -> set[str]:
    """What the roots refer to, and the folders above all of that."""
    open_, found = list(roots), set[str]()
    while open_:
        at = open_.pop()
        resource = sides.desired.resources.get(at)
        if resource is not None and (at in roots or at.startswith("folder:")):
            more = {a for a in leads_to(resource) if a in sides.desired.resources} - found
            found |= more
            open_ += more
    return found


def _made_id(vault: Vault, session: str, address: str) -> str:
    """The id that an apply learned of what it made."""
    learned = (row.bindings.get(address) for row in rows(vault, session).values())
    return str(next(filter(None, learned), ""))

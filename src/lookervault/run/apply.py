"""Carrying a plan out: journaled, in parallel, resumable; what fails is kept and told."""

from __future__ import annotations

import time

from lookervault.errors import Interrupted, PlanError, Refused
from lookervault.looker.gateway import Gateway
from lookervault.plan.codec import decode_plan, encode_plan
from lookervault.plan.graph import Node
from lookervault.plan.plan import Plan
from lookervault.run.echoes import Ear
from lookervault.run.events import Listener
from lookervault.run.ids import Ids
from lookervault.run.perform import Performer, StepFailed
from lookervault.run.record import Outcome, Record
from lookervault.run.walk import walk
from lookervault.store.journal import Journal, applies, plan_of, reopen, start, unfinished
from lookervault.store.lock import hold
from lookervault.store.vault import Vault


def apply_plan(gateway: Gateway, vault: Vault, plan: Plan, *, workers: int, listener: Listener) -> Outcome:
    """Carries the plan out, going on where an earlier try of the same plan stopped."""
    if plan.target.host != gateway.host:
        raise Refused(
            f"this plan is for {plan.target.host}, not for {gateway.host}",
            hint="choose the instance with --instance, or plan again",
        )
    if plan.errors:
        raise Refused(
            "the plan has errors: " + "; ".join(f"{f.address}: {f.message}" for f in plan.errors[:5]),
            hint="mend them and plan again",
        )
    with hold(vault, gateway.host, f"apply of {plan.fingerprint[:12]}"):
        earlier = unfinished(vault, plan.fingerprint, gateway.host)
        if earlier:
            reopen(vault, earlier.session)
            plan = decode_plan(plan_of(vault, earlier.session))
        session = (
            earlier.session if earlier else start(vault, plan.fingerprint, gateway.host, encode_plan(plan))
        )
        return _run(gateway, vault, plan, session, workers, listener)


def interrupted_plan(vault: Vault, host: str) -> Plan | None:
    """The plan of the newest apply to this target, if that did not come to its end."""
    newest = next(iter(applies(vault, host)), None)
    if newest is None or newest.status == "done":
        return None
    return decode_plan(plan_of(vault, newest.session))


def _run(
    gateway: Gateway, vault: Vault, plan: Plan, session: str, workers: int, listener: Listener
) -> Outcome:
    ids = Ids(plan.ids)
    began = time.monotonic()
    with Journal(vault, session) as journal:
        record = Record(vault, plan, session, ids, listener)
        ear = Ear(vault, gateway.host)
        performer = Performer(gateway, journal, ids, journal.rows(), ear.hear)

        def perform(node: Node) -> None:
            record.starting(node)
            performer.perform(node)

        try:
            walk(plan.nodes, perform, (StepFailed, PlanError), record, workers)
        except KeyboardInterrupt:
            record.keep("interrupted")
            raise Interrupted(
                f"stopped; {record.outcome.applied} of {len(plan.changes)} changes are done",
                hint="go on with `lookervault apply --resume`",
            ) from None
        except BaseException:
            record.keep("failed")
            raise
    outcome = record.outcome
    outcome.notes = ear.notes
    outcome.seconds = time.monotonic() - began
    record.keep("partly" if outcome.failed or outcome.skipped else "done")
    return outcome

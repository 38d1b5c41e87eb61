"""Carrying a plan out: journaled, in parallel, resumable; what fails is kept and told."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import datetime

import msgspec

from lookervault.errors import Interrupted, NotFound, PlanError, Refused
from lookervault.looker.gateway import Gateway
from lookervault.plan.canary import few
from lookervault.plan.codec import decode_plan, encode_plan
from lookervault.plan.graph import Node
from lookervault.plan.plan import Plan
from lookervault.report.findings import told_once
from lookervault.run.drift import Moved, OnDrift, Recheck
from lookervault.run.echoes import Ear, echoes
from lookervault.run.events import ApplyStarted, Listener
from lookervault.run.ids import Ids
from lookervault.run.made import deviations
from lookervault.run.pace import noting, paced
from lookervault.run.perform import Performer, StepFailed, Stop
from lookervault.run.placing import as_it_stands
from lookervault.run.record import Outcome, Record
from lookervault.run.walk import walk
from lookervault.store.journal import (
    Ending,
    Journal,
    Step,
    applies,
    apply,
    plan_of,
    reopen,
    start,
    unfinished,
)
from lookervault.store.lock import hold, places
from lookervault.store.vault import Vault


class Manner(msgspec.Struct, frozen=True):
    """How a plan is carried out.

    `on_drift` says what becomes of an object that moved on the target since the plan was made: it is left
    alone (`skip`), nothing more is written (`stop`), or the plan is carried out all the same (`overwrite`).
    `stopped` is asked before every call whether to leave off. After every `checkpoint_interval` changes
    what they came to is written down for whoever asks how far it is; the journal itself knows every call.
    `who` is what others are told who find the target locked. `ended` is given what it came to, also where
    it was stopped or an error ended it. With a `canary` only so many changes are carried out, and read back.
    """

    on_drift: OnDrift = "skip"
    stopped: Callable[[], bool] = lambda: False
    checkpoint_interval: int = 100
    who: str = "lookervault apply"
    ended: Callable[[Outcome], None] = lambda outcome: None
    canary: int = 0


DEFAULT_MANNER = Manner()
_SETTLING = 2.0  # seconds


def apply_plan(
    gateway: Gateway,
    vault: Vault,
    plan: Plan,
    *,
    workers: int,
    listener: Listener,
    manner: Manner = DEFAULT_MANNER,
) -> Outcome:
    """Carries the plan out, going on where an earlier try of the same plan stopped.

    Interrupted where it was stopped, Refused where the budget of calls ended: both can go on.
    """
    if plan.target.host != gateway.host:
        raise Refused(
            f"this plan is for {plan.target.host}, not for {gateway.host}",
            hint="choose the instance with --instance, or plan again",
        )
    if plan.errors:
        raise Refused(
            "\n  ".join(["the plan has errors:", *told_once(plan.errors)]),
            hint="mend them and plan again",
        )
    with ExitStack() as stack:
        held = [hold(place, gateway.host, manner.who) for place in places(vault)]
        signs = [stack.enter_context(each) for each in held]
        fingerprint = plan.fingerprint
        earlier = unfinished(vault, fingerprint, gateway.host)
        if earlier:
            reopen(vault, earlier.session)
            plan = as_it_stands(decode_plan(plan_of(vault, earlier.session)), plan)
        session = earlier.session if earlier else start(vault, fingerprint, gateway.host, encode_plan(plan))
        for sign in signs:
            sign(session)
        return _Run(gateway, vault, plan, session, manner, listener).to_its_end(workers)


def interrupted_plan(vault: Vault, host: str) -> Plan | None:
    """The plan of the newest apply to this target, if that did not come to its end."""
    newest = next(iter(applies(vault, host)), None)
    if newest is None or newest.status == "done":
        return None
    return decode_plan(plan_of(vault, newest.session))


def _settle(vault: Vault, past: Iterable[Step]) -> None:
    """Waits until what a dead process has just sent is surely over, so that looking for it tells."""
    begun = [datetime.fromisoformat(row.started_at) for row in past if row.state == "started"]
    if begun:
        age = (datetime.fromisoformat(vault.now()) - max(begun)).total_seconds()
        time.sleep(min(_SETTLING, max(0.0, _SETTLING - age)))


def unfinished_plan(vault: Vault, host: str, session: str = "") -> Plan:
    """The plan of an apply that can go on, the newest one to the target if none is named."""
    found = apply(vault, session) if session else next(iter(applies(vault, host)), None)
    if found is None or found.status == "done":
        which = f"session {session} is done" if session else f"no restore to {host} is unfinished"
        raise NotFound(which, hint="`lookervault restore status --all` lists them")
    if found.host != host:
        raise Refused(f"session {session} is of {found.host}, not of {host}", hint="choose it by --instance")
    newest = unfinished(vault, found.fingerprint, host)
    if newest is None or newest.session != found.session:
        raise Refused(
            f"session {session} was gone on with since", hint="see `lookervault restore status --all`"
        )
    return decode_plan(plan_of(vault, found.session))


class _Run:
    """One apply while it lasts."""

    def __init__(
        self, gateway: Gateway, vault: Vault, plan: Plan, session: str, manner: Manner, listener: Listener
    ) -> None:
        self.gateway = gateway
        self.vault = vault
        self.plan = plan
        self.manner = manner
        self.ids = Ids(plan.ids)
        every = manner.checkpoint_interval
        self.record = Record(
            vault,
            plan,
            session,
            self.ids,
            noting(vault, session, every, paced(gateway, listener, len(plan.changes))),
        )
        listener(ApplyStarted(session, dict(Counter(c.kind for c in plan.changes))))
        self.ear = Ear(vault, gateway.host)
        self.drifted = False

    def to_its_end(self, workers: int) -> Outcome:
        """Carries out what can be; Interrupted where it was stopped before the end."""
        began = time.monotonic()
        with Journal(self.vault, self.record.outcome.session) as journal:
            try:
                self._walk(journal, workers)
            except (KeyboardInterrupt, Stop):
                if not self.drifted:
                    self._end(began, "interrupted")
                    done = f"{self.record.outcome.applied} of {len(self.plan.changes)} changes are done"
                    raise Interrupted(
                        f"stopped; {done}", hint="go on with `lookervault apply --resume`"
                    ) from None
            except Refused:
                self._end(began, "interrupted")
                raise
            except BaseException:
                self._end(began, "failed")
                raise
        outcome = self.record.outcome
        whole = outcome.complete and outcome.applied == len(self.plan.changes)
        self._end(began, "done" if whole else "partly")
        return outcome

    def _walk(self, journal: Journal, workers: int) -> None:
        past = journal.rows()
        _settle(self.vault, past.values())
        recheck = Recheck(
            self.gateway,
            journal,
            self.plan,
            self.ids,
            begun={n.change for n in self.plan.nodes if any((n.id, i) in past for i in range(len(n.steps)))},
            echoes=lambda: echoes(self.vault, self.gateway.host),
            salt=self.vault.salt,
            on_drift=self.manner.on_drift,
        )
        performer = Performer(self.gateway, journal, self.ids, past, self.ear.hear, recheck, self._stopped)

        def perform(node: Node) -> None:
            if self._stopped():
                raise Stop
            self.record.starting(node)
            try:
                performer.perform(node)
            except Moved:
                self.drifted = self.drifted or self.manner.on_drift == "stop"
                raise

        moved = recheck.early(workers)
        if moved and self.manner.on_drift == "stop":
            self.record.refuse(moved)
            return
        canary = self.manner.canary
        nodes = few(self.plan, canary) if canary else self.plan.nodes
        walk(nodes, perform, (StepFailed, PlanError, Moved), self.record, workers)
        if canary:
            self._read_back()

    def _read_back(self) -> None:
        """Looks whether what was done reads as it was written."""
        known, done = echoes(self.vault, self.gateway.host), self.record.carried_out
        for odd in deviations(self.gateway, self.plan, done, self.ids, known, self.vault.salt):
            self.record.odd(*odd)

    def _stopped(self) -> bool:
        return self.drifted or self.manner.stopped()

    def _end(self, began: float, ending: Ending) -> None:
        outcome = self.record.outcome
        outcome.notes = self.ear.notes
        outcome.seconds = time.monotonic() - began
        self.record.keep(ending)
        self.manner.ended(outcome)

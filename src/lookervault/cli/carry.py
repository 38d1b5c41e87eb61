"""Carrying a plan out from a command: progress, signals and the closing report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import typer

from lookervault.cli.asking import check_terminal
from lookervault.cli.closing import canary_told, closing, next_command
from lookervault.cli.freeze import check_freeze
from lookervault.cli.options import NO_LIMITS, Limits, opened_gateway
from lookervault.cli.progress import progress
from lookervault.cli.stopping import stoppable
from lookervault.errors import PartlyApplied, Refused

if TYPE_CHECKING:
    from lookervault.config import Access
    from lookervault.looker.stats import Stats
    from lookervault.plan.plan import Plan
    from lookervault.run.drift import OnDrift
    from lookervault.run.record import Outcome
    from lookervault.store.vault import Vault


class Conduct(NamedTuple):
    """How a plan is carried out and told of; `stats` counts the calls made so far."""

    access: Access
    workers: int
    retries: int
    on_drift: OnDrift
    report: str
    as_json: bool
    quiet: bool
    limits: Limits = NO_LIMITS
    stats: Stats | None = None
    checkpoint_interval: int = 100
    command: str = "apply"


def carry_out(vault: Vault, plan: Plan, conduct: Conduct) -> None:
    """Carries the plan out and tells the end; an error where not all of it was done."""
    with closing(conduct.report, conduct.access.name, conduct.as_json) as ended:
        _carry_out(vault, plan, conduct, ended)


def try_out(vault: Vault, plan: Plan, conduct: Conduct, count: int, *, asked: bool) -> None:
    """Carries a few changes out and reads them back; asks, unless somebody has said yes, and does the rest.

    PartlyApplied where something is not as it should be; Refused where the answer is no.
    """
    if not asked:
        check_terminal("--yes")
    ended: list[Outcome] = []
    try:
        _carry_out(vault, plan, conduct, ended, canary=count)
    finally:
        for outcome in ended:
            typer.echo(canary_told(outcome, conduct.as_json))
    (outcome,) = ended
    undo = f"undo them with: lookervault rollback {outcome.session}"
    if outcome.failed or outcome.skipped or outcome.stale or outcome.unlike:
        raise PartlyApplied("the first changes did not go as planned; the rest was not started", hint=undo)
    if outcome.not_started and not (asked or confirmed(f"Apply the other {len(outcome.not_started)}?")):
        again = next_command(outcome, conduct.access.name)
        raise Refused(f"only {outcome.applied} changes are applied", hint=f"go on with: {again}, or {undo}")
    if outcome.not_started:
        carry_out(vault, plan, conduct)
        return
    with closing(conduct.report, conduct.access.name, conduct.as_json) as whole:
        whole.append(outcome)


def _carry_out(vault: Vault, plan: Plan, conduct: Conduct, ended: list[Outcome], canary: int = 0) -> None:
    from lookervault.run.apply import Manner, apply_plan

    check_freeze(conduct.access)

    workers = conduct.workers
    with (
        progress(as_json=conduct.as_json, quiet=conduct.quiet) as listener,
        opened_gateway(
            conduct.access, workers, listener, conduct.retries, conduct.limits, conduct.stats
        ) as gateway,
        stoppable() as stopped,
    ):
        manner = Manner(
            on_drift=conduct.on_drift,
            stopped=stopped,
            checkpoint_interval=conduct.checkpoint_interval,
            who=f"lookervault {conduct.command}",
            ended=ended.append,
            canary=canary,
        )
        apply_plan(gateway, vault, plan, workers=workers, listener=listener, manner=manner)


def ask() -> None:
    """Goes on only where somebody at a terminal says yes."""
    check_terminal("--yes")
    if not confirmed("Apply these changes?"):
        raise Refused("not applied", hint="")


def confirmed(question: str) -> bool:
    """Whether somebody at a terminal says yes in full."""
    asked = f"\nOnly 'yes' will be accepted. {question}"
    return bool(typer.prompt(asked, default="", show_default=False) == "yes")

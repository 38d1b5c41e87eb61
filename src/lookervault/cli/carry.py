"""Carrying a plan out from a command: progress, signals and the closing report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import typer

from lookervault.cli.asking import check_terminal
from lookervault.cli.closing import closing
from lookervault.cli.freeze import check_freeze
from lookervault.cli.options import NO_LIMITS, Limits, opened_gateway
from lookervault.cli.progress import progress
from lookervault.cli.stopping import stoppable
from lookervault.errors import Refused

if TYPE_CHECKING:
    from lookervault.config import Access
    from lookervault.looker.stats import Stats
    from lookervault.plan.plan import Plan
    from lookervault.run.drift import OnDrift
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
    from lookervault.run.apply import Manner, apply_plan

    check_freeze(conduct.access)

    workers = conduct.workers
    with (
        closing(conduct.report, conduct.access.name, conduct.as_json) as ended,
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
        )
        apply_plan(gateway, vault, plan, workers=workers, listener=listener, manner=manner)


def ask() -> None:
    """Goes on only where somebody at a terminal says yes."""
    check_terminal("--yes")
    answer = typer.prompt(
        "\nOnly 'yes' will be accepted. Apply these changes?", default="", show_default=False
    )
    if answer != "yes":
        raise Refused("not applied", hint="")

"""`lookervault rollback`: plans the way back from an apply, and carries it out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault import config as settings
from lookervault.cli.apply import DriftOption, ReportOption, RetriesOption, drift_of
from lookervault.cli.carry import Conduct, ask, carry_out
from lookervault.cli.options import (
    CallsOption,
    ConfigOption,
    DbOption,
    DebugOption,
    InstanceOption,
    JsonOption,
    Limits,
    QuietOption,
    RateOption,
    RatePerMinuteOption,
    WorkersOption,
    load_config,
    opened_gateway,
    opened_vault,
    use_colour,
)
from lookervault.cli.plan import rendered
from lookervault.cli.policy import EnableOption
from lookervault.cli.progress import progress
from lookervault.errors import NotFound, Stale

if TYPE_CHECKING:
    from lookervault.looker.stats import Stats
    from lookervault.run.rollback import WayBack
    from lookervault.store.vault import Vault


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("rollback", short_help="Undo an apply, as a plan that is reviewed.")(rollback)


def rollback(
    session: Annotated[
        str, typer.Argument(help="The apply to undo; the newest to the instance without.", show_default=False)
    ] = "",
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    enable_schedules: EnableOption = False,
    out: Annotated[str, typer.Option("--out", help="Only save the plan, for `apply`.", metavar="FILE")] = "",
    yes: Annotated[bool, typer.Option("--yes", "--auto-approve", "-y", help="Do not ask.")] = False,
    on_drift: DriftOption = "",
    report: ReportOption = "",
    workers: WorkersOption = None,
    rate_limit_per_second: RateOption = None,
    rate_limit_per_minute: RatePerMinuteOption = None,
    max_calls: CallsOption = None,
    max_retries: RetriesOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Plan the way back from an apply, show it and ask: what it changed is changed back, what it made goes.

    Dashboards and looks that it made go to the trash; what it deleted comes back, with its ids where it is
    in the trash. What somebody has edited since is left as it is and named (exit 5).

    Examples:

        lookervault rollback --instance prod

        lookervault rollback 20261101T120000-1a2b3c --instance prod --out back.lvplan
    """
    from lookervault.plan.codec import encode_plan
    from lookervault.store.planfile import write_plan

    loaded = load_config(config)
    access = settings.access(loaded, os.environ, instance)
    retries = loaded.apply.max_retries if max_retries is None else max_retries
    drift = drift_of(on_drift, loaded.apply.on_drift)
    limits = Limits(rate_limit_per_second, rate_limit_per_minute, max_calls)
    threads = workers or loaded.apply.workers
    conduct = Conduct(access, threads, retries, drift, report, as_json, quiet, limits, command="rollback")
    with opened_vault(loaded, db, create=False) as vault:
        back, stats = _planned(vault, session, conduct, enable_schedules)
        if not as_json:
            typer.echo(rendered(back.plan, "text", use_colour()), nl=False)
        if out:
            write_plan(Path(out), encode_plan(back.plan))
            typer.echo(f"\nSaved to {out}. To carry out exactly this: lookervault apply {out}", err=True)
        elif back.plan.changes:
            if not yes:
                ask()
            carry_out(vault, back.plan, conduct._replace(stats=stats))
    if back.edited:
        raise Stale(
            f"{len(back.edited)} edited since that apply and left as they are: {', '.join(back.edited[:5])}",
            hint="change them back by hand, or plan from a snapshot taken before",
        )


def _planned(vault: Vault, session: str, conduct: Conduct, enable_schedules: bool) -> tuple[WayBack, Stats]:
    """The way back from an apply, the newest one if none is named, and the calls that it took to plan it."""
    from lookervault.run.rollback import newest, rollback_plan

    with (
        progress(as_json=conduct.as_json, quiet=conduct.quiet) as listener,
        opened_gateway(conduct.access, conduct.workers, listener, conduct.retries, conduct.limits) as gateway,
    ):
        which = session or newest(vault, gateway.host)
        if not which:
            raise NotFound(f"nothing was applied to {gateway.host}", hint="")
        back = rollback_plan(
            gateway,
            vault,
            which,
            target_name=conduct.access.name,
            enable_schedules=enable_schedules,
            workers=conduct.workers,
            listener=listener,
        )
        return back, gateway.stats

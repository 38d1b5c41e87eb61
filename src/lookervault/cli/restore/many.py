"""`lookervault restore bulk`, `all` and `resume`: many objects at once."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from lookervault.cli.asking import check_terminal
from lookervault.cli.choice import ExcludeTypesOption, FolderOption, OnlyTypesOption, selection
from lookervault.cli.freeze import check_freeze
from lookervault.cli.options import (
    CallsOption,
    CheckpointOption,
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
from lookervault.cli.policy import EnableOption, SkipModifiedOption, guarded, managed, overlay_of
from lookervault.cli.progress import progress
from lookervault.cli.restore.backup import (
    BackupOption,
    DryRunOption,
    ForceOption,
    RetriesOption,
    SourceInstanceOption,
    backups,
    instance_access,
    interval_of,
    raise_unless_complete,
    retries_of,
    workers_of,
)
from lookervault.cli.restore.tally import Tally, both, told
from lookervault.cli.stopping import stoppable
from lookervault.errors import PlanError

if TYPE_CHECKING:
    from lookervault.config import Access, Config
    from lookervault.looker.stats import Stats
    from lookervault.plan.plan import Plan
    from lookervault.plan.policy import Policy
    from lookervault.plan.select import Selection
    from lookervault.run.record import Outcome
    from lookervault.store.vault import Vault

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


class How(NamedTuple):
    """How many objects are restored."""

    workers: int
    retries: int
    limits: Limits
    as_json: bool
    quiet: bool
    dry_run: bool = False
    force: bool = False
    yes: bool = False
    checkpoint_interval: int = 100


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("bulk", short_help="Restore all objects of one kind.")(bulk)
    app.command("all", short_help="Restore everything.")(all_)
    app.command("resume", short_help="Go on with a restore that did not come to its end.")(resume)


def bulk(
    kind: Annotated[str, typer.Argument(help="Kind, such as dashboards.")],
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    snapshot: BackupOption = "",
    source_instance: SourceInstanceOption = "",
    folder: FolderOption = None,
    skip_if_modified: SkipModifiedOption = False,
    dry_run: DryRunOption = False,
    force: ForceOption = False,
    yes: YesOption = False,
    enable_schedules: EnableOption = False,
    workers: WorkersOption = None,
    rate_limit_per_second: RateOption = None,
    rate_limit_per_minute: RatePerMinuteOption = None,
    max_calls: CallsOption = None,
    max_retries: RetriesOption = None,
    checkpoint_interval: CheckpointOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Restore all objects of one kind, and what they need, as the newest backup has them.

    Examples:

        lookervault restore bulk dashboards --folder Shared/Finance --dry-run

        lookervault restore bulk dashboards --folder Shared/Finance --yes
    """
    from lookervault.plan.policy import Policy

    loaded = load_config(config)
    chosen = selection(only_types=[kind], folder=folder)
    how = How(
        workers_of(loaded, workers),
        retries_of(loaded, max_retries),
        Limits(rate_limit_per_second, rate_limit_per_minute, max_calls),
        as_json,
        quiet,
        dry_run,
        force,
        yes,
        interval_of(loaded, checkpoint_interval),
    )
    source = (source_instance, snapshot)
    policy = Policy(enable_schedules=enable_schedules, skip_modified=skip_if_modified)
    _restore(loaded, db, instance_access(loaded, instance), source, chosen, policy, how)


def all_(
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    snapshot: BackupOption = "",
    source_instance: SourceInstanceOption = "",
    only_types: OnlyTypesOption = None,
    exclude_types: ExcludeTypesOption = None,
    skip_if_modified: SkipModifiedOption = False,
    dry_run: DryRunOption = False,
    force: ForceOption = False,
    yes: YesOption = False,
    enable_schedules: EnableOption = False,
    workers: WorkersOption = None,
    rate_limit_per_second: RateOption = None,
    rate_limit_per_minute: RatePerMinuteOption = None,
    max_calls: CallsOption = None,
    max_retries: RetriesOption = None,
    checkpoint_interval: CheckpointOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Restore everything that the newest backup holds; what is there as it should be is not touched.

    Examples:

        lookervault restore all --dry-run

        lookervault restore all --instance prod --source-instance dev --exclude-types users,groups
    """
    from lookervault.plan.policy import Policy

    loaded = load_config(config)
    chosen = managed(selection(only_types=only_types, exclude_types=exclude_types), loaded.plan)
    how = How(
        workers_of(loaded, workers),
        retries_of(loaded, max_retries),
        Limits(rate_limit_per_second, rate_limit_per_minute, max_calls),
        as_json,
        quiet,
        dry_run,
        force,
        yes,
        interval_of(loaded, checkpoint_interval),
    )
    source = (source_instance, snapshot)
    policy = Policy(enable_schedules=enable_schedules, skip_modified=skip_if_modified)
    _restore(loaded, db, instance_access(loaded, instance), source, chosen, policy, how)


def resume(
    session: Annotated[str, typer.Argument(help="Session; the newest of the target without.")] = "",
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    workers: WorkersOption = None,
    rate_limit_per_second: RateOption = None,
    rate_limit_per_minute: RatePerMinuteOption = None,
    max_calls: CallsOption = None,
    max_retries: RetriesOption = None,
    checkpoint_interval: CheckpointOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Go on where a restore was interrupted or left something undone: nothing twice, nothing lost.

    Example:

        lookervault restore resume
    """
    from lookervault.looker.settings import host_of
    from lookervault.run.apply import unfinished_plan

    loaded = load_config(config)
    access = instance_access(loaded, instance)
    how = How(
        workers_of(loaded, workers),
        retries_of(loaded, max_retries),
        Limits(rate_limit_per_second, rate_limit_per_minute, max_calls),
        as_json,
        quiet,
        checkpoint_interval=interval_of(loaded, checkpoint_interval),
    )
    with opened_vault(loaded, db, create=False) as vault:
        plan = unfinished_plan(vault, host_of(access.base_url), session)
        _carry_out(vault, access, plan, how)


def _restore(
    config: Config,
    db: str,
    access: Access,
    source: tuple[str, str],
    chosen: Selection,
    policy: Policy,
    how: How,
) -> None:
    from lookervault.run.planning import Request, plan_request
    from lookervault.run.restoring import forced

    with opened_vault(config, db, create=False) as vault:
        snapshot = backups(vault, config, access, *source)[-1]
        policy, overlay = guarded(policy, config, access.name), overlay_of(config, access.name)
        request = Request(f"@{snapshot.number}", chosen, policy, overlay=overlay)
        with (
            progress(as_json=how.as_json, quiet=how.quiet) as listener,
            opened_gateway(access, how.workers, listener, how.retries, how.limits) as gateway,
        ):
            plan = plan_request(
                gateway, vault, request, target_name=access.name, workers=how.workers, listener=listener
            )
        plan = forced(plan) if how.force else plan
        if how.dry_run or not plan.changes:
            typer.echo(_planned(plan) if how.as_json else rendered(plan, "text", use_colour()).rstrip("\n"))
            return
        if plan.errors:
            text = "; ".join(f"{f.address}: {f.message}" for f in plan.errors[:5])
            raise PlanError(text, hint="mend that, or add --force to go on as far as Looker lets us")
        _ask(plan, how)
        _carry_out(vault, access, plan, how, gateway.stats)


def _planned(plan: Plan) -> str:
    from lookervault.report.data import plan_data

    return json.dumps({"event": "planned", **plan_data(plan)}, ensure_ascii=False)


def _ask(plan: Plan, how: How) -> None:
    """Goes on only where somebody at a terminal says yes, or has said so beforehand."""
    if how.yes:
        return
    check_terminal("--yes")
    typer.echo(rendered(plan, "text", use_colour()), err=how.as_json)
    typer.confirm("Restore this?", abort=True, err=how.as_json)


def _carry_out(vault: Vault, access: Access, plan: Plan, how: How, stats: Stats | None = None) -> None:
    from lookervault.model.catalog import KINDS
    from lookervault.run.apply import Manner, apply_plan

    check_freeze(access)
    titles = {name: kind.title for name, kind in KINDS.items()}
    ended: list[Outcome] = []
    with ExitStack() as stack:
        bars = sys.stderr.isatty() or how.as_json or how.quiet
        tally = Tally((c.address for c in plan.changes), titles, None if bars else _say)

        def tell() -> None:
            for outcome in ended:
                typer.echo(told(outcome, tally, access.name, how.as_json))

        stack.callback(tell)  # last of all, and also where an error or a signal ends it
        # in plain lines the kinds stand for their objects
        listener = both(
            tally, stack.enter_context(progress(as_json=how.as_json, quiet=how.quiet, brief=True))
        )
        gateway = stack.enter_context(
            opened_gateway(access, how.workers, listener, how.retries, how.limits, stats)
        )
        stopped = stack.enter_context(stoppable())
        manner = Manner(
            stopped=stopped,
            checkpoint_interval=how.checkpoint_interval,
            who="lookervault restore",
            ended=ended.append,
        )
        outcome = apply_plan(gateway, vault, plan, workers=how.workers, listener=listener, manner=manner)
    raise_unless_complete(vault, outcome)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")

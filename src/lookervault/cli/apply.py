"""`lookervault apply`: carries a plan out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, cast

import typer

from lookervault import config as settings
from lookervault.cli.carry import Conduct, ask, carry_out, try_out
from lookervault.cli.choice import (
    ExcludeOption,
    ExcludeTypesOption,
    FolderOption,
    OnlyTypesOption,
    TargetOption,
    selection,
)
from lookervault.cli.estimate import say_estimate
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
from lookervault.cli.policy import (
    BaseOption,
    ConflictOption,
    EmptyOption,
    EnableOption,
    Leave,
    LossOption,
    MissingUsersOption,
    PruneOption,
    SkipModifiedOption,
)
from lookervault.cli.progress import progress
from lookervault.errors import NotFound, Refused, UsageError

if TYPE_CHECKING:
    from lookervault.looker.gateway import Gateway
    from lookervault.looker.stats import Stats
    from lookervault.plan.plan import Made, Plan
    from lookervault.plan.select import Selection
    from lookervault.run.drift import OnDrift
    from lookervault.run.events import Listener
    from lookervault.store.vault import Vault

ApprovedOption = Annotated[
    str,
    typer.Option("--only-approved", help="Apply only changes whose digests this file holds.", metavar="FILE"),
]
DriftOption = Annotated[
    str,
    typer.Option(
        "--on-drift",
        help="Of what moved since the plan: skip it, stop before anything is written, or overwrite.",
        metavar="skip|stop|overwrite",
        show_default="skip",
    ),
]
ReportOption = Annotated[
    str, typer.Option("--report", help="Write what became of each change as JSON.", metavar="FILE")
]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with the apply that was interrupted.")]
ExpectOption = Annotated[
    str, typer.Option("--expect", help="Apply only a plan of this fingerprint.", metavar="FINGERPRINT")
]
ForetoldOption = Annotated[
    int | None,
    typer.Option(
        "--max-api-calls", min=1, help="Refuse a plan that will take more API calls.", metavar="NUMBER"
    ),
]
CanaryOption = Annotated[
    int | None,
    typer.Option("--canary", min=1, help="Apply so many first, check them, then ask.", metavar="NUMBER"),
]
RetriesOption = Annotated[int | None, typer.Option("--max-retries", min=0, help="Tries after the first.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("apply", short_help="Carry a plan out, exactly once.")(apply)


def apply(
    desired: Annotated[
        str, typer.Argument(help="A saved plan file, or what to reach: a snapshot or a directory.")
    ] = "@latest",
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    target: TargetOption = None,
    exclude: ExcludeOption = None,
    only_types: OnlyTypesOption = None,
    exclude_types: ExcludeTypesOption = None,
    folder: FolderOption = None,
    enable_schedules: EnableOption = False,
    missing_users: MissingUsersOption = "",
    prune: PruneOption = False,
    allow_empty: EmptyOption = False,
    skip_if_modified: SkipModifiedOption = False,
    base: BaseOption = "last",
    on_conflict: ConflictOption = "stop",
    allow_attachment_loss: LossOption = False,
    yes: Annotated[bool, typer.Option("--yes", "--auto-approve", "-y", help="Do not ask.")] = False,
    resume: ResumeOption = False,
    expect: ExpectOption = "",
    only_approved: ApprovedOption = "",
    on_drift: DriftOption = "",
    report: ReportOption = "",
    workers: WorkersOption = None,
    rate_limit_per_second: RateOption = None,
    rate_limit_per_minute: RatePerMinuteOption = None,
    max_calls: CallsOption = None,
    max_api_calls: ForetoldOption = None,
    checkpoint_interval: CheckpointOption = None,
    canary: CanaryOption = None,
    max_retries: RetriesOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Make an instance like a snapshot or a tree of files: shows the plan and asks.

    A saved plan is carried out as it is.

    Every call is written to the vault's journal before it is sent, so that an apply that was killed
    goes on where it stopped: nothing twice, nothing lost. Right before an object is written it is read
    again: one that somebody has changed since the plan, so that the plan would do something else to it now,
    is left alone with all that depends on it (exit 5), unless --on-drift says otherwise.

    Examples:

        lookervault apply review.lvplan --instance prod

        lookervault apply @latest --instance prod --yes

        lookervault apply review.lvplan --on-drift stop --report outcome.json

        lookervault apply content --instance prod

        lookervault apply review.lvplan --only-approved approved.txt

        lookervault apply review.lvplan --max-api-calls 2000 --rate-limit-per-minute 600

        lookervault apply review.lvplan --canary 5

        lookervault apply --resume --instance prod
    """
    loaded = load_config(config)
    drift = drift_of(on_drift, loaded.apply.on_drift)
    access = settings.access(loaded, os.environ, instance)
    threads = workers or loaded.apply.workers
    retries = loaded.apply.max_retries if max_retries is None else max_retries
    agreed = (prune, allow_empty, skip_if_modified, base, on_conflict, allow_attachment_loss)
    limits = Limits(rate_limit_per_second, rate_limit_per_minute, max_calls)
    chosen = selection(target, exclude, only_types, exclude_types, folder)
    wanted = Wanted(desired, resume, chosen, Leave(enable_schedules, missing_users, *agreed), access.name)
    with opened_vault(loaded, db, create=Path(desired).is_dir()) as vault:
        with (
            progress(as_json=as_json, quiet=quiet) as listener,
            opened_gateway(access, threads, listener, retries, limits) as gateway,
        ):
            made = None if wanted.reviewed else _made(gateway, vault, wanted, loaded, threads, listener)
            plan = _approved(made.plan if made else _reviewed(gateway, vault, wanted), only_approved)
        _show(plan, wanted, as_json, gateway.stats)
        _agree(plan, wanted, expect, max_api_calls or loaded.apply.max_api_calls, yes)
        _remember(vault, made)
        every = checkpoint_interval or loaded.apply.checkpoint_interval
        how = (access, threads, retries, drift, report, as_json, quiet, limits, gateway.stats, every)
        _end(vault, plan, wanted, Conduct(*how), canary, yes)


def _show(plan: Plan, wanted: Wanted, as_json: bool, stats: Stats) -> None:
    """The plan for whoever has not seen it yet, and how long it may take."""
    if not (wanted.reviewed or as_json):
        typer.echo(rendered(plan, "text", use_colour()), nl=False)
        say_estimate(plan, stats)


def _end(vault: Vault, plan: Plan, wanted: Wanted, conduct: Conduct, canary: int | None, yes: bool) -> None:
    """Carries the plan out; one without changes is told of where it was not shown."""
    if plan.changes and canary:
        try_out(vault, plan, conduct, canary, asked=yes)
    elif plan.changes:
        carry_out(vault, plan, conduct)
    elif conduct.as_json:
        typer.echo(json.dumps({"event": "applied", "created": 0, "updated": 0, "deleted": 0}))
    elif wanted.reviewed:
        typer.echo("No changes. There is nothing to apply.")


class Wanted(NamedTuple):
    """What the command line asks to be applied, and to which instance."""

    desired: str
    resume: bool
    chosen: Selection
    leave: Leave
    target_name: str

    @property
    def reviewed(self) -> bool:
        """Whether the plan is made already, and was seen then."""
        return self.resume or Path(self.desired).is_file()


def _made(
    gateway: Gateway,
    vault: Vault,
    wanted: Wanted,
    config: settings.Config,
    workers: int,
    listener: Listener,
) -> Made:
    """A new plan, and what it was made of."""
    from lookervault.run.planning import planned

    request = wanted.leave.request(wanted.desired, wanted.chosen, config, wanted.target_name)
    name = wanted.target_name
    return planned(gateway, vault, request, target_name=name, workers=workers, listener=listener).made


def _reviewed(gateway: Gateway, vault: Vault, wanted: Wanted) -> Plan:
    """The plan that is made already: the interrupted one, or a saved one."""
    from lookervault.plan.codec import decode_plan
    from lookervault.plan.select import EVERYTHING
    from lookervault.run.apply import interrupted_plan
    from lookervault.store.planfile import read_plan

    if wanted.leave != Leave():
        raise UsageError(
            "this plan is made already", hint="say what it may do to the `lookervault plan` that makes it"
        )
    if wanted.chosen != EVERYTHING:
        raise UsageError("this plan is made already", hint="choose a part of it when it is planned")
    if not wanted.resume:
        return decode_plan(read_plan(Path(wanted.desired)))
    plan = interrupted_plan(vault, gateway.host)
    if plan is None:
        raise NotFound(f"no apply to {gateway.host} is unfinished", hint="start one without --resume")
    return plan


def _remember(vault: Vault, made: Made | None) -> None:
    """Keeps what was alike when the plan was made, for the next one."""
    from lookervault.run.agreed import agree_by_plan

    if made:
        agree_by_plan(vault, made)


def _approved(plan: Plan, path: str) -> Plan:
    """The plan, or the part of it that a file approves."""
    from lookervault.plan.approval import only_approved, read_approval

    if not path:
        return plan
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    return only_approved(plan, read_approval(text))


def _agree(plan: Plan, wanted: Wanted, expect: str, calls: int | None, yes: bool) -> None:
    """Refuses a plan that is not the reviewed one or takes more `calls`; asks where nobody has said yes."""
    from lookervault.plan.cost import refuse_above

    if not plan.changes:
        return
    if expect and plan.fingerprint != expect:
        raise Refused(f"the plan's fingerprint is {plan.fingerprint}, not {expect}", hint="review it again")
    if calls is not None and not wanted.resume:
        refuse_above(plan, calls)
    if not (yes or wanted.reviewed):
        ask()


def drift_of(option: str, default: str) -> OnDrift:
    """What to do with an object that moved, as the option or else the configuration says."""
    said = option or default
    if said not in ("stop", "skip", "overwrite"):
        raise UsageError(f"no --on-drift {said!r}", hint="one of stop, skip, overwrite")
    return cast("OnDrift", said)

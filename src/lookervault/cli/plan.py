"""`lookervault plan`: what would change, for people and for programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault import config as settings
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
    ConfigOption,
    DbOption,
    DebugOption,
    InstanceOption,
    Limits,
    QuietOption,
    RateOption,
    RatePerMinuteOption,
    WorkersOption,
    fitted,
    load_config,
    opened_gateway,
    opened_vault,
    use_colour,
)
from lookervault.cli.policy import (
    BaseOption,
    CacheOption,
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
from lookervault.errors import PlanError, Refused, UsageError
from lookervault.model.collector import uncollected

if TYPE_CHECKING:
    from lookervault.plan.plan import Plan

ExpandOption = Annotated[
    bool, typer.Option("--expand", help="Tell a change that many objects share at each of them.")
]
ExplainOption = Annotated[
    str, typer.Option("--explain", help="Only why this object is in the plan.", metavar="ADDRESS")
]
CHANGES = 2  # exit code of --detailed-exitcode


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("plan", short_help="Show what would make an instance like a snapshot or a tree.")(plan)


FORMATS = ("text", "json", "markdown", "html")


@uncollected()
def rendered(made: Plan, form: str, colour: bool, expand: bool = False) -> str:
    """A plan in one of the formats."""
    from lookervault.report.data import render_json
    from lookervault.report.markdown import render_markdown
    from lookervault.report.page import render_html
    from lookervault.report.text import render_text

    if form not in FORMATS:
        raise UsageError(f"no format {form!r}", hint=f"one of {', '.join(FORMATS)}")
    if form == "json":
        return render_json(made)
    if form == "markdown":
        return render_markdown(made)
    if form == "html":
        return render_html(made)
    # by it `apply --expect` knows what was reviewed
    reviewed = f"Fingerprint: {made.fingerprint}\n" if made.changes else ""
    return fitted(render_text(made, colour, expand)) + reviewed


def _told(made: Plan, form: str, expand: bool, explain: str) -> str:
    """The plan, or why one object is in it."""
    from lookervault.report.explain import explain as explained

    return fitted(explained(made, explain)) if explain else rendered(made, form, use_colour(), expand)


def plan(
    desired: Annotated[
        str, typer.Argument(help="What to reach: a snapshot (@latest, @3, @2026-11-01) or a directory.")
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
    cache: CacheOption = None,
    out: Annotated[str, typer.Option("--out", help="Save the plan for `apply`.", metavar="FILE")] = "",
    form: Annotated[str, typer.Option("--format", help="text, json, markdown or html.")] = "text",
    expand: ExpandOption = False,
    explain: ExplainOption = "",
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 0 without changes, 2 with.")
    ] = False,
    workers: WorkersOption = None,
    rate_limit_per_second: RateOption = None,
    rate_limit_per_minute: RatePerMinuteOption = None,
    max_calls: CallsOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Compare a snapshot, or a tree of files, with a live instance: what would make the instance like it?

    Nothing is written.

    Examples:

        lookervault plan @latest --instance prod

        lookervault plan content --instance prod --cache

        lookervault plan --target 'dashboard:Shared/Finance/*' --out review.lvplan

        lookervault plan --folder Shared/Finance --exclude-types scheduled_plans,alerts

        lookervault plan @latest --instance prod --prune

        lookervault plan @3 --instance prod --skip-if-modified

        lookervault plan --missing-users content-admin@example.com

        lookervault plan @latest --base @3 --on-conflict live
    """
    from lookervault.run.planning import plan_request

    chosen = selection(target, exclude, only_types, exclude_types, folder)
    agreed = (prune, allow_empty, skip_if_modified, base, on_conflict, allow_attachment_loss)
    leave = Leave(enable_schedules, missing_users, *agreed)
    loaded = load_config(config)
    access = settings.access(loaded, os.environ, instance)
    threads = workers or loaded.extract.workers
    limits = Limits(rate_limit_per_second, rate_limit_per_minute, max_calls)
    with (
        opened_vault(loaded, db, create=Path(desired).is_dir()) as vault,
        progress(as_json=False, quiet=quiet) as listener,
        opened_gateway(access, threads, listener, limits=limits) as gateway,
    ):
        request = leave.request(desired, chosen, loaded, access.name, cache)
        made = plan_request(
            gateway, vault, request, target_name=access.name, workers=threads, listener=listener
        )
    typer.echo(_told(made, form, expand, explain), nl=False)
    say_estimate(made, gateway.stats, quiet)
    _save(made, out)
    _check(made)
    if detailed_exitcode and made.changes:
        raise typer.Exit(CHANGES)


def _save(made: Plan, out: str) -> None:
    """Writes the plan for `apply`, if it is wanted, and says how to carry it out."""
    if not out:
        return
    from lookervault.plan.codec import encode_plan
    from lookervault.store.planfile import write_plan

    write_plan(Path(out), encode_plan(made))
    typer.echo(f"\nSaved to {out}. To carry out exactly this: lookervault apply {out}", err=True)
    typer.echo(f"Fingerprint: {made.fingerprint}", err=True)


def _check(made: Plan) -> None:
    """Refuses a plan larger than the configuration allows; a PlanError where it could not be applied."""
    from lookervault.plan.limits import LIMITS
    from lookervault.report.words import plural

    exceeded = [finding.message for finding in made.errors if finding.address in LIMITS]
    if exceeded:
        raise Refused("; ".join(exceeded))
    if made.errors:
        many = plural(len(made.errors), "error")
        raise PlanError(f"{many}: this plan cannot be applied", hint="mend what it names and plan again")

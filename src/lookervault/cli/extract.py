"""`lookervault extract`: an instance's content into the vault."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault import config as settings
from lookervault.cli.extracted import Cost, forecast_text, report
from lookervault.cli.kinds import wanted_kinds
from lookervault.cli.memory import watched
from lookervault.cli.options import (
    CallsOption,
    ConfigOption,
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
)
from lookervault.cli.progress import progress

if TYPE_CHECKING:
    from lookervault.looker.gateway import Gateway
    from lookervault.run.events import Event, Listener
    from lookervault.run.extract import Extraction
    from lookervault.store.vault import Vault

TypesArgument = Annotated[
    list[str] | None,
    typer.Argument(help="Kinds, such as dashboards looks; all without.", show_default=False),
]
TypesOption = Annotated[
    list[str] | None, typer.Option("--types", help="Kinds as well, with commas.", metavar="KINDS")
]
OutputOption = Annotated[str, typer.Option("--db", "--output", help="The vault file.", metavar="FILE")]
IncrementalOption = Annotated[
    bool, typer.Option("--incremental", help="Read only what changed since the last snapshot.")
]
FolderOption = Annotated[
    str, typer.Option("--folder", help="Looks and dashboards of this folder and below.", metavar="PATH")
]
ResumeOption = Annotated[
    bool | None,
    typer.Option(
        "--resume/--no-resume", help="Go on with an interrupted one, or begin anew.", show_default=False
    ),
]
UserValuesOption = Annotated[
    bool | None,
    typer.Option(
        "--user-values/--no-user-values",
        help="Store single users' values of user attributes; a call each.",
        show_default=False,
    ),
]

_CONTENT = ["folders", "looks", "dashboards"]  # what is in folders


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("extract", short_help="Store an instance's content as a snapshot.")(extract)


def extract(
    types: TypesArgument = None,
    more_types: TypesOption = None,
    config: ConfigOption = "",
    db: OutputOption = "",
    instance: InstanceOption = "",
    workers: WorkersOption = None,
    batch_size: Annotated[int | None, typer.Option("--batch-size", min=1, help="Objects per commit.")] = None,
    incremental: IncrementalOption = False,
    folder: FolderOption = "",
    include_trash: Annotated[
        bool, typer.Option("--include-trash", help="Store deleted dashboards and looks too.")
    ] = False,
    user_values: UserValuesOption = None,
    rate_limit_per_second: RateOption = None,
    rate_limit_per_minute: RatePerMinuteOption = None,
    max_calls: CallsOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell how many API calls it would take.")
    ] = False,
    resume: ResumeOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell of every API call and how it was answered.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Store everything the instance holds, as the API sends it, as a new snapshot in the vault.

    Objects that did not change cost no space. Secrets are replaced by a digest. What was interrupted,
    by whatever, can be resumed; the snapshots before it are never touched.

    Examples:

        lookervault extract --instance dev

        lookervault extract dashboards folders --db backup.db

        lookervault extract --instance prod --incremental --max-calls 200

        lookervault extract --folder Shared/Finance --dry-run

        lookervault extract --instance prod --include-trash --user-values
    """
    from lookervault.run.extract import Extraction

    loaded = load_config(config)
    named = [*(types or []), *",".join(more_types or []).replace(",", " ").split()]
    access = settings.access(loaded, os.environ, instance)
    wanted = Extraction(
        access.name,
        wanted_kinds(named or (_CONTENT if folder else [])),
        workers or loaded.extract.workers,
        batch_size or loaded.extract.batch_size,
        include_trash,
        incremental,
        folder=folder,
        user_values=loaded.extract.user_values if user_values is None else user_values,
        every_date=loaded.plan.cache,
    )
    limits = Limits(rate_limit_per_second, rate_limit_per_minute, max_calls)
    with (
        opened_vault(loaded, db, create=True) as vault,
        progress(as_json=as_json, quiet=quiet) as listener,
        opened_gateway(access, wanted.workers, listener, limits=limits, verbose=verbose) as gateway,
    ):
        if dry_run:
            typer.echo(forecast_text(gateway, vault, wanted, as_json))
            return
        wanted.resume = _agreed(vault, gateway.host, wanted, resume, yes)
        listener = watched(listener, loaded.extract.max_memory_mb)
        text = _extracted(gateway, vault, wanted, listener, as_json)
    typer.echo(text)


def _agreed(vault: Vault, host: str, wanted: Extraction, resume: bool | None, yes: bool) -> bool:
    """Whether to go on with an interrupted extraction; on a terminal the answer is asked for."""
    from lookervault.run.extract import interrupted

    found = interrupted(vault, host, wanted) if resume is not False else None
    if found is None:
        if resume:
            typer.echo("There is nothing to resume that was asked for the same; beginning anew.", err=True)
        return False
    told = (
        f"Extraction {found.number} of {host}, begun {found.started_at}, has stored {found.staged} objects."
    )
    if yes or not sys.stdin.isatty():
        if resume is None and not yes:
            typer.echo(f"{told} It is given up; --resume goes on with one.", err=True)
        return bool(resume) or yes
    typer.echo(told, err=True)
    return typer.confirm("Go on with it?", default=True, err=True)


def _extracted(gateway: Gateway, vault: Vault, wanted: Extraction, listener: Listener, as_json: bool) -> str:
    from lookervault.run.events import ObjectUnreadable
    from lookervault.run.extract import extract as run
    from lookervault.run.extract import last_full

    unreadable = 0

    def hear(event: Event) -> None:
        nonlocal unreadable
        unreadable += isinstance(event, ObjectUnreadable)
        listener(event)

    began = time.monotonic()
    snapshot = run(gateway, vault, wanted, hear)
    stats = gateway.stats
    cost = Cost(stats.by_bucket, stats.retries, unreadable, time.monotonic() - began)
    full = last_full(vault, gateway.host) if wanted.incremental else None
    return report(snapshot, cost, str(vault.path), full, as_json)

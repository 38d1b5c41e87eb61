"""`lookervault drift`: what was changed in Looker, and by whom."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault import config as settings
from lookervault.cli.options import (
    ConfigOption,
    DbOption,
    DebugOption,
    InstanceOption,
    QuietOption,
    WorkersOption,
    chosen_format,
    load_config,
    opened_gateway,
    opened_vault,
    use_colour,
)
from lookervault.cli.policy import managed, overlay_of
from lookervault.cli.progress import progress
from lookervault.errors import LookervaultError

if TYPE_CHECKING:
    from lookervault.plan.plan import Plan

DRIFT = 2  # exit code where there is any


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("drift", short_help="Tell what was changed in Looker, and by whom.")(drift)


def exit_code(error: LookervaultError) -> int:
    """An error's code, of which none may be taken for drift."""
    return 1 if error.exit_code == DRIFT else error.exit_code


def drift(
    desired: Annotated[
        str,
        typer.Argument(
            help="What the instance should be: a snapshot or a directory; by default its last snapshot."
        ),
    ] = "",
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    added: Annotated[
        bool, typer.Option("--added", help="Also tell what the instance has and the desired state lacks.")
    ] = False,
    form: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    workers: WorkersOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Compare an instance with what it should be: who changed what, when and where, as far as Looker knows.

    Nothing is written. Exit code 0: no drift; 2: drift; any other: an error.

    Examples:

        lookervault drift --instance prod

        lookervault drift content --instance prod --added --format markdown
    """
    from lookervault.plan.select import EVERYTHING
    from lookervault.run.adrift import drifted

    chosen_format(form, "text", "json", "markdown")
    loaded = load_config(config)
    access = settings.access(loaded, os.environ, instance)
    threads = workers or loaded.extract.workers
    with (
        opened_vault(loaded, db, create=Path(desired or "?").is_dir()) as vault,
        progress(as_json=False, quiet=quiet) as listener,
        opened_gateway(access, threads, listener) as gateway,
    ):
        found = drifted(
            gateway,
            vault,
            desired,
            target_name=access.name,
            workers=threads,
            listener=listener,
            added=added,
            overlay=overlay_of(loaded, access.name),
            selection=managed(EVERYTHING, loaded.plan),
        )
    typer.echo(_told(found, form), nl=False)
    if found.changes:
        raise typer.Exit(DRIFT)


def _told(found: Plan, form: str) -> str:
    from lookervault.report.drift import drift_json, drift_markdown, drift_text

    if form == "json":
        return drift_json(found)
    return drift_markdown(found) if form == "markdown" else drift_text(found, use_colour())

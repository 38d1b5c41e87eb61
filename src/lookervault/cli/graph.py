"""`lookervault graph`: what waits for what."""

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
)
from lookervault.cli.policy import Leave
from lookervault.cli.progress import progress

if TYPE_CHECKING:
    from lookervault.plan.plan import Plan


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("graph", short_help="Show what waits for what in a plan.")(graph)


def graph(
    desired: Annotated[str, typer.Argument(help="A saved plan file, or the snapshot to reach.")] = "@latest",
    form: Annotated[str, typer.Option("--format", help="tree, dot or mermaid.")] = "tree",
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    workers: WorkersOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the order of an apply: each change stands below the last of those that it waits for.

    Examples:

        lookervault graph review.lvplan

        lookervault graph review.lvplan --format dot | dot -Tsvg > plan.svg
    """
    from lookervault.report.graph import render_dot, render_mermaid, render_tree

    renderers = {"tree": render_tree, "dot": render_dot, "mermaid": render_mermaid}
    chosen_format(form, *renderers)
    plan = _plan(desired, config, db, instance, workers, quiet)
    typer.echo(renderers[form](plan), nl=False)


def _plan(desired: str, config: str, db: str, instance: str, workers: int | None, quiet: bool) -> Plan:
    """A saved plan, or one made now."""
    from lookervault.plan.codec import decode_plan
    from lookervault.plan.select import EVERYTHING
    from lookervault.run.planning import plan_request
    from lookervault.store.planfile import read_plan

    if Path(desired).is_file():
        return decode_plan(read_plan(Path(desired)))
    loaded = load_config(config)
    access = settings.access(loaded, os.environ, instance)
    threads = workers or loaded.extract.workers
    request = Leave(base="none").request(desired, EVERYTHING, loaded, access.name)
    with (
        opened_vault(loaded, db, create=False) as vault,
        progress(as_json=False, quiet=quiet) as listener,
        opened_gateway(access, threads, listener) as gateway,
    ):
        return plan_request(
            gateway, vault, request, target_name=access.name, workers=threads, listener=listener
        )

"""`lookervault rehearse`: what would fail, before anything is written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault import config as settings
from lookervault.cli.options import (
    ConfigOption,
    DebugOption,
    InstanceOption,
    JsonOption,
    QuietOption,
    WorkersOption,
    load_config,
    opened_gateway,
)
from lookervault.cli.progress import progress
from lookervault.errors import PartlyApplied
from lookervault.report.safe import in_json, visible

if TYPE_CHECKING:
    from lookervault.run.rehearse import Rehearsal


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("rehearse", short_help="Try a saved plan on a copy of its target.")(rehearse)


def rehearse(
    plan: Annotated[Path, typer.Argument(help="A plan file that `plan --out` has saved.", exists=True)],
    config: ConfigOption = "",
    instance: InstanceOption = "",
    workers: WorkersOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Read the target as it is now into a sandbox, apply the plan there, and look what came of it.

    The instance itself is only read. Exit code 0: all would succeed; 4: something would fail, be skipped,
    or turn out otherwise than the plan says; 6: the plan has errors.

    Example:

        lookervault rehearse review.lvplan --instance prod
    """
    from lookervault.plan.codec import decode_plan
    from lookervault.run.rehearse import rehearse as tried
    from lookervault.store.planfile import read_plan

    loaded = load_config(config)
    access = settings.access(loaded, os.environ, instance)
    threads = workers or loaded.apply.workers
    with (
        progress(as_json=False, quiet=quiet or as_json) as listener,
        opened_gateway(access, threads, listener) as gateway,
    ):
        result = tried(gateway, decode_plan(read_plan(plan)), workers=threads, listener=listener)
    _tell(result, as_json)
    if not result.fine:
        raise PartlyApplied(
            "the plan would not be carried out as it is", hint="mend the cause and plan again"
        )


def _tell(result: Rehearsal, as_json: bool) -> None:
    import msgspec

    if as_json:
        typer.echo(
            in_json(json.dumps({"fine": result.fine, **msgspec.to_builtins(result)}, ensure_ascii=False))
        )
        return
    out = result.outcome
    done = f"{out.created} created, {out.updated} updated, {out.deleted} deleted"
    typer.echo(f"Rehearsal on a copy of the target: {done} in {out.seconds:.1f}s.")
    told = (("would fail", out.failed), ("would be skipped", out.skipped), ("has moved", out.stale))
    for what, failures in told:
        for failure in failures:
            typer.echo(f"  {what}: {visible(failure.address)}: {visible(failure.message)}")
    for surprise in result.surprises:
        typer.echo(f"  surprise: {visible(surprise)}")
    if result.fine:
        typer.echo("The plan can be applied.")

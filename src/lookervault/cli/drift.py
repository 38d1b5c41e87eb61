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
    fitted,
    load_config,
    opened_gateway,
    opened_vault,
    use_colour,
)
from lookervault.cli.policy import managed, overlay_of
from lookervault.cli.progress import progress
from lookervault.errors import LookervaultError, UsageError
from lookervault.report.safe import in_json, visible

if TYPE_CHECKING:
    from lookervault.looker.gateway import Gateway
    from lookervault.plan.plan import Plan
    from lookervault.run.adrift import Asked
    from lookervault.store.vault import Vault

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
    adopt: Annotated[
        str, typer.Option("--adopt", help="Take what was changed in Looker into this tree.", metavar="DIR")
    ] = "",
    form: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    workers: WorkersOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Compare an instance with what it should be: who changed what, when and where, as far as Looker knows.

    Nothing is written, but with --adopt to the files of a tree: what was changed in Looker comes into them,
    with their comments, and nothing else. What was changed on both sides is left as it is and named.
    Exit code 0: no drift, or all of it taken over; 2: drift; any other: an error.

    Examples:

        lookervault drift --instance prod

        lookervault drift content --instance prod --added --format markdown

        lookervault drift --adopt content --instance prod
    """
    from lookervault.plan.select import EVERYTHING
    from lookervault.run.adrift import Asked, drifted

    if adopt and desired not in ("", adopt):
        raise UsageError("--adopt says which tree is meant", hint=f"leave {desired!r} out")
    chosen_format(form, "text", "json", "markdown")
    loaded = load_config(config)
    access = settings.access(loaded, os.environ, instance)
    threads = workers or loaded.extract.workers
    with (
        opened_vault(loaded, db, create=Path(adopt or desired or "?").is_dir()) as vault,
        progress(as_json=False, quiet=quiet) as listener,
        opened_gateway(access, threads, listener) as gateway,
    ):
        chosen = managed(EVERYTHING, loaded.plan)
        overlay = overlay_of(loaded, access.name)
        how = Asked(access.name, threads, listener, added, overlay, chosen)
        if adopt:
            told, left = _adopted(gateway, vault, Path(adopt), how, form)
        else:
            found = drifted(gateway, vault, desired, how)
            told, left = _told(found, form), bool(found.changes)
    typer.echo(told, nl=False)
    if left:
        raise typer.Exit(DRIFT)


def _adopted(gateway: Gateway, vault: Vault, root: Path, how: Asked, form: str) -> tuple[str, bool]:
    """Takes the drift into a tree; what to say of that, and whether anything was left."""
    import msgspec

    from lookervault.report.drift import adoption_markdown
    from lookervault.run.adrift import adopt_drift

    adopted = adopt_drift(gateway, vault, root, how)
    if form == "json":
        event = {"event": "adopted", **msgspec.to_builtins(adopted)}
        return in_json(msgspec.json.encode(event).decode()) + "\n", bool(adopted.left)
    if form == "markdown":
        return adoption_markdown(adopted.taken, adopted.left), bool(adopted.left)
    lines = [f"taken: {address}" for address in adopted.taken]
    lines += [f"left: {address}: {why}" for address, why in adopted.left.items()]
    written = adopted.written
    count = len(written.new) + len(written.changed) + len(written.removed)
    lines.append(f"{count} files of {root} changed." if count else "No drift to take over.")
    return "".join(f"{visible(line)}\n" for line in lines), bool(adopted.left)


def _told(found: Plan, form: str) -> str:
    from lookervault.report.drift import drift_json, drift_markdown, drift_text

    if form == "json":
        return drift_json(found)
    return drift_markdown(found) if form == "markdown" else fitted(drift_text(found, use_colour()))

"""The `lookervault` command: which commands there are, and how an error ends them."""

from __future__ import annotations

import signal
import sys
import traceback
from typing import Annotated, Any

import typer

from lookervault import __version__
from lookervault.cli import (
    apply,
    drift,
    extract,
    graph,
    history,
    inspect,
    mapping,
    plan,
    play,
    ready,
    rehearse,
    restore,
    rollback,
    tree,
    upkeep,
)
from lookervault.cli.restore.backup import exit_code as restore_code
from lookervault.errors import Interrupted, LookervaultError

# rich help costs every command 90 ms
app = typer.Typer(
    name="lookervault",
    help="Plan and apply for Looker: extract an instance, review a diff, reconcile it exactly once.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lookervault {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


READING = (extract, inspect, history, upkeep, drift)
CHANGING = (plan, apply, restore, rollback, tree, mapping)
TRYING = (graph, ready, rehearse, play)
for module in (*READING, *CHANGING, *TRYING):
    module.register(app)


def main(arguments: list[str] | None = None) -> Any:
    """Runs a command line and exits with its code (README, exit codes)."""
    words = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in words
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what runs as Ctrl+C does
    try:
        app(words)
    except LookervaultError as error:
        _tell(error, debug)
        sys.exit(_code(error, words[:1]))
    except KeyboardInterrupt:
        _tell(Interrupted("stopped"), debug)
        sys.exit(Interrupted.exit_code)
    except BrokenPipeError:
        sys.exit(1)


def _code(error: LookervaultError, command: list[str]) -> int:
    """The exit code of an error; `restore` and `drift` have their own meanings of some."""
    if command == ["restore"]:
        return restore_code(error)
    return drift.exit_code(error) if command == ["drift"] else error.exit_code


def _tell(error: LookervaultError, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    lines = [f"Error: {error.message}", *([f"Hint: {error.hint}"] if error.hint else [])]
    typer.echo("\n".join(lines), err=True)

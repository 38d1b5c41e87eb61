"""`lookervault log` and `diff`: what became of objects from snapshot to snapshot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault.cli.options import (
    ConfigOption,
    DbOption,
    DebugOption,
    JsonOption,
    load_config,
    opened_vault,
    use_colour,
)
from lookervault.report.safe import in_json, visible

if TYPE_CHECKING:
    from lookervault.run.versions import Entry

_DIFFERENT = 2  # exit code of --detailed-exitcode


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("log", short_help="Show the history of an object.")(log)
    app.command("diff", short_help="Show what differs between two snapshots.")(diff)


def log(
    address: Annotated[str, typer.Argument(help="An address such as dashboard:Shared/Finance/KPIs.")],
    config: ConfigOption = "",
    db: DbOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show when an object came, changed, moved and went, by snapshot.

    What is there no more is found by the address it had.

    Example:

        lookervault log dashboard:Shared/Finance/KPIs
    """
    import msgspec

    from lookervault.model.address import parse
    from lookervault.run.versions import log as told

    with opened_vault(load_config(config), db, create=False) as vault:
        seen = ""
        for entry in told(vault, str(parse(address))):
            if as_json:
                typer.echo(in_json(json.dumps(msgspec.to_builtins(entry), ensure_ascii=False)))
                continue
            head = f"{entry.kind} {entry.id} of {entry.host}"
            if head != seen:
                typer.echo(visible(head))
            seen = head
            typer.echo(_line(entry))


def _line(entry: Entry) -> str:
    fields = f": {', '.join(entry.fields)}" if entry.fields else ""
    return visible(f"  @{entry.snapshot}  {entry.at}  {entry.what}{fields}")


def diff(
    before: Annotated[str, typer.Argument(help="A snapshot: @3, @2026-11-01, @latest.")],
    after: Annotated[str, typer.Argument(help="A later one.")] = "@latest",
    config: ConfigOption = "",
    db: DbOption = "",
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 0 without differences, 2 with.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Show what differs between two snapshots: fields that mean something, not counters.

    Examples:

        lookervault diff @3 @latest

        lookervault diff @2026-11-01 @2026-11-08 --format json
    """
    from lookervault.cli.options import chosen_format
    from lookervault.report.comparison import comparison_data, comparison_text
    from lookervault.run.compare import compare_snapshots
    from lookervault.store.snapshots import resolve

    chosen_format(form, "text", "json")
    with opened_vault(load_config(config), db, create=False) as vault:
        old, new = resolve(vault, before), resolve(vault, after)
        changes = compare_snapshots(vault, old, new)
    names = (f"@{old.number}", f"@{new.number}")
    if form == "json":
        typer.echo(in_json(json.dumps(comparison_data(*names, changes), ensure_ascii=False, indent=2)))
    else:
        typer.echo(comparison_text(*names, changes, use_colour()), nl=False)
    if detailed_exitcode and changes:
        raise typer.Exit(_DIFFERENT)

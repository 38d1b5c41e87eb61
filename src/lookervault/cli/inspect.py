"""`lookervault list`, `show` and `snapshots`: what the vault holds."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault.cli.options import (
    ConfigOption,
    DbOption,
    DebugOption,
    JsonOption,
    SnapshotOption,
    load_config,
    opened_vault,
    use_colour,
)
from lookervault.cli.plan import ExpandOption
from lookervault.errors import NotFound, UsageError
from lookervault.report.safe import in_json, visible

if TYPE_CHECKING:
    from lookervault.run.contents import Row
    from lookervault.store.snapshots import Snapshot
    from lookervault.store.vault import Vault


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("list", short_help="List what a snapshot holds.")(list_)
    app.command("show", short_help="Show one object of a snapshot, or a saved plan.")(show)
    app.command("snapshots", short_help="List the snapshots of the vault.")(snapshots)


def list_(
    kind: Annotated[str, typer.Argument(help="A kind, such as dashboards.", show_default=False)] = "",
    config: ConfigOption = "",
    db: DbOption = "",
    snapshot: SnapshotOption = "@latest",
    owner: Annotated[str, typer.Option("--owner", help="Only what is this user's (e-mail).")] = "",
    match: Annotated[str, typer.Option("--match", help="Only addresses like this.", metavar="GLOB")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many lines; 0 for all.")] = 0,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """List the objects of a snapshot: address, id, owner, when it changed.

    Examples:

        lookervault list dashboards --snapshot @latest

        lookervault list looks --owner ada@example.com --match 'look:Shared/Finance/*' --json
    """
    import msgspec

    from lookervault.cli.kinds import wanted_kinds
    from lookervault.run.contents import contents
    from lookervault.store.snapshots import resolve

    with opened_vault(load_config(config), db, create=False) as vault:
        found = resolve(vault, snapshot)
        kinds = wanted_kinds([kind] if kind else [])
        rows = contents(vault, found, kinds, owner=owner, match=match)
        for row in islice(rows, limit or None):
            data = msgspec.to_builtins(row)
            typer.echo(in_json(json.dumps(data, ensure_ascii=False)) if as_json else _line(row))
        partly = {k: w for k, w in found.incomplete.items() if k in kinds}
        if partly and not as_json:
            typer.echo(not_all(partly), err=True)


def _line(row: Row) -> str:
    owner = f"  {row.owner.removeprefix('user:')}" if row.owner else ""
    deleted = ", deleted" if row.deleted else ""
    return visible(f"{row.address}  (id {row.id}{deleted}){owner}  {row.updated_at or ''}".rstrip())


def not_all(worth: dict[str, str]) -> str:
    """Of which kinds there may be more, and why."""
    kinds: dict[str, list[str]] = {}
    for kind, status in worth.items():
        kinds.setdefault(status, []).append(kind)
    told = "; ".join(f"{status}: {', '.join(names)}" for status, names in sorted(kinds.items()))
    return f"Not all was listed ({told})."


def show(
    what: Annotated[str, typer.Argument(help="An address such as dashboard:Shared/KPIs, or a plan file.")],
    config: ConfigOption = "",
    db: DbOption = "",
    snapshot: SnapshotOption = "@latest",
    form: Annotated[
        str,
        typer.Option("--format", help="text, json, markdown or html for a plan; json or yaml for an object."),
    ] = "",
    expand: ExpandOption = False,
    explain: Annotated[
        str, typer.Option("--explain", help="Of a plan: why this object is in it.", metavar="ADDRESS")
    ] = "",
    debug: DebugOption = False,
) -> None:
    """Show one object as it was extracted, or a saved plan.

    Examples:

        lookervault show dashboard:Shared/Finance/KPIs

        lookervault show review.lvplan --format json

        lookervault show review.lvplan --explain 'dashboard:Shared/Finance/KPIs'
    """
    if Path(what).is_file():
        _show_plan(Path(what), form or "text", expand, explain)
        return
    with opened_vault(load_config(config), db, create=False) as vault:
        _show_object(vault, what, snapshot, form or "yaml")


def _show_plan(path: Path, form: str, expand: bool, address: str) -> None:
    from lookervault.cli.plan import rendered
    from lookervault.plan.codec import decode_plan
    from lookervault.report.explain import explain
    from lookervault.store.planfile import read_plan

    if address:
        typer.echo(explain(decode_plan(read_plan(path)), address), nl=False)
        return
    typer.echo(rendered(decode_plan(read_plan(path)), form, use_colour(), expand), nl=False)


def _show_object(vault: Vault, address: str, snapshot: str, form: str) -> None:
    from lookervault.model.address import parse
    from lookervault.model.naming import in_trash
    from lookervault.store.snapshots import find, resolve
    from lookervault.store.yamltext import dump

    if form not in ("json", "yaml"):
        raise UsageError(f"an object cannot be shown as {form!r}", hint="--format json or --format yaml")
    state: Snapshot = resolve(vault, snapshot)
    items = find(vault, state, str(parse(address)))
    if not items:
        raise NotFound(f"{address} is not in snapshot @{state.number}", hint="see `lookervault list`")
    for item in items:
        if form == "json":
            typer.echo(in_json(json.dumps(item.raw, ensure_ascii=False, indent=2)))
        else:
            if in_trash(item.kind, item.address):
                typer.echo("# deleted: in the trash")
            # a file of a tree is shown as it is
            typer.echo(item.raw if isinstance(item.raw, str) else dump(item.raw), nl=False)


def snapshots(
    config: ConfigOption = "", db: DbOption = "", as_json: JsonOption = False, debug: DebugOption = False
) -> None:
    """List the snapshots, oldest first.

    Example:

        lookervault snapshots --json
    """
    from lookervault.store.snapshots import snapshots as stored

    with opened_vault(load_config(config), db, create=False) as vault:
        for found in stored(vault):
            row = {
                "snapshot": found.number,
                "instance": found.instance,
                "host": found.host,
                "completed_at": found.completed_at,
                "items": found.items,
                "incomplete": found.incomplete,
            }
            where = f"{found.instance} ({found.host})"
            text = f"@{found.number}  {found.completed_at}  {where}  {found.items} objects"
            text += "  (not all was listed)" if found.incomplete else ""
            typer.echo(json.dumps(row) if as_json else text)

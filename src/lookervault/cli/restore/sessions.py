"""`lookervault restore status`: which restores and applies there were, and how far they came."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lookervault.cli.options import (
    ConfigOption,
    DbOption,
    DebugOption,
    JsonOption,
    load_config,
    opened_vault,
)
from lookervault.errors import NotFound
from lookervault.report.safe import visible

if TYPE_CHECKING:
    from lookervault.store.journal import Apply
    from lookervault.store.vault import Vault


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("status", short_help="Show how far restores came.")(status)


def status(
    session: Annotated[str, typer.Argument(help="Session; the newest without.")] = "",
    all_: Annotated[bool, typer.Option("--all", help="Every session, newest first.")] = False,
    config: ConfigOption = "",
    db: DbOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show a session of restore, apply or rollback: when, to which instance, how far, and how it ended.

    Of one that runs it says who holds the instance; no other may write to it until that ends.

    Examples:

        lookervault restore status

        lookervault restore status --all --json
    """
    from lookervault.store.journal import applies, apply

    with opened_vault(load_config(config), db, create=False) as vault:
        found = [apply(vault, session)] if session else applies(vault)[: None if all_ else 1]
        if not found and not all_:
            raise NotFound("there was no restore yet", hint="`lookervault restore all --dry-run` tries one")
        rows = [as_data(vault, each) for each in found]
    if as_json:
        typer.echo(json.dumps(rows if all_ else rows[0]))
        return
    for row in rows:
        typer.echo(brief(row) if all_ else detail(row))


def as_data(vault: Vault, found: Apply) -> dict[str, Any]:
    """A session as plain JSON values, with what its journal and its lock tell."""
    import msgspec

    from lookervault.store.deadletters import count
    from lookervault.store.journal import progress
    from lookervault.store.lock import holder_of

    steps = progress(vault, found.session)
    holder = holder_of(vault, found.host) if found.status == "running" else None
    # another apply may have the target by now; one that has not signed its session yet has just begun
    alive = holder is not None and holder.session in ("", found.session)
    status = "killed" if found.status == "running" and not alive else found.status
    return {
        **msgspec.to_builtins(found),
        "status": status,
        "calls": steps,
        "dead_letters": count(vault, session=found.session),
        "held_by": msgspec.to_builtins(holder) if holder and alive else None,
        "resumable": status in ("killed", "interrupted", "failed", "partly"),
    }


def brief(row: dict[str, Any]) -> str:
    """A session as one line."""
    counts = ", ".join(f"{n} {name}" for name, n in row["counts"].items() if n)
    return (
        f"{row['session']}  {row['status']:<11}  {row['started_at'][:19]}  {visible(row['host'])}  {counts}"
    )


def detail(row: dict[str, Any]) -> str:
    """A session as several lines."""
    from lookervault.store.lock import Holder

    counts = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in row["counts"].items() if n) or "-"
    calls = ", ".join(f"{n} {name}" for name, n in row["calls"].items()) or "none"
    lines = [
        f"session       {row['session']}",
        f"status        {row['status']}",
        f"target        {visible(row['host'])}",
        f"plan          {row['fingerprint'][:12]}",
        f"started       {row['started_at'][:19]}",
        f"ended         {(row['ended_at'] or '-')[:19]}",
        f"changes       {counts}",
        f"calls         {calls}",
        f"dead letters  {row['dead_letters']}",
    ]
    if row["held_by"]:
        lines.append(f"held by       {visible(str(Holder(**row['held_by'])))}")
    if row["resumable"]:
        lines.append(f"Go on with: lookervault restore resume {row['session']}")
    return "\n".join(lines)

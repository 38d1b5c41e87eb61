"""`lookervault restore dlq`: what failed for good, to be understood, tried again or dropped."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lookervault.cli.asking import check_terminal
from lookervault.cli.freeze import check_freeze
from lookervault.cli.options import (
    CallsOption,
    ConfigOption,
    DbOption,
    DebugOption,
    InstanceOption,
    JsonOption,
    Limits,
    RateOption,
    RatePerMinuteOption,
    WorkersOption,
    load_config,
    opened_gateway,
    opened_vault,
)
from lookervault.cli.policy import overlay_of
from lookervault.cli.progress import progress
from lookervault.cli.restore.backup import (
    RetriesOption,
    instance_access,
    raise_unless_complete,
    retries_of,
    workers_of,
)
from lookervault.cli.stopping import stoppable
from lookervault.errors import UsageError
from lookervault.report.safe import visible

if TYPE_CHECKING:
    from lookervault.store.deadletters import DeadLetter

dlq = typer.Typer(
    name="dlq",
    help="The dead letter queue: changes that failed for good.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NumberArgument = Annotated[int, typer.Argument(metavar="ID", help="Number of the letter.")]
SessionOption = Annotated[str, typer.Option("--session-id", help="Only of this session.", metavar="ID")]
TypeOption = Annotated[str, typer.Option("--content-type", help="Only of this kind.", metavar="KIND")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(dlq)


@dlq.command("list")
def list_(
    session_id: SessionOption = "",
    content_type: TypeOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Leave out so many.")] = 0,
    config: ConfigOption = "",
    db: DbOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """List what failed for good, oldest first.

    Example:

        lookervault restore dlq list --content-type dashboards --limit 20
    """
    from lookervault.store import deadletters

    which = {"session": session_id or None, "kind": _kind(content_type)}
    with opened_vault(load_config(config), db, create=False) as vault:
        found = deadletters.letters(vault, **which, limit=limit, offset=offset)
        total = deadletters.count(vault, **which)
    if as_json:
        rows = [as_data(letter) for letter in found]
        typer.echo(json.dumps({"total": total, "offset": offset, "letters": rows}, ensure_ascii=False))
        return
    for letter in found:
        typer.echo(line(letter))
    if not total:
        typer.echo("The queue is empty.")
    elif offset + len(found) < total:
        more = f"--limit {limit} --offset {offset + limit}"
        typer.echo(f"{offset + len(found)} of {total}; more with {more}", err=True)


@dlq.command("show")
def show(
    number: NumberArgument,
    config: ConfigOption = "",
    db: DbOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show all that is known of one failure: the call, its body, what the server said.

    Example:

        lookervault restore dlq show 3
    """
    from lookervault.store import deadletters

    with opened_vault(load_config(config), db, create=False) as vault:
        letter = deadletters.get(vault, number)
    typer.echo(json.dumps(as_data(letter), ensure_ascii=False) if as_json else detail(letter))


@dlq.command("retry")
def retry(
    number: NumberArgument,
    fix_dependencies: Annotated[
        bool, typer.Option("--fix-dependencies", help="Bring along what it needs and the target lacks.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Go on though the plan has errors.")] = False,
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    workers: WorkersOption = None,
    rate_limit_per_second: RateOption = None,
    rate_limit_per_minute: RatePerMinuteOption = None,
    max_calls: CallsOption = None,
    max_retries: RetriesOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Try a failed change again, from the backup that it came from; what succeeds leaves the queue.

    The target is looked at anew, so that what was done of the change in the meantime is not done twice.

    Example:

        lookervault restore dlq retry 3 --fix-dependencies
    """
    from lookervault.run.apply import Manner
    from lookervault.run.retrying import Again, retry_letter

    loaded = load_config(config)
    access = instance_access(loaded, instance)
    check_freeze(access)
    threads = workers_of(loaded, workers)
    limits = Limits(rate_limit_per_second, rate_limit_per_minute, max_calls)
    with opened_vault(loaded, db, create=False) as vault:
        with (
            progress(as_json=False, quiet=as_json or not sys.stderr.isatty()) as listener,
            opened_gateway(access, threads, listener, retries_of(loaded, max_retries), limits) as gateway,
            stoppable() as stopped,
        ):
            overlay = overlay_of(loaded, access.name)
            how = Again(access.name, fix_dependencies, force, threads, overlay)
            manner = Manner(stopped=stopped, who="lookervault restore dlq retry")
            letter, outcome = retry_letter(gateway, vault, number, how, listener, manner)
        applied = outcome.applied if outcome else 0
        if as_json:
            done = outcome is None or outcome.complete
            typer.echo(json.dumps({"event": "retried", "letter": number, "done": done, "applied": applied}))
        elif outcome is None:
            typer.echo(f"{visible(letter.address)} is as desired by now; the letter is dropped.")
        elif outcome.complete:
            typer.echo(f"Done: {visible(letter.address)}, {applied} changes; the letter is dropped.")
        if outcome:
            raise_unless_complete(vault, outcome)


@dlq.command("clear")
def clear(
    session_id: SessionOption = "",
    content_type: TypeOption = "",
    all_: Annotated[bool, typer.Option("--all", help="The whole queue.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Do not ask.")] = False,
    config: ConfigOption = "",
    db: DbOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Drop letters without trying them again.

    Example:

        lookervault restore dlq clear --session-id 20261101T020000-1a2b3c --force
    """
    from lookervault.store import deadletters

    if all_ == bool(session_id or content_type):
        raise UsageError("which letters?", hint="give --session-id, --content-type or --all")
    which = {"session": session_id or None, "kind": _kind(content_type)}
    with opened_vault(load_config(config), db, create=False) as vault:
        if not force:
            _ask(deadletters.count(vault, **which))
        dropped = deadletters.clear(vault, **which)
    typer.echo(json.dumps({"dropped": dropped}) if as_json else f"{dropped} dropped.")


def _ask(count: int) -> None:
    check_terminal("--force")
    typer.confirm(f"Drop {count} letters?", abort=True)


def _kind(name: str) -> str | None:
    from lookervault.cli.kinds import wanted_kinds

    return wanted_kinds([name])[0] if name else None


def as_data(letter: DeadLetter) -> dict[str, Any]:
    """A letter as plain JSON values."""
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(letter)
    return told


def line(letter: DeadLetter) -> str:
    """A letter as one line."""
    status = letter.status or "no answer"
    head = f"{letter.number:>4}  {letter.created_at[:19]}  {letter.operation:<6}  {status}"
    return f"{head}  {visible(letter.address)}: {visible(letter.message)}"


def detail(letter: DeadLetter) -> str:
    """A letter in full."""
    rows = {
        "letter": str(letter.number),
        "object": visible(letter.address),
        "kind": letter.kind,
        "operation": letter.operation,
        "ids": f"backup {visible(letter.source_id) or '-'}, target {visible(letter.target_id) or '-'}",
        "call": f"{letter.method} {visible(letter.path)}",
        "status": str(letter.status or "no answer"),
        "attempts": str(letter.attempts),
        "time": letter.created_at[:19],
        "session": letter.session,
        "message": visible(letter.message),
    }
    lines = [f"{name:<10} {value}" for name, value in rows.items()]
    told = ((str(e.get("field")), str(e.get("message"))) for e in letter.errors)
    lines += [f"{'field':<10} {visible(field)}: {visible(message)}" for field, message in told]
    body = json.dumps(letter.body, indent=2, ensure_ascii=False)
    lines += ["body", *(f"  {visible(x)}" for x in body.split("\n"))]
    return "\n".join([*lines, "traceback", *(f"  {visible(x)}" for x in letter.traceback.split("\n"))])

"""`lookervault restore single`: one object, with what belongs to it and what it needs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
    use_colour,
)
from lookervault.cli.plan import rendered
from lookervault.cli.policy import EnableOption, guarded, overlay_of
from lookervault.cli.progress import progress
from lookervault.cli.restore.backup import (
    BackupOption,
    DryRunOption,
    ForceOption,
    RetriesOption,
    SourceInstanceOption,
    backups,
    instance_access,
    raise_unless_complete,
    retries_of,
    workers_of,
)
from lookervault.cli.stopping import stoppable
from lookervault.report.safe import visible

if TYPE_CHECKING:
    from lookervault.run.restoring import Fate, Preview, Restored

_SAID = {
    "create": "created",
    "update": "updated",
    "bring back": "brought back from the trash",
    "nothing": "there as it should be",
    "left out": "left out",
}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("single", short_help="Restore one object.")(single)


def single(
    kind: Annotated[str, typer.Argument(help="Kind, such as dashboard.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="Id in the backup, or address.")],
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    snapshot: BackupOption = "",
    source_instance: SourceInstanceOption = "",
    dry_run: DryRunOption = False,
    force: ForceOption = False,
    enable_schedules: EnableOption = False,
    workers: WorkersOption = None,
    rate_limit_per_second: RateOption = None,
    rate_limit_per_minute: RatePerMinuteOption = None,
    max_calls: CallsOption = None,
    max_retries: RetriesOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Restore one object from the newest backup that holds it.

    With a dashboard come its schedules and alerts, with a look its schedules; folders, owners, looks and
    whatever else it refers to are found on the target, or brought along. Only what that takes is read.

    Exit codes: 0 restored, 1 error, 2 not found, 3 refused as invalid, 4 API error.

    Examples:

        lookervault restore single dashboard 12

        lookervault restore single dashboard dashboard:Shared/Finance/KPIs --dry-run
    """
    from lookervault.cli.kinds import wanted_kinds
    from lookervault.plan.policy import Policy
    from lookervault.run.apply import Manner
    from lookervault.run.part import located
    from lookervault.run.restoring import Wish, restore_one

    loaded = load_config(config)
    access = instance_access(loaded, instance)
    if not dry_run:
        check_freeze(access)
    threads = workers_of(loaded, workers)
    limits = Limits(rate_limit_per_second, rate_limit_per_minute, max_calls)
    quiet = as_json or not sys.stderr.isatty()
    with opened_vault(loaded, db, create=False) as vault:
        found = located(
            vault,
            backups(vault, loaded, access, source_instance, snapshot),
            wanted_kinds([kind])[0],
            id_,
        )
        policy = guarded(Policy(enable_schedules=enable_schedules), loaded, access.name)
        wish = Wish(found, access.name, policy, dry_run, force, threads, overlay_of(loaded, access.name))
        with (
            progress(as_json=False, quiet=quiet) as listener,
            opened_gateway(access, threads, listener, retries_of(loaded, max_retries), limits) as gateway,
            stoppable() as stopped,
        ):
            manner = Manner(stopped=stopped, who="lookervault restore single")
            done, plan = restore_one(gateway, vault, wish, listener, manner)
        if as_json:
            typer.echo(json.dumps(as_data(done, dry_run), ensure_ascii=False))
        else:
            shown = rendered(plan, "text", use_colour()) if dry_run else ""
            lines = [*preview_lines(done.preview, will=done.outcome is None)]
            lines += [] if dry_run else finding_lines(done.preview)
            typer.echo("\n".join([*lines, shown, *result_lines(done, dry_run)]))
        if done.outcome:
            raise_unless_complete(vault, done.outcome)


def as_data(done: Restored, dry_run: bool) -> dict[str, Any]:
    """What was done as plain JSON values."""
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(done)
    preview = told.pop("preview")
    fate = preview.pop("object")
    head = {"event": "would_restore" if dry_run else "restored", "address": fate["address"]}
    return {**head, "doing": fate["doing"], "target_id": fate["id"], **preview, **told}


def preview_lines(preview: Preview, *, will: bool) -> list[str]:
    """What is in the backup, what of it the target has, what it needs and brings."""
    day = preview.completed_at[:16].replace("T", " ")
    lines = [f"{visible(preview.object.address)}"]
    backup = f"@{preview.snapshot} of {day}, id {visible(preview.source_id)}"
    if preview.newer:
        backup += f"; no longer in the {preview.newer} newer ones"
    lines.append(f"  in the backup  {backup}")
    at = f" (id {visible(preview.object.id)})" if preview.object.id else ""
    lines.append(f"  on the target  {_said(preview.object, will)}{at}")
    lines += _listed("needs", preview.needs, will)
    return lines + _listed("brings", preview.brings, will)


def finding_lines(preview: Preview) -> list[str]:
    """What else a reader must know."""
    return [f"  {f.level:<13}  {visible(f.address)}: {visible(f.message)}" for f in preview.findings]


def _said(fate: Fate, will: bool) -> str:
    if fate.doing == "left out":
        return _SAID[fate.doing]
    if fate.doing == "nothing":
        return f"is {_SAID[fate.doing]}"
    return f"{'will be' if will else 'was'} {_SAID[fate.doing]}"


def _listed(name: str, fates: list[Fate], will: bool) -> list[str]:
    heads = [name] + [""] * (len(fates) - 1)
    return [f"  {head:<13}  {fate_line(fate, will)}" for head, fate in zip(heads, fates, strict=False)]


def fate_line(fate: Fate, will: bool) -> str:
    """One object and what becomes of it."""
    said = "is there" if fate.doing == "nothing" else _said(fate, will)
    return f"{visible(fate.address)}: {said}" + (f" (id {visible(fate.id)})" if fate.id else "")


def result_lines(done: Restored, dry_run: bool) -> list[str]:
    """The last words."""
    if dry_run:
        return [f"Nothing was written. {done.seconds:.1f}s"]
    outcome = done.outcome
    if outcome is None:
        return [f"Nothing to do: the target has it as the backup does. {done.seconds:.1f}s"]
    counts = f"{outcome.created} created, {outcome.updated} updated"
    lines = [f"  failed: {visible(f.address)}: {visible(f.message)}" for f in done.failures]
    verb = "Restored" if outcome.complete else "Restored in part"
    name = f"{visible(done.preview.object.address)} (id {visible(done.preview.object.id)})"
    return [*lines, f"{verb}: {name}: {counts} in {done.seconds:.1f}s."]

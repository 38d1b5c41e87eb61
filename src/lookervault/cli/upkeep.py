"""`lookervault verify` and `cleanup`: is the vault sound, and what of it is still wanted."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault import config as settings
from lookervault.cli.inspect import not_all
from lookervault.cli.options import (
    ConfigOption,
    DbOption,
    DebugOption,
    InstanceOption,
    JsonOption,
    QuietOption,
    WorkersOption,
    load_config,
    opened_gateway,
    opened_vault,
)
from lookervault.cli.progress import progress
from lookervault.errors import Refused, StoreError
from lookervault.report.safe import visible

if TYPE_CHECKING:
    from lookervault.config import Config
    from lookervault.store.cleanup import Cleanup
    from lookervault.store.snapshots import Snapshot
    from lookervault.store.vault import Vault
    from lookervault.store.verify import Finding


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("verify", short_help="Check that a snapshot is whole.")(verify)
    app.command("cleanup", short_help="Drop history that nobody wants any more.")(cleanup)


def verify(
    snapshot: Annotated[str, typer.Argument(help="@latest, @3 or @2026-11-01.")] = "@latest",
    kind: Annotated[str, typer.Option("--type", help="Only this kind, such as dashboards.")] = "",
    live: Annotated[
        bool, typer.Option("--compare-live", help="Also compare with the instance as it is now.")
    ] = False,
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    workers: WorkersOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Check that every stored object can be read, is what was stored, and that the numbers agree.

    References that led nowhere at the source already are listed, and are no failure.
    Exit code 1 if anything is wrong, or differs from the instance.

    Examples:

        lookervault verify

        lookervault verify @3 --type dashboards --compare-live --instance dev
    """
    from lookervault.cli.kinds import wanted_kinds
    from lookervault.run.verification import verify_snapshot
    from lookervault.store.snapshots import resolve

    loaded = load_config(config)
    only = wanted_kinds([kind])[0] if kind else None
    with opened_vault(loaded, db, create=False) as vault:
        found = resolve(vault, snapshot)
        report = verify_snapshot(vault, found, only)
        findings = list(report.findings)
        if live and not findings:
            findings += _live(loaded, vault, found, only, instance, workers, as_json, quiet)
    partly = {k: worth for k, worth in found.incomplete.items() if only in (None, k)}
    for finding in findings:
        typer.echo(json.dumps(_data(finding)) if as_json else _line(finding))
    if as_json:
        summary = {"event": "verified", "snapshot": found.number, "checked": report.checked}
        told = {"findings": len(findings), "dangling": report.dangling, "incomplete": partly}
        typer.echo(json.dumps({**summary, **told}))
    else:
        _tell_dangling(report.dangling)
        if partly:
            typer.echo(not_all(partly))
        typer.echo(f"@{found.number}: {report.checked} objects checked, {len(findings)} findings.")
    if findings:
        raise StoreError(f"@{found.number} has {len(findings)} findings", hint=_HINTS[live])


_HINTS = {
    False: "extract anew; objects that can be read stay usable",
    True: "where only the instance moved on, extract anew",
}


def _live(
    loaded: Config,
    vault: Vault,
    snapshot: Snapshot,
    kind: str | None,
    instance: str,
    workers: int | None,
    as_json: bool,
    quiet: bool,
) -> list[Finding]:
    from lookervault.model.catalog import KINDS
    from lookervault.run.verification import compare_live

    access = settings.access(loaded, os.environ, instance or snapshot.instance)
    kinds = [kind] if kind else [k for k in snapshot.scope if k in KINDS and KINDS[k].listing]
    threads = workers or loaded.extract.workers
    with (
        progress(as_json=False, quiet=quiet or as_json) as listener,
        opened_gateway(access, threads, listener) as gateway,
    ):
        if gateway.host != snapshot.host:
            raise Refused(f"@{snapshot.number} is of {snapshot.host}, not of {gateway.host}")
        return list(compare_live(gateway, vault, snapshot, kinds, workers=threads, listener=listener))


def _data(finding: Finding) -> dict[str, str]:
    return {
        "event": "finding",
        "kind": finding.kind,
        "id": finding.id,
        "address": finding.address,
        "problem": finding.problem,
    }


def _line(finding: Finding) -> str:
    where = finding.address or f"{finding.kind} {finding.id}".strip() or "the vault"
    return visible(f"{where}: {finding.problem}")


def _tell_dangling(dangling: list[str]) -> None:
    for address in dangling:
        typer.echo(visible(f"note: {address} is referred to and was not there, or not visible"))


def cleanup(
    days: Annotated[
        int, typer.Option("--retention-days", min=0, help="Keep what was true in these last days.")
    ],
    config: ConfigOption = "",
    db: DbOption = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run/--no-dry-run", help="Only tell what would be dropped.")
    ] = True,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Drop versions that were replaced or deleted longer ago, and give their space back to the disk.

    The state as of that day, and the latest snapshot, are kept always. Nothing is dropped without
    --no-dry-run.

    Examples:

        lookervault cleanup --retention-days 90

        lookervault cleanup --retention-days 90 --no-dry-run
    """
    import msgspec

    from lookervault.store.cleanup import clean

    with opened_vault(load_config(config), db, create=False) as vault:
        before = vault.path.stat().st_size
        found = clean(vault, vault.clock() - timedelta(days=days), dry_run=dry_run)
        freed = max(0, before - vault.path.stat().st_size)
    if as_json:
        data = {"event": "cleaned", "dry_run": dry_run, **msgspec.to_builtins(found), "bytes": freed}
        typer.echo(json.dumps(data))
    else:
        typer.echo(_cleaned(found, freed, dry_run))


def _cleaned(found: Cleanup, freed: int, dry_run: bool) -> str:
    from lookervault.report.words import plural

    verb = "Would drop" if dry_run else "Dropped"
    lines = [
        f"{verb} {plural(len(found.snapshots), 'snapshot')},"
        f" {plural(found.versions, 'version of an object', 'versions of objects')},"
        f" {plural(found.bodies, 'content')} and {plural(len(found.sessions), 'unfinished extraction')}."
    ]
    if found.snapshots:
        lines.append("  " + ", ".join(f"@{number}" for number in found.snapshots))
    if dry_run:
        lines.append("Nothing was dropped; to do it, add --no-dry-run.")
    else:
        lines.append(f"{freed / 1_000_000:.1f} MB are free again.")
    return "\n".join(lines)

"""`lookervault extract`: an instance's content into the vault."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from lookervault import config as settings
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
from lookervault.errors import UsageError

if TYPE_CHECKING:
    from lookervault.store.snapshots import Snapshot


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("extract", short_help="Store an instance's content as a snapshot.")(extract)


def wanted_kinds(names: list[str]) -> list[str]:
    """The kinds that are named, or all that can be listed."""
    from lookervault.model.catalog import KINDS

    listed = [name for name, kind in KINDS.items() if kind.listing]
    unknown = sorted({n.removesuffix("s").replace("-", "_") for n in names} - set(listed))
    if unknown:
        raise UsageError(f"no kind {', '.join(unknown)}", hint=f"known: {', '.join(listed)}")
    return [n for n in listed if n in {x.removesuffix("s").replace("-", "_") for x in names}] or listed


def extract(
    types: Annotated[
        list[str] | None,
        typer.Argument(help="Kinds, such as dashboards looks; all without.", show_default=False),
    ] = None,
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    workers: WorkersOption = None,
    batch_size: Annotated[int | None, typer.Option("--batch-size", min=1, help="Objects per commit.")] = None,
    include_trash: Annotated[
        bool, typer.Option("--include-trash", help="Store deleted dashboards and looks too.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Store everything the instance holds, as the API sends it, as a new snapshot in the vault.

    Objects that did not change cost no space. Secrets are replaced by a digest.

    Examples:

        lookervault extract --instance dev

        lookervault extract dashboards folders --db backup.db

        lookervault extract --instance prod --include-trash
    """
    from lookervault.run.extract import Extraction
    from lookervault.run.extract import extract as run

    loaded = load_config(config)
    kinds = wanted_kinds(types or [])
    access = settings.access(loaded, os.environ, instance)
    threads = workers or loaded.extract.workers
    size = batch_size or loaded.extract.batch_size
    wanted = Extraction(access.name, kinds, threads, size, include_trash)
    with (
        opened_vault(loaded, db, create=True) as vault,
        progress(as_json=as_json, quiet=quiet) as listener,
        opened_gateway(access, threads, listener) as gateway,
    ):
        began = time.monotonic()
        snapshot = run(gateway, vault, wanted, listener)
        cost = Cost(gateway.stats.by_bucket, gateway.stats.retries, time.monotonic() - began)
        path = str(vault.path)
    typer.echo(_as_json(snapshot, cost, path) if as_json else summary(snapshot, cost, path))


class Cost(NamedTuple):
    """What an extraction took: API calls by quota bucket, how many of them were repeats, seconds."""

    calls: dict[str, int]
    retries: int
    seconds: float


def _as_json(snapshot: Snapshot, cost: Cost, path: str) -> str:
    import msgspec

    kinds = msgspec.to_builtins(dict(snapshot.kinds))
    data = {"event": "extracted", "snapshot": snapshot.number, "host": snapshot.host, "kinds": kinds}
    return json.dumps({**data, "scope": snapshot.scope, **cost._asdict(), "db": path})


def summary(snapshot: Snapshot, cost: Cost, path: str) -> str:
    """What was stored, kind by kind."""
    rows: list[tuple[str, ...]] = [("kind", "items", "new", "changed", "deleted", "")]
    for kind, change in sorted(snapshot.kinds.items()):
        if "." in kind:
            continue  # what came along with objects of the kind before the dot
        status = snapshot.scope.get(kind, {}).get("status", "complete")
        items = change.new + change.changed + change.unchanged
        remark = "" if status == "complete" else status
        rows.append((kind, *map(str, (items, change.new, change.changed, change.deleted)), remark))
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    table = [_table_row(row, widths) for row in rows]
    spent = ", ".join(f"{n} {bucket}" for bucket, n in sorted(cost.calls.items()) if n)
    retries = f" ({cost.retries} of them repeats)" if cost.retries else ""
    head = f"Snapshot @{snapshot.number} of {snapshot.instance} ({snapshot.host}) in {path}:"
    return "\n".join(
        [head, *table, f"{snapshot.items} objects in {cost.seconds:.1f}s; API calls: {spent}{retries}."]
    )


def _table_row(row: tuple[str, ...], widths: list[int]) -> str:
    numbers = "  ".join(f"{row[i]:>{widths[i]}}" for i in range(1, 5))
    return f"  {row[0]:<{widths[0]}}  {numbers}  {row[5]}".rstrip()

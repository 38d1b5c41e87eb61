"""`lookervault export`, `validate` and `import`: content as files that people review."""

from __future__ import annotations

import json
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
)
from lookervault.errors import TreeError, UsageError
from lookervault.report.safe import in_json, visible

if TYPE_CHECKING:
    from lookervault.config import Config
    from lookervault.store.tree.disk import Written

TreeArgument = Annotated[
    Path | None,
    typer.Argument(metavar="DIR", help="The directory of the tree; else that of [export] dir."),
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("export", short_help="Write a snapshot as files that people read and edit.")(export)
    app.command("validate", short_help="Check the files of a tree, offline.")(validate)
    app.command("import", short_help="Store a tree of files as a snapshot.")(import_)


def export(
    tree: TreeArgument = None,
    snapshot: SnapshotOption = "@latest",
    config: ConfigOption = "",
    db: DbOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write a snapshot as a tree of YAML files: folders as directories, a file per dashboard and look.

    The same snapshot gives the same bytes. In a tree that is there already, files of objects that are gone
    go, comments stay where they fit, and nothing else is touched.

    Examples:

        lookervault export content

        lookervault export content --snapshot @3
    """
    from lookervault.run.tree import export_tree
    from lookervault.store.snapshots import resolve

    loaded = load_config(config)
    tree = _directory(tree, loaded)
    with opened_vault(loaded, db, create=False) as vault:
        found = resolve(vault, snapshot)
        written = export_tree(vault, found, tree)
    typer.echo(_as_json(written) if as_json else visible(f"{_summary(written)} in {tree}."))


def _directory(given: Path | None, config: Config) -> Path:
    """The directory that is named, or the configuration's, which is relative to its file."""
    if given is not None:
        return given
    if not config.export.dir:
        raise UsageError("which directory?", hint="name it, or set dir in [export] of lookervault.toml")
    return Path(config.path).parent / config.export.dir


def _summary(written: Written) -> str:
    counts = {"new": len(written.new), "changed": len(written.changed), "removed": len(written.removed)}
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"{told or 'No changes'}; {written.unchanged} files as they were"


def _as_json(written: Written) -> str:
    import msgspec

    return in_json(json.dumps({"event": "exported", **msgspec.to_builtins(written)}, ensure_ascii=False))


def validate(
    tree: TreeArgument = None,
    config: ConfigOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Check every file of a tree without any instance: all mistakes at once, each with its line.

    Example:

        lookervault validate content
    """
    import msgspec

    from lookervault.run.tree import check_tree

    tree = _directory(tree, load_config(config))
    problems = check_tree(tree)
    if as_json:
        for problem in problems:
            typer.echo(
                in_json(json.dumps({"event": "problem", **msgspec.to_builtins(problem)}, ensure_ascii=False))
            )
    if problems:
        raise TreeError(str(tree), [visible(str(problem)) for problem in problems])
    if not as_json:
        typer.echo(visible(f"{tree} is in order."))


def import_(
    tree: TreeArgument = None,
    config: ConfigOption = "",
    db: DbOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Store a tree of files in the vault as a snapshot, which can be planned and compared like any other.

    Example:

        lookervault import content
    """
    from lookervault.run.tree import import_tree

    loaded = load_config(config)
    tree = _directory(tree, loaded)
    with opened_vault(loaded, db, create=True) as vault:
        snapshot = import_tree(vault, tree)
    data = {"event": "imported", "snapshot": snapshot.number, "host": snapshot.host, "items": snapshot.items}
    text = f"Snapshot @{snapshot.number}: {snapshot.items} files of {tree}."
    typer.echo(json.dumps(data) if as_json else visible(text))

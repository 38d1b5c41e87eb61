"""`lookervault mapping`: which object of one instance is which of another."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault import config as settings
from lookervault.cli.asking import check_terminal
from lookervault.cli.options import (
    ConfigOption,
    DbOption,
    DebugOption,
    JsonOption,
    load_config,
    opened_vault,
)
from lookervault.errors import NotFound, Refused, UsageError
from lookervault.report.safe import visible

if TYPE_CHECKING:
    from lookervault.config import Config

mapping = typer.Typer(
    name="mapping",
    help="Which object of one instance is which of another; learned by `apply`, decided by you.",
    short_help="Tell which object of one instance is which of another.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SourceOption = Annotated[str, typer.Option("--from", help="Instance the ids come from.", metavar="NAME")]
TargetOption = Annotated[str, typer.Option("--to", help="Instance they are mapped to.", metavar="NAME")]
KindArgument = Annotated[str, typer.Argument(help="Kind, such as dashboard.")]
FileArgument = Annotated[str, typer.Argument(help="YAML or JSON; - is standard output or input.")]
SourceId = Annotated[str, typer.Argument(help="Id on the source.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(mapping)


def host_named(config: Config, name: str) -> str | None:
    """The host of an instance that is named, or a host as it is."""
    from lookervault.looker.settings import host_of

    if not name:
        return None
    if name in config.instances:
        prefix = settings.variable(name, "BASE_URL")
        return host_of(os.environ.get(prefix) or config.instances[name].base_url)
    return host_of(name)


@mapping.command("list")
def list_(
    source: SourceOption = "",
    target: TargetOption = "",
    config: ConfigOption = "",
    db: DbOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """List the mappings, all or those between two instances.

    Example:

        lookervault mapping list --from dev --to prod
    """
    import msgspec

    from lookervault.store.mappings import mappings

    loaded = load_config(config)
    with opened_vault(loaded, db, create=False) as vault:
        for row in mappings(vault, host_named(loaded, source), host_named(loaded, target)):
            text = f"{row.source_host} {row.kind} {row.source_id} -> {row.target_host} {row.target_id}"
            typer.echo(json.dumps(msgspec.to_builtins(row)) if as_json else visible(text))


@mapping.command("set")
def set_(
    kind: KindArgument,
    source_id: SourceId,
    target_id: Annotated[str, typer.Argument(help="Id on the target.")],
    source: SourceOption,
    target: TargetOption,
    config: ConfigOption = "",
    db: DbOption = "",
    debug: DebugOption = False,
) -> None:
    """Say that an object of one instance is this one of another; it beats every other way of pairing.

    Example:

        lookervault mapping set dashboard 12 5001 --from dev --to prod
    """
    from lookervault.store.mappings import learn

    loaded = load_config(config)
    with opened_vault(loaded, db, create=True) as vault:
        known = _kind(kind)
        learn(
            vault,
            host_named(loaded, source) or "",
            known,
            source_id,
            host_named(loaded, target) or "",
            target_id,
        )


@mapping.command("remove")
def remove(
    kind: KindArgument,
    source_id: SourceId,
    source: SourceOption,
    target: TargetOption,
    config: ConfigOption = "",
    db: DbOption = "",
    debug: DebugOption = False,
) -> None:
    """Forget a mapping.

    Example:

        lookervault mapping remove dashboard 12 --from dev --to prod
    """
    from lookervault.store.mappings import remove as forget

    loaded = load_config(config)
    with opened_vault(loaded, db, create=False) as vault:
        hosts = (host_named(loaded, source) or "", host_named(loaded, target) or "")
        if not forget(vault, hosts[0], _kind(kind), source_id, hosts[1]):
            raise NotFound(
                f"there is no mapping of {kind} {source_id}", hint="see `lookervault mapping list`"
            )


@mapping.command("export")
def export(
    file: FileArgument = "-",
    source: SourceOption = "",
    target: TargetOption = "",
    as_json: JsonOption = False,
    config: ConfigOption = "",
    db: DbOption = "",
    debug: DebugOption = False,
) -> None:
    """Write the mappings to a file that people review and git keeps: one sorted line a mapping.

    Example:

        lookervault mapping export mappings.yaml --from dev --to prod
    """
    from lookervault.store.mappingfile import written
    from lookervault.store.mappings import last_address, mappings

    loaded = load_config(config)
    with opened_vault(loaded, db, create=False) as vault:
        rows = mappings(vault, host_named(loaded, source), host_named(loaded, target))
        text = written(
            rows, lambda r: last_address(vault, r.source_host, r.kind, r.source_id), as_json=as_json
        )
    if file == "-":
        typer.echo(text, nl=False)
    else:
        _write(Path(file), text)
        typer.echo(f"{_count(len(rows))} written to {visible(file)}.", err=True)


def _write(path: Path, text: str) -> None:
    from lookervault.store.files import write_private

    try:
        write_private(path, text.encode())
    except OSError as error:
        raise UsageError(f"{visible(str(path))} cannot be written: {error.strerror}") from error


@mapping.command("import")
def import_(
    file: FileArgument,
    config: ConfigOption = "",
    db: DbOption = "",
    debug: DebugOption = False,
) -> None:
    """Keep the mappings of a file; all of its lines are checked first. `-` reads standard input.

    Mappings that the file does not name stay as they are. Instances may go by host or by their name in
    lookervault.toml.

    Example:

        lookervault mapping import mappings.yaml
    """
    from lookervault.model.catalog import MAPPABLE
    from lookervault.store.mappingfile import read
    from lookervault.store.mappings import keep

    loaded = load_config(config)
    entries = read(_text_of(file), MAPPABLE, lambda name: host_named(loaded, name) or "")
    with opened_vault(loaded, db, create=True) as vault:
        new, changed = keep(vault, [entry[1:] for entry in entries])
    same = len(entries) - new - changed
    typer.echo(f"{_count(len(entries))}: {new} new, {changed} changed, {same} known already.")


def _text_of(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound(f"there is no file {visible(file)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{visible(file)} cannot be read: {error}") from error


@mapping.command("clear")
def clear(
    source: SourceOption = "",
    target: TargetOption = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: ConfigOption = "",
    db: DbOption = "",
    debug: DebugOption = False,
) -> None:
    """Forget all mappings, or those between two instances; asks first.

    The next plan then pairs by slug and name alone: what was renamed since would be made a second time.

    Example:

        lookervault mapping clear --from dev --to prod --yes
    """
    from lookervault.store.mappings import clear as forget
    from lookervault.store.mappings import mappings

    loaded = load_config(config)
    with opened_vault(loaded, db, create=False) as vault:
        hosts = (host_named(loaded, source), host_named(loaded, target))
        number = len(mappings(vault, *hosts))
        if number and not yes:
            _ask(f"Forget {_count(number)}?")
        typer.echo(f"{_count(forget(vault, *hosts))} forgotten.")


def _ask(question: str) -> None:
    check_terminal("--yes")
    if not typer.confirm(question):
        raise Refused("nothing was forgotten", hint="")


def _count(number: int) -> str:
    return f"{number} mapping" if number == 1 else f"{number} mappings"


def _kind(name: str) -> str:
    """A kind as it is named or listed: `dashboards` is `dashboard`."""
    from lookervault.model.catalog import MAPPABLE

    wanted = name.replace("-", "_")
    found = next((k for k in (wanted, wanted.removesuffix("s")) if k in MAPPABLE), None)
    if found is None:
        raise UsageError(f"no kind {name}", hint=f"known: {', '.join(MAPPABLE)}")
    return found

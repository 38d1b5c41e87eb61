"""`lookervault mapping`: which object of one instance is which of another."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault import config as settings
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
    from lookervault.config import Config

mapping = typer.Typer(
    name="mapping",
    help="Which object of one instance is which of another; learned by `apply`, decided by you.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SourceOption = Annotated[str, typer.Option("--from", help="Instance the ids come from.", metavar="NAME")]
TargetOption = Annotated[str, typer.Option("--to", help="Instance they are mapped to.", metavar="NAME")]
KindArgument = Annotated[str, typer.Argument(help="Kind, such as dashboard.")]
SourceId = Annotated[str, typer.Argument(help="Id on the source.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(mapping)


def _host(config: Config, name: str) -> str | None:
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
        for row in mappings(vault, _host(loaded, source), _host(loaded, target)):
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
        learn(vault, _host(loaded, source) or "", known, source_id, _host(loaded, target) or "", target_id)


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
        hosts = (_host(loaded, source) or "", _host(loaded, target) or "")
        if not forget(vault, hosts[0], _kind(kind), source_id, hosts[1]):
            raise NotFound(
                f"there is no mapping of {kind} {source_id}", hint="see `lookervault mapping list`"
            )


def _kind(name: str) -> str:
    from lookervault.cli.extract import wanted_kinds

    return name if name == "dashboard_element" else wanted_kinds([name])[0]

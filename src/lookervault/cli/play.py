"""`lookervault sandbox` and `lookervault demo`: a Looker to try things on, without an account."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lookervault.cli.options import ConfigOption, DbOption, DebugOption, load_config, opened_vault
from lookervault.errors import UsageError

if TYPE_CHECKING:
    from lookervault.sandbox import Instance

_CONTENTS = {"demo": "a furnished company", "lookml": "only its LookML", "blank": "not even that"}
_FAULTS = "429,500,reset_before"


def _list(told: dict[str, str]) -> str:
    return "; ".join(f"{name}: {what}" for name, what in told.items())


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("sandbox", short_help="Serve a simulated Looker on loopback.")(sandbox)
    app.command("demo", short_help="The whole story on two sandboxes, in a minute.")(demo)


def sandbox(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 0,
    content: Annotated[str, typer.Option("--content", help=_list(_CONTENTS))] = "demo",
    objects: Annotated[
        int, typer.Option("--objects", min=0, help="Repeat the demo until it has so many objects.")
    ] = 0,
    loaded: Annotated[
        str, typer.Option("--load", help="Serve this snapshot of the vault instead.", metavar="SNAPSHOT")
    ] = "",
    config: ConfigOption = "",
    db: DbOption = "",
    first_id: Annotated[int, typer.Option("--first-id", min=1, help="Ids count from here.")] = 1,
    latency_ms: Annotated[int, typer.Option("--latency-ms", min=0, help="Delay of each answer.")] = 0,
    fault_rate: Annotated[
        float, typer.Option("--fault-rate", min=0, max=1, help="Share of calls that fail, from 0 to 1.")
    ] = 0.0,
    fault_names: Annotated[
        str,
        typer.Option(
            "--faults",
            help="How calls fail: 429, 500, 502, 504, reset_before or reset_after the server has acted, "
            "truncated, stall (5 s without an answer), token (all tokens end); or all.",
        ),
    ] = _FAULTS,
    seed: Annotated[int, typer.Option("--seed", help="Makes the faults the same each time.")] = 0,
    token_seconds: Annotated[int, typer.Option("--token-seconds", min=1, help="Life of a token.")] = 3600,
    debug: DebugOption = False,
) -> None:
    """Serve a simulated Looker API 4.0 on loopback until Ctrl+C.

    It keeps Looker's rules (unique names, read-only fields, automatic layouts, the trash, paging, tokens
    that expire) and can be slow or fail on request.

    Examples:

        lookervault sandbox --port 19999 --latency-ms 20 --fault-rate 0.05 --faults all --seed 7

        lookervault sandbox --content lookml --first-id 5000

        lookervault sandbox --objects 10000

        lookervault sandbox --load @latest
    """
    from lookervault.sandbox import Faults, blank_instance, demo_instance, serve

    if content not in _CONTENTS:
        raise UsageError(f"no content {content!r}", hint=f"one of {', '.join(_CONTENTS)}")
    if loaded:
        instance = _loaded(loaded, config, db)
    else:
        like = demo_instance() if content == "lookml" else None
        instance = demo_instance(first_id, objects) if content == "demo" else blank_instance(first_id, like)
    instance.token_seconds = token_seconds
    kinds = _kinds(fault_names)
    faults = Faults(seed=seed, rate=fault_rate, kinds=kinds, latency=latency_ms / 1000)
    with serve(instance, port=port, faults=faults) as server:
        typer.echo(f"A simulated Looker listens on {server.url} until Ctrl+C. To use it:")
        typer.echo(f"  export LOOKER_BASE_URL={server.url}")
        typer.echo(f"  export LOOKER_CLIENT_ID={instance.client_id}")
        typer.echo(f"  export LOOKER_CLIENT_SECRET={instance.client_secret}")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            typer.echo(f"\n{len(server.calls)} calls served.")


def _kinds(names: str) -> tuple[str, ...]:
    """The faults of these names."""
    from lookervault.sandbox.faults import KINDS

    chosen = KINDS if names == "all" else tuple(name.strip() for name in names.split(","))
    unknown = [name for name in chosen if name not in KINDS]
    if unknown:
        raise UsageError(f"no fault {unknown[0]!r}", hint=f"all, or some of {', '.join(KINDS)}")
    return chosen


def _loaded(name: str, config: str, db: str) -> Instance:
    """An instance that holds what a snapshot does."""
    from lookervault.sandbox.load import load
    from lookervault.store.snapshots import items, resolve

    with opened_vault(load_config(config), db, create=False) as vault:
        raws: dict[str, dict[str, Any]] = {}
        for item in items(vault, resolve(vault, name)):
            raws.setdefault(item.kind, {})[item.id] = item.raw
    return load(raws)


def demo(
    pause: Annotated[float, typer.Option("--pause", min=0, help="Seconds to wait after each step.")] = 0.0,
    debug: DebugOption = False,
) -> None:
    """Show the whole story on two sandboxes: extract, plan, apply, plan again, and a one-element change.

    Nothing leaves this machine and nothing is kept.

    Example:

        lookervault demo --pause 2
    """
    from lookervault.cli.story import tell

    tell(pause)

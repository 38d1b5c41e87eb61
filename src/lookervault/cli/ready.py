"""`lookervault check` and `info`: is everything in place, and what is at the other end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lookervault import __version__
from lookervault import config as settings
from lookervault.cli.options import (
    ConfigOption,
    DbOption,
    DebugOption,
    InstanceOption,
    JsonOption,
    load_config,
    opened_gateway,
    opened_vault,
)
from lookervault.errors import ConfigError, LookervaultError, StoreError
from lookervault.report.safe import in_json, visible

if TYPE_CHECKING:
    from lookervault.looker.gateway import Gateway
    from lookervault.run.readiness import Check

_PATIENCE = 20.0  # seconds that a check waits for an answer


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("check", short_help="Check configuration, credentials and what the API user may do.")(check)
    app.command("info", short_help="Tell what an instance is and who you are there.")(info)


def check(
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    offline: Annotated[bool, typer.Option("--offline", help="Only what needs no network.")] = False,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Go through all that an extraction needs, and say of what is wrong how to mend it.

    Without --instance every configured instance is checked. The exit code is that of the first failure.

    Examples:

        lookervault check

        lookervault check --instance prod --json
    """
    failures = []
    for done in _checks(config, db, instance, offline):
        _tell(done, as_json)
        failures += [] if done.ok else [done]
    if failures:
        raise typer.Exit(failures[0].code)


def _checks(config: str, db: str, instance: str, offline: bool) -> Iterator[Check]:
    from lookervault.run.readiness import Check, check_instance, failed

    try:
        loaded = load_config(config)
    except ConfigError as error:
        yield failed("configuration", error)
        return
    names = [instance] if instance else sorted(loaded.instances) or [""]
    told = f"{loaded.path}: {', '.join(sorted(loaded.instances))}" if loaded.path else "from the environment"
    yield Check("configuration", True, told)
    yield _vault(loaded, db)
    for name in names:
        label = f"{name}: " if len(names) > 1 else ""
        try:
            access = settings.access(loaded, os.environ, name)
        except ConfigError as error:
            yield failed(f"{label}credentials", error)
            continue
        yield Check(f"{label}credentials", True, f"for {visible(access.base_url)}")
        if not offline:
            for done in _online(access, check_instance):
                yield Check(f"{label}{done.name}", done.ok, done.message, done.hint, done.code)


def _online(access: settings.Access, check_instance: Any) -> Iterator[Check]:
    from dataclasses import replace

    from lookervault.run.readiness import failed

    hurried = replace(access, timeout=min(access.timeout, _PATIENCE))
    try:
        with opened_gateway(hurried, 1, lambda event: None, max_retries=1) as gateway:
            yield from check_instance(gateway)
    except LookervaultError as error:
        yield failed("connection", error)


def _vault(loaded: settings.Config, db: str) -> Check:
    from lookervault.report.words import plural
    from lookervault.run.readiness import Check, failed
    from lookervault.store.snapshots import snapshots

    path = settings.db_path(loaded, os.environ, db)
    if not path.exists():
        return Check("vault", True, f"{path} will be made by the first extraction")
    try:
        with opened_vault(loaded, db, create=False) as vault:
            return Check("vault", True, f"{path}: {plural(len(list(snapshots(vault))), 'snapshot')}")
    except StoreError as error:
        return failed("vault", error)


def _tell(done: Check, as_json: bool) -> None:
    import msgspec

    if as_json:
        typer.echo(in_json(json.dumps(msgspec.to_builtins(done), ensure_ascii=False)))
        return
    typer.echo(f"{'ok   ' if done.ok else 'WRONG'}  {visible(done.name)}: {visible(done.message)}")
    if done.hint:
        typer.echo(f"       -> {visible(done.hint)}")


def info(
    config: ConfigOption = "",
    db: DbOption = "",
    instance: InstanceOption = "",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Tell which Looker answers, as whom you are logged in, and what the vault has of that instance.

    Who writes to the instance right now holds its lock: that is told, too.

    Example:

        lookervault info --instance prod
    """
    loaded = load_config(config)
    access = settings.access(loaded, os.environ, instance)
    with opened_gateway(access, 1, lambda event: None) as gateway:
        told = {"lookervault": __version__, "instance": access.name, **_instance(gateway)}
    told |= _stored(loaded, db, told["host"])
    if as_json:
        typer.echo(in_json(json.dumps(told, ensure_ascii=False)))
        return
    for key, value in ((key, value) for key, value in told.items() if value != ""):
        text = (
            ", ".join(f"{n} {title}" for title, n in value.items()) if isinstance(value, dict) else str(value)
        )
        typer.echo(f"{key.replace('_', ' ')}: {visible(text)}")


def _instance(gateway: Gateway) -> dict[str, Any]:
    from lookervault.run.readiness import counts, permissions_of, roles_of

    versions, me = gateway.versions(), gateway.me()
    roles, permissions = roles_of(gateway, me), permissions_of(gateway, me)
    return {
        "host": gateway.host,
        "looker_version": str(versions.get("looker_release_version") or ""),
        "caller": str(me.get("email") or me.get("display_name") or me.get("id")),
        "roles": ", ".join(roles) if roles is not None else "may not be asked",
        "permissions": ", ".join(permissions) if permissions is not None else "may not be asked",
        "objects": counts(gateway),
    }


def _stored(loaded: settings.Config, db: str, host: str) -> dict[str, Any]:
    from lookervault.store.journal import applies
    from lookervault.store.lock import holder_of, places
    from lookervault.store.snapshots import snapshots

    if not settings.db_path(loaded, os.environ, db).exists():
        return {"snapshots": 0, "latest_snapshot": "", "last_apply": "", "held_by": ""}
    with opened_vault(loaded, db, create=False) as vault:
        found = [s for s in snapshots(vault) if s.host == host]
        newest = next(iter(applies(vault, host)), None)
        holders = filter(None, (holder_of(place, host) for place in places(vault)))
        held_by = str(next(holders, ""))
    latest = f"@{found[-1].number} of {found[-1].completed_at}, {found[-1].items} objects" if found else ""
    last = f"{newest.session}, {newest.status}" if newest else ""
    return {"snapshots": len(found), "latest_snapshot": latest, "last_apply": last, "held_by": held_by}

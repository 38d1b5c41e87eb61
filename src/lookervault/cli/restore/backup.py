"""Where a restore takes its objects from, and with which code it ends."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from lookervault.errors import (
    ApiError,
    Interrupted,
    LookervaultError,
    NoTerminal,
    NotFound,
    PlanError,
    Refused,
    Stale,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lookervault.config import Access, Config
    from lookervault.run.record import Outcome
    from lookervault.store.records import Snapshot
    from lookervault.store.vault import Vault

BackupOption = Annotated[
    str,
    typer.Option("--snapshot", help="@3 or @2026-11-01; the newest that holds it without.", metavar="NAME"),
]
SourceInstanceOption = Annotated[
    str,
    typer.Option(
        "--source-instance",
        help="Instance that the backup is of; without, the target's own, or else the newest.",
        metavar="NAME",
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Go on though the plan has errors, as far as Looker lets us.")
]
RetriesOption = Annotated[int | None, typer.Option("--max-retries", min=0, help="Tries after the first.")]

# the family's own exit codes; anything else that goes wrong is 1
NOT_FOUND, VALIDATION, API, INTERRUPTED = 2, 3, 4, 130
_REFUSED_VALUES = (400, 422)


def exit_code(error: LookervaultError) -> int:
    """The code with which a command of this family ends."""
    if isinstance(error, ApiError):
        return VALIDATION if error.status in _REFUSED_VALUES else API
    if isinstance(error, NotFound):
        return NOT_FOUND
    if isinstance(error, NoTerminal):
        return error.exit_code  # as everywhere
    if isinstance(error, Interrupted):
        return INTERRUPTED
    return VALIDATION if isinstance(error, PlanError | Refused | UsageError) else 1


def backups(
    vault: Vault, config: Config, access: Access, source_instance: str = "", snapshot: str = ""
) -> Sequence[Snapshot]:
    """The snapshots to look in, oldest first; NotFound where there is none."""
    from lookervault.cli.mapping import host_named
    from lookervault.looker.settings import host_of
    from lookervault.run.part import of_host
    from lookervault.store.snapshots import resolve, snapshots

    host = host_named(config, source_instance) if source_instance else None
    if snapshot:
        return [resolve(vault, snapshot, host)]
    if host:
        return of_host(vault, host)
    own = snapshots(vault, host_of(access.base_url))
    return own or of_host(vault, resolve(vault, "@latest").host)


def raise_unless_complete(vault: Vault, outcome: Outcome) -> None:
    """ApiError or Stale where something was not restored."""
    from lookervault.store.deadletters import letters

    if outcome.complete:
        return
    counts = {"failed": outcome.failed, "skipped": outcome.skipped, "stale": outcome.stale}
    text = ", ".join(f"{len(which)} {name}" for name, which in counts.items() if which)
    if outcome.only_stale:
        raise Stale(f"{text}: they moved while this ran", hint="try again")
    statuses = {letter.status for letter in letters(vault, session=outcome.session)}
    refused = bool(statuses) and statuses <= set(_REFUSED_VALUES)
    raise ApiError(
        text,
        status=_REFUSED_VALUES[-1] if refused else 0,
        hint="see `lookervault restore dlq list`; when it is mended: `lookervault restore dlq retry NUMBER`",
    )


def retries_of(config: Config, option: int | None) -> int:
    """How often a call is tried again."""
    return _first(option, config.restore.max_retries, config.apply.max_retries)


def workers_of(config: Config, option: int | None) -> int:
    """How many calls are made at once."""
    return _first(option, config.restore.workers, config.apply.workers)


def interval_of(config: Config, option: int | None) -> int:
    """After how many changes progress is noted."""
    return _first(option, config.restore.checkpoint_interval, config.apply.checkpoint_interval)


def _first(option: int | None, own: int | None, general: int) -> int:
    return next(value for value in (option, own, general) if value is not None)


def instance_access(config: Config, instance: str) -> Access:
    """How to reach the target."""
    from lookervault import config as settings

    return settings.access(config, os.environ, instance)

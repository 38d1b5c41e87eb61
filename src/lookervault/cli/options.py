"""Options that several commands share, and what they open."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from lookervault import config as settings
from lookervault.errors import UsageError

if TYPE_CHECKING:
    from lookervault.looker.gateway import Gateway
    from lookervault.looker.stats import Stats
    from lookervault.run.events import Listener
    from lookervault.store.vault import Vault

ConfigOption = Annotated[str, typer.Option("--config", help="Configuration file.", metavar="FILE")]
DbOption = Annotated[str, typer.Option("--db", help="The vault file.", metavar="FILE")]
InstanceOption = Annotated[
    str, typer.Option("--instance", "-i", help="Instance, as lookervault.toml names it.", metavar="NAME")
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", help="Calls at once.", min=1, max=32, show_default="8")
]
CheckpointOption = Annotated[
    int | None,
    typer.Option(
        "--checkpoint-interval",
        min=1,
        help="Note progress for `restore status` after so many changes.",
        show_default="100",
    ),
]
RateOption = Annotated[
    float | None,
    typer.Option("--rate-limit-per-second", min=0.01, help="Calls a second at most.", metavar="NUMBER"),
]
RatePerMinuteOption = Annotated[
    float | None,
    typer.Option("--rate-limit-per-minute", min=0.1, help="Calls a minute at most.", metavar="NUMBER"),
]
CallsOption = Annotated[
    int | None,
    typer.Option("--max-calls", min=1, help="Stop before more API calls than this.", metavar="NUMBER"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
SnapshotOption = Annotated[
    str, typer.Option("--snapshot", help="@latest, @3 or @2026-11-01.", metavar="NAME")
]


class Limits(NamedTuple):
    """How fast calls may be made, over what the configuration says, and how many in all."""

    per_second: float | None = None
    per_minute: float | None = None
    max_calls: int | None = None


NO_LIMITS = Limits()


def load_config(option: str) -> settings.Config:
    """The settings that apply here."""
    return settings.load(settings.find_file(Path.cwd(), os.environ, option))


@contextmanager
def opened_vault(config: settings.Config, option: str, *, create: bool) -> Iterator[Vault]:
    """The vault, open for the block."""
    from lookervault.store.vault import open_vault

    with open_vault(settings.db_path(config, os.environ, option), create=create) as vault:
        yield vault


@contextmanager
def opened_gateway(
    access: settings.Access,
    workers: int,
    listener: Listener,
    max_retries: int = 5,
    limits: Limits = NO_LIMITS,
    stats: Stats | None = None,
    verbose: bool = False,
) -> Iterator[Gateway]:
    """A gateway to the instance, for the block; a `verbose` one tells of every call.

    With the counters of an earlier gateway the calls of both count as made in one go.
    """
    from lookervault.looker.gateway import Retry, connect
    from lookervault.looker.limiter import Limiter
    from lookervault.looker.settings import Connection
    from lookervault.looker.stats import Stats
    from lookervault.run.events import Answered, Retried

    def on_retry(retry: Retry) -> None:
        listener(Retried(retry.method, retry.path, retry.reason, retry.pause))

    def on_answer(method: str, path: str, status: int, seconds: float) -> None:
        listener(Answered(method, path, status, seconds))

    connection = Connection(
        access.base_url, access.client_id, access.client_secret, access.verify_ssl, access.timeout
    )
    limiter = Limiter(limits.per_second or access.per_second, limits.per_minute or access.per_minute)
    stats = stats or Stats(limits.max_calls)
    told = on_answer if verbose else None
    with connect(connection, workers, max_retries, on_retry, limiter, stats, on_answer=told) as gateway:
        yield gateway


def use_colour() -> bool:
    """Colour on a terminal only, unless the environment says otherwise (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("CLICOLOR_FORCE")) or sys.stdout.isatty()


def fitted(text: str) -> str:
    """Text as wide as the terminal; elsewhere as it is, so that it is the same wherever it is kept."""
    from lookervault.report.wrap import wrapped

    return wrapped(text, shutil.get_terminal_size().columns) if sys.stdout.isatty() else text


def chosen_format(form: str, *known: str) -> None:
    """Refuses a format that a command does not have."""
    if form not in known:
        raise UsageError(f"no format {form!r}", hint=f"known: {', '.join(known)}")

"""Freeze windows: times at which nothing is written to an instance (requirements, row B9)."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from lookervault.errors import Refused
from lookervault.report.safe import visible

if TYPE_CHECKING:
    from lookervault.config import Access

OVERRIDE = "LOOKERVAULT_OVERRIDE_FREEZE"


def check_freeze(access: Access) -> None:
    """Refuses to write while the instance is frozen, unless the environment says why to do it."""
    now = datetime.now(UTC)
    for freeze in access.freezes:
        end = freeze.until(now)
        if end is None:
            continue
        because = f" ({freeze.reason})" if freeze.reason else ""
        told = visible(f"{access.name} is frozen until {end:%Y-%m-%d %H:%M} {freeze.timezone}{because}")
        why = os.environ.get(OVERRIDE, "").strip()
        if not why:
            raise Refused(f"{told}: nothing is written", hint=f"to write all the same, say why in {OVERRIDE}")
        typer.echo(f"{told}; overridden: {visible(why)}", err=True)

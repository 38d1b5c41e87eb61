"""`lookervault restore`: the operator's short way, on the same plan and apply."""

from __future__ import annotations

import typer

from lookervault.cli.restore import letters, many, sessions, single

restore = typer.Typer(
    name="restore",
    help="Bring objects back from a backup: one, a kind, or all.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for module in (single, many, sessions, letters):
    module.register(restore)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(restore)

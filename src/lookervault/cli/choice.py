"""Options that choose a part of the desired state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lookervault.plan.select import Selection

TargetOption = Annotated[
    list[str] | None,
    typer.Option("--target", help="Only this address or glob, and what it depends on.", metavar="ADDRESS"),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", help="Never write this address or glob.", metavar="ADDRESS"),
]
OnlyTypesOption = Annotated[
    list[str] | None,
    typer.Option("--only-types", help="Only these kinds, and what they depend on.", metavar="KINDS"),
]
ExcludeTypesOption = Annotated[
    list[str] | None,
    typer.Option("--exclude-types", help="Never write these kinds: users,groups.", metavar="KINDS"),
]
FolderOption = Annotated[
    list[str] | None,
    typer.Option("--folder", help="Only what is in or below this folder: Shared/Finance.", metavar="PATH"),
]


def selection(
    target: list[str] | None = None,
    exclude: list[str] | None = None,
    only_types: list[str] | None = None,
    exclude_types: list[str] | None = None,
    folder: list[str] | None = None,
) -> Selection:
    """What the options choose; UsageError where a kind is unknown."""
    from lookervault.plan.select import Selection

    chosen = (tuple(target or ()), tuple(exclude or ()), kinds(only_types), kinds(exclude_types))
    return Selection(*chosen, tuple(folder or ()))


def kinds(words: list[str] | None) -> tuple[str, ...]:
    """Kinds from words that may hold several, separated by commas."""
    from lookervault.cli.kinds import wanted_kinds

    named = [name.strip() for word in words or () for name in word.split(",") if name.strip()]
    return tuple(wanted_kinds(named)) if named else ()

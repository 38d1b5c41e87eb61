"""How long a plan will take to carry out, judged by the calls that planning took (requirements row B11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lookervault.looker.stats import Stats
    from lookervault.plan.plan import Plan

_ENOUGH = 20  # calls that tell something about the next ones


def say_estimate(plan: Plan, stats: Stats, quiet: bool = False) -> None:
    """Says how long it may take, on standard error, where that can be said."""
    told = "" if quiet else estimate(plan, stats)
    if told:
        typer.echo(told, err=True)


def estimate(plan: Plan, stats: Stats) -> str:
    """What the calls of a plan take at the rate of those made so far; nothing where that cannot be said."""
    from lookervault.plan.cost import cost

    calls, rate = cost(plan).calls, stats.per_second
    if not calls or not rate or stats.calls < _ENOUGH:
        return ""
    return f"To carry it out takes {duration(calls / rate)} at the present rate of {rate:.0f} calls a second."


def duration(seconds: float) -> str:
    """A time as somebody would say it who does not know it for sure."""
    if seconds < 1.5:
        return "about a second"
    if seconds < 90:
        return f"some {round(seconds)} seconds"
    minutes = seconds / 60
    return f"some {round(minutes)} minutes" if minutes < 90 else f"some {minutes / 60:.1f} hours"

"""Who would notice a change, in words (requirements, row B4): what lists content, shows it, sends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lookervault.plan.change import Attached
from lookervault.plan.plan import Plan
from lookervault.plan.reach import USED, reach, roughly
from lookervault.report.safe import visible
from lookervault.report.words import plural

_VERBS = {"boards": "on ", "dashboards": "shown by "}
_HANGING = {"alerts": "alert", "scheduled_plans": "scheduled plan"}


def used_text(attached: Attached) -> str:
    """Who owns content and who would notice, as far as that is told."""
    if not attached.used:
        return ""
    attached = roughly(attached)
    told = [views_text(attached.used.get("views")), *_counted(attached.used)]
    disabled = ", who is disabled" if attached.owner_disabled else ""
    owner = f"owned by {visible(attached.owner)}{disabled}" if attached.owner else ""
    return "; ".join(x for x in (owner, ", ".join(filter(None, told)), _untold(attached.used)) if x)


def reach_summary(plan: Plan) -> list[str]:
    """A line for all that hangs on what changes, if anything does."""
    sums = reach(plan, roughly)
    used = {name: getattr(sums, name) for name in USED}
    told = [plural(count, _HANGING[name]) for name, count in used.items() if name in _HANGING and count]
    told += [views_text(sums.views), *_counted(used)]
    told += [f"{sums.lost} lost"] if sums.lost else []
    if sums.owners and (sums.disabled_owners or any(told)):
        disabled = f" ({sums.disabled_owners} disabled)" if sums.disabled_owners else ""
        told.append(f"belonging to {plural(sums.owners, 'user')}{disabled}")
    text = "; ".join(x for x in (", ".join(filter(None, told)), _untold(used)) if x)
    return [f"On what changes hang: {text}."] if text else []


def views_text(views: int | None) -> str:
    """Views as they are told; few are not worth a word."""
    return f"viewed at least {views:,} times" if views else ""


def _counted(used: Mapping[str, int | None]) -> Iterator[str]:
    for name, count in used.items():
        if name == "favourites" and count:
            yield plural(count, "favourite")
        elif name in _VERBS and count:
            yield f"{_VERBS[name]}{plural(count, name[:-1])}"


def _untold(used: Mapping[str, int | None]) -> str:
    names = [name.replace("_", " ") for name, count in used.items() if count is None]
    return f"{', '.join(names)}: n/a" if names else ""

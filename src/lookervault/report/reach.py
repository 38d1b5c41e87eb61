"""Who would notice a change (requirements, row B4): what lists content, shows it, sends it or watches it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lookervault.plan.plan import Plan
from lookervault.report.words import plural

_VERBS = {"boards": "on", "dashboards": "shown by"}


def used_text(used: Mapping[str, int | None]) -> str:
    """Who would notice, as far as that is told; views are not among it, since reading counts as one."""
    favourites = used.get("favourites")
    told = [plural(favourites, "favourite")] if favourites else []
    for name, verb in _VERBS.items():
        count = used.get(name)
        told += [f"{verb} {plural(count, name[:-1])}"] if count else []
    return ", ".join(told)


def reach_summary(plan: Plan) -> list[str]:
    """A line for all that hangs on what changes, if anything does."""
    total: Counter[str] = Counter()
    for change in plan.changes:
        total.update({k: n for k, n in change.attached.used.items() if n and k in _VERBS})
        total.update(change.attached.kept)
        total["lost"] += len(change.attached.lost)
    told = [plural(total[k], k.replace("_", " ")) for k in ("alert", "scheduled_plan") if total[k]]
    told += [f"{verb} {plural(total[k], k[:-1])}" for k, verb in _VERBS.items() if total[k]]
    told += [f"{total['lost']} lost"] if total["lost"] else []
    return [f"On what changes hang: {', '.join(told)}."] if told else []

"""A plan as one page that needs nothing but itself: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Level
from lookervault.plan.plan import Plan
from lookervault.report.findings import LEFT_TO_DO, PROBLEMS, heading, told_once
from lookervault.report.fold import folded
from lookervault.report.lines import same_lines
from lookervault.report.origins import origin_summary
from lookervault.report.page.entries import VERBS, around, entry, folders
from lookervault.report.page.runs import runs
from lookervault.report.page.waves import waves
from lookervault.report.reach import reach_summary
from lookervault.report.safe import visible
from lookervault.report.words import cost_text


def render_html(plan: Plan) -> str:
    """The page; all that came from Looker is escaped by the template engine."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # 50 ms that only this format needs

    engine = Environment(
        loader=PackageLoader("lookervault.report.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (_asset(name) for name in ("page.css", "page.js"))
    return engine.get_template("page.html").render(
        **page_data(plan), style=style, script=script, style_hash=_hash(style), script_hash=_hash(script)
    )


def _asset(name: str) -> str:
    return files("lookervault.report.page").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """By which the page's policy lets its own script and style in, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def page_data(plan: Plan) -> dict[str, Any]:
    """All that the template shows, as plain values."""
    fold = folded(plan.changes)
    counts = plan.counts()
    beside = around(plan.changes, plan.nodes, plan.findings)
    entries = [entry(n, change, fold, beside) for n, change in enumerate(plan.changes)]
    return {
        "source": visible(plan.source.label or plan.source.host),
        "target": visible(plan.target.label or plan.target.host),
        "host": visible(plan.target.host),
        "taken_at": visible(plan.source.taken_at[:16].replace("T", " ")),  # the plan's own time is in no form
        "fingerprint": plan.fingerprint,
        "totals": [(verb, action.value, counts[action]) for action, verb in VERBS.items()],
        "facts": [*reach_summary(plan), *origin_summary(plan), _cost(plan)] if plan.changes else [],
        "kinds": _kinds(plan),
        "folders": folders(entries),
        "origins": _origins(entries),
        "findings": list(_findings(plan)),
        "common": [runs(same_lines(same)) for same in fold.alike.values()],
        "changes": entries,
        "waves": waves(plan.nodes, plan.changes),
    }


def _cost(plan: Plan) -> str:
    return f"The apply takes {cost_text(plan)}."


def _findings(plan: Plan) -> Iterator[tuple[str, Level, list[str]]]:
    for level in (*PROBLEMS, *LEFT_TO_DO):
        lines = list(told_once(f for f in plan.findings if f.level == level))
        if lines:
            yield heading(level), level, lines


def _kinds(plan: Plan) -> list[tuple[str, str, int]]:
    counts = Counter(c.kind for c in plan.changes)
    return [(kind, KINDS[kind].title, counts[kind]) for kind in sorted(counts)]


def _origins(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    counts = Counter(who for e in entries for who in e["origins"].split())
    return sorted(counts.items())

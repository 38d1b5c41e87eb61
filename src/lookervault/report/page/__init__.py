"""A plan as one page that needs nothing but itself: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Level
from lookervault.plan.change import Action, Change
from lookervault.plan.plan import Plan
from lookervault.report.findings import LEFT_TO_DO, PROBLEMS, heading, told_once
from lookervault.report.fold import Folded, folded
from lookervault.report.lines import change_lines, same_lines
from lookervault.report.page.pictures import pictures
from lookervault.report.page.runs import runs
from lookervault.report.page.waves import waves
from lookervault.report.safe import visible
from lookervault.report.words import plural

_VERBS = {Action.CREATE: "create", Action.UPDATE: "update", Action.DELETE: "delete"}


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
    numbers = {change.address: n for n, change in enumerate(plan.changes)}
    counts = plan.counts()
    return {
        "source": visible(plan.source.label or plan.source.host),
        "target": visible(plan.target.label or plan.target.host),
        "host": visible(plan.target.host),
        "created_at": plan.created_at,
        "fingerprint": plan.fingerprint,
        "totals": [(verb, action.value, counts[action]) for action, verb in _VERBS.items()],
        "kinds": _kinds(plan),
        "findings": list(_findings(plan)),
        "common": [runs(same_lines(same)) for same in fold.alike.values()],
        "changes": [_change(n, change, fold) for n, change in enumerate(plan.changes)],
        "waves": waves(plan.nodes, numbers),
    }


def _findings(plan: Plan) -> Iterator[tuple[str, Level, list[str]]]:
    for level in (*PROBLEMS, *LEFT_TO_DO):
        lines = list(told_once(f for f in plan.findings if f.level == level))
        if lines:
            yield heading(level), level, lines


def _kinds(plan: Plan) -> list[tuple[str, str, int]]:
    counts = Counter(c.kind for c in plan.changes)
    return [(kind, KINDS[kind].title, counts[kind]) for kind in sorted(counts)]


def _change(number: int, change: Change, fold: Folded) -> dict[str, Any]:
    lines = list(change_lines(change, fold))
    why = [visible(f"now {change.was}")] if change.was else []
    why += [f"paired by {change.paired_by}"] if change.paired_by else []
    views = change.attached.used.get("views")
    why += [f"viewed {plural(views, 'time')}"] if views else []
    return {
        "number": number,
        "kind": change.kind,
        "verb": _VERBS[change.action],
        "mark": change.action.value,
        "address": visible(change.address),
        "id": visible(change.id),
        "why": "; ".join(why),
        "as_told": fold.whole(change),
        "runs": runs(line for line in lines if line.depth or line.mark != "#"),
        "pictures": pictures(change),
    }

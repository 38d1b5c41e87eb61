"""How values and places are worded, each on one line."""

from __future__ import annotations

import json
from typing import Any

from lookervault.model.content import DEFAULT_LAYOUT
from lookervault.model.values import Link
from lookervault.plan.cost import cost
from lookervault.plan.edits import Path
from lookervault.plan.plan import Plan
from lookervault.report.safe import visible

_quote = json.JSONEncoder(ensure_ascii=False).encode


def path_text(path: Path) -> str:
    """A place inside a resource, as a reader would write it; the default layout needs no name."""
    if path[0] == "positions":
        path = ("position", *(p for p in path[1:] if p != DEFAULT_LAYOUT))
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "").isalnum():
            text += f".{step}"
        else:
            text += f"[{quoted(step)}]"
    return text.removeprefix(".")


def short(value: Any) -> str:
    """A value on one line: as JSON, links as addresses."""
    if isinstance(value, Link):
        return visible(f"{value.to} {value.part}".strip())
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        inner = ", ".join(f"{visible(str(k))}: {short(v)}" for k, v in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        shown = ", ".join(short(v) for v in value)
        return f"[{shown}]"
    return json.dumps(value)


def quoted(text: str) -> str:
    """A text in quotes, with nothing left in it that a terminal would obey."""
    return visible(_quote(text))


def cost_text(plan: Plan) -> str:
    """How many calls it takes to carry a plan out."""
    told = cost(plan)
    reads, writes = plural(told.reads, "read"), plural(told.writes, "write")
    return f"about {plural(told.calls, 'API call')} ({reads}, {writes})"


def plural(count: int, what: str, many: str = "") -> str:
    """A number of things, such as `2 elements`."""
    return f"{count} {what if count == 1 else many or f'{what}s'}"

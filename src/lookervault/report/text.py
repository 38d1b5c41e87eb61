"""A plan as text for a terminal or a log, read like Terraform's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Level
from lookervault.plan.change import Action, Change
from lookervault.plan.plan import Plan
from lookervault.report.findings import FINDINGS, LEFT_TO_DO, PROBLEMS, told_once
from lookervault.report.fold import NOTHING_FOLDED, folded
from lookervault.report.hunks import Line, pointer
from lookervault.report.lines import change_lines, same_lines
from lookervault.report.origins import base_line, origin_summary
from lookervault.report.reach import reach_summary
from lookervault.report.safe import visible
from lookervault.report.words import cost_text

NO_CHANGES = "No changes."
_MANY = 10  # more changes than this are also counted by kind

_COLOURS = {"+": "32", "-": "31", "~": "33", "#": "90"}
_LEVEL_COLOURS: dict[Level, str] = {"error": "31", "warning": "33", "todo": "36"}
_LEGEND = {Action.CREATE: "create", Action.UPDATE: "update in place", Action.DELETE: "delete"}


def render_text(plan: Plan, colour: bool = False, expand: bool = False) -> str:
    """The whole plan; it ends with a line feed. What many resources share is told once, or `expand`ed."""
    blocks = [*_findings(plan, colour, PROBLEMS)]
    if plan.changes:
        blocks.append(_intro(plan, colour))
        blocks.append(text_changes(plan, colour, expand))
    blocks += _findings(plan, colour, LEFT_TO_DO)
    blocks.append(_summary(plan, colour))
    return "\n\n".join(blocks) + "\n"


def text_changes(plan: Plan, colour: bool = False, expand: bool = False) -> str:
    """The changes alone."""
    return "\n\n".join("\n".join(painted(x, colour) for x in block) for block in told(plan, expand))


def told(plan: Plan, expand: bool = False) -> Iterator[list[Line]]:
    """The blocks of a plan: what many changes share, then each change with what is its own."""
    fold = NOTHING_FOLDED if expand else folded(plan.changes)
    yield from (list(same_lines(same)) for same in fold.alike.values())
    yield from (list(change_lines(c, fold)) for c in plan.changes if not fold.whole(c))


def change_text(change: Change) -> list[str]:
    """One change by itself, line by line."""
    return [line for x in change_lines(change) for line in painted(x, False).split("\n")]


def _findings(plan: Plan, colour: bool, levels: tuple[Level, ...]) -> Iterator[str]:
    for level in levels:
        found = [f for f in plan.findings if f.level == level]
        if found:
            head = _paint(f"{FINDINGS[level]}:", _LEVEL_COLOURS[level], colour)
            yield "\n".join([head, *(f"  {line}" for line in told_once(found))])


def _intro(plan: Plan, colour: bool) -> str:
    counts = plan.counts()
    legend = [f"  {_paint(a.value, _COLOURS[a.value], colour)} {_LEGEND[a]}" for a in Action if counts[a]]
    source = visible(plan.source.label or plan.source.host)
    target = visible(plan.target.label or plan.target.host)
    where = f"lookervault will make {target} ({visible(plan.target.host)}) like {source}:"
    base = base_line(plan)
    return "\n".join([where, *([base] if base else []), *legend])


def _summary(plan: Plan, colour: bool) -> str:
    if not plan.changes:
        target = visible(plan.target.label or plan.target.host)
        return f"{_paint(NO_CHANGES, '1;32', colour)} {target} is as desired."
    counts = plan.counts()
    numbers = (
        f"{counts[Action.CREATE]} to create, {counts[Action.UPDATE]} to update, "
        f"{counts[Action.DELETE]} to delete."
    )
    lines = [f"{_paint('Plan:', '1', colour)} {numbers}"]
    if len(plan.changes) > _MANY:
        kinds = Counter(c.kind for c in plan.changes)
        lines.append("      " + ", ".join(_of_kind(n, k) for k, n in sorted(kinds.items())))
    lines += [f"      {x}" for x in (*reach_summary(plan), *origin_summary(plan), cost_text(plan))]
    return "\n".join(lines)


def _of_kind(count: int, kind: str) -> str:
    return f"1 {kind.replace('_', ' ')}" if count == 1 else f"{count} {KINDS[kind].title}"


def painted(line: Line, colour: bool) -> str:
    """A line as it is printed."""
    indent = "    " * line.depth
    if line.mark == "":
        return f"{indent}    {line.text}"
    if line.mark == "#":
        # remarks inside a block stand where its attributes stand
        space = "  " if line.depth == 0 else "    "
        return f"{indent}{space}" + _paint(f"# {line.text}", _COLOURS["#"], colour and line.depth > 0)
    text = f"{indent}  {_paint(line.mark, _COLOURS.get(line.mark, '0'), colour)} {_worded(line, colour)}"
    return text if colour or not line.spans else f"{text}\n{indent}    {pointer(line)}"


def _worded(line: Line, colour: bool) -> str:
    """The text with the words that differ in reverse."""
    text, at = "", 0
    for start, end in line.spans if colour else ():
        text += line.text[at:start] + _paint(line.text[start:end], "7", colour)
        at = end
    return text + line.text[at:]


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text

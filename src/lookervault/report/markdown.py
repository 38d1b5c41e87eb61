"""A plan as Markdown for a pull request: whole where it fits, honestly shortened where it does not.

GitHub takes comments of 65,536 characters. Deletes come first and lose their details last; a fence is
never cut.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Level
from lookervault.plan.change import Action, Change
from lookervault.plan.plan import Plan
from lookervault.report.findings import LEFT_TO_DO, PROBLEMS, heading, told_once
from lookervault.report.fold import Folded, folded
from lookervault.report.hunks import Line, pointer
from lookervault.report.lines import change_lines, same_lines
from lookervault.report.origins import base_line, in_conflict, origin_summary
from lookervault.report.reach import reach_summary
from lookervault.report.safe import visible
from lookervault.report.words import cost_text

LIMIT = 65_000  # a little below GitHub's, for what a workflow adds
MARKER = "<!-- lookervault plan -->"  # by which a workflow finds its own comment again
_NOTES = 6_000  # characters for errors, and as many for warnings
_FIRST_COLUMN = {"+": "+", "-": "-", "~": "!"}  # what a diff fence colours
_DONE = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}
# punctuation that could be Markdown, HTML or a link, and what could begin a list or code
_SPECIAL = re.compile(r"[^\w \-,;()%=?\"']|_|(?<!\S)-|(?<=\d)\)|^ ")
# GitHub looks for names and numbers in the finished page, where an entity is what it stands for: only what
# stands between the sign and the name keeps it from telling people, and issues, that they were mentioned
_CALLS = re.compile(r"[@#]|\bgh-(?=\d)", re.IGNORECASE)
_NOTHING = "\u200b"  # has no width


class Entry(msgspec.Struct):
    """One change: a line that always tells it, and what there is to unfold."""

    line: str
    details: str = ""

    def text(self, unfolded: bool) -> str:
        """As an item of a list, or as something to unfold."""
        return f"\n{self.details}\n" if unfolded and self.details else f"- {self.line}\n"


def render_markdown(plan: Plan, limit: int = LIMIT) -> str:
    """The plan in at most `limit` characters (at least a few thousand); it ends with a line feed."""
    head = _head(plan)
    return head + markdown_changes(plan, limit - len(head))


def markdown_changes(plan: Plan, limit: int) -> str:
    """The changes alone in at most `limit` characters, with a note where they do not fit."""
    entries = _entries(plan)
    room = limit - 400
    shown = fitting([e.text(False) for e in entries], room)
    room -= sum(len(e.text(False)) for e in entries[:shown])
    unfolded = set()
    for n, entry in enumerate(entries[:shown]):
        more = len(entry.text(True)) - len(entry.text(False)) + 1
        if entry.details and more <= room:
            unfolded.add(n)
            room -= more
    short = sum(1 for n, e in enumerate(entries[:shown]) if e.details and n not in unfolded)
    note = _shortened(short, len(entries) - shown)
    return note + _body(entries[:shown], unfolded)


def fitting(texts: Sequence[str], room: int) -> int:
    """How many of the texts have room."""
    for n, text in enumerate(texts):
        room -= len(text)
        if room < 0:
            return n
    return len(texts)


def _body(entries: Sequence[Entry], unfolded: set[int]) -> str:
    text = ""
    for n, entry in enumerate(entries):
        if n and n - 1 in unfolded and n not in unfolded:
            text += "\n"  # a list begins after what can be unfolded
        text += entry.text(n in unfolded)
    return text


def _shortened(short: int, left_out: int) -> str:
    if not short and not left_out:
        return ""
    parts = [f"{short} without details"] if short else []
    parts += [f"{left_out} not listed at all"] if left_out else []
    return f"> **Shortened to fit a comment:** {', '.join(parts)}. The saved plan has all of it.\n\n"


def _head(plan: Plan) -> str:
    source, target = (coded(side.label or side.host) for side in (plan.source, plan.target))
    title = f"### lookervault: make {target} like {source}"
    blocks = [MARKER, title, escaped(base_line(plan)), _counts(plan)]
    if plan.changes:
        blocks += [_table(plan)]
    blocks += [_notes(plan, level) for level in (*PROBLEMS, *LEFT_TO_DO)]
    return "\n\n".join(b for b in blocks if b) + "\n\n"


def _counts(plan: Plan) -> str:
    if not plan.changes:
        return "**No changes.** The instance is as desired."
    counts = plan.counts()
    words = [f"{counts[a]} to {verb}" for a, verb in zip(Action, ("create", "update", "delete"), strict=True)]
    where = f"on {escaped(plan.target.host)}, {cost_text(plan)}"
    told = "".join(f"\n\n{escaped(line)}" for line in (*reach_summary(plan), *origin_summary(plan)))
    return f"**Plan: {', '.join(words)}** {where}{told}\n\nFingerprint: `{plan.fingerprint}`"


def _table(plan: Plan) -> str:
    counts = Counter((c.kind, c.action) for c in plan.changes)
    rows = [
        f"| {KINDS[kind].title} | " + " | ".join(str(counts[kind, a] or "") for a in Action) + " |"
        for kind in sorted({c.kind for c in plan.changes})
    ]
    return "\n".join(["| | create | update | delete |", "|---|--:|--:|--:|", *rows])


def _notes(plan: Plan, level: Level) -> str:
    told = [f"- {escaped(x)}\n" for x in told_once(f for f in plan.findings if f.level == level)]
    if not told:
        return ""
    kept = fitting(told, _NOTES)
    more = f"- and {len(told) - kept} more\n" if kept < len(told) else ""
    return f"#### {heading(level)}\n\n{''.join(told[:kept])}{more}".rstrip("\n")


def _entries(plan: Plan) -> list[Entry]:
    fold = folded(plan.changes)
    common = [_entry("~", list(same_lines(same))) for same in fold.alike.values()]
    whole = [c for c in plan.changes if fold.whole(c)]
    # what somebody else has changed too is told before the rest
    ordered = sorted(plan.changes, key=lambda c: not in_conflict(c))
    own = {
        action: [_own(c, fold) for c in ordered if c.action is action and not fold.whole(c)]
        for action in Action
    }
    alike = [Entry(f"{_named(c)} (as told of many)") for c in whole]
    return [*own[Action.DELETE], *common, *own[Action.UPDATE], *own[Action.CREATE], *alike]


def _own(change: Change, fold: Folded) -> Entry:
    return Entry(_named(change), _details(_named(change), list(change_lines(change, fold))[1:]))


def _named(change: Change) -> str:
    was = f" (now {coded(change.was)})" if change.was else ""
    verb = _DONE[change.action]
    return f"<code>{change.action.value}</code> {coded(change.address)}{was} {verb}"


def _entry(mark: str, lines: list[Line]) -> Entry:
    title = f"<code>{mark}</code> {escaped(lines[0].text)}"
    return Entry(title, _details(title, lines[1:]))


def _details(title: str, lines: list[Line]) -> str:
    body = [text for line in lines for text in _diff(line)]
    ticks = max((len(run) for x in body for run in re.findall("`+", x)), default=0)
    fence = "`" * max(3, ticks + 1)
    inner = "\n".join(body)
    return f"<details><summary>{title}</summary>\n\n{fence}diff\n{inner}\n{fence}\n</details>"


def _diff(line: Line) -> list[str]:
    """The line with its mark in the first column, where a diff fence looks for it."""
    indent = "    " * line.depth
    remark = "# " if line.mark == "#" else ""
    told = [f"{_FIRST_COLUMN.get(line.mark, ' ')} {indent}{remark}{line.text}"]
    return [*told, f"  {indent}{pointer(line)}"] if line.spans else told


def escaped(text: str) -> str:
    """Text from Looker as nothing but text, wherever in Markdown it stands; it calls nobody."""
    return _entities(_CALLS.sub(lambda m: m[0] + _NOTHING, visible(text)))


def coded(text: str) -> str:
    """The same as code, in which GitHub looks for nobody, so that it can be copied as it is."""
    return f"<code>{_entities(visible(text))}</code>"


def _entities(text: str) -> str:
    return _SPECIAL.sub(lambda m: f"&#{ord(m[0])};", text)

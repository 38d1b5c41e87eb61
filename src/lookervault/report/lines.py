"""A plan as lines with a mark and a depth: the one model that the text and Markdown renderers share."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Literal

import msgspec

from lookervault.model.content import DEFAULT_LAYOUT, meaning
from lookervault.model.normal import comparable
from lookervault.model.resource import Attributes
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.edits import Edit, Path, edits
from lookervault.report.safe import visible

# "#" is a remark about what is not shown, "" a brace, " " an unchanged line of a text
Mark = Literal["+", "-", "~", " ", "#", ""]

CONTEXT = 3  # unchanged lines around a changed one in a long text
_VERBS = {
    Action.CREATE: "will be created",
    Action.UPDATE: "will be updated in place",
    Action.DELETE: "will be deleted",
}
# opaque settings: counted on a create, shown one by one where they change
_OPAQUE = {"vis_config", "ui_config", "overrides"}


class Line(msgspec.Struct):
    """One line of a plan."""

    mark: Mark
    depth: int
    text: str


def change_lines(change: Change) -> Iterator[Line]:
    """One resource: what happens to it and why, then only what differs."""
    yield Line("#", 0, f"{visible(change.address)} {_VERBS[change.action]}")
    if change.was:
        yield Line("#", 0, f"(now {visible(change.was)}, paired by {change.paired_by})")
    yield Line(_mark(change.action), 0, f"{change.kind} {quoted(change.name)} {{")
    yield from _body(change.action, change.before, change.after, 1)
    if change.action is Action.CREATE:
        yield Line("+", 1, "id = (known after apply)")
    yield from _hidden(change.unchanged, "attribute", 1)
    for part in change.parts:
        yield from _part_lines(part)
    for kind, count in sorted(change.unchanged_parts.items()):
        yield from _hidden(count, kind, 1)
    yield Line("", 0, "}")


def _part_lines(part: PartChange) -> Iterator[Line]:
    id_ = f" (id {visible(part.id)})" if part.id else ""
    head = f"{part.kind} {quoted(part.label)}{id_}"
    body = [] if part.action is Action.DELETE else list(_body(part.action, part.before, part.after, 2))
    if not body:
        yield Line(_mark(part.action), 1, head)
        return
    yield Line(_mark(part.action), 1, f"{head} {{")
    yield from body
    yield from _hidden(part.unchanged, "attribute", 2)
    yield Line("", 1, "}")


def _mark(action: Action) -> Mark:
    marks: dict[Action, Mark] = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}
    return marks[action]


def _hidden(count: int, what: str, depth: int) -> Iterator[Line]:
    if count > 0:
        yield Line("#", depth, f"({count} unchanged {what}{'' if count == 1 else 's'} hidden)")


def _body(action: Action, before: Attributes, after: Attributes, depth: int) -> Iterator[Line]:
    if action is Action.CREATE:
        told = [(name, value) for name, value in _flat(after) if value is not False]
        for name, value in told:
            yield from _value_lines("+", name, value, depth)
        off = sum(1 for _, value in _flat(after) if value is False)
        if off:
            yield Line("#", depth, f"({off} that {'is' if off == 1 else 'are'} false hidden)")
        return
    for place, group in groupby(edits(before, after), _place):
        found = list(group)
        if place is None:
            for edit in found:
                yield from _edit_lines(edit, depth)
        else:
            yield Line("~", depth, f"{path_text(place)} = [")
            yield from (Line(e.mark, depth + 1, short(_moved(e))) for e in found)
            yield Line("", depth, "]")


def _place(edit: Edit) -> Path | None:
    """The list that an edit takes an item from or adds one to."""
    item = len(edit.path) > 1 and isinstance(edit.path[-1], int) and edit.mark != "~"
    return edit.path[:-1] if item else None


def _moved(edit: Edit) -> Any:
    return edit.after if edit.mark == "+" else edit.before


def _flat(attributes: Attributes) -> Iterator[tuple[str, Any]]:
    """The attributes of something new; a query's fields each on their own."""
    for name, value in comparable(meaning(attributes)).items():
        if name == "active":
            continue  # some layout always is
        if name == "query" and isinstance(value, dict):
            yield from ((f"query.{k}", v) for k, v in value.items())
        elif name == "merge" and isinstance(value, dict):
            yield from _flat_merge(value)
        elif name == "positions":
            yield from ((path_text((name, layout)), place) for layout, place in value.items())
        else:
            yield name, value


def _flat_merge(merge: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for number, source in enumerate(merge.get("sources", [])):
        at = f"merge.sources[{number}]"
        yield f"{at}.name", source.get("name")
        yield from ((f"{at}.query.{k}", v) for k, v in (source.get("query") or {}).items())
        if source.get("merge_fields"):
            yield f"{at}.merge_fields", source["merge_fields"]
    yield from ((f"merge.{k}", v) for k, v in merge.items() if k != "sources")


def _edit_lines(edit: Edit, depth: int) -> Iterator[Line]:
    name = path_text(edit.path)
    if edit.mark != "~":
        yield from _value_lines(edit.mark, name, _moved(edit), depth)
    elif isinstance(edit.before, str) and isinstance(edit.after, str) and "\n" in edit.before + edit.after:
        yield Line("~", depth, f"{name} = <<")
        yield from hunks(edit.before, edit.after, depth + 1)
        yield Line("", depth, ">>")
    else:
        yield Line("~", depth, f"{name} = {short(edit.before)} -> {short(edit.after)}")


def _value_lines(mark: Mark, name: str, value: Any, depth: int) -> Iterator[Line]:
    if isinstance(value, str) and "\n" in value:
        yield Line(mark, depth, f"{name} = <<")
        yield from (Line(mark, depth + 1, visible(line)) for line in value.split("\n"))
        yield Line("", depth, ">>")
    elif name.rpartition(".")[2] in _OPAQUE and isinstance(value, dict):
        yield Line(mark, depth, f"{name} = {{{_summary(value)}}}")
    else:
        yield Line(mark, depth, f"{name} = {short(value)}")


def _summary(value: dict[str, Any]) -> str:
    kind = f"type {quoted(value['type'])}, " if isinstance(value.get("type"), str) else ""
    return f"{kind}{len(value)} setting{'' if len(value) == 1 else 's'}"


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
    return visible(json.dumps(text, ensure_ascii=False))


def hunks(before: str, after: str, depth: int) -> Iterator[Line]:
    """Changed lines of a long text with a little around them."""
    old, new = before.split("\n"), after.split("\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for n, group in enumerate(matcher.get_grouped_opcodes(CONTEXT)):
        if n:
            yield Line("", depth, "...")
        for tag, i, i2, j, j2 in group:
            if tag == "equal":
                yield from (Line(" ", depth, visible(x)) for x in old[i:i2])
                continue
            yield from (Line("-", depth, visible(x)) for x in old[i:i2])
            yield from (Line("+", depth, visible(x)) for x in new[j:j2])

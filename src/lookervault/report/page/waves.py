"""The order of an apply as waves: what can start at once, then what waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from lookervault.model.address import parse
from lookervault.plan.change import Change
from lookervault.plan.graph import Node
from lookervault.report.page.entries import VERBS
from lookervault.report.safe import visible
from lookervault.report.words import plural

_DRAWN = 60  # boxes up to which the graph is drawn with its lines
_WIDE, _HIGH, _GAP, _HEAD = 230, 24, 60, 20  # pixels of a box, of its row, between columns, of a heading
_LETTERS = 34  # of a label that have room in a box


class Box(msgspec.Struct):
    """A change, or queries that the same changes wait for: what is drawn or listed as one."""

    label: str
    title: str
    verb: str
    number: int | None
    calls: int
    waits: set[int]
    wave: int


def waves(nodes: Iterable[Node], changes: Sequence[Change]) -> dict[str, Any]:
    """The nodes by wave and, where they are few, a drawing of what waits for what."""
    boxes = _boxes(list(nodes), {change.address: (n, change) for n, change in enumerate(changes)})
    columns: list[list[int]] = [[] for _ in range(max((box.wave for box in boxes), default=-1) + 1)]
    for n, box in enumerate(boxes):
        columns[box.wave].append(n)
    drawn = 1 < len(boxes) <= _DRAWN
    return {
        "columns": [[_shown(boxes[n]) for n in column] for column in columns],
        "calls": [sum(boxes[n].calls for n in column) for column in columns],
        "drawing": _drawing(columns, boxes) if drawn else None,
    }


def _boxes(nodes: list[Node], changes: dict[str, tuple[int, Change]]) -> list[Box]:
    """Nodes in order; queries for which the same nodes wait are one box."""
    waiting: dict[str, list[str]] = {node.id: [] for node in nodes}
    for node in nodes:
        for first in node.waits:
            waiting.get(first, []).append(node.id)
    boxes: list[Box] = []
    at: dict[str, int] = {}
    queries: dict[tuple[str, ...], int] = {}
    for node in nodes:  # each comes after all it waits for
        waits = {at[first] for first in node.waits if first in at}
        alike = (*waiting[node.id], "", *node.waits)
        if not node.change and alike in queries:
            at[node.id] = queries[alike]
            boxes[at[node.id]].calls += len(node.steps)
            continue
        wave = 1 + max((boxes[n].wave for n in waits), default=-1)
        at[node.id] = len(boxes)
        if not node.change:
            queries[alike] = len(boxes)
        boxes.append(_box(node, changes.get(node.change), waits, wave))
    return boxes


def _box(node: Node, found: tuple[int, Change] | None, waits: set[int], wave: int) -> Box:
    if found is None:
        return Box("", "", "query", None, len(node.steps), waits, wave)
    number, change = found
    late = node.id.removeprefix(change.address)
    label = f"{parse(change.address).key[-1]}{late} · {change.kind.replace('_', ' ')}"
    return Box(visible(label), visible(node.id), VERBS[change.action], number, len(node.steps), waits, wave)


def _shown(box: Box) -> dict[str, Any]:
    label = box.label or plural(box.calls, "query", "queries")
    return {
        "label": label,
        "short": label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1]}…",
        "title": box.title or label,
        "verb": box.verb,
        "number": box.number,
    }


def _drawing(columns: list[list[int]], boxes: list[Box]) -> dict[str, Any]:
    at = {n: (x * (_WIDE + _GAP), _HEAD + y * _HIGH) for x, c in enumerate(columns) for y, n in enumerate(c)}
    lines = [
        (first, n, *_ends(at[first], at[n])) for n, box in enumerate(boxes) for first in sorted(box.waits)
    ]
    return {
        "width": len(columns) * (_WIDE + _GAP) - _GAP,
        "height": _HEAD + max(len(c) for c in columns) * _HIGH,
        "heads": [(x * (_WIDE + _GAP), x + 1) for x in range(len(columns))],
        "boxes": [{**_shown(boxes[n]), "node": n, "x": x, "y": y} for n, (x, y) in at.items()],
        "lines": lines,
        "box_width": _WIDE,
        "box_height": _HIGH - 6,
    }


def _ends(first: tuple[int, int], then: tuple[int, int]) -> tuple[int, int, int, int]:
    """From the right of the one to the left of the other."""
    middle = (_HIGH - 6) // 2
    return first[0] + _WIDE, first[1] + middle, then[0], then[1] + middle

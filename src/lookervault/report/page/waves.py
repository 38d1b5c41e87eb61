"""The order of an apply as waves: what can start at once, then what waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lookervault.plan.graph import Node
from lookervault.report.safe import visible

_DRAWN = 60  # nodes up to which the graph is drawn with its lines
_WIDE, _HIGH, _GAP = 230, 22, 60  # pixels of a box, of its row, and between columns


def waves(nodes: Iterable[Node], numbers: Mapping[str, int]) -> dict[str, Any]:
    """The nodes by wave and, where they are few, a drawing of what waits for what."""
    found = list(nodes)
    level: dict[str, int] = {}
    for node in found:  # each comes after all it waits for
        level[node.id] = 1 + max((level[w] for w in node.waits if w in level), default=-1)
    columns: list[list[Node]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for node in found:
        columns[level[node.id]].append(node)
    return {
        "columns": [[_named(node, numbers) for node in column] for column in columns],
        "drawing": _drawing(columns, numbers) if 1 < len(found) <= _DRAWN else None,
    }


def _named(node: Node, numbers: Mapping[str, int]) -> dict[str, Any]:
    label = visible(node.id) if node.change else "query"
    return {"label": label, "number": numbers.get(node.change), "calls": len(node.steps)}


def _drawing(columns: list[list[Node]], numbers: Mapping[str, int]) -> dict[str, Any]:
    at = {
        node.id: (x * (_WIDE + _GAP), y * _HIGH)
        for x, column in enumerate(columns)
        for y, node in enumerate(column)
    }
    named = {node.id: _named(node, numbers) for column in columns for node in column}
    lines = [(*at[w], *at[node.id]) for column in columns for node in column for w in node.waits if w in at]
    return {
        "width": len(columns) * (_WIDE + _GAP) - _GAP,
        "height": max(len(c) for c in columns) * _HIGH,
        "boxes": [{**named[id_], "x": x, "y": y} for id_, (x, y) in at.items()],
        "lines": [(x + _WIDE, y + _HIGH / 2 - 2, x2, y2 + _HIGH / 2 - 2) for x, y, x2, y2 in lines],
        "box_width": _WIDE,
        "box_height": _HIGH - 4,
    }

"""Layouts of a dashboard as boxes to draw, before and after (requirements, row W1)."""

from __future__ import annotations

from typing import Any

from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.picture import Box, Tile, boxes_of
from lookervault.report.safe import visible

COLUMNS = 24
_WIDE, _HIGH = 12, 9  # pixels of a column and of a row
_LEAST = 6  # rows drawn of a nearly empty layout


def pictures(change: Change) -> list[dict[str, Any]]:
    """One for each layout on which something is added, removed, moved or changed."""
    found = change.tiles or _made(change)
    layouts = {tile.layout: None for tile in found}
    drawn = [_picture(layout, [t for t in found if t.layout == layout]) for layout in layouts]
    return [picture for picture in drawn if picture["touched"]]


def _made(change: Change) -> list[Tile]:
    """The elements of a dashboard that comes or goes as a whole."""
    elements = [p for p in change.parts if p.kind == "element"]
    return [tile for part in elements for tile in _lone(part)]


def _lone(part: PartChange) -> list[Tile]:
    new = part.action is Action.CREATE
    places = boxes_of(part.after if new else part.before)
    return [
        Tile(part.label, layout, None if new else box, box if new else None) for layout, box in places.items()
    ]


def _picture(layout: str, found: list[Tile]) -> dict[str, Any]:
    rows = max([_LEAST, *(b[0] + b[3] for t in found for b in (t.before, t.after) if b)])
    after = [_box(n, t, t.after) for n, t in enumerate(found) if t.after]
    before = [_box(n, t, t.before) for n, t in enumerate(found) if t.before]
    return {
        "layout": "" if layout == "default" else visible(layout),
        "width": COLUMNS * _WIDE,
        "height": rows * _HIGH,
        "before": before,
        "after": after,
        "arrows": [_arrow(t.before, t.after) for t in found if t.before and t.after and _moved(t)],
        "touched": any(state(t) != "same" for t in found),
    }


def state(tile: Tile) -> str:
    """What becomes of an element: added, removed, moved, changed or same."""
    if tile.before is None:
        return "added"
    if tile.after is None:
        return "removed"
    if tile.before != tile.after:
        return "moved"
    return "changed" if tile.changed else "same"


def _moved(tile: Tile) -> bool:
    return bool(tile.before and tile.after) and _centre(tile.before) != _centre(tile.after)


def _box(number: int, tile: Tile, box: Box | None) -> dict[str, Any]:
    row, column, width, height = box or (0, 0, 0, 0)
    return {
        "tile": number,
        "label": visible(tile.label),
        "state": state(tile),
        "x": column * _WIDE,
        "y": row * _HIGH,
        "width": max(width * _WIDE - 2, 2),
        "height": max(height * _HIGH - 2, 2),
    }


def _arrow(before: Box, after: Box) -> tuple[float, float, float, float]:
    return (*_centre(before), *_centre(after))


def _centre(box: Box | None) -> tuple[float, float]:
    row, column, width, height = box or (0, 0, 0, 0)
    return (column + width / 2) * _WIDE, (row + height / 2) * _HIGH

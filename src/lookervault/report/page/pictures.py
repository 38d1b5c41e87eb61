"""Layouts of a dashboard as boxes to draw, before and after (requirements, row W1)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.picture import Box, Tile, boxes_of
from lookervault.report.safe import visible

COLUMNS = 24
_WIDE, _HIGH = 12, 9  # pixels of a column and of a row
_LEAST = 6  # rows drawn of a nearly empty layout
# by which a fate is told beside its colour
_SIGNS = {
    "added": "+",
    "removed": "\u2212",
    "moved": "\u2192",
    "resized": "\u2921",
    "changed": "~",
    "unchanged": "",
}


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
    fates = Counter(fate for tile in found for fate in fates_of(tile) or ("unchanged",))
    return {
        "layout": "" if layout == "default" else visible(layout),
        "width": COLUMNS * _WIDE,
        "height": rows * _HIGH,
        "before": [_box(n, t, t.before) for n, t in enumerate(found) if t.before],
        "after": [_box(n, t, t.after) for n, t in enumerate(found) if t.after],
        "arrows": [(n, _arrow(t.before, t.after)) for n, t in enumerate(found) if _shifted(t)],
        "legend": [(fate, sign, fates[fate]) for fate, sign in _SIGNS.items() if fates[fate]],
        "touched": any(fates_of(tile) for tile in found),
    }


def fates_of(tile: Tile) -> tuple[str, ...]:
    """What becomes of an element: added, removed, or any of moved, resized and changed; else nothing."""
    if tile.before is None or tile.after is None:
        return ("added",) if tile.before is None else ("removed",)
    told = {
        "moved": tile.before[:2] != tile.after[:2],
        "resized": tile.before[2:] != tile.after[2:],
        "changed": tile.changed,
    }
    return tuple(fate for fate, so in told.items() if so)


def _shifted(tile: Tile) -> bool:
    return bool(tile.before and tile.after) and _centre(tile.before) != _centre(tile.after)


def _box(number: int, tile: Tile, box: Box | None) -> dict[str, Any]:
    row, column, width, height = box or (0, 0, 0, 0)
    fates = fates_of(tile)
    return {
        "tile": number,
        "label": visible(tile.label) or "(no title)",
        "state": " ".join(fates) or "same",
        "told": ", ".join(fates) or "unchanged",
        "sign": " ".join(_SIGNS[fate] for fate in fates),
        "x": column * _WIDE,
        "y": row * _HIGH,
        "width": max(width * _WIDE - 2, 2),
        "height": max(height * _HIGH - 2, 2),
    }


def _arrow(before: Box | None, after: Box | None) -> str:
    """A path that bends to its right, so that two elements that change places have two arrows."""
    (x, y), (x2, y2) = _centre(before), _centre(after)
    bend = 0.12
    over = ((x + x2) / 2 - (y2 - y) * bend, (y + y2) / 2 + (x2 - x) * bend)
    return f"M{x:g} {y:g} Q{over[0]:g} {over[1]:g} {x2:g} {y2:g}"


def _centre(box: Box | None) -> tuple[float, float]:
    row, column, width, height = box or (0, 0, 0, 0)
    return (column + width / 2) * _WIDE, (row + height / 2) * _HIGH

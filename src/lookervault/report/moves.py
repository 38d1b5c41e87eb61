"""Moves and new names in words: one line for what is one thing to whoever did it (requirements, row B6)."""

from __future__ import annotations

from collections.abc import Sequence

from lookervault.model.content import DEFAULT_LAYOUT
from lookervault.plan.edits import Edit
from lookervault.report.safe import visible
from lookervault.report.words import short

_WHERE = ("row", "column")
_NAMES = {("title",), ("name",), ("label",)}
_HOMES = {("folder",), ("parent",)}


def place_of(edit: Edit) -> str:
    """The layout whose place an edit changes, or nothing; `*` where it takes one away or gives one."""
    if edit.path[0] != "positions":
        return ""
    return str(edit.path[1]) if len(edit.path) == 3 and edit.mark == "~" else "*"


def moved(edits: Sequence[Edit]) -> str:
    """Where an element was and will be, such as `moved (row 4 -> 0)`; empty where it is not just that."""
    marks = [e.mark for e in edits]
    if sorted(marks) == ["+", "-"] and all(len(e.path) == 2 for e in edits):
        old, new = (next(e for e in edits if e.mark == mark).path[1] for mark in "-+")
        return f"moved ({_tab(old)} -> {_tab(new)})"
    if set(marks) != {"~"}:
        return ""
    places = [str(e.path[-1]).removeprefix("granular_") in _WHERE for e in edits]
    verbs = [verb for verb, place in (("moved", True), ("resized", False)) if place in places]
    told = ", ".join(f"{e.path[-1]} {short(e.before)} -> {short(e.after)}" for e in edits)
    layout = edits[0].path[1]
    return f"{' and '.join(verbs)} ({told})" + ("" if layout == DEFAULT_LAYOUT else f" on {_tab(layout)}")


def called(edit: Edit) -> str:
    """`renamed` or `moved` for a name or a folder that changes, else nothing."""
    if edit.mark != "~" or not edit.before or not edit.after:
        return ""
    verb = "renamed" if edit.path in _NAMES else "moved" if edit.path in _HOMES else ""
    return f"{verb} ({short(edit.before)} -> {short(edit.after)})" if verb else ""


def _tab(layout: object) -> str:
    return "first tab" if layout == DEFAULT_LAYOUT else visible(str(layout))

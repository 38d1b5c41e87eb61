"""Items of a list that come, go, or only stand elsewhere (requirements, row B6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from lookervault.model.normal import exact
from lookervault.model.values import Link, replace
from lookervault.plan.edits import Edit
from lookervault.report.hunks import Line
from lookervault.report.words import quoted, short


def item_lines(found: Sequence[Edit], depth: int) -> Iterator[Line]:
    """A line for each item; one that left its place for another is told once."""
    gone = {exact(e.before): e for e in found if e.mark == "-"}
    back = {exact(e.after): e for e in found if e.mark == "+"}
    for edit in found:
        item = edit.after if edit.mark == "+" else edit.before
        key = exact(item)
        if key in gone and key in back:
            if edit.mark == "+":
                places = f"{_place(gone[key])} -> {_place(edit)}"
                yield Line("~", depth, f"{short(item)} moved (place {places})")
        else:
            yield Line(edit.mark, depth, short(item))


def _place(edit: Edit) -> int:
    return int(edit.path[-1]) + 1


def labelled(edit: Edit, labels: Mapping[str, str]) -> Edit:
    """The edit with the parts that it names under their titles."""
    return structs.replace(edit, before=titled(edit.before, labels), after=titled(edit.after, labels))


def titled(value: Any, labels: Mapping[str, str]) -> Any:
    """A value with the parts that it names under their titles instead of their slots."""
    return replace(value, lambda link: _titled(link, labels), lambda text: text) if labels else value


def _titled(link: Link, labels: Mapping[str, str]) -> Link:
    title = labels.get(f"{link.to} {link.part}".strip())
    return link if title is None else Link(link.to, f"{link.part.partition(':')[0]} {quoted(title)}")

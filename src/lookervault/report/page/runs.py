"""Lines of a plan as runs of one colour: few elements for a browser, many lines for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from lookervault.report.hunks import Line

Segment = tuple[str, bool]  # text, and whether it is a word that differs
_CLASSES = {"+": "add", "-": "del", "~": "upd", "#": "rem"}


def runs(lines: Iterable[Line]) -> list[tuple[str, list[Segment]]]:
    """Neighbouring lines of one mark together: (class, segments)."""
    return [
        (_CLASSES.get(mark, "same"), _joined(segment for line in group for segment in _segments(line)))
        for mark, group in groupby(lines, lambda line: line.mark)
    ]


def _segments(line: Line) -> Iterator[Segment]:
    mark = line.mark if line.mark in ("+", "-", "~") else " "
    at = 0
    yield f"{'    ' * line.depth}{mark} {'# ' if line.mark == '#' else ''}", False
    for start, end in line.spans:
        yield line.text[at:start], False
        yield line.text[start:end], True
        at = end
    yield line.text[at:] + "\n", False


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    return [
        ("".join(text for text, _ in group), differs)
        for differs, group in groupby(segments, lambda segment: segment[1])
    ]

"""Long texts as changed lines with a little around them, and the words that differ marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Literal

import msgspec

from lookervault.report.safe import visible
from lookervault.report.words import quoted

# "#" is a remark about what is not shown, "" a brace, " " an unchanged line of a text
Mark = Literal["+", "-", "~", " ", "#", ""]
Spans = tuple[tuple[int, int], ...]

CONTEXT = 3  # unchanged lines around a changed one in a long text
_LONG = 60  # characters from which a changed value gets a line for each side
_ALIKE = 0.4  # below this share of common characters two lines are two lines
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Line(msgspec.Struct):
    """One line of a plan; `spans` are where its words differ from those of the line it stands for."""

    mark: Mark
    depth: int
    text: str
    spans: Spans = ()


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
            else:
                yield from _swapped(old[i:i2], new[j:j2], depth)


def _swapped(old: list[str], new: list[str], depth: int) -> Iterator[Line]:
    """Lines that stand in for each other: what goes, then what comes."""
    pairs = [_worded(visible(a), visible(b)) for a, b in zip_longest(old, new, fillvalue="")]
    for mark, side, count in (("-", 0, len(old)), ("+", 1, len(new))):
        for pair in pairs[:count]:
            yield Line("-" if mark == "-" else "+", depth, *pair[side])


def _worded(old: str, new: str) -> tuple[tuple[str, Spans], tuple[str, Spans]]:
    """Both lines with the places of the words that differ; none where the lines have little in common."""
    words = _WORDS.findall(old), _WORDS.findall(new)
    matcher = difflib.SequenceMatcher(None, *words, autojunk=False)
    codes = matcher.get_opcodes()
    common = sum(len(word) for tag, i, i2, _, _ in codes if tag == "equal" for word in words[0][i:i2])
    if 2 * common < _ALIKE * (len(old) + len(new)):
        return (old, ()), (new, ())
    unlike = [code for code in codes if code[0] != "equal"]
    left = _spans(words[0], [(i, i2) for _, i, i2, _, _ in unlike])
    right = _spans(words[1], [(j, j2) for *_, j, j2 in unlike])
    return (old, left), (new, right)


def _spans(words: list[str], runs: list[tuple[int, int]]) -> Spans:
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    return tuple((starts[a], starts[b]) for a, b in runs if a != b)


def reworded(before: str, after: str, depth: int) -> list[Line] | None:
    """Two long values of one line below each other, as far as they have words in common."""
    if max(len(before), len(after)) < _LONG:
        return None
    lines = list(_swapped([quoted(before)], [quoted(after)], depth))
    return lines if any(line.spans for line in lines) else None


def pointer(line: Line) -> str:
    """A line of carets below the words that differ, for where there is no colour."""
    end = max((b for _, b in line.spans), default=0)
    marked = [" "] * end
    for a, b in line.spans:
        marked[a:b] = "^" * (b - a)
    return "".join(marked)

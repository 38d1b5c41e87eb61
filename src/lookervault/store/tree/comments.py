"""Comments that people wrote into a file, carried over to the file's next text where they still fit.

A comment belongs to the line below it, or to that it stands on. Lines are found again by comparing both
texts without their comments; what a comment was about may be gone, and then it goes too.
"""

from __future__ import annotations

import difflib
from typing import Any

import msgspec
import yaml

from lookervault.store.tree.compose import LOADER


class _Line(msgspec.Struct):
    """A line that says something; `above` are the comments before it, `after` is one behind it."""

    text: str
    above: list[str]
    after: str = ""


def with_comments(new: str, old: str) -> str:
    """The new text with those comments of the old one whose lines it still has."""
    if "#" not in old:
        return new
    try:
        before, tail = _lines(old)
    except yaml.YAMLError:
        return new
    after, _ = _lines(new)
    if not tail and not any(line.above or line.after for line in before):
        return new
    for index, kept in _pairs(before, after):
        after[kept].above = after[kept].above or before[index].above
        after[kept].after = before[index].after
    gaps = _gaps(new)
    return _joined(after, gaps, tail)


def _pairs(before: list[_Line], after: list[_Line]) -> list[tuple[int, int]]:
    """Lines of both texts that are the same, or stand in for each other under the same key."""
    matcher = difflib.SequenceMatcher(None, [x.text for x in before], [x.text for x in after], autojunk=False)
    found = []
    for tag, i, i2, j, j2 in matcher.get_opcodes():
        if tag == "equal":
            found += list(zip(range(i, i2), range(j, j2), strict=True))
        elif tag == "replace":
            keys = {_key(after[n].text): n for n in reversed(range(j, j2))}
            found += [(n, keys[key]) for n in range(i, i2) if (key := _key(before[n].text)) in keys]
    return found


def _key(line: str) -> str:
    """A line up to its value, with its depth."""
    return line.partition(": ")[0]


def _gaps(text: str) -> set[int]:
    """Numbers of the lines that say something and have a blank one before them."""
    gaps, number, blank = set(), 0, False
    for raw in _split(text):
        if not raw.comment and not raw.text.strip() and not raw.inside:
            blank = True
            continue
        if raw.comment:
            continue
        if blank:
            gaps.add(number)
        number, blank = number + 1, False
    return gaps


def _joined(lines: list[_Line], gaps: set[int], tail: list[str]) -> str:
    out: list[str] = []
    for number, line in enumerate(lines):
        out += [""] if number in gaps else []
        out += line.above
        out.append(f"{line.text}  {line.after}" if line.after else line.text)
    return "\n".join([*out, *tail]) + "\n"


class _Raw(msgspec.Struct):
    """A line of a text: what it says, the comment on it, and whether it is inside a long value."""

    text: str
    comment: str = ""
    inside: bool = False


def _lines(text: str) -> tuple[list[_Line], list[str]]:
    """The lines that say something, each with its comments; and the comments at the end."""
    found: list[_Line] = []
    above: list[str] = []
    for raw in _split(text):
        if raw.inside:
            found.append(_Line(raw.text, []))
        elif raw.comment and not raw.text:
            above.append(raw.comment)
        elif raw.text:
            found.append(_Line(raw.text, above, raw.comment))
            above = []
    return found, above


def _split(text: str) -> list[_Raw]:
    """A text line by line; a `#` within a value is no comment."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    inside, ends = _values(text)
    found = []
    for number, line in enumerate(lines):
        if number in inside:
            found.append(_Raw(line, inside=True))
            continue
        start = ends.get(number, 0)
        at = _comment(line, start)
        if at is None:
            found.append(_Raw(line.rstrip()))
        else:
            alone = not line[:at].strip()
            found.append(_Raw("" if alone else line[:at].rstrip(), line[: at * alone] + line[at:].rstrip()))
    return found


def _comment(line: str, start: int) -> int | None:
    """Where a comment begins behind the last value of a line."""
    at = line.find("#", start)
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return None if at < 0 else at


def _values(text: str) -> tuple[set[int], dict[int, int]]:
    """Lines inside values of several lines, and the column where the last value of each line ends."""
    inside: set[int] = set()
    ends: dict[int, int] = {}
    event: Any
    for event in yaml.parse(text, Loader=LOADER):
        if not isinstance(event, yaml.ScalarEvent):
            continue
        first: Any = event.start_mark
        last: Any = event.end_mark
        if event.style in ("|", ">"):
            # such a value ends at the start of the line after it
            inside |= set(range(first.line + 1, last.line + (last.column > 0)))
            ends[first.line] = max(ends.get(first.line, 0), first.column)
        elif last.line > first.line:
            inside |= set(range(first.line + 1, last.line))
            inside |= {first.line, last.line}
        else:
            ends[first.line] = max(ends.get(first.line, 0), last.column)
    return inside, ends

"""Text for a terminal of some width: long lines go on below, where their own text begins."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_NARROWEST = 20
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_POINTER = re.compile(r" *\^[\^ ]*")
_MARKED = re.compile(r" *(?:[-+~#] )?")


def wrapped(text: str, width: int) -> str:
    """The text with no line wider than that; colours hold on, and carets stay below what they point at."""
    if width < _NARROWEST:
        return text
    lines = text.split("\n")
    found: list[str] = []
    for line, below in pairwise([*lines, ""]):
        if not _POINTER.fullmatch(line):
            found += _fitted(line, below if _POINTER.fullmatch(below) else "", width)
    return "\n".join(found)


def cells(text: str) -> int:
    """How many columns a terminal takes for a text without colours."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.combining(char) or char in "\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _fitted(line: str, pointer: str, width: int) -> Iterator[str]:
    """A line, or its pieces; each with the carets that belong below it."""
    plain = _COLOUR.sub("", line)
    begin = _MARKED.match(plain)
    hang = min((begin.end() if begin else 0) + 2, width // 2)
    for number, (start, end) in enumerate(_pieces(plain, width, hang)):
        indent = " " * hang if number else ""
        yield indent + (_slice(line, start, end) if end - start < len(plain) else line)
        carets = pointer[start : end if end < len(plain) else None].rstrip()
        if carets:
            yield indent + carets


def _pieces(plain: str, width: int, hang: int) -> Iterator[tuple[int, int]]:
    """Where a line is cut: after a space where there is one that is not too far back."""
    start, room = 0, width
    while True:
        end = _reach(plain, start, room)
        if end == len(plain):
            yield start, end
            return
        first = start + len(plain[start:]) - len(plain[start:].lstrip(" "))
        space = plain.rfind(" ", max(first, start + room // 2), end + 1)
        cut = space + 1 if space > 0 else end
        yield start, min(cut, end)
        start, room = cut, width - hang


def _reach(plain: str, start: int, room: int) -> int:
    """How far a text fits into a number of columns; one character always does."""
    used = 0
    for at in range(start, len(plain)):
        used += _cells(plain[at])
        if used > room and at > start:
            return at
    return len(plain)


def _slice(line: str, start: int, end: int) -> str:
    """A part of a line by its places without colours, in the colours that hold there."""
    found, at, colour = "", 0, ""
    for piece in re.split(f"({_COLOUR.pattern})", line):
        if _COLOUR.fullmatch(piece):
            colour = "" if piece == "\x1b[0m" else piece
            continue
        shown = piece[max(start - at, 0) : max(end - at, 0)]
        found += f"{colour}{shown}\x1b[0m" if colour and shown else shown
        at += len(piece)
    return found

"""Values of a document with the lines they stand on, and what reading them has found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import msgspec

from lookervault.model.values import Link


class Node(msgspec.Struct, frozen=True, array_like=True):
    """A value and its line; `value` is a scalar, a list of nodes or a mapping of names to nodes.

    `text` is how a plain scalar is written, so that `No` and `1.10` can be read as text too; `keys` are
    the lines of a mapping's names.
    """

    value: Any
    line: int = 0
    text: str | None = None
    keys: dict[str, int] = {}


# what stands for a document that could not be read; why, has been told
UNREAD = Node({})


class Problem(msgspec.Struct, frozen=True, order=True):
    """A mistake in a file of a tree; line 0 is that of no line in particular."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class Notes:
    """What reading one document has found: its mistakes, and the links in it with their lines."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.links: list[tuple[Link, int]] = []

    def wrong(self, line: int, message: str) -> None:
        """Keeps a mistake."""
        self.problems.append(Problem(self.path, line, message))


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` where something known looks like the word, else nothing."""
    found = difflib.get_close_matches(str(word), [str(each) for each in known], n=1, cutoff=0.65)
    return f"; did you mean {found[0]!r}?" if found else ""


def described(node: Node) -> str:
    """What a node is, for a message about what was expected."""
    if isinstance(node.value, dict):
        return "a mapping"
    if isinstance(node.value, list):
        return "a list"
    return "nothing" if node.value is None else repr(node.value if node.text is None else node.text)

"""YAML text as nodes with lines: read event by event, so that no text can make it run away.

Scalars mean what they mean in YAML 1.2 with JSON's types: `no` and `2026-01-01` are texts, `1:30` too.
Anchors, aliases and tags are refused: they have no place in documents and are what bombs are made of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml

from lookervault.model.document.node import Node, Notes

_DEEPEST = 100
_LARGEST = 20_000_000  # characters
_NULLS = {"", "~", "null", "Null", "NULL"}
_FLAGS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,4000}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Refused(Exception):
    """The text cannot be read on from here."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def compose(data: bytes, notes: Notes) -> Node:
    """The one document in a file; an empty mapping where it holds none, or cannot be read."""
    try:
        return _composed(_text(data), notes)
    except _Refused as refused:
        notes.wrong(refused.line, refused.message)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        notes.wrong(mark.line + 1 if mark else 0, f"this is no YAML: {_problem(error)}")
    except yaml.reader.ReaderError as error:
        line = data.decode(errors="replace")[: error.position].count("\n") + 1
        notes.wrong(line, "this is no YAML: a character that it cannot hold")
    return Node({}, 1)


def _problem(error: yaml.MarkedYAMLError) -> str:
    return " ".join(x for x in (error.problem, f"({error.context})" if error.context else "") if x)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refused(data[: error.start].count(b"\n") + 1, "this is not UTF-8") from error
    if len(text) > _LARGEST:
        raise _Refused(0, f"this file is too large: {len(text)} characters")
    return text


class _Open:
    """A list or mapping whose end has not come yet; `key` is the name that the next value has."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.key: str | None = None


def _composed(text: str, notes: Notes) -> Node:
    found: Node | None = None
    stack: list[_Open] = []
    for event in _events(text):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.NodeEvent):
            _no_tricks(event, line)
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
            continue
        if isinstance(event, yaml.DocumentStartEvent) and found is not None:
            raise _Refused(line, "one file holds one document")
        node = _node(event, line)
        if node is None:
            continue
        if stack:
            _put(stack[-1], node, event, notes)
        else:
            found = node
        if isinstance(event, yaml.CollectionStartEvent):
            if len(stack) == _DEEPEST:
                raise _Refused(line, f"this is more than {_DEEPEST} levels deep")
            stack.append(_Open(node))
    return found or Node({}, 1)


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=LOADER)


def _no_tricks(event: Any, line: int) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        raise _Refused(line, "anchors and aliases are not used here")
    if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
        raise _Refused(line, f"the tag {event.tag} is not used here")


def _node(event: Any, line: int) -> Node | None:
    if isinstance(event, yaml.MappingStartEvent):
        return Node({}, line)
    if isinstance(event, yaml.SequenceStartEvent):
        return Node([], line)
    if not isinstance(event, yaml.ScalarEvent):
        return None
    if not event.style and event.tag is None:
        return Node(_meaning(event.value), line, event.value)
    return Node(event.value, line)


def _meaning(text: str) -> Any:
    if text in _NULLS:
        return None
    if text in _FLAGS:
        return _FLAGS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _put(into: _Open, node: Node, event: Any, notes: Notes) -> None:
    """A value to its list, or to its name; a mapping's names come as scalars before their values."""
    if isinstance(into.node.value, list):
        into.node.value.append(node)
    elif into.key is None:
        if not isinstance(event, yaml.ScalarEvent):
            raise _Refused(node.line, "a name is expected here")
        into.key = event.value
        if into.key in into.node.keys:
            first = into.node.keys[into.key]
            notes.wrong(node.line, f"the key {into.key!r} is here twice, first in line {first}")
        into.node.keys[into.key] = node.line
    else:
        into.node.value[into.key] = node
        into.key = None

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

from lookervault.model.document.node import UNREAD, Node, Notes

_DEEPEST = 100
# what people mean by texts that YAML takes for something else
_CURES = {
    "mapping values are not allowed": "; a text with ': ' in it needs quotes, keys stand below one another",
    "cannot start any token": "; a text that begins with @, `, % or a tab needs quotes, and spaces indent",
    "tab character": "; spaces indent, tabs do not",
    "unexpected end of stream": "; the quote that opens here is not closed",
    "expected ',' or": "; a list or mapping in brackets is not closed",
    "could not find expected ':'": "; a key is followed by ': '",
    "expected key": "; keys of one mapping stand below one another",
    "block end": "; what belongs together stands below one another",
}
_LARGEST = 20_000_000  # characters
_NULLS = {"", "~", "null", "Null", "NULL"}
_FLAGS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_COLOR = re.compile(r"[ \t]+(#[0-9A-Fa-f]{3,8})[ \t]*$", re.MULTILINE)
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
    """The one document in a file, an empty mapping where it holds none; UNREAD where it cannot be read."""
    try:
        text = _text(data)
        if not _in_conflict(text, notes):
            return _composed(text, notes)
    except _Refused as refused:
        notes.wrong(refused.line, refused.message)
    except yaml.MarkedYAMLError as error:
        notes.wrong(*_told(error))
    except yaml.reader.ReaderError as error:
        line = data.decode(errors="replace")[: error.position].count("\n") + 1
        notes.wrong(line, f"this is no YAML: a character that it cannot hold, U+{error.character:04X}")
    return UNREAD


def _in_conflict(text: str, notes: Notes) -> bool:
    """Whether a merge has left both sides of something; tells of each."""
    if not text.startswith("<<<<<<< ") and "\n<<<<<<< " not in text:
        return False
    lines = [n for n, line in enumerate(text.split("\n"), 1) if line.startswith("<<<<<<< ")]
    for line in lines:
        notes.wrong(line, "a merge conflict is left here: keep what is right, without the lines of markers")
    return True


def _told(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """The line in which to look, and what may be wrong there."""
    said = " ".join(x for x in (error.problem, f"({error.context})" if error.context else "") if x)
    cure = next((cure for words, cure in _CURES.items() if words in said), "")
    at = error.context_mark if "unexpected end of stream" in said else None
    mark = at or error.problem_mark or error.context_mark
    begun = error.context_mark.line + 1 if error.context_mark else 0
    where = f", begun in line {begun}" if mark and begun and begun != mark.line + 1 else ""
    return mark.line + 1 if mark else 1, f"this is no YAML: {said}{where}{cure}"


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Refused(1, "this is UTF-16: save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = data[: error.start].count(b"\n") + 1, data[error.start]
        raise _Refused(line, f"this is not UTF-8 (byte 0x{byte:02x}): save it as UTF-8") from error
    if len(text) > _LARGEST:
        raise _Refused(1, f"this file is too large: {len(text)} characters, and {_LARGEST} are the most")
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
            raise _Refused(line, "another document begins here, and one file holds one")
        node = _node(event, line)
        if node is None:
            continue
        if node.text == "" and (color := _COLOR.match(text, event.start_mark.index)):
            notes.wrong(line, f"{color[1]} is a comment to YAML: a text that begins with # needs quotes")
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
        raise _Refused(line, "anchors and aliases are not used here; a text that begins so needs quotes")
    if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
        raise _Refused(line, f"the tag {event.tag} is not used here; a text that begins with ! needs quotes")


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

"""Shapes of values in documents: how each is written, read back with its mistakes told, and described.

Whatever Looker holds can be written and read back, even where it is not what its field promises: such
a value stands in a mapping with the one key `$value`. Links in places that may hold anything are mappings
with `$link`, texts that hold JSON there with `$json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from lookervault.errors import UsageError
from lookervault.model.address import parse
from lookervault.model.colors import misled
from lookervault.model.document.node import Node, Notes, described, nearest
from lookervault.model.normal import plain
from lookervault.model.values import JsonText, Link, Value

LINK, PART, JSON, VALUE, MORE = "$link", "$part", "$json", "$value", "$more"
Schema = dict[str, Any]


class Shape(Protocol):
    """What a value in a document may look like."""

    def write(self, value: Value) -> Any:
        """The value as it stands in a document."""

    def read(self, node: Node, notes: Notes) -> Value:
        """The value that a document holds; None where there is none, or a mistake was told."""

    def schema(self) -> Schema:
        """The JSON Schema of what may stand there."""


class OneLine(list[Any]):
    """A list that is written on one line where it fits."""


class OneLineMap(dict[str, Any]):
    """A mapping that is written on one line where it fits."""


class Anything(msgspec.Struct, frozen=True):
    """Settings that nobody but Looker defines: kept as they are, keys in order; `one_line` where it fits.

    `mapped` ones are mappings. Links stand where Looker has ids of colors, in `free` ones anywhere.
    """

    one_line: bool = False
    mapped: bool = False
    free: bool = False

    def write(self, value: Value) -> Any:
        """The value; what is no JSON is marked, and what is no mapping where one is expected."""
        found = self._written(value)
        if self.mapped and value is not None and not isinstance(value, dict):
            return {VALUE: found}
        return OneLineMap(found) if self.one_line and isinstance(found, dict) else found

    def _written(self, value: Value) -> Any:
        if isinstance(value, Link):
            return {LINK: value.to, **({PART: value.part} if value.part else {})}
        if isinstance(value, JsonText):
            return {JSON: Json().write(value)}
        if isinstance(value, dict):
            return {escaped(k): self._written(value[k]) for k in sorted(value, key=_type_first)}
        return [self._written(v) for v in value] if isinstance(value, list) else value

    def read(self, node: Node, notes: Notes) -> Value:
        """The value, links and texts of JSON as such."""
        if self.mapped and node.value is not None and not isinstance(node.value, dict):
            notes.wrong(node.line, f"a mapping is expected, not {described(node)}")
            return None
        if isinstance(node.value, dict) and VALUE in node.value:
            return plain(FREE._read(node.value[VALUE], notes))
        return plain(self._read(node, notes))

    def _read(self, node: Node, notes: Notes) -> Value:
        if isinstance(node.value, list):
            return [self._read(n, notes) for n in node.value]
        if not isinstance(node.value, dict):
            return node.value
        if JSON in node.value:
            return Json().read(node.value[JSON], notes)
        if LINK in node.value:
            return To().read(node, notes)
        return {k.replace("$$", "$", 1): self._held(k, n, notes) for k, n in node.value.items()}

    def _held(self, key: str, node: Node, notes: Notes) -> Value:
        found = self._read(node, notes)
        why = "" if self.free or not isinstance(found, Link) else misled(key, found)
        if why:
            notes.wrong(node.line, why)
        return found

    def schema(self) -> Schema:
        """Anything, or any mapping."""
        return {"type": ["object", "null"]} if self.mapped else {}


FREE = Anything(free=True)


def escaped(key: str) -> str:
    """A name that is none of the marks above."""
    return f"${key}" if key.startswith("$") else key


def _type_first(key: str) -> tuple[bool, str]:
    """What a visualisation is comes before how it looks."""
    return (key != "type", key)


class _Scalar(msgspec.Struct, frozen=True):
    """What scalars have in common: anything else that Looker holds is marked, and read back as it was."""

    def write(self, value: Value) -> Any:
        """The value, marked where it is not of this shape."""
        return value if self.fits(value) else {VALUE: Anything().write(value)}

    def read(self, node: Node, notes: Notes) -> Value:
        """The value, or a mistake."""
        if isinstance(node.value, dict) and VALUE in node.value:
            return FREE.read(node.value[VALUE], notes)
        if node.value is None:
            return None
        value = self.taken(node)
        if value is None and not (isinstance(node.value, str) and node.value == ""):
            notes.wrong(node.line, self.complaint(node))
        return value

    def fits(self, value: Value) -> bool:
        """Whether this is a value of the shape."""
        raise NotImplementedError

    def taken(self, node: Node) -> Value:
        """The value of a node, or None."""
        return plain(node.value) if self.fits(node.value) else None

    def expected(self) -> str:
        """The shape in words."""
        raise NotImplementedError

    def complaint(self, node: Node) -> str:
        """What is wrong with a node that holds no such value."""
        return f"{self.expected()} is expected, not {described(node)}"


class Text(_Scalar, frozen=True):
    """A text; what looks like a number or a date in YAML is one too. `whole` ones are written as numbers.

    A `pattern` must fit, which `said` puts in words; of `choices` it must be one. What `wrong` finds in it
    is told as it is.
    """

    whole: bool = False
    pattern: str = ""
    said: str = ""
    choices: tuple[str, ...] = ()
    wrong: Callable[[str], str] = lambda text: ""

    def write(self, value: Value) -> Any:
        """The text, a number where that reads the same."""
        if self.whole and isinstance(value, str) and re.fullmatch("[1-9][0-9]*", value):
            return int(value)
        return _Scalar.write(self, value)

    def fits(self, value: Value) -> bool:
        """Whether this is such a text."""
        return isinstance(value, str) and not (value and self._fault(value))

    def taken(self, node: Node) -> Value:
        """The text as it is written."""
        text = _scalar(node)
        return text if text and not self._fault(text) else None

    def _fault(self, text: str) -> str:
        unlike = self.pattern and not re.fullmatch(self.pattern, text)
        if unlike or (self.choices and text not in self.choices):
            return f"{self.expected()} is expected, not {text!r}{nearest(text, self.choices)}"
        return self.wrong(text)

    def complaint(self, node: Node) -> str:
        """What is wrong with a text, or that it is none."""
        return self._fault(_scalar(node)) or _Scalar.complaint(self, node)

    def expected(self) -> str:
        """In words."""
        return self.said or (f"one of {', '.join(self.choices)}" if self.choices else "a text")

    def schema(self) -> Schema:
        """A text or a number."""
        if self.choices:
            # what only another version of Looker knows is marked
            return {"anyOf": [{"enum": [*self.choices, None]}, {"type": "object", "required": [VALUE]}]}
        pattern = {"pattern": f"^({self.pattern})$"} if self.pattern else {}
        return {"type": ["string", "number", "null"], **pattern}


def _scalar(node: Node) -> str:
    """A scalar as it is written; nothing where it is none."""
    if isinstance(node.value, dict | list):
        return ""
    return node.text if node.text is not None else str(node.value)


class Flag(_Scalar, frozen=True):
    """True or false; where `silent`, false says no more than absence."""

    silent: bool = False

    def fits(self, value: Value) -> bool:
        """Whether this is one."""
        return isinstance(value, bool)

    def taken(self, node: Node) -> Value:
        """The flag."""
        return node.value if self.fits(node.value) else None

    def read(self, node: Node, notes: Notes) -> Value:
        """The flag, or a mistake."""
        found = _Scalar.read(self, node, notes)
        return None if self.silent and found is False else found

    def expected(self) -> str:
        """In words."""
        return "true or false"

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": ["boolean", "null"]}


class Number(_Scalar, frozen=True):
    """A number; a `whole` one has no fraction."""

    whole: bool = False

    def fits(self, value: Value) -> bool:
        """Whether this is one."""
        kinds = int if self.whole else int | float
        return isinstance(value, kinds) and not isinstance(value, bool)

    def expected(self) -> str:
        """In words."""
        return "a whole number" if self.whole else "a number"

    def schema(self) -> Schema:
        """A number."""
        return {"type": ["integer" if self.whole else "number", "null"]}


class Json(msgspec.Struct, frozen=True):
    """JSON that Looker keeps in a text: written as the structure it is, for people to read."""

    def write(self, value: Value) -> Any:
        """The structure inside, or the text where that is none."""
        if not isinstance(value, JsonText):
            return {VALUE: Anything().write(value)}
        inner = value.parsed()
        marked = isinstance(inner, dict) and VALUE in inner
        told = not isinstance(inner, str) and JsonText(json.dumps(inner)) == value
        return inner if told and not marked else value.text

    def read(self, node: Node, notes: Notes) -> Value:
        """A text of that JSON."""
        if isinstance(node.value, dict) and VALUE in node.value:
            return FREE.read(node.value[VALUE], notes)
        if isinstance(node.value, str):
            text = node.value
        else:
            # as browsers write it, and with them Looker
            text = json.dumps(_bare(node), ensure_ascii=False, separators=(",", ":"))
        found = JsonText(text)
        return None if found.parsed() in (None, "", [], {}) else found

    def schema(self) -> Schema:
        """Anything."""
        return {}


def _bare(node: Node) -> Any:
    """The values of a node, in which nothing is a mark."""
    if isinstance(node.value, dict):
        return {name: _bare(inner) for name, inner in node.value.items()}
    return [_bare(inner) for inner in node.value] if isinstance(node.value, list) else node.value


class To(msgspec.Struct, frozen=True):
    """A link to a resource, by its address; `kinds` are those it may lead to, all where there are none."""

    kinds: tuple[str, ...] = ()

    def write(self, value: Value) -> Any:
        """The address."""
        if isinstance(value, Link) and value.to and not value.part:
            return value.to
        return Anything().write(value) if isinstance(value, Link) else {VALUE: Anything().write(value)}

    def read(self, node: Node, notes: Notes) -> Value:
        """The link, noted with its line."""
        value, part = node, ""
        if isinstance(node.value, dict):
            if VALUE in node.value:
                found = FREE.read(node.value[VALUE], notes)
                if found is not None and not isinstance(found, Link):
                    notes.wrong(node.line, f"an address is expected, not {described(node.value[VALUE])}")
                return found if isinstance(found, Link) else None
            value = node.value.get(LINK, Node({}, node.line))
            part = str(node.value[PART].value) if PART in node.value else ""
        if value.value is None:
            return None
        if not isinstance(value.value, str):
            text = f"an address is expected, not {described(node)}; {self._example('')}"
            notes.wrong(node.line, text)
            return None
        return self._link(value.value, part, node.line, notes)

    def _link(self, text: str, part: str, line: int, notes: Notes) -> Link | None:
        if not text and part:
            return Link("", part)
        try:
            address = parse(text)
        except UsageError as error:
            notes.wrong(line, f"{error.message}; {self._example(text)}")
            return None
        if self.kinds and address.kind not in self.kinds:
            what = f"the address of a {' or '.join(self.kinds)} is expected, not {text!r}"
            notes.wrong(line, what + nearest(address.kind, self.kinds))
            return None
        link = Link(str(address), part)
        notes.links.append((link, line))
        return link

    def _example(self, text: str) -> str:
        name = text if text and ":" not in text else "NAME"
        return f"write it as {self.kinds[0] if self.kinds else 'dashboard'}:{name}"

    def schema(self) -> Schema:
        """A text that begins with a kind."""
        if not self.kinds:
            return {"type": ["string", "object", "null"]}
        return {"type": ["string", "null"], "pattern": f"^({'|'.join(self.kinds)}):"}

"""Shapes of what holds other values: lists, mappings of any names, and records with known keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from typing import Any

import msgspec

from lookervault.model.document.node import Node, Notes, described, nearest
from lookervault.model.document.shapes import (
    FREE,
    MORE,
    VALUE,
    Anything,
    OneLine,
    Schema,
    Text,
    To,
    escaped,
)
from lookervault.model.kind import Raw
from lookervault.model.normal import comparable, exact
from lookervault.model.values import Link, Value


class Items(msgspec.Struct, frozen=True):
    """A list; `one_line` where easier to read, `sort` where order means nothing (texts and links: once).

    Of a `counted` one nothing in it is told as that.
    """

    item: Any  # a Shape
    one_line: bool = False
    sort: bool = False
    counted: bool = False

    def write(self, value: Value) -> Any:
        """The list."""
        if not isinstance(value, list):
            return {VALUE: Anything().write(value)}
        kind = OneLine if self.one_line else list
        return kind(self.item.write(v) for v in value)

    def read(self, node: Node, notes: Notes) -> Value:
        """The list without its gaps, None where it is empty and not counted."""
        nothing: Value = [] if self.counted else None
        if isinstance(node.value, dict) and VALUE in node.value:
            return _unmarked(self, node, notes) or nothing
        if node.value is None:
            return nothing
        if not isinstance(node.value, list):
            notes.wrong(node.line, f"a list is expected, not {described(node)}")
            return None
        found = [x for n in node.value for x in [self.item.read(n, notes)] if x is not None]
        if isinstance(self.item, Text) and not all(isinstance(x, str) for x in found):
            notes.wrong(node.line, "a list of texts is expected")
            return None
        if self.sort and all(isinstance(x, dict) for x in found):
            found.sort(key=lambda x: exact(comparable(x)))
        elif self.sort:
            found = sorted(x for n, x in enumerate(found) if x not in found[:n])
        return found or nothing

    def schema(self) -> Schema:
        """A list of such."""
        return {"type": ["array", "null"], "items": self.item.schema()}


class Either(msgspec.Struct, frozen=True):
    """A mapping of one shape, or a scalar of another."""

    mapping: Any  # a Shape
    scalar: Any  # a Shape

    def write(self, value: Value) -> Any:
        """The value in the shape that it has."""
        return (self.mapping if isinstance(value, Link | dict) else self.scalar).write(value)

    def read(self, node: Node, notes: Notes) -> Value:
        """The value in the shape that the document has."""
        return (self.mapping if isinstance(node.value, dict) else self.scalar).read(node, notes)

    def schema(self) -> Schema:
        """Either."""
        return {"anyOf": [self.mapping.schema(), self.scalar.schema()]}


class Mapped(msgspec.Struct, frozen=True):
    """A mapping of any names to values of one shape."""

    item: Any  # a Shape

    def write(self, value: Value) -> Any:
        """The mapping, names in order."""
        if not isinstance(value, dict):
            return {VALUE: Anything().write(value)}
        return {escaped(k): self.item.write(value[k]) for k in sorted(value)}

    def read(self, node: Node, notes: Notes) -> Value:
        """The mapping, None where it is empty."""
        if node.value is None:
            return None
        if not isinstance(node.value, dict):
            notes.wrong(node.line, f"a mapping is expected, not {described(node)}")
            return None
        if VALUE in node.value:
            return _unmarked(self, node, notes)
        found = {k.replace("$$", "$", 1): self.item.read(n, notes) for k, n in node.value.items()}
        return found or None

    def schema(self) -> Schema:
        """A mapping to such."""
        return {"type": ["object", "null"], "additionalProperties": self.item.schema()}


class Field(msgspec.Struct, frozen=True):
    """A key of a record: the attribute it holds, and its shape.

    `usual` is what it is where the document says nothing of it; `nothing` is what says no more than absence,
    and is sent all the same. `beside` names an attribute without which nothing is usual.
    Where it is `firm`, no mark stands in for a value that is required.
    """

    attribute: str
    shape: Any  # a Shape
    key: str = ""
    usual: Any = None
    beside: str = ""
    nothing: Any = None
    required: bool = False
    firm: bool = False
    help: str = ""

    @property
    def assumed(self) -> Any:
        """What it is where the document does not have the key."""
        return self.nothing if self.usual is None else self.usual

    @property
    def name(self) -> str:
        """The key in the document."""
        return self.key or self.attribute


class Rule(msgspec.Struct, frozen=True):
    """What must hold between attributes of a record: `broken` says what does not, as a sentence.

    What Looker holds all the same is written with a mark on one of these attributes, and then taken as it is.
    """

    attributes: tuple[str, ...]
    broken: Callable[[Raw], str]


class Record(msgspec.Struct, frozen=True):
    """A mapping with known keys, in the order in which they tell the story."""

    fields: tuple[Field, ...]
    what: str = ""
    rules: tuple[Rule, ...] = ()

    def write(self, value: Value) -> Any:
        """The mapping without what is usual; what has no key of its own is kept under `$more`."""
        return (
            self.written(value, frozenset()) if isinstance(value, dict) else {VALUE: Anything().write(value)}
        )

    def written(self, value: Raw, silent: frozenset[str]) -> dict[str, Any]:
        """The same; of `silent` attributes absence is not told."""
        found: dict[str, Any] = {}
        marked = self._marked(value, silent)
        for field in self.fields:
            told, usual = value.get(field.attribute), self._usual(field, value)
            if told is None:
                if usual is not None and field.attribute not in silent:
                    found[field.name] = None
            elif told != usual or type(told) is not type(usual):
                found[field.name] = field.shape.write(told)
            if field.attribute in marked and not _is_marked(found.get(field.name)):
                found[field.name] = {VALUE: Anything().write(told)}
        more = {k: v for k, v in value.items() if k not in self.attributes and v is not None}
        return {**found, **({MORE: Anything().write(more)} if more else {})}

    def _marked(self, value: Raw, silent: frozenset[str]) -> set[str]:
        """Attributes that are not as a document must have them, and are so in Looker all the same."""
        lacking = {f.attribute for f in self.fields if f.required and value.get(f.attribute) is None}
        broken = (rule.attributes for rule in self.rules if rule.broken(value))
        return (lacking - silent) | {_first(names, value) for names in broken}

    @staticmethod
    def _usual(field: Field, value: Raw) -> Any:
        """What an attribute is where a document does not say it."""
        return None if field.beside and value.get(field.beside) is None else field.usual

    @property
    def attributes(self) -> set[str]:
        """The attributes that have a key."""
        return {field.attribute for field in self.fields}

    def read(self, node: Node, notes: Notes) -> Value:
        """The attributes, None where there are none."""
        if node.value is None:
            return None
        if not isinstance(node.value, dict):
            notes.wrong(node.line, f"a mapping is expected, not {described(node)}")
            return None
        if VALUE in node.value:
            return _unmarked(self, node, notes)
        found = self.taken(node, notes, frozenset())
        return {k: v for k, v in found.items() if v is not None}

    def taken(self, node: Node, notes: Notes, silent: frozenset[str]) -> dict[str, Value]:
        """The attributes that a mapping tells, None for one that it says is null; `silent` ones go untold."""
        found: dict[str, Value] = {}
        for field in self.fields:
            inner = node.value.get(field.name)
            if inner is not None:
                found[field.attribute] = field.shape.read(inner, notes)
            elif field.attribute not in silent and field.assumed is not None:
                found[field.attribute] = field.assumed
            lacking = field.required and found.get(field.attribute) is None
            marked = inner is not None and not field.firm and VALUE in _keys(inner)
            if lacking and not marked and not (inner and _told(inner, notes)):
                notes.wrong(node.line, f"{field.name} is missing{self._where()}")
        for field in self.fields:
            if field.beside and field.name not in node.value and found.get(field.beside) is None:
                found.pop(field.attribute, None)
        self._check(found, node, notes)
        names = [field.name for field in self.fields]
        for key in node.value.keys() - {*names, MORE}:
            line = node.keys.get(key, node.line)
            notes.wrong(line, f"unknown key {key!r}{self._where()}{nearest(key, names)}")
        if MORE in node.value:
            found |= self._more(node.value[MORE], notes)
        return found

    def _more(self, node: Node, notes: Notes) -> dict[str, Value]:
        """What has no key of its own."""
        found = Anything(mapped=True, free=True).read(node, notes)
        told = found if isinstance(found, dict) else {}
        for name in sorted(told.keys() & self.attributes):
            notes.wrong(node.line, f"{MORE} is for what has no key of its own, and {name!r} has one")
        return {k: v for k, v in told.items() if k not in self.attributes}

    def _check(self, found: Raw, node: Node, notes: Notes) -> None:
        """Tells of rules that do not hold, where what they are about was understood and is not marked."""
        keys = {field.attribute: field.name for field in self.fields}
        for rule in self.rules:
            inner = [node.value[keys[a]] for a in rule.attributes if keys[a] in node.value]
            doubtful = any(_told(n, notes) or VALUE in _keys(n) for n in inner)
            message = "" if doubtful else rule.broken({k: v for k, v in found.items() if v is not None})
            if message:
                notes.wrong(inner[0].line if inner else node.line, message + self._where())

    def usually(self, **usual: Any) -> Record:
        """The same record with other usual values."""
        return self._with(
            msgspec.structs.replace(f, usual=usual[f.attribute]) if f.attribute in usual else f
            for f in self.fields
        )

    def _with(self, fields: Iterable[Field]) -> Record:
        return msgspec.structs.replace(self, fields=tuple(fields))

    def asking_not_for(self, attributes: Set[str]) -> Record:
        """The same record, in which those attributes may be missing."""
        return self._with(
            msgspec.structs.replace(f, required=False) if f.attribute in attributes else f
            for f in self.fields
        )

    def insisting_on(self, attribute: str) -> Record:
        """The same record, in which no mark stands in for that attribute."""
        return self._with(
            msgspec.structs.replace(f, firm=True) if f.attribute == attribute else f for f in self.fields
        )

    def _where(self) -> str:
        return f" in {self.what}" if self.what else ""

    def schema(self) -> Schema:
        """A mapping with these keys."""
        properties = {}
        for field in self.fields:
            inner = dict(field.shape.schema())
            if field.help:
                inner["description"] = field.help
            if field.usual is not None:
                inner["default"] = field.usual
            properties[field.name] = inner
        needed = [field.name for field in self.fields if field.required]
        return {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
            "patternProperties": {"^\\$": {}},
            **({"required": needed} if needed else {}),
        }


def _told(inner: Node, notes: Notes) -> bool:
    """Whether a mistake in this very value has been told already."""
    return any(p.line == inner.line for p in notes.problems)


def _keys(node: Node) -> Set[str]:
    return node.value.keys() if isinstance(node.value, dict) else frozenset[str]()


def _first(names: tuple[str, ...], value: Raw) -> str:
    """The first of those attributes that is there, of none the first."""
    return next((name for name in names if value.get(name) is not None), names[0])


def _is_marked(written: Any) -> bool:
    return isinstance(written, dict) and VALUE in written


def _unmarked(shape: Any, node: Node, notes: Notes) -> Value:
    """What a mark holds in the place of a list or mapping: others must be able to look into it."""
    found = FREE.read(node.value[VALUE], notes)
    if found is None or _holds(shape, found):
        return found
    what = "a list" if isinstance(shape, Items) else "a mapping"
    notes.wrong(
        node.line, f"{what} of the same kind is expected in {VALUE}, not {described(node.value[VALUE])}"
    )
    return None


def _holds(shape: Any, value: Value) -> bool:
    """Whether a value is built as a shape wants it, whatever is in it."""
    if isinstance(shape, Items):
        return isinstance(value, list) and all(_holds(shape.item, x) for x in value)
    if isinstance(shape, Record):
        firm = [field for field in shape.fields if field.firm]
        return isinstance(value, dict) and all(_holds(f.shape, value.get(f.attribute)) for f in firm)
    if isinstance(shape, Mapped):
        return isinstance(value, dict)
    if isinstance(shape, Text):
        return isinstance(value, str)
    return not isinstance(shape, To) or isinstance(value, Link)

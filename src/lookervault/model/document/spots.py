"""Where in the files of a tree things stand: documents are kept packed, and looked into when it is asked for.

A spot is told by names: slots of parts, attributes or keys, fields of Looker's, numbers in lists. As many of
them are followed as are found, so that what a document leaves out is told with what it would stand in.
"""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.document import boards, tiles
from lookervault.model.document.documents import whole_record
from lookervault.model.document.forms import FORMS
from lookervault.model.document.node import Node
from lookervault.model.document.paths import FOLDER_FILE
from lookervault.model.document.records import Either, Field, Items, Mapped, Record
from lookervault.model.resource import Part, Place, Resource

VALUE = "="  # begins a name that is a value: the first line below that holds it
_DEEP = 3  # names that lead to a line that is kept
_QUICK = 1  # of the levels of compression
_LISTS = {"filter": "filters", "layout": "tabs", "element": "tiles"}
# names of Looker's and of attributes for what documents call otherwise
_OTHERWISE = {
    "positions": ("at", "granular", "elsewhere"),
    "filterables": ("listen",),
    "result_maker": ("listen", "filterables", "overrides"),
    "query_id": ("query",),
    "merge_result_id": ("merge",),
    "look_id": ("look",),
    "scheduled_plan_destination": ("destinations",),
}


class Spots(msgspec.Struct):
    """Finds lines in the documents of a tree: `paths` by address, and the documents packed, by path."""

    paths: dict[str, str]
    packed: dict[str, bytes]
    resources: Mapping[str, Resource]

    def place(self, address: str, at: Sequence[str] = ()) -> Place:
        """Where a resource stands, or what of it the names lead to; no file where it has none."""
        resource, path = self._told(address)
        if resource is None:
            return Place()
        node = self._node(path)
        return Place(path, _found(node, _parts(resource, node), at) if node else 0)

    def lines(self, address: str) -> tuple[str, dict[str, int]]:
        """The file of a resource; its line, under no name, and those of what is in it, by their names."""
        resource, path = self._told(address)
        node = self._node(path) if resource else None
        if resource is None or node is None:
            return path, {}
        parts = _parts(resource, node)
        found = {"": node.line, **dict(_walk(node, (), {*_LISTS.values(), "sections"} if parts else set()))}
        for slot, inner in parts.items():
            found |= {slot: inner.line, **dict(_walk(inner, (slot,)))}
        return path, found

    def _told(self, address: str) -> tuple[Resource | None, str]:
        """A resource with its path; what comes with its parent stands where that does."""
        resource = self.resources.get(address)
        while resource is not None and resource.address not in self.paths:
            resource = self.resources.get(resource.parent) if KINDS[resource.kind].of else None
        return resource, self.paths[resource.address] if resource else ""

    def _node(self, path: str) -> Node | None:
        return unpacked(self.packed[path]) if path in self.packed else None


def spots(paths: Mapping[str, str], nodes: Mapping[str, Node], resources: Mapping[str, Resource]) -> Spots:
    """What finds the lines of resources; of a folder, those of the file that says its name."""
    files = {a: f"{p}/{FOLDER_FILE}" for a, p in paths.items() if f"{p}/{FOLDER_FILE}" in nodes}
    return Spots({**paths, **files}, {path: packed(node) for path, node in nodes.items()}, resources)


def line_of(node: Node, at: Sequence[str]) -> int:
    """The line of a document that names lead to."""
    return _found(node, {}, at)


def line_at(lines: Mapping[str, int], at: Sequence[str]) -> int:
    """The line that names lead to, as far as they are known."""
    trail: tuple[str, ...] = ()
    for name in at:
        ways = [(*trail, key) for key in _keys(name)]
        if "\0".join((*trail, "1")) not in lines:
            # where there is but one item, it is the one that is meant
            ways += [(*trail, "0", key) for key in _keys(name)]
        found = next((way for way in ways if "\0".join(way) in lines), None)
        if found is None:
            break
        trail = found
    return lines.get("\0".join(trail), 0)


def kept(lines: Mapping[str, int], names: Iterable[str]) -> bytes:
    """The lines of what has one of those names, or is in it, and that of the whole, in few bytes."""
    wanted = {"", *(key for name in names for key in _keys(name))}
    found = {trail: line for trail, line in lines.items() if trail.partition("\0")[0] in wanted}
    return zlib.compress(msgspec.msgpack.encode(found), _QUICK)


def lines_in(data: bytes) -> dict[str, int]:
    """The lines that were kept."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=dict[str, int]) if data else {}


def names_in(field: str) -> list[str]:
    """The names in a field that Looker complains about, such as `destinations[0].address`."""
    return [name for name in re.split(r"[.\[\]]+", field) if name]


def packed(node: Node) -> bytes:
    """A document in few bytes; what they cannot hold is left out, since only its line is wanted."""
    try:
        data = msgspec.msgpack.encode(node)
    except (OverflowError, UnicodeEncodeError):
        data = msgspec.msgpack.encode(_plain(node))
    return zlib.compress(data, _QUICK)


def unpacked(data: bytes) -> Node:
    """The document again."""
    return _as_node(msgspec.msgpack.decode(zlib.decompress(data)))


def _as_node(row: Sequence[Any]) -> Node:
    value, line, text, keys = row
    if isinstance(value, dict):
        value = {key: _as_node(inner) for key, inner in value.items()}
    elif isinstance(value, list):
        value = [_as_node(inner) for inner in value]
    return Node(value, line, text, keys)


def _plain(node: Node) -> Node:
    keys = {_text(key): line for key, line in node.keys.items()}
    if isinstance(node.value, dict):
        return Node({_text(key): _plain(inner) for key, inner in node.value.items()}, node.line, None, keys)
    if isinstance(node.value, list):
        return Node([_plain(inner) for inner in node.value], node.line)
    return Node(_text(str(node.value)), node.line)


def _text(text: str) -> str:
    return text.encode(errors="replace").decode()


def _walk(node: Node, trail: tuple[str, ...], but: Iterable[str] = ()) -> Iterator[tuple[str, int]]:
    """The lines below a node by the names that lead there."""
    for key, line, inner in _entries(node):
        if trail or key not in but:
            if isinstance(node.value, dict) or isinstance(inner.value, dict):
                yield "\0".join((*trail, key)), line
            if len(trail) + 1 < _DEEP:
                yield from _walk(inner, (*trail, key))


def _entries(node: Node) -> Iterator[tuple[str, int, Node]]:
    if isinstance(node.value, dict):
        yield from ((key, node.keys.get(key, inner.line), inner) for key, inner in node.value.items())
    elif isinstance(node.value, list):
        yield from ((str(n), inner.line, inner) for n, inner in enumerate(node.value))


def _found(node: Node, parts: Mapping[str, Node], at: Sequence[str]) -> int:
    line = node.line
    for name in at:
        if name.startswith(VALUE):
            return next((n.line for n in _scalars(node) if _says(n, name[len(VALUE) :])), line)
        if name in parts:
            node, line = parts[name], parts[name].line
            continue
        inner = {key: (line, value) for key, line, value in _entries(node)}
        found = next((inner[key] for key in _keys(name) if key in inner), None)
        if found is None:
            break
        line, node = found
    return line


def _scalars(node: Node) -> Iterator[Node]:
    below = [inner for _, _, inner in _entries(node)]
    if not below:
        yield node
    for inner in below:
        yield from _scalars(inner)


def _says(node: Node, value: str) -> bool:
    return value in (node.text, node.value)


def _parts(resource: Resource, node: Node) -> dict[str, Node]:
    """The nodes of the parts of a resource by slot; documents hold them in the same order."""
    found: dict[str, Node] = {}
    for kind, key in _LISTS.items():
        own = [part for part in resource.parts if part.kind == kind]
        found |= _paired(own, _list(node, key))
    sections = _list(node, "sections")
    found |= _paired([p for p in resource.parts if p.kind == "section"], sections)
    items = [item for section in sections for item in _list(section, "items")]
    return found | _paired([p for p in resource.parts if p.kind == "item"], items)


def _paired(parts: Iterable[Part], nodes: Iterable[Node]) -> dict[str, Node]:
    return {part.slot: node for part, node in zip(parts, nodes, strict=False)}


def _list(node: Node, key: str) -> list[Node]:
    inner = node.value.get(key) if isinstance(node.value, dict) else None
    return inner.value if inner is not None and isinstance(inner.value, list) else []


def _keys(name: str) -> tuple[str, ...]:
    return (name, *_spellings().get(name, ()))


@functools.cache
def _spellings() -> dict[str, tuple[str, ...]]:
    """What documents call attributes, and fields that hold ids, where that is another word."""
    found = dict(_OTHERWISE)
    for field in _fields():
        if field.name != field.attribute:
            found[field.attribute] = (*found.get(field.attribute, ()), field.name)
    for kind in KINDS.values():
        for ref in kind.refs:
            if ref.field and ref.field != ref.name:
                found[ref.field] = (*found.get(ref.field, ()), ref.name, *found.get(ref.name, ()))
    return found


def _fields() -> Iterator[Field]:
    records = [whole_record(kind) for kind in FORMS]
    for field in (*(f for record in records for f in record.fields), *tiles.FIELDS, *boards.FIELDS):
        yield from _below(field)


def _below(field: Field) -> Iterator[Field]:
    yield field
    shape: Any = field.shape
    while isinstance(shape, Items | Mapped | Either):
        shape = shape.mapping if isinstance(shape, Either) else shape.item
    for inner in shape.fields if isinstance(shape, Record) else ():
        yield from _below(inner)

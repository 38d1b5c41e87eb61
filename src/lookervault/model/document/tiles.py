"""The keys of filters, tabs and tiles in the document of a dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from lookervault.model.content import ELEMENT_FIELDS, FILTER_FIELDS, GEOMETRY, LAYOUT_FIELDS, listener_key
from lookervault.model.document import rules
from lookervault.model.document.fields import ANYTHING, FLAG, JSON, MERGE, NAMES, QUERY, TEXT, fields_of
from lookervault.model.document.node import Node, Notes, described
from lookervault.model.document.records import Field, Items, Mapped, Record
from lookervault.model.document.shapes import Anything, OneLine, OneLineMap, Schema, To
from lookervault.model.values import Link, Value

NOWHERE = "none"
COARSE = tuple(g for g in GEOMETRY if "granular" not in g)
FINE = tuple(g for g in GEOMETRY if "granular" in g)


def _place(names: Iterable[str]) -> Record:
    return Record(tuple(Field(g, ANYTHING) for g in names), "a place")


class Place(msgspec.Struct, frozen=True):
    """Where a tile stands: `[row, column, width, height]`, or `none`."""

    names: tuple[str, ...] = COARSE

    def write(self, value: Value) -> Any:
        """The place on one line."""
        if not value:
            return NOWHERE
        whole = tuple(value) == self.names and all(type(x) is int for x in value.values())
        return OneLine(value.values()) if whole else OneLineMap(value)

    def read(self, node: Node, notes: Notes) -> Value:
        """The place by names; an empty one is nowhere."""
        if node.value == NOWHERE:
            return {}
        if isinstance(node.value, dict):
            return _place(self.names).read(node, notes)
        numbers = [n.value for n in node.value] if isinstance(node.value, list) else []
        if len(numbers) == len(self.names) and all(type(x) is int for x in numbers):
            return dict(zip(self.names, numbers, strict=True))
        if node.value is not None:
            notes.wrong(node.line, f"[{', '.join(self.names)}] is expected, not {described(node)}")
        return None

    def schema(self) -> Schema:
        """Four numbers."""
        numbers = {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4}
        return {
            "anyOf": [numbers, {"type": "object"}, {"const": NOWHERE}],
            "description": ", ".join(self.names),
        }


class Inner(msgspec.Struct, frozen=True):
    """A link to a part of the same resource, by its name."""

    kind: str

    def write(self, value: Value) -> Any:
        """The name."""
        own = isinstance(value, Link) and not value.to and value.part.startswith(f"{self.kind}:")
        return value.part.removeprefix(f"{self.kind}:") if own else TEXT.write(value)

    def read(self, node: Node, notes: Notes) -> Value:
        """The link."""
        name = TEXT.read(node, notes)
        return Link("", f"{self.kind}:{name}") if isinstance(name, str) else name

    def schema(self) -> Schema:
        """A text."""
        return TEXT.schema()


class Listening(msgspec.Struct, frozen=True):
    """Which filter acts on which field: a mapping of filter names to fields."""

    def write(self, value: Value) -> Any:
        """The mapping; a list where that cannot say it."""
        names = [x.get("filter") for x in value]
        told = all(isinstance(x.get(k), str) for x in value for k in ("filter", "field"))
        if told and len(set(names)) == len(names):
            return Mapped(TEXT).write({x["filter"]: x["field"] for x in value})
        return Anything().write(value)

    def read(self, node: Node, notes: Notes) -> Value:
        """The list of filters and fields, in order."""
        if isinstance(node.value, list):
            found = Items(Record((Field("filter", TEXT), Field("field", TEXT)))).read(node, notes) or []
        else:
            mapped = Mapped(TEXT).read(node, notes) or {}
            found = [{"filter": name, "field": field} for name, field in mapped.items()]
        return sorted(found, key=listener_key) or None

    def schema(self) -> Schema:
        """A mapping of texts."""
        return {"anyOf": [Mapped(TEXT).schema(), {"type": "array"}]}


_FILTERABLE = Record(
    (Field("model", TEXT), Field("view", TEXT, "explore"), Field("name", TEXT), Field("listen", Listening())),
    "a filterable",
)
_OVERRIDES = Record(
    (
        Field("sorts", NAMES),
        Field("total", FLAG),
        Field("dynamic_fields", JSON),
        Field("vis_config", Anything(mapped=True)),
    ),
    "overrides",
)
_TILE_HEAD = (
    Field("title", TEXT),
    Field("title_text", TEXT),
    Field("tab", TEXT),
    Field("at", Place(COARSE), help="row, column, width and height; below the others without"),
    Field("granular", Place(FINE)),
    Field("elsewhere", Mapped(_place(sorted(GEOMETRY)))),
    Field("type", TEXT, usual="vis"),
)
_TILE_TAIL = (
    Field("look", To(("look",))),
    Field("query", QUERY),
    Field("merge", MERGE),
    Field("filter", Inner("filter")),
    Field("listen", Listening(), help="filter: field, for the explore of this tile's own query"),
    Field("filterables", Items(_FILTERABLE), help="the same for any explore"),
    Field("overrides", _OVERRIDES),
)
_HEAD_NAMES = {f.attribute for f in _TILE_HEAD}
_BODY = {k: v for k, v in ELEMENT_FIELDS.items() if k not in _HEAD_NAMES}
TILE = Record(
    (*_TILE_HEAD, *fields_of(_BODY, [Field("rich_content_json", JSON)]), *_TILE_TAIL), "a tile", rules.TILE
)
FILTER = Record(
    fields_of(
        FILTER_FIELDS,
        (
            Field("name", TEXT, required=True, firm=True),
            Field("type", TEXT, usual="field_filter"),
            Field("allow_multiple_values", FLAG, usual=True),
            Field("ui_config", Anything(one_line=True)),
        ),
    ),
    "a filter",
    rules.FILTER,
)
_TAB_FIRST = ("label", "description")
TAB = Record(
    fields_of(
        {
            **{name: LAYOUT_FIELDS[name] for name in _TAB_FIRST},
            **{k: v for k, v in LAYOUT_FIELDS.items() if k not in _TAB_FIRST},
            "active": "bool",
        },
    ),
    "a tab",
)
FIELDS = (Field("filters", Items(FILTER)), Field("tabs", Items(TAB)), Field("tiles", Items(TILE)))

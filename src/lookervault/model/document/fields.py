"""The shapes of fields, derived from what Looker's request bodies take, and of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lookervault.model.content import SAYS_NOTHING
from lookervault.model.document import rules
from lookervault.model.document.node import Node
from lookervault.model.document.records import Field, Items, Mapped, Record
from lookervault.model.document.shapes import Anything, Flag, Json, Number, Text
from lookervault.model.normal import moment
from lookervault.model.queries import JSON_FIELDS, MERGE_FIELDS, MISSING, QUERY_FIELDS
from lookervault.model.values import Value


class Moment(Text, frozen=True):
    """A point in time, however it is written."""

    wrong: Callable[[str], str] = rules.time

    def taken(self, node: Node) -> Value:
        """The time as Looker tells it."""
        return moment(Text.taken(self, node))


TEXT, FLAG, WHOLE, NUMBER, ANYTHING, JSON = Text(), Flag(), Number(True), Number(), Anything(), Json()
NAMES = Items(TEXT, one_line=True)

_TYPES: dict[str, Any] = {
    "str": TEXT,
    "int": WHOLE,
    "float": NUMBER,
    "bool": FLAG,
    "list[str]": NAMES,
    "map": Anything(mapped=True),
    "object": Anything(mapped=True),
}


def fields_of(types: Mapping[str, str], own: Iterable[Field] = ()) -> tuple[Field, ...]:
    """A field per declared one, `own` ones in their place."""
    named = {field.attribute: field for field in own}
    return tuple(named.get(name) or _field(name, kind) for name, kind in types.items())


def _field(name: str, kind: str) -> Field:
    nothing = False if kind == "bool" and False in SAYS_NOTHING.get(name, ()) else None
    return Field(name, _TYPES.get(kind, ANYTHING), nothing=nothing)


def long_last(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields with those at the end that tend to be long."""
    return tuple(sorted(fields, key=lambda f: ("dynamic_fields", "vis_config").count(f.attribute)))


_JSON_OWN = tuple(Field(name, JSON) for name in sorted(JSON_FIELDS))
# a total that is off reads as none does
_TOTAL = Field("total", Flag(silent=True))
_MERGE_OWN = (Field("limit", Text(whole=True)), Field("column_limit", Text(whole=True)), _TOTAL, *_JSON_OWN)
_QUERY_OWN = (
    Field("view", TEXT, "explore"),
    Field("filters", Mapped(TEXT)),
    Field("limit", Text(whole=True), usual="500"),
    *_MERGE_OWN[1:],
)
_MISSING = Field(MISSING, TEXT, help="the id of what could not be read")


QUERY = Record((*long_last(fields_of(QUERY_FIELDS, _QUERY_OWN)), _MISSING), "a query", rules.QUERY)
_MERGE_FIELD = Record((Field("field_name", TEXT, "field"), Field("source_field_name", TEXT, "source_field")))
_SOURCE = Record(
    (
        Field("name", TEXT),
        Field("query", QUERY, required=True, firm=True),
        Field("merge_fields", Items(_MERGE_FIELD, counted=True), "joined", usual=[]),
    ),
    "a source of a merge query",
)
MERGE = Record(
    (
        Field("sources", Items(_SOURCE, counted=True)),
        *long_last(fields_of(MERGE_FIELDS, _MERGE_OWN)),
        _MISSING,
    ),
    "a merge query",
)

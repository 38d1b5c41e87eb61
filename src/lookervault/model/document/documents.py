"""One resource as a document, and a document as what a resource holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from lookervault.model.catalog import KINDS, ON_REQUEST
from lookervault.model.content import meaning
from lookervault.model.document import boards, dashboards, tiles
from lookervault.model.document.forms import BUILT_IN, UNKNOWN, form_of, record_of
from lookervault.model.document.node import Node, Notes, described
from lookervault.model.document.records import Field, Record
from lookervault.model.document.shapes import VALUE
from lookervault.model.resource import Attributes, Part, Resource
from lookervault.model.settings import VALUES_ONLY
from lookervault.model.values import Link, replace

# kinds whose documents tell parts: the keys, and how they are written
_PARTS: dict[str, tuple[tuple[Field, ...], Callable[[Resource], dict[str, Any]]]] = {
    "dashboard": (tiles.FIELDS, dashboards.written),
    "board": (boards.FIELDS, boards.written),
}


class Told(msgspec.Struct):
    """What a document tells of a resource; its address follows from where it is.

    An `unread` one tells nothing.
    """

    kind: str
    attributes: Attributes
    parts: list[Part]
    slug: str
    unknown: tuple[str, ...]
    untold: tuple[str, ...] = ()
    unread: bool = False


def whole_record(kind: str) -> Record:
    """All keys of a kind's documents."""
    record = record_of(kind)
    fields, _ = _PARTS.get(kind, ((), None))
    return msgspec.structs.replace(record, fields=(*record.fields[:-1], *fields, record.fields[-1]))


def to_document(resource: Resource, names: Mapping[Link, Link]) -> dict[str, Any]:
    """The document of a resource; `names` are those by which documents know parts of others."""
    form, record = form_of(resource.kind), record_of(resource.kind)
    attributes = replace(resource.attributes, lambda link: names.get(link, link), lambda text: text)
    usual = {k: v for k, v in attributes.items() if k in form.usual}
    told = {k: v for k, v in {**meaning(attributes), **usual}.items() if k not in form.placed}
    told |= {"slug": resource.slug} if resource.slug else {}
    silent = frozenset({*resource.unknown, *resource.untold})
    if BUILT_IN in form.usual and form.name not in attributes:
        told |= {form.name: resource.name, BUILT_IN: True}
        silent |= form.usual.keys()
    # nothing is said of what nobody asked for
    unknown = sorted({*resource.unknown} - {ON_REQUEST.get(resource.kind, "")})
    told |= {UNKNOWN: unknown} if unknown else {}
    _, write = _PARTS.get(resource.kind, ((), None))
    if write is None:
        return record.written(told, silent)
    told.pop("sections", None)
    found = record.written(told, silent)
    last = found.pop(UNKNOWN, None)
    return {**found, **write(resource), **({UNKNOWN: last} if last else {})}


def from_document(
    kind: str, node: Node, notes: Notes, untold: frozenset[str], *, new: bool = False
) -> Told | None:
    """What a document tells, None where it is none; of `untold` attributes nothing is usual.

    A `new` one must tell all that Looker asks for; of others Looker may not have shown it.
    """
    if not isinstance(node.value, dict):
        notes.wrong(node.line, f"{record_of(kind).what} is a mapping, not {described(node)}")
        return None
    parts: list[Part] = []
    order: list[Link] = []
    if kind == "dashboard":
        parts = dashboards.read(node, notes)
    elif kind == "board":
        order, parts = boards.read(node, notes)
    own = _without(node, {f.name for f in _PARTS[kind][0]} if kind in _PARTS else set())
    silent = frozenset({*untold, *_unknown(own)})
    form, record = form_of(kind), whole_record(kind)
    record = record.insisting_on(form.naming) if new else record.asking_not_for(form.required)
    found = record.taken(own, notes, silent)
    found = {k: v for k, v in found.items() if v is not None} | ({"sections": order} if order else {})
    slug = found.pop(KINDS[kind].slug, "") if KINDS[kind].slug else ""
    unknown = tuple(map(str, found.pop(UNKNOWN, ())))
    # whom something belongs to, Looker says where nobody else does: there is no saying that it is nobody's
    unsaid = {r.name for r in KINDS[kind].refs if r.optional and r.field} - found.keys()
    unsaid |= {name for of, name in ON_REQUEST.items() if of == kind} - node.value.keys()
    return Told(kind, found, parts, str(slug), unknown, tuple(sorted(unsaid)))


def own_values(attributes: Attributes) -> Attributes:
    """What a document tells, but not that something is built in; of that, its values alone."""
    found = {k: v for k, v in attributes.items() if k != BUILT_IN}
    return {k: v for k, v in found.items() if k in VALUES_ONLY} if attributes.get(BUILT_IN) else found


def _without(node: Node, keys: set[str]) -> Node:
    """A mapping without those keys."""
    kept = {k: n for k, n in node.value.items() if k not in keys}
    return msgspec.structs.replace(node, value=kept)


def _unknown(node: Node) -> list[str]:
    """The attributes that a document says were not to be read."""
    found = node.value.get(UNKNOWN)
    listed = found.value if found is not None and isinstance(found.value, list) else []
    return [str((n.value.get(VALUE) or n).value if isinstance(n.value, dict) else n.value) for n in listed]

"""Steps: the exact API calls a change takes. Preview, cost, journal, apply and tests read the same list."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import msgspec

from lookervault.model.kind import Kind
from lookervault.model.resource import Attributes
from lookervault.model.values import JsonText, Link, Value


class Bind(msgspec.Struct):
    """What an answer teaches: the id at `select` is the target's id of `link`.

    `select` walks the answer: a name picks a field, a number an item, a mapping the first list item
    whose fields equal it (links in it stand for ids), `{"prefer": mapping}` such an item or else the
    first. An `optional` id may be missing from the answer.
    """

    link: Link
    select: list[Any]
    optional: bool = False


class Probe(msgspec.Struct):
    """How to find out whether a call that got no answer was carried out after all.

    Lists `path`; an item whose fields in `match` equal the call's body, and whose id is neither bound
    to anything else nor among those `known` before, is what the call made. `only` are further fields
    an item must have.
    """

    path: list[Value]
    match: list[str]
    query: dict[str, Value] = {}
    only: dict[str, Any] = {}
    paged: bool = False
    known: list[str] = []


class Step(msgspec.Struct):
    """One API call. Links in path and body stand for ids that are put in when it is sent.

    `repeatable`: sending it twice does no more than once; else an unclear end is settled by `probe`.
    `accepted` is what Looker says where it refuses because things are so already.
    An `optional` step is left out where an id in its path is not known after the steps before it, one
    with `unless` where that link's id is known by then. Fields that are `spare` are left out of the body
    where Looker says that somebody else has their value. Fields in `numbers` hold ids that Looker takes as
    numbers alone.
    """

    method: str
    path: list[Value]
    body: Value = None
    binds: list[Bind] = []
    repeatable: bool = True
    probe: Probe | None = None
    optional: bool = False
    unless: Link | None = None
    spare: list[str] = []
    query: dict[str, Value] = {}
    accepted: str = ""
    numbers: list[str] = []


class Draft(msgspec.Struct):
    """The steps of one change: those that make it, and those that wait for both ends of a late link.

    `values` are the query bodies it needs, by slot; `aside` takes a passing name for as long as two
    objects change names with each other.
    """

    main: list[Step] = []
    late: list[Step] = []
    values: dict[str, Attributes] = {}
    aside: list[Step] = []


def segments(path: str, *more: Value) -> list[Value]:
    """A step's path from a literal head and what follows it."""
    return [*path.strip("/").split("/"), *more]


def body_of(kind: Kind, attributes: Attributes) -> dict[str, Value]:
    """Canonical attributes as the fields of a request body; those with a call of their own left out."""
    body: dict[str, Value] = {}
    for name, value in attributes.items():
        ref = kind.ref(name)
        if ref is not None:
            if ref.field:
                body[ref.field] = value
        elif name in kind.fields:
            body[name] = value
    return body


def cleared(before: Attributes, after: Attributes, defaulted: Set[str] = frozenset()) -> Attributes:
    """What is to be sent for an update: new values, and what says "nothing" for those that go.

    Of what is `defaulted` null says that the instance may choose.
    """
    gone = {k: None if k in defaulted else nothing_like(v) for k, v in before.items() if k not in after}
    return {**gone, **after}


def nothing_like(value: Value) -> Value:
    """Null clears a nullable field; booleans and lists are cleared in kind (resource notes, 2.4 and 4.2)."""
    if isinstance(value, bool):
        return False
    return [] if isinstance(value, list) else None


def sendable(value: Value) -> Value:
    """JSON texts as the strings that Looker keeps."""
    return value.text if isinstance(value, JsonText) else value

"""From what Looker sent to rows of the vault, as far as that needs neither of the two; light to import."""

from __future__ import annotations

from typing import Any

import msgspec

from lookervault.looker.bodies import decoded
from lookervault.model.catalog import KINDS
from lookervault.model.kind import Kind, Raw
from lookervault.model.naming import identity_fields
from lookervault.model.normal import text_id
from lookervault.model.packed import Gist
from lookervault.model.secrets import redact
from lookervault.model.usage import counters
from lookervault.store.ready import Entry, Ready, ready


class Prepared(msgspec.Struct, array_like=True, frozen=True):
    """An object ready to be stored, and the ids of the merge queries and queries that it only refers to."""

    ready: Ready
    merges: list[str] = []
    queries: list[str] = []


class Same(msgspec.Struct, frozen=True):
    """An object that another state has just so, but for its counters; and what it refers to."""

    fields: tuple[str, ...]
    own: dict[str, Any]
    merges: list[str]
    queries: list[str]


class Held(msgspec.Struct, frozen=True):
    """An object without its secrets as bytes, with what is to be known of it; and what it refers to."""

    told: Gist
    packed: bytes
    merges: list[str]
    queries: list[str]


def same(raw: Raw) -> Same:
    """What is to be known of an object that another state has."""
    return Same(tuple(raw), counters(raw), *refers_to(raw))


def prepared(kind: str, body: bytes, salt: bytes) -> list[Prepared]:
    """The objects in an answer; raises ValueError where it is not JSON."""
    value = decoded(body)
    rows = value if isinstance(value, list) else [value]
    return [_prepared(KINDS[kind], redact(raw, salt)) for raw in rows if isinstance(raw, dict)]


def _prepared(kind: Kind, raw: Raw) -> Prepared:
    assert kind.listing is not None
    return Prepared(made_ready(kind.name, kind.listing.id_of(raw), raw), *refers_to(raw))


def made_ready(kind: str, id_: str, raw: Any) -> Ready:
    """An object without its secrets as the vault will have it."""
    told = identity_fields(raw) if kind in KINDS and KINDS[kind].role != "value" else None
    return ready(Entry(id_, _name(told or {}), None, updated_at(raw), raw, told))


def _name(raw: Raw) -> str | None:
    name = next((raw[f] for f in ("title", "name", "label", "email") if raw.get(f)), None)
    return None if name is None else str(name)


def updated_at(raw: Any) -> str | None:
    """When an object was last changed, where it says so."""
    stamp = raw.get("updated_at") if isinstance(raw, dict) else None
    return None if stamp is None else str(stamp)


def refers_to(raw: Raw) -> tuple[list[str], list[str]]:
    """The ids of merge queries and of queries that an object does not have in it."""
    merges, queries = [], []
    for element in raw.get("dashboard_elements") or []:
        if element.get("merge_result_id"):
            merges.append(text_id(element["merge_result_id"]))
        elif element.get("query_id") and not element.get("query"):
            queries.append(text_id(element["query_id"]))
    # an alert repeats the query of its element
    if (
        raw.get("query_id")
        and not raw.get("query")
        and not {"dashboard_elements", "destinations"} & raw.keys()
    ):
        queries.append(text_id(raw["query_id"]))
    return merges, queries

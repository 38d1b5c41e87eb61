"""Queries and merge queries as values: embedded whole, compared by body (resource notes, 4.3, 4.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lookervault.model.fields import BODIES
from lookervault.model.normal import digest, pick, text_id
from lookervault.model.resource import Attributes
from lookervault.model.values import Value

JSON_FIELDS = frozenset({"dynamic_fields"})
QUERY_FIELDS = BODIES["query"]["create"]
MERGE_FIELDS = {k: v for k, v in BODIES["merge_query"]["create"].items() if k != "source_queries"}

# the one key of a merge query that could not be read; it holds the id
MISSING = "missing"

# gives the raw query behind an id or a slug, or None
QueryById = Callable[[str], Mapping[str, Any] | None]


def query_value(raw: Mapping[str, Any]) -> Attributes:
    """The canonical body of a raw query; `client_id` and `filter_config` are the instance's own.

    A total that is off reads the same whether false, null or absent.
    """
    body = pick(raw, QUERY_FIELDS, JSON_FIELDS)
    return {k: v for k, v in body.items() if not (k == "total" and v is False)}


def merge_value(raw: Mapping[str, Any], query_by_id: QueryById) -> Attributes:
    """The canonical body of a raw merge query with its source queries embedded.

    One whose sources cannot be read is as good as not read: it must never be written back in part.
    """
    sources = [source_value(s, query_by_id) for s in raw.get("source_queries") or []]
    if any(source["query"] is None for source in sources):
        return {MISSING: text_id(raw.get("id"))}
    body = pick(raw, MERGE_FIELDS, JSON_FIELDS)
    if body.get("total") is False:
        del body["total"]
    body["sources"] = sources
    return body


def source_value(raw: Mapping[str, Any], query_by_id: QueryById) -> Attributes:
    """One source of a merge query; the first is the primary one, so order counts."""
    found = None
    for key in source_keys(raw):
        found = found or query_by_id(key)
    return {
        "name": raw.get("name"),
        "query": query_value(found) if found else None,
        "merge_fields": [
            {"field_name": m.get("field_name"), "source_field_name": m.get("source_field_name")}
            for m in raw.get("merge_fields") or []
        ],
    }


def source_keys(raw: Mapping[str, Any]) -> list[str]:
    """What a source's query may be read by: its slug where present, else its id (4.4)."""
    return [text_id(raw[k]) for k in ("query_slug", "query_id") if raw.get(k) not in (None, "")]


def query_slot(query: Value) -> str:
    """The slot under which the id of an equal query is known."""
    return f"query:{digest(query)}"


def merge_slot(merge: Value) -> str:
    """The slot under which the id of an equal merge query is known."""
    return f"merge_query:{digest(merge)}"

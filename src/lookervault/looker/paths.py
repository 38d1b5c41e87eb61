"""Paths and queries of API calls: encoded so that no id leaves the API; which quota bucket a call is in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote

from lookervault.errors import Refused

ApiPath = str | Sequence[str | int]
"""A path below the API prefix, or its raw segments."""

QueryValue = str | int | float | bool | Sequence[str | int] | None

_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOTS = re.compile(r"(?:^|[/\\])\.{1,2}(?:[/\\]|$)")
_DB_QUERY = re.compile(
    r"/(?:(?:agents|conversations)(?!/search$)|sql_interface_queries(?!/metadata$)"
    r"|content_thumbnail|golden_queries|internal/kda|merge_queries|queries|query_tasks|render_tasks"
    r"|running_queries|scheduled_plans|sql_queries|vector_thumbnail"
    r"|looks/[^/]+/run|connections/[^/]+/(?:databases|cost_estimate))(?:/|$)"
)
_FREE = re.compile(r"/(?:login|logout|versions|api_spec|digest_email_send|embed(?!/sso/))(?:/|$)")


def encoded_path(path: ApiPath) -> str:
    """`path` percent-encoded, from its first "/"; raises Refused for one that could name something else."""
    if isinstance(path, str):
        text = quote(_BARE_PERCENT.sub("%25", path), safe="/%")
    else:
        text = "".join(f"/{quote(str(segment), safe='')}" for segment in path)
    if not text.startswith("/") or not all(map(_harmless, text[1:].split("/"))):
        raise Refused(f"not a path of the API: {text!r}")
    return text


def encoded_query(query: Mapping[str, QueryValue] | None) -> dict[str, str]:
    """Query parameters as text: None left out, lists as CSV (resource notes, section 2.3)."""
    return {name: _query_text(value) for name, value in (query or {}).items() if value is not None}


def bucket(path: str) -> str:
    """`db_query`, `non_query` or `none`: which quota pays for a call (resource notes, section 10.3)."""
    if _FREE.match(path):
        return "none"
    return "db_query" if _DB_QUERY.match(path) else "non_query"


def _harmless(segment: str) -> bool:
    """Whether a segment is neither empty, which could turn a call on one into one on all, nor climbs out."""
    return bool(segment) and not _DOTS.search(unquote(segment))


def _query_text(value: QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)) or value is None:
        return str(value)
    return ",".join(_query_text(item) for item in value)

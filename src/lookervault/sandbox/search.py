"""Searching, ordering, paging and choosing of fields, as Looker's lists do (resource notes, 2.2 and 2.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any

from lookervault.errors import ApiError
from lookervault.sandbox.problems import invalid
from lookervault.sandbox.state import Record

FieldTree = dict[str, "FieldTree"]
Column = Callable[[Record], Any]


@cache
def like(pattern: str) -> re.Pattern[str]:
    """A case-insensitive SQL LIKE pattern: `%` is any text, `_` any letter."""
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def matches(value: object, wanted: str) -> bool:
    """Whether a column's value answers to one search parameter."""
    if wanted.upper() in ("IS NULL", "NULL"):
        return value is None
    if wanted.upper() in ("NOT NULL", "IS NOT NULL"):
        return value is not None
    if isinstance(value, list):
        return any(matches(item, wanted) for item in value)
    if isinstance(value, bool) or value is None:
        return str(bool(value)).lower() == wanted.lower()
    return like(wanted).fullmatch(str(value)) is not None


def matches_id(value: object, wanted: str) -> bool:
    """Ids take a list separated by commas."""
    if wanted.upper().endswith("NULL"):
        return matches(value, wanted)
    ids = _listed(wanted)
    return not ids.isdisjoint(value) if isinstance(value, list) else str(value) in ids


@lru_cache(maxsize=64)
def _listed(wanted: str) -> frozenset[str]:
    """The ids in a list separated by commas, which each record is held against."""
    return frozenset(part.strip() for part in wanted.split(","))


def select(
    records: Sequence[Record], wanted: Mapping[str, str], columns: Mapping[str, Column]
) -> list[Record]:
    """Records that answer to all the parameters, or to any with `filter_or`."""
    either = wanted.get("filter_or", "").lower() == "true"
    tests = [(key, value) for key, value in wanted.items() if key != "filter_or"]
    if not tests:
        return list(records)

    def answers(record: Record, key: str, value: str) -> bool:
        column = columns[key](record) if key in columns else record.get(key)
        return (matches_id if key.endswith(("id", "ids")) else matches)(column, value)

    combine = any if either else all
    return [r for r in records if combine(answers(r, key, value) for key, value in tests)]


def ordered(
    records: list[Record], sorts: str, columns: Mapping[str, Column], sortable: frozenset[str] | None
) -> list[Record]:
    """Records by the sort keys, `title desc,id`; an unknown key is refused.

    Without `sortable` any stored field and any column will do.
    """
    known = sortable or {*columns, *(records[0] if records else ())}
    for key, reverse in reversed([_sort_key(part) for part in sorts.split(",") if part.strip()]):
        if records and key not in known:
            raise invalid("sorts", f"cannot sort by {key}")
        records.sort(key=partial(_ranked, columns.get(key) or _stored(key)), reverse=reverse)
    return records


def _sort_key(part: str) -> tuple[str, bool]:
    words = part.replace("+", " ").split()
    return words[0], len(words) > 1 and words[1].lower().startswith("desc")


def _stored(field: str) -> Column:
    return lambda record: record.get(field)


def _ranked(column: Column, record: Record) -> tuple[int, int, str]:
    return _rank(column(record))


def _rank(value: object) -> tuple[int, int, str]:
    text = "" if value is None else str(value)
    return (0, int(text), "") if text.isdecimal() else (1, 0, text.casefold())


def window(query: Mapping[str, str]) -> tuple[int, int | None]:
    """Offset and limit; `page` and `per_page` are the older way to say it."""
    if "limit" in query or "offset" in query:
        return _whole(query, "offset") or 0, _whole(query, "limit")
    page, size = _whole(query, "page"), _whole(query, "per_page")
    return ((page or 1) - 1) * (size or 0), size


def _whole(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "")
    if text and not text.isdecimal():
        raise ApiError(f"{name} is not a number", status=400)
    return int(text) if text else None


@cache
def field_tree(text: str) -> FieldTree:
    """`id,folder(id,name)` as a tree."""
    root: FieldTree = {}
    open_nodes, last = [root], ""
    for token in re.findall(r"[^\s,()]+|[()]", text):
        if token == "(":
            open_nodes.append(open_nodes[-1].setdefault(last, {}))
        elif token == ")":
            if len(open_nodes) == 1:
                raise ApiError("fields: unbalanced parentheses", status=400)
            open_nodes.pop()
        else:
            open_nodes[-1][token] = open_nodes[-1].get(token, {})
            last = token
    return root


def chosen(answer: Any, tree: FieldTree) -> Any:
    """An answer cut down to the fields asked for."""
    if isinstance(answer, list):
        return [chosen(item, tree) for item in answer]
    if not isinstance(answer, dict) or not tree:
        return answer
    return {key: chosen(answer[key], below) for key, below in tree.items() if key in answer}

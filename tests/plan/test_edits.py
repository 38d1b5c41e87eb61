from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookervault.model.normal import comparable
from lookervault.model.values import JsonText, Link
from lookervault.plan.edits import Edit, edits
from model.values import JSON, NAMES


def told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Edits as short lines: mark, path, before, after."""
    found = []
    for e in edits(before, after):
        values = {"+": f"{e.after!r}", "-": f"{e.before!r}", "~": f"{e.before!r} -> {e.after!r}"}
        found.append(f"{e.mark} {'.'.join(map(str, e.path))} {values[e.mark]}")
    return found


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"title": "A"}, ["+ title 'A'"]),
        ({"title": "A"}, {}, ["- title 'A'"]),
        ({"title": "A"}, {"title": "B"}, ["~ title 'A' -> 'B'"]),
        ({"b": 1, "a": 1}, {"a": 2, "b": 2}, ["~ a 1 -> 2", "~ b 1 -> 2"]),
        ({"limit": 500}, {"limit": 500.0}, []),
        ({"hidden": False}, {"hidden": True}, ["~ hidden False -> True"]),
        ({"vis": {"x": {"y": 1, "z": 2}}}, {"vis": {"x": {"y": 1, "z": 3}}}, ["~ vis.x.z 2 -> 3"]),
        ({"vis": {"a": 1}}, {"vis": {"b": 1}}, ["- vis.a 1", "+ vis.b 1"]),
        ({"vis": {"a": None}}, {"vis": {}}, []),
        ({"fields": ["a", "b"]}, {"fields": ["a", "c", "b"]}, ["+ fields.1 'c'"]),
        ({"fields": ["a", "b", "c"]}, {"fields": ["a", "c"]}, ["- fields.1 'b'"]),
        ({"fields": ["a", "b"]}, {"fields": ["b", "a"]}, ["+ fields.0 'b'", "- fields.1 'b'"]),
        ({"x": JsonText('{"a": 1}')}, {"x": JsonText('{"a":2}')}, ["~ x.a 1 -> 2"]),
        ({"x": JsonText("[1]")}, {"x": JsonText("text")}, ["~ x [1] -> 'text'"]),
        (
            {"folder": Link("folder:A")},
            {"folder": Link("folder:B")},
            ["~ folder Link('folder:A') -> Link('folder:B')"],
        ),
        (
            {"users": [Link("user:a")]},
            {"users": [Link("user:a"), Link("user:b")]},
            ["+ users.1 Link('user:b')"],
        ),
        ({"x": [{"n": 1}]}, {"x": [{"n": 2}]}, ["~ x.0.n 1 -> 2"]),
        ({"x": [{"n": 1}]}, {"x": [{"n": 1, "m": 2}]}, ["+ x.0.m 2"]),
        ({"x": [{"n": 1, "m": 2}]}, {"x": [{"n": 1}]}, ["- x.0.m 2"]),
        ({"x": [{"n": 1}]}, {"x": [{"n": 1}, {"n": 2}]}, ["+ x.1 {'n': 2}"]),
        ({"x": [{"n": 1}, {"n": 2}]}, {"x": [{"n": 2}]}, ["- x.0 {'n': 1}"]),
        ({"x": {"a": 1}}, {"x": [1]}, ["~ x {'a': 1} -> [1]"]),
        ({"x": "1"}, {"x": 1}, ["~ x '1' -> 1"]),
        ({}, {}, []),
    ],
)
def test_how_a_difference_is_told(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    assert told(before, after) == expected


def test_a_cell_of_wiring_is_one_edit() -> None:
    def wiring(field: str) -> dict[str, Any]:
        return {"filterables": [{"view": "orders", "listen": [{"filter": "Region", "field": field}]}]}

    assert told(wiring("a"), wiring("b")) == ["~ filterables.0.listen.0.field 'a' -> 'b'"]


ATTRIBUTES = st.dictionaries(NAMES, JSON.filter(lambda v: v is not None), max_size=3)


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def holds(edit: Edit, before: Any, after: Any) -> bool:
    """Whether what an edit says is so: a thing that goes is there, one that comes will be."""
    if edit.mark == "+":
        return bool(at(after, edit.path) == edit.after)
    if edit.mark == "-":
        return bool(at(before, edit.path) == edit.before)
    return bool(edit.before != edit.after)


@given(ATTRIBUTES, ATTRIBUTES)
def test_there_are_edits_exactly_where_values_differ(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert bool(edits(before, after)) == (comparable(before) != comparable(after))


@given(ATTRIBUTES, ATTRIBUTES)
def test_every_edit_is_true(before: dict[str, Any], after: dict[str, Any]) -> None:
    for edit in edits(before, after):
        assert holds(edit, comparable(before), comparable(after)), edit


@given(ATTRIBUTES, ATTRIBUTES)
def test_the_way_back_tells_the_opposite(before: dict[str, Any], after: dict[str, Any]) -> None:
    there, back = edits(before, after), edits(after, before)
    assert {e.path[0] for e in there} == {e.path[0] for e in back}


@given(ATTRIBUTES, ATTRIBUTES)
def test_the_same_values_are_always_told_the_same_way(before: dict[str, Any], after: dict[str, Any]) -> None:
    turned = {k: after[k] for k in reversed(after)}
    assert told(before, turned) == told(before, after)

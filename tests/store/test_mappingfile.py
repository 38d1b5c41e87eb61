from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lookervault.errors import UsageError
from lookervault.model.catalog import MAPPABLE
from lookervault.store.mappingfile import read, written
from lookervault.store.mappings import Mapping

DEV, PROD = "https://dev.example.com", "https://prod.example.com"
FILE = """\
# Which object of one instance is which of another. Read by `lookervault mapping import`.
# `address` tells readers what the source object was called last; it is not read back.
- from: https://dev.example.com
  to: https://prod.example.com
  mappings:
  - {kind: dashboard, source: '9', target: '5001', address: 'dashboard:Shared/KPIs: "all"'}
  - {kind: dashboard, source: '12', target: '5002'}
  - {kind: user, source: '3', target: '44'}
- from: https://prod.example.com
  to: https://dev.example.com
  mappings:
  - {kind: user, source: '44', target: '3'}
"""


def row(kind: str, source: str, target: str, hosts: tuple[str, str] = (DEV, PROD)) -> Mapping:
    return Mapping(hosts[0], kind, source, hosts[1], target, "s1", "2026-11-01")


ROWS = [
    row("user", "3", "44"),
    row("dashboard", "12", "5002"),
    row("user", "44", "3", (PROD, DEV)),
    row("dashboard", "9", "5001"),
]


def address(mapping: Mapping) -> str:
    return 'dashboard:Shared/KPIs: "all"' if mapping.source_id == "9" else ""


def entries(text: str) -> list[tuple[str, ...]]:
    return [entry[1:] for entry in read(text, MAPPABLE, lambda name: name)]


def mistakes(text: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        read(text, MAPPABLE, lambda name: name)
    return [line.strip() for line in caught.value.message.splitlines()[1:]]


def test_a_file_has_one_sorted_line_a_mapping() -> None:
    assert written(ROWS, address) == FILE
    assert written(reversed(ROWS), address) == FILE


def test_a_file_is_read_as_it_was_written() -> None:
    wanted = sorted((r.source_host, r.target_host, r.kind, r.source_id, r.target_id) for r in ROWS)
    assert sorted(entries(FILE)) == wanted
    assert sorted(entries(written(ROWS, address, as_json=True))) == wanted
    assert [entry.line for entry in read(FILE, MAPPABLE, lambda name: name)] == [6, 7, 8, 12]


def test_no_mappings_are_a_file_too() -> None:
    for as_json in (False, True):
        assert entries(written([], address, as_json=as_json)) == []
    assert json.loads(written([], address, as_json=True)) == []
    assert entries("") == []


@given(st.text(min_size=1), st.text(min_size=1), st.text(), st.booleans())
@example("0", "\x85", "", False)
def test_any_id_and_address_comes_back(source: str, target: str, named: str, as_json: bool) -> None:
    if not as_json:
        source, target, named = (t.encode("utf-8", "replace").decode() for t in (source, target, named))
    text = written([row("lookml_model", source, target)], lambda r: named, as_json=as_json)
    if as_json:
        ((pair,)) = json.loads(text)
        assert pair["mappings"][0]["source"] == source
    else:
        assert entries(text) == [(DEV, PROD, "lookml_model", source, target)]


def test_ids_are_taken_as_they_are_written() -> None:
    rows = "{kind: look, source: 012, target: 1e3}, {kind: look, source: yes, target: 7}"
    text = f"[{{from: a, to: b, mappings: [{rows}]}}]"
    assert entries(text) == [("a", "b", "look", "012", "1e3"), ("a", "b", "look", "yes", "7")]


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    text = """\
- from: a
  to: a
  mappings:
  - {kind: dashbord, source: 1, target: 2}
  - {kind: look, source: 1}
  - {kind: look, source: 1, target: 2, note: x}
  - {kind: look, source: 1, target: 3}
  - {kind: look, source: 2, target: 2}
  - {kind: look, source: ~, target: [3]}
  - just words
- from: a
- {from: a, to: b, mappings: {}}
- 12
"""
    told = mistakes(text)
    assert [t.partition(":")[0] for t in told] == [
        f"line {n}" for n in (1, 4, 5, 6, 7, 8, 9, 9, 10, 11, 11, 12, 13)
    ]
    assert told[0] == "line 1: from and to are one instance"
    assert told[1].startswith("line 4: no kind dashbord; known: ")
    assert told[2] == "line 5: target is missing"
    assert told[3] == "line 6: unknown field note; known: kind, source, target, address"
    assert told[4] == "line 7: look 1 is mapped on line 6 already"
    assert told[5] == "line 8: look 2 of the target is 1 of the source on line 6"


def test_many_mistakes_are_cut() -> None:
    told = mistakes("[" + ",\n".join(["12"] * 30) + "]")
    assert (len(told), told[-1]) == (21, "and 10 more")


@pytest.mark.parametrize("text", ["{", "- a: [", "12", "{from: a}"])
def test_what_is_no_mapping_file_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"line [12]"):
        read(text, MAPPABLE, lambda name: name)

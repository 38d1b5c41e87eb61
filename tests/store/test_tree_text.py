"""What is written as YAML reads back the same, by us and by any other reader of YAML."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from lookervault.model.document.node import Node, Notes
from lookervault.model.document.shapes import OneLine, OneLineMap
from lookervault.store.tree.comments import with_comments
from lookervault.store.tree.compose import compose
from lookervault.store.tree.emit import emit

ODD = [
    "no",
    "1.0",
    "1e5",
    "~",
    "",
    " x",
    "x ",
    "a: b",
    "a #b",
    "- a",
    "2026-01-01",
    "1:30",
    "0x1f",
    "=",
    "<<",
]
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(ODD),
    st.lists(st.sampled_from(["select 1", "  from x ", "", "\tand", "# no comment", "a\r", "é\u2028b"])).map(
        "\n".join
    ),
)
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(OneLine),
        st.dictionaries(TEXTS, inner, max_size=4),
        st.dictionaries(TEXTS, inner, max_size=4).map(OneLineMap),
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(TEXTS, VALUES, max_size=5)


def plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {k: plain(v) for k, v in node.value.items()}
    return [plain(v) for v in node.value] if isinstance(node.value, list) else node.value


def read(text: str) -> tuple[Any, Notes]:
    notes = Notes("x.yaml")
    return plain(compose(text.encode(errors="surrogatepass"), notes)), notes


@pytest.mark.parametrize("text", ["a\u202eb", "a\n\u2066b\u2069\nc"])
def test_what_turns_the_direction_of_reading_is_seen(text: str) -> None:
    written = emit({"k": text})
    assert not set("\u202e\u2066\u2069") & set(written)
    assert yaml.safe_load(written) == {"k": text}


@given(DOCUMENTS)
@example({"a": "x \ny"})
@example({"a": [[], {}, [[1, "b\nc"]], {"d": "\n"}]})
@example({"a": "\n\n x\n\n"})
@example({"a": "x\r\n  y\r\n"})
@example({"a": ["x\n\n"], "b": [None]})
def test_what_is_written_reads_back_the_same(document: dict[str, Any]) -> None:
    text = emit(document)
    found, notes = read(text)
    assert notes.problems == []
    assert found == document
    assert [type(v) for v in found.values() if isinstance(v, bool | float)] == [
        type(v) for v in document.values() if isinstance(v, bool | float)
    ]
    assert yaml.safe_load(text) == document


def test_text_of_several_lines_is_a_block_even_where_lines_end_in_spaces() -> None:
    text = emit({"sql": "select *  \n  from x\n", "crlf": "a\r\n  b"})
    assert text == 'sql: |\n  select *  \n    from x\ncrlf: "\\\n  a\\r\\n\\\n  \\  b"\n'


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "this is no YAML"),
        ("a: 1\na: 2\n", 2, "'a' is here twice, first in line 1"),
        ("a: &x [1]\nb: *x\n", 1, "anchors and aliases"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "the tag"),
        ("a: 1\n---\nb: 2\n", 2, "one file holds one"),
        ("a: 1\nb: \x07\n", 2, "a character"),
        ("a: 1\n? [x]\n: 2\n", 2, "a name is expected"),
        ("a: " + "[" * 200_000, 1, "levels deep"),
        ("\t- a", 1, "this is no YAML"),
        ("é: ü\nb: #f6f8fa\n", 2, "#f6f8fa is a comment to YAML: a text that begins with # needs quotes"),
        ("b:\n  - #FFF\n", 2, "#FFF is a comment"),
    ],
)
def test_what_is_no_document_is_told_with_its_line(text: str, line: int, told: str) -> None:
    _, notes = read(text)
    (problem,) = notes.problems
    assert (problem.line, told in problem.message) == (line, True), problem


@pytest.mark.parametrize(
    "text", ["a: # note\n", "a: |\n  b: #fff\n", "a: x #fff\n", "a:\n# fff\n", "a: '#fff'\n"]
)
def test_what_is_meant_as_a_comment_is_one(text: str) -> None:
    assert read(text)[1].problems == []


def test_bytes_that_are_no_text_are_told() -> None:
    notes = Notes("x.yaml")
    compose(b"a: 1\nb: \xff\n", notes)
    assert [str(p) for p in notes.problems] == ["x.yaml:2: this is not UTF-8 (byte 0xff): save it as UTF-8"]


@given(
    st.binary(max_size=60) | st.text(alphabet="a:-[]{}&*!|>'\"%@`#,? \n\t0.~", max_size=60).map(str.encode)
)
def test_no_text_makes_reading_fail(data: bytes) -> None:
    notes = Notes("x.yaml")
    compose(data, notes)
    assert all(p.message for p in notes.problems)


OLD = """\
# About sales.
title: Sales  # the old name
note: |
  # no comment
  text # nor this
tiles:
  # first of all
  - title: A
    at: [0, 0, 1, 1]  # small

  - title: 'B # b'
    # how
    query: 1
# the end
"""
NEW = """\
title: Revenue
note: |
  # no comment
  text # nor this

tiles:
  - title: A
    at: [0, 0, 2, 2]

  - title: B2
    query: 1
"""


def test_comments_stay_where_their_lines_do() -> None:
    kept = with_comments(NEW, OLD)
    assert kept == (
        "# About sales.\n"
        "title: Revenue  # the old name\n"
        "note: |\n"
        "  # no comment\n"
        "  text # nor this\n"
        "\n"
        "tiles:\n"
        "  # first of all\n"
        "  - title: A\n"
        "    at: [0, 0, 2, 2]  # small\n"
        "\n"
        "  - title: B2\n"
        "    # how\n"
        "    query: 1\n"
        "# the end\n"
    )
    assert with_comments(NEW, kept) == kept


@given(DOCUMENTS, DOCUMENTS)
def test_a_text_without_comments_leaves_none(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert with_comments(emit(new), emit(old)) == emit(new)


@given(DOCUMENTS, DOCUMENTS, st.integers(0, 20))
def test_comments_never_change_what_a_text_says(old: dict[str, Any], new: dict[str, Any], where: int) -> None:
    lines = emit(old).split("\n")
    lines.insert(where, "# said by hand")
    assert read(with_comments(emit(new), "\n".join(lines)))[0] == new

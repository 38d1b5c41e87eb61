"""Words that differ are marked, in lines that stand in for each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lookervault.report.hunks import Line, hunks, pointer, reworded

TEXTS = st.text(st.sampled_from("ab .é"), max_size=40)


def marked(line_text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [line_text[a:b] for a, b in spans]


def test_the_words_that_differ_are_marked() -> None:
    old, new = "select a, b from t\nwhere x = 1", "select a, c from t\nwhere x = 1"
    lines = list(hunks(old, new, 0))
    assert [(x.mark, marked(x.text, x.spans)) for x in lines] == [("-", ["b"]), ("+", ["c"]), (" ", [])]
    assert pointer(lines[0]) == " " * 10 + "^"


def test_lines_with_nothing_in_common_are_not_compared_word_by_word() -> None:
    assert not any(line.spans for line in hunks("one two\nx", "3 + 4 = 7\nx", 0))


def test_short_values_stay_on_one_line() -> None:
    assert reworded("a b c", "a b d", 0) is None
    assert reworded("a" * 80, "b" * 80, 0) is None
    long = reworded("word " * 20 + "end", "word " * 20 + "END", 1)
    assert long is not None
    assert [marked(x.text, x.spans) for x in long] == [["end"], ["END"]]


@given(TEXTS, TEXTS)
def test_without_the_marked_words_both_sides_are_the_same(old: str, new: str) -> None:
    lines = [x for x in hunks(f"{old}\nend", f"{new}\nend", 0) if x.mark in ("-", "+")]
    if any(line.spans for line in lines):
        gone, come = lines
        assert without_marked(gone) == without_marked(come)


def without_marked(line: Line) -> str:
    marked = {n for a, b in line.spans for n in range(a, b)}
    return "".join(c for n, c in enumerate(line.text) if n not in marked)

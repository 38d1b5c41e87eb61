"""Plans on terminals of any width: nothing is wider and nothing lost, colours and carets stay in place."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookervault.cli.options import fitted
from lookervault.report.text import render_text
from lookervault.report.wrap import cells, wrapped
from report.test_hostile import TEXTS, plans

SGR = re.compile(r"\x1b\[[\d;]*m")
WIDTHS = [60, 80, 120]


def bare(text: str) -> str:
    """All that is said, without spaces and carets."""
    return re.sub(r"[\s^]", "", SGR.sub("", text))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("colour", [False, True])
def test_a_plan_fits_and_says_the_same(width: int, colour: bool) -> None:
    for plan in plans("a rather long name, with words in it"):
        text = render_text(plan, colour)
        shown = wrapped(text, width)
        assert max(cells(SGR.sub("", line)) for line in shown.split("\n")) <= width
        assert bare(shown) == bare(text)
        assert shown != text or width > 100


@given(TEXTS, st.sampled_from(WIDTHS), st.booleans())
def test_whatever_it_says(text: str, width: int, colour: bool) -> None:
    for plan in plans(text):
        told = render_text(plan, colour)
        shown = wrapped(told, width)
        assert all(cells(SGR.sub("", line)) <= width for line in shown.split("\n"))
        assert bare(shown) == bare(told)
        for line in shown.split("\n"):
            codes = SGR.findall(line)
            assert not codes or codes[-1] == "\x1b[0m", "a colour ends with its line"


def test_how_it_reads() -> None:
    told = '      ~ note = "one two three four five six seven" -> "one two three for five six seven"'
    assert wrapped(told, 40).split("\n") == [
        '      ~ note = "one two three four five ',
        '          six seven" -> "one two three ',
        '          for five six seven"',
    ]


def test_carets_stay_below_what_they_point_at() -> None:
    told = "    - " + "a" * 18 + " bbbb cccc\n" + "      " + " " * 19 + "^^^^ ^^^^"
    assert wrapped(told, 30).split("\n") == [
        "    - " + "a" * 18 + " bbbb ",
        " " * 25 + "^^^^",
        "        cccc",
        "        ^^^^",
    ]


def test_a_text_of_carets_is_not_lost() -> None:
    assert wrapped("x\n      ^^^^^^^", 40) == "x\n      ^^^^^^^"


def test_wide_characters_take_two_columns() -> None:
    assert cells("日本é") == 5
    assert [cells(line) for line in wrapped("日" * 50, 40).split("\n")] == [40, 40, 24]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200))
def test_a_narrow_terminal_and_odd_texts(text: str) -> None:
    assert wrapped(text, 5) == text
    assert all(cells(line) <= 22 for line in wrapped(text, 22).split("\n"))


def test_only_a_terminal_has_a_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert fitted("x " * 100) == "x " * 100
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert fitted("x " * 100).count("\n") == 3

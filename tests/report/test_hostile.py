"""Nothing that came from Looker may act on a terminal, forge a line, or break a format."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lookervault.model.resource import Finding
from lookervault.plan.plan import Plan, Side
from lookervault.report.data import render_json
from lookervault.report.drift import drift_json, drift_text
from lookervault.report.explain import explain
from lookervault.report.graph import render_dot, render_mermaid, render_tree
from lookervault.report.safe import lines, visible
from lookervault.report.text import render_text
from model.raws import (
    OTHER,
    QUERY,
    Object,
    Raw,
    filter_,
    folder,
    group,
    lookml_model,
    shared,
    stacked,
    state,
    text_tile,
    tile,
    user,
)
from plan.making import plan_of

NASTY = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b31m",
    "a\rb",
    "x\x08y",
    "\u202egpj.exe",
    "\u2066hidden\u2069",
    "zero\u200bwidth\ufeff",
    "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "```\n</details>\n# x\n```mermaid",
    "`" * 40,
    "</summary></details><!-- --> <!--",
    "@octocat #1 http://a.b/c",
    "two\nlines\nPlan: 0 to create, 0 to update, 0 to delete.",
    "line\u2028and\u2029paragraph\x85",
    '"} quote \\ backslash',
    "\U000e0041tag",
    "👩‍👩‍👧 é 日本",
    "",
]
TEXTS = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JOINERS = "\u200d\ufe0f"


def harmless(text: str) -> bool:
    """Whether a terminal would print every character as it is; line ends are ours."""
    unsafe = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return all(c == "\n" or c in JOINERS or unicodedata.category(c) not in unsafe for c in text)


def side(text: str, host: str, n: int) -> list[Object]:
    """An instance in which everything that people can name is named so, and `n` makes it differ."""
    vis = {text: text, "n": n, "list": [{text: n}], "lines": f"{text}\n{n}"}
    tiles: list[Raw] = [
        tile(
            "51", text, query={**QUERY, "vis_config": vis, "filters": {text: text}, "sorts": [text, str(n)]}
        ),
        text_tile("52", text, body_text=f"{text}\n{n}\n{text}", note_text=text),
    ]
    return [
        shared(),
        lookml_model("shop"),
        folder("10", f"f{text}"),
        user("20", f"{text}@example.com", first_name=f"{text}{n}"),
        group("30", f"g{text}", can_add_to_content_metadata=bool(n)),
        stacked(
            "50",
            f"d{text}" if host == OTHER else f"other{text}",
            tiles,
            "10",
            slug="s",
            description=f"{text}{n}",
            dashboard_filters=[filter_("53", text, default_value=f"{text}{n}", ui_config={text: n})],
        ),
    ]


def plans(text: str) -> list[Plan]:
    """A plan that makes all of it, and one that changes all of it."""
    there = state(*side(text, OTHER, 1), host=OTHER)
    made = plan_of(state(*side(text, "a", 0)), state(shared(), host=OTHER))
    return [made, plan_of(state(*side(text, "a", 0)), there)]


@given(TEXTS)
def test_nothing_that_a_terminal_would_obey_is_printed(text: str) -> None:
    for plan in plans(text):
        assert harmless(render_text(plan))
        assert harmless(drift_text(plan))
        assert harmless("".join(explain(plan, c.address) for c in plan.changes))
        assert all(harmless(render(plan)) for render in (render_tree, render_dot, render_mermaid))


def _without_pointers(text: str) -> list[str]:
    """The lines but those that point at words with carets, where there is no colour to mark them."""
    return [line for line in text.split("\n") if not re.fullmatch(r" *\^[\^ ]*", line)]


@given(TEXTS)
def test_with_colour_only_our_own_escapes_are_printed(text: str) -> None:
    for plan in plans(text):
        painted = render_text(plan, colour=True)
        told = re.sub(r"\x1b\[(\d;)?\d+m", "", painted)
        assert _without_pointers(told) == _without_pointers(render_text(plan))


@given(TEXTS)
@example("x\n\nPlan: 9 to create, 9 to update, 9 to delete.")
@example("x\n  # look:A will be deleted\n  - look {")
def test_no_text_can_forge_a_line_of_the_plan(text: str) -> None:
    for plan in plans(text):
        printed = render_text(plan).split("\n")
        assert [x[:5] for x in printed if x.startswith("Plan:")] == ["Plan:"]
        assert len([x for x in printed if x.startswith("  # ") and " will be " in x]) >= len(plan.changes)
        assert len([x for x in printed if x.startswith("  - ")]) == 0


@given(TEXTS)
def test_findings_and_labels_are_data_too(text: str) -> None:
    plan = Plan(Side(text, text), Side(text, text), [], [], [], [Finding("error", text, text)], [])
    printed = render_text(plan)
    assert harmless(printed)
    assert len(printed.split("\n")) == 5


@given(TEXTS)
def test_json_is_valid_and_gives_every_text_back(text: str) -> None:
    for plan in plans(text):
        data = json.loads(render_json(plan))
        (found,) = [c for c in data["changes"] if c["kind"] == "dashboard"]
        assert found["after"]["description"] == f"{text}0"
        assert harmless(render_json(plan))
        assert harmless(drift_json(plan))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本 🙂", "plain é 日本 🙂"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("a\tb", "a\\tb"),
        ("a\nb\rc", "a\\nb\\rc"),
        ("\x1b[1m", "\\x1b[1m"),
        ("\x7f\x9b", "\\x7f\\x9b"),
        ("\u202e", "\\u{202e}"),
        ("\U000e0041", "\\u{e0041}"),
        ("\ud83d", "\\u{d83d}"),
        ("", ""),
    ],
)
def test_how_a_control_character_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(max_size=20))
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    if harmless(text) and "\n" not in text:
        assert visible(text) == text
    assert harmless(visible(text))
    assert "\n" not in visible(text)


@given(st.text(max_size=20))
def test_lines_are_those_of_line_feeds_alone(text: str) -> None:
    assert lines(text) == [visible(line) for line in text.split("\n")]
    assert all(harmless(line) for line in lines(text))


@pytest.mark.parametrize("value", [float("inf"), 1e300, 10**30, [None, [[]]], {"": {}}])
def test_odd_values_are_told_without_complaint(value: Any) -> None:
    def look(vis: Any) -> list[Object]:
        raw = {"id": "4", "title": "L", "folder_id": "1", "query": {**QUERY, "vis_config": {"x": vis}}}
        return [shared(), lookml_model("shop"), ("look", "4", raw)]

    plan = plan_of(state(*look(value)), state(*look("before")))
    assert "query.vis_config.x" in render_text(plan)
    json.loads(render_json(plan))

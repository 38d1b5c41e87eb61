"""Markdown for pull requests: bounded, whole, and deaf to what Looker's texts say."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lookervault.model.resource import Finding
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.plan import Plan, Side
from lookervault.report.drift import drift_markdown
from lookervault.report.markdown import LIMIT, MARKER, render_markdown
from report.test_hostile import TEXTS, plans


def change(n: int, action: Action = Action.CREATE, text: str = "x") -> Change:
    after = {} if action is Action.DELETE else {"description": text * 40, "title": f"T{n}"}
    part = PartChange(action, "element", f"element:{n}", "", text, {}, dict(after))
    name = f"look:Shared/{text}{n:05}"
    return Change(action, "look", name, text, "" if action is Action.CREATE else "7", {}, after, [part])


def plan(*changes: Change, findings: tuple[Finding, ...] = ()) -> Plan:
    return Plan(Side("a", "dev"), Side("b", "prod"), list(changes), [], [], list(findings), [])


# what GitHub makes of the text of a page outside of code and links: mentions, and references to issues
MENTION = re.compile(r"(?<![\w`])@[a-z0-9]", re.I)
REFERENCE = re.compile(r"(?<!\w)(#|gh-)\d", re.I)
QUIET = {"code", "pre", "a"}


class Shape(HTMLParser):
    """The tags of a page in order, the text between them, and what of it GitHub would act on."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.loud = ""
        self.inside: list[str] = []
        self.feed(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag + "".join(f" {k}={v}" for k, v in attrs))
        self.inside += [tag] if tag in QUIET else []

    def handle_endtag(self, tag: str) -> None:
        if tag in QUIET:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        self.loud += "\0" if self.inside else data


def fenced(markdown: str) -> bool:
    """Whether every fence that is opened is closed by one as long, outside of which no details end."""
    fence = outside = ""
    for line in markdown.split("\n"):
        ticks = re.match("`{3,}", line)
        if ticks and not fence:
            fence = ticks[0]
        elif fence and line == fence:
            fence = ""
        elif not fence:
            outside += line
    return not fence and outside.count("<details>") == outside.count("</details>")


def test_a_small_plan_is_told_whole() -> None:
    made = plan(change(1), change(2, Action.DELETE), findings=(Finding("error", "look:A", "no model m"),))
    text = render_markdown(made)
    assert text.startswith(MARKER)
    assert "**Plan: 1 to create, 0 to update, 1 to delete** on b" in text
    assert f"Fingerprint: `{made.fingerprint}`" in text
    assert "- look&#58;A&#58; no model m" in text
    assert text.index("Shared&#47;x00002") < text.index("Shared&#47;x00001"), "deletes come first"
    assert '+     title = "T1"' in text
    assert "Shortened" not in text


def test_nothing_to_change_is_one_sentence() -> None:
    assert "**No changes.** The instance is as desired." in render_markdown(plan())


def test_ten_thousand_changes_fit_in_a_comment() -> None:
    deletes = [change(n, Action.DELETE) for n in range(100)]
    made = plan(
        *(change(n) for n in range(9900)),
        *deletes,
        findings=tuple(Finding("error", f"look:{n}", f"trouble {n}") for n in range(3000)),
    )
    text = render_markdown(made)
    assert len(text) <= LIMIT < 65_536
    assert fenced(text)
    assert made.fingerprint in text
    assert all(f"Shared&#47;x{n:05}</code> deleted" in text for n in range(100))
    told = re.search(r"Shortened to fit a comment:\*\* (\d+) without details, (\d+) not listed", text)
    assert told, text[:2000]
    listed = text.count("</code> deleted") + text.count("</code> created")
    assert listed + int(told[2]) == len(made.changes)
    assert text.count("<details>") + int(told[1]) == listed
    assert "- and " in text, "errors that had no room are counted"


def test_conflicts_are_there_however_many_changes_there_are() -> None:
    changes = [change(n, Action.UPDATE) for n in range(10_000)]
    for one in changes[-5:]:
        one.before, one.origins = {"title": "live"}, {"title": "conflict"}
    made = plan(*changes)
    text = render_markdown(made)
    assert len(text) <= LIMIT
    assert made.fingerprint in text
    assert fenced(text)
    assert all(f"Shared&#47;x{n:05}</code> updated" in text for n in range(9995, 10_000))


def test_what_fits_has_its_details() -> None:
    text = render_markdown(plan(*(change(n) for n in range(60))), limit=20_000)
    assert 0 < text.count("<details>") < 60
    assert text.count("</code> created") == 60
    assert len(text) <= 20_000
    assert fenced(text)


@given(TEXTS)
def test_no_text_breaks_out(text: str) -> None:
    """The page has the same elements whatever the texts are."""
    made = plan(change(1, text=text), findings=(Finding("warning", text, text),))
    calm = plan(change(1, text="x"), findings=(Finding("warning", "x", "x"),))
    assert Shape(render_markdown(made)).tags == Shape(render_markdown(calm)).tags


def called(markdown: str) -> list[str]:
    """Whom and what GitHub would tell of this comment: entities are characters to it."""
    loud = Shape(markdown).loud
    return [m[0] for found in (MENTION, REFERENCE) for m in found.finditer(loud)]


LOUD = [
    "@octocat",
    "x @1",
    "(@everyone)",
    "/@a",
    "#12",
    "see #1.",
    "GH-12",
    "o/r#12",
    "gh-7",
    "a@b.com",
    "@@a#1",
]


@pytest.mark.parametrize("text", LOUD)
def test_nobody_is_called_by_what_looker_says(text: str) -> None:
    """GitHub looks for names and numbers in the finished page, where an entity is what it stands for."""
    finding = Finding("warning", f"look:{text}", text)
    alike = [change(n, Action.UPDATE, text) for n in range(6)]
    for one in alike:
        one.before, one.after, one.touched_by = {"model": text}, {"model": f"{text} b"}, text
    made = plan(*alike, change(8, text=text), change(9, Action.DELETE, text), findings=(finding,))
    made.source.label = made.target.label = f"dev {text}"
    made.since = f"the export of {text}"
    for told in (render_markdown(made), drift_markdown(made), drift_markdown(plan())):
        assert called(told) == []
    assert text in Shape(render_markdown(made)).text.replace("\u200b", "")


@given(
    st.text("@#1aGH-/ _.:\u200b\u202e<>`*[](){}!|~\\$^\r\n\x1b\x85\u2028", max_size=24)
    | st.sampled_from(LOUD)
)
@example("- ")
@example("1) a")
@example("      x")
def test_nobody_is_called_by_any_text(text: str) -> None:
    made = plan(change(1, text=text), findings=(Finding("error", text, text),))
    made.source.label = text
    calm = plan(change(1, text="x"), findings=(Finding("error", "x", "x"),))
    for render in (render_markdown, drift_markdown):
        assert called(render(made)) == []
        assert Shape(render(made)).tags == Shape(render(calm)).tags


HOSTILE = [
    "```", "````\n</details>", "<script>alert(1)</script>", "</code></summary>", "@everyone", "#12",
    "[a](http://b)", "![a](http://b)", "| a | b |", "**bold**", "http://a.b/c", "&lt;", "<!--", "~~~",
]  # fmt: skip


def test_markdown_and_html_stay_text() -> None:
    calm = Shape(render_markdown(plan(change(1, text="x"), change(2, Action.DELETE, "x")))).tags
    for text in HOSTILE:
        shape = Shape(render_markdown(plan(change(1, text=text), change(2, Action.DELETE, text))))
        assert shape.tags == calm, text
        assert text.split("\n")[0] in shape.text


@given(TEXTS)
def test_whole_plans_stay_whole(text: str) -> None:
    for made in plans(text):
        assert fenced(render_markdown(made))
        assert len(render_markdown(made, limit=5_000)) <= 5_000

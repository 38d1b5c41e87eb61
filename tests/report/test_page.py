"""The page of a plan: one file, its own script only, and deaf to what Looker's texts say."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given

from lookervault.model.resource import Finding
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.graph import Node
from lookervault.plan.picture import Tile
from lookervault.plan.plan import Plan, Side
from lookervault.report.lines import change_lines
from lookervault.report.page import page_data, render_html
from report.test_hostile import TEXTS, plans


def update(n: int, text: str = "x", *tiles: Tile) -> Change:
    part = PartChange(Action.UPDATE, "element", "", "1", text, {"title": text}, {"title": f"{text}2"})
    return Change(
        Action.UPDATE,
        "dashboard",
        f"dashboard:Shared/{text}{n}",
        text,
        str(n),
        {},
        {},
        [part],
        tiles=list(tiles),
    )


def plan(*changes: Change, findings: tuple[Finding, ...] = ()) -> Plan:
    nodes = [
        Node(c.address, c.address, [], [changes[n - 1].address] if n else []) for n, c in enumerate(changes)
    ]
    return Plan(Side("a", "dev"), Side("b", "prod"), list(changes), nodes, [], list(findings), [])


class Page(HTMLParser):
    """What a browser would see: elements with attributes, texts, and whether each is closed."""

    VOID = ("meta", "link", "input")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tag, tuple(name for name, _ in attrs)) for tag, attrs in self.elements]


def test_a_page_needs_nothing_but_itself() -> None:
    page = Page(render_html(plan(update(1))))
    assert page.open == []
    for tag, attrs in page.elements:
        for name, value in attrs:
            assert name != "src", tag
            if name in ("href", "marker-end"):
                assert value is not None
                assert value.startswith(("#", "data:,", "url(#")), (tag, value)
    assert "@import" not in page.text
    assert not re.search(r"url\((?!#)", page.text)


def test_only_its_own_script_and_style_may_run() -> None:
    html = render_html(plan(update(1)))
    (policy,) = re.findall(r'content="(default-src[^"]+)"', html)
    for tag, name in (("script", "script-src"), ("style", "style-src")):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.S)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{name} &#39;sha256-{digest}&#39;" in policy or f"{name} 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


@given(TEXTS)
def test_no_text_adds_an_element_or_an_attribute(text: str) -> None:
    text = text.replace("\n", " ")  # lines of a text are elements of ours
    tile = Tile(text, "default", (0, 0, 8, 4), (4, 0, 8, 4))
    made = plan(update(1, text, tile), findings=(Finding("warning", text, text),))
    calm = plan(
        update(1, "x", Tile("x", "default", (0, 0, 8, 4), (4, 0, 8, 4))),
        findings=(Finding("warning", "x", "x"),),
    )
    assert Page(render_html(made)).shape == Page(render_html(calm)).shape


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</pre></details>",
    "&lt;",
    "' onload='",
    "{{ 7 * 7 }}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_html_stays_text(text: str) -> None:
    tile = Tile(text, text, (0, 0, 8, 4), (4, 0, 8, 4))
    page = Page(render_html(plan(update(1, text, tile))))
    assert (
        page.shape
        == Page(render_html(plan(update(1, "x", Tile("x", "x", (0, 0, 8, 4), (4, 0, 8, 4)))))).shape
    )
    assert text in page.text


@given(TEXTS)
def test_every_change_and_all_of_its_lines_are_there(text: str) -> None:
    for made in plans(text):
        text_of_page = Page(render_html(made)).text
        for change in made.changes:
            for line in list(change_lines(change))[2:]:
                assert line.text in text_of_page


def test_each_element_is_drawn_as_what_becomes_of_it() -> None:
    tiles = [
        Tile("same", "default", (0, 0, 8, 4), (0, 0, 8, 4)),
        Tile("changed", "default", (0, 8, 8, 4), (0, 8, 8, 4), changed=True),
        Tile("moved", "default", (4, 0, 8, 4), (9, 16, 8, 4)),
        Tile("gone", "default", (4, 8, 8, 4), None),
        Tile("new", "default", None, (4, 8, 8, 4)),
        Tile("elsewhere", "tab 2", (0, 0, 24, 4), (0, 0, 24, 4)),
    ]
    (picture,) = page_data(plan(update(1, "x", *tiles)))["changes"][0]["pictures"]
    drawn = {side: {b["label"]: b["state"] for b in picture[side]} for side in ("before", "after")}
    assert drawn["before"] == {"same": "same", "changed": "changed", "moved": "moved", "gone": "removed"}
    assert drawn["after"] == {"same": "same", "changed": "changed", "moved": "moved", "new": "added"}
    assert len(picture["arrows"]) == 1
    x, y, x2, y2 = picture["arrows"][0]
    assert x2 > x
    assert y2 > y


def test_waves_say_what_can_start_at_once() -> None:
    waves = page_data(plan(update(1), update(2), update(3)))["waves"]
    assert [[n["label"] for n in column] for column in waves["columns"]] == [
        [f"dashboard:Shared/x{n}"] for n in (1, 2, 3)
    ]
    assert len(waves["drawing"]["lines"]) == 2


def test_thousands_of_nodes_are_listed_and_not_drawn() -> None:
    made = plan(*(update(n) for n in range(400)))
    made.nodes = [Node(c.address, c.address, []) for c in made.changes]
    html = render_html(made)
    assert page_data(made)["waves"]["drawing"] is None
    assert "and 100 more" in Page(html).text


def test_nothing_to_change() -> None:
    page = Page(render_html(plan()))
    assert "No changes. The instance is as desired." in page.text
    assert 'id="order"' not in render_html(plan())

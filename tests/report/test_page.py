"""The page of a plan: one file, its own script only, and deaf to what Looker's texts say."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from hypothesis import given

from lookervault.model.address import escape
from lookervault.model.resource import Finding
from lookervault.plan.change import Action, Attached, Change, PartChange
from lookervault.plan.graph import Node
from lookervault.plan.picture import Tile
from lookervault.plan.plan import Plan, Side
from lookervault.report.lines import change_lines
from lookervault.report.page import page_data, render_html
from lookervault.report.page.entries import brief
from report.test_hostile import TEXTS, plans


def update(n: int, text: str = "x", *tiles: Tile) -> Change:
    part = PartChange(Action.UPDATE, "element", "", "1", text, {"title": text}, {"title": f"{text}2"})
    return Change(
        Action.UPDATE,
        "dashboard",
        f"dashboard:Shared/{escape(text)}{n}",
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
                assert (line.text if line.depth else line.text.strip("()")) in text_of_page


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
    ((tile, path),) = picture["arrows"]
    assert tile == 2
    x, y, *_, x2, y2 = map(float, re.findall(r"-?[\d.]+", path))
    assert x2 > x
    assert y2 > y
    assert [(fate, count) for fate, _, count in picture["legend"]] == [
        (fate, 1) for fate in ("added", "removed", "moved", "changed", "unchanged")
    ]


def test_all_that_becomes_of_an_element_is_told() -> None:
    tile = Tile("all", "default", (0, 0, 8, 4), (0, 8, 16, 4), changed=True)
    ((box,),) = (p["after"] for p in page_data(plan(update(1, "x", tile)))["changes"][0]["pictures"])
    assert box["told"] == "moved, resized, changed"
    assert box["state"] == "moved resized changed"


def test_what_hangs_on_a_change_is_told_at_it_and_above() -> None:
    made = update(1)
    made.attached = Attached(
        {"alert": 2}, ["the alert A stops with it"], {"views": 7, "boards": 1, "alerts": 3}
    )
    told = page_data(plan(made, findings=(Finding("warning", made.address, "mind this"),)))
    (entry,) = told["changes"]
    assert {"keeps 2 alerts", "on 1 board", "the alert A stops with it"} <= set(entry["notes"])
    assert entry["lost"] == 1
    assert entry["findings"] == [("warning", "mind this")]
    assert any("3 alerts" in fact for fact in told["facts"])
    assert any("API calls" in fact for fact in told["facts"])


def test_a_row_says_in_short_what_differs() -> None:
    parts = [PartChange(a, "element", "", "", "E", {}, {}) for a in (Action.CREATE, Action.UPDATE)]
    wide = {name: 1 for name in "abcde"}
    made = Change(Action.UPDATE, "dashboard", "dashboard:Shared/D", "D", "1", {}, wide, parts)
    assert brief(made) == "a, b, c, 2 more; elements: 1 new, 1 changed"


def test_folders_count_what_lies_below_them() -> None:
    look = Change(Action.CREATE, "look", "look:Shared/A\\/B/L", "L", "", {}, {})
    alert = Change(Action.CREATE, "alert", "alert:Shared/A\\/B/D/A", "A", "", {}, {})
    group = Change(Action.CREATE, "group", "group:Shared", "Shared", "", {}, {})
    told = page_data(plan(look, alert, group))
    assert told["folders"] == [("Shared", 2), ("Shared/A\\/B", 2)]
    assert [e["folder"] for e in told["changes"]] == ["Shared/A\\/B", "Shared/A\\/B", ""]


def test_conflicts_and_drift_can_be_chosen() -> None:
    one, two = update(1), update(2)
    one.origins = {"x": "conflict", "y": "you"}
    two.parts[0].origins = {"x": "drift"}
    told = page_data(plan(one, two))
    assert [e["origins"] for e in told["changes"]] == ["conflict you", "drift"]
    assert told["origins"] == [("conflict", 1), ("drift", 1), ("you", 1)]


def test_each_change_names_its_neighbours_in_the_order() -> None:
    first, second = page_data(plan(update(1), update(2)))["changes"]
    assert second["waits"]["shown"] == [("dashboard:Shared/x1", 0)]
    assert first["awaited"]["shown"] == [("dashboard:Shared/x2", 1)]


def test_queries_for_one_change_are_one_box() -> None:
    made = plan(update(1))
    made.nodes = [Node(f"query {n}", "", []) for n in range(200)]
    made.nodes.append(Node(made.changes[0].address, made.changes[0].address, [], [n.id for n in made.nodes]))
    drawing = page_data(made)["waves"]["drawing"]
    assert len(drawing["boxes"]) == 2
    assert len(drawing["lines"]) == 1


def test_every_text_stands_out_from_its_ground() -> None:
    """WCAG AA asks for a contrast of 4.5, in light and in dark."""
    css = files("lookervault.report.page").joinpath("templates", "page.css").read_text(encoding="utf-8")
    themes = [
        dict(re.findall(r"--([\w-]+): (#\w{6})", block))
        for block in re.findall(r"\{[^{}]*--ink:[^{}]*\}", css)
    ]
    assert len(themes) == 3
    for theme in themes:
        grounds = [
            ("ink", "paper"),
            ("ink", "panel"),
            ("soft", "paper"),
            ("soft", "panel"),
            ("move", "paper"),
        ]
        grounds += [(name, f"{name}-bg") for name in ("add", "del", "upd", "move")]
        grounds += [(name, ground) for name in ("add", "del", "upd") for ground in ("paper", "panel")]
        for text, ground in grounds:
            light = sorted([brightness(theme[text]), brightness(theme[ground])])
            assert (light[1] + 0.05) / (light[0] + 0.05) >= 4.5, (text, ground, theme)


def brightness(colour: str) -> float:
    """The relative luminance that WCAG defines."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_waves_say_what_can_start_at_once() -> None:
    waves = page_data(plan(update(1), update(2), update(3)))["waves"]
    assert [[n["title"] for n in column] for column in waves["columns"]] == [
        [f"dashboard:Shared/x{n}"] for n in (1, 2, 3)
    ]
    assert len(waves["drawing"]["lines"]) == 2


def test_thousands_of_nodes_are_listed_and_not_drawn() -> None:
    made = plan(*(update(n) for n in range(400)))
    made.nodes = [Node(c.address, c.address, []) for c in made.changes]
    html = render_html(made)
    assert page_data(made)["waves"]["drawing"] is None
    assert "and 100 more" in Page(html).text


def test_it_says_of_when_the_desired_state_is() -> None:
    made = plan(update(1))
    made.source.taken_at = "2026-11-22T09:00:24.123+00:00"
    assert "dev taken 2026-11-22 09:00" in Page(render_html(made)).text


def test_nothing_to_change() -> None:
    page = Page(render_html(plan()))
    assert "No changes. The instance is as desired." in page.text
    assert 'id="order"' not in render_html(plan())

"""The page of a plan in a real browser: it works by mouse and keyboard, and asks nothing of the network."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import chromium
from lookervault.plan.change import Action, Change
from lookervault.plan.picture import Tile
from lookervault.plan.plan import Plan, Side
from lookervault.report.page import render_html
from report.test_page import plan, update

EVIL = """<script>document.title="taken"</script>"'&"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


def twelve() -> Plan:
    """A dashboard whose elements come, go, move and change; a look to create and one to delete."""
    tiles = [
        Tile(f"Tile {n}", "default", (n // 3 * 4, n % 3 * 8, 8, 4), (n // 3 * 4, n % 3 * 8, 8, 4))
        for n in range(12)
    ]
    tiles[0].changed = True
    tiles[1].after, tiles[2].after = tiles[2].before, tiles[1].before
    tiles[5].after = None
    tiles[7] = Tile(EVIL, "default", None, (8, 8, 8, 4))
    made = Change(Action.CREATE, "look", f"look:Shared/{EVIL}", EVIL, "", {}, {"title": EVIL})
    gone = Change(Action.DELETE, "look", "look:Shared/Old", "Old", "7", {}, {})
    return plan(update(1, "Board", *tiles), made, gone)


def opened(browser: Any, tmp_path: Path, made: Plan) -> None:
    file = tmp_path / "plan.html"
    file.write_text(render_html(made), encoding="utf-8")
    browser.get(file.as_uri())


def shown(browser: Any) -> list[str]:
    return [x.text for x in browser.find_elements("css selector", ".changes > li") if x.is_displayed()]


def test_no_error_and_no_request(browser: Any, tmp_path: Path) -> None:
    browser.get("about:blank")
    browser.get_log("performance")  # what the browser itself opens at its start
    opened(browser, tmp_path, twelve())
    assert browser.get_log("browser") == []
    assert browser.title == "Plan for prod"
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_filters(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, twelve())
    assert len(shown(browser)) == 3
    browser.find_element("id", "text").send_keys("shared/old")
    time.sleep(0.3)
    (only,) = shown(browser)
    assert "Shared/Old" in only
    assert browser.find_element("id", "shown").text == "1"
    browser.find_element("id", "text").clear()
    browser.find_element("css selector", "#action option[value=create]").click()
    browser.execute_script("document.getElementById('text').dispatchEvent(new Event('input'))")
    time.sleep(0.3)
    (only,) = shown(browser)
    assert EVIL in only
    browser.find_element("css selector", "#kind option[value=dashboard]").click()
    assert shown(browser) == []


def test_the_keyboard_is_enough(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, twelve())
    body = browser.find_element("css selector", "body")
    body.send_keys("j")
    browser.switch_to.active_element.send_keys("j")
    focused = browser.switch_to.active_element
    assert EVIL in focused.text
    focused.send_keys("o")
    assert browser.execute_script("return document.querySelectorAll('details[open]').length") == 1
    browser.switch_to.active_element.send_keys("/")
    assert browser.switch_to.active_element.get_attribute("id") == "text"


def test_a_tile_is_found_on_both_sides(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, twelve())
    browser.find_element("css selector", "#c0 summary").click()
    tile = browser.find_element("css selector", "#c0 .tile.moved")
    webdriver = pytest.importorskip("selenium.webdriver")
    webdriver.ActionChains(browser).move_to_element(tile).perform()
    assert len(browser.find_elements("css selector", ".tile.lit")) == 2
    states = [x.get_attribute("class") for x in browser.find_elements("css selector", "#c0 .tile")]
    assert {"tile added", "tile removed", "tile changed", "tile same"} < set(states)
    assert len(browser.find_elements("css selector", "#c0 .arrow")) == 2


def test_a_tile_is_found_by_keyboard_too(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, twelve())
    browser.find_element("css selector", "#c0 summary").click()
    names = "return [...document.querySelectorAll('#c0 .tile[tabindex]')].map(x => x.textContent)"
    assert len(browser.execute_script(names)) == 8, "what stays as it is need not be stopped at"
    browser.execute_script("document.querySelector('#c0 .tile.moved').focus()")
    assert len(browser.find_elements("css selector", ".tile.lit")) == 2
    assert len(browser.find_elements("css selector", ".arrow.lit")) == 1


def test_folders_and_conflicts_are_chosen(browser: Any, tmp_path: Path) -> None:
    deep, wide, both = (update(n) for n in (1, 2, 3))
    deep.address, wide.address, both.address = (f"dashboard:Shared/{x}" for x in ("A/B/D", "A B/D", "A/D"))
    both.origins = {"x": "conflict", "y": "you"}
    opened(browser, tmp_path, plan(deep, wide, both))
    browser.find_element("css selector", "#folder option[value='Shared/A']").click()
    rows = [text.split("\n") for text in shown(browser)]
    assert [[part for part in row if "Shared" in part or "conflict" in part] for row in rows] == [
        ["dashboard Shared/A/B/D elements: 1 changed"],
        ["dashboard Shared/A/D conflict elements: 1 changed"],
    ]
    browser.find_element("css selector", "#origin option[value=conflict]").click()
    assert browser.find_element("id", "shown").text == "1"
    browser.find_element("css selector", "#folder option[value='']").click()
    browser.find_element("css selector", "#origin option[value='']").click()
    assert browser.find_element("id", "shown").text == "3"


def test_paper_gets_all_that_is_chosen_unfolded_and_light(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, twelve())
    browser.find_element("id", "theme").click()
    browser.find_element("css selector", "#kind option[value=look]").click()
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert browser.execute_script("return document.querySelectorAll('.changes details[open]').length") == 2
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    paper = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    assert not browser.find_element("id", "filter").is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert browser.execute_script("return document.querySelectorAll('details[open]').length") == 0


def test_what_is_read_out_has_names(browser: Any, tmp_path: Path) -> None:
    """What checkers of accessibility ask for first: named fields and regions, ids that are there once."""
    opened(browser, tmp_path, twelve())
    wrong = browser.execute_script("""
        const all = (selector) => [...document.querySelectorAll(selector)];
        const ids = all("[id]").map((x) => x.id);
        return [
          ...all("input, select").filter((x) => !x.labels.length),
          ...all("button, a").filter((x) => !(x.getAttribute("aria-label") || x.textContent.trim())),
          ...all("[aria-labelledby]").filter((x) => !ids.includes(x.getAttribute("aria-labelledby"))),
          ...all("svg[role], section, [role=region]").filter(
            (x) => !(x.ariaLabel || x.hasAttribute("aria-labelledby") || x.querySelector(":scope > title"))),
          ...all("svg[role=img] [tabindex], svg[role=img] a"),
        ].map((x) => x.outerHTML.slice(0, 200)).concat(ids.filter((id, n) => ids.indexOf(id) !== n));""")
    assert wrong == []
    assert browser.execute_script("return document.documentElement.lang") == "en"


def test_a_narrow_window_needs_no_scrolling_sideways(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, twelve())
    size = {"width": 400, "height": 900, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.find_element("id", "unfold").click()
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 400
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_light_and_dark(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, twelve())
    paper = "return getComputedStyle(document.body).backgroundColor"
    light = browser.execute_script(paper)
    browser.find_element("id", "theme").click()
    assert browser.execute_script(paper) != light
    browser.find_element("id", "theme").click()
    assert browser.execute_script(paper) == light


def test_an_address_in_the_link_is_opened(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, twelve())
    browser.execute_script("location.hash = '#c2'")
    time.sleep(0.2)
    assert browser.find_element("css selector", "#c2 details").get_attribute("open")


def test_thousands_of_changes_stay_usable(browser: Any, tmp_path: Path) -> None:
    """On two cores with nothing else to do it opens in 1.5 s; list items would take minutes to filter."""
    boxes = [(n // 3 * 4, n % 3 * 8, 8, 4) for n in range(12)]
    many = []
    for n in range(5000):
        tiles = (
            [Tile(f"T{m}", "default", box, boxes[m - 1]) for m, box in enumerate(boxes)]
            if n % 20 == 0
            else []
        )
        many.append(update(n, "Dash", *tiles))
    opened(browser, tmp_path, Plan(Side("a"), Side("b", "prod"), many, [], [], [], []))
    (times,) = browser.execute_script(
        "return performance.getEntriesByType('navigation').map((n) => n.toJSON())"
    )
    assert times["loadEventEnd"] < 6000
    filtered = browser.execute_script("""
        const start = performance.now();
        document.getElementById("text").value = "dash4321";
        document.getElementById("kind").dispatchEvent(new Event("change", {bubbles: true}));
        document.body.offsetHeight;
        return performance.now() - start;""")
    assert browser.find_element("id", "shown").text == "1"
    assert filtered < 2000

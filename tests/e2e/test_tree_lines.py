"""What people must mend in a tree is told with the file and the line, from the text to the last refusal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import msgspec
import pytest

from lookervault.errors import AmbiguousPair
from lookervault.model.document.node import Node
from lookervault.model.document.spots import line_at, names_in, packed, unpacked
from lookervault.plan.codec import decode_plan, encode_plan
from lookervault.plan.plan import Plan
from lookervault.report.data import plan_data
from lookervault.report.explain import explain
from lookervault.report.markdown import render_markdown
from lookervault.report.page import render_html
from lookervault.report.safe import visible
from lookervault.report.text import render_text
from lookervault.run.planning import Request, plan_request
from lookervault.run.record import Failure
from lookervault.run.tree import tree_state
from lookervault.sandbox import blank_instance
from lookervault.store.deadletters import letters
from world import World, world

DASHBOARD = """\
# a remark
title: KPIs
filters:
  - name: Day
    model: shop
    explore: orders
    dimension: orders.day
tabs:
  - label: Main
tiles:
  - title: Orders
    query:
      model: shop
      explore: orders
      fields: [orders.count]
    listen:
      Day: orders.day
  - title: By day
    merge:
      sources:
        - name: one
          query:
            model: shop
            explore: orders
            fields: [orders.day]
  - type: text
    body_text: See
"""
LOOK = """\
title: Count
owner: user:ann@example.com
query:
  model: shop
  explore: orders
  fields: [orders.count]
"""
BOARD = """\
title: Start
sections:
  - title: First
    items:
      - dashboard: dashboard:Shared/Sales/KPIs
      - look: look:Shared/Sales/Count
"""
SCHEDULE = """\
name: Daily
dashboard: dashboard:Shared/Sales/KPIs
crontab: 0 6 * * *
destinations:
  - type: email
    address: a@example.com
    format: wysiwyg_pdf
"""
FILES = {
    "lookervault.yaml": "format: 1\noutside:\n  - user:ann@example.com\n",
    "folders/Shared/Sales/KPIs.dashboard.yaml": DASHBOARD,
    "folders/Shared/Sales/Count.look.yaml": LOOK,
    "boards/Start.yaml": BOARD,
    "scheduled_plans/Daily.yaml": SCHEDULE,
}
KPIS, COUNT = "dashboard:Shared/Sales/KPIs", "look:Shared/Sales/Count"
DAILY = "scheduled_plan:Shared/Sales/KPIs/Daily"


@pytest.fixture
def here() -> Iterator[World]:
    inst = blank_instance(first_id=1)
    inst.insert("lookml_model", {"id": "shop", "name": "shop", "label": "Shop", "project_name": "shop"})
    fields = {"dimensions": [{"name": "orders.day"}], "measures": [{"name": "orders.count"}]}
    inst.insert("explore", {"id": "shop::orders", "name": "orders", "model_name": "shop", "fields": fields})
    with world(inst) as w:
        yield w


def tree(root: Path, **changes: tuple[str, str]) -> Path:
    """The tree in which each of those files, told by the beginning of its name, has a text for another."""
    for path, text in FILES.items():
        old, new = changes.get(path.rpartition("/")[2].partition(".")[0], ("", ""))
        assert old in text
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text.replace(old, new, 1) if old else text)
    return root


def planned(w: World, root: Path, base: str = "") -> Plan:
    request = Request(str(root), base=base)
    return plan_request(
        w.target_gateway, w.vault, request, target_name="x", workers=2, listener=w.events.append
    )


def told(plan: Plan, level: str = "error") -> list[str]:
    return [f"{f.file}:{f.line}: {f.message}" for f in plan.findings if f.level == level]


@pytest.mark.parametrize(
    ("address", "at", "line"),
    [
        (KPIS, (), 2),
        (KPIS, ("title",), 2),
        (KPIS, ("description",), 2),
        (KPIS, ("filter:Day", "explore"), 6),
        (KPIS, ("layout:default", "label"), 9),
        (KPIS, ("element:Orders",), 11),
        (KPIS, ("element:Orders", "query", "view"), 14),
        (KPIS, ("element:Orders", "query_id", "fields"), 15),
        (KPIS, ("element:Orders", "result_maker"), 16),
        (KPIS, ("element:Orders", "filterables", "Day"), 17),
        (KPIS, ("element:Orders", "nothing", "query"), 11),
        (KPIS, ("element:By day", "merge", "sources", "0", "query", "=orders.day"), 25),
        (KPIS, ("element:gone", "title"), 2),
        (COUNT, ("=user:ann@example.com",), 2),
        (COUNT, ("user_id",), 2),
        ("board:Start", ("section:1", "title"), 3),
        ("board:Start", ("item:1.2",), 6),
        (DAILY, ("destinations", "0", "address"), 6),
        (DAILY, ("scheduled_plan_destination", "0", "address"), 6),
    ],
)
def test_names_lead_to_lines(tmp_path: Path, address: str, at: tuple[str, ...], line: int) -> None:
    places = tree_state(tree(tmp_path)).places
    assert places is not None
    assert places.place(address, at).line == line
    if not any(name.startswith("=") for name in at) and len(at) <= 3:
        assert line_at(places.lines(address)[1], at) == line


def test_what_has_no_file_of_its_own_stands_where_its_parent_does(tmp_path: Path) -> None:
    places = tree_state(tree(tmp_path)).places
    assert places is not None
    assert str(places.place("folder:Shared/Sales")) == "folders/Shared/Sales"
    assert str(places.place("user:ann@example.com")) == ""
    assert str(places.place("look:nobody")) == ""


def test_documents_are_packed_whatever_they_hold() -> None:
    odd = Node({"a\ud800": Node([Node(10**30, 3), Node("b\ud800", 4)], 2)}, 1, None, {"a\ud800": 2})
    found = unpacked(packed(odd))
    assert [n.line for n in found.value["a?"].value] == [3, 4]
    assert unpacked(packed(Node({"a": Node(1.5, 2, "1.50")}, 1, None, {"a": 2}))).keys == {"a": 2}


@pytest.mark.parametrize(
    ("field", "names"),
    [("title", ["title"]), ("a[0].b", ["a", "0", "b"]), ("", []), ("a.b", ["a", "b"])],
)
def test_fields_that_looker_names_are_taken_apart(field: str, names: list[str]) -> None:
    assert names_in(field) == names


def test_findings_say_where(here: World, tmp_path: Path) -> None:
    plan = planned(here, tree(tmp_path, KPIs=("explore: orders\n      f", "explore: ordres\n      f")))
    assert told(plan) == [
        "folders/Shared/Sales/KPIs.dashboard.yaml:14: a query needs the explore ordres of the LookML model"
        " shop, which the target does not have; did you mean 'orders'?"
    ]
    text = f"  {told(plan)[0].partition(': ')[0]}: {KPIS}: a query needs"
    assert text in render_text(plan)
    (finding,) = [f for f in plan_data(plan)["findings"] if f["level"] == "error"]
    assert (finding["file"], finding["line"]) == ("folders/Shared/Sales/KPIs.dashboard.yaml", 14)
    assert told(plan, "warning") == [
        "folders/Shared/Sales/Count.look.yaml:2: owner: user:ann@example.com (kept outside of this tree)"
        " is not on the target",
        "scheduled_plans/Daily.yaml:1: is created disabled; to enable it, plan with --enable-schedules",
    ]


def test_every_error_of_many_says_where(here: World, tmp_path: Path) -> None:
    root = tree(tmp_path, Count=("explore: orders", "explore: ordres"))
    for n in range(6):
        (root / f"folders/Shared/Sales/L{n}.look.yaml").write_text(
            LOOK.replace("Count", f"L{n}").replace("explore: orders", "explore: ordres")
        )
    lines = [line for line in render_text(planned(here, root)).split("\n") if "ordres of" in line]
    assert [line.strip().partition(": ")[0] for line in lines] == [
        f"folders/Shared/Sales/{name}.look.yaml:5" for name in ("Count", *(f"L{n}" for n in range(6)))
    ]


def test_a_conflict_says_where(here: World, tmp_path: Path) -> None:
    root = tree(tmp_path / "new")
    here.carry_out(planned(here, root))
    tree(tmp_path / "base")
    tree(root, KPIs=("label: Main", "label: Mine"))
    layout = next(x for x in here.target.instance.all("dashboard_layout") if x.get("label") == "Main")
    here.target.instance.edit("dashboard_layout", layout["id"], label="Theirs")
    (error,) = told(planned(here, root, base=str(tmp_path / "base")))
    assert error.startswith("folders/Shared/Sales/KPIs.dashboard.yaml:9: conflict: layout"), error


def test_what_could_be_two_says_where(here: World, tmp_path: Path) -> None:
    """All of it at once."""
    here.carry_out(planned(here, tree(tmp_path / "old")))
    inst = here.target.instance
    folder = next(f["id"] for f in inst.all("folder") if f["name"] == "Sales")
    for title in ("One", "Two", "More"):
        inst.create("dashboard", title=title, folder_id=folder, slug=title.lower())
    root = tree(tmp_path / "new", KPIs=("title: KPIs\n", "title: KPIs\nslug: one\n"))
    (root / "folders/Shared/Sales/More.dashboard.yaml").write_text("title: More\nslug: two\n")
    with pytest.raises(AmbiguousPair) as caught:
        planned(here, root)
    assert caught.value.message.split("\n") == [
        f"{KPIS} could be {KPIS} or dashboard:Shared/Sales/One on the target",
        "  dashboard:Shared/Sales/More could be dashboard:Shared/Sales/More or dashboard:Shared/Sales/Two"
        " on the target",
        f"  folders/Shared/Sales/KPIs.dashboard.yaml:2: {KPIS}",
        "  folders/Shared/Sales/More.dashboard.yaml:1: dashboard:Shared/Sales/More",
    ]


@pytest.mark.parametrize(
    ("changes", "address", "place"),
    [
        ({"Daily": ("crontab: 0 6 * * *", "datagroup: shop::never")}, DAILY, "scheduled_plans/Daily.yaml:3"),
        ({"Daily": ("wysiwyg_pdf", "paper")}, DAILY, "scheduled_plans/Daily.yaml:7"),
        ({"KPIs": ("type: text", "type: nothing")}, KPIS, "folders/Shared/Sales/KPIs.dashboard.yaml:26"),
    ],
)
def test_a_refusal_says_where(
    here: World, tmp_path: Path, changes: dict[str, tuple[str, str]], address: str, place: str
) -> None:
    """Though the plan is all that is left of the tree."""
    root = tree(tmp_path, **changes)
    plan = decode_plan(encode_plan(planned(here, root)))
    outcome = here.apply(plan, workers=2)
    assert [(f.address, f.place) for f in outcome.failed] == [(address, place)]
    assert [x.message.startswith(f"{place}: Looker answered") for x in letters(here.vault)] == [True]
    data = json.loads(msgspec.json.encode(outcome))["failed"][0]
    assert f"{data['file']}:{data['line']}" == place


def test_a_refusal_is_told_by_the_lines_of_now(here: World, tmp_path: Path) -> None:
    """What has failed is gone on with, and by then the file may have more lines."""
    root = tree(tmp_path, Daily=("wysiwyg_pdf", "paper"))
    (first,) = here.apply(planned(here, root), workers=2).failed
    again = planned(here, root)
    (root / first.file).write_text("# a remark\n" + (root / first.file).read_text())
    assert again.fingerprint == planned(here, root).fingerprint
    failed = [here.apply(plan, workers=2).failed[0] for plan in (again, planned(here, root))]
    assert [f.line - first.line for f in failed] == [0, 1]


def test_a_query_that_looker_refuses_says_where(here: World, tmp_path: Path) -> None:
    """Its own call fails, and nothing of that is a change: those that need it are told."""
    plan = planned(here, tree(tmp_path))
    here.target.instance.tables["explore"].drop("shop::orders")
    found = {f.address: f.place for f in here.apply(plan, workers=2).failed}
    assert found.keys() == {COUNT, KPIS}
    assert found[COUNT] == "folders/Shared/Sales/Count.look.yaml:3"
    # whichever of its two queries was refused first
    assert found[KPIS] in {f"folders/Shared/Sales/KPIs.dashboard.yaml:{n}" for n in (12, 19)}


def test_where_something_stands_is_no_part_of_what_is_to_be_done(here: World, tmp_path: Path) -> None:
    plan = planned(here, tree(tmp_path / "a"))
    lower = planned(here, tree(tmp_path / "b", KPIs=("# a remark\n", "# one\n# two\n\n")))
    assert plan.fingerprint == lower.fingerprint
    assert {c.address: c.line for c in lower.changes}[KPIS] == 4
    assert re.fullmatch(
        r"\S+\.dashboard\.yaml:4", Failure(KPIS, "", file=lower.changes[1].file, line=4).place
    )


def test_a_call_that_is_too_large_says_of_what(here: World, tmp_path: Path) -> None:
    large = f"body_text: {'x' * 1_000_001}"
    plan = planned(here, tree(tmp_path, KPIs=("body_text: See", large)))
    found = [line for line in told(plan, "warning") if "more than is let through" in line]
    assert [line.partition(": ")[0] for line in found] == ["folders/Shared/Sales/KPIs.dashboard.yaml:26"]


def test_every_form_of_a_plan_says_where(here: World, tmp_path: Path) -> None:
    root = tree(tmp_path, Count=("explore: orders", "explore: ordres"))
    odd = "folders/Shared/Sales/\x1b[31m<b>`x`\u202e.look.yaml"
    (root / "folders/Shared/Sales/Count.look.yaml").rename(root / odd)
    plan = planned(here, root)
    assert f"asked for in {visible(odd)}:1" in explain(plan, COUNT)
    page, text = render_html(plan), render_text(plan)
    assert f"{escape(visible(odd))}:5" in page
    for told_of in (page, text, render_markdown(plan), explain(plan, COUNT)):
        assert "\x1b[31m" not in told_of
        assert "\u202e" not in told_of
    assert "<b>" not in render_markdown(plan)

"""One edit in Looker is one small diff of the tree, and nothing but what is edited makes one (row G1)."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lookervault.run.tree import export_tree
from lookervault.sandbox import Instance, demo_instance
from lookervault.sandbox.rules import layouts
from lookervault.sandbox.state import Record
from real_content import load_real_content
from world import World, world

from .everything import everything
from .small import place
from .test_tree import contents, exported, real_content
from .variation import varied

ORIGIN = ".lookervault/ids.yaml"


def real_elsewhere() -> Instance:
    found = load_real_content(first_id=70_000)
    assert found is not None
    return found


def documents(root: Path) -> dict[str, bytes]:
    """All but the ids of the one instance, which stand beside the documents."""
    return {path: text for path, text in contents(root).items() if path != ORIGIN}


@pytest.mark.parametrize("source", [real_content, everything, demo_instance])
@pytest.mark.parametrize("way", ["shuffled", "seven", "whole", "workers"])
def test_however_it_is_read_a_tree_has_the_same_bytes(source: Callable[[], Instance], way: str) -> None:
    with world(source()) as w:
        before = contents(exported(w))
        again = w.folder / "again"
        with varied(*([] if way == "workers" else [way])):
            export_tree(w.vault, w.extract(workers=16 if way == "workers" else 8), again)
        assert contents(again) == before


def test_the_same_content_under_other_ids_has_the_same_documents() -> None:
    """But for slugs, which are content, and namesakes, which only their ids tell apart: here are none."""
    with world(real_content()) as one, world(real_elsewhere()) as other:
        mine, theirs = exported(one), exported(other)
        assert documents(mine) == documents(theirs)
        assert contents(mine)[ORIGIN] != contents(theirs)[ORIGIN]


Edit = Callable[[Instance, Record], Any]


def vis(inst: Instance, tile: Record) -> None:
    config = dict(inst.find("query", tile["query_id"])["vis_config"] or {})
    config["show_value_labels"] = not config.get("show_value_labels")
    inst.replace_query("dashboard_element", tile["id"], vis_config=config)


def down(inst: Instance, tile: Record) -> None:
    component = layouts.components_of_element(inst, tile["id"])[0]
    place(inst, tile["id"], height=component["height"] + 1)


def default(inst: Instance, dashboard_filter: Record) -> None:
    inst.edit("dashboard_filter", dashboard_filter["id"], default_value="9 days")


EDITS: dict[str, tuple[str, Callable[[Record], Any], Edit, int]] = {
    "title": (
        "dashboard_element",
        lambda e: e["type"] == "vis" and e.get("title") and not e.get("look_id"),
        lambda inst, e: inst.edit("dashboard_element", e["id"], title="Another title"),
        2,
    ),
    "note": (
        "dashboard_element",
        lambda e: e["type"] == "vis" and not e.get("note_text"),
        lambda inst, e: inst.edit("dashboard_element", e["id"], note_text="A note"),
        1,
    ),
    "limit": (
        "dashboard_element",
        lambda e: e.get("query_id"),
        lambda inst, e: inst.replace_query("dashboard_element", e["id"], limit="77"),
        2,
    ),
    "one key of vis_config": ("dashboard_element", lambda e: e.get("query_id"), vis, 2),
    "size": ("dashboard_element", lambda e: e["type"] == "vis", down, 2),
    "default": ("dashboard_filter", bool, default, 2),
}


def firsts(inst: Instance, kind: str, fits: Callable[[Record], Any]) -> Iterator[Record]:
    """The first part of each live dashboard that an edit fits."""
    for dashboard in inst.all("dashboard"):
        mine = (r for r in inst.all(kind) if r["dashboard_id"] == dashboard["id"] and fits(r))
        if not dashboard["deleted"] and (found := next(mine, None)):
            yield found


def changed_lines(before: bytes, after: bytes) -> list[str]:
    told = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line for line in told if line[0] in "+-"]


@pytest.fixture(scope="module", params=[real_content, demo_instance], ids=["real content", "demo"])
def tree(request: pytest.FixtureRequest) -> Iterator[tuple[World, Path]]:
    with world(request.param()) as w:
        yield w, exported(w)


@pytest.mark.parametrize("name", EDITS)
def test_one_edit_on_each_dashboard_is_a_line_or_two_of_its_file(tree: tuple[World, Path], name: str) -> None:
    w, root = tree
    kind, fits, edit, most = EDITS[name]
    before, inst = contents(root), w.source.instance
    edited = list(firsts(inst, kind, fits))
    assert len(edited) > 3
    for each in edited:
        edit(inst, each)
    written = export_tree(w.vault, w.extract(), root)
    assert (written.new, written.removed) == ([], [])
    # an alert names the tile that it watches
    assert len([p for p in written.changed if p.endswith(".dashboard.yaml")]) == len(edited)
    for path in written.changed:
        told = changed_lines(before[path], (root / path).read_bytes())
        assert 1 <= len(told) <= most, (path, told)


def test_a_renamed_folder_moves_its_files_and_changes_no_line_of_them(tree: tuple[World, Path]) -> None:
    w, root = tree
    before, inst = documents(root), w.source.instance
    folder = next(f for f in inst.all("folder") if f["parent_id"] and not f["is_personal"])
    inst.edit("folder", folder["id"], name="By another name")
    written = export_tree(w.vault, w.extract(), root)
    assert len(written.new) == len(written.removed) > 1
    moved = {p: p.replace(f"/{folder['name']}/", "/By another name/", 1) for p in written.removed}
    assert sorted(moved.values()) == sorted(written.new)
    after = documents(root)
    for old, new in moved.items():
        # what refers to something in that folder names it anew
        told = changed_lines(before[old], after[new])
        assert all(f"{folder['name']}" in x or "By another name" in x for x in told), (new, told)

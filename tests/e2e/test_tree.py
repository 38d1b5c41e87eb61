"""Content as files: exported, edited, planned and applied through the real engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookervault.errors import NotFound, Refused, TreeError
from lookervault.plan.plan import Plan
from lookervault.run.planning import Request, plan_request
from lookervault.run.tree import check_tree, export_tree, import_tree
from lookervault.sandbox import Instance, blank_instance, demo_instance
from real_content import load_real_content
from world import World, world

TREE = "tree"


def plan(w: World, desired: Path | str, *, of_source: bool = False) -> Plan:
    gateway = w.source_gateway if of_source else w.target_gateway
    request = Request(str(desired))
    return plan_request(
        gateway, w.vault, request, target_name="x", workers=8, listener=w.events.append
    )  # fmt: skip


def exported(w: World) -> Path:
    root = w.folder / TREE
    export_tree(w.vault, w.extract(), root)
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def apply_all(w: World, made: Plan) -> None:
    assert made.errors == []
    outcome = w.apply(made)
    assert (outcome.failed, outcome.skipped) == ([], [])


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[World, Path, dict[str, bytes]]]:
    """The demo's tree, with what its files hold; tests work on copies."""
    source = demo_instance(first_id=1)
    with world(source, blank_instance(first_id=5000, like=source)) as w:
        root = exported(w)
        yield w, root, contents(root)


@pytest.fixture
def tree(demo: tuple[World, Path, dict[str, bytes]], tmp_path: Path) -> tuple[World, Path]:
    w, root, _ = demo
    shutil.copytree(root, tmp_path / TREE)
    return w, tmp_path / TREE


def real_content() -> Instance:
    found = load_real_content()
    if found is None:
        pytest.skip("the real content is not here")
    return found


@pytest.mark.parametrize("source", [demo_instance, real_content], ids=["demo", "real content"])
def test_a_tree_plans_nothing_at_home_and_makes_another_instance_the_same(source: object) -> None:
    instance = source()  # type: ignore[operator]
    with world(instance, blank_instance(first_id=5000, like=instance)) as w:
        root = exported(w)
        assert check_tree(root) == []
        assert plan(w, root, of_source=True).changes == []
        stored = import_tree(w.vault, root)
        assert plan(w, f"@{stored.number}", of_source=True).changes == []
        apply_all(w, plan(w, root))
        assert plan(w, root).changes == []
        assert plan(w, f"@{stored.number}").changes == []
        assert w.differences() == []


def test_the_same_snapshot_gives_the_same_bytes(demo: tuple[World, Path, dict[str, bytes]]) -> None:
    w, root, before = demo
    again = w.folder / "again"
    export_tree(w.vault, w.extract(), again)
    assert contents(again) == before
    written = export_tree(w.vault, w.extract(), root)
    assert (written.new, written.changed, written.removed) == ([], [], [])


def test_no_document_needs_a_way_out(demo: tuple[World, Path, dict[str, bytes]]) -> None:
    # a `$more` or `$value` is a field without a shape in model/document/forms.py
    _, _, before = demo
    assert [
        p for p, text in before.items() if p.endswith(".yaml") and (b"$more" in text or b"$value" in text)
    ] == []


def test_one_title_of_real_content_is_one_line() -> None:
    source = real_content()
    with world(source) as w:
        root = exported(w)
        before = contents(root)
        tile = next(e for e in source.all("dashboard_element") if e.get("title") and e["type"] == "vis")
        source.edit("dashboard_element", tile["id"], title="Another title")
        written = export_tree(w.vault, w.extract(), root)
        (path,) = written.changed
        old, new = before[path].splitlines(), (root / path).read_bytes().splitlines()
        assert [b for a, b in zip(old, new, strict=True) if a != b] == [b"  - title: Another title"]
        assert (written.new, written.removed) == ([], [])


def test_one_edit_in_looker_is_one_line(demo: tuple[World, Path, dict[str, bytes]]) -> None:
    w, _, before = demo
    root = w.folder / "edited"
    export_tree(w.vault, w.extract(), root)
    source = w.source.instance
    tile = next(e for e in source.all("dashboard_element") if e.get("title") == "Orders by status")
    source.edit("dashboard_element", tile["id"], title="How orders do")
    try:
        written = export_tree(w.vault, w.extract(), root)
    finally:
        source.edit("dashboard_element", tile["id"], title="Orders by status")
    assert (written.new, len(written.changed), written.removed) == ([], 1, [])
    (path,) = written.changed
    old, new = before[path].splitlines(), (root / path).read_bytes().splitlines()
    assert [(a, b) for a, b in zip(old, new, strict=True) if a != b] == [
        (b"  - title: Orders by status", b"  - title: How orders do")
    ]


def test_what_is_gone_in_looker_goes_from_the_tree_and_nothing_else(tree: tuple[World, Path]) -> None:
    w, root = tree
    (root / "README.md").write_text("ours")
    note = "# who looks at this?\n"
    kept = root / "groups/Sales.yaml"
    kept.write_text(note + kept.read_text().replace("name: Sales", "name: Sales  # all of it"))
    gone = root / "roles/Gone.yaml"
    gone.write_text("name: Gone\npermission_set: permission_set:Read only\nmodel_set: model_set:Shop\n")
    ids = root / ".lookervault/ids.yaml"
    ids.write_text(
        ids.read_text().replace("\nids:\n", "\nids:\n  roles/Gone.yaml: 77\n  ../../outside.yaml: 78\n")
    )
    (root / "../../outside.yaml").write_text("x: 1\n")
    written = export_tree(w.vault, w.extract(), root)
    assert written.removed == ["roles/Gone.yaml"]
    assert (root / "README.md").exists()
    assert (root / "../../outside.yaml").exists()
    assert kept.read_text().split("\n")[1] == note.strip()
    assert "name: Sales  # all of it\n" in kept.read_text()


def test_a_file_that_was_renamed_by_hand_is_taken_over(tree: tuple[World, Path]) -> None:
    w, root = tree
    (root / "groups/Sales.yaml").rename(root / "groups/people who sell.yaml")
    written = export_tree(w.vault, w.extract(), root)
    assert (written.new, written.removed) == (["groups/Sales.yaml"], ["groups/people who sell.yaml"])


def test_a_directory_that_is_no_tree_is_left_alone(tree: tuple[World, Path], tmp_path: Path) -> None:
    w, _ = tree
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(Refused, match="no tree of lookervault"):
        export_tree(w.vault, w.extract(), other)
    with pytest.raises(NotFound, match="is no tree"):
        check_tree(other)
    assert [p.name for p in other.iterdir()] == ["thesis.txt"]


def test_mistakes_stop_a_plan_with_all_their_lines(tree: tuple[World, Path]) -> None:
    w, root = tree
    for path in ("groups/Sales.yaml", "roles/Desk.yaml"):
        text = (root / path).read_text()
        (root / path).write_text(text + "oops: 1\n")
    with pytest.raises(TreeError) as caught:
        plan(w, root)
    assert "groups/Sales.yaml:8: unknown key 'oops' in a group" in caught.value.message
    assert "roles/Desk.yaml:9: unknown key 'oops' in a role" in caught.value.message

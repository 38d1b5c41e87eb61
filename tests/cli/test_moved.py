"""`moved:` keeps the identity of what goes by another address, `removed:` forgets and deletes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Stage
from .test_base import KPIS, edit, exported, plan

LOOK = "content/folders/Shared/Sales/Orders.look.yaml"


def declare(stage: Stage, *lines: str) -> None:
    path = stage.folder / "content/lookervault.yaml"
    path.write_text(path.read_text() + "".join(f"{line}\n" for line in lines))


def move(stage: Stage, old: str, new: str) -> Path:
    """Moves a file by hand, as `git mv` does: the ids of the export do not know it there."""
    there = stage.folder / "content/folders/Shared" / new
    there.parent.mkdir(parents=True, exist_ok=True)
    (stage.folder / old).rename(there)
    return there


def test_a_look_that_moves_keeps_its_id(stage: Stage) -> None:
    exported(stage)
    edit(move(stage, LOOK, "Finance/Sold.look.yaml"), "title: Orders", "title: Sold")
    assert "look:Shared/Finance/Sold will be created" in plan(stage)
    declare(stage, "moved:", "  - from: look:Shared/Sales/Orders", "    to: look:Shared/Finance/Sold")
    told = plan(stage, "--prune")
    assert "(now look:Shared/Sales/Orders, paired by moved)" in told
    assert "1 to create, 1 to update, 0 to delete" in told
    explained = plan(stage, "--explain", "look:Shared/Finance/Sold")
    assert "the tree says that it was moved" in explained
    id_ = stage.dev.all("look")[0]["id"]
    assert stage.run("apply", "content", "-i", "dev", "--yes", "--quiet").code == 0
    assert [(look["id"], look["title"]) for look in stage.dev.all("look")] == [(id_, "Sold")]
    # the declaration may stay: it has no effect any longer, and an export keeps it
    assert plan(stage, "--prune").endswith("No changes. dev is as desired.\n")
    stage.run("extract", "--instance", "dev", "--quiet")
    assert stage.run("export", "content").code == 0
    assert "  - from: look:Shared/Sales/Orders\n" in (stage.folder / "content/lookervault.yaml").read_text()


def test_a_folder_that_moves_takes_its_contents_along(stage: Stage) -> None:
    exported(stage)
    for name in ("KPIs.dashboard.yaml", "Orders.look.yaml"):
        move(stage, f"content/folders/Shared/Sales/{name}", f"Selling/{name}")
    (stage.folder / "content/folders/Shared/Sales/_access.yaml").unlink(missing_ok=True)
    declare(stage, "moved:", "  - from: folder:Shared/Sales", "    to: folder:Shared/Selling")
    told = plan(stage, "--prune")
    assert "Plan: 0 to create, 1 to update, 0 to delete." in told
    assert '("Sales" -> "Selling")' in told


def test_what_is_removed_is_not_deleted(stage: Stage) -> None:
    exported(stage)
    (stage.folder / LOOK).unlink()
    assert "look:Shared/Sales/Orders will be moved to the trash" in plan(stage, "--prune")
    declare(stage, "removed:", "  - look:Shared/Sales/*")
    assert plan(stage, "--prune").endswith("No changes. dev is as desired.\n")


def test_with_a_folder_all_in_it_is_forgotten(stage: Stage) -> None:
    exported(stage)
    (stage.folder / LOOK).unlink()
    (stage.folder / KPIS).unlink()
    declare(stage, "removed: ['folder:Shared/Sales']")
    assert plan(stage, "--prune").endswith("No changes. dev is as desired.\n")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["moved:", "  - from: look:Shared/A", "    to: look:Shared/Sales/Order"], "is not in this tree"),
        (
            ["moved:", "  - from: look:Shared/A", "    to: look:Shared/Sales/Order"],
            "mean 'look:Shared/Sal",
        ),
        (
            ["moved:", "  - from: dashboard:Shared/Sales/KPIs", "    to: look:Shared/Sales/Orders"],
            "dashboard:Shared/Sales/KPIs is still in this tree",
        ),
        (["moved:", "  - from: folder:X", "    to: look:Shared/Sales/Orders"], "are of different kinds"),
        (["moved:", "  - to: look:Shared/Sales/Orders"], "from is missing in a move"),
        (["removed: ['dashboard:*']"], "removed: dashboard:Shared/Sales/KPIs is still in this tree"),
        (["remove: ['dashboard:*']"], "did you mean 'removed'?"),
    ],
)
def test_mistakes_are_told(stage: Stage, lines: list[str], message: str) -> None:
    exported(stage)
    declare(stage, *lines)
    done = stage.run("validate", "content")
    assert done.code == 1
    assert "lookervault.yaml" in done.err
    assert message in done.err

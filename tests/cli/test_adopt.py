"""`drift --adopt`: what was changed in Looker comes into the tree, and nothing else (row B12)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lookervault.model.address import escape

from .conftest import Stage
from .test_base import KPIS, apply, board, edit, exported, plan

LOOK = "content/folders/Shared/Sales/Orders.look.yaml"


def adopt(stage: Stage, *words: str) -> tuple[int, str]:
    done = stage.run("drift", "--adopt", "content", "--instance", "dev", "--quiet", *words)
    assert done.err == "" or done.code == 1, done.err
    return done.code, done.out


def texts(stage: Stage) -> dict[str, str]:
    root = stage.folder / "content"
    return {p.relative_to(root).as_posix(): p.read_text() for p in root.rglob("*") if p.is_file()}


def settled(stage: Stage) -> None:
    told = plan(stage)
    assert told == "No changes. dev is as desired.\n", told


def test_a_title_is_one_line_and_comments_stay(stage: Stage) -> None:
    path = exported(stage)
    edit(path, "title: KPIs", "title: KPIs  # agreed with Finance")
    before = texts(stage)
    tile = stage.dev.all("dashboard_element")[0]
    stage.dev.edit("dashboard_element", tile["id"], title="Orders so far")
    code, out = adopt(stage)
    assert (code, out) == (0, "taken: dashboard:Shared/Sales/KPIs\n1 files of content changed.\n")
    after = texts(stage)
    assert [p for p in before if before[p] != after[p]] == [KPIS.removeprefix("content/")]
    assert after.keys() == before.keys()
    lines = zip(
        path.read_text().splitlines(), before[KPIS.removeprefix("content/")].splitlines(), strict=True
    )
    assert [new for new, old in lines if new != old] == ["  - title: Orders so far"]
    settled(stage)
    assert adopt(stage) == (0, "No drift to take over.\n")


def test_your_own_changes_stay_and_conflicts_are_named(stage: Stage) -> None:
    path = exported(stage)
    edit(path, "title: Count", "title: Mine")
    edit(stage.folder / LOOK, "title: Orders", "title: Mine too")
    stage.dev.edit("dashboard", board(stage), description="by hand")
    stage.dev.edit("dashboard_element", stage.dev.all("dashboard_element")[0]["id"], title="Theirs")
    code, out = adopt(stage)
    assert code == 2
    assert "taken: dashboard:Shared/Sales/KPIs\n" in out
    assert 'left: dashboard:Shared/Sales/KPIs: stays as it is here: element "Mine" title (conflict)' in out
    assert "description: by hand\n" in path.read_text()
    assert "title: Mine\n" in path.read_text()
    assert "title: Mine too" in (stage.folder / LOOK).read_text()
    assert apply(stage, "--on-conflict", "desired") == 0
    settled(stage)


def test_what_was_taken_beside_your_own_change_is_agreed_on(stage: Stage) -> None:
    path = exported(stage)
    edit(path, "title: Count", "title: Mine")
    stage.dev.edit("dashboard", board(stage), description="by hand")
    assert adopt(stage)[0] == 2
    edit(path, "description: by hand", "description: ours")
    told = plan(stage)
    assert '~ description = "by hand" -> "ours"  # you' in told
    assert '~ renamed ("Count" -> "Mine")  # you' in told
    stage.dev.edit("dashboard_element", stage.dev.all("dashboard_element")[0]["id"], title="Theirs")
    assert 'conflict: element "Mine" title was changed here and in Looker' in plan(stage, code=1)


def test_tiles_that_came_and_went(stage: Stage) -> None:
    exported(stage)
    tile = stage.dev.all("dashboard_element")[0]
    new = {"type": "vis", "title": "New", "query_id": tile["query_id"]}
    stage.dev.create("dashboard_element", dashboard_id=board(stage), **new)
    stage.dev.create(
        "dashboard_filter", dashboard_id=board(stage), name="Day", title="Day", type="string_filter"
    )
    stage.dev.delete("dashboard_element", tile["id"])
    code, out = adopt(stage)
    assert code == 0, out
    text = (stage.folder / KPIS).read_text()
    assert ("title: New" in text, "title: Count" in text, "name: Day" in text) == (True, False, True)
    settled(stage)


def test_what_was_renamed_is_renamed_wherever_it_is_named(stage: Stage) -> None:
    stage.dev.create(
        "scheduled_plan",
        name="Daily",
        crontab="0 6 * * *",
        dashboard_id=board(stage),
        scheduled_plan_destination=[{"type": "email", "address": "a@example.com", "format": "csv"}],
    )
    exported(stage)
    stage.dev.edit("dashboard", board(stage), title="Figures")
    code, out = adopt(stage)
    assert (code, out.splitlines()[-1]) == (0, "2 files of content changed.")
    assert stage.run("validate", "content").code == 0
    settled(stage)


def test_deleted_added_and_moved(stage: Stage) -> None:
    exported(stage)
    stage.dev.delete("look", stage.dev.all("look")[0]["id"])
    root = next(f["id"] for f in stage.dev.all("folder") if f.get("is_shared_root"))
    stage.dev.edit("dashboard", board(stage), folder_id=root)
    made = stage.dev.create("folder", name="By hand", parent_id=root)["id"]
    stage.dev.create("dashboard", title="Theirs", folder_id=made)
    code, out = adopt(stage, "--added")
    assert code == 0, out
    files = texts(stage)
    assert "folders/Shared/KPIs.dashboard.yaml" in files
    assert "folders/Shared/By hand/Theirs.dashboard.yaml" in files
    assert LOOK.removeprefix("content/") not in files
    assert stage.run("validate", "content").code == 0
    done = stage.run("plan", "content", "-i", "dev", "-q", "--prune", "--detailed-exitcode")
    assert done.code == 0, done.out


def folder(stage: Stage, name: str) -> str:
    return str(next(f["id"] for f in stage.dev.all("folder") if f["name"] == name))


@pytest.mark.parametrize("name", ["Selling", "EMEA / APAC", "con", "sales"])
def test_a_renamed_folder_is_another_directory(stage: Stage, name: str) -> None:
    path = exported(stage)
    edit(path, "title: KPIs", "title: KPIs  # agreed with Finance")
    before = texts(stage)
    stage.dev.edit("folder", folder(stage, "Sales"), name=name)
    stage.dev.edit("dashboard", board(stage), description="by hand")
    code, out = adopt(stage)
    address = f"dashboard:Shared/{escape(name)}/KPIs"
    assert (code, out.splitlines()[:2]) == (0, ["taken: folder:Shared/Sales", f"taken: {address}"])
    after = texts(stage)
    assert not [p for p in after if p.startswith("folders/Shared/Sales/")]
    (there,) = (text for p, text in after.items() if p.endswith("/KPIs.dashboard.yaml"))
    assert "title: KPIs  # agreed with Finance\n" in there
    assert "description: by hand\n" in there
    assert sum(p.endswith(("dashboard.yaml", "look.yaml")) for p in after) == sum(
        p.endswith(("dashboard.yaml", "look.yaml")) for p in before
    )
    settled(stage)
    assert adopt(stage) == (0, "No drift to take over.\n")
    stage.dev.edit("folder", folder(stage, name), name="Once more")
    assert adopt(stage)[0] == 0
    assert "folders/Shared/Once more/KPIs.dashboard.yaml" in texts(stage)
    settled(stage)


def test_a_folder_that_was_renamed_on_both_sides_is_left_and_named(stage: Stage) -> None:
    exported(stage)
    stage.dev.edit("folder", folder(stage, "Sales"), name="Selling")
    (stage.folder / "content/folders/Shared/Sales").rename(stage.folder / "content/folders/Shared/Sold")
    ids = stage.folder / "content/.lookervault/ids.yaml"
    ids.write_text(ids.read_text().replace("folders/Shared/Sales", "folders/Shared/Sold"))
    before = texts(stage)
    code, out = adopt(stage)
    assert (code, out.splitlines()[0]) == (2, "left: folder:Shared/Sold: was changed here and in Looker")
    assert texts(stage) == before


def test_without_anything_remembered_all_that_differs_is_taken(stage: Stage) -> None:
    path = exported(stage)
    (stage.folder / "lookervault.db").unlink()
    stage.dev.edit("dashboard", board(stage), description="by hand")
    done = stage.run("drift", "--adopt", "content", "-i", "dev", "-q", "--format", "json")
    event = json.loads(done.out)
    assert (event["event"], event["taken"], event["left"]) == ("adopted", ["dashboard:Shared/Sales/KPIs"], {})
    assert "description: by hand\n" in path.read_text()
    settled(stage)


def test_drift_of_a_tree_is_not_what_is_not_applied_yet(stage: Stage) -> None:
    path = exported(stage)
    edit(path, "title: KPIs", "title: Mine")
    done = stage.run("drift", "content", "-i", "dev", "-q")
    assert done.code == 0
    assert "changed in the tree, and not applied yet" in done.out
    stage.dev.edit("look", stage.dev.all("look")[0]["id"], description="by hand")
    done = stage.run("drift", "content", "-i", "dev", "-q")
    assert (done.code, "look:Shared/Sales/Orders was changed in Looker" in done.out) == (2, True)


def test_which_tree_is_said_once(stage: Stage) -> None:
    exported(stage)
    done = stage.run("drift", "@1", "--adopt", "content", "-i", "dev", "-q")
    assert (done.code, "--adopt says which tree is meant" in done.err) == (1, True)
    assert Path("content").is_dir()

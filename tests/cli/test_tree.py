"""`export`, `validate`, `import` and plans of trees, as a person types them."""

from __future__ import annotations

import json

from cli.conftest import Stage


def test_a_tree_is_exported_edited_and_applied(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    done = stage.run("export", "content")
    assert (done.code, done.out.endswith("new; 0 files as they were in content.\n")) == (0, True)
    assert stage.run("validate", "content").out == "content is in order.\n"
    planned = stage.run("plan", "content", "--instance", "dev", "--detailed-exitcode")
    assert (planned.code, planned.out) == (0, "No changes. dev is as desired.\n")
    path = stage.folder / "content/folders/Shared/Sales/KPIs.dashboard.yaml"
    path.write_text(path.read_text().replace("title: KPIs", "title: Numbers"))
    planned = stage.run("plan", "content", "--instance", "dev", "--detailed-exitcode")
    assert planned.code == 2
    assert "Plan: 0 to create, 1 to update, 0 to delete." in planned.out
    assert stage.run("apply", "content", "--instance", "dev", "--yes", "--quiet").code == 0
    assert stage.run("plan", "content", "--instance", "dev").out == "No changes. dev is as desired.\n"
    assert [d["title"] for d in stage.dev.all("dashboard")] == ["Numbers"]


def test_an_apply_of_a_tree_keeps_out_of_others_edits_and_can_be_undone(stage: Stage) -> None:
    """Tiles have no ids in a tree; each must be judged against its own."""
    query = stage.dev.all("query")[0]["id"]
    board = stage.dev.all("dashboard")[0]["id"]
    other = stage.dev.create(
        "dashboard_element", dashboard_id=board, type="vis", title="Other", query_id=query
    )
    stage.run("extract", "--instance", "dev")
    stage.run("export", "content")
    path = stage.folder / "content/folders/Shared/Sales/KPIs.dashboard.yaml"
    path.write_text(path.read_text().replace("title: Count", "title: Orders"))
    stage.run("plan", "content", "--instance", "dev", "--out", "x.lvplan")
    # somebody edits the dashboard between plan and apply
    stage.dev.edit("dashboard", board, description="Seen by all")
    applied = stage.run(
        "apply", "x.lvplan", "--instance", "dev", "--yes", "--quiet", "--on-drift", "overwrite"
    )
    assert applied.code == 0, applied.err
    titles = {e["id"]: e["title"] for e in stage.dev.all("dashboard_element")}
    assert (titles[other["id"]], sorted(titles.values())) == ("Other", ["Orders", "Other"])
    stage.run("extract", "--instance", "dev")
    stage.run("export", "content")
    path.write_text(path.read_text().replace("title: Orders", "title: Sold"))
    assert stage.run("apply", "content", "--instance", "dev", "--yes", "--quiet").code == 0
    back = stage.run("rollback", "--instance", "dev", "--yes", "--quiet")
    assert (back.code, back.err) == (0, "")
    assert {e["id"]: e["title"] for e in stage.dev.all("dashboard_element")} == titles


def test_a_tree_needs_no_vault_to_be_planned(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    stage.run("export", "content")
    planned = stage.run("plan", "content", "--instance", "prod", "--db", "new.db")
    assert (planned.code, "Plan: 3 to create" in planned.out) == (0, True)


def test_a_tree_is_imported_and_looked_at(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    stage.run("export", "content")
    done = stage.run("import", "content", "--json")
    event = json.loads(done.out)
    assert (event["event"], event["snapshot"], event["host"]) == ("imported", 2, "tree content")
    assert "look:Shared/Sales/Orders" in stage.run("list", "looks").out
    assert "explore: orders" in stage.run("show", "look:Shared/Sales/Orders").out
    assert stage.run("verify").code == 0
    assert stage.run("plan", "@2", "--instance", "dev").out == "No changes. dev is as desired.\n"
    assert stage.run("diff", "@1", "@2").code == 0


def test_mistakes_are_told_at_once_with_a_code(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    stage.run("export", "content")
    path = stage.folder / "content/folders/Shared/Sales/KPIs.dashboard.yaml"
    path.write_text("titel: x\nslug: [1]\n")
    done = stage.run("validate", "content")
    assert done.code == 1
    assert done.err.splitlines()[:4] == [
        "Error: content has 3 mistakes:",
        "  folders/Shared/Sales/KPIs.dashboard.yaml:1: title is missing in a dashboard",
        "  folders/Shared/Sales/KPIs.dashboard.yaml:1: unknown key 'titel' in a dashboard;"
        " did you mean 'title'?",
        "  folders/Shared/Sales/KPIs.dashboard.yaml:2: a text is expected, not a list",
    ]
    rows = [json.loads(line) for line in stage.run("validate", "content", "--json").out.splitlines()]
    assert [(row["event"], row["line"]) for row in rows] == [("problem", 1), ("problem", 1), ("problem", 2)]
    assert stage.run("plan", "content", "--instance", "dev").code == 1
    assert stage.run("import", "content").code == 1


def test_what_is_no_tree_is_told(stage: Stage) -> None:
    (stage.folder / "empty").mkdir()
    done = stage.run("plan", "empty", "--instance", "dev")
    assert (done.code, "empty is no tree: it has no lookervault.yaml" in done.err) == (1, True)


def test_what_looker_refuses_is_told_with_its_line_from_the_plan_file_alone(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    stage.run("export", "content")
    path = stage.folder / "content/folders/Shared/Sales/KPIs.dashboard.yaml"
    path.write_text(path.read_text() + "  - title: Empty\n    type: nothing\n")
    line = len(path.read_text().splitlines()) - 1
    stage.run("plan", "content", "--instance", "prod", "--out", "x.lvplan")
    path.unlink()
    done = stage.run("apply", "x.lvplan", "--instance", "prod", "--yes", "--quiet", "--report", "r.json")
    place = f"folders/Shared/Sales/KPIs.dashboard.yaml:{line}"
    assert (done.code, f"  failed: {place}: dashboard:Shared/Sales/KPIs: Looker answered" in done.out) == (
        4,
        True,
    )
    assert "after mending a file of the tree, plan again instead" in done.err
    (failure,) = json.loads((stage.folder / "r.json").read_text())["failed"]
    assert f"{failure['file']}:{failure['line']}" == place

"""`lookervault mapping`, as a person types it."""

from __future__ import annotations

import stat

import pytest

from cli.conftest import Stage


@pytest.fixture
def moved(stage: Stage) -> Stage:
    """Both instances after a migration, so that mappings are known."""
    stage.run("extract", "--instance", "dev")
    assert stage.run("apply", "--instance", "prod", "--yes", "--quiet").code == 0
    return stage


def test_what_was_learned_is_written_forgotten_and_read_back(moved: Stage) -> None:
    listed = moved.run("mapping", "list").out
    done = moved.run("mapping", "export", "m.yaml", "--from", "dev", "--to", "prod")
    assert (done.code, done.out) == (0, "")
    path = moved.folder / "m.yaml"
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "kind: dashboard, source: '" in text
    assert "address: 'dashboard:Shared/Sales/KPIs'}" in text
    assert moved.run("mapping", "export").out == text
    number = listed.count("\n")
    assert moved.run("mapping", "clear", "--yes").out == f"{number} mappings forgotten.\n"
    assert moved.run("mapping", "list").out == ""
    again = moved.run("mapping", "import", "m.yaml")
    assert again.out == f"{number} mappings: {number} new, 0 changed, 0 known already.\n"
    assert moved.run("mapping", "list").out == listed
    assert moved.run("mapping", "import", "m.yaml").out.endswith(
        f"0 new, 0 changed, {number} known already.\n"
    )


def test_an_imported_mapping_decides_what_is_what(moved: Stage) -> None:
    text = moved.run("mapping", "export", "--json").out
    moved.run("mapping", "clear", "--yes")
    look = moved.dev.all("look")[0]
    moved.dev.edit("look", look["id"], title="Orders, renamed")
    moved.run("extract", "--instance", "dev")
    assert "1 to create" in moved.run("plan", "--instance", "prod").out
    (moved.folder / "m.json").write_text(text)
    assert moved.run("mapping", "import", "m.json").code == 0
    assert "0 to create, 1 to update" in moved.run("plan", "--instance", "prod").out


def test_instances_may_go_by_the_names_of_the_configuration(moved: Stage) -> None:
    moved.run("mapping", "clear", "--yes")
    rows = "{from: dev, to: prod, mappings: [{kind: look, source: 1, target: 701}]}"
    (moved.folder / "m.yaml").write_text(f"[{rows}]")
    moved.run("mapping", "import", "m.yaml")
    assert "701" in moved.run("mapping", "list", "--from", "dev", "--to", "prod").out


def test_nothing_is_imported_where_one_line_is_wrong(moved: Stage) -> None:
    before = moved.run("mapping", "list").out
    rows = "\n  - {kind: look, source: 1, target: 999}\n  - {kind: lok, source: 2, target: 9}\n"
    (moved.folder / "m.yaml").write_text(f"- from: dev\n  to: prod\n  mappings:{rows}")
    done = moved.run("mapping", "import", "m.yaml")
    assert done.code == 2
    assert "line 5: no kind lok" in done.err
    assert moved.run("mapping", "list").out == before
    assert moved.run("mapping", "import", "none.yaml").code == 1


def test_clear_asks_and_keeps_other_pairs(moved: Stage) -> None:
    moved.run("mapping", "set", "dashboards", "8", "9", "--from", "prod", "--to", "dev")
    before = moved.run("mapping", "list").out
    refused = moved.run("mapping", "clear")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert moved.run("mapping", "list").out == before
    moved.run("mapping", "clear", "--from", "dev", "--to", "prod", "--yes")
    left = moved.run("mapping", "list").out.splitlines()
    assert [line.split()[1:3] for line in left] == [["dashboard", "8"]]


def test_a_kind_that_is_not_known_is_refused(stage: Stage) -> None:
    done = stage.run("mapping", "set", "widget", "1", "2", "--from", "dev", "--to", "prod")
    assert done.code == 2
    assert "no kind widget" in done.err


@pytest.mark.parametrize("command", ["list", "set", "remove", "export", "import", "clear"])
def test_help_shows_an_example(stage: Stage, command: str) -> None:
    assert f"lookervault mapping {command}" in stage.run("mapping", command, "--help").out

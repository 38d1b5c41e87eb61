"""What became of things: log, diff, verify, cleanup, and the names of snapshots."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest

from cli.conftest import Stage


def only(stage: Stage, kind: str) -> dict[str, Any]:
    (found,) = stage.dev.all(kind)
    return found


@pytest.fixture
def lived(stage: Stage) -> Stage:
    """Three snapshots: as made; the dashboard renamed, its element retitled; the look in the trash."""
    stage.run("extract", "--instance", "dev", "--quiet")
    stage.dev.edit("dashboard", only(stage, "dashboard")["id"], title="Numbers")
    stage.dev.edit("dashboard_element", only(stage, "dashboard_element")["id"], title="How many")
    stage.run("extract", "--instance", "dev", "--quiet")
    stage.dev.edit("look", only(stage, "look")["id"], deleted=True)
    stage.run("extract", "--instance", "dev", "--quiet")
    return stage


def test_log_tells_what_became_of_an_object(lived: Stage) -> None:
    lines = lived.run("log", "dashboard:Shared/Sales/KPIs").out.splitlines()
    assert lines[0].startswith("dashboard ")
    assert (lines[1].split()[0], lines[1].split()[2]) == ("@1", "new")
    assert lines[2].split()[0] == "@2"
    assert (
        "changed: dashboard_elements, dashboard_layouts, title, address (was dashboard:Shared/Sales/KPIs)"
        in lines[2]
    )
    gone = lived.run("log", "look:Shared/Sales/Orders", "--json").out.splitlines()
    assert [json.loads(line)["what"] for line in gone] == ["new", "deleted"]
    assert json.loads(gone[-1])["snapshot"] == 3


def test_log_of_what_never_was(lived: Stage) -> None:
    done = lived.run("log", "look:Shared/Nothing")
    assert (done.code, "was ever look:Shared/Nothing" in done.err) == (1, True)


def test_something_that_came_back(lived: Stage) -> None:
    lived.dev.edit("look", only(lived, "look")["id"], deleted=False)
    lived.run("extract", "--instance", "dev", "--quiet")
    told = lived.run("log", "look:Shared/Sales/Orders", "--json").out.splitlines()
    assert [json.loads(line)["what"] for line in told] == ["new", "deleted", "there again"]


def test_diff_tells_what_means_something(lived: Stage) -> None:
    done = lived.run("diff", "@1", "@2")
    assert 'renamed ("KPIs" -> "Numbers")' in done.out
    assert 'renamed ("Count" -> "How many")' in done.out
    assert "view_count" not in done.out
    assert done.out.endswith("0 new, 1 changed, 0 gone.\n")
    gone = lived.run("diff", "@2", "--detailed-exitcode")
    assert (gone.code, "look:Shared/Sales/Orders is gone" in gone.out) == (2, True)
    back = json.loads(lived.run("diff", "@3", "@2", "--format", "json").out)
    assert [(c["action"], c["address"]) for c in back["changes"]] == [("create", "look:Shared/Sales/Orders")]


def test_diff_of_a_snapshot_with_itself(lived: Stage) -> None:
    done = lived.run("diff", "@2", "@2", "--detailed-exitcode")
    assert (done.code, done.out) == (0, "No differences between @2 and @2.\n")


def test_a_snapshot_is_named_by_number_or_date_everywhere(lived: Stage) -> None:
    today = lived.run("snapshots", "--json").out.splitlines()[0]
    date = json.loads(today)["completed_at"][:10]
    assert "Orders" in lived.run("list", "looks", "--snapshot", "@2").out
    for name in ("@latest", "latest", f"@{date}", date, "@3", "3"):
        assert lived.run("list", "looks", "--snapshot", name).out == "", name
        assert "@3:" in lived.run("verify", name).out, name
        assert lived.run("plan", name, "--instance", "dev", "--quiet").code == 0, name
    lost = lived.run("verify", "@2001-01-01")
    assert (lost.code, "there are @1" in lost.err) == (1, True)


def test_list_filters(lived: Stage) -> None:
    rows = [json.loads(x) for x in lived.run("list", "dashboards", "--json").out.splitlines()]
    assert rows[0]["owner"] == "user:admin@example.com"
    assert "admin@example.com" in lived.run("list", "dashboards", "--owner", "ADMIN@").out
    assert lived.run("list", "--owner", "nobody@").out == ""
    assert lived.run("list", "--match", "folder:Shared/S*").out.startswith("folder:Shared/Sales  (id ")
    assert lived.run("list", "folders", "--limit", "2").out.count("\n") == 2


def test_verify_a_sound_snapshot(lived: Stage) -> None:
    done = lived.run("verify", "@1", "--type", "looks")
    assert (done.code, done.out) == (0, "@1: 1 objects checked, 0 findings.\n")
    last = json.loads(lived.run("verify", "--json").out.splitlines()[-1])
    assert (last["event"], last["findings"]) == ("verified", 0)


def test_verify_finds_damage(lived: Stage) -> None:
    with sqlite3.connect(lived.folder / "lookervault.db") as connection:
        connection.execute(
            "UPDATE content_bodies SET body = x'00' WHERE row IN (SELECT max(row) FROM content_bodies)"
        )
    connection.close()
    done = lived.run("verify")
    assert done.code == 1
    assert "cannot be decompressed" in done.out
    assert "has 1 findings" in done.err


def test_verify_compares_with_the_instance(lived: Stage) -> None:
    assert lived.run("verify", "--compare-live", "--instance", "dev").code == 0
    lived.dev.edit("dashboard", only(lived, "dashboard")["id"], title="Other", hidden=True)
    folder = only(lived, "dashboard")["folder_id"]
    lived.dev.create("dashboard", title="Second", folder_id=folder)
    done = lived.run("verify", "--compare-live", "--instance", "dev", "--quiet")
    assert done.code == 1
    assert "dashboard:Shared/Sales/Other: differs in hidden, title" in done.out
    assert "dashboard:Shared/Sales/Second: is on the instance and not in the snapshot" in done.out
    other = lived.run("verify", "--compare-live", "--instance", "prod")
    assert (other.code, "is of 127.0.0.1" in other.err) == (6, True)


def test_cleanup_tells_first_and_drops_only_when_told(lived: Stage) -> None:
    told = lived.run("cleanup", "--retention-days", "0")
    assert "Would drop 2 snapshots" in told.out
    assert len(lived.run("snapshots").out.splitlines()) == 3
    done = lived.run("cleanup", "--retention-days", "0", "--no-dry-run")
    assert "Dropped 2 snapshots" in done.out
    assert lived.run("snapshots").out.startswith("@3 ")
    assert lived.run("verify").code == 0
    assert "Numbers" in lived.run("list", "dashboards").out
    assert lived.run("log", "dashboard:Shared/Sales/Numbers").code == 0

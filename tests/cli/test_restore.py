"""The operator's short way, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Stage
from lookervault.run import perform
from lookervault.sandbox import Call, Faults
from lookervault.sandbox.state import Record


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for what an unclear call made waits for no time."""
    monkeypatch.setattr(perform, "_FIRST_WAIT", 0.001)


@pytest.fixture
def backed_up(stage: Stage) -> Stage:
    """dev with an alert and a schedule on its dashboard, as it was last night."""
    dashboard = stage.dev.all("dashboard")[0]["id"]
    element = stage.dev.all("dashboard_element")[0]["id"]
    stage.dev.create(
        "alert",
        dashboard_element_id=element,
        owner_id=stage.dev.caller_id or stage.dev.all("user")[0]["id"],
        comparison_type="GREATER_THAN",
        threshold=10,
        cron="0 6 * * *",
        field={"name": "orders.count", "title": "Orders"},
        destinations=[{"destination_type": "EMAIL", "email_address": "ann@example.com"}],
    )
    to = [{"type": "email", "address": "ann@example.com", "format": "csv"}]
    stage.dev.create(
        "scheduled_plan",
        name="Daily",
        crontab="0 6 * * *",
        dashboard_id=dashboard,
        scheduled_plan_destination=to,
    )
    assert stage.run("extract", "--instance", "dev", "--quiet").code == 0
    return stage


def the_dashboard(stage: Stage) -> Record:
    (found,) = [d for d in stage.dev.all("dashboard") if not d.get("deleted")]
    return found


def test_a_deleted_dashboard_comes_back_with_its_alert_and_schedule(backed_up: Stage) -> None:
    old = the_dashboard(backed_up)["id"]
    backed_up.dev.delete("dashboard", old)
    # the night after, the backup no longer has it
    backed_up.run("extract", "--instance", "dev", "--quiet")
    done = backed_up.run("restore", "single", "dashboard", old, "--instance", "dev")
    assert done.code == 0, done.err
    new = the_dashboard(backed_up)["id"]
    assert "no longer in the 1 newer ones" in done.out
    assert "folder:Shared/Sales: is there" in done.out
    assert "alert:Shared/Sales/KPIs/Orders: was created" in done.out
    assert "scheduled_plan:Shared/Sales/KPIs/Daily: was updated" in done.out
    assert f"Restored: dashboard:Shared/Sales/KPIs (id {new})" in done.out
    assert [p["dashboard_id"] for p in backed_up.dev.all("scheduled_plan")][-1] == new


def test_only_what_it_takes_is_read(backed_up: Stage) -> None:
    folder = backed_up.dev.all("look")[0]["folder_id"]
    for n in range(30):
        backed_up.dev.create("dashboard", title=f"Other {n}", folder_id=folder)
    id_ = next(d["id"] for d in backed_up.dev.all("dashboard") if d["title"] == "KPIs")
    before = len(backed_up.dev_server.calls)
    done = backed_up.run("restore", "single", "dashboard", id_, "--instance", "dev", "--dry-run")
    assert "is there as it should be" in done.out
    assert len(backed_up.dev_server.calls) - before <= 20


def test_a_dashboard_in_the_trash_is_brought_back_under_its_id(backed_up: Stage) -> None:
    id_ = the_dashboard(backed_up)["id"]
    backed_up.dev.edit("dashboard", id_, deleted=True)
    done = backed_up.run(
        "restore", "single", "dashboard", "dashboard:Shared/Sales/KPIs", "-i", "dev", "--json"
    )
    told = json.loads(done.out)
    assert (done.code, told["doing"], told["target_id"]) == (0, "bring back", id_)
    assert the_dashboard(backed_up)["id"] == id_
    assert len(backed_up.dev.all("alert")) == 1


def test_an_edited_dashboard_is_put_back_in_place(backed_up: Stage) -> None:
    id_ = the_dashboard(backed_up)["id"]
    backed_up.dev.edit("dashboard", id_, description="somebody was here")
    dry = json.loads(
        backed_up.run("restore", "single", "dashboard", id_, "-i", "dev", "--dry-run", "--json").out
    )
    assert (dry["event"], dry["doing"], dry["outcome"]) == ("would_restore", "update", None)
    assert the_dashboard(backed_up)["description"] == "somebody was here"
    done = json.loads(backed_up.run("restore", "single", "dashboard", id_, "-i", "dev", "--json").out)
    assert (done["event"], done["target_id"], done["outcome"]["updated"]) == ("restored", id_, 1)
    assert not the_dashboard(backed_up).get("description")
    again = backed_up.run("restore", "single", "dashboard", id_, "-i", "dev")
    assert "Nothing to do" in again.out


def test_what_it_depends_on_is_brought_along_to_another_instance(backed_up: Stage) -> None:
    id_ = the_dashboard(backed_up)["id"]
    words = ("restore", "single", "dashboard", id_, "--source-instance", "dev", "--instance", "prod")
    done = backed_up.run(*words)
    assert done.code == 0, done.err
    assert "folder:Shared/Sales: was created" in done.out
    assert [d["title"] for d in backed_up.prod.all("dashboard")] == ["KPIs"]
    assert [s["enabled"] for s in backed_up.prod.all("scheduled_plan")] == [False]
    backed_up.dev.edit("dashboard", id_, title="KPIs, renamed")
    backed_up.run("extract", "--instance", "dev", "--quiet")
    assert backed_up.run(*words).code == 0
    assert [d["title"] for d in backed_up.prod.all("dashboard")] == ["KPIs, renamed"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("single", "dashboard", "987654"), 2),
        (("single", "dashboard", "dashboard:Shared/Nowhere"), 2),
        (("single", "widget", "1"), 3),
        (("status", "no-such-session"), 2),
        (("dlq", "show", "99"), 2),
        (("resume",), 2),
        (("dlq", "clear"), 3),
    ],
)
def test_exit_codes_of_the_family(backed_up: Stage, words: tuple[str, ...], code: int) -> None:
    more = ("--instance", "dev") if words[0] in ("single", "resume") else ()
    assert backed_up.run("restore", *words, *more).code == code


def test_4_the_api_refuses(backed_up: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKERVAULT_DEV_CLIENT_SECRET", "wrong")
    assert backed_up.run("restore", "single", "dashboard", "1", "--instance", "dev").code in (2, 4)
    id_ = the_dashboard(backed_up)["id"]
    assert backed_up.run("restore", "single", "dashboard", id_, "--instance", "dev").code == 4


def test_all_says_kind_by_kind_how_far_it_is_and_what_it_did(backed_up: Stage) -> None:
    done = backed_up.run("restore", "all", "--yes", "--source-instance", "dev", "--instance", "prod")
    assert done.code == 0, done.err
    assert "[1/5] folders ..." in done.err
    assert "[1/5] folders: 1 created in" in done.err
    assert "dashboard" in done.out
    assert "Restored: 5 created, 0 updated, 0 failed, 0 skipped in" in done.out
    again = backed_up.run(
        "restore", "all", "--yes", "--source-instance", "dev", "--instance", "prod", "--quiet"
    )
    assert "No changes." in again.out


def test_what_changed_since_the_backup_is_left_alone_where_that_is_asked_for(backed_up: Stage) -> None:
    id_ = the_dashboard(backed_up)["id"]
    (look,) = backed_up.dev.all("look")
    backed_up.dev.edit("dashboard", id_, description="mended by hand")
    backed_up.dev.edit("look", look["id"], deleted=True)
    done = backed_up.run("restore", "all", "--yes", "--instance", "dev", "--skip-if-modified", "--quiet")
    assert (done.code, "1 updated" in done.out) == (0, True)
    assert the_dashboard(backed_up)["description"] == "mended by hand"
    planned = backed_up.run("plan", "--instance", "dev", "--skip-if-modified")
    assert "dashboard:Shared/Sales/KPIs: left alone: it changed on the target" in planned.out
    assert "No changes." in planned.out
    assert "1 to update" in backed_up.run("plan", "--instance", "dev").out


def test_bulk_restores_one_kind_and_what_it_needs(backed_up: Stage) -> None:
    words = ("restore", "bulk", "looks", "--source-instance", "dev", "--instance", "prod", "--json")
    dry = json.loads(backed_up.run(*words, "--dry-run").out.splitlines()[-1])
    assert (dry["event"], dry["summary"]["to_create"]) == ("planned", 2)
    assert backed_up.prod.all("look") == []
    done = backed_up.run(*words, "--yes")
    last = json.loads(done.out.splitlines()[-1])
    assert (done.code, last["event"], last["created"]) == (0, "restored", 2)
    assert [row["kind"] for row in last["kinds"]] == ["folder", "look"]


@pytest.mark.parametrize("words", [("all",), ("bulk", "looks"), ("all", "--json")])
def test_2_nothing_is_restored_where_nobody_can_be_asked(
    backed_up: Stage, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    with Path("/dev/null").open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        done = backed_up.run("restore", *words, "--source-instance", "dev", "--instance", "prod")
    assert (done.code, "add --yes" in done.err) == (2, True)
    assert backed_up.prod.all("look") == []


def broken(stage: Stage, path: str) -> None:
    """From now on prod cannot make these."""

    def script(call: Call) -> str | None:
        return "500" if call.method == "POST" and call.path == path else None

    stage.prod_server.faults = Faults(script=script)


def test_what_failed_is_listed_shown_and_tried_again(backed_up: Stage) -> None:
    words = ("--source-instance", "dev", "--instance", "prod")
    broken(backed_up, "/folders")
    done = backed_up.run("restore", "all", "--yes", *words, "--max-retries", "0", "--quiet")
    assert (done.code, "1 failed, 4 skipped" in done.out) == (4, True)
    status = json.loads(backed_up.run("restore", "status", "--json").out)
    assert (status["status"], status["dead_letters"], status["resumable"]) == ("partly", 1, True)
    assert "partly" in backed_up.run("restore", "status", "--all").out
    listed = json.loads(backed_up.run("restore", "dlq", "list", "--json").out)
    (letter,) = listed["letters"]
    assert (listed["total"], letter["address"], letter["status"]) == (1, "folder:Shared/Sales", 500)
    number = str(letter["number"])
    assert '"name": "Sales"' in backed_up.run("restore", "dlq", "show", number).out
    failed = backed_up.run("restore", "dlq", "retry", number, "--instance", "prod", "--max-retries", "0")
    assert failed.code == 4
    (letter,) = json.loads(backed_up.run("restore", "dlq", "list", "--json").out)["letters"]
    assert letter["attempts"] > 6
    backed_up.prod_server.faults = Faults()
    number = str(letter["number"])
    assert backed_up.run("restore", "dlq", "retry", number, "--instance", "prod").code == 0
    assert backed_up.run("restore", "dlq", "list").out == "The queue is empty.\n"
    assert backed_up.run("restore", "all", "--yes", *words, "--quiet").code == 0


def test_a_letter_whose_dependency_is_gone_needs_it_fixed(backed_up: Stage) -> None:
    words = ("--source-instance", "dev", "--instance", "prod")
    broken(backed_up, "/dashboards")
    assert backed_up.run("restore", "all", "--yes", *words, "--max-retries", "0", "--quiet").code == 4
    backed_up.prod_server.faults = Faults()
    for look in backed_up.prod.all("look"):
        backed_up.prod.delete("look", look["id"])
    (folder,) = [f for f in backed_up.prod.all("folder") if f["name"] == "Sales"]
    backed_up.prod.delete("folder", folder["id"])
    refused = backed_up.run("restore", "dlq", "retry", "1", "--instance", "prod")
    assert (refused.code, "--fix-dependencies" in refused.err) == (3, True)
    assert backed_up.run("restore", "dlq", "retry", "1", "--fix-dependencies", "-i", "prod").code == 0
    assert [d["title"] for d in backed_up.prod.all("dashboard")] == ["KPIs"]
    assert len(backed_up.prod.all("alert")) == 1


def test_an_interrupted_restore_is_resumed(backed_up: Stage) -> None:
    broken(backed_up, "/looks")
    words = ("--source-instance", "dev", "--instance", "prod")
    backed_up.run("restore", "all", "--yes", *words, "--max-retries", "0", "--quiet")
    backed_up.prod_server.faults = Faults()
    session = json.loads(backed_up.run("restore", "status", "--json").out)["session"]
    assert backed_up.run("restore", "resume", session, "--instance", "prod", "--quiet").code == 0
    assert len(backed_up.prod.all("look")) == 1
    assert json.loads(backed_up.run("restore", "status", session, "--json").out)["status"] == "done"
    assert backed_up.run("restore", "resume", session, "--instance", "prod").code == 2


def test_letters_are_dropped_only_by_leave(backed_up: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(backed_up, "/looks")
    words = ("--source-instance", "dev", "--instance", "prod", "--max-retries", "0", "--quiet")
    backed_up.run("restore", "all", "--yes", *words)
    assert (
        backed_up.run("restore", "dlq", "clear", "--content-type", "dashboards", "--force").out
        == "0 dropped.\n"
    )
    with Path("/dev/null").open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        assert backed_up.run("restore", "dlq", "clear", "--all").code == 2
    assert backed_up.run("restore", "dlq", "clear", "--all", "--force").out == "1 dropped.\n"


@pytest.mark.parametrize(
    "words", [(), ("single",), ("bulk",), ("all",), ("resume",), ("status",), ("dlq",), ("dlq", "retry")]
)
def test_every_command_of_the_family_has_help(stage: Stage, words: tuple[str, ...]) -> None:
    done = stage.run("restore", *words, "--help")
    assert (done.code, done.out.startswith("Usage:")) == (0, True)

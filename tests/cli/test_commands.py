"""The commands as a person types them, against instances behind HTTP."""

from __future__ import annotations

import json
import re
import stat

import pytest
import yaml

from cli.conftest import Stage


def test_extract_plan_apply_plan_ends_without_changes(stage: Stage) -> None:
    assert stage.run("extract", "--instance", "dev").code == 0
    planned = stage.run("plan", "@latest", "--instance", "prod")
    assert "Plan: 3 to create, 0 to update, 0 to delete." in planned.out
    applied = stage.run("apply", "--instance", "prod", "--yes", "--quiet")
    assert applied.code == 0
    assert "Apply complete: 3 created, 0 updated, 0 deleted" in applied.out
    again = stage.run("plan", "--instance", "prod", "--detailed-exitcode")
    assert (again.code, again.out) == (0, "No changes. prod is as desired.\n")


def test_a_snapshot_of_an_instance_plans_nothing_against_it(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    planned = stage.run("plan", "--instance", "dev", "--detailed-exitcode")
    assert (planned.code, planned.out) == (0, "No changes. dev is as desired.\n")


def test_a_desired_state_that_is_not_there_is_told_for_what_it_is(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    (stage.folder / "file.yaml").touch()
    for name, said in {
        "tree": "tree is neither a folder nor a snapshot: no snapshot tree",
        str(stage.folder / "file.yaml"): "file.yaml is no folder",
        "@7": "Error: no snapshot @7",
    }.items():
        told = stage.run("plan", name, "--instance", "prod")
        assert (told.code, said in told.err) == (1, True), told.err


def test_extract_tells_what_it_stored_and_what_it_cost(stage: Stage) -> None:
    done = stage.run("extract", "--instance", "dev", "--quiet")
    assert "Snapshot @1 of dev" in done.out
    calls = len(stage.dev_server.calls)
    assert calls == sum(int(n) for n in re.findall(r"(\d+) (?:non_query|db_query|none)", done.out)) + 1
    again = stage.run("extract", "--instance", "dev", "--quiet")
    row = next(line.split() for line in again.out.splitlines() if line.split()[:1] == ["look"])
    assert row == ["look", "1", "0", "0", "0", "1"]


def test_extract_as_json_gives_one_event_a_line(stage: Stage) -> None:
    done = stage.run("extract", "dashboards", "--instance", "dev", "--json")
    events = [json.loads(line) for line in done.out.splitlines()]
    assert events[-1]["event"] == "extracted"
    assert {"kind_started", "kind_progress", "kind_done"} <= {e["event"] for e in events}
    assert events[-1]["kinds"]["dashboard"]["new"] == 1


def test_kinds_that_are_named_bring_what_they_refer_to(stage: Stage) -> None:
    stage.run("extract", "dashboards", "--instance", "dev")
    assert stage.run("list", "folders").out.count("\n") == len(stage.dev.all("folder"))
    assert stage.run("list", "groups").out == ""


def test_list_and_show_tell_what_the_vault_holds(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    assert stage.run("list", "looks").out.startswith("look:Shared/Sales/Orders  (id ")
    rows = [json.loads(line) for line in stage.run("list", "--json").out.splitlines()]
    assert "dashboard:Shared/Sales/KPIs" in {r["address"] for r in rows}
    shown = stage.run("show", "dashboard:Shared/Sales/KPIs")
    assert yaml.safe_load(shown.out)["title"] == "KPIs"
    as_json = stage.run("show", "dashboard:Shared/Sales/KPIs", "--format", "json")
    assert json.loads(as_json.out)["dashboard_elements"][0]["title"] == "Count"
    assert "@1 " in stage.run("snapshots").out


def test_a_saved_plan_is_shown_and_carried_out_as_it_is(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    planned = stage.run("plan", "--instance", "prod", "--out", "x.lvplan")
    assert stat.S_IMODE((stage.folder / "x.lvplan").stat().st_mode) == 0o600
    assert stage.run("show", "x.lvplan").out == planned.out
    fingerprint = json.loads(stage.run("show", "x.lvplan", "--format", "json").out)["fingerprint"]
    assert f"Fingerprint: {fingerprint}" in planned.err
    applied = stage.run("apply", "x.lvplan", "--instance", "prod", "--expect", fingerprint)
    assert applied.code == 0
    assert "3 created" in applied.out


def test_target_narrows_a_plan_to_an_object_and_what_it_needs(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    planned = stage.run("plan", "--instance", "prod", "--target", "look:*", "--format", "json")
    plan = json.loads(planned.out)
    assert [c["address"] for c in plan["changes"]] == ["folder:Shared/Sales", "look:Shared/Sales/Orders"]
    assert "comes along" in planned.out


def test_kinds_folders_and_exclusions_narrow_a_plan(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")

    def planned(*words: str) -> list[str]:
        done = stage.run("plan", "--instance", "prod", "--format", "json", *words)
        return [c["address"].rpartition("/")[2] for c in json.loads(done.out)["changes"]]

    assert planned("--only-types", "looks") == ["Sales", "Orders"]
    assert planned("--exclude-types", "looks,users") == ["KPIs", "Sales"]
    assert planned("--exclude", "dashboard:*") == ["Sales", "Orders"]
    assert planned("--folder", "Shared/Sales") == ["KPIs", "Sales", "Orders"]
    assert stage.run("plan", "--instance", "prod", "--only-types", "widgets").code == 2
    assert stage.run("plan", "--instance", "prod", "--folder", "Shared/Nowhere").code == 1


def test_a_saved_plan_is_not_narrowed_afterwards(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    stage.run("plan", "--instance", "prod", "--out", "x.lvplan")
    done = stage.run("apply", "x.lvplan", "--instance", "prod", "--only-types", "looks")
    assert (done.code, "made already" in done.err) == (2, True)


def test_a_plan_without_changes_says_so_when_it_is_applied(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    stage.run("plan", "--instance", "dev", "--out", "none.lvplan")
    done = stage.run("apply", "none.lvplan", "--instance", "dev")
    assert (done.code, done.out) == (0, "No changes. There is nothing to apply.\n")
    as_json = stage.run("apply", "none.lvplan", "--instance", "dev", "--json")
    assert json.loads(as_json.out)["created"] == 0


def test_apply_as_json_ends_with_the_outcome(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    done = stage.run("apply", "--instance", "prod", "--yes", "--json")
    last = json.loads(done.out.splitlines()[-1])
    assert (last["event"], last["created"], last["failed"]) == ("applied", 3, [])


@pytest.mark.parametrize(
    "command",
    [
        "extract",
        "list",
        "show",
        "snapshots",
        "log",
        "diff",
        "verify",
        "cleanup",
        "plan",
        "apply",
        "rollback",
        "sandbox",
        "demo",
    ],
)
def test_every_command_has_help(stage: Stage, command: str) -> None:
    done = stage.run(command, "--help")
    assert done.code == 0
    assert done.out.startswith("Usage:")


def test_schedules_are_switched_on_only_where_a_plan_says_so(stage: Stage) -> None:
    to = [{"type": "email", "address": "ann@example.com", "format": "csv"}]
    content = {"dashboard_id": stage.dev.all("dashboard")[0]["id"], "scheduled_plan_destination": to}
    stage.dev.create("scheduled_plan", name="Daily", crontab="0 6 * * *", **content)
    stage.run("extract", "--instance", "dev")
    assert "--enable-schedules" in stage.run("plan", "--instance", "prod").out
    assert stage.run("apply", "--instance", "prod", "--yes").code == 0
    assert [each["enabled"] for each in stage.prod.all("scheduled_plan")] == [False]
    assert stage.prod.deliveries == []
    stage.run("plan", "--instance", "prod", "--enable-schedules", "--out", "on.lvplan")
    refused = stage.run("apply", "on.lvplan", "--instance", "prod", "--enable-schedules")
    assert (refused.code, stage.prod.deliveries) == (2, [])
    assert stage.run("apply", "on.lvplan", "--instance", "prod").code == 0
    assert [each["enabled"] for each in stage.prod.all("scheduled_plan")] == [True]


def test_what_is_in_the_trash_is_listed_and_shown_as_deleted(stage: Stage) -> None:
    board = next(d["id"] for d in stage.dev.all("dashboard"))
    stage.dev.edit("dashboard", board, deleted=True)
    stage.run("extract", "--instance", "dev")
    assert stage.run("list", "dashboards").out == ""
    stage.run("extract", "--instance", "dev", "--include-trash")
    address = "dashboard:Trash/Shared/Sales/KPIs"
    assert stage.run("list", "dashboards").out.startswith(f"{address}  (id {board}, deleted)")
    (row,) = stage.run("list", "dashboards", "--json").out.splitlines()
    assert json.loads(row)["deleted"] is True
    assert stage.run("show", address).out.startswith("# deleted: in the trash\n")
    assert stage.run("plan", "--instance", "dev", "--detailed-exitcode").code == 0


def test_an_apply_is_rolled_back_as_a_plan(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    assert stage.run("rollback", "--instance", "prod", "--yes").code == 1
    stage.run("apply", "--instance", "prod", "--yes")
    saved = stage.run("rollback", "--instance", "prod", "--out", "back.lvplan")
    assert (saved.code, "3 to delete" in saved.out) == (0, True)
    assert len([d for d in stage.prod.all("dashboard") if not d["deleted"]]) == 1
    done = stage.run("rollback", "--instance", "prod", "--yes")
    assert (done.code, "3 deleted" in done.out) == (0, True)
    assert [d for d in stage.prod.all("dashboard") if not d["deleted"]] == []
    again = stage.run("apply", "--instance", "prod", "--yes")
    assert (again.code, "1 created" in again.out) == (0, True)

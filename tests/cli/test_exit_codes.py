"""One test per exit code of the README's table."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import lookervault
from cli.conftest import Stage
from lookervault.sandbox import Call, Faults


@pytest.fixture
def extracted(stage: Stage) -> Stage:
    stage.run("extract", "--instance", "dev")
    return stage


def test_0_success(extracted: Stage) -> None:
    assert extracted.run("plan", "--instance", "prod").code == 0


def test_1_something_named_is_not_there(extracted: Stage) -> None:
    done = extracted.run("show", "dashboard:Shared/Nothing")
    assert done.code == 1
    assert "Error: dashboard:Shared/Nothing is not in snapshot @1" in done.err
    assert "Hint: see `lookervault list`" in done.err


def test_1_a_damaged_plan_file_is_refused(extracted: Stage) -> None:
    extracted.run("plan", "--instance", "prod", "--out", "x.lvplan")
    path = extracted.folder / "x.lvplan"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert extracted.run("apply", "x.lvplan", "--instance", "prod").code == 1


def test_2_wrong_usage(extracted: Stage) -> None:
    assert extracted.run("plan", "--no-such-option").code == 2
    assert extracted.run("extract", "widgets", "--instance", "dev").code == 2
    done = extracted.run("plan", "--instance", "prodd")
    assert (done.code, "did you mean 'prod'?" in done.err) == (2, True)


def test_2_there_are_changes(extracted: Stage) -> None:
    assert extracted.run("plan", "--instance", "prod", "--detailed-exitcode").code == 2


def test_2_no_terminal_to_ask_on(extracted: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/null").open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        done = extracted.run("apply", "--instance", "prod")
    assert (done.code, "--yes" in done.err) == (2, True)
    assert not [c for c in extracted.prod_server.calls if c.method == "POST" and c.path != "/login"]


def test_3_the_api_refuses(extracted: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKERVAULT_PROD_CLIENT_SECRET", "a-wrong-secret")
    done = extracted.run("plan", "--instance", "prod")
    assert done.code == 3
    assert "a-wrong-secret" not in done.err + done.out


def test_4_partly_applied_names_what_failed_and_what_was_skipped(extracted: Stage) -> None:
    def no_folders(call: Call) -> str | None:
        return "500" if call.method == "POST" and call.path.endswith("/folders") else None

    extracted.prod_server.faults = Faults(script=no_folders)
    done = extracted.run("apply", "--instance", "prod", "--yes", "--max-retries", "0")
    assert done.code == 4
    assert "failed: folder:Shared/Sales" in done.out
    assert "skipped: look:Shared/Sales/Orders: folder:Shared/Sales failed" in done.out


def edited_meanwhile(stage: Stage) -> None:
    """A plan that updates two objects, one of which somebody edits before it is applied."""
    stage.run("apply", "--instance", "prod", "--yes")
    for kind, title in (("look", "Orders"), ("dashboard", "KPIs")):
        own = next(x for x in stage.dev.all(kind) if x["title"] == title)
        stage.dev.edit(kind, own["id"], description="from dev")
    stage.run("extract", "--instance", "dev")
    stage.run("plan", "--instance", "prod", "--out", "x.lvplan")
    theirs = next(x for x in stage.prod.all("look") if x["title"] == "Orders")
    stage.prod.edit("look", theirs["id"], description="from somebody else")


def test_5_what_moved_since_the_plan_is_left_alone_and_the_rest_applied(extracted: Stage) -> None:
    edited_meanwhile(extracted)
    done = extracted.run("apply", "x.lvplan", "--instance", "prod", "--report", "outcome.json")
    assert done.code == 5
    assert "stale: look:Shared/Sales/Orders: it was changed since the plan was made" in done.out
    assert 'description = "from somebody else" -> "from dev"' in done.out
    assert [x["description"] for x in extracted.prod.all("look")] == ["from somebody else"]
    assert [x["description"] for x in extracted.prod.all("dashboard")] == ["from dev"]
    assert "lookervault plan --instance prod" in done.err
    report = extracted.folder / "outcome.json"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    told = json.loads(report.read_text())
    assert (told["updated"], told["ending"], told["next"]) == (
        1,
        "incomplete",
        "lookervault plan --instance prod",
    )
    assert [s["address"] for s in told["stale"]] == ["look:Shared/Sales/Orders"]


def test_5_nothing_is_written_where_drift_stops(extracted: Stage) -> None:
    edited_meanwhile(extracted)
    done = extracted.run("apply", "x.lvplan", "--instance", "prod", "--on-drift", "stop")
    assert done.code == 5
    assert "not started: dashboard:Shared/Sales/KPIs" in done.out
    assert [x["description"] for x in extracted.prod.all("dashboard")] != ["from dev"]


def test_0_drift_may_be_overwritten(extracted: Stage) -> None:
    edited_meanwhile(extracted)
    done = extracted.run("apply", "x.lvplan", "--instance", "prod", "--on-drift", "overwrite")
    assert done.code == 0
    assert [x["description"] for x in extracted.prod.all("look")] == ["from dev"]


def test_6_another_fingerprint_than_the_reviewed_one(extracted: Stage) -> None:
    done = extracted.run("apply", "--instance", "prod", "--yes", "--expect", "0" * 64)
    assert done.code == 6


def test_6_nothing_of_the_plan_is_approved(extracted: Stage) -> None:
    extracted.run("plan", "--instance", "prod", "--out", "x.lvplan")
    (extracted.folder / "approved.txt").write_text("0" * 64 + "\n")
    done = extracted.run("apply", "x.lvplan", "--instance", "prod", "--only-approved", "approved.txt")
    assert (done.code, "approved" in done.err) == (6, True)
    plan = json.loads(extracted.run("show", "x.lvplan", "--format", "json").out)
    lines = [f"{c['digest']}  {c['address']}\n" for c in plan["changes"] if c["kind"] != "look"]
    (extracted.folder / "approved.txt").write_text("".join(lines))
    done = extracted.run("apply", "x.lvplan", "--instance", "prod", "--only-approved", "approved.txt")
    assert (done.code, "2 created" in done.out) == (0, True)
    assert extracted.prod.all("look") == []


def test_6_a_plan_for_another_instance(extracted: Stage) -> None:
    extracted.run("plan", "--instance", "prod", "--out", "x.lvplan")
    done = extracted.run("apply", "x.lvplan", "--instance", "dev")
    assert (done.code, "this plan is for" in done.err) == (6, True)


def stalling(call: Call) -> str | None:
    return "stall" if call.method == "POST" and call.path.endswith("/folders") else None


def running(stage: Stage) -> subprocess.Popen[str]:
    """An apply in a process of its own, which waits for an answer that does not come."""
    stage.prod_server.faults = Faults(script=stalling, stall_seconds=30)
    command = [sys.executable, "-m", "lookervault", "apply", "--instance", "prod", "--yes"]
    source = {"PYTHONPATH": str(Path(lookervault.__file__).parents[1])}
    program = subprocess.Popen(
        command, env=os.environ | source, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 20
    while not any(map(stalling, stage.prod_server.calls)) and time.monotonic() < until:
        time.sleep(0.02)
    return program


def test_7_another_apply_holds_the_lock_and_is_named_until_it_dies(extracted: Stage) -> None:
    with running(extracted) as program:
        session = json.loads(extracted.run("restore", "status", "--json").out)["session"]
        holder = f"lookervault apply (pid {program.pid}, session {session}, user "
        done = extracted.run("apply", "--instance", "prod", "--yes")
        assert (done.code, f"is locked by {holder}" in done.err) == (7, True)
        assert "lookervault restore status" in done.err
        # another vault is no way round it
        assert extracted.run("extract", "--instance", "dev", "--db", "other.db").code == 0
        done = extracted.run("apply", "--instance", "prod", "--yes", "--db", "other.db")
        assert (done.code, holder in done.err) == (7, True)
        told = extracted.run("restore", "status").out
        assert "running" in told
        assert f"held by       {holder}" in told
        assert holder in extracted.run("info", "--instance", "prod").out
        program.kill()
        program.communicate()
    extracted.prod_server.faults = Faults()
    told = extracted.run("restore", "status").out
    assert ("killed" in told, "held by" in told) == (True, False)
    assert extracted.run("apply", "--resume", "--instance", "prod").code == 0


def test_130_interrupted_can_be_resumed(extracted: Stage) -> None:
    seen: list[str] = []

    def interrupt(call: Call) -> str | None:
        if call.method == "POST" and call.path.endswith("/folders") and not seen:
            seen.append(call.path)
            os.kill(os.getpid(), signal.SIGTERM)
        return None

    extracted.prod_server.faults = Faults(script=interrupt, latency=0.2)
    done = extracted.run("apply", "--instance", "prod", "--yes")
    assert (done.code, "--resume" in done.err) == (130, True)
    assert "Apply interrupted: 1 created, 0 updated, 0 deleted, 2 not started in" in done.out
    assert "Next: lookervault apply --resume --instance prod\n" in done.out
    extracted.prod_server.faults = Faults()
    assert extracted.run("apply", "--resume", "--instance", "prod").code == 0
    assert extracted.run("plan", "--instance", "prod", "--detailed-exitcode").code == 0


def test_every_code_of_the_readme_is_one_of_these() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    table = set(re.findall(r"^\| (\d+) \|", readme, flags=re.MULTILINE))
    tested = set(re.findall(r"^def test_(\d+)_", Path(__file__).read_text(), flags=re.MULTILINE))
    assert table <= tested


def test_130_twice_stops_at_once_and_can_be_resumed(extracted: Stage) -> None:
    """The program hangs on a call that is not answered; the second signal does not wait for it."""
    with running(extracted) as program:
        assert program.stderr
        program.send_signal(signal.SIGINT)
        told = next(line for line in program.stderr if "Once more stops at once" in line)
        program.send_signal(signal.SIGINT)
        assert program.wait(10) == 130
        assert told
        assert "lookervault apply --resume" in program.stderr.read()
    extracted.prod_server.faults = Faults()
    assert extracted.run("apply", "--resume", "--instance", "prod").code == 0
    assert extracted.run("plan", "--instance", "prod", "--detailed-exitcode").code == 0


def test_6_a_plan_of_more_deletes_than_allowed(extracted: Stage) -> None:
    extracted.run("apply", "--instance", "prod", "--yes")
    extracted.prod.create("group", name="Extra")
    path = extracted.folder / "lookervault.toml"
    path.write_text("[plan]\nmax_deletes = 0\n" + path.read_text())
    done = extracted.run("plan", "--instance", "prod", "--prune")
    assert done.code == 6
    assert "1 deletes are more than max_deletes = 0" in done.err
    assert extracted.run("apply", "--instance", "prod", "--prune", "--yes").code == 6
    assert extracted.prod.all("group")[-1]["name"] == "Extra"

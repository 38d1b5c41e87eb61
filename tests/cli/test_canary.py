"""`apply --canary`: what it asks, and how it ends."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Stage
from lookervault.sandbox import Call, Faults

WORDS = ("apply", "x.lvplan", "--instance", "prod", "--canary", "2")


@pytest.fixture
def planned(stage: Stage) -> Stage:
    stage.run("extract", "--instance", "dev")
    stage.run("plan", "--instance", "prod", "--out", "x.lvplan")
    return stage


def test_the_rest_follows_where_somebody_has_said_yes(planned: Stage) -> None:
    done = planned.run(*WORDS, "--yes")
    assert done.code == 0
    assert "Canary: 2 changes applied, 2 read back as planned." in done.out
    assert "Apply complete: 3 created" in done.out
    assert planned.run("plan", "--instance", "prod", "--detailed-exitcode").code == 0


def test_there_may_be_nothing_left_after_it(planned: Stage) -> None:
    done = planned.run(*WORDS[:-1], "50", "--yes", "--report", "outcome.json")
    assert (done.code, "Apply complete: 3 created" in done.out) == (0, True)
    assert '"ending": "complete"' in (planned.folder / "outcome.json").read_text()


def test_programs_are_told_too(planned: Stage) -> None:
    told = [json.loads(line) for line in planned.run(*WORDS, "--yes", "--json").out.splitlines()]
    assert [(e["event"], e["applied"]) for e in told if "applied" in e] == [("canary", 2), ("applied", 3)]


def test_6_where_the_budget_ends_in_it_that_is_told(planned: Stage) -> None:
    done = planned.run(*WORDS, "--yes", "--workers", "1", "--max-calls", "2")
    assert (done.code, "Canary: " in done.out) == (6, True)
    assert planned.run("apply", "--resume", "--instance", "prod").code == 0


def test_2_nothing_is_written_where_nobody_can_be_asked(
    planned: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert planned.run(*WORDS).code == 2
    assert not [c for c in planned.prod_server.calls if c.method == "POST" and c.path != "/login"]


def test_6_the_rest_waits_where_the_answer_is_no(planned: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "no")
    done = planned.run(*WORDS)
    assert (done.code, "only 2 changes are applied" in done.err) == (6, True)
    assert "lookervault rollback" in done.err
    assert len(planned.prod.all("look") + planned.prod.all("dashboard")) == 1
    assert planned.run("apply", "--resume", "--instance", "prod").code == 0
    assert planned.run("plan", "--instance", "prod", "--detailed-exitcode").code == 0


def test_4_the_rest_waits_where_something_does_not_read_as_it_was_written(planned: Stage) -> None:
    def meddling(call: Call) -> None:
        made = [x for x in planned.prod.all("dashboard") if call.path == f"/dashboards/{x['id']}"]
        for each in made if call.method == "GET" else ():
            planned.prod.find("dashboard", each["id"])["description"] = "not what was sent"

    planned.prod_server.faults = Faults(script=meddling)
    done = planned.run(*WORDS, "--yes")
    assert (done.code, "Canary: 2 changes applied, 1 read back as planned." in done.out) == (4, True)
    assert "dashboard:Shared/Sales/KPIs: it does not read as it was written" in done.out
    assert 'description = "not what was sent"' in done.out
    assert planned.prod.all("look") == []

"""`drift` as it is typed: its words, its forms and its exit codes."""

from __future__ import annotations

import json

from lookervault.report.drift import MARKER

from .conftest import Stage


def extracted(stage: Stage) -> None:
    assert stage.run("extract", "--instance", "dev", "--quiet").code == 0


def test_none(stage: Stage) -> None:
    extracted(stage)
    done = stage.run("drift", "--instance", "dev", "--quiet")
    assert (done.code, done.out) == (0, "No drift. dev is as dev @1 says.\n")
    assert json.loads(stage.run("drift", "-i", "dev", "-q", "--format", "json").out)["drift"] is False
    assert stage.run("drift", "-i", "dev", "-q", "--added", "--format", "markdown").code == 0


def test_who_changed_what_and_where(stage: Stage) -> None:
    extracted(stage)
    board, look = (stage.dev.all(kind)[0]["id"] for kind in ("dashboard", "look"))
    stage.dev.edit("dashboard", board, description="by *hand*")
    when = stage.dev.all("dashboard")[0]["updated_at"]
    stage.dev.delete("look", look)
    before = len(stage.dev_server.calls)
    done = stage.run("drift", "-i", "dev", "-q")
    assert done.code == 2
    assert "Drift: dev (" in done.out
    assert f"dashboard:Shared/Sales/KPIs was changed in Looker by Avery Admin at {when}" in done.out
    assert "look:Shared/Sales/Orders was deleted in Looker" in done.out
    assert "lookervault will make" not in done.out
    told = json.loads(stage.run("drift", "@1", "-i", "dev", "-q", "--format", "json").out)
    found = {c["address"]: c for c in told["changes"]}["dashboard:Shared/Sales/KPIs"]
    assert (found["what"], found["by"]) == ("changed", "Avery Admin")
    assert found["fields"] == [{"path": ["description"], "desired": None, "live": "by *hand*"}]
    text = stage.run("drift", "-i", "dev", "-q", "--format", "markdown").out
    assert text.startswith(MARKER)
    assert "by *hand*" not in text.partition("```")[0]
    methods = {c.method for c in stage.dev_server.calls[before:] if not c.path.startswith("/log")}
    assert methods == {"GET"}


def test_what_is_only_there_is_told_where_asked_for(stage: Stage) -> None:
    extracted(stage)
    folder = next(f["id"] for f in stage.dev.all("folder") if f["name"] == "Sales")
    stage.dev.create("dashboard", title="By hand", folder_id=folder)
    assert stage.run("drift", "-i", "dev", "-q").code == 0
    done = stage.run("drift", "-i", "dev", "-q", "--added")
    assert done.code == 2
    assert "dashboard:Shared/Sales/By hand was added in Looker" in done.out


def test_from_another_state(stage: Stage) -> None:
    extracted(stage)
    stage.run("apply", "@latest", "-i", "prod", "-q", "--yes")
    assert stage.run("drift", "@latest", "-i", "prod", "-q").code == 0
    stage.prod.edit("look", stage.prod.all("look")[0]["id"], description="x")
    assert stage.run("drift", "@latest", "-i", "prod", "-q").code == 2


def test_an_error_is_no_drift(stage: Stage) -> None:
    extracted(stage)
    for words in (("@9", "-i", "dev"), ("-i", "nobody"), ("-i", "dev", "--format", "xml"), ("-i", "prod")):
        done = stage.run("drift", "-q", *words)
        assert (done.code, done.out) == (1, ""), words
        assert "Error:" in done.err

"""The options of extract: which kinds, how much, how far, and from where it goes on."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Stage


def row(out: str, kind: str) -> list[str]:
    return next(line.split() for line in out.splitlines() if line.split()[:1] == [kind])


@pytest.fixture
def stopped(stage: Stage) -> Stage:
    """An extraction that has used up its calls."""
    done = stage.run("extract", "--instance", "dev", "--max-calls", "12", "--quiet")
    assert (done.code, "budget of 12 API calls" in done.err) == (6, True)
    assert "lookervault extract --resume" in done.err
    return stage


def test_kinds_can_be_named_in_two_ways(stage: Stage) -> None:
    done = stage.run("extract", "looks", "--types", "roles,groups", "--instance", "dev", "--quiet")
    assert {"look", "role", "group", "folder"} <= {line.split()[0] for line in done.out.splitlines()}
    assert not [line for line in done.out.splitlines() if line.split()[:1] == ["dashboard"]]


def test_the_summary_says_what_became_of_each_kind(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    stage.dev.edit("look", stage.dev.all("look")[0]["id"], description="x")
    done = stage.run("extract", "--instance", "dev", "--quiet")
    assert row(done.out, "kind") == ["kind", "items", "new", "changed", "deleted", "unchanged"]
    assert row(done.out, "look") == ["look", "1", "0", "1", "0", "0"]
    assert ", 0 errors; API calls: " in done.out


def test_incremental_tells_what_it_builds_upon(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    done = stage.run("extract", "--instance", "dev", "--incremental", "--quiet")
    assert row(done.out, "dashboard") == ["dashboard", "1", "0", "0", "0", "1"]
    assert "the last full pass was @1" in done.out


def test_a_folder_and_what_is_below_it(stage: Stage) -> None:
    root = next(f["id"] for f in stage.dev.all("folder") if f.get("is_shared_root"))
    inner = stage.dev.create("folder", name="Inner", parent_id=root)["id"]
    stage.dev.create("dashboard", title="Deep", folder_id=inner)
    done = stage.run("extract", "--folder", "Shared/Inner", "--instance", "dev", "--quiet")
    assert row(done.out, "dashboard") == ["dashboard", "1", "1", "0", "0", "0", "filtered"]
    assert stage.run("list", "dashboards").out.startswith("dashboard:Shared/Inner/Deep ")
    stage.run("extract", "--folder", root, "--instance", "dev", "--quiet")
    assert stage.run("list", "dashboards").out.count("\n") == 2
    lost = stage.run("extract", "--folder", "Shared/Nowhere", "--instance", "dev", "--quiet")
    assert (lost.code, "no folder Shared/Nowhere" in lost.err) == (1, True)


def test_a_caller_who_is_no_admin_is_told_that_there_may_be_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = stage.dev.create("user", first_name="Some", last_name="One")["id"]
    stage.dev.add_key(someone, "his", "secret")
    monkeypatch.setenv("LOOKERVAULT_DEV_CLIENT_ID", "his")
    monkeypatch.setenv("LOOKERVAULT_DEV_CLIENT_SECRET", "secret")
    done = stage.run("extract", "--instance", "dev", "--quiet")
    assert row(done.out, "dashboard")[-1] == "visible"
    assert "there may be more: the caller is no admin" in done.out
    assert "visible: dashboard" in stage.run("list", "dashboards").err
    verified = stage.run("verify")
    assert (verified.code, "Not all was listed" in verified.out) == (0, True)
    assert json.loads(stage.run("verify", "--json").out.splitlines()[-1])["incomplete"]["role"] == "denied"
    assert stage.run("snapshots").out.rstrip().endswith("(not all was listed)")


def test_a_forecast_writes_nothing_and_is_about_right(stage: Stage) -> None:
    told = stage.run("extract", "--instance", "dev", "--dry-run", "--json")
    forecast = json.loads(told.out.splitlines()[-1])
    assert stage.run("snapshots").out == ""
    before = len(stage.dev_server.calls)
    stage.run("extract", "--instance", "dev", "--quiet")
    made = len([c for c in stage.dev_server.calls[before:] if not c.path.startswith("/log")])
    assert abs(sum(forecast["buckets"].values()) - made) <= 3
    text = stage.run("extract", "--instance", "dev", "--dry-run", "--incremental")
    assert "Together: " in text.out
    assert "Not counted: one call for each of the dashboards that changed." in text.out


def test_resume_goes_on(stopped: Stage) -> None:
    done = stopped.run("extract", "--instance", "dev", "--resume")
    assert (done.code, "going on with extraction 1 of " in done.err) == (0, True)
    assert stopped.run("verify", "--compare-live", "--instance", "dev", "--quiet").code == 0


def test_without_resume_it_is_given_up_and_said(stopped: Stage) -> None:
    done = stopped.run("extract", "--instance", "dev")
    assert (done.code, "It is given up; --resume goes on with one." in done.err) == (0, True)
    assert stopped.run("snapshots").out.startswith("@2 ")
    again = stopped.run("extract", "--instance", "dev", "--resume")
    assert (again.code, "There is nothing to resume" in again.err) == (0, True)


@pytest.mark.parametrize(("answer", "snapshot"), [("y\n", "@1 "), ("n\n", "@2 ")])
def test_on_a_terminal_it_asks(
    stopped: Stage, monkeypatch: pytest.MonkeyPatch, answer: str, snapshot: str
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("lookervault.cli.extract.sys.stdin", Terminal(answer))
    done = stopped.run("extract", "--instance", "dev", "--quiet")
    assert done.code == 0
    assert stopped.run("snapshots").out.startswith(snapshot)


class Terminal:
    """Somebody at a keyboard."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self, limit: int = -1) -> str:
        return self.answer


def test_a_newer_vault_and_one_that_is_cut_short(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    path = stage.folder / "lookervault.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    for command in (["verify"], ["list"], ["extract", "--instance", "dev", "--quiet"]):
        done = stage.run(*command)
        assert (done.code, str(path.name) in done.err) == (1, True), (command, done)
    path.write_bytes(whole[:60] + (99).to_bytes(4, "big") + whole[64:])
    done = stage.run("extract", "--instance", "dev")
    assert (done.code, "schema version 99" in done.err, "upgrade lookervault" in done.err) == (1, True, True)


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_every_call_is_told_to_who_asks_for_it(stage: Stage, words: tuple[str, ...]) -> None:
    done = stage.run("extract", "--instance", "dev", "--verbose", *words)
    assert done.code == 0, done.err
    told = done.out if words else done.err
    lines = [line for line in told.splitlines() if ("/api/4.0/" in line)]
    assert len(lines) == len(stage.dev_server.calls)
    assert any("/login" in line and "200" in line for line in lines)
    assert "sandbox-secret" not in told
    assert "/api/4.0/" not in stage.run("extract", "--instance", "dev").err

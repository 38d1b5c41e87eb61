"""`check` and `info` tell a newcomer what is wrong, and how to mend it."""

from __future__ import annotations

import json
import socket

import pytest

from lookervault.errors import Unreachable
from lookervault.run.readiness import _cure

from .conftest import Stage


def test_all_is_well(stage: Stage) -> None:
    done = stage.run("check")
    assert done.code == 0, done.out
    assert "WRONG" not in done.out
    assert "ok     dev: connection: 127.0.0.1" in done.out
    assert "prod: login: as admin@" in done.out
    assert "kinds can be listed" in done.out
    assert "will be made by the first extraction" in done.out


def test_a_wrong_secret_is_named_and_shown_nowhere(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKERVAULT_PROD_CLIENT_SECRET", "not-the-secret")
    done = stage.run("check", "--instance", "prod")
    assert done.code == 3
    assert "ok     connection" in done.out
    assert "WRONG  login: login at" in done.out
    assert "-> check client id and client secret" in done.out
    assert "not-the-secret" not in done.out + done.err


def test_missing_credentials_name_the_variable(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKERVAULT_PROD_CLIENT_SECRET")
    done = stage.run("check", "--offline")
    assert done.code == 2
    assert "ok     dev: credentials" in done.out
    assert "WRONG  prod: credentials: instance 'prod' has no client_secret" in done.out
    assert "-> set LOOKERVAULT_PROD_CLIENT_SECRET" in done.out


def test_nobody_listens(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("LOOKERVAULT_PROD_BASE_URL", f"http://127.0.0.1:{port}")
    done = stage.run("check", "--instance", "prod")
    assert done.code == 3
    assert "WRONG  connection" in done.out
    assert "19999" in done.out


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ("POST https://x: no connection: [Errno -2] Name or service not known", "no such host"),
        ("POST https://x: no connection: timed out", "firewall"),
        ("POST https://x: no connection: [SSL: WRONG_VERSION_NUMBER]", "does not speak TLS"),
        ("POST https://x: something else", "base_url"),
    ],
)  # fmt: skip
def test_what_a_connection_says_has_a_cure(said: str, cure: str) -> None:
    assert cure in _cure(Unreachable(said))


def test_a_wrong_file_is_found_without_a_network(stage: Stage) -> None:
    (stage.folder / "lookervault.toml").write_text("[instances.dev]\nbase_ulr = 'x'\n")
    done = stage.run("check", "--offline")
    assert done.code == 2
    assert "WRONG  configuration" in done.out
    assert "did you mean 'base_url'?" in done.out


def test_json_is_a_line_for_each_step(stage: Stage) -> None:
    lines = [json.loads(line) for line in stage.run("check", "--json").out.splitlines()]
    assert {line["ok"] for line in lines} == {True}
    assert [line["name"] for line in lines][:2] == ["configuration", "vault"]


def test_a_user_who_is_no_admin_is_told_what_that_means(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = stage.dev.create("user", first_name="R", last_name="D")
    stage.dev.add_key(reader["id"], "reader", "reader-secret")
    monkeypatch.setenv("LOOKERVAULT_DEV_CLIENT_ID", "reader")
    monkeypatch.setenv("LOOKERVAULT_DEV_CLIENT_SECRET", "reader-secret")
    done = stage.run("check", "--instance", "dev")
    assert done.code == 0, done.out
    assert "an admin" not in done.out
    assert "may not be listed by this user" in done.out


def test_info(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    done = stage.run("info", "--instance", "dev")
    assert done.code == 0
    assert "roles: Admin" in done.out
    assert "latest snapshot: @1 of" in done.out
    assert json.loads(stage.run("info", "--instance", "prod", "--json").out)["snapshots"] == 0

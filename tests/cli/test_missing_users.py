"""`--missing-users` and `[plan] missing_users`: who owns what is made for an owner that is not there."""

from __future__ import annotations

import pytest

from cli.conftest import Stage


@pytest.fixture
def owned(stage: Stage) -> Stage:
    """The look of dev belongs to somebody without an e-mail."""
    ann = stage.dev.create("user", first_name="Ann", last_name="Doe")["id"]
    stage.dev.edit("look", stage.dev.all("look")[0]["id"], user_id=ann)
    stage.run("extract", "--instance", "dev")
    return stage


def test_nothing_is_written_where_that_is_an_error(owned: Stage) -> None:
    path = owned.folder / "lookervault.toml"
    path.write_text(path.read_text() + '[plan]\nmissing_users = "fail"\n')
    done = owned.run("apply", "--instance", "prod", "--yes")
    assert done.code == 6
    assert "user:Ann Doe#" in done.out + done.err
    assert owned.prod.all("look") == []


def test_somebody_else_can_own_it(owned: Stage) -> None:
    assert owned.run("apply", "--instance", "prod", "--yes", "--missing-users", "caller").code == 0
    (look,) = owned.prod.all("look")
    assert owned.prod.get("user", look["user_id"]) is not None
    sent = [c.body for c in owned.prod_server.calls if (c.method, c.path) == ("POST", "/looks")]
    assert [body["user_id"] for body in sent] == [look["user_id"]]
    assert owned.run("plan", "--instance", "prod", "--detailed-exitcode").code == 0


def test_a_user_that_nobody_knows_is_refused(owned: Stage) -> None:
    done = owned.run("plan", "--instance", "prod", "--missing-users", "cleo@example.com")
    assert done.code == 1
    assert "no user cleo@example.com" in done.err


def test_a_plan_that_is_made_keeps_its_owners(owned: Stage) -> None:
    owned.run("plan", "--instance", "prod", "--out", "x.lvplan")
    assert owned.run("apply", "x.lvplan", "--instance", "prod", "--missing-users", "caller").code == 2

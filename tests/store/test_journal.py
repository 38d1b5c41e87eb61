from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from lookervault.errors import NotFound, StoreError
from lookervault.store.journal import (
    Ending,
    Journal,
    Step,
    applies,
    apply,
    finish,
    plan_of,
    reopen,
    rows,
    start,
    step,
    unfinished,
)
from lookervault.store.vault import Vault, open_vault

from .conftest import Clock


@pytest.fixture
def session(vault: Vault) -> str:
    return start(vault, "f1", "prod")


def test_the_life_of_a_step(vault: Vault, session: str, clock: Clock) -> None:
    body = {"name": "Sales", "parent_id": "1"}
    with Journal(vault, session) as journal:
        journal.started("folder:Shared/Sales", 0, "POST", "/folders", body)
        started = journal.rows()["folder:Shared/Sales", 0]
        assert started == Step(
            node="folder:Shared/Sales",
            index=0,
            state="started",
            method="POST",
            path="/folders",
            body=body,
            bindings={},
            attempts=1,
            error="",
            started_at="2026-11-01T12:00:00.000000Z",
            ended_at=None,
        )
        clock.forward(seconds=1)
        journal.done("folder:Shared/Sales", 0, {"folder": "77"})
        journal.started("folder:Shared/Sales", 1, "PATCH", "/folders/77")
        journal.failed("folder:Shared/Sales", 1, "422 Validation failed")
    done, failed = rows(vault, session).values()
    assert (done.state, done.bindings, done.body) == ("done", {"folder": "77"}, None)
    assert (done.started_at, done.ended_at) == (started.started_at, "2026-11-01T12:00:01.000000Z")
    assert (failed.state, failed.error, failed.index) == ("failed", "422 Validation failed", 1)
    assert step(vault, session, "folder:Shared/Sales", 0).body == body
    with pytest.raises(NotFound, match="has not started step 2"):
        step(vault, session, "folder:Shared/Sales", 2)


def test_a_step_may_be_tried_again(vault: Vault, session: str) -> None:
    with Journal(vault, session) as journal:
        journal.started("a", 0, "POST", "/x", {"v": 1})
        journal.failed("a", 0, "503")
        journal.started("a", 0, "POST", "/x", {"v": 2})
    (again,) = rows(vault, session).values()
    assert (again.state, again.attempts, again.error, again.body) == ("started", 2, "", {"v": 2})
    assert again.ended_at is None


def test_a_started_row_is_on_disk_when_the_call_returns(vault: Vault, session: str) -> None:
    with Journal(vault, session) as journal, sqlite3.connect(vault.path) as other:
        journal.started("a", 0, "POST", "/x")
        assert other.execute("SELECT node FROM restoration_checkpoints").fetchall() == [("a",)]
        assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    other.close()


def test_no_start_overtakes_an_end(vault: Vault, session: str) -> None:
    with Journal(vault, session) as journal:
        for number in range(50):
            journal.started(str(number), 0, "POST", "/x")
            assert all(each.state == "done" for each in list(journal.rows().values())[:-1])
            journal.done(str(number), 0)


@pytest.mark.parametrize(("shared", "least", "most"), [(500, 1, 2), (4, 5, 6)])
def test_workers_share_commits(
    vault: Vault, session: str, monkeypatch: pytest.MonkeyPatch, shared: int, least: int, most: int
) -> None:
    monkeypatch.setattr("lookervault.store.journal._SHARED", shared)
    commits: list[str] = []
    submitted: list[object] = []
    journal = Journal(vault, session)
    submit = journal._submit

    def counted(sql: str, values: Sequence[Any], written: Future[None] | None = None) -> None:
        submit(sql, values, written)
        submitted.append(sql)

    monkeypatch.setattr(journal, "_submit", counted)
    journal._connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    with vault.transaction():  # nobody else can write now, so the rows gather
        threads = [
            threading.Thread(target=journal.started, args=(str(number), 0, "POST", "/x"))
            for number in range(20)
        ]
        for thread in threads:
            thread.start()
        while len(submitted) < 20:
            time.sleep(0.001)
    for thread in threads:
        thread.join()
    journal.close()
    assert len(rows(vault, session)) == 20
    assert least <= len(commits) <= most


def test_many_threads(vault: Vault, session: str) -> None:
    def work(worker: int) -> None:
        for number in range(25):
            journal.started(f"{worker}", number, "POST", "/x", {"n": number})
            journal.done(f"{worker}", number, {"id": f"{worker}.{number}"})

    with Journal(vault, session) as journal:
        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    written = rows(vault, session)
    assert len(written) == 200
    assert all(each.bindings == {"id": f"{node}.{index}"} for (node, index), each in written.items())


def test_a_full_disk_reaches_the_callers(vault: Vault, session: str) -> None:
    journal = Journal(vault, session)
    journal.started("before", 0, "POST", "/x")
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    for _ in range(2):
        with pytest.raises(StoreError, match="the disk is full"):
            journal.started("big", 0, "POST", "/x", "x" * 200_000)
    with pytest.raises(StoreError, match="the disk is full"):
        journal.done("before", 0)
    with pytest.raises(StoreError, match="the disk is full"):
        journal.close()
    assert {key: each.state for key, each in rows(vault, session).items()} == {("before", 0): "started"}


def test_an_end_that_could_not_be_written_is_told_at_the_close(vault: Vault, session: str) -> None:
    with pytest.raises(StoreError, match="never started"), Journal(vault, session) as journal:
        journal.done("a", 0)


def test_the_first_error_is_the_one_that_is_told(vault: Vault, session: str) -> None:
    with pytest.raises(KeyboardInterrupt), Journal(vault, session) as journal:
        journal.done("a", 0)
        raise KeyboardInterrupt


def test_text_that_cannot_be_stored_is_told(vault: Vault, session: str) -> None:
    journal = Journal(vault, session)
    with pytest.raises(StoreError, match="cannot be stored"):
        journal.started("\ud800", 0, "POST", "/x")
    with pytest.raises(StoreError, match="cannot be stored"):
        journal.close()


def test_a_closed_journal_takes_no_more(vault: Vault, session: str) -> None:
    journal = Journal(vault, session)
    journal.close()
    journal.close()
    with pytest.raises(StoreError, match="is closed"):
        journal.started("a", 0, "POST", "/x")
    assert not journal._writer.is_alive()


def test_a_journal_needs_an_apply(vault: Vault) -> None:
    with pytest.raises(NotFound, match="there is no apply nowhere"):
        Journal(vault, "nowhere")


def test_applies_and_their_endings(vault: Vault, clock: Clock) -> None:
    one = start(vault, "f1", "prod", plan=b"the plan")
    clock.forward(minutes=1)
    two = start(vault, "f2", "test")
    finish(vault, two, "done", {"created": 3})
    assert [each.session for each in applies(vault)] == [two, one]
    assert [each.session for each in applies(vault, "prod")] == [one]
    told = apply(vault, two)
    assert (told.fingerprint, told.host, told.status, told.counts) == ("f2", "test", "done", {"created": 3})
    assert (told.started_at, told.ended_at) == ("2026-11-01T12:01:00.000000Z",) * 2
    assert (apply(vault, one).status, apply(vault, one).ended_at) == ("running", None)
    assert (plan_of(vault, one), plan_of(vault, two)) == (b"the plan", b"")
    assert one.startswith("20261101T120000-")


@pytest.mark.parametrize("status", ["failed", "interrupted", "partly"])
def test_an_apply_that_is_not_done_can_be_found_again(vault: Vault, status: Ending) -> None:
    session = start(vault, "f1", "prod")
    for ended in (False, True):
        found = unfinished(vault, "f1", "prod")
        assert found
        assert (found.session, found.status) == (session, status if ended else "running")
        finish(vault, session, status)
    assert unfinished(vault, "f1", "test") is unfinished(vault, "f2", "prod") is None
    reopen(vault, session)
    assert (apply(vault, session).status, apply(vault, session).ended_at) == ("running", None)
    finish(vault, session, "done")
    assert unfinished(vault, "f1", "prod") is None


def test_an_unknown_apply_is_told(vault: Vault) -> None:
    acts: list[Any] = [
        lambda: apply(vault, "x"),
        lambda: plan_of(vault, "x"),
        lambda: finish(vault, "x", "done"),
        lambda: reopen(vault, "x"),
    ]
    for act in acts:
        with pytest.raises(NotFound, match="there is no apply x"):
            act()


def test_an_unknown_ending_is_refused(vault: Vault, session: str) -> None:
    with pytest.raises(StoreError):
        finish(vault, session, "great")  # type: ignore[arg-type]


def test_resuming_after_the_vault_was_closed(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    with open_vault(path) as vault:
        session = start(vault, "f", "prod")
        with Journal(vault, session) as journal:
            journal.started("a", 0, "POST", "/x")
    with open_vault(path) as vault, Journal(vault, session) as journal:
        journal.done("a", 0, {"id": "1"})
        journal.started("b", 0, "POST", "/y")
    with open_vault(path) as vault:
        assert [each.state for each in rows(vault, session).values()] == ["done", "started"]


def test_a_row_that_nobody_waits_for_is_on_disk_before_a_later_one(vault: Vault, session: str) -> None:
    with Journal(vault, session) as journal:
        journal.started("a", 0, "PATCH", "/looks/1", wait=False)
        journal.started("b", 0, "POST", "/looks")
        assert [s.node for s in journal.rows().values()] == ["a", "b"]

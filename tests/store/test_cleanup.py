from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lookervault.errors import NotFound
from lookervault.store.cleanup import Cleanup, clean
from lookervault.store.snapshots import begin, complete, fail, history, put, resolve, session, snapshots
from lookervault.store.vault import Vault
from lookervault.store.verify import verify, verify_file

from .conftest import Clock
from .extracting import HOST, contents, extract, stage

STATES: list[dict[str, Any]] = [{"1": 0, "2": 0}, {"1": 1, "2": 0}, {"1": 2}, {"1": 3}]


@pytest.fixture
def aged(vault: Vault, clock: Clock) -> Vault:
    """A snapshot on each of four days, 1 to 4; it is now the noon of day 5."""
    for state in STATES:
        extract(vault, {"look": state})
        clock.forward(days=1)
    return vault


def kept(vault: Vault) -> dict[int, Any]:
    return {each.number: contents(vault, each)["look"] for each in snapshots(vault)}


def test_what_ended_before_is_dropped_and_the_rest_is_whole(aged: Vault, clock: Clock) -> None:
    report = clean(aged, clock() - timedelta(days=1.5), dry_run=False)
    assert report == Cleanup(snapshots=(1, 2), sessions=(), versions=3, bodies=2)
    assert kept(aged) == {3: STATES[2], 4: STATES[3]}
    assert [list(verify(aged, each)) for each in snapshots(aged)] == [[], []]
    assert verify_file(aged) == []
    assert [each.from_session for each in history(aged, HOST, "look", "1")] == [3, 4]
    assert history(aged, HOST, "look", "2") == []
    with pytest.raises(NotFound, match="there are @3"):
        resolve(aged, "@2")
    assert extract(aged, {"look": {"1": 0}}).kinds["look"].changed == 1


def test_a_dry_run_tells_the_same_and_does_nothing(aged: Vault, clock: Clock) -> None:
    before = kept(aged)
    moment = clock() - timedelta(days=1.5)
    rehearsed = clean(aged, moment)
    assert kept(aged) == before
    assert rehearsed == clean(aged, moment) == clean(aged, moment, dry_run=False)
    assert clean(aged, moment, dry_run=False) == Cleanup((), (), 0, 0)


def test_the_latest_snapshot_of_each_host_stays(aged: Vault, clock: Clock) -> None:
    other = extract(aged, {"look": {"9": 9}}, host="other")
    clock.forward(days=100)
    clean(aged, clock(), dry_run=False)
    assert kept(aged) == {4: STATES[3], other.number: {"9": 9}}


def test_what_is_recent_stays(aged: Vault, clock: Clock) -> None:
    assert clean(aged, clock() - timedelta(days=10)) == Cleanup((), (), 0, 0)


def test_space_is_given_back(vault: Vault, clock: Clock) -> None:
    for _ in range(2):
        rows = {str(number): f"{clock()} {number} " * 200 for number in range(300)}
        extract(vault, {"look": rows})
        clock.forward(days=1)
    vault.read("PRAGMA wal_checkpoint(TRUNCATE)")
    before = vault.path.stat().st_size
    clean(vault, clock(), dry_run=False)
    assert vault.path.stat().st_size < before
    assert contents(vault, resolve(vault, "@latest")) == {"look": rows}


def test_abandoned_sessions_and_stray_contents_are_dropped(vault: Vault, clock: Clock) -> None:
    old = stage(vault, {"look": {"1": "old"}})
    failed = begin(vault, host=HOST)
    fail(vault, failed, "")
    clock.forward(days=2)
    new = stage(vault, {"look": {"1": "stray"}})
    put(vault, new, "look", [("1", None, None, None, "new")])
    report = clean(vault, clock() - timedelta(days=1), dry_run=False)
    assert report == Cleanup(snapshots=(), sessions=(old,), versions=0, bodies=1)
    assert session(vault, old).status == "failed"
    done = complete(vault, new, {"look": {"status": "complete", "count": 1}})
    assert contents(vault, done) == {"look": {"1": "new"}}

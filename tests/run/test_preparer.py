"""Objects made ready in another process are what they are when made ready here, whatever becomes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import lookervault
from lookervault.errors import AnswerLost
from lookervault.run import preparer
from lookervault.run.onecore import cores
from lookervault.run.prepare import Prepared, prepared
from lookervault.run.preparer import Preparer
from lookervault.store.codec import decode

SALT = b"salt"
DASHBOARD = {
    "id": "7",
    "title": "Übersicht",
    "updated_at": "2026-01-01T00:00:00Z",
    "dashboard_elements": [
        {"id": 1, "merge_result_id": "m1", "query_id": "q0"},
        {"id": 2, "query_id": "q1"},
        {"id": 3, "query_id": "q2", "query": {"id": "q2"}},
    ],
}
BODIES = [
    msgspec.json.encode(DASHBOARD),
    msgspec.json.encode([{"id": str(n), "title": f"T{n}", "client_secret": "x"} for n in range(3)]),
    b"",
    b"null",
    b'{"id": "8", "title": "\\ud800", "big": 1e400, "huge": 123456789012345678901234567890}',
    b"[]",
]


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[Preparer]:
    monkeypatch.setattr(preparer, "_cores", lambda: 2)
    with Preparer(SALT) as found:
        found.begin(1000, workers=8)
        assert found.pid
        yield found


def here(bodies: list[bytes]) -> list[list[Prepared]]:
    return [prepared("dashboard", body, SALT) for body in bodies]


@pytest.mark.parametrize("size", [1, 4, 100])
def test_it_is_the_same_in_another_process(other: Preparer, size: int) -> None:
    assert list(other.all("dashboard", BODIES * 5, size)) == here(BODIES) * 5
    assert list(other.all("look", [], size)) == []
    assert other.pid


def test_it_is_the_same_where_nobody_can_tell_whether_the_other_is_busy(
    other: Preparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparer, "_TELLS", False)
    assert list(other.all("dashboard", BODIES * 20, 3)) == here(BODIES) * 20
    assert other.pid


def test_the_other_has_more_to_do_while_more_is_gathered(
    other: Preparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for the first batch, or does the work here, while there is room for another."""
    made_here: list[bytes] = []

    def make(_: Preparer, kind: str, body: bytes) -> list[Prepared]:
        made_here.append(body)
        return prepared(kind, body, SALT)

    monkeypatch.setattr(Preparer, "_is_busy", lambda *_: True)
    monkeypatch.setattr(Preparer, "_here", make)
    bodies = iter(BODIES * 3)
    found = other.all("dashboard", bodies, 2)
    assert next(found) == here(BODIES)[0]
    asked = len(BODIES) * 3 - len(list(bodies))
    assert asked == 2 * (preparer._UNDER_WAY + 1)
    assert made_here == (BODIES * 3)[asked - 2 : asked]


def test_what_is_made_ready() -> None:
    [[made], several, nothing, no_object, odd, empty] = here(BODIES)
    assert (made.ready.id, made.ready.name, made.ready.updated_at) == (
        "7",
        "Übersicht",
        "2026-01-01T00:00:00Z",
    )
    assert (made.merges, made.queries) == (["m1"], ["q1"])
    assert decode(made.ready.body) == DASHBOARD
    assert [each.ready.id for each in several] == ["0", "1", "2"]
    assert b"lookervault:secret" in several[0].ready.body
    assert (nothing, no_object, empty) == ([], [], [])
    assert decode(odd[0].ready.body)["huge"] == 123456789012345678901234567890


def test_it_may_die_at_any_time(other: Preparer) -> None:
    def deadly() -> Iterator[bytes]:
        for nth, body in enumerate(BODIES * 50):
            if nth == 100:
                os.kill(other.pid, signal.SIGKILL)
            yield body

    assert list(other.all("dashboard", deadly(), 10)) == here(BODIES) * 50
    assert not other.pid


def test_it_may_be_dead_before_it_is_given_anything(other: Preparer) -> None:
    os.kill(other.pid, signal.SIGKILL)
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert list(other.all("dashboard", BODIES * 5, 4)) == here(BODIES) * 5
    assert not other.pid


def test_what_it_says_may_be_nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where something of the system greets whoever begins Python."""
    monkeypatch.setattr(preparer, "_cores", lambda: 2)
    monkeypatch.setattr(preparer, "_PROGRAM", f"print('Welcome!', flush=True); {preparer._PROGRAM}")
    monkeypatch.setattr(Preparer, "_is_busy", lambda *_: False)  # or all may be done before it says anything
    with Preparer(SALT) as found:
        found.begin(1000, workers=8)
        assert list(found.all("dashboard", BODIES * 5, 4)) == here(BODIES) * 5
        assert not found.pid


def test_objects_larger_than_any_pipe(other: Preparer) -> None:
    large = [msgspec.json.encode({"id": str(n), "text": os.urandom(3_000_000).hex()}) for n in range(4)]
    assert list(other.all("dashboard", large, 2)) == here(large)
    assert other.pid


def test_what_is_no_json_is_told(other: Preparer) -> None:
    with pytest.raises(AnswerLost, match="dashboard that cannot be read"):
        list(other.all("dashboard", [BODIES[0], b"<html>"], 1))
    assert not other.pid


def test_who_stops_listening_ends_it(other: Preparer) -> None:
    found = other.all("dashboard", BODIES * 9, 2)
    next(found)
    found.close()
    assert not other.pid


@pytest.mark.parametrize(("objects", "workers", "several"), [(499, 8, 2), (9999, 3, 2), (9999, 8, 1)])
def test_it_is_begun_only_where_it_is_worth_it(
    monkeypatch: pytest.MonkeyPatch, objects: int, workers: int, several: int
) -> None:
    monkeypatch.setattr(preparer, "_cores", lambda: several)
    with Preparer(SALT) as found:
        found.begin(objects, workers)
        assert not found.pid
        assert list(found.all("dashboard", BODIES, 2)) == here(BODIES)


@pytest.mark.skipif(len(cores()) < 2, reason="there is one core, or the system lets nobody choose")
def test_it_is_kept_apart_from_who_is_kept_on_one_core() -> None:
    everywhere, here = set(cores()), {min(cores())}
    with Preparer(SALT) as found:
        try:
            os.sched_setaffinity(0, here)
            found.begin(1000, workers=8)
            assert found.pid
            assert os.sched_getaffinity(found.pid) == everywhere - here
            os.sched_setaffinity(0, everywhere)
            list(found.all("dashboard", BODIES, 2))
            assert os.sched_getaffinity(found.pid) == everywhere
            os.sched_setaffinity(0, here)
            list(found.all("dashboard", BODIES, 2))
            assert os.sched_getaffinity(found.pid) == everywhere - here
        finally:
            os.sched_setaffinity(0, everywhere)


def test_where_there_can_be_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparer, "_cores", lambda: 2)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Preparer(SALT) as found:
        found.begin(1000, workers=8)
        assert not found.pid
        assert list(found.all("dashboard", BODIES, 2)) == here(BODIES)


def test_ctrl_c_is_not_for_it_and_it_ends_with_who_began_it() -> None:
    """Ctrl+C in a terminal reaches all of the group in front; kill -9 reaches only one."""
    program = (
        "import os, time\n"
        "from lookervault.run import preparer\n"
        "preparer._cores = lambda: 2\n"
        "made = preparer.Preparer(b'')\n"
        "made.begin(1000, workers=8)\n"
        "list(made.all('dashboard', [b'[]'], 1))\n"
        "print(made.pid, os.getpgid(made.pid) == os.getpgrp(), flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(lookervault.__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as beginner:
        assert beginner.stdout
        pid, together = beginner.stdout.readline().split()
        beginner.kill()
    assert together == "False"
    until = time.monotonic() + 10
    while time.monotonic() < until and Path(f"/proc/{pid}/cmdline").exists():
        if not Path(f"/proc/{pid}/cmdline").read_bytes():  # it has ended, and nobody has asked how
            break
        time.sleep(0.01)
    else:
        assert not Path(f"/proc/{pid}").exists()

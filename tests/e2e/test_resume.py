"""An extraction that was stopped, by kill -9 or otherwise, goes on where it was."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import lookervault
from lookervault.errors import ApiError, Interrupted, Locked, LookervaultError, Refused, StoreError
from lookervault.looker.gateway import Gateway, connect
from lookervault.looker.settings import Connection
from lookervault.looker.stats import Stats
from lookervault.run.events import Event, KindRestarted, SessionResumed
from lookervault.run.extract import Extraction, extract, interrupted
from lookervault.run.states import snapshot_state
from lookervault.sandbox import Call, Faults, Instance, Server, demo_instance, serve
from lookervault.store import checkpoints
from lookervault.store.lock import hold
from lookervault.store.snapshots import Snapshot, snapshots, unfinished
from lookervault.store.vault import Vault, open_vault
from lookervault.store.verify import verify, verify_file
from world import ALL_KINDS, KEY, QUICK

from . import extracting
from .extracting import BATCH, WORKERS
from .test_incremental import uncounted

OBJECTS = 260


class Extractor:
    """The program in `extracting`, which is told what to do and then watched."""

    def __init__(self) -> None:
        source = str(Path(lookervault.__file__).parents[1])
        self.program = subprocess.Popen(
            [sys.executable, extracting.__file__],
            env=os.environ | {"PYTHONPATH": source},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, vault: Path, server: Server) -> int:
        """Lets it extract; gives the id of the process."""
        assert self.program.stdin
        print(vault, server.url, file=self.program.stdin, flush=True)
        return int(self.answer())

    def answer(self) -> str:
        """What it says next."""
        assert self.program.stdout
        return self.program.stdout.readline().strip()

    def close(self) -> None:
        """Ends the program."""
        self.program.communicate("")


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    found = Extractor()
    yield found
    found.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(demo_instance(objects=OBJECTS)) as found:
        yield found


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with open_vault(tmp_path / "vault.db") as found:
        yield found


class Killer:
    """Kills a process at its n-th call."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.victim = 0
        self.known = threading.Event()
        self._turn = threading.Lock()

    def script(self, call: Call) -> str | None:
        """A script for `Faults`."""
        with self._turn:
            self.count -= 1
            if self.count:
                return None
        self.known.wait(10)
        os.kill(self.victim, signal.SIGKILL)
        return None


def told(gateway: Gateway, vault: Vault, *, resume: bool = True, batch: int = BATCH) -> list[Event]:
    """What is heard of an extraction that runs to its end."""
    events: list[Event] = []
    wanted = Extraction("dev", ALL_KINDS, workers=WORKERS, batch_size=batch, resume=resume)
    extract(gateway, vault, wanted, events.append)
    return events


def opened(server: Server, max_calls: int | None = None) -> Gateway:
    connection = Connection(server.url, *KEY, timeout=10.0)
    return connect(connection, backoff=QUICK, stats=Stats(max_calls))


def ids(vault: Vault, snapshot: Snapshot) -> dict[tuple[str, str], str]:
    return snapshot_state(vault, snapshot).ids


def same_as_undisturbed(server: Server, vault: Vault, folder: Path) -> None:
    """The last snapshot is sound, and is what a new extraction into another vault finds."""
    found = snapshots(vault)[-1]
    assert [*verify_file(vault), *verify(vault, found)] == []
    assert unfinished(vault) == []
    with open_vault(folder / "other.db") as other, opened(server) as gateway:
        told(gateway, other)
        mine, theirs = snapshot_state(vault, found), snapshot_state(other, snapshots(other)[-1])
        assert uncounted(mine) == uncounted(theirs)


def kill_and_resume(extractor: Extractor, server: Server, folder: Path, dice: random.Random) -> None:
    path = folder / f"{dice.random()}.db"
    open_vault(path).close()
    before = len(server.calls)
    killer = Killer(dice.randrange(2, 240))
    server.faults = Faults(script=killer.script)
    killer.victim = extractor.begin(path, server)
    killer.known.set()
    status = extractor.answer()
    server.faults = Faults()
    if status != "0":
        assert status == str(int(signal.SIGKILL))
        extractor.begin(path, server)
        assert extractor.answer() == "0"
    repeated = repeats(server.calls[before:])
    assert max(repeated.values(), default=0) <= 1
    assert repeated.total() <= WORKERS * BATCH
    with open_vault(path) as vault:
        same_as_undisturbed(server, vault, folder)
    (folder / "other.db").unlink()


def repeats(calls: list[Call]) -> Counter[str]:
    """The calls made more than once, and how often more; those that begin any session are no part of it."""
    names = Counter(
        f"{c.path} {sorted(c.query.items())}"
        for c in calls
        if not c.path.startswith(("/log", "/user", "/versions")) or c.path.startswith("/users")
    )
    return Counter({name: times - 1 for name, times in names.items() if times > 1})


@pytest.mark.parametrize("seed", range(4))
def test_killed_and_resumed(extractor: Extractor, server: Server, tmp_path: Path, seed: int) -> None:
    kill_and_resume(extractor, server, tmp_path, random.Random(seed))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 130))
def test_killed_at_any_moment(extractor: Extractor, server: Server, tmp_path: Path, seed: int) -> None:
    kill_and_resume(extractor, server, tmp_path, random.Random(seed))


@pytest.fixture
def stopped(server: Server, vault: Vault) -> Vault:
    """A vault with an extraction that has used up its calls in the middle of the dashboards."""
    with opened(server, max_calls=150) as gateway, pytest.raises(Refused) as refused:
        told(gateway, vault)
    assert "--resume" in refused.value.hint
    assert unfinished(vault)[0].staged > 50
    return vault


def test_a_budget_that_is_used_up_is_no_loss(server: Server, stopped: Vault, tmp_path: Path) -> None:
    with opened(server) as gateway:
        events = told(gateway, stopped)
    (resumed,) = [e for e in events if isinstance(e, SessionResumed)]
    assert resumed.objects > 50
    same_as_undisturbed(server, stopped, tmp_path)


def damage(vault: Vault, sql: str) -> None:
    with sqlite3.connect(vault.path) as connection:
        connection.execute(sql)
    connection.close()


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE sync_checkpoints SET position = '{' WHERE kind = 'folder'", "damaged"),
        ("UPDATE sync_checkpoints SET count = 9 WHERE kind = 'folder'", "digest does not match"),
        ("DELETE FROM staged_items WHERE kind = 'folder' AND id = '20'", "the vault has"),
    ],
)
def test_a_corrupt_checkpoint_is_not_believed(
    server: Server, stopped: Vault, tmp_path: Path, sql: str, reason: str
) -> None:
    damage(stopped, sql)
    with opened(server) as gateway:
        events = told(gateway, stopped)
    (restarted,) = [e for e in events if isinstance(e, KindRestarted)]
    assert restarted.kind == "folder"
    assert reason in restarted.reason
    same_as_undisturbed(server, stopped, tmp_path)


def test_a_corrupt_list_of_headers_is_listed_anew(server: Server, stopped: Vault, tmp_path: Path) -> None:
    damage(stopped, "UPDATE sync_checkpoints SET position = 'x' WHERE kind = 'look#heads'")
    with opened(server) as gateway:
        events = told(gateway, stopped)
    assert [e.kind for e in events if isinstance(e, KindRestarted)] == ["look"]
    same_as_undisturbed(server, stopped, tmp_path)


def test_another_request_does_not_go_on_with_it(server: Server, stopped: Vault) -> None:
    host = snapshot_host(server)
    assert interrupted(stopped, host, Extraction("dev", ALL_KINDS)) is not None
    assert interrupted(stopped, host, Extraction("dev", ["look"])) is None
    assert interrupted(stopped, host, Extraction("dev", ALL_KINDS, folder="Shared")) is None
    (old,) = unfinished(stopped)
    with opened(server) as gateway:
        told(gateway, stopped, resume=False)
    assert unfinished(stopped) == []
    assert [s.number for s in snapshots(stopped)] == [old.number + 1]


def snapshot_host(server: Server) -> str:
    return f"127.0.0.1:{server.port}"


def test_only_one_extraction_of_an_instance_at_a_time(server: Server, vault: Vault) -> None:
    with (
        hold(vault, f"{snapshot_host(server)} (extraction)", "another"),
        opened(server) as gateway,
        pytest.raises(Locked),
    ):
        told(gateway, vault)
    assert unfinished(vault) == []


class Full:
    """A disk that is full from the n-th commit on."""

    def __init__(self, vault: Vault, commits: int) -> None:
        self.commits = commits
        self.real = vault._connection

    def execute(self, sql: str, values: object = ()) -> sqlite3.Cursor:
        if sql == "COMMIT":
            self.commits -= 1
            if self.commits < 0:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
        return self.real.execute(sql, values)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)


@pytest.mark.parametrize("commits", [1, 8, 40])
def test_a_full_disk(server: Server, vault: Vault, tmp_path: Path, commits: int) -> None:
    with opened(server) as gateway:
        told(gateway, vault)
        before = ids(vault, snapshots(vault)[-1])
        real = vault._connection
        vault._connection = Full(vault, commits)  # type: ignore[assignment]
        with pytest.raises(StoreError, match="the disk is full"):
            told(gateway, vault)
        vault._connection = real
        assert ids(vault, snapshots(vault)[-1]) == before
        told(gateway, vault)
    same_as_undisturbed(server, vault, tmp_path)


@pytest.mark.parametrize(
    ("error", "seen"),
    [(KeyboardInterrupt(), Interrupted), (ApiError("no", status=500), ApiError)],
)
def test_what_ends_it_says_how_to_go_on(
    server: Server, vault: Vault, error: BaseException, seen: type[LookervaultError]
) -> None:
    def strike(event: Event) -> None:
        if getattr(event, "kind", "") == "dashboard":
            raise error

    wanted = Extraction("dev", ALL_KINDS, workers=WORKERS, batch_size=BATCH)
    with opened(server) as gateway, pytest.raises(seen) as raised:
        extract(gateway, vault, wanted, strike)
    assert "extract --resume" in raised.value.hint
    assert checkpoints.load(vault, unfinished(vault)[0].number)["folder"].problem == ""


def test_what_fails_at_once_leaves_nothing_to_resume(server: Server, vault: Vault) -> None:
    with opened(server, max_calls=1) as gateway, pytest.raises(Refused):
        told(gateway, vault)
    assert unfinished(vault) == []


def test_a_list_that_moved_is_read_afresh(tmp_path: Path) -> None:
    inst = demo_instance(objects=2500)
    assert len(inst.all("user")) > 110
    stop = Stop("/users", 1)
    with serve(inst, faults=Faults(script=stop.script)) as server, open_vault(tmp_path / "v.db") as vault:
        wanted = Extraction("dev", ["user"], workers=1, resume=True)
        with opened(server) as gateway, pytest.raises(ApiError):
            extract(gateway, vault, wanted, lambda event: None)
        events: list[Event] = []
        leave(inst)
        server.faults = Faults()
        with opened(server) as gateway:
            extract(gateway, vault, wanted, events.append)
        assert [e.kind for e in events if isinstance(e, KindRestarted)] == ["user"]
        known = {id_ for kind, id_ in ids(vault, snapshots(vault)[-1]) if kind == "user"}
        assert known == {u["id"] for u in inst.all("user")}


class Stop:
    """Answers 500 to everything below a path from the n-th call on."""

    def __init__(self, path: str, count: int) -> None:
        self.path, self.count = path, count

    def script(self, call: Call) -> str | None:
        """A script for `Faults`."""
        if call.path != self.path:
            return None
        self.count -= 1
        return "500" if self.count < 0 else None


def leave(inst: Instance) -> None:
    """One of the first users is gone."""
    user = next(u for u in inst.all("user") if u["last_name"] == "Generated")
    inst.delete("user", user["id"])

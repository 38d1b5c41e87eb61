from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import lookervault
from lookervault.errors import Locked, StoreError
from lookervault.store.lock import Holder, hold, holder_of
from lookervault.store.vault import Vault

HOLDER = """
import pathlib, sys
from lookervault.store.lock import hold
with hold(pathlib.Path(sys.argv[1]), "prod", "apply one"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    source = str(Path(lookervault.__file__).parents[1])
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": source},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    assert child.stdout.readline() == "held\n"
    return child


def refusal(folder: Path) -> str:
    with pytest.raises(Locked) as caught, hold(folder, "prod", "another apply"):
        pass
    return caught.value.message


def test_the_second_is_told_who_is_first(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    expected = rf"prod is locked by apply one \(pid {holder.pid}, user \S+ on \S+, since 20\S+Z\)"
    assert re.fullmatch(expected, refusal(tmp_path))
    with hold(tmp_path, "test", "apply two"):
        pass
    holder.communicate("")
    with hold(tmp_path, "prod", "apply two"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_whoever_looks_is_told_who_holds_it_and_which_session(tmp_path: Path) -> None:
    assert holder_of(tmp_path, "prod") is None
    with hold(tmp_path, "prod", "lookervault apply") as sign:
        sign("20261101T120000-1a2b3c")
        holder = holder_of(tmp_path, "prod")
        assert isinstance(holder, Holder)
        assert (holder.who, holder.pid) == ("lookervault apply", os.getpid())
        assert holder.session == "20261101T120000-1a2b3c"
        assert f"(pid {os.getpid()}, session 20261101T120000-1a2b3c, user " in refusal(tmp_path)
    assert holder_of(tmp_path, "prod") is None


def test_nobody_holds_what_a_killed_process_left_behind(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    assert holder_of(tmp_path, "prod") is not None
    holder.kill()
    holder.communicate()
    assert holder_of(tmp_path, "prod") is None


def test_a_killed_holder_holds_nothing(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate()
    with hold(tmp_path, "prod", "apply two"):
        assert "apply two" in refusal(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_file_lies_beside_the_vault(vault: Vault) -> None:
    with hold(vault, "looker.example.com:19999", "apply"):
        path = vault.path.with_name("vault.db-looker.example.com%3A19999.lock")
        assert '"since":"2026-11-01T12:00:00.000000Z"' in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()


@pytest.mark.parametrize("host", ["../../prod", "..", "a/b", "ho st", "ütf"])
def test_no_host_leads_out_of_the_folder(tmp_path: Path, host: str) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    with hold(folder, host, "apply"):
        assert [each.parent for each in tmp_path.rglob("*.lock")] == [folder]


def test_an_error_in_the_block_releases(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), hold(tmp_path, "prod", "one"):
        raise KeyboardInterrupt
    with hold(tmp_path, "prod", "two"):
        pass


@pytest.mark.parametrize("content", ["", "junk", "[]", "{}", '"text"'])
def test_a_holder_that_has_not_signed_yet(tmp_path: Path, content: str) -> None:
    with hold(tmp_path, "prod", "one"):
        (tmp_path / "prod.lock").write_text(content)
        assert refusal(tmp_path) == "prod is locked by another process"


def test_a_lock_file_that_somebody_removed_is_left_to_its_new_holder(tmp_path: Path) -> None:
    with hold(tmp_path, "prod", "one"):
        (tmp_path / "prod.lock").unlink()
        second = hold(tmp_path, "prod", "two")
        second.__enter__()
    assert "two" in refusal(tmp_path)
    second.__exit__(None, None, None)
    assert list(tmp_path.iterdir()) == []


def test_a_user_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 3_999_999)
    with hold(tmp_path, "prod", "one"):
        assert "user 3999999 on" in refusal(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match="cannot be opened: No such file"),
        hold(tmp_path / "no", "prod", "one"),
    ):
        pass


def test_a_full_disk_is_told_and_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(handle: int, data: bytes, place: int) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", no_space)
        with pytest.raises(StoreError, match="cannot be written: No space"), hold(tmp_path, "prod", "one"):
            pass
    with hold(tmp_path, "prod", "two"):
        pass


def test_never_two_at_once(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        done = 0
        while done < 30:
            try:
                with hold(tmp_path, "prod", "thread"):
                    inside.append(1)
                    most.append(len(inside))
                    inside.pop()
                    done += 1
            except Locked:
                continue

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), max(most)) == (120, 1)

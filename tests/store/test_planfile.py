from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lookervault.errors import NotFound, PlanFileError
from lookervault.store.planfile import FORMAT, read_plan, write_plan

PAYLOAD = b'{"changes": [' + b'{"address": "look:Shared/Sales"},' * 200 + b"]}" + os.urandom(300)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_plan(tmp_path / "a.lvplan", PAYLOAD)
    return tmp_path / "a.lvplan"


@pytest.mark.parametrize("payload", [b"", b"x", PAYLOAD, bytes(range(256)) * 5000])
def test_what_is_read_is_what_was_written(tmp_path: Path, payload: bytes) -> None:
    write_plan(tmp_path / "p", payload)
    assert read_plan(tmp_path / "p") == payload


def test_the_file_is_small_and_private(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size < len(PAYLOAD) / 5
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_is_replaced_becomes_private(path: Path) -> None:
    path.chmod(0o644)
    write_plan(path, b"new")
    assert (read_plan(path), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o600)


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(PlanFileError, match="cannot be written: No space left on device"):
        write_plan(path, b"new")
    assert read_plan(path) == PAYLOAD
    assert list(path.parent.iterdir()) == [path]


def test_every_edited_byte_is_noticed(path: Path) -> None:
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        with pytest.raises(PlanFileError):
            read_plan(path)


def test_every_cut_is_noticed(path: Path) -> None:
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(PlanFileError):
            read_plan(path)


def told(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(PlanFileError) as caught:
        read_plan(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value.message.replace(str(path), "FILE")


def test_each_kind_of_damage_has_its_words(path: Path) -> None:
    data = path.read_bytes()
    newer = data[:8] + (FORMAT + 1).to_bytes(2, "big") + data[10:]
    older = data[:8] + bytes(2) + data[10:]
    damaged = "plan file FILE is damaged or was edited: its content does not match its seal"
    assert told(path, b"") == "FILE is not a lookervault plan file"
    assert told(path, b'{"format": 1}') == "FILE is not a lookervault plan file"
    assert told(path, data[:20]) == "plan file FILE is cut short: it ends within its header"
    length = len(data) - 50
    assert told(path, data[:-9]) == f"plan file FILE is cut short: {length - 9} of {length} bytes are there"
    assert told(path, data + b"x") == damaged
    assert told(path, data[:-1] + b"\0") == damaged
    assert told(path, older) == damaged
    assert (
        told(path, newer) == f"plan file FILE has format {FORMAT + 1}; this lookervault reads up to {FORMAT}"
    )
    assert told(path, data.replace(b"\r\n", b"\n")) == "FILE is not a lookervault plan file"


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no plan file"):
        read_plan(tmp_path / "none")
    with pytest.raises(PlanFileError, match="cannot be read: Is a directory"):
        read_plan(tmp_path)
    with pytest.raises(PlanFileError, match="cannot be written: No such file"):
        write_plan(tmp_path / "no" / "p", b"")

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookervault.errors import NewerSchema, NotFound, StoreError
from lookervault.store.schema import APPLICATION_ID, MIGRATIONS, migrate
from lookervault.store.snapshots import begin, snapshots, unfinished
from lookervault.store.vault import Vault, open_vault

from .extracting import HOST, contents, extract, stage


def setting(vault: Vault, name: str) -> object:
    return vault.read(f"PRAGMA {name}")[0][0]


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {each.name: oct(stat.S_IMODE(each.stat().st_mode)) for each in folder.iterdir()}


def test_the_file_has_its_settings(vault: Vault) -> None:
    assert setting(vault, "journal_mode") == "wal"
    assert setting(vault, "page_size") == 16384
    assert setting(vault, "cache_size") == -65536
    assert setting(vault, "foreign_keys") == 1
    assert setting(vault, "busy_timeout") == 30000
    assert setting(vault, "user_version") == len(MIGRATIONS)
    assert setting(vault, "application_id") == APPLICATION_ID


@pytest.mark.usefixtures("no_umask")
def test_all_files_are_for_the_owner_only(tmp_path: Path) -> None:
    with open_vault(tmp_path / "v.db") as vault:
        begin(vault, host=HOST)
        assert modes(tmp_path) == {"v.db": "0o600", "v.db-wal": "0o600", "v.db-shm": "0o600"}


@pytest.mark.usefixtures("no_umask")
def test_the_file_is_private_before_anything_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v.db"
    seen = []

    def connect(*args: object, **options: object) -> sqlite3.Connection:
        seen.append((path.stat().st_size, modes(tmp_path)))
        raise sqlite3.OperationalError("no")

    monkeypatch.setattr(sqlite3, "connect", connect)
    with pytest.raises(StoreError):
        open_vault(path)
    assert seen == [(0, {"v.db": "0o600"})]


@pytest.mark.usefixtures("no_umask")
def test_a_link_to_a_missing_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "v.db")
    open_vault(tmp_path / "link.db").close()
    assert modes(tmp_path) == {"link.db": "0o600", "v.db": "0o600"}


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    open_vault(path).close()
    path.chmod(0o644)
    open_vault(path).close()
    assert modes(tmp_path) == {"v.db": "0o600"}


def test_missing_folders_are_made(tmp_path: Path) -> None:
    open_vault(tmp_path / "a" / "b" / "v.db").close()
    assert (tmp_path / "a" / "b" / "v.db").is_file()


def test_the_salt_stays_and_is_its_own(tmp_path: Path) -> None:
    salts = []
    for name in ("a.db", "a.db", "b.db"):
        with open_vault(tmp_path / name) as vault:
            salts.append(vault.salt)
    assert salts[0] == salts[1] != salts[2]
    assert len(salts[0]) == 32


@pytest.mark.parametrize("content", [None, b""])
def test_a_vault_that_is_not_there_is_not_made_unasked(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "v.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotFound, match="there is no vault at"):
        open_vault(path, create=False)
    assert path.exists() == (content is not None)


def test_an_empty_file_becomes_a_vault(tmp_path: Path) -> None:
    (tmp_path / "v.db").touch()
    with open_vault(tmp_path / "v.db") as vault:
        assert setting(vault, "page_size") == 16384


def test_a_text_is_no_vault_and_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary\n" * 100)
    with pytest.raises(StoreError, match="it is not a vault"):
        open_vault(path)
    assert path.read_text() == "dear diary\n" * 100


def test_another_database_is_no_vault_and_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE notes (text TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="SQLite database, but not a vault"):
        open_vault(path)
    assert path.read_bytes() == before


def test_a_folder_is_no_vault(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="it is not a file"):
        open_vault(tmp_path)


def test_a_path_through_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=f"vault .*v.db: .*: {tmp_path / 'file'}$"):
        open_vault(tmp_path / "file" / "v.db")


def test_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    with open_vault(path) as vault:
        extract(vault, {"look": {str(number): {"text": os.urandom(200).hex()} for number in range(300)}})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError, match="it is damaged") as told, open_vault(path) as vault:
        contents(vault, snapshots(vault)[0])
    assert "keep the file" in told.value.hint


def test_a_newer_vault_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    with open_vault(path) as vault, vault.transaction() as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()
    with pytest.raises(NewerSchema, match=f"schema version {len(MIGRATIONS) + 1}") as caught:
        open_vault(path)
    assert "upgrade" in caught.value.hint
    assert path.read_bytes() == before


def test_migrations_go_forward_and_keep_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    with open_vault(path) as vault:
        snapshot = extract(vault, {"look": {"1": {"title": "Sales"}}})
        later = [
            *MIGRATIONS,
            "CREATE TABLE extra (a TEXT); INSERT INTO extra VALUES ('x')",
            "DROP TABLE extra",
        ]
        migrate(vault._connection, later[:-1])
        assert vault.read("SELECT a FROM extra") == [("x",)]
        migrate(vault._connection, later)
        migrate(vault._connection, later)
        assert setting(vault, "user_version") == len(later)
        assert contents(vault, snapshot) == {"look": {"1": {"title": "Sales"}}}


def test_a_migration_that_fails_changes_nothing(vault: Vault) -> None:
    broken = [*MIGRATIONS, "CREATE TABLE extra (a TEXT); INSERT INTO missing VALUES (1)"]
    with pytest.raises(sqlite3.OperationalError):
        migrate(vault._connection, broken)
    assert setting(vault, "user_version") == len(MIGRATIONS)
    assert vault.read("SELECT name FROM sqlite_master WHERE name = 'extra'") == []


def test_many_processes_may_open_a_new_vault_at_once(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from lookervault.store.vault import open_vault;"
        "from lookervault.store.snapshots import begin; sys.stdin.read();"
        "vault = open_vault(pathlib.Path(sys.argv[1])); begin(vault, host='h'); vault.close()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "v.db")]
    children = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    for child in children:
        assert child.stdin
        child.stdin.close()
    for child in children:
        assert child.stderr
        assert (child.wait(), child.stderr.read()) == (0, b"")
        child.stderr.close()
    with open_vault(tmp_path / "v.db") as vault:
        assert len(unfinished(vault)) == 4


def test_a_transaction_is_all_or_nothing(vault: Vault) -> None:
    with pytest.raises(KeyboardInterrupt), vault.transaction():
        begin(vault, host=HOST)
        with vault.transaction():
            begin(vault, host=HOST)
        raise KeyboardInterrupt
    assert unfinished(vault) == []
    with vault.transaction():
        begin(vault, host=HOST)
    assert len(unfinished(vault)) == 1


def test_threads_take_turns(vault: Vault) -> None:
    def work(number: int) -> None:
        for _ in range(5):
            extract(vault, {"look": {"1": {"by": number}}}, host=f"host{number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.host for each in snapshots(vault)} == {f"host{number}" for number in range(4)}
    for snapshot in snapshots(vault):
        assert contents(vault, snapshot) == {"look": {"1": {"by": int(snapshot.host[-1])}}}


def test_two_openings_in_one_process_see_each_other(vault: Vault) -> None:
    with open_vault(vault.path) as other:
        extract(vault, {"look": {"1": {"a": 1}}})
        assert len(snapshots(other)) == 1
        extract(other, {"look": {"1": {"a": 2}}})
        assert len(snapshots(vault)) == 2


def test_a_full_disk_is_told_and_harms_nothing(vault: Vault) -> None:
    before = extract(vault, {"look": {"1": {"a": 1}}})
    vault.read(f"PRAGMA max_page_count = {setting(vault, 'page_count')}")
    with pytest.raises(StoreError, match="the disk is full"):
        stage(vault, {"look": {str(number): {"text": os.urandom(500).hex()} for number in range(200)}})
    vault.read("PRAGMA max_page_count = 1000000")
    assert contents(vault, before) == {"look": {"1": {"a": 1}}}
    assert len(snapshots(vault)) == 1


def test_a_closed_vault_says_so(vault: Vault) -> None:
    vault.close()
    vault.close()
    with pytest.raises(StoreError, match="closed"):
        snapshots(vault)


def test_while_much_passes_through_little_of_it_is_kept(vault: Vault) -> None:
    def cache() -> int:
        return int(vault.read("PRAGMA cache_size")[0][0])

    with pytest.raises(KeyboardInterrupt), vault.passing():
        assert cache() == -16384
        raise KeyboardInterrupt
    assert cache() == -65536

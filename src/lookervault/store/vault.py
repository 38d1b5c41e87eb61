"""The vault: one SQLite file, opened safely, with transactions that any thread may use."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lookervault.errors import NotFound, StoreError
from lookervault.store.schema import is_vault, migrate

Clock = Callable[[], datetime]
Row = tuple[Any, ...]

_BUSY_SECONDS = 30.0
_CACHE = 65536  # KB
_SMALL_CACHE = 16384
_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    f"PRAGMA cache_size = -{_CACHE}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
)
_REASONS = {
    sqlite3.SQLITE_BUSY: "another process is writing to it",
    sqlite3.SQLITE_LOCKED: "another process is writing to it",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is not a vault (not an SQLite database)",
    sqlite3.SQLITE_READONLY: "it cannot be written",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_PERM: "it may not be opened",
}
_REMEDIES = {
    sqlite3.SQLITE_FULL: "make room and try again; snapshots that were completed are whole, and"
    " `lookervault extract --resume` goes on with one that was not",
    sqlite3.SQLITE_CORRUPT: "keep the file, and use a copy of it, or extract anew into another --db;"
    " `lookervault verify` tells of a vault that still opens what of it can be read",
}


class Vault:
    """An open vault file; its threads share one connection and take turns."""

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self._connection = connection
        self._turn = threading.RLock()
        self._durable: bool | None = None  # how the last transaction waited for the disk
        self.salt: bytes = self.read("SELECT salt FROM vault_salt")[0][0]

    def now(self) -> str:
        """The time as it is stored."""
        return stamp(self.clock())

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of one query."""
        with self._turn, told(self.path):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """All or nothing; a transaction within one joins it.

        Either way the file survives a crash of the process whole; `durable` also waits for the disk, so
        that the commit outlives a loss of power.
        """
        with self._turn, told(self.path):
            if self._connection.in_transaction:
                yield self._connection
                return
            if durable is not self._durable:
                self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._durable = durable
            with committed(self._connection):
                yield self._connection

    @contextmanager
    def passing(self) -> Iterator[None]:
        """While much is written that is not soon read again: what is kept of it in memory stays small."""
        self.read(f"PRAGMA cache_size = -{_SMALL_CACHE}")
        try:
            yield
        finally:
            self.read(f"PRAGMA cache_size = -{_CACHE}")

    def shrink(self) -> None:
        """Give the space of removed rows back to the disk."""
        with self._turn, told(self.path):
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._turn, told(self.path):
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_vault(path: Path, create: bool = True, now: Clock | None = None) -> Vault:
    """The vault at this path, made or migrated as needed.

    `NotFound` if it is missing and may not be made, `NewerSchema` if a newer program wrote it,
    `StoreError` if it is no vault or cannot be used.
    """
    _make_private(path, create)
    connection = connect(path)
    try:
        return Vault(path, connection, now or _utc_now)
    except BaseException:
        connection.close()
        raise


def connect(path: Path) -> sqlite3.Connection:
    """A connection of one's own to a vault file, which is checked and migrated first."""
    with told(path):
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            # what is not a vault is left as it is, so the settings come after the check
            connection.execute("PRAGMA page_size = 16384")
            if not is_vault(connection):
                raise StoreError(f"vault {path}: it is an SQLite database, but not a vault")
            for setting in _SETTINGS:
                connection.execute(setting).fetchall()
            migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def committed(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction, rolled back on any error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Errors of SQLite and of our own become a `StoreError` that names the file and the reason."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise StoreError(
            f"vault {path}: {_REASONS.get(code, error)}", hint=_REMEDIES.get(code, "")
        ) from error
    except (OverflowError, UnicodeEncodeError) as error:
        raise StoreError(f"vault {path}: a value cannot be stored: {error}") from error


def where(**columns: str | None) -> tuple[str, list[str]]:
    """A WHERE clause and its values for the columns that are given; nothing if none is."""
    chosen = {column: value for column, value in columns.items() if value is not None}
    clause = " AND ".join(f"{column} = ?" for column in chosen)
    return (f" WHERE {clause}" if chosen else ""), list(chosen.values())


def stamp(moment: datetime) -> str:
    """The moment as text that sorts by time: UTC, microseconds always."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _make_private(path: Path, create: bool) -> None:
    """See that the file is there and for its owner only; SQLite gives the files beside it the same mode."""
    try:
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _create(path)
            return
        found = path.stat()
        if not create and found.st_size == 0:
            raise FileNotFoundError
    except FileNotFoundError:
        raise NotFound(
            f"there is no vault at {path}", hint="`lookervault extract` makes one; --db names another"
        ) from None
    except OSError as error:
        raise StoreError(f"vault {path}: {error.strerror}: {error.filename}") from error
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"vault {path}: it is not a file")
    _tighten(path, found)


def _create(path: Path) -> None:
    try:
        # resolved, because O_EXCL takes a link to a missing file for an existing one
        handle = os.open(path.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:  # another process was quicker
        return
    os.fchmod(handle, 0o600)  # whatever the umask
    os.close(handle)


def _tighten(path: Path, found: os.stat_result) -> None:
    # by name: opening and closing the file would drop the locks that SQLite holds on it in this process
    if stat.S_IMODE(found.st_mode) & 0o077 and found.st_uid == os.geteuid():
        path.chmod(0o600)

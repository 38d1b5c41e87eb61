"""One apply at a time per target: a lock that the operating system drops when its holder dies.

The file beside the vault only says who holds the lock; what counts is `flock` on it.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from lookervault.errors import Locked, StoreError
from lookervault.store.vault import Vault, stamp

_HINT = (
    "wait for it to end; `lookervault restore status` tells how far it is. A lock never outlives its process"
)


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock: `who` says what it does, `session` which apply it is, once that is known."""

    who: str
    pid: int
    user: str
    machine: str
    since: str
    session: str = ""

    def __str__(self) -> str:
        session = f", session {self.session}" if self.session else ""
        where = f"pid {self.pid}{session}, user {self.user} on {self.machine}, since {self.since}"
        return f"{self.who} ({where})"


@contextmanager
def hold(vault: Vault | Path, host: str, who: str) -> Iterator[Callable[[str], None]]:
    """Hold the lock on a target for the block; `Locked` names the holder if there is one.

    `who` says what holds it, such as "lookervault apply"; what the block is given takes the session, once
    that is known. A folder in place of the vault puts the file there.
    """
    path = _path(vault, host)
    handle = _locked(path, host)
    since = vault.now() if isinstance(vault, Vault) else stamp(datetime.now(UTC))
    holder = Holder(who, os.getpid(), _user(), socket.gethostname(), since)
    try:
        _sign(handle, path, holder)
        yield lambda session: _sign(handle, path, msgspec.structs.replace(holder, session=session))
    finally:
        if _is_current(handle, path):
            path.unlink()  # before the lock is given up: nobody can hold a file that then goes away
        os.close(handle)


def holder_of(vault: Vault | Path, host: str) -> Holder | None:
    """Who holds the lock on a target right now, if anybody does."""
    try:
        handle = os.open(_path(vault, host), os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _signed(handle) or Holder("another process", 0, "", "", "")
    finally:
        os.close(handle)
    return None


def places(vault: Vault) -> list[Vault | Path]:
    """Where the lock for writing to a target is held.

    That is beside the vault, for all who share it, and in a folder where other vaults of this user on this
    machine see it, if such a folder can be had.
    """
    folder = Path(tempfile.gettempdir()) / f"lookervault-{os.geteuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder.lstat()
    except OSError:
        return [vault]
    usable = stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid() and os.access(folder, os.W_OK)
    return [vault, folder] if usable else [vault]


def _path(vault: Vault | Path, host: str) -> Path:
    name = f"{quote(host, safe='')}.lock"
    if isinstance(vault, Vault):
        return vault.path.with_name(f"{vault.path.name}-{name}")
    return vault / name


def _locked(path: Path, host: str) -> int:
    while True:
        handle = _open(path)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"{host} is locked by {_signed(handle) or 'another process'}"
            os.close(handle)
            raise Locked(message, hint=_HINT) from None
        except OSError as error:
            os.close(handle)
            raise StoreError(f"lock file {path} cannot be locked: {error.strerror}") from error
        if _is_current(handle, path):
            return handle
        os.close(handle)  # the holder before removed it between our open and our lock


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StoreError(f"lock file {path} cannot be opened: {error.strerror}") from error


def _is_current(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _sign(handle: int, path: Path, holder: Holder) -> None:
    text = msgspec.json.encode(holder)
    try:
        # written over at once: a reader between two calls would see nobody
        os.pwrite(handle, text, 0)
        os.ftruncate(handle, len(text))
    except OSError as error:
        raise StoreError(f"lock file {path} cannot be written: {error.strerror}") from error


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        return str(os.geteuid())


def _signed(handle: int) -> Holder | None:
    """Who has signed, if anybody has yet."""
    try:
        return msgspec.json.decode(os.pread(handle, 4096, 0), type=Holder)
    except msgspec.DecodeError:
        return None

"""One apply at a time per target: a lock that the operating system drops when its holder dies.

The file beside the vault only says who holds the lock; what counts is `flock` on it.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from lookervault.errors import Locked, StoreError
from lookervault.store.vault import Vault, stamp


@contextmanager
def hold(vault: Vault | Path, host: str, who: str) -> Iterator[None]:
    """Hold the lock on a target for the block; `Locked` names the holder if there is one.

    `who` says what holds it, such as "apply 20261101T120000-1a2b3c"; a folder in place of the vault
    puts the file there.
    """
    path = _path(vault, host)
    handle = _locked(path, host)
    try:
        _sign(handle, path, who, vault.now() if isinstance(vault, Vault) else stamp(datetime.now(UTC)))
        yield
    finally:
        if _is_current(handle, path):
            path.unlink()  # before the lock is given up: nobody can hold a file that then goes away
        os.close(handle)


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
            message = f"{host} is locked by {_holder(handle)}"
            os.close(handle)
            raise Locked(message, hint="wait for it to end; a lock never outlives its process") from None
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


def _sign(handle: int, path: Path, who: str, since: str) -> None:
    holder = {
        "who": who,
        "pid": os.getpid(),
        "user": _user(),
        "machine": socket.gethostname(),
        "since": since,
    }
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(holder).encode(), 0)
    except OSError as error:
        raise StoreError(f"lock file {path} cannot be written: {error.strerror}") from error


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        return str(os.geteuid())


def _holder(handle: int) -> str:
    try:
        holder = json.loads(os.pread(handle, 4096, 0))
        return "{who} (pid {pid}, user {user} on {machine}, since {since})".format(**holder)
    except (ValueError, KeyError, TypeError):  # not signed yet
        return "another process"


def held(vault: Vault | Path, host: str) -> bool:
    """Whether somebody holds the lock on a target right now."""
    path = _path(vault, host)
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False

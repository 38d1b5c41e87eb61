"""The journal of an apply: each call to the target is on disk before it is made, and its end after it.

Many workers write, one thread commits: whatever has gathered while the disk was busy shares the next commit.
A row that says `started` and nothing more is a call of which nobody knows whether it happened.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, NamedTuple, Self

import msgspec

from lookervault.errors import NotFound, StoreError
from lookervault.store.applies import (
    Apply,
    Ending,
    applies,
    apply,
    finish,
    plan_of,
    reopen,
    start,
    unfinished,
)
from lookervault.store.codec import encode, from_json, to_json
from lookervault.store.vault import Row, Vault, committed, connect, told

__all__ = [
    "Apply",
    "Ending",
    "Journal",
    "Step",
    "applies",
    "apply",
    "finish",
    "plan_of",
    "progress",
    "reopen",
    "rows",
    "start",
    "step",
    "unfinished",
]

_SHARED = 500  # rows in one commit at most
_HELD = 0.02  # seconds for which rows that nobody waits for are kept back
_STARTED = """
INSERT INTO restoration_checkpoints (session, node, step, state, method, path, body, started_at)
VALUES (?, ?, ?, 'started', ?, ?, ?, ?)
ON CONFLICT (session, node, step) DO UPDATE SET
    state = 'started', method = excluded.method, path = excluded.path, body = excluded.body,
    attempts = attempts + 1, error = '', started_at = excluded.started_at, ended_at = NULL
"""
_DONE = """
UPDATE restoration_checkpoints SET state = 'done', bindings = ?, ended_at = ?
WHERE session = ? AND node = ? AND step = ?
"""
_FAILED = """
UPDATE restoration_checkpoints SET state = 'failed', error = ?, ended_at = ?
WHERE session = ? AND node = ? AND step = ?
"""
_IMAGE = """
INSERT INTO before_images (session, address, kind, id, body, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (session, address) DO UPDATE SET body = excluded.body, at = excluded.at
"""
_STEP = """
SELECT node, step, state, method, path, {body}, bindings, attempts, error, started_at, ended_at
FROM restoration_checkpoints WHERE session = ?"""


class Step(msgspec.Struct, frozen=True):
    """One call of an apply; `bindings` are the ids that the answer gave, by slot."""

    node: str
    index: int
    state: str
    method: str
    path: str
    body: Any
    bindings: Mapping[str, Any]
    attempts: int
    error: str
    started_at: str
    ended_at: str | None


class _Entry(NamedTuple):
    sql: str
    values: Sequence[Any]
    written: Future[None] | None  # of one that somebody waits for


class Journal:
    """The journal of one apply, open for writing; any thread may use it, but not in a vault's transaction.

    If a row cannot be written (a full disk), every later call raises that `StoreError`: with an unwritten
    journal nothing more may be sent.
    """

    def __init__(self, vault: Vault, session: str) -> None:
        apply(vault, session)
        self.session = session
        self._vault = vault
        self._connection = connect(vault.path)
        self._queue: SimpleQueue[_Entry | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._failure: StoreError | None = None
        self._writer = threading.Thread(target=self._write, name=f"journal {session}", daemon=True)
        self._writer.start()

    def started(
        self, node: str, index: int, method: str, path: str, body: Any = None, *, wait: bool = True
    ) -> None:
        """Return when the row is on disk, so that the call may be made.

        Without `wait` the row is only queued; that is for calls which may as well be made a second time.
        """
        values = (self.session, node, index, method, path, to_json(body), self._vault.now())
        written: Future[None] | None = Future() if wait else None
        self._submit(_STARTED, values, written)
        if written:
            written.result()

    def done(self, node: str, index: int, bindings: Mapping[str, Any] | None = None) -> None:
        """Note that the call succeeded, without waiting: no later `started` is on disk before this is."""
        values = (to_json(bindings or {}), self._vault.now(), self.session, node, index)
        self._submit(_DONE, values)

    def failed(self, node: str, index: int, error: str) -> None:
        """Note that the call failed for good, without waiting."""
        self._submit(_FAILED, (error, self._vault.now(), self.session, node, index))

    def image(self, address: str, kind: str, id_: str, raws: Any) -> None:
        """Keep what an object was before it is written to; no later `started` is on disk before this is."""
        self._submit(_IMAGE, (self.session, address, kind, id_, encode(raws), self._vault.now()))

    def rows(self, session: str | None = None) -> dict[tuple[str, int], Step]:
        """The steps of this apply, or of another, by node and index."""
        return rows(self._vault, session or self.session)

    def close(self) -> None:
        """Write what is left and end the writer; raise if there is anything it could not write."""
        self._end()
        if self._failure:
            raise self._failure

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:  # which is the one to be told, and most likely the journal's own
            self._end()

    def _end(self) -> None:
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._writer.join()

    def _submit(self, sql: str, values: Sequence[Any], written: Future[None] | None = None) -> None:
        with self._gate:
            if self._failure:
                raise self._failure
            if self._closed:
                raise StoreError(f"the journal of {self.session} is closed")
            self._queue.put(_Entry(sql, values, written))

    def _write(self) -> None:
        more = True
        while more:
            entries, more = self._gathered()
            if entries:
                self._commit(entries)
        self._connection.close()

    def _gathered(self) -> tuple[list[_Entry], bool]:
        """What is to be written, and whether more may come.

        Rows that nobody waits for are held for a moment: else one who comes would have to wait until the disk
        is through with them, and then for his own.
        """
        entries: list[_Entry] = []
        awaited = False
        entry = self._queue.get()
        until = time.monotonic() + _HELD
        while entry is not None:
            entries.append(entry)
            awaited = awaited or entry.written is not None
            if len(entries) == _SHARED:
                break
            left = 0.0 if awaited else max(0.0, until - time.monotonic())
            try:
                entry = self._queue.get(left > 0, left or None)
            except Empty:
                break
        return entries, entry is not None

    def _commit(self, entries: Sequence[_Entry]) -> None:
        try:
            if self._failure:
                raise self._failure
            with told(self._vault.path), committed(self._connection):
                for entry in entries:
                    self._execute(entry)
        except StoreError as error:
            self._failure = error
            for written in filter(None, (entry.written for entry in entries)):
                written.set_exception(error)
        else:
            for written in filter(None, (entry.written for entry in entries)):
                written.set_result(None)

    def _execute(self, entry: _Entry) -> None:
        if not self._connection.execute(entry.sql, entry.values).rowcount:
            raise StoreError(
                f"the journal of {self.session} was told the end of a step that it never started"
            )


def rows(vault: Vault, session: str) -> dict[tuple[str, int], Step]:
    """The steps of an apply by node and index; bodies only of those begun and not ended."""
    sql = _STEP.format(body="CASE state WHEN 'started' THEN body END") + " ORDER BY row"
    steps = (_step(row) for row in vault.read(sql, (session,)))
    return {(each.node, each.index): each for each in steps}


def step(vault: Vault, session: str, node: str, index: int) -> Step:
    """One step with its body; `NotFound` if it was never started."""
    found = vault.read(_STEP.format(body="body") + " AND node = ? AND step = ?", (session, node, index))
    if not found:
        raise NotFound(f"apply {session} has not started step {index} of {node}")
    return _step(found[0])


def progress(vault: Vault, session: str) -> dict[str, int]:
    """The number of calls of an apply by how they ended: started (and no more), done, failed."""
    sql = "SELECT state, count(*) FROM restoration_checkpoints WHERE session = ? GROUP BY state"
    return dict(sorted(vault.read(sql, (session,))))


def _step(row: Row) -> Step:
    node, index, state, method, path, body, bindings, *rest = row
    call = (method, path, None if body is None else from_json(body), from_json(bindings))
    return Step(*[node, index, state, *call, *rest])

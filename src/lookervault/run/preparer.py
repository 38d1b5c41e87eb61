"""A process of its own that makes objects ready to be stored while this one asks for more."""

from __future__ import annotations

import gc
import os
import select
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import IO, NamedTuple, Self

import msgspec

from lookervault.errors import AnswerLost
from lookervault.run.onecore import cores
from lookervault.run.prepare import Prepared, prepared

_WORTH = 500  # objects: fewer are done before another process is there
_LEAST_WORKERS = 4  # fewer cannot keep two processes busy
_MOST = 1_000_000  # bytes that are handed over at once, but for a larger object
_UNDER_WAY = 4  # batches: the other process has always something to do, and both hold little
_TELLS = hasattr(select, "poll")
_PIPE = 1 << 20
_GREATEST = 1 << 40
_PROGRAM = "import sys; sys.path = sys.argv[1:]; from lookervault.run.preparer import serve; serve()"


class _Work(msgspec.Struct, array_like=True):
    kind: str
    salt: bytes
    bodies: list[bytes]


class _Batch(NamedTuple):
    """Some answers: what has been made of the first of them here, and those that the other process has."""

    made: list[list[Prepared]]
    given: list[bytes]


_work = msgspec.msgpack.Decoder(_Work)
_done = msgspec.msgpack.Decoder(list[bytes | None])
_objects = msgspec.msgpack.Decoder(list[Prepared])


class Preparer:
    """Makes objects ready, in another process where that is worth it and as long as it works, else here."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = False
        # as they are now: by the time there is much to do, this thread may be kept on one of them
        self._everywhere = set(cores())
        self._elsewhere: set[int] = set()  # where the other process may run
        self._several = _cores() > 1

    @property
    def pid(self) -> int:
        """The id of the other process; 0 where there is none."""
        return self._process.pid if self._process else 0

    def begin(self, objects: int, workers: int) -> None:
        """Says that so many are to come."""
        if self._begun or objects < _WORTH or workers < _LEAST_WORKERS or not self._several:
            return
        self._begun = True
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pipesize=_PIPE,
                bufsize=0,  # what has come can be told only where nothing of it is held back
                process_group=0,  # Ctrl+C is for this process, which ends the other
            )
        except OSError:
            self._process = None
        self._keep_apart()

    def _keep_apart(self) -> None:
        """Leaves the other process the cores that this thread does not have to itself.

        The system likes to wake it up where it was given something, on the core where all threads are.
        """
        elsewhere = self._everywhere - set(cores()) or self._everywhere
        if self._process and elsewhere != self._elsewhere:
            self._elsewhere = elsewhere
            with suppress(OSError):
                os.sched_setaffinity(self._process.pid, elsewhere)

    def all(self, kind: str, bodies: Iterable[bytes], size: int) -> Iterator[list[Prepared]]:
        """The objects in each answer, in their order; some batches are under way while more is gathered.

        While all of these take longer than that, others are done here.
        """
        under_way: deque[_Batch] = deque()
        try:
            for some in _gathered(bodies, size):
                here: list[list[Prepared]] = []
                while len(here) < len(some) and self._is_behind(under_way):
                    here.append(self._here(kind, some[len(here)]))
                if len(under_way) >= _UNDER_WAY:
                    yield from self._taken(kind, under_way.popleft())
                under_way.append(_Batch(here, some[len(here) :]))
                self._give(kind, under_way[-1].given)
                while under_way and not self._is_busy(under_way[0]):
                    yield from self._taken(kind, under_way.popleft())
            while under_way:
                yield from self._taken(kind, under_way.popleft())
        except BaseException:
            self.close()  # it may have answers that nobody waits for any more
            raise

    def _give(self, kind: str, bodies: list[bytes]) -> None:
        """Hands answers over; the other process takes them at once, whatever it is at."""
        if self._process and bodies:
            self._keep_apart()
            assert self._process.stdin
            try:
                _write(self._process.stdin, msgspec.msgpack.encode(_Work(kind, self._salt, bodies)))
            except OSError:
                self.close()

    def _is_behind(self, under_way: Sequence[_Batch]) -> bool:
        """Whether the other process has much to do and has done nothing of it yet."""
        return _TELLS and len(under_way) >= _UNDER_WAY and self._is_busy(under_way[0])

    def _is_busy(self, batch: _Batch) -> bool:
        """Whether the other process is still at what it was given; yes where the system does not tell."""
        if self._process is None or not batch.given:
            return False
        if not _TELLS:
            return True
        assert self._process.stdout
        answer = select.poll()
        answer.register(self._process.stdout, select.POLLIN)
        return not answer.poll(0)

    def _taken(self, kind: str, batch: _Batch) -> list[list[Prepared]]:
        """What has become of the first batch that was given."""
        done: list[bytes | None] = [None] * len(batch.given)
        if self._process and batch.given:
            assert self._process.stdout
            try:
                done = _done.decode(_read(self._process.stdout))
            except (OSError, EOFError, msgspec.MsgspecError):
                self.close()
        made = (
            self._here(kind, body) if made is None else _objects.decode(made)
            for body, made in zip(batch.given, done, strict=True)
        )
        return [*batch.made, *made]

    def _here(self, kind: str, body: bytes) -> list[Prepared]:
        try:
            return prepared(kind, body, self._salt)
        except ValueError as error:
            raise AnswerLost(f"Looker sent a {kind} that cannot be read: {error}") from error

    def close(self) -> None:
        """Ends the other process, which has nothing to lose."""
        process, self._process = self._process, None
        if process:
            process.kill()
            with suppress(OSError), process:  # what was not sent need not be
                pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve() -> None:
    """What the other process does, until nobody asks any more."""
    gc.disable()  # what it holds goes when it is done with
    waiting: SimpleQueue[bytes | None] = SimpleQueue()
    # always at it: were both sides to write and neither to read, they would wait for each other
    threading.Thread(target=_receive, args=(waiting,), daemon=True).start()
    try:
        while (data := waiting.get()) is not None:
            work = _work.decode(data)
            _write(sys.stdout.buffer, msgspec.msgpack.encode([_made(work, body) for body in work.bodies]))
    finally:
        os._exit(0)  # whatever it was: the other thread waits for more, and nobody has anything to lose


def _receive(waiting: SimpleQueue[bytes | None]) -> None:
    try:
        with suppress(EOFError):
            while True:
                waiting.put(_read(sys.stdin.buffer))
    finally:
        waiting.put(None)


def _made(work: _Work, body: bytes) -> bytes | None:
    """The objects of an answer; None where something is wrong, which is for the other side to tell."""
    try:
        return msgspec.msgpack.encode(prepared(work.kind, body, work.salt))
    except (ValueError, OverflowError):
        return None


def _write(pipe: IO[bytes], data: bytes) -> None:
    for each in (len(data).to_bytes(8, "little"), data):
        left = memoryview(each)
        while left:
            left = left[pipe.write(left) :]
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    size = int.from_bytes(_exactly(pipe, 8), "little")
    if size > _GREATEST:
        raise EOFError  # it is the word of somebody else, who writes where only answers should stand
    return _exactly(pipe, size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    """So many bytes; a pipe gives what it has, which may be fewer."""
    found = pipe.read(size)
    if len(found) == size:
        return found
    parts = [found]
    while parts[-1] and (size := size - len(parts[-1])):
        parts.append(pipe.read(size))
    if size:
        raise EOFError
    return b"".join(parts)


def _gathered(bodies: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    held = 0
    for body in bodies:
        some.append(body)
        held += len(body)
        if len(some) >= size or held > _MOST:
            yield some
            some, held = [], 0
    yield some


def _cores() -> int:
    """How many this process may use."""
    return len(cores()) or os.cpu_count() or 1

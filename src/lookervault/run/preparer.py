"""A process of its own that makes objects ready to be stored while this one asks for more."""

from __future__ import annotations

import gc
import os
import select
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from types import TracebackType
from typing import IO, Self

import msgspec

from lookervault.errors import AnswerLost
from lookervault.run.onecore import cores
from lookervault.run.prepare import Prepared, prepared

_WORTH = 500  # objects: fewer are done before another process is there
_LEAST_WORKERS = 4  # fewer cannot keep two processes busy
_MOST = 4_000_000  # bytes that are handed over at once, but for a larger object
_PIPE = 1 << 20
_GREATEST = 1 << 40
_PROGRAM = "import sys; sys.path = sys.argv[1:]; from lookervault.run.preparer import serve; serve()"


class _Work(msgspec.Struct, array_like=True):
    kind: str
    salt: bytes
    bodies: list[bytes]


_work = msgspec.msgpack.Decoder(_Work)
_done = msgspec.msgpack.Decoder(list[bytes | None])
_objects = msgspec.msgpack.Decoder(list[Prepared])


class Preparer:
    """Makes objects ready, in another process where that is worth it and as long as it works, else here."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = False

    @property
    def pid(self) -> int:
        """The id of the other process; 0 where there is none."""
        return self._process.pid if self._process else 0

    def begin(self, objects: int, workers: int) -> None:
        """Says that so many are to come."""
        if self._begun or objects < _WORTH or workers < _LEAST_WORKERS or _cores() < 2:
            return
        self._begun = True
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pipesize=_PIPE,
                process_group=0,  # Ctrl+C is for this process, which ends the other
            )
        except OSError:
            self._process = None

    def all(self, kind: str, bodies: Iterable[bytes], size: int) -> Iterator[list[Prepared]]:
        """The objects in each answer, in their order; some answers are under way while more are gathered.

        While those take longer than that, others are done here.
        """
        given: list[bytes] = []
        try:
            for some in chain(_gathered(bodies, size), [[]]):
                here: list[list[Prepared]] = []
                while given and len(here) < len(some) and self._is_busy():
                    here.append(self._here(kind, some[len(here)]))
                done = [*self._taken(kind, given), *here]
                given = some[len(here) :]
                self._give(kind, given)
                yield from done
        except BaseException:
            self.close()  # it may have answers that nobody waits for any more
            raise

    def _give(self, kind: str, bodies: list[bytes]) -> None:
        if self._process and bodies:
            assert self._process.stdin
            try:
                _write(self._process.stdin, msgspec.msgpack.encode(_Work(kind, self._salt, bodies)))
            except OSError:
                self.close()

    def _is_busy(self) -> bool:
        """Whether the other process is still at what it was given; no where the system does not tell."""
        if self._process is None or not hasattr(select, "poll"):
            return False
        assert self._process.stdout
        answer = select.poll()
        answer.register(self._process.stdout, select.POLLIN)
        return not answer.poll(0)

    def _taken(self, kind: str, bodies: list[bytes]) -> list[list[Prepared]]:
        """What was given before; nothing is given in between, so that neither waits for the other."""
        done: list[bytes | None] = [None] * len(bodies)
        if self._process and bodies:
            assert self._process.stdout
            try:
                done = _done.decode(_read(self._process.stdout))
            except (OSError, EOFError, msgspec.MsgspecError):
                self.close()
        return [
            self._here(kind, body) if made is None else _objects.decode(made)
            for body, made in zip(bodies, done, strict=True)
        ]

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
    try:
        while True:
            work = _work.decode(_read(sys.stdin.buffer))
            _write(sys.stdout.buffer, msgspec.msgpack.encode([_made(work, body) for body in work.bodies]))
    except (EOFError, BrokenPipeError):
        os._exit(0)


def _made(work: _Work, body: bytes) -> bytes | None:
    """The objects of an answer; None where something is wrong, which is for the other side to tell."""
    try:
        return msgspec.msgpack.encode(prepared(work.kind, body, work.salt))
    except (ValueError, OverflowError):
        return None


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(8, "little"))
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    head = pipe.read(8)
    size = int.from_bytes(head, "little")
    # a greater one is the word of somebody else, who writes where only answers should stand
    data = pipe.read(size) if size < _GREATEST else b""
    if len(head) < 8 or len(data) < size:
        raise EOFError
    return data


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

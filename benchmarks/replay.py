"""What the benchmarks that read have in common: servers of recorded answers, a bare client, processes apart.

A server gives the answers that a sandbox once gave, in a process of its own, so that no sandbox works while
something is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, ClassVar

import urllib3

from lookervault.model.catalog import KINDS
from lookervault.sandbox import Instance, app
from lookervault.sandbox.server import _bytes_of, _parsed

KEY = ("sandbox", "sandbox-secret")
WORKERS = 8
ALL = [name for name, kind in KINDS.items() if kind.listing]
MAKE = multiprocessing.get_context("spawn").Process


class Replay(asyncio.Protocol):
    """Gives each request the bytes that a sandbox once answered; asks the sandbox only the first time."""

    answers: ClassVar[dict[bytes, bytes]] = {}
    instance: ClassVar[Instance]
    edit: ClassVar[Callable[[Instance], None]]
    latency: ClassVar[float] = 0.0  # seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.data = b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, found, rest = self.data.partition(b"\r\n\r\n")
        if not found:
            return
        lines = head.split(b"\r\n")
        split = (line.split(b": ", 1) for line in lines[1:])
        headers = {name.lower(): value for name, value in split}
        length = int(headers.get(b"content-length", 0))
        if len(rest) < length:
            return
        self.data = rest[length:]
        answer = self._answer(lines[0], headers.get(b"authorization", b"").decode(), rest[:length])
        asyncio.get_running_loop().call_later(self.latency, self.transport.write, answer)

    def _answer(self, line: bytes, token: str, body: bytes) -> bytes:
        method, target, _ = line.decode().split(" ")
        if not target.startswith("/api"):
            return self._told(*target.strip("/").split("/"))
        if line not in self.answers or method != "GET":
            ask, bad = _parsed(method, target, token, body)
            assert ask is not None, bad
            self.answers[line] = _bytes_of(app.answer(self.instance, ask))
        return self.answers[line]

    def _told(self, what: str, value: str = "") -> bytes:
        """Asked by a benchmark: what was asked so far, to be as slow as that, or to make the edit."""
        if what == "latency":
            type(self).latency = float(value) / 1000
        if what == "edit":
            type(self).edit(self.instance)
            self.answers.clear()
        told = json.dumps([x.decode().split(" ")[1] for x in self.answers if x.startswith(b"GET")])
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(told), told.encode())


def _serve(
    make: Callable[[int], Instance], edit: Callable[[Instance], None], objects: int, ready: Pipe
) -> None:
    """Serves until the process ends; says on which port."""
    Replay.instance, Replay.edit = make(objects), edit
    Replay.instance.token_seconds = 36000

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Replay, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def unedited(instance: Instance) -> None:
    """Where nothing is edited."""


@contextlib.contextmanager
def server(
    make: Callable[[int], Instance], objects: int, edit: Callable[[Instance], None] = unedited
) -> Iterator[str]:
    """The URL of a server of its own process; `edit` is what it makes of its instance when it is told to."""
    mine, theirs = multiprocessing.Pipe()
    process = MAKE(target=_serve, args=(make, edit, objects, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}"
    finally:
        process.terminate()
        process.join()


def tell(url: str, what: str) -> list[str]:
    """Tells a server something, as `latency/20`; gives all that it has been asked for so far."""
    return list(urllib3.PoolManager().request("GET", f"{url}/{what}").json())


def asked(url: str) -> list[str]:
    """All that the server has been asked for so far."""
    return tell(url, "asked")


def token_of(url: str) -> str:
    """A token of the server."""
    form = {"client_id": KEY[0], "client_secret": KEY[1]}
    answer = urllib3.PoolManager().request_encode_body(
        "POST", f"{url}/api/4.0/login", form, encode_multipart=False
    )
    return str(answer.json()["access_token"])


def bare_time(url: str, targets: list[str], token: str) -> float:
    """Seconds that a bare client takes for the same calls."""
    pool = urllib3.PoolManager(maxsize=WORKERS)
    headers = {"Authorization": f"Bearer {token}"}

    def get(target: str) -> int:
        return len(pool.request("GET", url + target, headers=headers).data)

    began = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as workers:
        assert sum(workers.map(get, targets)) > 0
    return time.perf_counter() - began


def peak() -> float:
    """The most memory that this process has had, in MB.

    What `getrusage` tells is also that of the process which began this one, where that had more.
    """
    told = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    return int(told.split()[0]) / 1024


def apart(work: Callable[..., None], *arguments: Any) -> Any:
    """What a process of its own sends to the pipe that is its last argument."""
    mine, theirs = multiprocessing.Pipe()
    process = MAKE(target=work, args=(*arguments, theirs))
    process.start()
    found = mine.recv()
    process.join()
    return found

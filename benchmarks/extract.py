"""How fast `extract` is, beside a bare urllib3 client that sends the same calls with the same concurrency.

Both read from a sandbox's answers, recorded and served by a process of its own, turn by turn; the ratio of
their rates and the memory of the extraction are printed, as a row of docs/performance.md.

python benchmarks/extract.py --objects 2000 --latency 20 --rounds 3
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import ClassVar

import urllib3
from table import write

from lookervault.looker.gateway import connect
from lookervault.looker.settings import Connection
from lookervault.model.catalog import KINDS
from lookervault.run.events import silent
from lookervault.run.extract import Extraction, extract
from lookervault.sandbox import Instance, app, demo_instance
from lookervault.sandbox.server import _bytes_of, _parsed
from lookervault.store.vault import open_vault

KEY = ("sandbox", "sandbox-secret")
ASKED = b"GET /asked "
WORKERS = 8
ALL = [name for name, kind in KINDS.items() if kind.listing]


class Replay(asyncio.Protocol):
    """Gives each request the bytes that a sandbox once answered; asks the sandbox only the first time."""

    answers: ClassVar[dict[bytes, bytes]] = {}
    instance: ClassVar[Instance]
    latency: ClassVar[float] = 0.0

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
        if line.startswith(ASKED):
            told = json.dumps([x.decode().split(" ")[1] for x in self.answers if x.startswith(b"GET")])
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(told), told.encode())
        if line not in self.answers or not line.startswith(b"GET"):
            method, target, _ = line.decode().split(" ")
            ask, bad = _parsed(method, target, token, body)
            assert ask is not None, bad
            self.answers[line] = _bytes_of(app.answer(self.instance, ask))
        return self.answers[line]


def serve_replay(objects: int, latency: float, ready: Pipe) -> None:
    """Runs in a process of its own."""
    Replay.instance = demo_instance(objects=objects)
    answer_all(latency, ready)


def answer_all(latency: float, ready: Pipe, port: int = 0) -> None:
    """Serves until the process ends, after `latency` milliseconds each; says on which port."""
    Replay.instance.token_seconds = 36000
    Replay.latency = latency / 1000

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Replay, "127.0.0.1", port)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def asked(url: str) -> list[str]:
    """All that the server has been asked for so far."""
    return list(urllib3.PoolManager().request("GET", f"{url}/asked").json())


def own_time(url: str, path: Path) -> tuple[float, int]:
    """Seconds that an extraction takes, and its calls."""
    began = time.perf_counter()
    with connect(Connection(url, *KEY), workers=WORKERS) as gateway, open_vault(path) as vault:
        extract(gateway, vault, Extraction("bench", ALL, workers=WORKERS), silent)
        return time.perf_counter() - began, gateway.stats.calls


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


def token_of(url: str) -> str:
    """A token of the server."""
    form = {"client_id": KEY[0], "client_secret": KEY[1]}
    answer = urllib3.PoolManager().request_encode_body(
        "POST", f"{url}/api/4.0/login", form, encode_multipart=False
    )
    return str(answer.json()["access_token"])


def take(url: str, folder: str, answer: Pipe) -> None:
    """Time, calls and memory of an extraction, in a process of its own."""
    seconds, calls = own_time(url, Path(folder) / f"{time.monotonic_ns()}.db")
    answer.send((seconds, calls, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def measured(url: str, folder: str) -> tuple[float, int, float]:
    """What `take` tells."""
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=take, args=(url, folder, theirs))
    process.start()
    found: tuple[float, int, float] = mine.recv()
    process.join()
    return found


def row(objects: int, latency: float, rounds: int) -> list[str]:
    """The median of some rounds, extraction and floor turn by turn."""
    mine, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=serve_replay, args=(objects, latency, theirs), daemon=True
    )
    server.start()
    url = f"http://127.0.0.1:{mine.recv()}"
    ratios, rates, memory = [], [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        measured(url, folder)  # the server learns its answers
        targets, token = asked(url), token_of(url)
        for _ in range(rounds):
            floor = len(targets) / bare_time(url, targets, token)
            seconds, calls, memory = measured(url, folder)
            rates.append(calls / seconds)
            ratios.append(calls / seconds / floor)
            print(f"extract {calls / seconds:.0f} calls/s, bare client {floor:.0f} calls/s", flush=True)
    server.terminate()
    server.join()
    rate, ratio = statistics.median(rates), statistics.median(ratios)
    return [
        str(objects),
        f"{latency:g} ms",
        str(len(targets)),
        f"{rate:.0f}/s",
        f"{rate / ratio:.0f}/s",
        f"{ratio:.0%}",
        f"{memory:.0f} MB",
    ]


HEADERS = ["objects", "latency", "calls", "extract", "floor", "ratio", "memory"]
NOTE = "`python benchmarks/extract.py --objects {} --latency {} --rounds {} --write`; 8 workers."


def main() -> None:
    """Measures and prints a row for each number of objects and each latency."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, nargs="+", default=[2000])
    parser.add_argument("--latency", type=float, nargs="+", default=[20.0], help="milliseconds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write the table to docs/performance.md")
    options = parser.parse_args()
    rows = []
    for objects in options.objects:
        for latency in options.latency:
            rows.append(row(objects, latency, options.rounds))
            print(*rows[-1], sep=" | ", flush=True)
    if options.write:
        told = [" ".join(f"{x:g}" for x in given) for given in (options.objects, options.latency)]
        write("extract", "Extract", NOTE.format(*told, options.rounds), HEADERS, rows)


if __name__ == "__main__":
    main()

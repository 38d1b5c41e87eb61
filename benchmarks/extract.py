"""How fast `extract` is, beside a bare urllib3 client that sends the same calls with the same concurrency.

Both read from a sandbox's answers, recorded and served by a process of its own, turn by turn; the ratio of
their rates and the memory of the extraction are printed, as a row of docs/performance.md.

python benchmarks/extract.py --objects 2000 --latency 20 --rounds 3
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from replay import ALL, KEY, WORKERS, apart, asked, bare_time, peak, server, tell, token_of
from table import write

from lookervault.looker.gateway import connect
from lookervault.looker.settings import Connection
from lookervault.run.events import silent
from lookervault.run.extract import Extraction, extract
from lookervault.sandbox import Instance, demo_instance
from lookervault.store.vault import open_vault


def source(objects: int) -> Instance:
    return demo_instance(objects=objects)


def own_time(url: str, path: Path) -> tuple[float, int]:
    """Seconds that an extraction takes, and its calls."""
    began = time.perf_counter()
    with connect(Connection(url, *KEY), workers=WORKERS) as gateway, open_vault(path) as vault:
        extract(gateway, vault, Extraction("bench", ALL, workers=WORKERS), silent)
        return time.perf_counter() - began, gateway.stats.calls


def take(url: str, folder: str, answer: Pipe) -> None:
    """Time, calls and memory of an extraction, in a process of its own."""
    with watched() as most:
        seconds, calls = own_time(url, Path(folder) / f"{time.monotonic_ns()}.db")
    answer.send((seconds, calls, most[0]))


@contextmanager
def watched() -> Iterator[list[float]]:
    """The most memory that this process and those that it begins have at one time, in MB."""
    most = [0.0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            most[0] = max(most[0], sum(map(resident, [os.getpid(), *children()])))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        ended.set()
        watcher.join()
        most[0] = max(most[0], peak())


def children() -> list[int]:
    """The processes that this one has begun."""
    return [
        int(each) for path in Path("/proc/self/task").glob("*/children") for each in path.read_text().split()
    ]


def resident(process: int) -> float:
    """MB of a process; 0 where it has ended."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except OSError:
        return 0.0
    return int(pages) * resource.getpagesize() / 2**20


def row(objects: int, latency: float, rounds: int) -> list[str]:
    """The median of some rounds, extraction and floor turn by turn."""
    ratios, rates, memory = [], [], 0.0
    with server(source, objects) as url, tempfile.TemporaryDirectory() as folder:
        apart(take, url, folder)  # the server learns its answers
        tell(url, f"latency/{latency}")
        targets, token = asked(url), token_of(url)
        for _ in range(rounds):
            floor = len(targets) / bare_time(url, targets, token)
            seconds, calls, memory = apart(take, url, folder)
            rates.append(calls / seconds)
            ratios.append(calls / seconds / floor)
            print(f"extract {calls / seconds:.0f} calls/s, bare client {floor:.0f} calls/s", flush=True)
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
NOTE = (
    "`python benchmarks/extract.py --objects {} --latency {} --rounds {} --write`; 8 workers. `memory` is the"
    " most that the process which asks and the one beside it hold at a time."
)


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

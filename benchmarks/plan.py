"""What a plan costs: nothing changed, one object in a hundred changed, all new; and to render and open it.

Servers give answers that sandboxes once gave, in processes of their own. CPU is that of the planning process
beyond what a bare urllib3 client takes for the same calls in the same process.

python benchmarks/plan.py --objects 10000 --write
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from extract import ALL, KEY, WORKERS, Replay, answer_all, asked, bare_time, token_of
from table import write

from lookervault.cli.plan import rendered
from lookervault.looker.gateway import connect
from lookervault.looker.settings import Connection
from lookervault.plan.codec import decode_plan, encode_plan
from lookervault.run.events import silent
from lookervault.run.extract import Extraction, extract
from lookervault.run.planning import Request, plan_request
from lookervault.sandbox import Instance, blank_instance, demo_instance
from lookervault.store.planfile import read_plan, write_plan
from lookervault.store.vault import open_vault

OTHER_IDS = 700_000
CHANGED = 100  # one in so many


def source(objects: int) -> Instance:
    return demo_instance(objects=objects)


def elsewhere(objects: int) -> Instance:
    """The same content under other ids."""
    return demo_instance(first_id=OTHER_IDS, objects=objects)


def changed(objects: int) -> Instance:
    """One object in a hundred has another title."""
    inst = source(objects)
    for kind in ("dashboard", "look"):
        for row in inst.rows(kind)[::CHANGED]:
            inst.change(kind, row, {"title": f"{row['title']} (changed)"})
    return inst


def blank(objects: int) -> Instance:
    """An instance with the models and nothing else."""
    return blank_instance(OTHER_IDS, like=source(0))


TARGETS: dict[str, Callable[[int], Instance]] = {
    "nothing changed": source,
    "nothing changed, other ids": elsewhere,
    "1% changed": changed,
    "all new": blank,
}
SAME = ("nothing changed", "1% changed")  # the very instance of the snapshot


def serve(name: str, objects: int, latency: float, port: int, ready: Pipe) -> None:
    """Runs in a process of its own."""
    Replay.instance = TARGETS[name](objects)
    answer_all(latency, ready, port)


@contextlib.contextmanager
def server(name: str, objects: int, latency: float = 0, port: int = 0) -> Iterator[str]:
    """The URL of a server of its own process; an instance goes by its host, and so by the port."""
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(name, objects, latency, port, theirs), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}"
    finally:
        process.terminate()
        process.join()


def measure(path: Path, url: str, answer: Pipe) -> None:
    """One plan, what it cost, and what it costs to render and open it; in a process of its own."""
    with connect(Connection(url, *KEY), workers=WORKERS) as gateway, open_vault(path) as vault:
        gateway.me()
        began, cpu = time.perf_counter(), time.process_time()
        plan = plan_request(gateway, vault, Request(), target_name="target", workers=WORKERS, listener=silent)
        found: dict[str, Any] = {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "calls": gateway.stats.calls,
            "changes": len(plan.changes),
        }
        began = time.perf_counter()
        rendered(plan, "text", colour=False)
        found["rendered"] = time.perf_counter() - began
        file = path.with_suffix(".plan")
        write_plan(file, encode_plan(plan))
        began = time.perf_counter()
        decode_plan(read_plan(file))
        found["opened"] = time.perf_counter() - began
        file.unlink()
    answer.send(found)


def floor(url: str, targets: list[str], answer: Pipe) -> None:
    """The CPU that a bare client takes for the same calls; in a process of its own."""
    token = token_of(url)
    cpu = time.process_time()
    bare_time(url, targets, token)
    answer.send(time.process_time() - cpu)


def apart(work: Callable[..., None], *arguments: Any) -> Any:
    """What a process of its own sends."""
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(*arguments, theirs))
    process.start()
    found = mine.recv()
    process.join()
    return found


def take(path: Path, url: str, answer: Pipe) -> None:
    """A snapshot of all kinds."""
    with connect(Connection(url, *KEY), workers=WORKERS) as gateway, open_vault(path) as vault:
        extract(gateway, vault, Extraction("bench", ALL, workers=WORKERS), silent)
    answer.send(None)


def main() -> None:
    """Measures and prints a row for each target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds")
    parser.add_argument("--only", choices=TARGETS, action="append")
    parser.add_argument("--write", action="store_true", help="write the table to docs/performance.md")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault.db"
        with server("nothing changed", options.objects) as url:
            apart(take, path, url)
            port = int(url.rpartition(":")[2])
        for name in options.only or TARGETS:
            rows.append(row(name, path, options.objects, options.latency, port if name in SAME else 0))
            print(*rows[-1], sep=" | ", flush=True)
    if options.write:
        write("plan", "Plan", NOTE.format(**vars(options)), HEADERS, rows)


def row(name: str, path: Path, objects: int, latency: float, port: int) -> list[str]:
    """What one plan costs; the answers are warm, so that no sandbox works while it is measured."""
    with server(name, objects, latency, port) as url:
        apart(measure, path, url)
        bare = apart(floor, url, asked(url))
        found = apart(measure, path, url)
    return [
        str(objects),
        name,
        str(found["changes"]),
        f"{found['cpu']:.1f} s",
        f"{bare:.1f} s",
        f"{found['cpu'] - bare:.1f} s",
        f"{found['seconds']:.1f} s",
        f"{found['memory']:.0f} MB",
        f"{found['rendered']:.1f} s",
        f"{found['opened']:.2f} s",
    ]


HEADERS = [
    *("objects", "target", "changes", "CPU", "CPU of the floor", "beyond it", "elapsed", "memory"),
    *("rendered in", "opened in"),
]
NOTE = "`python benchmarks/plan.py --objects {objects} --latency {latency:g} --write`"

if __name__ == "__main__":
    main()

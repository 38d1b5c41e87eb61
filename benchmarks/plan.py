"""What a plan costs: nothing changed, one object in a hundred changed, all new; and to render and open it.

Servers give answers that sandboxes once gave, in processes of their own. CPU is that of the planning process
beyond what a bare urllib3 client takes for the same calls in the same process.

python benchmarks/plan.py --objects 10000 --write
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from replay import ALL, KEY, WORKERS, apart, asked, bare_time, peak, server, tell, token_of
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


def change(inst: Instance) -> None:
    """One object in a hundred gets another title."""
    for kind in ("dashboard", "look"):
        for row in inst.rows(kind)[::CHANGED]:
            inst.change(kind, row, {"title": f"{row['title']} (changed)"})


def blank(objects: int) -> Instance:
    """An instance with the models and nothing else."""
    return blank_instance(OTHER_IDS, like=source(0))


SAME = ("nothing changed", "1% changed")  # the very instance of the snapshot, before and after `change`
OTHERS: dict[str, Callable[[int], Instance]] = {"nothing changed, other ids": elsewhere, "all new": blank}


def measure(path: Path, url: str, answer: Pipe) -> None:
    """One plan, what it cost, and what it costs to render and open it; in a process of its own."""
    with connect(Connection(url, *KEY), workers=WORKERS) as gateway, open_vault(path) as vault:
        gateway.me()
        began, cpu = time.perf_counter(), time.process_time()
        plan = plan_request(gateway, vault, Request(), target_name="target", workers=WORKERS, listener=silent)
        found: dict[str, Any] = {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "memory": peak(),
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
    """The CPU and the seconds that a bare client takes for the same calls; in a process of its own."""
    token = token_of(url)
    cpu = time.process_time()
    seconds = bare_time(url, targets, token)
    answer.send((time.process_time() - cpu, seconds))


def take(path: Path, url: str, answer: Pipe) -> None:
    """A snapshot of all kinds."""
    with connect(Connection(url, *KEY), workers=WORKERS) as gateway, open_vault(path) as vault:
        extract(gateway, vault, Extraction("bench", ALL, workers=WORKERS), silent)
    answer.send(None)


def main() -> None:
    """Measures and prints a row for each target and latency."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--latency", type=float, nargs="+", default=[0.0], help="milliseconds")
    parser.add_argument("--only", choices=(*SAME, *OTHERS), action="append")
    parser.add_argument("--write", action="store_true", help="write the table to docs/performance.md")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for found in measured(Path(folder) / "vault.db", options):
            rows.append(found)
            print(*found, sep=" | ", flush=True)
    if options.write:
        latency = " ".join(f"{x:g}" for x in options.latency)
        write("plan", "Plan", NOTE.format(objects=options.objects, latency=latency), HEADERS, rows)


def measured(path: Path, options: argparse.Namespace) -> Iterator[list[str]]:
    """The rows of all targets that are wanted."""
    wanted, objects = options.only or (*SAME, *OTHERS), options.objects
    with server(source, objects, change) as url:
        apart(take, path, url)
        for name in filter(wanted.__contains__, SAME):
            if name == "1% changed":
                tell(url, "edit")
            yield from rows_of(name, path, url, objects, options.latency)
    for name in filter(wanted.__contains__, OTHERS):
        with server(OTHERS[name], objects) as url:
            yield from rows_of(name, path, url, objects, options.latency)


def rows_of(name: str, path: Path, url: str, objects: int, latencies: list[float]) -> Iterator[list[str]]:
    """What one plan costs at each latency; the answers are warm, so that no sandbox works meanwhile."""
    tell(url, "latency/0")
    apart(measure, path, url)
    for latency in latencies:
        tell(url, f"latency/{latency}")
        cpu, seconds = apart(floor, url, asked(url))
        found = apart(measure, path, url)
        yield [
            str(objects),
            f"{latency:g} ms",
            name,
            str(found["changes"]),
            f"{found['cpu']:.1f} s",
            f"{cpu:.1f} s",
            f"{found['cpu'] - cpu:.1f} s",
            f"{found['seconds']:.1f} s",
            f"{seconds:.1f} s",
            f"{found['memory']:.0f} MB",
            f"{found['rendered']:.1f} s",
            f"{found['opened']:.2f} s",
        ]


HEADERS = [
    *("objects", "latency", "target", "changes", "CPU", "CPU of the floor", "beyond it", "elapsed", "floor"),
    *("memory", "rendered in", "opened in"),
]
NOTE = "`python benchmarks/plan.py --objects {objects} --latency {latency} --write`"

if __name__ == "__main__":
    main()

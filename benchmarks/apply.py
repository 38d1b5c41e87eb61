"""How fast `apply` is, beside a bare urllib3 client that sends the same calls with the same concurrency.

Both write to a sandbox in a process of its own, turn by turn. Printed are the rates, their ratio, how long an
object takes from its first call to its last, and the memory of the process at the beginning and at most.

python benchmarks/apply.py --objects 1000 --latency 20 --rounds 3
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import urllib3

from lookervault.looker.gateway import Gateway, connect
from lookervault.looker.settings import Connection
from lookervault.model.catalog import KINDS
from lookervault.model.values import links
from lookervault.plan.graph import Node
from lookervault.plan.plan import Plan
from lookervault.plan.steps.step import Step
from lookervault.run.apply import apply_plan
from lookervault.run.events import ChangeDone, Event, silent
from lookervault.run.extract import Extraction, extract
from lookervault.run.ids import Ids, bindings
from lookervault.run.planning import Request, plan_request
from lookervault.sandbox import Faults, Instance, serve
from lookervault.sandbox.content import lookml
from lookervault.sandbox.rules import folders
from lookervault.store.vault import Vault, open_vault

KEY = ("sandbox", "sandbox-secret")
TILES = 2
HEADERS = [
    *("objects", "latency", "workers", "calls", "floor calls/s", "apply calls/s", "apply objects/s"),
    *("ratio", "p50 ms", "p95 ms", "memory MB", "peak MB"),
]
NOTE = (
    "The median of {rounds} rounds. Folders, looks and dashboards of two elements each, to an empty instance;"
    " `p50` and `p95` are of an object, from its first call to its last, `memory` is that of the process when"
    " the apply begins. `python benchmarks/apply.py --objects {objects} --latency {latency}"
    " --workers {workers} --rounds {rounds} --write`"
)


def source(objects: int) -> Instance:
    """Folders, looks and dashboards, all below the shared root: that many in all."""
    inst = Instance(first_id=1)
    lookml.deploy(inst)
    root = folders.root(inst, "is_shared_root")["id"]
    places = [
        inst.create("folder", name=f"F{n}", parent_id=root)["id"] for n in range(max(1, objects // 100))
    ]
    explore = {"model": "ecommerce", "view": "orders", "fields": ["orders.count"]}
    for n in range(objects - len(places)):
        place = places[n % len(places)]
        query = inst.create("query", **explore, limit=str(1 + n % 500))["id"]
        if n % 3:
            inst.create("look", title=f"Look {n}", folder_id=place, query_id=query)
            continue
        made = inst.create("dashboard", title=f"Dashboard {n}", folder_id=place)["id"]
        for tile in range(TILES):
            inst.create("dashboard_element", dashboard_id=made, type="vis", title=f"T{tile}", query_id=query)
    return inst


@contextlib.contextmanager
def target(latency: float) -> Iterator[str]:
    """The URL of an empty sandbox in another process."""
    command = [sys.executable, __file__, "--serve", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as child:
        assert child.stdout and child.stdin
        yield child.stdout.readline().strip()
        child.stdin.close()
        child.wait()


def serve_target(latency: float) -> None:
    """An empty sandbox until standard input ends."""
    inst = Instance(first_id=5000)
    lookml.deploy(inst)
    with serve(inst, faults=Faults(latency=latency)) as server:
        print(server.url, flush=True)
        sys.stdin.read()


def gateway(url: str, workers: int) -> Gateway:
    return connect(Connection(url, *KEY), workers=workers)


def planned(vault: Vault, url: str, workers: int) -> Plan:
    """The plan for a target; made anew for each, since a plan names its host."""
    with gateway(url, workers) as there:
        return plan_request(there, vault, Request(), target_name="target", workers=workers, listener=silent)


def memory() -> float:
    """Resident megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Run(NamedTuple):
    """What one `apply` took: seconds, calls, memory on the way, and seconds of each object."""

    took: float
    calls: int
    memory: list[float]
    each: list[float]


def ours(vault: Vault, plan: Plan, url: str, workers: int) -> Run:
    """How `apply` carries the plan out."""
    seen: list[float] = [memory()]
    each: list[float] = []

    def watch(event: Event) -> None:
        if isinstance(event, ChangeDone):
            each.append(event.seconds)
            if len(each) % 50 == 0:
                seen.append(memory())

    with gateway(url, workers) as there:
        there.me()
        began, before = time.perf_counter(), there.stats.calls
        outcome = apply_plan(there, vault, plan, workers=workers, listener=watch)
        took = time.perf_counter() - began
        assert outcome.applied == len(plan.changes), outcome
        return Run(took, there.stats.calls - before, seen, each)


def bare(plan: Plan, url: str, workers: int) -> tuple[float, int]:
    """Seconds and calls of the same calls through urllib3 and a thread pool, level by level of the graph."""
    pool = urllib3.PoolManager(maxsize=workers + 1)
    form = {"client_id": KEY[0], "client_secret": KEY[1]}
    login = pool.request("POST", f"{url}/api/4.0/login", fields=form, encode_multipart=False)
    headers = {"Authorization": f"Bearer {login.json()['access_token']}", "Content-Type": "application/json"}
    ids, count = Ids(plan.ids), [0] * len(plan.nodes)

    def send(step: Step) -> Any:
        path = "/".join(map(str, ids.resolved(step.path)))
        body = None if step.body is None else msgspec.json.encode(ids.resolved(step.body))
        query = ids.resolved(step.query)
        address = f"{url}/api/4.0/{path}" + (
            "?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else ""
        )
        answer = pool.urlopen(step.method, address, body=body, headers=headers, retries=False)
        assert answer.status < 300, answer.data
        return msgspec.json.decode(answer.data) if answer.data else None

    def run(numbered: tuple[int, Node]) -> None:
        number, node = numbered
        for step in node.steps:
            if step.unless in ids if step.unless else False:
                continue
            if step.optional and not all(link in ids for link in links(step.path)):
                continue
            ids.learn(bindings(step.binds, send(step), ids))
            count[number] += 1

    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as threads:
        for level in levels(plan):
            list(threads.map(run, level))
    return time.perf_counter() - began, sum(count)


def levels(plan: Plan) -> list[list[tuple[int, Node]]]:
    """The nodes by how many others they have to wait for, one after the other."""
    depth: dict[str, int] = {}
    found: dict[int, list[tuple[int, Node]]] = {}
    for number, node in enumerate(plan.nodes):
        depth[node.id] = 1 + max((depth[w] for w in node.waits), default=-1)
        found.setdefault(depth[node.id], []).append((number, node))
    return [found[n] for n in sorted(found)]


def main() -> None:
    """Measures and prints a row for each number of objects and each latency."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, nargs="+", default=[1000])
    parser.add_argument("--latency", type=float, nargs="+", default=[20.0], help="milliseconds")
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write the table to docs/performance.md")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve is not None:
        serve_target(asked.serve)
        return
    rows = []
    print(*HEADERS, sep=" | ")
    for objects in asked.objects:
        with extracted(objects, asked.workers) as vault:
            for latency in asked.latency:
                rounds = [round_(vault, latency, asked.workers) for _ in range(asked.rounds)]
                rows.append(median_row(objects, latency, asked.workers, rounds))
                print(*rows[-1], sep=" | ", flush=True)
    if asked.write:
        from table import write

        told = {name: " ".join(f"{x:g}" for x in getattr(asked, name)) for name in ("objects", "latency")}
        write(
            "apply", "Apply", NOTE.format(**told, workers=asked.workers, rounds=asked.rounds), HEADERS, rows
        )


@contextlib.contextmanager
def extracted(objects: int, workers: int) -> Iterator[Vault]:
    """A vault with a snapshot of so many objects."""
    kinds = [k for k in KINDS if k in ("folder", "look", "dashboard")]
    with tempfile.TemporaryDirectory() as folder, open_vault(Path(folder) / "vault.db") as vault:
        with serve(source(objects)) as server, gateway(server.url, workers) as here:
            extract(here, vault, Extraction("source", kinds), silent)
        yield vault


def round_(vault: Vault, latency: float, workers: int) -> tuple[float, Run]:
    """One turn each: seconds of the bare client, and how `apply` did."""
    with target(latency / 1000) as url:
        plan = planned(vault, url, workers)
        plain, sent = bare(plan, url, workers)
    with target(latency / 1000) as url:
        plan = planned(vault, url, workers)
        run = ours(vault, plan, url, workers)
    assert run.calls == sent, (run.calls, sent)
    ratio, load = plain / run.took, os.getloadavg()[0]
    print(f"  {sent} calls: bare {plain:.1f}s, apply {run.took:.1f}s, ratio {ratio:.2f}; load {load:.1f}")
    return plain, run


def median_row(objects: int, latency: float, workers: int, rounds: list[tuple[float, Run]]) -> list[str]:
    """The row of the table for some rounds."""
    floor = statistics.median(plain for plain, _ in rounds)
    took = statistics.median(run.took for _, run in rounds)
    ratio = statistics.median(plain / run.took for plain, run in rounds)
    calls = rounds[0][1].calls
    each = sorted(1000 * seconds for _, run in rounds for seconds in run.each)
    rates = [f"{calls / floor:.0f}", f"{calls / took:.0f}", f"{objects / took:.0f}", f"{ratio:.2f}"]
    spread = [f"{each[len(each) // 2]:.0f}", f"{each[len(each) * 95 // 100]:.0f}"]
    begin, most = rounds[0][1].memory[0], max(max(run.memory) for _, run in rounds)
    head = [str(objects), f"{latency:g} ms", str(workers), str(calls)]
    return [*head, *rates, *spread, f"{begin:.0f}", f"{most:.0f}"]


if __name__ == "__main__":
    main()

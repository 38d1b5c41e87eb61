"""How fast `apply` is, beside a bare urllib3 client that sends the same calls with the same concurrency.

Both write to a sandbox in a process of its own, turn by turn, and the ratio of their rates is printed.

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
from typing import Any

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
from lookervault.run.events import Event, silent
from lookervault.run.extract import Extraction, extract
from lookervault.run.ids import Ids, bindings
from lookervault.run.planning import Request, plan_request
from lookervault.sandbox import Faults, Instance, serve
from lookervault.sandbox.content import lookml
from lookervault.sandbox.rules import folders
from lookervault.store.vault import Vault, open_vault

KEY = ("sandbox", "sandbox-secret")
TILES = 2


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


def ours(vault: Vault, plan: Plan, url: str, workers: int) -> tuple[float, int, list[float]]:
    """Seconds and calls that `apply` takes, and the memory at each tenth of the way."""
    seen: list[float] = [memory()]
    tenth = max(1, len(plan.changes) // 10)
    done = 0

    def watch(event: Event) -> None:
        nonlocal done
        done += type(event).__name__ == "ChangeDone"
        if done >= tenth * len(seen):
            seen.append(memory())

    with gateway(url, workers) as there:
        there.me()
        began, before = time.perf_counter(), there.stats.calls
        outcome = apply_plan(there, vault, plan, workers=workers, listener=watch)
        took = time.perf_counter() - began
        assert outcome.applied == len(plan.changes), outcome
        return took, there.stats.calls - before, seen


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
    """Prints rates, ratio and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=20, help="milliseconds")
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve is not None:
        serve_target(asked.serve)
        return
    kinds = [k for k in KINDS if k in ("folder", "look", "dashboard")]
    with tempfile.TemporaryDirectory() as folder, open_vault(Path(folder) / "vault.db") as vault:
        with serve(source(asked.objects)) as server, gateway(server.url, asked.workers) as here:
            extract(here, vault, Extraction("source", kinds), silent)
        ratios = [round_(vault, asked) for _ in range(asked.rounds)]
    print(f"latency {asked.latency:g} ms, {asked.workers} workers: ratio {statistics.median(ratios):.2f}")


def round_(vault: Vault, asked: argparse.Namespace) -> float:
    """One turn each; the ratio of the rates."""
    with target(asked.latency / 1000) as url:
        plan = planned(vault, url, asked.workers)
        plain, sent = bare(plan, url, asked.workers)
    with target(asked.latency / 1000) as url:
        plan = planned(vault, url, asked.workers)
        took, calls, seen = ours(vault, plan, url, asked.workers)
    print(
        f"bare {sent} calls in {plain:.1f}s ({sent / plain:.0f}/s); apply {calls} calls in {took:.1f}s"
        f" ({calls / took:.0f}/s, {len(plan.changes) / took:.0f} objects/s); ratio {plain / took:.2f};"
        f" memory {' '.join(f'{m:.0f}' for m in seen)} MB",
        flush=True,
    )
    return plain / took


if __name__ == "__main__":
    main()

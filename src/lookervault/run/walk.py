"""Walking a plan's nodes: each starts when what it waits for is done; one failure skips what hangs on it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Protocol

from lookervault.plan.graph import Node

Failures = tuple[type[BaseException], ...]


class Watcher(Protocol):
    """Hears what becomes of each node; calls come from one thread."""

    def done(self, node: Node) -> None:
        """The node is carried out."""

    def failed(self, node: Node, error: BaseException) -> None:
        """The node could not be carried out."""

    def skipped(self, node: Node, because: Node) -> None:
        """The node was not tried, because one it waits for failed."""


class _Ways:
    """Who still waits for whom."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.open = {n.id: set(n.waits) for n in nodes}
        self.nodes = {n.id: n for n in nodes}
        self.after: dict[str, list[str]] = {}
        for node in nodes:
            for first in node.waits:
                self.after.setdefault(first, []).append(node.id)

    def ready(self) -> list[Node]:
        """Nodes that wait for nothing, in plan order."""
        return [self.nodes[i] for i, waits in self.open.items() if not waits]

    def freed_by(self, node: Node) -> list[Node]:
        """Nodes that waited for this one and now for nothing."""
        free = []
        for name in self.after.get(node.id, []):
            self.open[name].discard(node.id)
            if not self.open[name]:
                free.append(self.nodes[name])
        return free

    def beyond(self, node: Node) -> list[Node]:
        """All nodes that can now never start, nearest first."""
        found: dict[str, Node] = {}
        queue = deque(self.after.get(node.id, []))
        while queue:
            name = queue.popleft()
            if name not in found:
                found[name] = self.nodes[name]
                queue += self.after.get(name, [])
        return list(found.values())


def walk(
    nodes: Sequence[Node], perform: Callable[[Node], None], failures: Failures, watcher: Watcher, workers: int
) -> None:
    """Performs all nodes; an error that is no `failures` ends the walk and is raised.

    Twice `workers` are performed at once, of which the gateway lets so many call.

    With one worker everything happens in order on the calling thread.
    """
    ways = _Ways(nodes)
    if workers == 1:
        _serial(ways, perform, failures, watcher)
    else:
        _parallel(ways, perform, failures, watcher, workers)


def _serial(ways: _Ways, perform: Callable[[Node], None], failures: Failures, watcher: Watcher) -> None:
    ready, dropped = deque(ways.ready()), set[str]()
    while ready:
        node = ready.popleft()
        try:
            perform(node)
        except failures as error:
            _fail(ways, node, error, dropped, watcher)
        else:
            watcher.done(node)
            ready += ways.freed_by(node)


def _parallel(
    ways: _Ways,
    perform: Callable[[Node], None],
    failures: Failures,
    watcher: Watcher,
    workers: int,
) -> None:
    dropped: set[str] = set()
    running: dict[Future[None], Node] = {}
    ready = deque(ways.ready())
    ended: SimpleQueue[Future[None]] = SimpleQueue()
    # twice as many threads as calls may be under way: while one waits for the journal, another one calls
    with ThreadPoolExecutor(max_workers=2 * workers, thread_name_prefix="apply") as pool:
        try:
            while ready or running:
                # a few more in stock, so that none waits for this thread's turn; those are given up on an
                # interrupt
                while ready and len(running) < 3 * workers:
                    future = pool.submit(perform, node := ready.popleft())
                    running[future] = node
                    future.add_done_callback(ended.put)
                future = ended.get()
                ready += _settled(ways, running.pop(future), future, failures, dropped, watcher)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            for future, node in running.items():  # what was in flight has come to its end
                if not future.cancelled() and isinstance(future.exception(), (*failures, type(None))):
                    _settled(ways, node, future, failures, dropped, watcher)
            raise


def _settled(
    ways: _Ways,
    node: Node,
    future: Future[None],
    failures: Failures,
    dropped: set[str],
    watcher: Watcher,
) -> list[Node]:
    error = future.exception()
    if error is None:
        watcher.done(node)
        return ways.freed_by(node)
    if not isinstance(error, failures):
        raise error
    _fail(ways, node, error, dropped, watcher)
    return []


def _fail(ways: _Ways, node: Node, error: BaseException, dropped: set[str], watcher: Watcher) -> None:
    watcher.failed(node, error)
    for later in ways.beyond(node):
        if later.id not in dropped:
            dropped.add(later.id)
            watcher.skipped(later, node)

"""A program that applies plans and gets killed: it reads orders on stdin and forks for each.

An order is vault, URL, plan file and workers. It says the id of the process that carries the order out,
and then with which status that ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lookervault.looker.gateway import connect
from lookervault.looker.settings import Connection
from lookervault.plan.codec import decode_plan
from lookervault.run.apply import apply_plan
from lookervault.run.events import silent
from lookervault.store.planfile import read_plan
from lookervault.store.vault import open_vault


def main() -> None:
    """Carries out one order after the other."""
    for line in sys.stdin:
        vault, url, plan, workers = line.split()
        pid = os.fork()
        if not pid:
            carry_out(Path(vault), url, Path(plan), int(workers))
            os._exit(0)
        say(str(pid))
        say(str(os.waitpid(pid, 0)[1]))


def carry_out(path: Path, url: str, plan: Path, workers: int) -> None:
    """Applies the plan of a file."""
    gateway = connect(Connection(url, "sandbox", "sandbox-secret"))
    with gateway, open_vault(path) as vault:
        apply_plan(gateway, vault, decode_plan(read_plan(plan)), workers=workers, listener=silent)


def say(word: str) -> None:
    """A line that is read at once."""
    os.write(1, f"{word}\n".encode())


if __name__ == "__main__":
    main()

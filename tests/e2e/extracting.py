"""A program that extracts and gets killed: it reads orders on stdin and forks for each.

An order is vault and URL. It says the id of the process that carries the order out, and then with which
status that ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lookervault.looker.gateway import connect
from lookervault.looker.settings import Connection
from lookervault.model.catalog import KINDS
from lookervault.run import preparer
from lookervault.run.events import silent
from lookervault.run.extract import Extraction, extract
from lookervault.store.vault import open_vault

WORKERS, BATCH = 4, 5


def main() -> None:
    """Carries out one order after the other."""
    preparer._WORTH = 1  # few objects as there are, another process makes them ready
    for line in sys.stdin:
        vault, url = line.split()
        pid = os.fork()
        if not pid:
            carry_out(Path(vault), url)
            os._exit(0)
        say(str(pid))
        say(str(os.waitpid(pid, 0)[1]))


def carry_out(path: Path, url: str) -> None:
    """Extracts, going on with what was interrupted."""
    kinds = [name for name, kind in KINDS.items() if kind.listing]
    wanted = Extraction("dev", kinds, workers=WORKERS, batch_size=BATCH, resume=True)
    gateway = connect(Connection(url, "sandbox", "sandbox-secret"))
    with gateway, open_vault(path) as vault:
        extract(gateway, vault, wanted, silent)


def say(word: str) -> None:
    """A line that is read at once."""
    os.write(1, f"{word}\n".encode())


if __name__ == "__main__":
    main()

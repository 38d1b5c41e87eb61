"""Programs that a test kills: they say on stdout what the vault has told them is safe."""

from __future__ import annotations

import itertools
import os
import sys
import threading
from pathlib import Path
from typing import Any

from lookervault.store.journal import Journal, start
from lookervault.store.snapshots import begin, complete, put
from lookervault.store.vault import open_vault

OBJECTS = 600
WORKERS = 4


def expected(session: int) -> dict[str, Any]:
    """What the session finds: some objects changed, some gone, most as before."""
    return {
        str(number): {"number": number, "text": "x" * 50, "changed": session if number % 3 == 0 else 0}
        for number in range(OBJECTS)
        if number % 7 != session % 7
    }


def extract_for_ever(path: Path) -> None:
    with open_vault(path) as vault:
        while True:
            session = begin(vault, host="h")
            entries = [(id_, None, None, None, raw) for id_, raw in expected(session).items()]
            for first in range(0, len(entries), 50):
                put(vault, session, "look", entries[first : first + 50])
            complete(vault, session, {"look": {"status": "complete", "count": len(entries)}})
            say(f"{session}")


def write_journal_for_ever(path: Path) -> None:
    with open_vault(path) as vault:
        session = start(vault, "fingerprint", "target")
        journal = Journal(vault, session)

        def work(worker: int) -> None:
            for number in itertools.count():
                node = f"{worker}.{number}"
                journal.started(node, 0, "POST", "/folders", {"name": node})
                say(f"{session} {node}")
                journal.done(node, 0, {"folder": node})

        for worker in range(WORKERS):
            threading.Thread(target=work, args=(worker,)).start()
        threading.Event().wait()


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    {"extract": extract_for_ever, "journal": write_journal_for_ever}[sys.argv[1]](Path(sys.argv[2]))

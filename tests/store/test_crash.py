"""kill -9 at any moment: what was said to be safe is safe, and the next run goes on from there."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import lookervault
from lookervault.store.journal import Journal, applies, rows
from lookervault.store.snapshots import Snapshot, begin, complete, items, put, resolve, snapshots
from lookervault.store.vault import Vault, open_vault
from lookervault.store.verify import verify, verify_file

from . import crashing

SCOPE = {"look": {"status": "complete", "count": crashing.OBJECTS}}


def killed(program: str, path: Path, lines: int, delay: float) -> list[str]:
    """The lines that the program had said when it was killed: this many, and then what the delay brought."""
    source = str(Path(lookervault.__file__).parents[1])
    child = subprocess.Popen(
        [sys.executable, crashing.__file__, program, str(path)],
        env=os.environ | {"PYTHONPATH": source},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    said = [child.stdout.readline() for _ in range(lines)]
    time.sleep(delay)
    child.kill()
    said += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    return [line.strip() for line in said]


def is_whole(vault: Vault, snapshot: Snapshot) -> bool:
    content = {each.id: each.raw for each in items(vault, snapshot)}
    return content == crashing.expected(snapshot.number) and list(verify(vault, snapshot)) == []


@pytest.mark.parametrize("seed", range(4))
def test_extraction(tmp_path: Path, seed: int) -> None:
    path, chance = tmp_path / "v.db", random.Random(seed)
    for _ in range(2):
        said = killed("extract", path, 2, chance.uniform(0, 0.06))
        with open_vault(path) as vault:
            taken = snapshots(vault)
            assert set(map(int, said)) <= {each.number for each in taken}
            assert all(is_whole(vault, each) for each in taken)
            assert verify_file(vault) == []
            number = begin(vault, host="h")
            entries = [(id_, None, None, None, raw) for id_, raw in crashing.expected(number).items()]
            put(vault, number, "look", entries)
            assert is_whole(vault, complete(vault, number, SCOPE))
            assert resolve(vault, "@latest").number == number


@pytest.mark.parametrize("seed", range(3))
def test_journal(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "v.db"
    said = killed("journal", path, 20, random.Random(seed).uniform(0, 0.1))
    with open_vault(path) as vault:
        (apply,) = applies(vault)
        assert apply.status == "running"
        steps = rows(vault, apply.session)
        for line in said:
            session, node = line.split()
            step = steps[node, 0]
            assert session == apply.session
            assert step.state in ("started", "done")
            assert step.bindings == ({"folder": node} if step.state == "done" else {})
            assert step.body == ({"name": node} if step.state == "started" else None)
        # each worker's row is closed before its next one is opened, so no more than one each is unclear
        assert sum(step.state == "started" for step in steps.values()) <= crashing.WORKERS
        with Journal(vault, apply.session) as journal:
            for (node, index), step in journal.rows().items():
                if step.state == "started":
                    journal.done(node, index, {"folder": "adopted"})
        assert {step.state for step in rows(vault, apply.session).values()} == {"done"}

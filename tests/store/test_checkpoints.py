from __future__ import annotations

from typing import Any

import pytest

from lookervault.errors import StoreError
from lookervault.store.checkpoints import Checkpoint, load, save
from lookervault.store.snapshots import complete, put, restart
from lookervault.store.vault import Vault

from .extracting import stage

AT = "2026-11-01T12:00:00.000000Z"


@pytest.fixture
def session(vault: Vault) -> int:
    number = stage(vault, {"look": {"1": {}, "2": {}}, "board": {"1": {}}})
    save(vault, number, "look", {"offset": 100}, 1)
    save(vault, number, "look", {"offset": 200, "last": "2"}, 2)
    save(vault, number, "board", None, 1)
    return number


def tamper(vault: Vault, assignment: str) -> None:
    with vault.transaction() as connection:
        connection.execute(f"UPDATE sync_checkpoints SET {assignment} WHERE kind = 'look'")


def test_the_last_checkpoint_of_each_kind_is_kept(vault: Vault, session: int) -> None:
    assert load(vault, session) == {
        "look": Checkpoint("look", {"offset": 200, "last": "2"}, 2, AT),
        "board": Checkpoint("board", None, 1, AT),
    }
    assert load(vault, session + 1) == {}


@pytest.mark.parametrize(
    ("assignment", "problem"),
    [
        ("position = '{\"offset\": '", "stored JSON is damaged"),
        ("position = '{\"offset\": 900}'", "its digest does not match"),
        ("count = 1", "its digest does not match"),
        ("digest = ''", "its digest does not match"),
    ],
)
def test_a_corrupt_checkpoint_says_so(vault: Vault, session: int, assignment: str, problem: str) -> None:
    tamper(vault, assignment)
    found = load(vault, session)
    assert found["look"].position is None
    assert found["look"].problem.startswith(problem)
    assert found["board"].problem == ""


def test_a_checkpoint_ahead_of_its_rows_says_so(vault: Vault, session: int) -> None:
    save(vault, session, "look", {"offset": 300}, 3)
    assert load(vault, session)["look"].problem == "it counts 3 objects, the vault has 2"


def test_rows_ahead_of_their_checkpoint_are_no_harm(vault: Vault, session: int) -> None:
    put(vault, session, "look", [("3", None, None, None, {})])
    assert load(vault, session)["look"].position == {"offset": 200, "last": "2"}


def test_a_batch_and_its_checkpoint_are_written_together(vault: Vault, session: int) -> None:
    entry: tuple[str, None, None, None, Any] = ("3", None, None, None, {})
    with pytest.raises(KeyboardInterrupt), vault.transaction(durable=False):
        counts = put(vault, session, "look", [entry])
        save(vault, session, "look", {"offset": 300}, 2 + counts.seen)
        raise KeyboardInterrupt
    assert load(vault, session)["look"].position == {"offset": 200, "last": "2"}
    with vault.transaction(durable=False):
        counts = put(vault, session, "look", [entry])
        save(vault, session, "look", {"offset": 300}, 2 + counts.seen)
    assert load(vault, session)["look"] == Checkpoint("look", {"offset": 300}, 3, AT)


def test_checkpoints_go_with_what_they_are_of(vault: Vault, session: int) -> None:
    restart(vault, session, "look")
    assert list(load(vault, session)) == ["board"]
    complete(vault, session, {})
    assert load(vault, session) == {}
    with pytest.raises(StoreError, match="is complete"):
        save(vault, session, "look", {}, 0)

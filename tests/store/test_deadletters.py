from __future__ import annotations

from itertools import count as count_up
from typing import Any

import pytest

from lookervault.errors import NotFound
from lookervault.store.deadletters import DeadLetter, add, clear, count, get, letters, remove
from lookervault.store.journal import start
from lookervault.store.vault import Vault


def queue(vault: Vault, session: str, kind: str) -> int:
    where = f"{kind}:{next(_NAMES)}"
    return add(vault, session=session, kind=kind, address=where, operation="create", message="422")


_NAMES = count_up()


@pytest.fixture
def numbers(vault: Vault) -> list[int]:
    return [queue(vault, session, kind) for session in ("s1", "s2") for kind in ("look", "board", "look")]


def test_a_second_failure_of_the_same_call_takes_the_place_of_the_first(vault: Vault) -> None:
    same = {"session": "s1", "kind": "look", "address": "look:a", "operation": "create", "path": "/looks"}
    add(vault, **same, message="first", attempts=6)
    add(vault, **same, message="second", attempts=2)
    assert [(x.message, x.attempts) for x in letters(vault)] == [("second", 8)]


def test_letters_of_one_target(vault: Vault) -> None:
    session = start(vault, "f", "prod")
    mine = queue(vault, session, "look")
    queue(vault, start(vault, "f", "dev"), "look")
    assert [x.number for x in letters(vault, host="prod")] == [mine]
    assert [x.number for x in letters(vault, host="prod", kind="look", session=session)] == [mine]
    assert (count(vault, host="prod"), count(vault, host="elsewhere")) == (1, 0)


def test_a_letter_keeps_everything(vault: Vault) -> None:
    errors: list[dict[str, Any]] = [{"field": "name", "code": "taken", "message": "is taken"}]
    number = add(
        vault,
        session="s1",
        kind="folder",
        address="folder:Shared/Sales",
        source_id=17,
        target_id=40,
        operation="create",
        method="POST",
        path="/folders",
        body={"name": "Sales", "parent_id": None},
        status=422,
        message="Validation failed",
        errors=errors,
        traceback="Traceback ...",
        attempts=6,
    )
    assert get(vault, number) == DeadLetter(
        number=number,
        session="s1",
        kind="folder",
        address="folder:Shared/Sales",
        source_id="17",
        target_id="40",
        operation="create",
        method="POST",
        path="/folders",
        body={"name": "Sales", "parent_id": None},
        status=422,
        message="Validation failed",
        errors=errors,
        traceback="Traceback ...",
        attempts=6,
        created_at="2026-11-01T12:00:00.000000Z",
    )


def test_letters_are_filtered_and_paged(vault: Vault, numbers: list[int]) -> None:
    def found(**filters: Any) -> list[int]:
        return [letter.number for letter in letters(vault, **filters)]

    assert found() == numbers
    assert found(session="s2") == numbers[3:]
    assert found(kind="board") == [numbers[1], numbers[4]]
    assert found(session="s1", kind="look") == [numbers[0], numbers[2]]
    assert found(limit=2, offset=3) == numbers[3:5]
    assert found(offset=4) == numbers[4:]
    assert found(session="s9") == []
    assert (count(vault), count(vault, session="s1"), count(vault, session="s1", kind="look")) == (6, 3, 2)


def test_a_letter_leaves_the_queue_once(vault: Vault, numbers: list[int]) -> None:
    assert remove(vault, numbers[0])
    assert not remove(vault, numbers[0])
    with pytest.raises(NotFound, match=f"no dead letter {numbers[0]}"):
        get(vault, numbers[0])
    assert count(vault) == 5


def test_numbers_are_never_given_twice(vault: Vault, numbers: list[int]) -> None:
    assert clear(vault, session="s2", kind="look") == 2
    assert clear(vault) == 4
    assert queue(vault, "s1", "look") == max(numbers) + 1

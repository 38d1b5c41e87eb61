"""What is shown while something runs: bars, plain lines, the pace."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from lookervault.cli.bars import _Bars, _Board
from lookervault.cli.progress import _Lines
from lookervault.looker.gateway import Gateway
from lookervault.run import events
from lookervault.run.pace import noting, paced
from lookervault.sandbox import Instance
from lookervault.store.applies import apply, start
from world import World, world

PACE = events.Pace(3, 8, 1.5, 4.25, 2, 20.0)
DONE = events.ChangeDone("look:Shared/A", "create", "7", 0.1, 1, 8)
FAILED = events.ChangeFailed("look:Shared/B", "create", "no\x1b[31m")


@pytest.fixture
def board() -> Iterator[_Board]:
    with _Board(console=Console(file=io.StringIO(), width=100, force_terminal=True)) as made:
        yield made


def test_each_kind_has_a_numbered_bar_and_the_pace_a_line(board: _Board) -> None:
    bars = _Bars(board, brief=True)
    bars.hear(events.ApplyStarted("s", {"folder": 1, "look": 2}))
    for event in (events.ChangeStarted("folder:Shared/F", "create"), DONE, FAILED, PACE):
        bars.hear(event)
    assert [(t.description, t.completed, t.total) for t in board.tasks] == [
        ("[1/2] folders", 0, 1),
        ("[2/2] looks", 2, 2),
    ]
    assert board.status == "3/8 changes, 1.5 changes/s, 4.2 calls/s, 2 retries, held to 20.0 calls/s"
    shown = board.console.file.getvalue()  # type: ignore[attr-defined]
    assert "look:Shared/B: failed: no\\x1b[31m" in shown
    assert "created" not in shown


def test_a_long_wait_is_told(board: _Board) -> None:
    bars = _Bars(board, brief=False)
    bars.hear(events.Retried("GET", "/looks", "429\x07", 0.2))
    assert board.status == ""
    bars.hear(events.Retried("GET", "/looks", "429\x07", 12.0))
    assert board.status == "waiting 12s: 429\\x07"


def test_bars_that_are_full_make_room(board: _Board) -> None:
    bars = _Bars(board, brief=True)
    bars.hear(events.ApplyStarted("s", {f"k{n}": 1 for n in range(20)}))
    for n in range(20):
        bars.hear(events.ChangeDone(f"k{n}:x", "create", "1", 0.0, n, 20))
    assert sum(task.visible for task in board.tasks) <= 13


@pytest.mark.parametrize("brief", [False, True])
def test_plain_lines(brief: bool, capsys: pytest.CaptureFixture[str]) -> None:
    lines = _Lines(brief)
    lines.PAUSE = 0.0  # type: ignore[misc]
    for event in (DONE, FAILED, PACE):
        lines.hear(event)
    told = capsys.readouterr().err.splitlines()
    assert told[-2:] == [
        "look:Shared/B: failed: no\\x1b[31m",
        "3/8 changes, 1.5 changes/s, 4.2 calls/s, 2 retries, held to 20.0 calls/s",
    ]
    assert len(told) == (2 if brief else 3)


@pytest.fixture
def here() -> Iterator[World]:
    with world(Instance(first_id=1)) as opened:
        yield opened


def test_the_pace_is_told_once_a_second(here: World) -> None:
    heard: list[events.Event] = []
    now = 0.0
    gateway: Gateway = here.target_gateway
    hear = paced(gateway, heard.append, 4, clock=lambda: now)
    for moment in (0.4, 0.8, 1.2, 1.6):
        now = moment
        gateway.me()
        hear(DONE)
    (told,) = [e for e in heard if isinstance(e, events.Pace)]
    assert (told.done, told.total, told.changes_per_second) == (3, 4, 2.5)
    assert told.calls_per_second >= 2.5
    assert told.allowed_per_second is None


def test_how_far_it_is_can_be_asked_while_it_runs(here: World) -> None:
    session = start(here.vault, "f", "prod")
    hear = noting(here.vault, session, 2, lambda event: None)
    hear(DONE)
    assert apply(here.vault, session).counts == {}
    hear(FAILED)
    assert apply(here.vault, session).counts == {"created": 1, "failed": 1}

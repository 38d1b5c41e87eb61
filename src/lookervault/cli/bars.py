"""Bars on a terminal: one for each kind that is read or written, and a line that says how fast it goes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from lookervault.cli.progress import line_of, pace_text
from lookervault.model.catalog import KINDS
from lookervault.report.safe import visible
from lookervault.run import events

if TYPE_CHECKING:
    from lookervault.run.events import Event, Listener

_LATEST = 12  # kinds shown at once; those that are through make room


class _Board(Progress):
    """Bars with a line of text below them."""

    status = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bars, then the line."""
        yield self.make_tasks_table(self.tasks)
        if self.status:
            yield Text(self.status, style="dim", no_wrap=True, overflow="ellipsis")


class _Bars:
    """Puts events onto a board; lines go above the bars."""

    def __init__(self, board: _Board, brief: bool) -> None:
        self._board = board
        self._brief = brief
        self._tasks: dict[str, TaskID] = {}
        self._totals: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._turn = threading.Lock()

    def hear(self, event: Event) -> None:
        """Shows an event."""
        with self._turn:
            self._show(event)

    def _show(self, event: Event) -> None:
        match event:
            case events.KindStarted(kind):
                self._bar(kind, _title(kind), None)
            case events.KindProgress(kind, done, total):
                self._bar(kind, _title(kind), total, done)
            case events.KindDone(kind, count, status, _):
                self._board.update(self._bar(kind, _title(kind), count or 1, count), visible=False)
                self._print(event if status != "complete" else None)
            case events.ApplyStarted(_, kinds):
                self._totals = kinds
            case events.ChangeStarted(address):
                self._advance(address, 0)
            case events.ChangeDone(address):
                self._advance(address, 1)
                self._print(None if self._brief else event)
            case events.ChangeFailed(address) | events.ChangeSkipped(address) | events.ChangeStale(address):
                self._advance(address, 1)
                self._print(event)
            case events.Pace() | events.Retried():
                self._board.status = _status(event) or self._board.status
            case _:
                self._print(event)

    def _advance(self, address: str, by: int) -> None:
        kind = address.partition(":")[0]
        new = kind not in self._done
        self._done[kind] = self._done.get(kind, 0) + by
        number = f"[{list(self._done).index(kind) + 1}/{len(self._totals)}] " if self._totals else ""
        total = self._totals.get(kind)
        self._bar(f"apply {kind}", number + _title(kind), total, self._done[kind])
        if new:
            self._make_room()

    def _make_room(self) -> None:
        """Takes the oldest bars that are full off the board, so that it fits on the screen."""
        shown = [task for task in self._board.tasks if task.visible]
        full = [task for task in shown if task.finished]
        for task in full[: max(0, len(shown) - _LATEST)]:
            self._board.update(task.id, visible=False)

    def _bar(self, key: str, name: str, total: int | None, done: int = 0) -> TaskID:
        if key not in self._tasks:
            self._tasks[key] = self._board.add_task(name, total=total)
        if total is not None:
            self._board.update(self._tasks[key], total=total)
        self._board.update(self._tasks[key], completed=done)
        return self._tasks[key]

    def _print(self, event: Event | None) -> None:
        text = line_of(event) if event else ""
        if text:
            self._board.console.print(text, markup=False, highlight=False)


def _status(event: events.Pace | events.Retried) -> str:
    """How fast it goes, or what it waits for where that takes a while."""
    if isinstance(event, events.Pace):
        return pace_text(event)
    return f"waiting {event.wait:.0f}s: {visible(event.reason)}" if event.wait >= 1 else ""


def _title(kind: str) -> str:
    return KINDS[kind].title if kind in KINDS else kind


@contextmanager
def bars(brief: bool) -> Iterator[Listener]:
    """A listener that draws bars on standard error for the block and leaves nothing but lines behind."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with _Board(*columns, console=Console(stderr=True), transient=True) as board:
        yield _Bars(board, brief).hear

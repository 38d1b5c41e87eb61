"""Listeners that show progress: bars on a terminal, plain lines elsewhere, JSON lines for programs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lookervault.report.safe import visible

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from lookervault.run.events import Event, Listener


@contextmanager
def progress(*, as_json: bool, quiet: bool, brief: bool = False) -> Iterator[Listener]:
    """The listener that fits where the output goes; progress goes to standard error, JSON to output.

    A `brief` one has no line for each change that is done.
    """
    from lookervault.run.events import silent

    if as_json:
        yield _json_lines
    elif quiet:
        yield silent
    elif sys.stderr.isatty():
        with _bars() as listener:
            yield listener
    else:
        yield _failure_lines if brief else _plain_lines


_turn = threading.Lock()


def _json_lines(event: Event) -> None:
    import msgspec

    with _turn:
        sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
        sys.stdout.flush()


def _plain_lines(event: Event) -> None:
    text = line_of(event)
    if text:
        with _turn:
            sys.stderr.write(text + "\n")


def _failure_lines(event: Event) -> None:
    from lookervault.run.events import ChangeDone

    if not isinstance(event, ChangeDone):
        _plain_lines(event)


def line_of(event: Event) -> str:
    """An event as a line, or nothing where it is not worth one."""
    from lookervault.run import events

    match event:
        case events.KindDone(kind, count, status, reason):
            remark = "" if status == "complete" else f" ({status}{': ' + visible(reason) if reason else ''})"
            return f"{kind}: {count} read{remark}"
        case events.ObjectUnreadable(kind, id_):
            return f"{kind} {visible(id_)}: listed, but not readable"
        case events.ChangeDone(address, action, id_, seconds, done, total):
            verb = {"create": "created", "update": "updated", "delete": "deleted"}[action]
            return f"[{done}/{total}] {visible(address)}: {verb} in {seconds:.1f}s (id {visible(id_)})"
        case events.ChangeFailed(address, _, message):
            return f"{visible(address)}: failed: {visible(message)}"
        case events.ChangeSkipped(address, _, because):
            return f"{visible(address)}: skipped, because {visible(because)} was not carried out"
        case events.ChangeStale(address, _, message, _):
            return f"{visible(address)}: left alone: {visible(message)}"
        case events.SessionResumed(session, started_at, objects):
            return f"going on with extraction {session} of {started_at}: {objects} objects are stored already"
        case events.KindRestarted(kind, reason):
            return f"{kind}: read afresh: {visible(reason)}"
        case events.Retried(method, path, reason, wait):
            return f"retry in {wait:.1f}s: {method} {visible(path)}: {visible(reason)}"
        case _:
            return ""


class _Bars:
    """A bar per kind while reading and one for the changes while writing; lines go above them."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def hear(self, event: Event) -> None:
        """Shows an event."""
        from lookervault.run import events

        match event:
            case events.KindStarted(kind):
                self._update(kind)
            case events.KindProgress(kind, done, total):
                self._update(kind, done, total)
            case events.KindDone(kind, count, status, _):
                self._update(kind, count, count or 1)
                self._bars.update(self._tasks[kind], visible=False)
                self._print(event if status != "complete" else None)
            case events.ChangeDone():
                self._update("applying", event.done, event.total)
                self._print(event)
            case _:
                self._print(event)

    def _update(self, name: str, done: int = 0, total: int | None = None) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=None)
        self._bars.update(self._tasks[name], completed=done)
        if total:
            self._bars.update(self._tasks[name], total=total)

    def _print(self, event: Event | None) -> None:
        text = line_of(event) if event else ""
        if text:
            self._bars.console.print(text, markup=False, highlight=False)


@contextmanager
def _bars() -> Iterator[Listener]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Bars(bars).hear

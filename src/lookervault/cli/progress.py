"""Listeners that show progress: bars on a terminal, plain lines elsewhere, JSON lines for programs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lookervault.report.safe import visible

if TYPE_CHECKING:
    from lookervault.run.events import Event, Listener


@contextmanager
def progress(*, as_json: bool, quiet: bool) -> Iterator[Listener]:
    """The listener that fits where the output goes; progress goes to standard error, JSON to output."""
    from lookervault.run.events import silent

    if as_json:
        yield _json_lines
    elif quiet:
        yield silent
    elif sys.stderr.isatty():
        with _bars() as listener:
            yield listener
    else:
        yield _plain_lines


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
            return f"{visible(address)}: skipped, because {visible(because)} failed"
        case events.Retried(method, path, reason, wait):
            return f"retry in {wait:.1f}s: {method} {visible(path)}: {visible(reason)}"
        case _:
            return ""


@contextmanager
def _bars() -> Iterator[Listener]:
    """A bar per kind while reading, one for the changes while writing; lines above them."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from lookervault.run import events

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def task(name: str) -> Any:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=None)
            return tasks[name]

        def hear(event: Event) -> None:
            match event:
                case events.KindStarted(kind):
                    task(kind)
                case events.KindProgress(kind, done, total):
                    bars.update(task(kind), completed=done)
                    if total:
                        bars.update(task(kind), total=total)
                case events.KindDone(kind, count, status, _):
                    bars.update(task(kind), completed=count, total=count or 1, visible=False)
                    if status != "complete":
                        bars.console.print(line_of(event), markup=False, highlight=False)
                case events.ChangeStarted():
                    task("applying")
                case events.ChangeDone():
                    bars.update(task("applying"), completed=event.done, total=event.total)
                    bars.console.print(line_of(event), markup=False, highlight=False)
                case _:
                    bars.console.print(line_of(event), markup=False, highlight=False)

        yield hear

"""Listeners that show progress: bars on a terminal, plain lines elsewhere, JSON lines for programs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lookervault.report.safe import in_json, visible

if TYPE_CHECKING:
    from lookervault.run.events import Event, Listener, Pace


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
        from lookervault.cli.bars import bars

        with bars(brief) as listener:
            yield listener
    else:
        yield _Lines(brief).hear


_turn = threading.Lock()


def _json_lines(event: Event) -> None:
    import msgspec

    with _turn:
        sys.stdout.write(in_json(msgspec.json.encode(event).decode()) + "\n")
        sys.stdout.flush()


class _Lines:
    """Plain lines; how fast it goes only now and then."""

    PAUSE = 10.0  # seconds between two lines about the pace

    def __init__(self, brief: bool) -> None:
        self._brief = brief
        self._told = time.monotonic()

    def hear(self, event: Event) -> None:
        """Writes an event that is worth a line."""
        from lookervault.run.events import ChangeDone, Pace

        if self._brief and isinstance(event, ChangeDone):
            return
        with _turn:
            if isinstance(event, Pace):
                if time.monotonic() - self._told < self.PAUSE:
                    return
                self._told = time.monotonic()
            text = line_of(event)
            if text:
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
        case events.ChangeFailed(address, _, message, file, line):
            where = f" ({visible(file)}{f':{line}' if line else ''})" if file else ""
            return f"{visible(address)}: failed{where}: {visible(message)}"
        case events.ChangeSkipped(address, _, because):
            return f"{visible(address)}: skipped, because {visible(because)} was not carried out"
        case events.ChangeStale(address, _, message, _):
            return f"{visible(address)}: left alone: {visible(message)}"
        case events.SessionResumed(session, started_at, objects):
            return f"going on with extraction {session} of {started_at}: {objects} objects are stored already"
        case events.KindRestarted(kind, reason):
            return f"{kind}: read afresh: {visible(reason)}"
        case _:
            return _running(event)


def _running(event: Event) -> str:
    """How the run itself goes, whatever it does."""
    from lookervault.run import events

    match event:
        case events.Retried(method, path, reason, wait):
            return f"retry in {wait:.1f}s: {method} {visible(path)}: {visible(reason)}"
        case events.Answered(method, path, status, seconds):
            return f"{method} {visible(path)}: {status} in {seconds:.2f}s"
        case events.StoreUsed(snapshot, at, objects):
            told = f"{objects} dashboards and looks are taken from @{snapshot} of {at[:10]}"
            return f"{told}: by their dates they are the same; --no-cache reads all"
        case events.StoreUnused(reason):
            return f"nothing is taken from the vault: {visible(reason)}"
        case events.MemoryHigh(used, limit):
            return f"memory: {used} MB of max_memory_mb = {limit}; fewer --workers or a smaller --batch-size"
        case events.Pace():
            return pace_text(event)
        case _:
            return ""


def pace_text(pace: Pace) -> str:
    """How fast it goes."""
    parts = [f"{pace.done}/{pace.total} changes", f"{pace.changes_per_second:.1f} changes/s"]
    parts.append(f"{pace.calls_per_second:.1f} calls/s")
    if pace.retries:
        parts.append(f"{pace.retries} {'retry' if pace.retries == 1 else 'retries'}")
    if pace.allowed_per_second is not None:
        parts.append(f"held to {pace.allowed_per_second:.1f} calls/s")
    return ", ".join(parts)

"""The end of an apply: what was done and what was not, what to type next, and the exit code that says so."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lookervault.errors import (
    Interrupted,
    LookervaultError,
    PartlyApplied,
    Refused,
    Stale,
    UsageError,
)
from lookervault.report.findings import told_once
from lookervault.report.safe import visible
from lookervault.report.words import plural

if TYPE_CHECKING:
    from lookervault.run.record import Outcome

_SHOWN = 20  # of what was not started


@contextmanager
def closing(path: str, instance: str, as_json: bool) -> Iterator[list[Outcome]]:
    """Tells what an apply came to, also where it was stopped; the block puts its outcome into the list.

    PartlyApplied or Stale where not everything was carried out.
    """
    _check_writable(path)
    ended: list[Outcome] = []
    try:
        yield ended
    except (LookervaultError, KeyboardInterrupt) as error:
        stopped = isinstance(error, Interrupted | Refused | KeyboardInterrupt)
        for outcome in ended:
            _tell(outcome, "interrupted" if stopped else "failed", path, instance, as_json)
        raise
    for outcome in ended:
        _tell(outcome, "complete" if outcome.complete else "incomplete", path, instance, as_json)
        _raise(outcome, instance)


def _tell(outcome: Outcome, ending: str, path: str, instance: str, as_json: bool) -> None:
    data = report(outcome, ending, instance)
    if path:
        write_report(Path(path), data)
    following = f"\nNext: {data['next']}" if data["next"] else ""
    typer.echo(json.dumps({"event": "applied", **data}) if as_json else summary(outcome, ending) + following)


def report(outcome: Outcome, ending: str, instance: str) -> dict[str, Any]:
    """The outcome as plain JSON values, with the next command to type."""
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(outcome)
    return {**told, "ending": ending, "applied": outcome.applied, "next": next_command(outcome, instance)}


def next_command(outcome: Outcome, instance: str) -> str:
    """What to type after this; nothing where all is done."""
    where = f" --instance {instance}" if instance else ""
    if outcome.begun or outcome.not_started or outcome.failed or (outcome.skipped and not outcome.only_stale):
        return f"lookervault apply --resume{where}"
    return f"lookervault plan{where}" if outcome.stale else ""


def write_report(path: Path, data: dict[str, Any]) -> None:
    """The report as a JSON file that only its owner may read."""
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(handle, 0o600)
        json.dump(data, file, indent=2, ensure_ascii=False)
        file.write("\n")


def _check_writable(path: str) -> None:
    if path and not os.access(Path(path).parent, os.W_OK):
        raise UsageError(f"no report can be written to {path}")


def _raise(outcome: Outcome, instance: str) -> None:
    if outcome.complete:
        return
    again = next_command(outcome, instance)
    if outcome.only_stale:
        raise Stale(
            f"{len(outcome.stale)} moved on the target since the plan was made; nothing was written to those",
            hint=f"see what they would take now: {again}",
        )
    in_files = any(failure.file for failure in outcome.failed)
    anew = "; after mending a file of the tree, plan again instead" if in_files else ""
    raise PartlyApplied(", ".join(_left(outcome)), hint=f"mend the cause, then: {again}{anew}")


def summary(outcome: Outcome, ending: str) -> str:
    """What became of a plan."""
    heads = {"complete": "Apply complete", "incomplete": "Apply ended", "failed": "Apply failed"}
    head = heads.get(ending, "Apply interrupted")
    done = {"created": outcome.created, "updated": outcome.updated, "deleted": outcome.deleted}
    counts = ", ".join([*(f"{n} {name}" for name, n in done.items()), *_left(outcome)])
    lines = [f"\n{head}: {counts} in {outcome.seconds:.1f}s."]
    for lost in sorted(outcome.failed, key=lambda f: (f.file, f.line)):
        told = (lost.place, lost.address, lost.message)
        lines += ["  failed: " + ": ".join(visible(x) for x in told if x)]
    for moved in outcome.stale:
        lines.append(f"  stale: {visible(moved.address)}: {visible(moved.message)}")
        lines += [f"      {line}" for line in moved.difference]
    lines += [f"  note: {visible(note)}" for note in outcome.notes]
    lines += [f"  skipped: {visible(f.address)}: {visible(f.message)}" for f in outcome.skipped]
    lines += [f"  begun: {visible(address)}" for address in outcome.begun]
    lines += [f"  not started: {visible(address)}" for address in outcome.not_started[:_SHOWN]]
    if len(outcome.not_started) > _SHOWN:
        lines.append(f"  ... and {len(outcome.not_started) - _SHOWN} more not started")
    if outcome.todo:
        lines += ["\nFor you to do now:", *(f"  {line}" for line in told_once(outcome.todo))]
    return "\n".join(lines)


def canary_told(outcome: Outcome, as_json: bool) -> str:
    """What became of the few changes that were tried out."""
    import msgspec

    if as_json:
        return json.dumps({"event": "canary", "applied": outcome.applied, **msgspec.to_builtins(outcome)})
    count = plural(outcome.applied, "change")
    lines = [f"\nCanary: {count} applied, {outcome.applied - len(outcome.unlike)} read back as planned."]
    for lost in (*outcome.failed, *outcome.stale, *outcome.skipped, *outcome.unlike):
        lines.append(f"  {visible(lost.address)}: {visible(lost.message)}")
        lines += [f"      {line}" for line in lost.difference]
    return "\n".join(lines)


def _left(outcome: Outcome) -> list[str]:
    """What was not carried out, counted."""
    counts = {
        "failed": len(outcome.failed),
        "skipped": len(outcome.skipped),
        "stale": len(outcome.stale),
        "begun": len(outcome.begun),
        "not started": len(outcome.not_started),
    }
    return [f"{count} {name}" for name, count in counts.items() if count]

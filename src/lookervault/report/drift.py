"""What somebody changed in Looker, told of the plan that would undo it (requirements, row G4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.edits import edits
from lookervault.plan.plan import Plan
from lookervault.plan.takeover import is_drift
from lookervault.report.data import findings_data, value_data
from lookervault.report.findings import told_once
from lookervault.report.markdown import LIMIT, coded, escaped, fitting, markdown_changes
from lookervault.report.safe import in_json, visible
from lookervault.report.text import text_changes
from lookervault.report.words import path_text, plural, quoted

VERSION = 1
MARKER = "<!-- lookervault drift -->"  # by which a workflow finds its own issue or comment again
ADOPTED = "<!-- lookervault adoption -->"
NO_DRIFT = "No drift."
# a plan that makes something undoes that it was deleted, and the other way round
_DONE = {Action.CREATE: "deleted", Action.UPDATE: "changed", Action.DELETE: "added"}
_SHOWN = 8  # places named of one object
_NOTES = 6_000  # characters for what else is to be said
_LISTED = 20_000  # characters for the list; the rest is for the details


def drift_text(plan: Plan, colour: bool = False) -> str:
    """Who changed what, then what would undo it; it ends with a line feed."""
    notes = [f"  {line}" for line in told_once(plan.findings)]
    blocks = ["\n".join(["Notes:", *notes])] if notes else []
    if not plan.changes:
        return (
            "\n\n".join([*blocks, f"{NO_DRIFT} {visible(_target(plan))} is as {_source(plan)} says."]) + "\n"
        )
    listed = [f"  {visible(_who(c))}" + _indented(c) for c in plan.changes]
    blocks += ["\n".join([_head(plan), *listed]), f"What would undo it:\n\n{text_changes(plan, colour)}"]
    return "\n\n".join(blocks) + "\n"


def drift_markdown(plan: Plan, limit: int = LIMIT) -> str:
    """The same for an issue or a comment, in at most `limit` characters."""
    if not plan.changes:
        said = f"**{NO_DRIFT}** {coded(_target(plan))} is as {escaped(_source(plan))} says."
        return f"{MARKER}\n\n{said}\n"
    listed = [f"- {escaped(_who(c))}{escaped(_places(c))}\n" for c in plan.changes]
    kept = fitting(listed, _LISTED)
    more = [f"- and {len(listed) - kept} more\n"] if kept < len(listed) else []
    notes = [f"- {escaped(line)}\n" for line in told_once(plan.findings)]
    notes = notes[: fitting(notes, _NOTES)]
    head = f"{MARKER}\n\n### lookervault: drift\n\n{escaped(_head(plan))}\n\n"
    head += "".join([*listed[:kept], *more]) + "\n"
    head += f"#### Notes\n\n{''.join(notes)}\n" if notes else ""
    return f"{head}#### What would undo it\n\n{markdown_changes(plan, limit - len(head) - 100)}"


def adoption_markdown(taken: Sequence[str], left: Mapping[str, str]) -> str:
    """What a tree has taken over, and what it has not and why, for a pull request; not more than fits."""
    blocks = [ADOPTED, "### lookervault: changed in Looker"]
    for title, items in (
        ("Taken over", [f"- {coded(address)}\n" for address in taken]),
        ("Left to you", [f"- {coded(address)}: {escaped(why)}\n" for address, why in left.items()]),
    ):
        kept = fitting(items, _LISTED)
        more = f"- and {len(items) - kept} more\n" if kept < len(items) else ""
        blocks += [f"#### {title}\n\n{''.join(items[:kept])}{more}".rstrip()] if items else []
    if not taken:
        blocks.append(f"**{NO_DRIFT}** Nothing was taken over.")
    return "\n\n".join(blocks) + "\n"


def drift_json(plan: Plan) -> str:
    """One JSON document; it ends with a line feed."""
    data = {
        "format_version": VERSION,
        "drift": bool(plan.changes),
        "desired": msgspec.to_builtins(plan.source),
        "instance": msgspec.to_builtins(plan.target),
        "changes": [_data(c) for c in plan.changes],
        "findings": findings_data(plan.findings),
    }
    return in_json(msgspec.json.format(msgspec.json.encode(data), indent=2).decode()) + "\n"


def _data(change: Change) -> dict[str, Any]:
    return {
        "what": _DONE[change.action],
        "kind": change.kind,
        "address": change.address,
        "now": change.was,
        "id": change.id,
        "by": change.touched_by,
        "at": change.touched_at,
        "fields": _fields(change),
        "parts": [
            {"what": _DONE[p.action], "kind": p.kind, "label": p.label, "id": p.id, "fields": _fields(p)}
            for p in change.parts
        ],
    }


def _fields(owner: Change | PartChange) -> list[dict[str, Any]]:
    found = edits(owner.before, owner.after) if owner.action is Action.UPDATE else []
    return [
        {"path": list(e.path), "desired": value_data(e.after), "live": value_data(e.before)} for e in found
    ]


def _target(plan: Plan) -> str:
    return plan.target.label or plan.target.host


def _source(plan: Plan) -> str:
    return visible(plan.source.label or plan.source.host)


def _head(plan: Plan) -> str:
    where = f"{visible(_target(plan))} ({visible(plan.target.host)})"
    count = plural(len(plan.changes), "object differs", "objects differ")
    return f"Drift: {where} is not as {_source(plan)} says; {count}:"


def _who(change: Change) -> str:
    by = f" by {change.touched_by}" if change.touched_by else ""
    at = f" at {change.touched_at}" if change.touched_at else ""
    if not is_drift(change):
        return f"{change.address} differs, and it is not known whose that is"
    return f"{change.address} was {_DONE[change.action]} in Looker{by}{at}"


def _places(change: Change) -> str:
    """What of an object differs, in short."""
    if change.action is not Action.UPDATE:
        return ""
    told = [path_text(e.path) for e in edits(change.before, change.after)]
    told += [f"now {change.was}"] if change.was else []
    for part in change.parts:
        name = f"{part.kind} {quoted(part.label)}"
        inner = [path_text(e.path) for e in edits(part.before, part.after)]
        told += (
            [f"{name} {x}" for x in inner]
            if part.action is Action.UPDATE
            else [f"{name} {_DONE[part.action]}"]
        )
    more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return ": " + ", ".join(told[:_SHOWN]) + more if told else ""


def _indented(change: Change) -> str:
    places = _places(change).removeprefix(": ")
    return f"\n      {visible(places)}" if places else ""

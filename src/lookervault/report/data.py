"""A plan as JSON for programs: everything, nothing folded; the schema is versioned.

No form of a plan says when it was made: the same plan is the same text, whoever makes it and when.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from lookervault.model.resource import Finding
from lookervault.model.values import Value, replace
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.cost import cost
from lookervault.plan.edits import edits
from lookervault.plan.origin import key
from lookervault.plan.plan import Plan
from lookervault.plan.reach import reach, roughly
from lookervault.report.origins import origin_counts
from lookervault.report.safe import in_json

VERSION = 1


def render_json(plan: Plan) -> str:
    """One JSON document; it ends with a line feed."""
    return in_json(msgspec.json.format(msgspec.json.encode(plan_data(plan)), indent=2).decode()) + "\n"


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan as plain JSON values."""
    counts, told = plan.counts(), cost(plan)
    return {
        "format_version": VERSION,
        "fingerprint": plan.fingerprint,
        "source": msgspec.to_builtins(plan.source),
        "target": msgspec.to_builtins(plan.target),
        "since": plan.since,
        "origins": dict(sorted(origin_counts(plan).items())),
        "summary": {f"to_{a.name.lower()}": counts[a] for a in Action},
        "reach": msgspec.to_builtins(reach(plan, roughly)),
        "cost": {"calls": told.calls, "reads": told.reads, "writes": told.writes},
        "changes": [change_data(c) for c in plan.changes],
        "findings": findings_data(plan.findings),
        "nodes": [
            {"id": n.id, "change": n.change, "waits": n.waits, "calls": len(n.steps)} for n in plan.nodes
        ],
    }


def findings_data(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as plain JSON values."""
    return [
        {"level": f.level, "address": f.address, "message": f.message, **_place(f.file, f.line)}
        for f in findings
    ]


def _place(file: str, line: int) -> dict[str, Any]:
    """Where something stands in a tree of files, if it does."""
    return {"file": file, "line": line} if file else {}


def change_data(change: Change) -> dict[str, Any]:
    """One change as plain JSON values."""
    return {
        "action": change.action.name.lower(),
        "kind": change.kind,
        "address": change.address,
        "was": change.was,
        "restored": change.restored,
        "attachments": msgspec.to_builtins(roughly(change.attached)),
        "id": change.id,
        "paired_by": change.paired_by,
        "digest": change.digest,
        **_edits(change),
        "touched_by": change.touched_by,
        "touched_at": change.touched_at,
        "before": value_data(change.before),
        "after": value_data(change.after),
        "unchanged": change.unchanged,
        "parts": [_part(p) for p in change.parts],
        "unchanged_parts": change.unchanged_parts,
        "awaits": change.awaits,
        **_place(change.file, change.line),
    }


def _part(part: PartChange) -> dict[str, Any]:
    return {
        "action": part.action.name.lower(),
        "kind": part.kind,
        "label": part.label,
        "id": part.id,
        "before": value_data(part.before),
        "after": value_data(part.after),
        "unchanged": part.unchanged,
        **_edits(part),
    }


def _edits(owner: Change | PartChange) -> dict[str, Any]:
    """Each difference on its own, and whose it is."""
    found = edits(owner.before, owner.after) if owner.action is Action.UPDATE else []
    told = [
        {
            "mark": e.mark,
            "path": list(e.path),
            "before": value_data(e.before),
            "after": value_data(e.after),
            "origin": owner.origins.get(key(e.path), ""),
        }
        for e in found
    ]
    return {"origin": owner.origin, "edits": told}


def value_data(value: Value) -> Any:
    """A value as plain JSON: links as addresses, JSON kept as text as that text."""
    return replace(value, lambda link: {"ref": link.to, "part": link.part}, lambda text: str(text.text), str)

"""The published shape of a plan as JSON; what `report/data.py` gives is read back by it in a test."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from lookervault.model.resource import Level
from lookervault.plan.change import Origin
from lookervault.plan.plan import Side
from lookervault.plan.reach import Reach

Verb = Literal["create", "update", "delete"]


class EditShape(msgspec.Struct, forbid_unknown_fields=True):
    """One difference: `path` leads to it from the object's attributes."""

    mark: Literal["+", "-", "~"]
    path: list[str | int]
    before: Any
    after: Any
    origin: Origin


class PartShape(msgspec.Struct, forbid_unknown_fields=True):
    """A change of something inside an object: an element, a filter, a layout, a section, an item."""

    action: Verb
    kind: str
    label: str
    id: str
    before: dict[str, Any]
    after: dict[str, Any]
    unchanged: int
    origin: Origin
    edits: list[EditShape]


class AttachedShape(msgspec.Struct, forbid_unknown_fields=True):
    """What hangs on content: kept, counted by kind; lost, in words; who uses it (null: not told)."""

    kept: dict[str, int]
    lost: list[str]
    used: dict[str, int | None]
    owner: str
    owner_disabled: bool | None


class ChangeShape(msgspec.Struct, forbid_unknown_fields=True):
    """A change of one object; a link is `{"ref": address, "part": slot}`.

    Where a tree of files asks for it, `file` and `line` say where; line 0 is that of no line in particular.
    """

    action: Verb
    kind: str
    address: str
    was: str
    restored: bool
    attachments: AttachedShape
    id: str
    paired_by: str
    digest: str
    origin: Origin
    edits: list[EditShape]
    touched_by: str
    touched_at: str
    before: dict[str, Any]
    after: dict[str, Any]
    unchanged: int
    parts: list[PartShape]
    unchanged_parts: dict[str, int]
    awaits: list[str]
    file: str = ""
    line: int = 0


class FindingShape(msgspec.Struct, forbid_unknown_fields=True):
    """What a reader must know; `file` and `line` say what of a tree of files is to be mended for it."""

    level: Level
    address: str
    message: str
    file: str = ""
    line: int = 0


class NodeShape(msgspec.Struct, forbid_unknown_fields=True):
    """Something that is done in one go, and what it waits for."""

    id: str
    change: str
    waits: list[str]
    calls: int


class Totals(msgspec.Struct, forbid_unknown_fields=True):
    """How many changes of each action."""

    to_create: int
    to_update: int
    to_delete: int


class CostShape(msgspec.Struct, forbid_unknown_fields=True):
    """The API calls that carrying the plan out takes, about."""

    calls: int
    reads: int
    writes: int


class PlanShape(msgspec.Struct, forbid_unknown_fields=True):
    """A plan as `--format json` prints it; a program checks `format_version` first."""

    format_version: Literal[1]
    fingerprint: str
    source: Side
    target: Side
    since: str
    origins: dict[str, int]
    summary: Totals
    reach: Reach
    cost: CostShape
    changes: list[ChangeShape]
    findings: list[FindingShape]
    nodes: list[NodeShape]


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of a plan as JSON."""
    return {"$id": "lookervault-plan-1", "title": "A plan of lookervault", **msgspec.json.schema(PlanShape)}

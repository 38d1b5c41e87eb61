"""Steps that filters, layouts and elements of a dashboard have in common."""

from __future__ import annotations

from lookervault.model.resource import Attributes
from lookervault.model.values import Link
from lookervault.plan.change import Change, PartChange
from lookervault.plan.steps.step import Bind, Probe, Step, segments


def at(change: Change, slot: str) -> Link:
    """The link to one part of the resource that changes."""
    return Link(change.address, slot)


def create_part(
    change: Change, part: PartChange, collection: str, body: Attributes, match: list[str]
) -> Step:
    """The POST that makes a part; nothing about it is unique, so an unclear end is looked up."""
    path = segments("dashboards", Link(change.address), collection)
    probe = Probe(path, match, known=change.part_ids.get(part.kind, []))
    whole = {"dashboard_id": Link(change.address), **body}
    return Step("POST", [collection], whole, [Bind(at(change, part.slot), ["id"])], False, probe)


def removal(change: Change, part: PartChange) -> Step:
    """The DELETE of a part."""
    return Step("DELETE", [f"{change.kind}_{part.kind}s", at(change, part.slot)])

"""Where the elements of a changed dashboard are and will be: what a picture of it needs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lookervault.model.resource import Attributes, Part, Resource

Box = tuple[int, int, int, int]  # row, column, width, height, on Looker's grid of 24 columns
_SIDES = ("row", "column", "width", "height")


class Tile(msgspec.Struct):
    """One element on one layout; a side that has it not there is None."""

    label: str
    layout: str
    before: Box | None
    after: Box | None
    changed: bool = False


def tiles(
    desired: Resource | None, observed: Resource | None, pairs: Mapping[str, Part], changed: set[str]
) -> list[Tile]:
    """All elements of both sides, in reading order; `changed` are the slots of those that differ inside."""
    layouts = {o.key: slot.partition(":")[2] for slot, o in pairs.items() if o.kind == "layout"}
    found = []
    for part in _elements(desired):
        other = pairs.get(part.slot)
        after = boxes_of(part.attributes)
        before = {layouts.get(k, k): box for k, box in boxes_of(other.attributes).items()} if other else {}
        found += [
            Tile(part.label, layout, before.get(layout), after.get(layout), part.slot in changed)
            for layout in sorted({*before, *after})
        ]
    kept = {id(part) for part in pairs.values()}
    for part in _elements(observed):
        if id(part) not in kept:
            found += [
                Tile(part.label, layouts.get(k, k), box, None) for k, box in boxes_of(part.attributes).items()
            ]
    return found


def _elements(resource: Resource | None) -> list[Part]:
    return [p for p in resource.parts if p.kind == "element"] if resource else []


def boxes_of(attributes: Attributes) -> dict[str, Box]:
    """Where an element with these attributes is; places that do not tell all of it are left out."""
    found: dict[str, Box] = {}
    for layout, place in (attributes.get("positions") or {}).items():
        sides = [place.get(side) for side in _SIDES]
        if all(isinstance(side, int | float) for side in sides):
            row, column, width, height = (int(side) for side in sides)
            found[layout] = (row, column, width, height)
    return found

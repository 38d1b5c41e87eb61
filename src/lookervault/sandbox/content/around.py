"""What is around the demo's dashboards: colors and themes, access to folders, boards."""

from __future__ import annotations

from lookervault.sandbox.content import colored, pinned, restricted
from lookervault.sandbox.content.make import Known
from lookervault.sandbox.instance import Instance


def surround(inst: Instance, known: Known) -> None:
    """Makes all of it, once folders, looks and dashboards are there."""
    colored.color(inst, known)
    restricted.restrict(inst, known)
    pinned.pin(inst, known)

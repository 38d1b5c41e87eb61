"""Every kind, declared once in `model/kinds`: how it is named, read, compared, referred to and guarded.

The order is that in which kinds are read and paired: what others refer to comes first.
"""

from __future__ import annotations

from lookervault.model.kind import Kind
from lookervault.model.kinds import content, delivery, lookml, people, settings

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (*lookml.KINDS, *people.KINDS, *settings.KINDS, *content.KINDS, *delivery.KINDS)
}


def closure(names: list[str]) -> list[str]:
    """The named kinds and all they refer to, in catalog order."""
    wanted = set(names)
    while True:
        more = {need for name in wanted for need in KINDS[name].needs} - wanted
        if not more:
            return [name for name in KINDS if name in wanted]
        wanted |= more

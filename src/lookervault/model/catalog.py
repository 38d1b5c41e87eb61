"""Every kind, declared once in `model/kinds`: how it is named, read, compared, referred to and guarded.

The order is that in which kinds are read and paired: what others refer to comes first.
"""

from __future__ import annotations

from lookervault.model.kind import Kind
from lookervault.model.kinds import access, boards, content, delivery, lookml, people, settings

_ALL = (
    *lookml.KINDS,
    *people.KINDS,
    *settings.KINDS,
    *content.KINDS,
    *access.KINDS,
    *boards.KINDS,
    *delivery.KINDS,
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}


def closure(names: list[str]) -> list[str]:
    """The named kinds and all they refer to, in catalog order."""
    wanted = set(names)
    while True:
        more = {need for name in wanted for need in KINDS[name].needs} - wanted
        if not more:
            return [name for name in KINDS if name in wanted]
        wanted |= more

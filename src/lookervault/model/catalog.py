"""Every kind, declared once in `model/kinds`: how it is named, read, compared, referred to and guarded.

The order is that in which kinds are read and paired: what others refer to comes first.
"""

from __future__ import annotations

from lookervault.model.kind import Kind
from lookervault.model.kinds import access, agents, boards, content, delivery, lookml, people, settings

_ALL = (
    *lookml.KINDS,
    *people.KINDS,
    *settings.KINDS,
    *content.KINDS,
    *access.KINDS,
    *boards.KINDS,
    *delivery.KINDS,
    *agents.KINDS,
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
# parts that only their ids tell apart for sure, so that their pairs are kept like those of resources
NAMELESS_PARTS = ("dashboard_element", "board_section", "board_item")
# what is only read where that is asked for: attribute by kind, and what is stored of it
ON_REQUEST = {kind.name: f.name for kind in _ALL for f in kind.facets if f.on_request}
REQUESTED = frozenset(f"{kind}.{name}" for kind, name in ON_REQUEST.items())
# everything of which an id on one instance can be mapped to an id on another
MAPPABLE = (*(kind.name for kind in _ALL if kind.role != "value"), *NAMELESS_PARTS)


def closure(names: list[str]) -> list[str]:
    """The named kinds and all they refer to, in catalog order."""
    wanted = set(names)
    while True:
        more = {need for name in wanted for need in KINDS[name].needs} - wanted
        if not more:
            return [name for name in KINDS if name in wanted]
        wanted |= more

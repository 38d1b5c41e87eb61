"""A few changes of a plan to be tried out before the rest, of as many kinds as possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, zip_longest

from lookervault.plan.graph import Node
from lookervault.plan.plan import Plan

_TRIED = 20  # candidates for each change that is wanted


def few(plan: Plan, count: int) -> list[Node]:
    """The nodes of so many changes and of all that they wait for, in the order of the plan.

    A change that hangs on more than that is left for later, unless each of them does.
    """
    nodes = {node.id: node for node in plan.nodes}
    own: dict[str, set[str]] = {}
    for node in plan.nodes:
        own.setdefault(node.change, set()).add(node.id)
    chosen, changes = set[str](), set[str]()
    for address in islice(_by_turns(plan), _TRIED * count):
        more = _whole(own[address], nodes, own) | chosen
        theirs = {nodes[name].change for name in more} - {""}
        if not chosen or len(theirs) <= count:
            chosen, changes = more, theirs
        if len(changes) >= count:
            break
    return [node for node in plan.nodes if node.id in chosen]


def _by_turns(plan: Plan) -> Iterator[str]:
    """Addresses of changes, one of each kind after the other."""
    kinds: dict[str, list[str]] = {}
    for change in plan.changes:
        kinds.setdefault(change.kind, []).append(change.address)
    for turn in zip_longest(*kinds.values()):
        yield from (address for address in turn if address)


def _whole(start: set[str], nodes: Mapping[str, Node], own: Mapping[str, set[str]]) -> set[str]:
    """These nodes and all that they wait for, with all nodes of the changes that these belong to."""
    found, open_ = set[str](), set(start)
    while open_:
        node = nodes[open_.pop()]
        found.add(node.id)
        open_ |= ({*node.waits} | (own[node.change] if node.change else set())) - found
    return found

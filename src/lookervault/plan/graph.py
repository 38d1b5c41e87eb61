"""What waits for what: a DAG derived from the references of the changes, not from an order of kinds.

A node waits for the node that provides what its steps refer to. A late reference does not order: the
change gets a second node that completes it once both ends exist. Any other cycle is named and refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from lookervault.errors import ReferenceCycle
from lookervault.model.catalog import KINDS
from lookervault.model.values import Link, links, text_links
from lookervault.plan.change import Action, Change
from lookervault.plan.steps.step import Draft, Step
from lookervault.plan.steps.values import value_step

LATER = " (completed)"
ASIDE = " (aside)"


class Node(msgspec.Struct):
    """Something to be done in one go: a change, its completion, or a query that others need.

    `change` is the address of the change it belongs to, empty for a query; `waits` names the nodes
    that must be done before it.
    """

    id: str
    change: str
    steps: list[Step]
    waits: list[str] = []


def build(
    changes: Iterable[Change], drafts: Mapping[str, Draft], extra: Mapping[str, set[str]]
) -> list[Node]:
    """Nodes in an order in which they could be done one by one; ReferenceCycle where there is none.

    `extra` names, per node, nodes that must be done before it though nothing refers to them.
    """
    nodes: dict[str, Node] = {}
    for change in changes:
        draft = drafts[change.address]
        nodes[change.address] = Node(change.address, change.address, draft.main)
        if draft.aside:
            nodes[change.address + ASIDE] = Node(change.address + ASIDE, change.address, draft.aside)
        if draft.late:
            nodes[change.address + LATER] = Node(change.address + LATER, change.address, draft.late)
        for slot, value in draft.values.items():
            nodes.setdefault(slot, Node(slot, "", [value_step(slot, value)]))
    providers = _providers(nodes.values())
    for node in nodes.values():
        wanted = {providers[at] for x in _links(node.steps) for at in (x, Link(x.to)) if at in providers}
        if node.id.endswith(LATER) and node.change and node.id != node.change:
            wanted.add(node.change)
        wanted |= extra.get(node.id, set()) & nodes.keys()
        node.waits = sorted(wanted - {node.id})
    _deletes_last(changes, nodes)
    return _ordered(nodes)


def _providers(nodes: Iterable[Node]) -> dict[Link, str]:
    """What gets an id to the node whose steps give it one."""
    return {b.link: n.id for n in nodes for s in n.steps for b in s.binds}


def _links(steps: Iterable[Step]) -> Iterable[Any]:
    for step in steps:
        yield from links(step.path)
        yield from links(step.body)
        yield from text_links(step.body)
        yield from links(step.query)


def _deletes_last(changes: Iterable[Change], nodes: Mapping[str, Node]) -> None:
    """A delete waits for every change whose former state referred to what goes."""
    deleted = {c.address: c.kind for c in changes if c.action is Action.DELETE}
    for change in changes if deleted else ():
        before = [change.before, *(p.before for p in change.parts)]
        going = change.action is Action.DELETE
        for gone in {x.to for b in before for x in links(b)} & deleted.keys() - {change.address}:
            if going and KINDS[deleted[gone]].trash:
                continue  # what is in the trash can still be referred to
            nodes[gone].waits = sorted({*nodes[gone].waits, change.address})


def digraph(nodes: Iterable[Node]) -> Any:
    """The networkx graph of the nodes; an edge leads from what must be done first."""
    import networkx  # slow to import, and only planning needs it

    graph: Any = networkx.DiGraph()
    for node in nodes:
        graph.add_node(node.id)
        graph.add_edges_from((first, node.id) for first in node.waits)
    return graph


def _ordered(nodes: Mapping[str, Node]) -> list[Node]:
    if len(nodes) < 2:
        return list(nodes.values())
    import networkx

    graph = digraph(nodes.values())
    try:
        return [nodes[name] for name in networkx.lexicographical_topological_sort(graph)]
    except networkx.NetworkXUnfeasible:
        circle = [first for first, _ in networkx.find_cycle(graph)]
        raise ReferenceCycle(
            "these objects wait for each other: " + " -> ".join([*circle, circle[0]]),
            hint="break the circle at its source, or leave one of them out",
            about=[nodes[name].change for name in circle],
        ) from None


def upstream(nodes: Iterable[Node], wanted: Iterable[str]) -> set[str]:
    """The wanted nodes and all they wait for, directly or not."""
    import networkx

    graph = digraph(nodes)
    found = set(wanted)
    for name in list(found):
        found |= networkx.ancestors(graph, name)
    return found

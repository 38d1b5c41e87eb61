"""What waits for what in a plan: as Graphviz DOT, as Mermaid, or as a tree of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lookervault.plan.graph import Node
from lookervault.plan.plan import Plan
from lookervault.report.safe import visible

_COLOURS = {"+": "palegreen", "~": "khaki", "-": "lightpink"}


def render_dot(plan: Plan) -> str:
    """For Graphviz; an edge leads from what must be done first."""
    marks = {c.address: c.action.value for c in plan.changes}
    lines = ["digraph plan {", "  rankdir=LR;", "  node [shape=box, style=filled, fillcolor=white];"]
    for node in plan.nodes:
        colour = _COLOURS.get(marks.get(node.change, ""), "white")
        lines.append(f"  {_quoted(node.id)} [label={_quoted(_label(node, marks))}, fillcolor={colour}];")
    lines += [f"  {_quoted(first)} -> {_quoted(later)};" for first, later in _edges(plan.nodes)]
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _label(node: Node, marks: Mapping[str, str]) -> str:
    return f"{marks[node.change]} {node.id}" if node.change in marks else "query"


def _edges(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    return ((first, node.id) for node in nodes for first in node.waits)


def render_mermaid(plan: Plan) -> str:
    """For Markdown pages that draw Mermaid."""
    marks = {c.address: c.action.value for c in plan.changes}
    numbers = {node.id: f"n{n}" for n, node in enumerate(plan.nodes)}
    lines = ["flowchart LR"]
    lines += [f'  {numbers[n.id]}["{_entities(_label(n, marks))}"]' for n in plan.nodes]
    lines += [f"  {numbers[first]} --> {numbers[node]}" for first, node in _edges(plan.nodes)]
    return "\n".join(lines) + "\n"


def _entities(text: str) -> str:
    """Letters, digits and harmless marks as they are, all else by its number, as Mermaid wants it."""
    return "".join(c if c.isalnum() or c in " -./:+~@" else f"#{ord(c)};" for c in visible(text))


def render_tree(plan: Plan) -> str:
    """Each change below the last of those it waits for; queries go without saying."""
    marks = {c.address: c.action.value for c in plan.changes}
    told = [node for node in plan.nodes if node.change]
    order = {node.id: n for n, node in enumerate(told)}
    below: dict[str, list[Node]] = {}
    for node in told:
        waits = [w for w in node.waits if w in order]
        below.setdefault(max(waits, key=order.__getitem__) if waits else "", []).append(node)
    lines: list[str] = []
    open_ = [(node, 0) for node in reversed(below.get("", []))]
    while open_:
        node, depth = open_.pop()
        more = sum(w in order for w in node.waits) - (1 if depth else 0)
        also = f"  (and waits for {more} more)" if more > 0 else ""
        lines.append(f"{'  ' * depth}{visible(_label(node, marks))}{also}")
        open_ += [(inner, depth + 1) for inner in reversed(below.get(node.id, []))]
    return "\n".join(lines) + "\n"

"""A state told as documents is the same state when they are read back."""

from __future__ import annotations

from typing import Any

import msgspec

from lookervault.model.document.node import Node
from lookervault.model.document.reading import Read, from_tree
from lookervault.model.document.tree import Tree
from lookervault.model.resource import State
from lookervault.plan.plan import Side, make_plan


def node(value: Any) -> Node:
    if isinstance(value, dict):
        return Node({k: node(v) for k, v in value.items()}, 1)
    return Node([node(v) for v in value], 1) if isinstance(value, list) else Node(value, 1)


def read(tree: Tree, **documents: Any) -> Read:
    nodes = {path: node(document) for path, document in tree.documents.items()}
    return from_tree(tree.manifest, tree.origin, nodes)


def changes(desired: State, observed: State) -> list[str]:
    plan = make_plan(desired, observed, {}, Side(desired.host), Side(observed.host))
    assert plan.errors == []
    return [str(msgspec.to_builtins(c, enc_hook=repr)) for c in plan.changes]

"""Queries and merge queries as steps: one POST per distinct body and run (resource notes, 4.3, 4.4)."""

from __future__ import annotations

from lookervault.model.queries import merge_slot, query_slot
from lookervault.model.resource import Attributes
from lookervault.model.values import Link
from lookervault.plan.steps.step import Bind, Draft, Step, sendable


def use_query(draft: Draft, query: Attributes) -> Link:
    """The link by which a step refers to a query that will be there."""
    slot = query_slot(query)
    draft.values[slot] = query
    return Link(slot)


def use_merge(draft: Draft, merge: Attributes) -> Link:
    """The link by which a step refers to a merge query; its sources are needed with it."""
    slot = merge_slot(merge)
    for source in merge.get("sources") or []:
        use_query(draft, source.get("query") or {})
    draft.values[slot] = merge
    return Link(slot)


def value_step(slot: str, value: Attributes) -> Step:
    """The POST that gives a value its id. Equal queries share one id, so a repeat is harmless;
    a merge query made twice is one that nobody refers to."""
    kind = slot.partition(":")[0]
    if kind == "query":
        body = {k: sendable(v) for k, v in value.items()}
        return Step("POST", ["queries"], body, [Bind(Link(slot), ["id"])])
    body = {k: sendable(v) for k, v in value.items() if k != "sources"}
    body["source_queries"] = [
        {k: v for k, v in source.items() if k != "query"}
        | {"query_id": Link(query_slot(source.get("query") or {}))}
        for source in value.get("sources") or []
    ]
    return Step("POST", ["merge_queries"], body, [Bind(Link(slot), ["id"])])

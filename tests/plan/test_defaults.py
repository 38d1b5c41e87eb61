"""What a server puts in the place of nothing inside a query is no difference."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.normal import digest
from lookervault.plan.defaults import without_defaults
from model.raws import QUERY, look, lookml_model, shared, state

from .making import plan_of, summary

NOTHING = digest(None)
ECHOES = {
    ("query", "limit", "", NOTHING): digest("500"),
    ("merge_query", "column_limit", "", NOTHING): digest("50"),
}


@pytest.mark.parametrize(
    ("want", "have", "same"), [({}, "500", True), ({}, "5000", False), ({"limit": "10"}, "500", False)]
)
def test_a_look_whose_query_has_the_servers_limit(want: dict[str, Any], have: str, same: bool) -> None:
    desired, observed = (
        state(shared(), lookml_model("shop"), look("40", "L", query={**QUERY, **more}))
        for more in (want, {"limit": have})
    )
    assert summary(plan_of(desired, observed)) == ["~ look:Shared/L"]
    assert (plan_of(desired, observed, echoes=ECHOES).changes == []) is same


def test_a_merge_query_and_its_sources() -> None:
    def merge(query: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"sources": [{"name": "a", "query": {"model": "m", **query}, "merge_fields": []}], **more}

    there = merge({"limit": "500"}, column_limit="50")
    assert without_defaults(ECHOES, "merge", merge({}), there) == merge({})
    assert without_defaults(ECHOES, "merge", merge({"limit": "1"}), there) == merge({"limit": "500"})
    assert without_defaults(ECHOES, "merge", merge({}, column_limit="9"), there) == merge(
        {}, column_limit="50"
    )
    assert without_defaults({}, "merge", merge({}), there) == there
    assert without_defaults(ECHOES, "merge", None, there) == there

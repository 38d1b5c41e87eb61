"""How something new reads where it is not told in full, as literal text."""

from __future__ import annotations

import pytest

from lookervault.report.text import render_text
from model.raws import QUERY, Object, Raw, dashboard, lookml_model, shared, state
from plan.making import plan_of

ROOTS = (shared(), lookml_model("shop"))


def created(*objects: Object) -> str:
    """The text of the plan that makes these."""
    return render_text(plan_of(state(*ROOTS, *objects), state(*ROOTS)))


@pytest.mark.parametrize(
    ("flags", "remark"),
    [
        ({}, ""),
        ({"show_title": False}, "1 that is"),
        ({"show_title": False, "chat_enabled": False}, "2 that are"),
    ],
)
def test_what_is_off_in_something_new_is_only_counted(flags: Raw, remark: str) -> None:
    text = created(dashboard("50", "D", crossfilter_enabled=True, **flags))
    assert "+ crossfilter_enabled = true\n" in text
    assert "= false" not in text
    assert ("false hidden" in text) is bool(remark)
    assert not remark or f"# ({remark} false hidden)\n" in text


def test_the_sources_of_a_new_merge_query_are_told_one_by_one() -> None:
    fields = [{"field_name": "a", "source_field_name": "b"}]
    sources = [{"name": "one", "query_id": "1"}, {"name": "two", "query_id": "1", "merge_fields": fields}]
    merge = ("merge_query", "m", {"id": "m", "source_queries": sources, "sorts": ["a"]})
    new = dashboard("50", "D", dashboard_elements=[{"id": "51", "type": "vis", "merge_result_id": "m"}])
    text = created(("query", "1", QUERY), merge, new)
    assert '+ merge.sources[0].name = "one"\n' in text
    assert '+ merge.sources[1].query.view = "orders"\n' in text
    assert '+ merge.sources[1].merge_fields = [{field_name: "a", source_field_name: "b"}]\n' in text
    assert '+ merge.sorts = ["a"]\n' in text

from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.normal import comparable
from lookervault.model.queries import merge_slot, merge_value, query_slot, query_value, source_keys
from lookervault.model.values import JsonText

from .raws import QUERY

MERGE: dict[str, Any] = {
    "id": "m1",
    "source_queries": [
        {
            "name": "orders",
            "query_id": "11",
            "merge_fields": [{"field_name": "orders.id", "source_field_name": "orders.id"}],
        },
        {"name": "users", "query_slug": "sLuG", "query_id": "gone", "merge_fields": None},
    ],
    "sorts": ["orders.id"],
    "vis_config": {"type": "table", "nested": {"any": [1, 2]}},
}
SOURCES = {
    "11": {"id": "11", "model": "shop", "view": "orders", "client_id": "abc"},
    "sLuG": {"id": "12", "slug": "sLuG", "model": "shop", "view": "users"},
}


def slot(**more: Any) -> str:
    return query_slot(query_value({**QUERY, **more}))


@pytest.mark.parametrize(
    "noise",
    [
        {"id": "7"},
        {"id": 7},
        {"slug": "xyz"},
        {"client_id": "1234567890123456789012"},
        {"filter_config": {"orders.id": [{"type": "="}]}},
        {"can": {"run": True}, "url": "/queries/7", "share_url": "https://a.example.com/x/7"},
        {"has_table_calculations": True},
        {"quick_calcs": []},
        {"pivots": [], "filters": {}, "sorts": None, "filter_expression": ""},
        {"total": False},
        {"total": None},
        {"dynamic_fields": "[]"},
        {"vis_config": {}},
    ],
    ids=str,
)
def test_what_says_nothing_about_a_query(noise: dict[str, Any]) -> None:
    assert slot(**noise) == slot()


@pytest.mark.parametrize(
    "difference",
    [
        {"model": "shop2"},
        {"view": "users"},
        {"fields": ["orders.count", "orders.id"]},
        {"pivots": ["orders.status"]},
        {"sorts": ["orders.id desc"]},
        {"filters": {"orders.status": "open"}},
        {"filter_expression": "1 = 1"},
        {"limit": "500"},
        {"column_limit": "50"},
        {"total": True},
        {"row_total": "right"},
        {"subtotals": ["orders.id"]},
        {"fill_fields": ["orders.date"]},
        {"vis_config": {"type": "table"}},
        {"dynamic_fields": '[{"table_calculation": "x"}]'},
        {"query_timezone": "UTC"},
    ],
    ids=str,
)
def test_what_makes_another_query(difference: dict[str, Any]) -> None:
    assert slot(**difference) != slot()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"limit": 500}, {"limit": "500"}),
        ({"filters": {"a": "1", "b": "2"}}, {"filters": {"b": "2", "a": "1"}}),
        ({"vis_config": {"x": 1, "y": {"z": 2.0}}}, {"vis_config": {"y": {"z": 2}, "x": 1.0}}),
        ({"dynamic_fields": '[{"a":1,"b":2}]'}, {"dynamic_fields": '[ {"b": 2, "a": 1.0} ]'}),
    ],
)
def test_spellings_of_one_query(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert slot(**one) == slot(**other)
    assert comparable(query_value(QUERY | one)) == comparable(query_value(QUERY | other))


@pytest.mark.parametrize("field", ["fields", "pivots", "sorts", "fill_fields", "subtotals"])
def test_the_order_of_a_querys_lists_is_meaning(field: str) -> None:
    assert slot(**{field: ["a", "b"]}) != slot(**{field: ["b", "a"]})


def test_dynamic_fields_keep_their_text_for_sending() -> None:
    text = '[ {"table_calculation":"x"} ]'
    kept = query_value({**QUERY, "dynamic_fields": text})["dynamic_fields"]
    assert isinstance(kept, JsonText)
    assert kept.text == text


def test_dynamic_fields_that_are_no_json_are_compared_as_text() -> None:
    assert slot(dynamic_fields="[{") == slot(dynamic_fields="[{")
    assert slot(dynamic_fields="[{") != slot(dynamic_fields="[{ ")


def test_a_merge_query_embeds_its_sources_by_slug_or_id() -> None:
    assert merge_value(MERGE, SOURCES.get) == {
        "sorts": ["orders.id"],
        "vis_config": {"type": "table", "nested": {"any": [1, 2]}},
        "sources": [
            {
                "name": "orders",
                "query": {"model": "shop", "view": "orders"},
                "merge_fields": [{"field_name": "orders.id", "source_field_name": "orders.id"}],
            },
            {"name": "users", "query": {"model": "shop", "view": "users"}, "merge_fields": []},
        ],
    }


def test_a_merge_query_with_a_source_that_could_not_be_read_is_missing_as_a_whole() -> None:
    assert merge_value(MERGE, {"11": SOURCES["11"]}.get) == {"missing": "m1"}


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        ({"query_slug": "s", "query_id": "1"}, ["s", "1"]),
        ({"query_id": 1}, ["1"]),
        ({"query_slug": "", "query_id": None}, []),
        ({}, []),
    ],
)
def test_a_source_is_asked_for_by_slug_before_id(raw: dict[str, Any], keys: list[str]) -> None:
    assert source_keys(raw) == keys


def test_the_first_source_is_the_primary_one() -> None:
    turned = {**MERGE, "source_queries": MERGE["source_queries"][::-1]}
    assert merge_slot(merge_value(turned, SOURCES.get)) != merge_slot(merge_value(MERGE, SOURCES.get))


@pytest.mark.parametrize(
    "noise",
    [{"id": "m2"}, {"result_maker_id": "5"}, {"pivots": []}, {"total": False}, {"dynamic_fields": "[]"}],
    ids=str,
)
def test_what_says_nothing_about_a_merge_query(noise: dict[str, Any]) -> None:
    assert merge_slot(merge_value(MERGE | noise, SOURCES.get)) == merge_slot(merge_value(MERGE, SOURCES.get))


def test_a_merge_query_without_sources_is_still_a_value() -> None:
    assert merge_value({"id": "m"}, SOURCES.get) == {"sources": []}


def test_a_query_and_a_merge_query_never_share_a_slot() -> None:
    assert query_slot({"model": "m"}) != merge_slot({"model": "m"})

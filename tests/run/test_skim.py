"""What is skimmed from stored content tells as much as all of it does, where that is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookervault.errors import StoreError
from lookervault.model.packed import LARGE, Packed, gist
from lookervault.model.usage import COUNTERS, counts, recounted
from lookervault.run.skim import skimmed
from lookervault.sandbox import demo_instance
from lookervault.store.codec import canonical, decode, digest, encode
from lookervault.store.snapshots import items
from model.random_states import instances
from model.raws import Object
from world import world


def told(raw: Any, *, skim: bool) -> tuple[Any, ...]:
    packed, body = Packed(lambda id_, data: decode(data)), encode(raw)
    packed.put("1", gist(skimmed("dashboard", "1", body) if skim else raw), body)
    return packed.outlines, packed.counts, packed.fields, packed["1"]


def check(raw: Any) -> None:
    assert told(raw, skim=True) == told(raw, skim=False)


@settings(max_examples=50, deadline=None)
@given(instances())
def test_it_tells_what_the_whole_would(objects: list[Object]) -> None:
    for kind, _, raw in objects:
        if kind in LARGE:
            check(raw)


def test_it_tells_what_the_whole_would_of_the_demo() -> None:
    with world(demo_instance()) as both:
        for kind in LARGE:
            for each in items(both.vault, both.extract(), kind):
                check(each.raw)


@pytest.mark.parametrize(
    "raw",
    [
        {"id": 7, "title": "no parts"},
        {"id": "7", "dashboard_elements": None, "dashboard_layouts": None, "folder": None},
        {"id": "7", "dashboard_elements": [], "dashboard_layouts": [], "folder": {"id": 3, "name": "x"}},
        {
            "id": "7",
            "dashboard_elements": [{"id": 1}, {"id": "2", "look": None}, {"look": {"view_count": 2}}],
        },
        {"id": "7", "dashboard_elements": [{"id": 1, "look": "a text"}]},
        {"id": "7", "view_count": 2**70, "title": "a number beyond 64 bits"},
        {"id": "7", "title": "half a pair: \ud83d", "view_count": 1},
    ],
)
def test_it_tells_what_the_whole_would_of_odd_ones(raw: Any) -> None:
    check(raw)


def test_what_is_damaged_is_named() -> None:
    with pytest.raises(StoreError, match="dashboard 7: stored content"):
        skimmed("dashboard", "7", b"nonsense")


@given(st.dictionaries(st.sampled_from(sorted(COUNTERS)), st.integers()), st.integers(), st.booleans())
def test_content_with_the_counts_of_another_is_that_other_only_where_nothing_else_differs(
    now: dict[str, int], views: int, renamed: bool
) -> None:
    look = {"id": "9", "title": "Sales", "view_count": 3, "last_viewed_at": "then"}
    was = {"id": "7", "title": "KPIs", "view_count": 3, "dashboard_elements": [{"id": "1"}, {"look": look}]}
    series = {"view_count": views}  # the name of a column, and no count
    was |= {"series": series}
    shown = {**{k: v for k, v in look.items() if k not in COUNTERS}, **now}
    if renamed:
        shown["title"] = "Costs"
    raw = {**now, "id": "7", "title": "KPIs", "series": series}
    raw |= {"dashboard_elements": [{"id": "1"}, {"look": shown}]}
    assert (digest(recounted(raw, counts(was))) == digest(was)) is not renamed
    assert digest(recounted({**raw, "series": {"view_count": views + 1}}, counts(was))) != digest(was)
    assert canonical(recounted(was, counts(was))) == canonical(was)


def test_a_look_that_is_shown_in_the_place_of_another_is_a_difference() -> None:
    was = {"id": "7", "dashboard_elements": [{"look": {"id": "9", "view_count": 3}}]}
    for elements in (
        [],
        [{}],
        [{"look": None}],
        [{"look": {"id": "8", "view_count": 3}}],
        None,
        [{"look": {}}],
    ):
        raw = {"id": "7", "dashboard_elements": elements}
        assert digest(recounted(raw, counts(was))) != digest(was)

"""Names and titles of filters are unique in a dashboard, so what gives one up goes before what takes it."""

from __future__ import annotations

from typing import Any

import pytest

from model.raws import Raw, dashboard, filter_, shared, state

from .making import calls, plan_of


def named(id_: str, name: str, title: str, **more: Any) -> Raw:
    return filter_(id_, name, title=title, **more)


def update(before: list[Raw], after: list[Raw]) -> list[str]:
    """The calls that turn one list of filters into the other, without what is the same in all of them."""
    desired, observed = (state(shared(), dashboard("5", "D", dashboard_filters=f)) for f in (after, before))
    noise = (
        "/dashboard_filters",
        "<dashboard:Shared/D filter:",
        '"dashboard_id": "<dashboard:Shared/D>", ',
        ">",
    )
    found = calls(plan_of(desired, observed))
    for words in noise:
        found = [c.replace(words, "") for c in found]
    return found


ONE, TWO, THREE = named("1", "a", "A"), named("2", "b", "B"), named("3", "c", "C")

CASES = [
    pytest.param(
        [ONE, TWO],
        [named("1", "a", "B"), named("2", "b", "Z")],
        ['PATCH /b {"title": "Z"}', 'PATCH /a {"title": "B"}'],
        id="a title is handed on",
    ),
    pytest.param(
        [ONE, TWO, THREE],
        [named("1", "a", "B"), named("2", "b", "C"), named("3", "c", "Z")],
        ['PATCH /c {"title": "Z"}', 'PATCH /b {"title": "C"}', 'PATCH /a {"title": "B"}'],
        id="titles are handed on in a chain",
    ),
    pytest.param(
        [ONE, TWO],
        [named("1", "a", "B"), named("2", "b", "A")],
        ['PATCH /a {"title": "B (1)"}', 'PATCH /b {"title": "A"}', 'PATCH /a {"title": "B"}'],
        id="titles are swapped",
    ),
    pytest.param(
        [ONE, TWO],
        [named("1", "a", "B")],
        ["DELETE /b@2", 'PATCH /a {"title": "B"}'],
        id="the title of a removed one",
    ),
    pytest.param(
        [ONE, TWO],
        [ONE, named("9", "z", "Z")],
        ['POST  {"name": "z", "title": "Z", "type": "string_filter", "row": 0}', "DELETE /b@2"],
        id="a new one comes before an old one goes",
    ),
    pytest.param(
        [ONE, TWO],
        [named("1", "a", "A", listens_to_filters=["b"]), TWO],
        ['PATCH /a {"listens_to_filters": ["b"]}'],
        id="listening to one that is there",
    ),
    pytest.param(
        [ONE, TWO],
        [named("1", "a", "A", listens_to_filters=["z"]), named("2", "z", "B")],
        ['PATCH /z {"name": "z"}', 'PATCH /a {"listens_to_filters": ["z"]}'],
        id="listening to one that is renamed",
    ),
    pytest.param(
        [named("1", "a", "A", listens_to_filters=["b"]), TWO],
        [ONE, TWO],
        ['PATCH /a {"listens_to_filters": []}'],
        id="listening no more",
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_filters_change_in_an_order_that_looker_takes(
    before: list[Raw], after: list[Raw], expected: list[str]
) -> None:
    assert update(before, after) == expected


@pytest.mark.parametrize(("before", "after"), [c.values[:2] for c in CASES])
def test_at_no_time_do_two_filters_share_a_name_or_a_title(before: list[Raw], after: list[Raw]) -> None:
    """The calls are played on a list of filters that refuses what Looker refuses."""
    desired, observed = (state(shared(), dashboard("5", "D", dashboard_filters=f)) for f in (after, before))
    plan = plan_of(desired, observed)
    ids = {part: id_ for to, part, id_ in plan.ids if to == "dashboard:Shared/D" and part}
    held = {raw["id"]: {"name": raw["name"], "title": raw["title"]} for raw in before}
    for step in (s for n in plan.nodes for s in n.steps):
        at = ids[step.path[1].part] if len(step.path) > 1 else "new"
        if step.method == "DELETE":
            del held[at]
        else:
            held[at] = held.get(at, {}) | {k: v for k, v in step.body.items() if k in ("name", "title")}
        for field in ("name", "title"):
            values = [f[field] for f in held.values()]
            assert len(set(values)) == len(values)
    assert sorted(f["title"] for f in held.values()) == sorted(f["title"] for f in after)

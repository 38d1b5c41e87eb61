"""The same change in many places is told once, and nothing is lost by it."""

from __future__ import annotations

from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.plan import Plan, Side
from lookervault.report.fold import MANY, folded
from lookervault.report.text import render_text


def update(n: int, after: str = "b", **more: str) -> Change:
    before = {"query": {"model": "a"}, **dict.fromkeys(more, "old")}
    part = PartChange(
        Action.UPDATE, "element", "", str(n), f"T{n}", before, {"query": {"model": after}, **more}
    )
    return Change(Action.UPDATE, "dashboard", f"dashboard:D{n}", f"D{n}", str(n), {}, {}, [part])


def text(*changes: Change, expand: bool = False) -> str:
    return render_text(Plan(Side("a"), Side("b"), list(changes), [], [], [], []), expand=expand)


def test_many_are_told_once_with_the_first_names() -> None:
    told = text(*(update(n) for n in range(7)))
    assert told.count('query.model = "a" -> "b"') == 1
    assert "# the same change in 7 resources:" in told
    assert "# dashboard:D0, dashboard:D1, dashboard:D2 and 4 more" in told
    assert "Plan: 0 to create, 7 to update, 0 to delete." in told
    assert "dashboard:D6" not in told


def test_a_few_are_told_where_they_are() -> None:
    told = text(*(update(n) for n in range(MANY - 1)))
    assert told.count('query.model = "a" -> "b"') == MANY - 1


def test_expanded_they_are_told_everywhere() -> None:
    told = text(*(update(n) for n in range(7)), expand=True)
    assert told.count('query.model = "a" -> "b"') == 7
    assert "the same change" not in told


def test_what_else_changes_stays_where_it_is() -> None:
    told = text(*(update(n) for n in range(6)), update(6, title="new"), update(7, after="c"))
    assert "# dashboard:D6 will be updated in place" in told
    assert 'renamed ("old" -> "new")' in told
    assert 'query.model = "a" -> "c"' in told
    assert told.count('query.model = "a" -> "b"') == 1


def test_several_elements_of_one_dashboard_count_as_one_resource() -> None:
    twice = [update(n) for n in range(MANY)]
    for change in twice:
        change.parts *= 2
    (same,) = folded(twice).alike.values()
    assert (same.places, len(same.addresses)) == (2 * MANY, MANY)
    assert f"{2 * MANY} elements of {MANY} resources" in text(*twice)


def test_a_move_is_always_told() -> None:
    moved = [update(n) for n in range(MANY)]
    moved[0].was = "dashboard:Elsewhere"
    assert "(now dashboard:Elsewhere" in text(*moved)

"""Who would notice a change is told at the change and in sum."""

from __future__ import annotations

from lookervault.plan.change import Action, Attached, Change
from lookervault.plan.plan import Plan, Side
from lookervault.report.reach import reach_summary, used_text
from lookervault.report.text import render_text


def update(n: int, attached: Attached) -> Change:
    made = Change(Action.UPDATE, "look", f"look:Shared/L{n}", f"L{n}", str(n), {"title": "a"}, {"title": "b"})
    made.attached = attached
    return made


def test_it_is_told_where_it_is_and_in_sum() -> None:
    used: dict[str, int | None] = {"views": 7, "favourites": 1, "boards": 2, "dashboards": 3}
    changes = [
        update(1, Attached({"scheduled_plan": 1}, [], used)),
        update(2, Attached({"alert": 2}, ["gone"], used)),
    ]
    plan = Plan(Side("a"), Side("b"), changes, [], [], [], [])
    assert reach_summary(plan) == [
        "On what changes hang: 2 alerts, 1 scheduled plan, on 4 boards, shown by 6 dashboards, 1 lost."
    ]
    text = render_text(plan)
    assert "# (1 favourite, on 2 boards, shown by 3 dashboards)" in text
    assert "views" not in text, "reading counts as a view: two plans would never be the same"


def test_what_is_not_told_is_not_said() -> None:
    assert used_text({"views": None, "favourites": None, "boards": None, "dashboards": 0}) == ""
    assert reach_summary(Plan(Side("a"), Side("b"), [update(1, Attached())], [], [], [], [])) == []

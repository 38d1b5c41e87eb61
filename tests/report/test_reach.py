"""Who would notice a change is told at the change and in sum, in every format, and may be limited."""

from __future__ import annotations

import json

import pytest

from lookervault.model.context import Context
from lookervault.model.usage import usage
from lookervault.plan.change import Action, Attached, Change
from lookervault.plan.limits import over_limits
from lookervault.plan.plan import Plan, Side
from lookervault.plan.policy import Policy
from lookervault.plan.reach import roughly
from lookervault.report.data import render_json
from lookervault.report.markdown import render_markdown
from lookervault.report.page import render_html
from lookervault.report.reach import reach_summary, used_text
from lookervault.report.text import render_text

USED: dict[str, int | None] = {
    "views": 1234,
    "favourites": 1,
    "boards": 2,
    "dashboards": 3,
    "alerts": 0,
    "scheduled_plans": 1,
}
TWICE = {name: (count or 0) * 2 for name, count in USED.items()}
FORMATS = [render_text, render_markdown, render_html]


def update(n: int, attached: Attached) -> Change:
    made = Change(Action.UPDATE, "look", f"look:Shared/L{n}", f"L{n}", str(n), {"title": "a"}, {"title": "b"})
    made.attached = attached
    return made


def plan(*attached: Attached, policy: Policy | None = None) -> Plan:
    made = Plan(Side("a"), Side("b"), [update(n, x) for n, x in enumerate(attached)], [], [], [], [])
    made.policy = policy or Policy()
    return made


MADE = plan(
    Attached({"scheduled_plan": 1}, [], USED, "user:ann@x.example", False),
    Attached({"scheduled_plan": 2}, ["gone"], TWICE, "user:ben@x.example", True),
)
SUM = (
    "On what changes hang: 3 scheduled plans, viewed at least 2,000 times, 3 favourites, on 6 boards, "
    "shown by 9 dashboards, 1 lost, belonging to 2 users (1 disabled)."
)


@pytest.mark.parametrize("render", FORMATS)
def test_it_is_told_where_it_is_and_in_sum(render: object) -> None:
    text = str(render(MADE)).replace("&#58;", ":").replace("&#46;", ".").replace("&#64;", "@")  # type: ignore[operator]
    assert SUM in text
    assert "owned by user:ann@x.example; viewed at least 1,000 times, 1 favourite, on 2 boards" in text
    assert "owned by user:ben@x.example, who is disabled; viewed at least 1,000 times" in text


def test_programs_get_numbers() -> None:
    told = json.loads(render_json(MADE))
    assert told["reach"]["views"] == 2000
    assert told["reach"]["disabled_owners"] == 1
    assert told["changes"][0]["attachments"]["owner"] == "user:ann@x.example"


@pytest.mark.parametrize("render", FORMATS)
def test_what_the_caller_may_not_see_is_not_said_to_be_none(render: object) -> None:
    hidden = plan(Attached({}, [], {**USED, "views": None, "boards": None, "scheduled_plans": None}))
    text = str(render(hidden)).replace("&#58;", ":").replace("&#47;", "/")  # type: ignore[operator]
    assert text.count("views, boards, scheduled plans: n/a") == 2


def test_what_a_reader_does_himself_does_not_make_two_plans_differ() -> None:
    few, many = (Attached(used={"views": n}) for n in (9, 1234))
    assert roughly(few).used == {"views": 0}
    assert roughly(Attached(used={"views": None})).used == {"views": None}
    assert [roughly(Attached(used={"views": n})) for n in (1000, 9999)] == [roughly(many)] * 2
    assert used_text(many) == "viewed at least 1,000 times"


def test_where_nothing_hangs_nothing_is_said() -> None:
    nothing: dict[str, int | None] = dict.fromkeys(USED, 0)
    assert used_text(Attached({}, [], nothing)) == ""
    assert used_text(Attached()) == ""
    assert reach_summary(plan(Attached({}, [], nothing), Attached())) == []


def test_the_instance_says_whether_an_owner_is_disabled() -> None:
    said = [usage({"is_owner_disabled": x}, Context("h", {})).owner_disabled for x in (True, False, None, 1)]
    assert said == [True, False, None, None]


def test_limits_stop_what_too_many_would_notice() -> None:
    def over(**limits: int) -> list[str]:
        return [f.message for f in over_limits(plan(Attached({}, [], USED), policy=Policy(**limits)), 100)]

    assert over(max_views=1234, max_reach=7) == []
    (views,) = over(max_views=1000)
    assert views.startswith("1234 views of what changes: more than max_views = 1000")
    (people,) = over(max_reach=0)
    assert people.startswith("7 favourites, boards, dashboards, alerts and schedules on what changes")

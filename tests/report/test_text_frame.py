"""What stands around the changes of a plan: findings, summary, colour."""

from __future__ import annotations

import pytest

from lookervault.model.resource import Finding
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.plan import Plan, Side
from lookervault.report.text import render_text
from model.raws import (
    OTHER,
    folder,
    group,
    look,
    lookml_model,
    shared,
    state,
)
from plan.making import plan_of

ROOTS = (shared(), lookml_model("shop"))


def test_findings_come_first_errors_before_warnings() -> None:
    plan = plan_of(state(shared(), look("40", "L", user_id="98")), state(*ROOTS[:1], host=OTHER))
    assert render_text(plan).startswith(
        "Errors:\n"
        "  look:Shared/L: a query needs the LookML model shop, which the target does not have\n"
        "\n"
        "Warnings:\n"
        "  look:Shared/L: owner: user:#98 is not on the target\n"
        "\n"
        "lookervault will make "
    )


def plan_with(*changes: Change, findings: tuple[Finding, ...] = ()) -> Plan:
    return Plan(Side("a"), Side("b", "prod"), list(changes), [], [], list(findings), [])


def test_findings_are_told_where_there_is_nothing_to_change() -> None:
    text = render_text(plan_with(findings=(Finding("warning", "look:A", "left out"),)))
    assert text == "Warnings:\n  look:A: left out\n\nNo changes. prod is as desired.\n"


def test_a_deletion() -> None:
    gone = Change(Action.DELETE, "look", "look:A", "A", "7", {"title": "A"}, {})
    text = render_text(plan_with(gone))
    assert "  - delete\n" in text
    assert '  # look:A will be moved to the trash\n  - look "A" (id 7)\n' in text
    assert "\nPlan: 0 to create, 0 to update, 1 to delete.\n" in text


def test_a_part_of_which_nothing_is_to_be_told_has_no_braces() -> None:
    part = PartChange(Action.UPDATE, "element", "element:1", "1", "A", {}, {}, home="tab B")
    change = Change(Action.UPDATE, "dashboard", "dashboard:D", "D", "7", {}, {}, [part])
    assert '      ~ element "A" (id 1)\n' in render_text(plan_with(change))


@pytest.mark.parametrize("count", [10, 11])
def test_many_changes_are_also_counted_by_kind(count: int) -> None:
    everything = (folder("99", "F"), *(group(str(n), f"G{n}") for n in range(count - 1)))
    text = render_text(plan_of(state(*ROOTS, *everything), state(*ROOTS)))
    assert (f"\n      1 folder, {count - 1} groups\n" in text) is (count > 10)


def test_colour_only_when_asked_and_nothing_else_changes() -> None:
    plan = plan_of(state(*ROOTS, look("4", "New"), group("7", "G")), state(*ROOTS, look("4", "Old")))
    plain, painted = render_text(plan), render_text(plan, colour=True)
    assert "\x1b" not in plain
    codes = {code: f"\x1b[{code}m" for code in ("31", "32", "33", "90", "1", "0")}
    assert all(codes[c] in painted for c in ("32", "33", "90", "1", "0"))
    for code in codes.values():
        painted = painted.replace(code, "")
    assert painted == plain

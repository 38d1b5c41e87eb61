from __future__ import annotations

import pytest

from lookervault.errors import Refused, UsageError
from lookervault.plan.approval import only_approved, read_approval
from lookervault.plan.plan import Plan
from model.raws import OTHER, folder, group, look, lookml_model, shared, stacked, state, tile, users_root

from .making import plan_of, said, summary


@pytest.fixture
def plan() -> Plan:
    roots = (shared(), users_root(), lookml_model("shop"))
    objects = (
        folder("10", "Sales"),
        look("40", "Orders", "10"),
        folder("12", "Ops"),
        stacked("50", "KPIs", [tile("51")], "12"),
        group("30", "Team"),
    )
    return plan_of(state(*roots, *objects), state(*roots, host=OTHER))


def digests(plan: Plan, *but: str) -> set[str]:
    return {c.digest for c in plan.changes if c.address not in but}


def test_all_approved_is_the_plan_itself(plan: Plan) -> None:
    assert only_approved(plan, digests(plan)) is plan


def test_what_is_not_approved_is_left_out_with_what_waits_for_it(plan: Plan) -> None:
    kept = only_approved(plan, digests(plan, "folder:Shared/Sales"))
    assert summary(kept) == ["+ dashboard:Shared/Ops/KPIs", "+ folder:Shared/Ops", "+ group:Team"]
    assert {"warning folder:Shared/Sales: left out: not approved"} < set(said(kept))
    assert any(
        line.startswith("warning look:Shared/Sales/Orders: left out: it waits for") for line in said(kept)
    )
    assert {w for n in kept.nodes for w in n.waits} <= {n.id for n in kept.nodes}
    # the query that only the look needed is not made either
    assert len([n for n in kept.nodes if not n.change]) < len([n for n in plan.nodes if not n.change]) + 1


def test_the_fingerprint_is_that_of_what_is_left(plan: Plan) -> None:
    kept = only_approved(plan, digests(plan, "group:Team"))
    assert kept.fingerprint != plan.fingerprint
    assert kept.fingerprint == only_approved(plan, digests(plan, "group:Team")).fingerprint


def test_nothing_approved_is_refused(plan: Plan) -> None:
    with pytest.raises(Refused):
        only_approved(plan, {"0" * 64})


def test_a_file_holds_a_digest_a_line() -> None:
    one, two = "a" * 64, "b" * 64
    assert read_approval(f"# reviewed\n{one}  look:Shared/Orders\n\n{two}\n") == {one, two}
    with pytest.raises(UsageError, match="line 2"):
        read_approval(f"{one}\nlook:Shared/Orders\n")

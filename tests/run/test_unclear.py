"""A create whose end stayed unclear to the last: the next try looks before it sends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from e2e.small import small_instance, small_target
from lookervault.run import perform
from lookervault.sandbox import Call, Faults, Instance, blank_instance
from world import world


def test_an_element_that_was_made_unseen_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perform, "_FIRST_WAIT", 0.001)
    source = Instance(first_id=1)
    root = next(f["id"] for f in source.all("folder") if f.get("is_shared_root"))
    board = source.create("dashboard", title="KPIs", folder_id=root)["id"]
    source.create("dashboard_element", dashboard_id=board, type="text", body_text="Hello")

    def blind(call: Call) -> str | None:
        """The server acts, but neither its answer nor what it holds can be seen."""
        if call.path == "/dashboard_elements":
            return "reset_after"
        return "500" if call.path.endswith("/dashboard_elements") else None

    target = blank_instance(first_id=900, like=source)
    with world(source, target) as both:
        plan = both.plan()
        both.target.faults = Faults(script=blind)
        assert [f.address for f in both.apply(plan).failed] == ["dashboard:Shared/KPIs"]
        assert len(target.all("dashboard_element")) == 1
        both.calm()
        assert both.apply(plan).failed == []
        assert len(target.all("dashboard_element")) == 1
        assert both.differences() == []
        assert both.plan().changes == []


def test_what_was_refused_is_not_taken_from_somebody_else_later() -> None:
    source = Instance(first_id=1)
    root = next(f["id"] for f in source.all("folder") if f.get("is_shared_root"))
    source.create("folder", name="Sales", parent_id=root)
    target = blank_instance(first_id=900, like=source)
    home = next(f["id"] for f in target.all("folder") if f.get("is_shared_root"))
    with world(source, target) as both:
        plan = both.plan()
        theirs = target.create("folder", name="Sales", parent_id=home)["id"]
        for _ in range(2):
            outcome = both.apply(plan)
            assert outcome.failed == []
            assert [f.address for f in outcome.stale] == ["folder:Shared/Sales"]
        assert [f["id"] for f in target.all("folder") if f["name"] == "Sales"] == [theirs]


def test_what_a_server_puts_in_the_place_of_nothing_is_learned_without_its_answer_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(perform, "_FIRST_WAIT", 0.001)
    source = small_instance()
    target = small_target(source)

    def unheard(call: Call) -> str | None:
        """This server dates its looks by itself, as the first question after the lost answer shows."""
        for look in target.all("look"):
            target.find("look", look["id"]).update(description="made today")
        return "reset_after" if (call.method, call.path) == ("POST", "/looks") else None

    with world(source, target, Faults(script=unheard)) as both:
        both.migrate()
        assert any(call.fault for call in both.writes())
        assert both.plan().changes == []


@pytest.mark.parametrize(("hours", "theirs"), [(30, True), (0, False)], ids=["a day later", "at once"])
def test_what_was_made_long_after_a_call_is_not_what_it_made(
    monkeypatch: pytest.MonkeyPatch, hours: int, theirs: bool
) -> None:
    """Of the same name and content; only the server's clock, which is an hour slow, tells them apart."""
    monkeypatch.setattr(perform, "_FIRST_WAIT", 0.001)
    source = Instance(first_id=1)
    root = next(f["id"] for f in source.all("folder") if f.get("is_shared_root"))
    source.create("folder", name="Sales", parent_id=root)
    source.create("board", title="Start here")

    sent: set[str] = set()

    def blind(call: Call) -> str | None:
        """Nothing reaches the server, and what it holds cannot be seen from then on."""
        if call.path != "/boards":
            return None
        sent.add(call.method)
        return "reset_before" if call.method == "POST" else "500" if "POST" in sent else None

    target = blank_instance(first_id=900, like=source)
    target.clock = lambda: datetime.now(UTC) - timedelta(hours=1)
    with world(source, target) as both:
        plan = both.plan()
        both.target.faults = Faults(script=blind)
        assert [f.address for f in both.apply(plan, workers=1).failed] == ["board:Start here"]
        made = target.create("board", title="Start here")
        late = datetime.now(UTC) + timedelta(hours=hours - 1)
        target.find("board", made["id"])["created_at"] = late.isoformat(timespec="milliseconds")
        both.calm()
        outcome = both.apply(plan)
        assert [f.address for f in outcome.stale] == (["board:Start here"] if theirs else [])
        assert [b["id"] for b in target.all("board")] == [made["id"]]

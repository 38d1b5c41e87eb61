"""A plan that takes from the vault what dates prove unchanged is the plan that reads everything."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from lookervault.errors import ApiError
from lookervault.plan.plan import Plan
from lookervault.plan.policy import DEFAULT_POLICY, Policy
from lookervault.report.text import render_text
from lookervault.run import remembered
from lookervault.run.events import Event, StoreUnused, StoreUsed
from lookervault.run.extract import Extraction, extract
from lookervault.run.planning import Request, plan_request
from lookervault.sandbox import Instance, demo_instance
from lookervault.store import learned
from lookervault.store.snapshots import Snapshot
from world import ALL_KINDS, World, gateway, world

from .editor import Editor

OBJECTS = 130  # 34 live dashboards, 18 looks
FEW = 6  # proofs that are enough here


def snapshot(here: World, *, every_date: bool = True, incremental: bool = False) -> Snapshot:
    wanted = Extraction("dev", ALL_KINDS, every_date=every_date, incremental=incremental)
    return extract(here.source_gateway, here.vault, wanted, here.events.append)


def live(inst: Instance, kind: str) -> list[dict[str, Any]]:
    return [raw for raw in inst.all(kind) if not raw["deleted"]]


def edit_some(inst: Instance, text: str, count: int = FEW) -> None:
    for kind in ("dashboard", "look"):
        for raw in live(inst, kind)[-count:]:
            inst.edit(kind, raw["id"], description=text)


def secretly(inst: Instance, kind: str, id_: str, **fields: Any) -> None:
    """Changes an object, and its date stays."""
    was = inst.find(kind, id_)["updated_at"]
    inst.edit(kind, id_, **fields)
    inst.change(kind, inst.find(kind, id_), {"updated_at": was})


@contextmanager
def proven() -> Iterator[World]:
    """An instance of which the vault has seen that changes move their dates; its last snapshot is @2."""
    with patch.multiple(remembered, PROOFS=FEW, _LEAST=2), world(demo_instance(objects=OBJECTS)) as here:
        snapshot(here)
        edit_some(here.source.instance, "now other")
        snapshot(here)
        yield here


def planned(
    here: World, *, cache: bool, desired: str = "@1", policy: Policy = DEFAULT_POLICY
) -> tuple[Plan, list[Event], int]:
    """A plan, what was heard of the vault, and how many calls asked for one dashboard or look."""
    events: list[Event] = []
    here.source.calls.clear()
    plan = plan_request(
        here.source_gateway,
        here.vault,
        Request(desired, policy=policy, cache=cache),
        target_name="dev",
        workers=8,
        listener=events.append,
    )
    asked = [c.path for c in here.source.calls if c.path.startswith(("/dashboards/", "/looks/"))]
    single = sum(not path.endswith("/search") for path in asked)
    return plan, [e for e in events if isinstance(e, StoreUsed | StoreUnused)], single


def same(one: Plan, other: Plan) -> None:
    """Both say the same, to the last digest of what they were made of."""
    assert one.fingerprint == other.fingerprint
    assert one.bases == other.bases
    assert (one.nodes, one.findings, one.ids, one.names) == (
        other.nodes,
        other.findings,
        other.ids,
        other.names,
    )
    assert render_text(one) == render_text(other)


def taken(events: Sequence[Event]) -> int:
    (event,) = events
    return event.objects if isinstance(event, StoreUsed) else 0


def refused(events: Sequence[Event]) -> str:
    (event,) = events
    return event.reason if isinstance(event, StoreUnused) else ""


def test_what_did_not_change_is_not_read() -> None:
    with proven() as here:
        plan, events, single = planned(here, cache=True, desired="@2")
        assert (plan.changes, refused(events)) == ([], "")
        everything, none, all_of_them = planned(here, cache=False, desired="@2")
        same(plan, everything)
        assert none == []
        # the sample, those that were edited just before the snapshot, and what shows a look of these
        assert taken(events) > 10
        assert single < all_of_them / 2


def test_what_the_plan_changes_is_read_in_any_case() -> None:
    with proven() as here:
        inst = here.source.instance
        some = [(kind, raw["id"]) for kind in ("dashboard", "look") for raw in live(inst, kind)[5:15]]
        for kind, id_ in some:
            inst.edit(kind, id_, description="no longer desired")
            inst.change(kind, inst.find(kind, id_), {"updated_at": "2025-06-01T00:00:00.000+00:00"})
        snapshot(here)
        plan, events, _ = planned(here, cache=True, desired="@2")
        assert {(c.kind, c.id) for c in plan.changes} == {*some}
        assert taken(events) > 10
        asked = {c.path.rsplit("/", 1)[1] for c in here.source.calls}
        assert {c.id for c in plan.changes} <= asked
        same(plan, planned(here, cache=False, desired="@2")[0])


@pytest.mark.parametrize("seed", range(4))
def test_random_edits_show_all_the_same(seed: int) -> None:
    check(seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_random_edits_show_all_the_same(seed: int) -> None:
    check(seed)


def check(seed: int) -> None:
    """Edits, moves, the trash and the way back, and deletes; planned both ways now and then."""
    dice = random.Random(f"cache {seed}")
    with proven() as here:
        inst = here.source.instance
        for _ in range(2):
            Editor(inst, dice).edit(10)
            for _ in range(4):
                found = dice.choice(inst.all(dice.choice(["dashboard", "look"])))
                kind = "look" if "query_id" in found else "dashboard"
                with suppress(ApiError):
                    inst.edit(kind, found["id"], deleted=not found["deleted"])
            with suppress(ApiError):
                folder = dice.choice([f for f in inst.all("folder") if not f.get("is_personal")])
                inst.edit("dashboard", dice.choice(live(inst, "dashboard"))["id"], folder_id=folder["id"])
            with suppress(ApiError):
                inst.delete("dashboard", dice.choice(live(inst, "dashboard"))["id"])
            with suppress(ApiError):
                inst.replace_query("look", dice.choice(live(inst, "look"))["id"], limit="3")
            policy = Policy(prune=bool(seed % 2), allow_attachment_loss=True)
            plan, events, _ = planned(here, cache=True, desired="@2", policy=policy)
            # the roles of who asks may have been edited too
            assert taken(events) > 5 or "somebody else" in refused(events)
            same(plan, planned(here, cache=False, desired="@2", policy=policy)[0])


@pytest.mark.parametrize("kind", ["dashboard", "look"])
def test_who_was_seen_to_keep_a_date_is_not_believed(kind: str) -> None:
    with proven() as here:
        inst = here.source.instance
        hidden = [secretly(inst, kind, raw["id"], description="secret") for raw in live(inst, kind)[10:13]]
        assert snapshot(here).scope[kind]["undated"] == len(hidden)
        secretly(inst, kind, live(inst, kind)[14]["id"], description="another")
        plan, events, _ = planned(here, cache=True)
        title = f"{kind}s have changed and kept their date"
        assert title in refused(events) or 0 < taken(events) < 40
        same(plan, planned(here, cache=False)[0])


def test_the_sample_finds_who_stops_moving_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    with proven() as here:
        inst = here.source.instance
        victim = live(inst, "dashboard")[12]["id"]
        secretly(inst, "dashboard", victim, description="secret")
        monkeypatch.setattr(random, "sample", lambda ids, count: [victim] if victim in ids else ids[:count])
        plan, events, single = planned(here, cache=True, desired="@2")
        assert [c.id for c in plan.changes] == [victim]
        assert refused(events) == f"dashboard {victim} has changed and kept its date"
        assert single > 30
        monkeypatch.undo()
        # that is not forgotten
        _, events, _ = planned(here, cache=True, desired="@2")
        assert f"dashboard {victim} has changed and kept its date" in str(events) or 0 < taken(events) < 40
        same(plan, planned(here, cache=False, desired="@2")[0])
        assert [f.object_id for f in learned.recall(here.vault, here.source_gateway.host)] == [victim]


def test_many_that_keep_their_date_are_found_by_chance() -> None:
    with proven() as here:
        inst = here.source.instance
        hidden = [raw["id"] for raw in live(inst, "dashboard")[:30]]
        for id_ in hidden:
            secretly(inst, "dashboard", id_, description="secret")
        plan, events, _ = planned(here, cache=True, desired="@2")
        assert "has changed and kept its date" in refused(events)
        assert {c.id for c in plan.changes} == {*hidden}


class Later:
    """A clock that is so much ahead."""

    def __init__(self, **ahead: float) -> None:
        self.ahead = timedelta(**ahead)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def test_what_is_not_proven_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(demo_instance()) as here:
        inst = here.source.instance

        def doubt() -> str:
            return remembered.remembered(here.source_gateway, here.vault, inst.version)[1]

        assert "no snapshot of this instance" in doubt()
        snapshot(here, every_date=False)
        assert "has looked at the dates of looks" in doubt()
        snapshot(here)
        assert "only 0 of 20 changes of looks proved their dates" in doubt()
        edit_some(inst, "one", 8)
        snapshot(here)
        assert "only 8 of 20" in doubt()
        edit_some(inst, "two", 8)
        snapshot(here, incremental=True)
        assert "only 8 of 20" in doubt()
        for text in ("three", "four"):
            edit_some(inst, text, 8)
            snapshot(here)
        assert doubt() == ""
        monkeypatch.setattr(here.vault, "clock", Later(days=8))
        assert "is older than 7 days" in doubt()
        snapshot(here, every_date=False)
        assert doubt() == ""
        monkeypatch.setattr(here.vault, "clock", Later(days=31))
        snapshot(here, every_date=False)
        assert "of the last 30 days" in doubt()
        inst.version = "26.14.1"
        assert "is of another version of Looker: 26.12" in doubt()


def test_a_pass_over_one_folder_proves_nothing_of_the_others() -> None:
    with proven() as here:
        inst = here.source.instance
        fresh = live(inst, "dashboard")[-1]["id"]
        later = Later(minutes=30)
        with patch.object(here.vault, "clock", later):
            extract(
                here.source_gateway,
                here.vault,
                Extraction("dev", ["look", "dashboard"], every_date=True, folder="Shared/Finance"),
                here.events.append,
            )
            assert "does not have all looks" in refused(planned(here, cache=True, desired="@2")[1])
            snapshot(here, incremental=True)
            # it was changed just before it was read in full, and may have changed since with the same date
            secretly(inst, "dashboard", fresh, description="a moment later")
            plan, events, _ = planned(here, cache=True, desired="@2")
        assert taken(events) > 10
        assert [c.id for c in plan.changes] == [fresh]


def test_another_caller_takes_nothing() -> None:
    with proven() as here:
        inst = here.source.instance
        other = inst.create("user", first_name="Other")["id"]
        inst.add_key(other, "other", "secret")
        here.source_gateway = gateway(here.source, ("other", "secret"))
        _, events, _ = planned(here, cache=True)
        here.source_gateway.close()
        assert "somebody else asked for" in refused(events)


def test_what_was_changed_just_before_it_was_read_is_read_again() -> None:
    """A second change within the same second leaves the date as it was."""
    with proven() as here:
        inst = here.source.instance
        fresh = live(inst, "dashboard")[-1]["id"]
        secretly(inst, "dashboard", fresh, description="a moment later")
        plan, events, _ = planned(here, cache=True, desired="@2")
        assert taken(events) > 10
        assert [c.id for c in plan.changes] == [fresh]


def test_a_look_that_changed_brings_the_dashboards_that_show_it() -> None:
    with proven() as here:
        inst = here.source.instance
        shown = {e["look_id"] for e in inst.all("dashboard_element") if e.get("look_id")}
        look = next(raw for raw in live(inst, "look") if raw["id"] in shown)
        inst.edit("look", look["id"], description="anew")
        planned(here, cache=True, desired="@2")
        asked = {c.path for c in here.source.calls}
        holders = {e["dashboard_id"] for e in inst.all("dashboard_element") if e.get("look_id") == look["id"]}
        there = {raw["id"] for raw in live(inst, "dashboard")}
        assert {f"/dashboards/{id_}" for id_ in holders & there} <= asked


def test_a_look_that_went_or_changed_is_no_change_of_the_dashboards_that_show_it() -> None:
    with proven() as here:
        inst = here.source.instance
        shown = [e["look_id"] for e in inst.all("dashboard_element") if e.get("look_id")]
        gone, edited = [raw["id"] for raw in live(inst, "look") if raw["id"] in shown][:2]
        inst.delete("look", gone)
        inst.replace_query("look", edited, limit="3", vis_config={"type": "table"})
        assert "undated" not in snapshot(here).scope["dashboard"]
        plan, events, _ = planned(here, cache=True, desired="@2")
        assert taken(events) > 10
        same(plan, planned(here, cache=False, desired="@2")[0])

"""Callers who are no admins: what they cannot see is not gone, and not made a second time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from lookervault.plan.change import Action
from lookervault.run.compare import compare_snapshots
from lookervault.run.states import snapshot_state
from lookervault.run.versions import log
from lookervault.sandbox import Server
from lookervault.sandbox.rules import attribute_values
from world import World, gateway, world

from .delivering import delivering_target
from .everything import everything
from .small import element, named, small_instance, small_target

BEN = ("ben-key", "ben-secret")
PARTIAL = "the caller is no admin, so there may be more than was listed"


@contextmanager
def as_ben(both: World, side: str) -> Iterator[World]:
    """The world with Ben as the caller on one side; he sees little and may do less."""
    server: Server = getattr(both, side)
    server.instance.add_key(named(server.instance, "user", first_name="Ben")["id"], *BEN)
    with gateway(server, BEN) as his:
        yield replace(both, **{f"{side}_gateway": his})


def test_nothing_that_may_be_there_unseen_is_made_on_the_target() -> None:
    source = everything()
    with world(source, delivering_target(source)) as both:
        both.migrate()
        before = {kind: len(both.target.instance.all(kind)) for kind in ("board", "scheduled_plan", "alert")}
        with as_ben(both, "target") as narrow:
            plan = narrow.plan(both.extract())
            assert ("target", PARTIAL) in {(f.address, f.message) for f in plan.findings}
            made = {c.kind for c in plan.changes if c.action is Action.CREATE}
            # what has a name of its own Looker refuses to have twice
            assert made <= {"user", "user_attribute"}
            outcome = narrow.apply(plan)
            assert outcome.created == 0
            assert {f.address.partition(":")[0] for f in outcome.failed} <= {"user", "user_attribute"}
        assert {kind: len(both.target.instance.all(kind)) for kind in before} == before
        assert both.differences() == []


def test_whom_the_caller_of_the_source_cannot_see_keeps_what_he_has() -> None:
    source = everything()
    with world(source, delivering_target(source)) as both:
        both.migrate()
        with as_ben(both, "source") as narrow:
            snapshot = narrow.extract()
            assert snapshot.caller["admin"] is False
            assert {snapshot.scope[kind]["status"] for kind in ("role", "permission_set", "alert")} == {
                "denied"
            }
            plan = narrow.plan(snapshot)
        assert any(f.address == "source" and f.message.startswith(PARTIAL) for f in plan.findings)
        assert plan.counts()[Action.CREATE] == plan.counts()[Action.DELETE] == 0
        assert not {"group", "role", "content_access", "theme", "user_attribute"} & {
            c.kind for c in plan.changes
        }


def _palettes(both: World) -> set[str]:
    """The ids of the source's own colors."""
    own = [c for c in both.source.instance.all("color_collection") if not c["_standard"]]
    return {c["id"] for c in own} | {p["id"] for c in own for p in c["categoricalPalettes"]}


def test_no_colors_are_written_that_mean_nothing_on_the_target() -> None:
    source = small_instance()
    with world(source, small_target(source)) as both, as_ben(both, "source") as narrow:
        plan = narrow.plan(narrow.extract())
        told = {
            f.message.partition(":")[0] for f in plan.findings if "these colors are left out" in f.message
        }
        place = 'element "Channels", query.vis_config.color_application.palette_id'
        assert {place, "settings.color_collection_id"} <= told
        # what every instance has is written as it is, and nothing said of it
        assert not any("By month" in where or "Orders" in where for where in told)
        assert not narrow.apply(plan).failed
        assert not [c for c in narrow.writes() if any(id_ in str(c.body) for id_ in _palettes(both))]
        assert "b43731d5-dc87-4a8e-b807-635bef3948e7" in str([c.body for c in narrow.writes()])
        assert not narrow.plan(narrow.extract()).changes


def test_charts_keep_the_colors_that_a_caller_cannot_tell() -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        source.edit("dashboard_element", element(source, "Channels"), title="Ways")
        for side, label in (("source", "source"), ("target", "target")):
            with as_ben(both, side) as narrow:
                plan = narrow.plan(narrow.extract())
            [change] = [c for c in plan.changes if c.kind == "dashboard"]
            [part] = change.parts
            assert (part.before, part.after) == ({"title": "Channels"}, {"title": "Ways"})
            assert not [c for c in plan.changes if c.kind == "theme"]
            assert any(f.address == label and "color collections" in f.message for f in plan.findings)


def test_one_instance_seen_by_two_callers_has_the_same_colors() -> None:
    with world(small_instance()) as both:
        snapshot = both.extract()
        with as_ben(both, "source") as narrow:
            seen = narrow.extract()
            plan = replace(both, target_gateway=narrow.source_gateway).plan(snapshot)
            assert not [c for c in plan.changes if c.action is not Action.CREATE]
        assert not both.plan(seen).changes


def test_what_is_only_shown_is_not_called_complete_nor_what_is_not_shown_deleted() -> None:
    with world(everything()) as both:
        whole = both.extract()
        # agents are not there
        assert [k for k, told in whole.scope.items() if told["status"] != "complete"] == ["agent"]
        with as_ben(both, "source") as narrow:
            seen = narrow.extract()
        assert "complete" not in {listing["status"] for listing in seen.scope.values()}
        assert seen.incomplete["dashboard"] == seen.incomplete["user"] == "visible"
        assert not whole.incomplete
        state = snapshot_state(both.vault, seen)
        assert (state.partial, state.scope["dashboard"]) == (PARTIAL, "visible")
        told = log(both.vault, "user:ann@example.com")
        assert [(entry.snapshot, entry.what) for entry in told] == [
            (whole.number, "new"),
            (seen.number, "no longer shown"),
        ]
        gone = [c for c in compare_snapshots(both.vault, whole, seen) if c.action is Action.DELETE]
        back = [c for c in compare_snapshots(both.vault, seen, whole) if c.action is Action.CREATE]
        assert (gone, back) == ([], [])


def test_lists_that_are_sent_whole_stay_where_not_all_of_them_may_be_seen() -> None:
    source = small_instance()
    team = named(source, "user_attribute", name="team")
    source.edit("user_attribute", team["id"], user_can_view=True)
    with world(source, small_target(source)) as both:
        both.migrate()
        readers = named(source, "group", name="Readers")["id"]
        values = [{"group_id": readers, "value": "other"}]
        attribute_values.set_all(source, source.find("user_attribute", team["id"]), values)
        with as_ben(both, "target") as narrow:
            plan = narrow.plan(both.extract())
        assert not [c for c in plan.changes if c.kind == "user_attribute"]
        [told] = [f for f in plan.findings if f.address == "user_attribute:team"]
        assert "may not show all" in told.message

"""Callers who are no admins: what they cannot see is not gone, and not made a second time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from lookervault.plan.change import Action
from lookervault.sandbox import Server
from world import World, gateway, world

from .delivering import delivering_target
from .everything import everything
from .small import named

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

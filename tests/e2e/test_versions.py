"""A target older than the source: what it does not have is left out, told, and never asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import msgspec
import pytest

from lookervault.model.resource import Resource, State
from lookervault.plan.versions import SINCE, known_to
from lookervault.sandbox import Instance, app
from lookervault.sandbox.router import Ask
from world import world

from .delivering import delivering_target
from .everything import everything

FIELDS = {"tabs": "tab_ids", "owner": "user_id"}
_TOLD = "Looker {} has no tabs: left out of 1 scheduled plans"
NEW = {f"{kind}s": {FIELDS.get(name, name) for name in names} for kind, names in SINCE.items()}


@contextmanager
def older(inst: Instance) -> Iterator[None]:
    """Lets an instance not know the fields: it does not tell them, and refuses bodies that have them."""
    real = app.answer

    def answer(state: Any, ask: Ask) -> app.Answer:
        new = NEW.get(ask.path.strip("/").partition("/")[0], set()) if state is inst else set()
        if isinstance(ask.body, dict) and new & ask.body.keys():
            return app.Answer(422, msgspec.json.encode({"message": f"unknown: {new & ask.body.keys()}"}))
        done = real(state, ask)
        if not new or done.status >= 300 or not done.body:
            return done
        return app.Answer(
            200, msgspec.json.encode(_without(msgspec.json.decode(done.body), new)), done.headers
        )

    with patch.object(app, "answer", answer):
        yield


def _without(told: Any, names: set[str]) -> Any:
    rows = told if isinstance(told, list) else [told]
    cut = [{k: v for k, v in row.items() if k not in names} for row in rows]
    return cut if isinstance(told, list) else cut[0]


def test_what_an_older_target_does_not_know_is_left_out() -> None:
    source = everything()
    source.version = "26.22.3"
    target = delivering_target(source)
    target.version = "25.10.12"
    with world(source, target) as both, older(target):
        plan = both.plan()
        told = {f.message for f in plan.findings if f.address == "target"}
        assert "Looker 25.10.12 has no tabs: left out of 1 scheduled plans" in told
        both.carry_out(plan)
        assert both.plan().changes == []


def test_of_one_version_everything_is_sent_whatever_it_is() -> None:
    source = everything()
    target = delivering_target(source)
    source.version = target.version = "25.10.12"
    with world(source, target) as both:
        both.migrate()
        assert both.differences() == []
        assert both.plan().changes == []


@pytest.mark.parametrize(
    ("mine", "theirs", "left"),
    [
        ("26.22.3", "25.10", False),
        ("26.8", "26.6.1", False),
        ("26.6", "25.10", True),
        ("26.8", "26.8", True),
        ("25.10", "26.22", True),
        ("", "25.10", True),
        ("26.22", "", True),
        ("unknown", "25.10", True),
    ],
)
def test_what_came_between_two_versions_is_lost(mine: str, theirs: str, left: bool) -> None:
    plan = Resource("scheduled_plan:P", "scheduled_plan", "1", "P", "", {"name": "P", "tabs": ["x"]})
    cut, findings = known_to(State("h", {}, {plan.address: plan}, {}), mine, theirs)
    assert ("tabs" in cut.resources[plan.address].attributes) is left
    assert ("tabs" in cut.resources[plan.address].untold) is not left
    assert [f.message for f in findings] == ([] if left else [_TOLD.format(theirs)])

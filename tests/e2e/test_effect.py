"""What a plan says is what the target gets: its steps, and no other write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from lookervault.model.values import Link
from lookervault.plan.plan import Plan
from lookervault.sandbox import Call, Instance, demo_instance
from world import World, world

from .small import dashboard, element, place, small_instance, small_target

Shape = tuple[str, str, str]


def shape(method: str, segments: Sequence[Any], body: Any) -> Shape:
    """A call with `*` in place of ids, and the fields of its body."""
    path = "/".join("*" if number % 2 else str(name) for number, name in enumerate(segments))
    fields = f"{len(body)} ids" if isinstance(body, list) else " ".join(sorted(body or {}))
    return method, path, fields


def planned(plan: Plan, *, surely: bool = False) -> Counter[Shape]:
    """All calls of a plan, or only those that do not hang on what is found on the target meanwhile."""
    steps = [s for node in plan.nodes for s in node.steps if s.method != "GET"]
    told = [s for s in steps if not surely or not (s.optional or s.unless)]
    return Counter(shape(s.method, s.path, s.body) for s in told)


def sent(calls: Iterable[Call]) -> Counter[Shape]:
    return Counter(shape(c.method, c.path.strip("/").split("/"), c.body) for c in calls)


def test_every_planned_call_is_sent_once_and_no_other() -> None:
    source = demo_instance()
    with world(source, small_target(source)) as both:
        plan = both.migrate()
        assert planned(plan, surely=True) <= sent(both.writes()) <= planned(plan)
        assert sum(planned(plan, surely=True).values()) > 300


def test_an_update_sends_what_it_shows() -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        before = len(both.writes())
        change_some(source)
        plan = both.migrate()
        assert sent(both.writes()[before:]) == planned(plan)
        assert sorted(planned(plan).elements()) == [
            ("DELETE", "dashboard_elements/*", ""),
            ("PATCH", "dashboard_elements/*", "query_id"),
            ("PATCH", "dashboard_layout_components/*", "row"),
            ("PATCH", "dashboards/*", "title"),
            ("POST", "queries", "fields limit model view vis_config"),
        ]


def change_some(source: Instance) -> None:
    place(source, element(source, "Orders"), row=40)
    source.replace_query("dashboard_element", element(source, "Orders"), limit="3")
    source.delete("dashboard_element", element(source, "Channels"))
    source.edit("dashboard", dashboard(source), title="Panel")


def test_no_call_is_refused() -> None:
    """Whatever the order in which threads get there, each call finds what it refers to."""
    source = demo_instance()
    with world(source, small_target(source)) as both:
        both.migrate(workers=8)
        assert {call.status for call in both.writes()} <= {200, 204}


def test_looking_writes_nothing() -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.plan()
        both.plan()
        assert both.writes() == []
        assert source_writes(both) == []


def source_writes(both: World) -> list[Call]:
    asked = (c for c in both.source.calls if not c.path.startswith(("/login", "/logout")))
    return [c for c in asked if c.method != "GET"]


def test_steps_name_no_id_of_the_source() -> None:
    """Every reference is a link, which only the target's own ids can fill."""
    source = small_instance()
    with world(source, small_target(source)) as both:
        plan = both.plan()
        for step in (step for node in plan.nodes for step in node.steps):
            for value in step.path[1::2]:
                assert isinstance(value, Link), step
            for name, value in (step.body or {}).items() if isinstance(step.body, dict) else ():
                assert not name.endswith("_id") or isinstance(value, Link), step

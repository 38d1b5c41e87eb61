"""Scheduled plans from one instance to another, judged by what plain HTTP tells of both."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lookervault.errors import ApiError
from lookervault.plan.change import Action
from lookervault.sandbox import Instance, Server, demo_instance
from world import world

from .delivering import (
    MAIL,
    carry_out,
    delivering_instance,
    delivering_target,
    emails,
    plan,
    reader,
)
from .small import dashboard, named, tab

# ids, stamps, and what is computed
NOISE = {
    *("id", "can", "created_at", "updated_at", "last_run_at", "next_run_at", "user", "user_id", "title"),
    *("content_title", "dashboard_id", "look_id", "query_id", "tab_ids", "scheduled_plan_destination"),
}


def described(server: Server) -> list[str]:
    """Every plan in terms free of ids, enabled or not."""
    get = reader(server)
    people = emails(get)
    return sorted(
        json.dumps(_described(get, people, raw), sort_keys=True)
        for raw in get("/scheduled_plans?all_users=true")
    )


def _described(get: Callable[[str], Any], people: dict[str, str], raw: dict[str, Any]) -> dict[str, Any]:
    found = {k: v for k, v in raw.items() if k not in NOISE | {"enabled"}}
    if raw["dashboard_id"]:
        shown = get(f"/dashboards/{raw['dashboard_id']}")
        labels = {x["id"]: x["label"] for x in shown["dashboard_layouts"]}
        found |= {"sends": shown["slug"], "tabs": sorted(labels[i] for i in raw["tab_ids"])}
    elif raw["look_id"]:
        found["sends"] = get(f"/looks/{raw['look_id']}")["title"]
    elif raw["query_id"]:
        found["sends"] = get(f"/queries/{raw['query_id']}")["fields"]
    to = [
        {k: v for k, v in d.items() if k not in ("id", "scheduled_plan_id")}
        for d in raw["scheduled_plan_destination"]
    ]
    return found | {"owner": people[raw["user_id"]], "to": sorted(to, key=str)}


def switched_on(server: Server) -> int:
    return sum(raw["enabled"] for raw in reader(server)("/scheduled_plans?all_users=true"))


def test_a_blank_instance_gets_every_schedule_disabled() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        made = plan(both)
        told = [f.message for f in made.findings if f.address.startswith("scheduled_plan:")]
        assert sum("--enable-schedules" in text for text in told) == 4
        assert sum("secret" in text for text in told) == 1
        carry_out(both, made)
        assert len(described(both.source)) == 5
        assert described(both.target) == described(both.source)
        assert (switched_on(both.source), switched_on(both.target)) == (4, 0)
        assert both.target.instance.deliveries == []
        again = plan(both)
        assert again.changes == []
        sent = len(both.writes())
        carry_out(both, again)
        assert len(both.writes()) == sent


def test_schedules_are_enabled_where_that_is_asked_for() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both))
        enabling = plan(both, enable=True)
        assert [(c.before, c.after) for c in enabling.changes if c.kind == "scheduled_plan"] == [
            ({"enabled": False}, {"enabled": True})
        ] * 4
        assert enabling.policy.enable_schedules
        assert both.target.instance.deliveries == []
        carry_out(both, enabling)
        assert switched_on(both.target) == 4
        # what is on stays on without being asked for again
        assert plan(both).changes == []
        source.edit("scheduled_plan", named(source, "scheduled_plan", name="Months")["id"], enabled=False)
        (change,) = plan(both).changes
        assert (change.before, change.after) == ({"enabled": True}, {"enabled": False})


def test_a_new_schedule_can_be_enabled_at_once() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both, enable=True))
        assert switched_on(both.target) == 4
        assert [each["why"] for each in both.target.instance.deliveries] == ["enabled"] * 4
        assert plan(both, enable=True).changes == []


def change_time(inst: Instance, id_: str) -> None:
    inst.edit("scheduled_plan", id_, crontab=None, datagroup="ecommerce::nightly_load")


def change_name(inst: Instance, id_: str) -> None:
    inst.edit("scheduled_plan", id_, name="Another")


def change_tabs(inst: Instance, id_: str) -> None:
    inst.edit("scheduled_plan", id_, tab_ids=[tab(inst, "Main"), tab(inst, "More")])


def no_tabs(inst: Instance, id_: str) -> None:
    inst.edit("scheduled_plan", id_, tab_ids=[])


def change_owner(inst: Instance, id_: str) -> None:
    inst.edit("scheduled_plan", id_, user_id=named(inst, "user", first_name="Cleo")["id"])


def more_recipients(inst: Instance, id_: str) -> None:
    ben = {**MAIL, "address": "ben@example.com", "format": "assembled_pdf", "message": "Look"}
    inst.edit("scheduled_plan", id_, scheduled_plan_destination=[ben, MAIL])


def send_another(inst: Instance, id_: str) -> None:
    inst.edit("scheduled_plan", id_, dashboard_id=dashboard(inst, "Other"), tab_ids=[])


@pytest.mark.parametrize(
    "edit", [change_time, change_name, change_tabs, no_tabs, change_owner, more_recipients, send_another]
)
def test_an_edit_is_one_change_in_place(edit: Callable[[Instance, str], None]) -> None:
    source = delivering_instance()
    mine = source.all("scheduled_plan")[0]["id"]
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both))
        before = ids(both.target)
        edit(source, mine)
        made = plan(both)
        assert [(c.action, c.kind) for c in made.changes] == [(Action.UPDATE, "scheduled_plan")]
        carry_out(both, made)
        assert described(both.target) == described(both.source)
        assert ids(both.target) == before
        assert both.target.instance.deliveries == []
        assert plan(both).changes == []


def ids(server: Server) -> list[str]:
    return sorted(raw["id"] for raw in reader(server)("/scheduled_plans?all_users=true"))


def test_destinations_in_another_order_are_the_same() -> None:
    inst = delivering_instance()
    with world(inst) as here:
        snapshot = here.extract()
        months = named(inst, "scheduled_plan", name="Months")
        turned = [{**d, "id": None} for d in reversed(months["_destinations"])]
        inst.edit("scheduled_plan", months["id"], scheduled_plan_destination=turned)
        assert plan(here, snapshot).changes == []


@pytest.mark.parametrize("content", [delivering_instance, demo_instance], ids=["small", "demo"])
def test_an_instance_is_what_its_snapshot_says(content: Callable[[], Instance]) -> None:
    with world(content()) as here:
        for enable in (False, True):
            made = plan(here, enable=enable)
            assert (made.changes, made.nodes, made.errors) == ([], [], [])


def test_what_is_sent_once_or_has_lost_its_content_is_not_made() -> None:
    source = delivering_instance()
    gone = dashboard(source, "Other")
    common = {"crontab": "0 6 * * *", "scheduled_plan_destination": [MAIL]}
    source.create("scheduled_plan", name="Dead", dashboard_id=gone, **common)
    once = source.create("scheduled_plan", name="Once", dashboard_id=dashboard(source), **common)
    source.change("scheduled_plan", source.find("scheduled_plan", once["id"]), {"run_once": True})
    source.edit("dashboard", gone, deleted=True)
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both))
        assert len(ids(both.target)) == len(ids(both.source)) - 2


def test_a_lost_answer_makes_no_schedule_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two plans of one name: each is found again as what it is."""
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        lose_answers(both, monkeypatch, {"scheduled_plans", "alerts"})
        carry_out(both, plan(both))
        assert described(both.target) == described(both.source)
        alerts = "/alerts/search?all_owners=true"
        assert len(reader(both.target)(alerts)) == len(reader(both.source)(alerts))


def lose_answers(both: Any, monkeypatch: pytest.MonkeyPatch, collections: set[str]) -> None:
    """The first answer to each create in these is lost on its way."""
    from lookervault.errors import AnswerLost

    real, lost = both.target_gateway.request, set()

    def request(method: str, path: Any, **more: Any) -> Any:
        reply = real(method, path, **more)
        key = json.dumps(more.get("body"), sort_keys=True)
        if method == "POST" and path[0] in collections and key not in lost:
            lost.add(key)
            raise AnswerLost("the answer was lost")
        return reply

    monkeypatch.setattr(both.target_gateway, "request", request)


def test_who_may_not_see_schedules_makes_none() -> None:
    """A listing that is refused is not an empty one: nothing is made a second time."""
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both))
        snapshot = both.extract()
        real = both.target_gateway.listed

        def listed(path: Any, *args: Any) -> Any:
            if path == "/scheduled_plans":
                raise ApiError("no", status=403)
            yield from real(path, *args)

        both.target_gateway.listed = listed  # type: ignore[method-assign]
        made = plan(both, snapshot)
        assert made.changes == []
        assert "left out: the target does not list its scheduled plans" in {f.message for f in made.findings}


def test_a_schedule_of_the_target_that_loses_its_tab_is_told() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        both.migrate()
        target = both.target.instance
        made = target.create("dashboard_layout", dashboard_id=dashboard(target), label="Theirs")
        fields = {"crontab": "0 6 * * *", "scheduled_plan_destination": [MAIL], "tab_ids": [made["id"]]}
        own = target.create("scheduled_plan", name="Own", dashboard_id=dashboard(target), **fields)
        lost = [f for f in both.plan().findings if "loses the tab" in f.message]
        assert [f.address for f in lost] == ["dashboard:Shared/Sales/EMEA/Board"]
        assert f'"Own" (id {own["id"]})' in lost[0].message

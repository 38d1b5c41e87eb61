"""Alerts from one instance to another, and what becomes of them when their dashboard changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lookervault.model.resource import Finding
from lookervault.plan.change import Action
from lookervault.plan.policy import Policy
from lookervault.sandbox import Instance, Server, demo_instance
from world import world

from .delivering import alert, carry_out, delivering_instance, delivering_target, emails, plan, reader
from .small import dashboard, element, named, place

ALERTS = "/alerts/search?all_owners=true"
NOISE = {
    *("id", "dashboard_element_id", "owner_id", "query_id", "investigative_content_id", "is_disabled"),
    *("followed", "destinations", "applied_dashboard_filters"),
}


def described(server: Server) -> list[str]:
    """Every alert in terms free of ids, disabled or not."""
    get = reader(server)
    people = emails(get)
    found = []
    for raw in get(ALERTS):
        told = {k: v for k, v in raw.items() if k not in NOISE} | {"owner": people[raw["owner_id"]]}
        told |= {k: sorted(raw[k], key=str) for k in ("destinations", "applied_dashboard_filters")}
        if raw["dashboard_element_id"]:
            shown = get(f"/dashboard_elements/{raw['dashboard_element_id']}")
            told["on"] = [get(f"/dashboards/{shown['dashboard_id']}")["slug"], shown["title"]]
        found.append(json.dumps(told, sort_keys=True))
    return sorted(found)


def switched_on(server: Server) -> int:
    return sum(not raw["is_disabled"] for raw in reader(server)(ALERTS))


def watched(server: Server) -> dict[str, str]:
    """Alert id to the title of the element it is on."""
    get = reader(server)
    return {a["id"]: get(f"/dashboard_elements/{a['dashboard_element_id']}")["title"] for a in get(ALERTS)}


def test_a_blank_instance_gets_every_alert_disabled() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        made = plan(both)
        carry_out(both, made)
        assert len(described(both.source)) == 4
        assert described(both.target) == described(both.source)
        assert (switched_on(both.source), switched_on(both.target)) == (3, 0)
        assert both.target.instance.deliveries == []
        again = plan(both)
        assert again.changes == []
        assert (
            sum("--enable-schedules" in f.message for f in again.findings if f.address.startswith("alert:"))
            == 3
        )
        sent = len(both.writes())
        carry_out(both, again)
        assert len(both.writes()) == sent


def test_alerts_are_enabled_where_that_is_asked_for() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both))
        carry_out(both, plan(both, enable=True))
        assert switched_on(both.target) == 3
        assert plan(both).changes == plan(both, enable=True).changes == []
        first = source.all("alert")[0]["id"]
        source.edit("alert", first, is_disabled=True, disabled_reason="Too loud")
        (change,) = plan(both).changes
        assert change.after == {"is_disabled": True, "disabled_reason": "Too loud"}
        carry_out(both, plan(both))
        assert switched_on(both.target) == 2
        assert described(both.target) == described(both.source)


EDITS: list[tuple[dict[str, Any], str]] = [
    ({"threshold": 51.5}, "PATCH"),
    ({"is_public": True}, "PATCH"),
    ({"cron": "0 7 * * *"}, "PUT"),
    ({"comparison_type": "GREATER_THAN"}, "PUT"),
    ({"custom_title": "Slow", "description": "Why"}, "PUT"),
    ({"applied_dashboard_filters": []}, "PUT"),
    ({"destinations": [{"destination_type": "EMAIL", "email_address": "x@example.com"}]}, "PUT"),
    (
        {
            "field": {
                "title": "Orders Count",
                "name": "orders.count",
                "filter": [{"field_name": "orders.channel", "field_value": "web"}],
            }
        },
        "PUT",
    ),
]


@pytest.mark.parametrize(("fields", "method"), EDITS, ids=lambda x: x if isinstance(x, str) else min(x))
def test_an_edit_is_one_change_in_place(fields: dict[str, Any], method: str) -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both))
        before = watched(both.target)
        source.edit("alert", source.all("alert")[0]["id"], **fields)
        made = plan(both)
        assert [(c.action, c.kind) for c in made.changes] == [(Action.UPDATE, "alert")]
        sent = len(both.writes())
        carry_out(both, made)
        assert [c.method for c in both.writes()[sent:]] == [method]
        assert described(both.target) == described(both.source)
        assert switched_on(both.target) == 0
        assert watched(both.target) == before
        assert plan(both).changes == []


def test_a_new_alert_on_a_dashboard_that_is_there() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both))
        alert(source, named(source, "user", first_name="Cleo")["id"], "Channels", threshold=3)
        made = plan(both)
        assert [(c.action, c.kind) for c in made.changes] == [(Action.CREATE, "alert")]
        carry_out(both, made)
        assert described(both.target) == described(both.source)
        assert plan(both).changes == []


def test_a_dashboard_is_updated_under_its_alerts_and_schedules() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both))
        before, sending = watched(both.target), schedules(both.target)
        orders, channels = element(source, "Orders"), element(source, "Channels")
        place(source, orders, row=20, column=4)
        source.replace_query("dashboard_element", orders, limit="77")
        source.edit("dashboard_element", channels, title="Ways")
        source.delete("dashboard_element", named(source, "dashboard_element", title_text="Start")["id"])
        board = dashboard(source)
        source.create("dashboard_element", dashboard_id=board, type="text", title_text="New")
        made = plan(both)
        assert [(c.action, c.kind) for c in made.changes] == [(Action.UPDATE, "dashboard")]
        carry_out(both, made)
        renamed = {id_: "Ways" if title == "Channels" else title for id_, title in before.items()}
        assert watched(both.target) == renamed
        assert schedules(both.target) == sending
        assert described(both.target) == described(both.source)
        assert plan(both).changes == []


def schedules(server: Server) -> dict[str, list[str]]:
    return {p["id"]: p["tab_ids"] for p in reader(server)("/scheduled_plans?all_users=true")}


def test_an_alert_that_loses_its_element_is_told() -> None:
    source = delivering_instance()
    target = delivering_target(source)
    with world(source, target) as both:
        carry_out(both, plan(both))
        source.delete("dashboard_element", element(source, "Channels"))
        (lost,) = plan(both).errors
        assert lost.address == "dashboard:Shared/Sales/EMEA/Board"
        quiet = next(a["id"] for a in target.all("alert") if a.get("custom_title") == "Quiet")
        why = f'the alert "Quiet" (id {quiet}) loses the element it watches'
        assert lost.message == f"{why}; --allow-attachment-loss agrees"
        made = both.plan(policy=Policy(allow_attachment_loss=True))
        assert Finding("warning", lost.address, why) in made.findings
        carry_out(both, made)
        assert plan(both).changes == []


def test_an_alert_never_moves_to_another_element() -> None:
    inst = delivering_instance()
    with world(inst) as here:
        snapshot = here.extract()
        moved = inst.find("alert", inst.all("alert")[0]["id"])
        inst.change("alert", moved, {"dashboard_element_id": element(inst, "Channels")})
        made = plan(here, snapshot)
        assert [f.level for f in made.findings if "does not change its element" in f.message] == ["error"]


@pytest.mark.parametrize("content", [delivering_instance, demo_instance], ids=["small", "demo"])
def test_an_instance_is_what_its_snapshot_says(content: Callable[[], Instance]) -> None:
    inst = content()
    with world(inst) as here:
        snapshot = here.extract()
        made = plan(here, snapshot)
        assert (made.changes, made.nodes, made.errors) == ([], [], [])
        assert snapshot.scope["alert"]["status"] == "complete"


def test_an_orphan_is_left_alone() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        source.delete("dashboard_element", element(source, "Channels"))
        carry_out(both, plan(both))
        assert len(reader(both.target)(ALERTS)) == 3


def test_an_alert_comes_back_with_its_element() -> None:
    """The old one can watch nothing any more; its place is taken once, and not again."""
    inst = delivering_instance()
    with world(inst) as here:
        snapshot, before = here.extract(), described(here.source)
        quiet = named(inst, "alert", custom_title="Quiet")["id"]
        inst.delete("dashboard_element", element(inst, "Channels"))
        made = plan(here, snapshot)
        assert sorted((c.action, c.kind) for c in made.changes) == [
            (Action.CREATE, "alert"),
            (Action.UPDATE, "dashboard"),
        ]
        carry_out(here, made)
        assert plan(here, snapshot).changes == []
        inst.delete("alert", quiet)
        assert described(here.source) == before
        assert plan(here, snapshot).changes == []

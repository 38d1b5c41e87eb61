"""A dashboard with alerts and schedules is updated in place: who points at it points at the same ids."""

from __future__ import annotations

from typing import Any

from lookervault.plan.change import Action
from lookervault.sandbox import Instance, Server
from world import world

from .delivering import carry_out, delivering_instance, delivering_target, plan, reader
from .small import dashboard, element, named, place, small_instance, small_target, tab

Raw = dict[str, Any]


def watched(server: Server) -> dict[str, str]:
    """Alert id to the id of the element it is on."""
    found = reader(server)("/alerts/search?all_owners=true")
    return {alert["id"]: alert["dashboard_element_id"] for alert in found}


def sent(server: Server) -> dict[str, tuple[Any, ...]]:
    """Schedule id to what it sends."""
    found = reader(server)("/scheduled_plans?all_users=true")
    return {p["id"]: (p["dashboard_id"], p["look_id"], p["query_id"], tuple(p["tab_ids"])) for p in found}


def elements(server: Server) -> dict[str, Raw]:
    """Element id to the elements of the board."""
    get = reader(server)
    board = next(d["id"] for d in get("/dashboards") if d["title"] == "Board")
    return {e["id"]: e for e in get(f"/dashboards/{board}")["dashboard_elements"]}


def rework(inst: Instance) -> None:
    """Moves, retitles, asks anew, removes and adds elements of the board, and moves one to another tab."""
    orders, months = element(inst, "Orders"), element(inst, "By month")
    place(inst, orders, row=20, column=4, width=9)
    place(inst, months, row=1, column=1)
    inst.replace_query("dashboard_element", orders, limit="77", sorts=["orders.count desc"])
    inst.edit("dashboard_element", months, title="Month by month", dashboard_layout_id=tab(inst, "More"))
    inst.edit("dashboard_element", element(inst, "Channels"), title="Ways")
    inst.delete("dashboard_element", element(inst, "Both"))
    query = {"model": "ecommerce", "view": "orders", "fields": ["orders.count"], "limit": "3"}
    made = {"title": "Orders", "query_id": inst.create("query", **query)["id"]}
    inst.create("dashboard_element", dashboard_id=dashboard(inst), **made)


def test_alerts_and_schedules_keep_pointing_at_what_they_did() -> None:
    source = delivering_instance()
    with world(source, delivering_target(source)) as both:
        carry_out(both, plan(both))
        before = (watched(both.target), sent(both.target), elements(both.target))
        assert (len(before[0]), len([x for x in before[1].values() if x[0]])) == (4, 2)
        rework(source)
        (change,) = both.migrate().changes
        assert (change.action, change.kind) == (Action.UPDATE, "dashboard")
        after = (watched(both.target), sent(both.target), elements(both.target))
        assert after[:2] == before[:2]
        # four alerts, three elements, and every one of them still is what it was
        now = after[2]
        titles = sorted(now[id_]["title"] for id_ in before[0].values())
        assert titles == ["Month by month", "Orders", "Orders", "Ways"]
        (orders,) = {id_ for id_ in before[0].values() if now[id_]["title"] == "Orders"}
        assert now[orders]["query"]["limit"] == "77"
        assert len(now) == len(before[2])
        assert len(now.keys() - before[2].keys()) == len(before[2].keys() - now.keys()) == 1
        assert both.differences() == []
        assert both.plan().changes == []


def test_alerts_follow_their_elements_back() -> None:
    """The way back to the snapshot before it all keeps them too."""
    inst = delivering_instance()
    with world(inst) as here:
        snapshot, before = here.extract(), (watched(here.source), sent(here.source))
        rework(inst)
        here.carry_out(here.plan(snapshot))
        assert (watched(here.source), sent(here.source)) == before
        assert named(inst, "dashboard_element", title="Both")
        assert here.plan(snapshot).changes == []


def test_a_chart_that_becomes_a_text_is_made_anew_and_so_the_other_way_round() -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        tile = source.find("dashboard_element", element(source, "Channels"))
        query = tile["query_id"]
        words = {"type": "text", "title_text": "Channels", "body_text": "Gone.", "title": None}
        source.change("dashboard_element", tile, {**words, "query_id": None, "result_maker": None})
        start = next(e for e in source.all("dashboard_element") if e["title_text"] == "Start")
        drawn = {"type": "vis", "query_id": query, "title": "Start", "title_text": None, "body_text": None}
        source.change("dashboard_element", source.find("dashboard_element", start["id"]), drawn)
        [change] = both.migrate().changes
        # the chart keeps its element, by its query
        assert sorted(p.action.name for p in change.parts) == ["CREATE", "DELETE", "UPDATE"]
        assert both.plan().changes == []

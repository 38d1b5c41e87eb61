"""What is otherwise on the target: mapped names, and what is never compared."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.errors import ConfigError
from lookervault.model.resource import State
from lookervault.model.values import Link
from lookervault.plan.overlay import NO_OVERLAY, Overlay, overlaid
from lookervault.plan.plan import Plan, Side, make_plan
from model.raws import (
    HOST,
    OTHER,
    QUERY,
    Object,
    alert,
    dashboard,
    filter_,
    look,
    model_set,
    only,
    plan,
    shared,
    state,
    tile,
    user,
)

ANN, BEN = user("21", "ann@dev.example.com"), user("22", "ben@example.com")


def model(name: str, *connections: str) -> Object:
    return "lookml_model", name, {"name": name, "allowed_db_connection_names": list(connections)}


def changed(overlay: Overlay, *objects: Object, host: str = OTHER) -> State:
    return overlaid(state(shared(), *objects), overlay, host).state


def board(**more: Any) -> Object:
    tiles = [tile("41", "Orders")]
    return dashboard("40", "KPIs", dashboard_elements=tiles, user_id="21", **more)


MODELS = Overlay(models={"shop": "shop_prod"})


def test_models_are_named_as_they_are_there() -> None:
    asked = filter_("3", "region", model="shop", explore="orders", dimension="orders.region")
    objects = (board(dashboard_filters=[asked]), look("30", "Months"), model_set("5", "All", ["shop", "x"]))
    made = changed(MODELS, *objects, plan("60", "Daily", None, look_id="30", datagroup="shop::nightly"))
    kpis = only(made, "dashboard")
    assert {p.kind: p.attributes.get("query", p.attributes)["model"] for p in kpis.parts if p.label} == {
        "element": "shop_prod",
        "filter": "shop_prod",
    }
    assert only(made, "look").attributes["query"]["model"] == "shop_prod"
    assert only(made, "model_set").attributes["models"] == ["shop_prod", "x"]
    assert only(made, "scheduled_plan").attributes["datagroup"] == "shop_prod::nightly"


def test_a_mapped_model_keeps_its_own_settings_and_others_their_connections_by_name() -> None:
    overlay = Overlay(models={"shop": "shop_prod"}, connections={"wh_dev": "wh"})
    made = changed(overlay, model("shop", "wh_dev"), model("ops", "wh_dev", "log"))
    assert made.resources["lookml_model:shop"].guard
    assert made.resources["lookml_model:ops"].attributes["allowed_db_connection_names"] == ["log", "wh"]


def test_whom_schedules_and_alerts_reach() -> None:
    to = [
        {"type": "email", "address": who, "format": "csv"}
        for who in ("Ann@dev.example.com", "ben@dev.example.com", "boss@example.com", "it@example.com")
    ]
    overlay = Overlay(
        schedule_addresses={"*@dev.example.com": "qa@example.com", "it@example.com": "ops@example.com"}
    )
    heard = [{"destination_type": "EMAIL", "email_address": "cid@dev.example.com"}]
    objects = (board(), plan("60", "Daily", scheduled_plan_destination=to), alert("70", destinations=heard))
    made = changed(overlay, *objects)
    reached = [d["address"] for d in only(made, "scheduled_plan").attributes["destinations"]]
    assert reached == ["boss@example.com", "ops@example.com", "qa@example.com"]
    assert [d["email_address"] for d in only(made, "alert").attributes["destinations"]] == ["qa@example.com"]


def test_an_owner_whom_the_source_does_not_know() -> None:
    overlay = Overlay(owners={"Ann@dev.example.com": "Ann@Example.com"})
    wanted = overlaid(state(shared(), ANN, look("30", "Months", user_id="21")), overlay, OTHER)
    assert only(wanted.state, "look").attributes["owner"] == Link("user:ann@example.com")
    there = state(shared("101"), user("121", "ann@example.com"), model("shop"), host=OTHER)
    made = planned(wanted.state, there)
    assert made.changes[0].after["owner"] == Link("user:ann@example.com")
    assert ("user:ann@example.com", "", "121") in made.ids
    # nobody of that e-mail: said as of any owner who is not there
    lost = planned(wanted.state, state(shared("101"), model("shop"), host=OTHER))
    assert "owner" not in lost.changes[0].after
    (said,) = [f.message for f in lost.findings if f.level != "todo"]
    assert said == "owner: user:ann@example.com (named by an overlay) is not on the target"


def planned(wanted: State, there: State) -> Plan:
    return make_plan(wanted, there, {}, Side(HOST), Side(there.host))


def test_on_the_very_instance_nothing_is_mapped() -> None:
    made = overlaid(state(shared(), look("30", "Months")), MODELS, HOST)
    assert only(made.state, "look").attributes["query"]["model"] == "shop"
    assert not made.findings


def test_what_is_ignored_is_not_compared() -> None:
    here = state(shared(), model("shop"), board(description="a", title_="x"), look("30", "Months"))
    there = [tile("41", "Other", query={**QUERY, "limit": "7"})]
    live = state(
        shared(),
        model("shop"),
        dashboard("40", "KPIs", description="b", dashboard_elements=there, user_id="21"),
    )
    fields = ("dashboard.description", "dashboard.element.query", "dashboard.element.title")
    overlay = Overlay(ignore_fields=fields, ignore=("look:Shared/Mon*",))
    assert {c.kind for c in planned(here, live).changes} == {"dashboard", "look"}
    made = overlaid(here, overlay, HOST)
    assert planned(made.state, live).changes == []
    assert [f.message for f in made.findings] == ["look:Shared/Mon* is ignored, in 1 object"]


def test_what_is_made_anew_is_made_whole() -> None:
    here = state(shared(), model("shop"), look("30", "Months", description="a"))
    overlay = Overlay(ignore_fields=("look.description",))
    there = state(shared("101"), model("shop"), host=OTHER)
    (change,) = planned(overlaid(here, overlay, OTHER).state, there).changes
    assert change.after["description"] == "a"


def test_each_thing_is_said_once_and_nothing_where_nothing_changes() -> None:
    made = overlaid(state(shared(), look("30", "Months"), look("31", "Days")), MODELS, OTHER)
    assert [f.message for f in made.findings] == ["model shop is shop_prod here, in 2 objects"]
    same = state(shared(), look("30", "Months"))
    assert overlaid(same, Overlay(models={"other": "x"}), OTHER).findings == []
    assert overlaid(same, NO_OVERLAY, OTHER).state is same


@pytest.mark.parametrize("name", ["description", "dashbord.description", "."])
def test_a_field_of_no_kind_is_an_error(name: str) -> None:
    with pytest.raises(ConfigError, match="is no field"):
        overlaid(state(shared()), Overlay(ignore_fields=(name,)), OTHER)

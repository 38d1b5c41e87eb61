"""What is said before anything is written; `test_findings.py` has the models that queries need."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.plan.plan import Plan
from lookervault.plan.preflight import LARGE
from model.raws import (
    OTHER,
    QUERY,
    Object,
    dashboard,
    filter_,
    folder,
    look,
    lookml_model,
    model_set,
    shared,
    stacked,
    state,
    tile,
)

from .making import outline, plan_of, said, summary

CRM = ("lookml_model", "crm", {"name": "crm", "explores": [{"name": "leads"}], "has_content": True})


def model(name: str, *explores: str, **more: Any) -> list[Object]:
    """A model and what its list tells of explores."""
    raw = {"name": name, "explores": [{"name": e} for e in explores], "has_content": bool(explores), **more}
    inner: list[Object] = [("explore", f"{name}::{e}", {"name": e, "model_name": name}) for e in explores]
    return [("lookml_model", name, raw), *inner]


def to(desired: list[Object], observed: list[Object], **scope: str) -> Plan:
    """The plan for an instance that tells its models only where some are given."""
    if not any(kind == "lookml_model" for kind, _, _ in observed):
        scope.setdefault("lookml_model", "filtered")
    return plan_of(state(shared(), *desired), state(shared(), *observed, host=OTHER, **scope))  # type: ignore[arg-type]


def test_an_explore_that_the_target_lacks_is_an_error() -> None:
    plan = to([look("40", "A")], model("shop", "customers"))
    assert said(plan) == [
        "error look:Shared/A: a query needs the explore orders of the LookML model shop,"
        " which the target does not have"
    ]
    assert to([look("40", "A")], model("shop", "orders")).findings == []


@pytest.mark.parametrize(
    "told",
    [{}, {"explores": None}, {"explores": [], "has_content": True}, {"explores": [], "has_content": None}],
    ids=["not", "null", "none-but-content", "none"],
)
def test_explores_that_are_not_told_are_not_called_missing(told: dict[str, Any]) -> None:
    assert to([look("40", "A")], [("lookml_model", "shop", {"name": "shop", **told})]).findings == []


def test_a_model_without_lookml_has_no_explores() -> None:
    assert len(to([look("40", "A")], model("shop")).errors) == 1


def test_an_explore_that_is_no_text_is_not_there_either() -> None:
    odd = look("40", "Orders", query={**QUERY, "view": {"x": 1}})
    assert "the explore {'x': 1} of the LookML model shop" in str(said(to([odd], model("shop", "orders"))))


def test_models_of_looker_itself_are_never_missing() -> None:
    plan = to([look("40", "A", query={**QUERY, "model": "system__activity"})], model("shop", "orders"))
    assert plan.findings == []


def test_a_model_that_the_plan_configures_is_there_for_queries_and_model_sets() -> None:
    plan = to([lookml_model("shop"), look("40", "A"), model_set("34", "Models", ["shop"])], [CRM])
    assert plan.errors == []
    assert said(plan) == []
    order = outline(plan.nodes)
    assert "query orders\n    lookml_model:shop" in order
    assert "model_set:Models\n    lookml_model:shop" in order


def test_a_model_set_with_a_model_that_is_nowhere_is_told() -> None:
    assert said(to([model_set("34", "Models", ["shop", "crm"])], [CRM])) == [
        "warning model_set:Models: names the LookML model shop, which the target does not have"
    ]


def test_a_filter_on_what_the_target_lacks_is_told() -> None:
    board = dashboard(
        "50", "KPIs", dashboard_filters=[filter_("53", "region", model="crm", explore="orders")]
    )
    assert said(to([board], [CRM])) == [
        'warning dashboard:Shared/KPIs: filter "Region" needs the explore orders of the LookML model crm,'
        " which the target does not have"
    ]


def test_a_schedule_with_names_that_the_target_lacks_is_told() -> None:
    to_ann = [{"type": "email", "address": "ann@example.com", "format": "csv"}]
    names = {"datagroup": "shop::nightly", "color_theme": "house"}
    plan_raw = {"id": "80", "name": "Daily", "look_id": "40", "scheduled_plan_destination": to_ann, **names}
    desired: list[Object] = [look("40", "A"), ("scheduled_plan", "80", plan_raw)]
    told = [f for f in said(to(desired, model("shop", "orders"))) if "names the" in f]
    assert told == [
        "warning scheduled_plan:Shared/A/Daily: names the datagroup shop::nightly,"
        " which the target does not have",
        "warning scheduled_plan:Shared/A/Daily: names the theme house, which the target does not have",
    ]
    there: list[Object] = [
        ("datagroup", "1", {"id": 1, "model_name": "shop", "name": "nightly"}),
        ("theme", "2", {"id": "2", "name": "house"}),
    ]
    assert not any("names the" in f for f in said(to(desired, there)))
    assert not any("names the" in f for f in said(to(desired, [], datagroup="denied", theme="denied")))


@pytest.mark.parametrize("quoted", ["'region'", '"region"'])
def test_user_attributes_that_texts_name_are_looked_for(quoted: str) -> None:
    expression = f"${{orders.region}} = _user_attributes[{quoted}]"
    wanted = [look("40", "A", query={**QUERY, "filter_expression": expression})]
    assert said(to(wanted, [])) == [
        "warning look:Shared/A: names the user attribute region, which the target does not have"
    ]
    assert to(wanted, [("user_attribute", "1", {"id": "1", "name": "region"})]).findings == []
    assert to(wanted, [], user_attribute="denied").findings == []


def test_what_the_caller_may_not_change_is_an_error() -> None:
    plan = to([look("40", "A", description="new")], [look("7", "A", can={"update": False, "show": True})])
    assert said(plan) == ["error look:Shared/A: the caller may not change it on the target"]
    for can in ({"update": True}, {}, None, {"destroy": False}):
        assert to([look("40", "A", description="new")], [look("7", "A", can=can)]).errors == []
    assert to([look("40", "A")], [look("7", "A", can={"update": False})]).errors == []


@pytest.mark.parametrize(
    ("can", "closed"),
    [
        ({"create": False}, ["folder:Shared/X/Y", "look:Shared/X/A"]),
        ({"create": False, "edit_content": True}, ["folder:Shared/X/Y"]),
        ({"create": True, "edit_content": False}, []),
        ({"edit_content": False}, ["look:Shared/X/A"]),
        ({"update": False}, []),
        (None, []),
    ],
)
def test_a_folder_that_the_caller_may_not_add_to_is_an_error(can: Any, closed: list[str]) -> None:
    desired = [folder("2", "X"), folder("3", "Y", "2"), look("40", "A", "2")]
    plan = to(desired, [folder("9", "X", can=can)])
    assert [e.address for e in plan.errors] == closed


def test_flags_of_a_root_speak_of_the_root() -> None:
    kind, id_, raw = shared()
    closed = (kind, id_, {**raw, "can": {"create": False, "update": False}})
    plan = plan_of(state(shared(), look("40", "A")), state(closed, *model("shop", "orders"), host=OTHER))
    assert (summary(plan), plan.errors) == (["+ look:Shared/A"], [])


def test_a_call_that_may_be_too_large_is_told() -> None:
    text = "x" * LARGE
    board = stacked("50", "KPIs", [tile("51", "T"), {"id": "52", "type": "text", "body_text": text}])
    (told,) = said(to([board], []))
    assert told.startswith("warning dashboard:Shared/KPIs: a call sends 1000 kB")


def model_plan(desired: dict[str, Any], observed: list[Object], **scope: str) -> Plan:
    wanted = ("lookml_model", "shop", {"name": "shop", "project_name": "p", **desired})
    own: list[Object] = [("connection", c, {"name": c}) for c in ("Main", "dev")]
    return to([wanted, *own, ("project", "p", {"id": "p"})], observed, **scope)


CONNECTION = ("connection", "main", {"name": "main"})
PROJECT = ("project", "p", {"id": "p"})


def test_a_new_model_is_given_the_connections_that_are_there() -> None:
    plan = model_plan({"allowed_db_connection_names": ["Main", "dev"]}, [CONNECTION, PROJECT])
    assert plan.changes[0].after["allowed_db_connection_names"] == ["main"]
    assert said(plan) == ["warning lookml_model:shop: may use the connection dev, which is not on the target"]


def test_a_model_keeps_its_connections_where_one_is_missing() -> None:
    there = ("lookml_model", "shop", {"name": "shop", "project_name": "p"})
    prod = (*there[:2], {**there[2], "allowed_db_connection_names": ["prod"]})
    plan = model_plan({"allowed_db_connection_names": ["dev"]}, [prod, CONNECTION, PROJECT])
    assert plan.changes == []
    assert len(plan.findings) == 1


def test_a_connection_goes_by_what_a_mapping_says() -> None:
    wanted = ("lookml_model", "shop", {"name": "shop", "allowed_db_connection_names": ["dev"]})
    there = ("lookml_model", "shop", {"name": "shop", "allowed_db_connection_names": ["main"]})
    desired = state(shared(), wanted, ("connection", "dev", {"name": "dev"}))
    for observed, changes in ((there, 0), (("lookml_model", "shop", {"name": "shop"}), 1)):
        target = state(shared(), observed, CONNECTION, host=OTHER)
        plan = plan_of(desired, target, {("connection", "dev"): "main"})
        assert (len(plan.changes), plan.findings) == (changes, [])
        assert all(c.after == {"allowed_db_connection_names": ["main"]} for c in plan.changes)


def test_connections_that_the_target_does_not_list_are_sent_as_they_are() -> None:
    plan = model_plan({"allowed_db_connection_names": ["dev"]}, [PROJECT], connection="denied")
    assert plan.changes[0].after["allowed_db_connection_names"] == ["dev"]
    assert said(plan) == []


def test_a_project_that_is_not_there_is_told() -> None:
    assert said(model_plan({}, [CONNECTION])) == [
        "warning lookml_model:shop: its project p is not on the target: the model is empty until it is"
        " deployed there"
    ]
    assert said(model_plan({}, [CONNECTION], project="unsupported")) == []


def test_queries_need_more_than_a_model_whose_project_is_not_there() -> None:
    model = ("lookml_model", "shop", {"name": "shop", "project_name": "p"})
    wanted = [model, ("project", "p", {"id": "p"}), look("4", "Orders")]
    refused = "error look:Shared/Orders: a query needs the explore orders of the LookML model shop,"
    there = [lookml_model("other")]
    assert f"{refused} which the target does not have" in said(to(wanted, there))
    assert not [line for line in said(to(wanted, [*there, PROJECT])) if line.startswith("error")]
    assert not [line for line in said(to(wanted, there, project="denied")) if line.startswith("error")]

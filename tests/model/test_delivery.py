"""Scheduled plans and alerts in canonical form, as literal tables."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.naming import identity_fields, name_all
from lookervault.model.resource import Attributes, Resource
from lookervault.model.state import build_state
from lookervault.model.values import JsonText, Link

from .raws import (
    HOST,
    Object,
    alert,
    dashboard,
    integration,
    layout,
    look,
    only,
    plan,
    shared,
    state,
    tile,
    user,
)

LAYOUTS = [layout("51", active=True), layout("52", label="More", order=1)]
BOARD = dashboard("40", "KPIs", dashboard_elements=[tile("41", "Orders")], dashboard_layouts=LAYOUTS)
LOOKML: Object = ("lookml_dashboard", "shop::daily", {"id": "shop::daily"})
AROUND = (
    shared(),
    user("21", "ann@example.com"),
    BOARD,
    look("30", "Months"),
    LOOKML,
    *integration("7", "slack"),
)


def read(kind: str, *objects: Object) -> Resource:
    return only(state(*AROUND, *objects), kind)


ADDRESSES: list[tuple[Object, str]] = [
    (plan("60", "Daily"), "scheduled_plan:Shared/KPIs/Daily"),
    (plan("60", "Daily", dashboard_id=None, look_id="30"), "scheduled_plan:Shared/Months/Daily"),
    (
        plan("60", "Daily", dashboard_id=None, lookml_dashboard_id="shop::daily"),
        "scheduled_plan:shop::daily/Daily",
    ),
    (plan("60", "Daily", dashboard_id=None, query_id="9"), "scheduled_plan:Daily"),
    (alert("70"), "alert:Shared/KPIs/Orders Count"),
    (alert("70", custom_title="Slow"), "alert:Shared/KPIs/Slow"),
    (
        alert("70", dashboard_element_id=None, lookml_dashboard_id="shop::daily"),
        "alert:shop::daily/Orders Count",
    ),
]


@pytest.mark.parametrize(("made", "address"), ADDRESSES, ids=[a for _, a in ADDRESSES])
def test_where_it_lives(made: Object, address: str) -> None:
    assert read(made[0], made).address == address
    slim: dict[str, dict[str, Any]] = {}
    for kind, id_, raw in (*AROUND, made):
        slim.setdefault(kind, {})[id_] = identity_fields(raw)
    assert name_all(slim)[made[0], made[1]] == address


def test_namesakes_show_their_ids() -> None:
    found = state(*AROUND, plan("60", "Daily"), plan("61", "Daily"))
    addresses = {a for a in found.resources if a.startswith("scheduled_plan:")}
    assert addresses == {"scheduled_plan:Shared/KPIs/Daily#60", "scheduled_plan:Shared/KPIs/Daily#61"}


def mail(**more: Any) -> dict[str, Any]:
    return {"id": "1", "scheduled_plan_id": "60", "type": "email", "address": "a@x", "format": "csv", **more}


PLANS: list[tuple[str, dict[str, Any], Attributes]] = [
    ("owner", {"user_id": 21}, {"owner": Link("user:ann@example.com")}),
    ("time", {"crontab": "0 6 * * *", "datagroup": None}, {"crontab": "0 6 * * *"}),
    ("tabs", {"tab_ids": ["52", "99"]}, {"tabs": [Link("dashboard:Shared/KPIs", "layout:tab More")]}),
    ("no tabs", {"tab_ids": []}, {}),
    ("empty filters", {"filters_string": ""}, {}),
    ("deprecated", {"dashboard_filters": "?a=b", "title": "KPIs", "next_run_at": "x"}, {}),
    (
        "destinations",
        {
            "scheduled_plan_destination": [
                mail(looker_recipient=True, secret_parameters=None, parameters="{}", apply_vis=False),
                mail(address="A@x", apply_vis=True, message="", parameters='{"z": 1}'),
            ]
        },
        {
            "destinations": [
                {
                    "address": "A@x",
                    "type": "email",
                    "format": "csv",
                    "apply_vis": True,
                    "parameters": JsonText('{"z": 1}'),
                },
                {"address": "a@x", "type": "email", "format": "csv"},
            ]
        },
    ),
    (
        "integration",
        {"scheduled_plan_destination": [mail(type="looker-integration://7::slack", address="")]},
        {
            "destinations": [
                {
                    "type": "looker-integration://",
                    "format": "csv",
                    "integration": Link("integration:https:\\/\\/hub/slack"),
                }
            ]
        },
    ),
]


@pytest.mark.parametrize(("fields", "expected"), [p[1:] for p in PLANS], ids=[p[0] for p in PLANS])
def test_a_plan(fields: dict[str, Any], expected: Attributes) -> None:
    base = {"scheduled_plan_destination": [mail()]}
    found = read("scheduled_plan", plan("60", "Daily", **{**base, **fields})).attributes
    plain = {"name", "dashboard"} | ({"destinations"} - set(expected))
    assert {k: v for k, v in found.items() if k not in plain} == expected


def test_a_lookml_dashboard_has_labels_for_tabs() -> None:
    fields = {"dashboard_id": None, "lookml_dashboard_id": "shop::daily", "tab_ids": ["Overview"]}
    assert read("scheduled_plan", plan("60", "Daily", **fields)).attributes["tabs"] == ["Overview"]


def test_of_tabs_an_older_instance_says_nothing() -> None:
    assert read("scheduled_plan", plan("60", "Daily", tab_ids=[])).unknown == ()
    assert read("scheduled_plan", plan("60", "Daily")).unknown == ("tabs",)


GUARDS: list[tuple[str, Object, str]] = [
    ("fine", plan("60", "Daily"), ""),
    ("once", plan("60", "Daily", run_once=True), "sent once and then gone"),
    ("to nobody", plan("60", "Daily", scheduled_plan_destination=[]), "sends to nobody"),
    (
        "dead",
        plan("60", "Daily", dashboard_id="99"),
        "the dashboard it sends is gone, or not visible",
    ),
    ("fine alert", alert("70"), ""),
    ("orphan", alert("70", dashboard_element_id="99"), "the element it watches is gone, or not visible"),
    ("on nothing", alert("70", dashboard_element_id=None), "watches no element"),
]


@pytest.mark.parametrize(("made", "guard"), [g[1:] for g in GUARDS], ids=[g[0] for g in GUARDS])
def test_what_is_never_written(made: Object, guard: str) -> None:
    assert read(made[0], made).guard == guard


ALERTS: list[tuple[str, dict[str, Any], Attributes]] = [
    ("element", {}, {"element": Link("dashboard:Shared/KPIs", "element:41")}),
    ("owner", {"owner_id": "21"}, {"owner": Link("user:ann@example.com")}),
    (
        "about",
        {"investigative_content_type": "dashboard", "investigative_content_id": "40"},
        {"investigates": Link("dashboard:Shared/KPIs"), "investigative_content_type": "dashboard"},
    ),
    (
        "noise",
        {
            "followed": True,
            "followable": True,
            "investigative_content_title": "KPIs",
            "owner_display_name": "Ann",
            "time_series_condition_state": {"latest_timestamp": 1},
            "query_id": "9001",
        },
        {},
    ),
    (
        "filters",
        {
            "applied_dashboard_filters": [
                {"filter_title": "Z", "field_name": "f", "filter_value": "1", "filter_description": "Z is 1"},
                {"filter_title": "", "field_name": "g", "filter_value": "2"},
                {"filter_title": "A", "field_name": "h", "filter_value": ""},
            ]
        },
        {
            "filters": [
                {"filter_title": "Z", "field_name": "f", "filter_value": "1"},
                {"filter_title": "A", "field_name": "h"},
            ]
        },
    ),
    (
        "destinations",
        {
            "destinations": [
                {
                    "destination_type": "ACTION_HUB",
                    "email_address": None,
                    "action_hub_integration_id": "7::slack",
                    "action_hub_form_params_json": '{"a": 1}',
                }
            ]
        },
        {
            "destinations": [
                {
                    "destination_type": "ACTION_HUB",
                    "action_hub_form_params_json": JsonText('{"a": 1}'),
                    "integration": Link("integration:https:\\/\\/hub/slack"),
                }
            ]
        },
    ),
]


@pytest.mark.parametrize(("fields", "expected"), [a[1:] for a in ALERTS], ids=[a[0] for a in ALERTS])
def test_an_alert(fields: dict[str, Any], expected: Attributes) -> None:
    found = read("alert", alert("70", **fields)).attributes
    always = {"threshold", "comparison_type", "cron", "field", "element"} - set(expected)
    assert {k: v for k, v in found.items() if k not in always} == expected


def test_a_field_without_rows_says_so_in_any_spelling() -> None:
    for rows in (None, []):
        watched = {"title": "Orders Count", "name": "orders.count", "filter": rows}
        assert read("alert", alert("70", field=watched)).attributes["field"] == {
            "title": "Orders Count",
            "name": "orders.count",
        }


def test_an_element_in_the_trash_is_gone() -> None:
    elements = [tile("41", "Orders", deleted=True)]
    board = dashboard("40", "KPIs", dashboard_elements=elements)
    raws: dict[str, dict[str, Any]] = {}
    for kind, id_, raw in (shared(), board, alert("70")):
        raws.setdefault(kind, {})[id_] = raw
    assert only(build_state(HOST, raws, {}), "alert").guard

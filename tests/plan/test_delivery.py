"""Scheduled plans and alerts: how they pair, what may be said to people, and the calls they take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs

from lookervault.model.resource import State
from lookervault.plan.codec import decode_plan, encode_plan
from lookervault.plan.plan import Plan, Side, make_plan
from lookervault.plan.policy import Policy
from lookervault.plan.steps.step import Probe, Step
from model.raws import (
    HOST,
    OTHER,
    QUERY,
    Object,
    alert,
    dashboard,
    integration,
    layout,
    look,
    lookml_model,
    plan,
    shared,
    state,
    tile,
    user,
)

from .making import calls, left_to_do, said, summary, unresolvable

ENABLE = Policy(enable_schedules=True)
PLANS = ["60", "61", "62"]


def board(id_: str, *titles: str, first: int) -> Object:
    """A dashboard with a tile of its own query for each title, and two tabs."""
    tiles = [
        tile(str(first + n), title, query={**QUERY, "limit": str(ord(title[0]))})
        for n, title in enumerate(titles)
    ]
    layouts = [layout(f"{id_}1", active=True), layout(f"{id_}2", label="More", order=1)]
    return dashboard(id_, "KPIs", dashboard_elements=tiles, dashboard_layouts=layouts)


def here(*objects: Object) -> State:
    around = (shared(), lookml_model("shop"), user("21", "ann@example.com"), look("30", "Months"))
    return state(*around, board("40", "Orders", "Ways", first=41), *objects)


def there(*objects: Object, on: Sequence[str] = ("Orders", "Ways")) -> State:
    around = (
        shared("101"),
        lookml_model("shop"),
        user("121", "ann@example.com"),
        look("130", "Months", "101"),
    )
    made = board("140", *on, first=141)
    return state(*around, (*made[:2], {**made[2], "folder_id": "101"}), *objects, host=OTHER)


def planned(desired: State, observed: State, policy: Policy | None = None) -> Plan:
    sides = Side(desired.host), Side(observed.host)
    made = make_plan(desired, observed, {}, *sides, policy=policy or Policy())
    assert list(unresolvable(made)) == []
    return made


MADE: list[tuple[str, list[Object], Policy, list[str]]] = [
    (
        "plan",
        [plan("60", "Daily", user_id="21", enabled=True, tab_ids=["402"], crontab="0 6 * * *")],
        Policy(),
        [
            'POST /scheduled_plans {"name": "Daily", "enabled": false, "crontab": "0 6 * * *",'
            ' "dashboard_id": "<dashboard:Shared/KPIs>", "user_id": "<user:ann@example.com>", "tab_ids":'
            ' ["<dashboard:Shared/KPIs layout:tab More>"], "scheduled_plan_destination":'
            ' [{"apply_formatting": false, "apply_vis": false, "type": "email", "address": "a@example.com",'
            ' "format": "csv"}]}'
        ],
    ),
    (
        "plan, enabled",
        [plan("60", "Daily", None, look_id="30", enabled=True, scheduled_plan_destination=[{"type": "x"}])],
        ENABLE,
        [
            'POST /scheduled_plans {"require_results": false, "require_no_results": false, "require_change":'
            ' false, "name": "Daily", "enabled": false, "look_id": "<look:Shared/Months>",'
            ' "scheduled_plan_destination": [{"apply_formatting": false, "apply_vis": false, "type": "x"}]}',
            'PATCH /scheduled_plans/<scheduled_plan:Shared/Months/Daily> {"enabled": true}',
        ],
    ),
    (
        "alert",
        [
            alert(
                "70",
                "42",
                owner_id="21",
                applied_dashboard_filters=[{"filter_title": "A", "field_name": "f"}],
            )
        ],
        ENABLE,
        [
            'POST /alerts {"threshold": 50, "comparison_type": "LESS_THAN", "cron": "0 6 * * *", "owner_id":'
            ' "<user:ann@example.com>", "dashboard_element_id": "<dashboard:Shared/KPIs element:42>",'
            ' "field": {"title": "Orders Count", "name": "orders.count"}, "applied_dashboard_filters":'
            ' [{"filter_value": "", "filter_title": "A", "field_name": "f"}], "is_disabled": true}',
            'PATCH /alerts/<alert:Shared/KPIs/Orders Count> {"is_disabled": false}',
        ],
    ),
    (
        "alert that is off",
        [alert("70", owner_id="21", is_disabled=True, disabled_reason="Loud")],
        ENABLE,
        [
            'POST /alerts {"threshold": 50, "comparison_type": "LESS_THAN", "cron": "0 6 * * *",'
            ' "is_disabled": true, "disabled_reason": "Loud", "owner_id": "<user:ann@example.com>",'
            ' "dashboard_element_id": "<dashboard:Shared/KPIs element:41>", "field": {"title":'
            ' "Orders Count", "name": "orders.count"}}'
        ],
    ),
]


@pytest.mark.parametrize(("objects", "policy", "expected"), [m[1:] for m in MADE], ids=[m[0] for m in MADE])
def test_what_makes_one(objects: list[Object], policy: Policy, expected: list[str]) -> None:
    # enabled on the way needs no leave to be made disabled
    made = planned(here(*objects), there(), policy)
    assert calls(made) == expected


CHANGED: list[tuple[str, Object, Object, list[str]]] = [
    ("nothing", plan("60", "A", enabled=False), plan("160", "A", "140", enabled=False), []),
    (
        "name and time",
        plan("60", "A", crontab=None, datagroup="m::d", timezone="UTC"),
        plan("160", "A", "140", crontab="0 6 * * *", timezone="CET"),
        [
            'PATCH /scheduled_plans/<scheduled_plan:Shared/KPIs/A> {"crontab": null, "datagroup": "m::d",'
            ' "timezone": "UTC"}'
        ],
    ),
    (
        "off again",
        plan("60", "A", enabled=False),
        plan("160", "A", "140", enabled=True),
        ['PATCH /scheduled_plans/<scheduled_plan:Shared/KPIs/A> {"enabled": false}'],
    ),
    ("not on", plan("60", "A", enabled=True), plan("160", "A", "140", enabled=False), []),
    (
        "no more tabs",
        plan("60", "A", tab_ids=[]),
        plan("160", "A", "140", tab_ids=["1402"]),
        ['PATCH /scheduled_plans/<scheduled_plan:Shared/KPIs/A> {"tab_ids": []}'],
    ),
    (
        "patch",
        alert("70", threshold=1, is_public=True),
        alert("170", "141"),
        ['PATCH /alerts/<alert:Shared/KPIs/Orders Count> {"is_public": true, "threshold": 1}'],
    ),
    (
        "put",
        alert("70", cron="0 7 * * *", owner_id="21", description=None),
        alert("170", "141", owner_id="121", is_disabled=True, description="Old"),
        [
            'PUT /alerts/<alert:Shared/KPIs/Orders Count> {"is_disabled": true, "threshold": 50,'
            ' "comparison_type": "LESS_THAN", "cron": "0 7 * * *", "owner_id": "<user:ann@example.com>",'
            ' "description": null, "dashboard_element_id": "<dashboard:Shared/KPIs element:41>", "field":'
            ' {"title": "Orders Count", "name": "orders.count"}}'
        ],
    ),
]


@pytest.mark.parametrize(("want", "have", "expected"), [c[1:] for c in CHANGED], ids=[c[0] for c in CHANGED])
def test_what_changes_one(want: Object, have: Object, expected: list[str]) -> None:
    assert calls(planned(here(want), there(have))) == expected


def test_enabling_is_a_change_where_it_is_asked_for() -> None:
    want, have = plan("60", "A", enabled=True), plan("160", "A", "140", enabled=False)
    held = planned(here(want), there(have))
    assert said(held) == [
        "warning scheduled_plan:Shared/KPIs/A: is disabled on the target and stays so;"
        " to enable it, plan with --enable-schedules"
    ]
    asked = planned(here(want), there(have), ENABLE)
    assert calls(asked) == ['PATCH /scheduled_plans/<scheduled_plan:Shared/KPIs/A> {"enabled": true}']
    assert asked.fingerprint != held.fingerprint
    assert decode_plan(encode_plan(asked)).policy == ENABLE


def test_namesakes_pair_by_likeness() -> None:
    want = [plan(i, "A", crontab=f"0 {n} * * *") for n, i in enumerate(PLANS)]
    have = [plan(f"1{i}", "A", "140", crontab=f"0 {n} * * *") for n, i in enumerate(PLANS)]
    assert summary(planned(here(*want), there(*reversed(have)))) == []
    moved = (*have[2][:2], {**have[2][2], "crontab": "0 9 * * *"})
    (change,) = planned(here(*want), there(*have[:2], moved)).changes
    assert (change.id, change.after) == ("162", {"crontab": "0 2 * * *"})


def test_namesakes_are_made_one_by_one() -> None:
    made = planned(here(*(plan(i, "A") for i in PLANS)), there(plan("160", "A", "140", crontab="x")))
    waits = {node.id: node.waits for node in made.nodes}
    assert summary(made) == [f"+ scheduled_plan:Shared/KPIs/A#{i}" for i in ("61", "62")]
    assert waits["scheduled_plan:Shared/KPIs/A#62"] == ["scheduled_plan:Shared/KPIs/A#61"]


def test_a_schedule_whose_dashboard_is_gone_gets_the_one_that_is_made_anew() -> None:
    daily = plan("60", "Daily", crontab="0 6 * * *")
    around = (shared(), lookml_model("shop"), user("21", "ann@example.com"), look("30", "Months"))
    made = planned(here(daily), state(*around, daily))
    assert summary(made) == ["+ dashboard:Shared/KPIs", "~ scheduled_plan:Shared/KPIs/Daily"]
    path = "/scheduled_plans/<scheduled_plan:Shared/KPIs/Daily>"
    assert calls(made)[-1] == f'PATCH {path} {{"dashboard_id": "<dashboard:Shared/KPIs>"}}'


def test_alerts_pair_on_their_own_element_only() -> None:
    made = planned(here(alert("70", "41")), there(alert("170", "142")))
    assert summary(made) == ["+ alert:Shared/KPIs/Orders Count"]
    assert made.errors == []


def test_an_alert_waits_for_the_element_it_watches() -> None:
    made = planned(here(alert("70", "42")), there(on=["Orders"]))
    assert summary(made) == ["+ alert:Shared/KPIs/Orders Count", "~ dashboard:Shared/KPIs"]
    (node,) = [n for n in made.nodes if n.id.startswith("alert:")]
    assert node.waits == ["dashboard:Shared/KPIs"]


def test_an_alert_on_an_element_that_cannot_be_made_is_left_out() -> None:
    lost = dashboard("45", "Lost", dashboard_elements=[{"id": "46", "type": "vis", "look_id": "99"}])
    made = planned(here(lost, alert("70", "46")), there())
    assert summary(made) == ["+ dashboard:Shared/Lost"]
    assert any(line.startswith("warning alert:Shared/Lost/Orders Count: left out") for line in said(made))


def test_an_alert_without_its_owner_becomes_the_callers() -> None:
    target = structs.replace(there(), caller="user:ann@example.com")
    gone = (*user("22", "bob@example.com")[:2], {"id": "22"})
    made = planned(here(gone, alert("70", owner_id="22")), target)
    (change,) = made.changes
    assert calls(made)[0].count('"owner_id": "<user:ann@example.com>"') == 1
    assert change.after["is_disabled"] is True
    assert any("owner: user:#22 (has no e-mail) is not on the target" in line for line in said(made))


def slack(hub: str) -> list[dict[str, Any]]:
    return [{"type": f"looker-integration://{hub}::slack", "format": "csv"}]


def test_an_integration_goes_by_its_name() -> None:
    want = plan("60", "A", scheduled_plan_destination=slack("7"))
    have = plan("160", "A", "140", scheduled_plan_destination=slack("107"))
    source = here(want, *integration("7", "slack"))
    assert summary(planned(source, there(have, *integration("107", "slack")))) == []
    made = planned(source, there(*integration("107", "slack")))
    (sent,) = [i for _, part, i in made.ids if part]
    assert sent == "looker-integration://107::slack"


def test_what_the_target_cannot_reach_is_left_out() -> None:
    mail = {"type": "email", "address": "a@example.com", "format": "csv"}
    both = plan("60", "A", scheduled_plan_destination=[*slack("7"), mail])
    only = plan("61", "B", scheduled_plan_destination=slack("7"))
    made = planned(here(both, only, *integration("7", "slack")), there())
    (change,) = made.changes
    assert [d["type"] for d in change.after["destinations"]] == ["email"]
    hub = "integration:https:\\/\\/hub/slack"
    assert said(made) == [
        f"warning scheduled_plan:Shared/KPIs/A: destination {hub} is not on the target",
        f"warning scheduled_plan:Shared/KPIs/B: destination {hub} is not on the target",
        "warning scheduled_plan:Shared/KPIs/B: left out: it would reach nobody",
    ]


def test_secrets_are_for_the_operator() -> None:
    hook = {"type": "webhook", "address": "https://x.example", "format": "json"}
    want = plan("60", "A", scheduled_plan_destination=[hook])
    made = planned(here(want), there())
    assert left_to_do(made) == [
        "scheduled_plan:Shared/KPIs/A:"
        " the webhook destination https://x.example needs its secret entered by hand"
    ]
    same = plan("160", "A", "140", scheduled_plan_destination=[hook])
    assert left_to_do(planned(here(want), there(same))) == []


@pytest.mark.parametrize("kind", ["scheduled_plan", "alert"])
def test_a_listing_that_is_refused_is_not_empty(kind: str) -> None:
    target = there()
    target.scope[kind] = "denied"
    made = planned(here(plan("60", "A"), alert("70")), target)
    assert {c.kind for c in made.changes} == {"scheduled_plan", "alert"} - {kind}


def test_an_alert_stays_on_its_element() -> None:
    made = planned(here(alert("70", "41")), here(alert("70", "42")))
    assert [f.level for f in made.findings if "does not change its element" in f.message] == ["error"]


def first_step(made: Plan) -> Step:
    return made.nodes[-1].steps[0]


def test_how_an_unclear_create_is_found_out_about() -> None:
    rival = plan("160", "B", "140")
    probe = first_step(planned(here(plan("60", "A"), plan("61", "B")), there(rival))).probe
    assert probe == Probe(
        ["scheduled_plans"],
        ["name", "dashboard_id"],
        {"all_users": "true"},
        {"enabled": False},
        known=["160"],
    )
    watched = first_step(planned(here(alert("70", owner_id="21")), there())).probe
    assert watched == Probe(
        ["alerts", "search"],
        ["dashboard_element_id", "owner_id", "comparison_type", "cron", "threshold"],
        {"all_owners": "true", "sorts": None},
        {"is_disabled": True},
        paged=True,
    )


def test_sides_keep_their_hosts() -> None:
    assert (here().host, there().host) == (HOST, OTHER)


def test_a_format_that_nobody_heard_of_is_looker_s_to_judge() -> None:
    to = [{"type": "email", "address": "a@example.com", "format": name} for name in ("csv", "wysiwyg_pfd")]
    made = planned(here(plan("60", "A", scheduled_plan_destination=to)), there())
    doubt = "Looker may not take the format 'wysiwyg_pfd'; did you mean 'wysiwyg_pdf'?"
    assert said(made) == [f"warning scheduled_plan:Shared/KPIs/A: {doubt}"]

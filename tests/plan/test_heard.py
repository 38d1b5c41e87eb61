"""Names of filters that lead to nothing are told, those that lead somewhere are not."""

from __future__ import annotations

from typing import Any

from model.raws import OTHER, Object, alert, dashboard, filter_, plan, shared, state, text_tile, tile

from .making import plan_of


def told(*objects: Object) -> list[str]:
    found = plan_of(state(shared(), *objects), state(shared(), host=OTHER)).findings
    return [f"{f.address}: {f.message}" for f in found if "filter" in f.message]


def listening(*names: str) -> dict[str, Any]:
    heard = [{"dashboard_filter_name": name, "field": "a.b"} for name in names]
    return {"result_maker": {"filterables": [{"model": "shop", "view": "orders", "listen": heard}]}}


def board(*tiles: dict[str, Any], **more: Any) -> Object:
    filters = [filter_("8", "day"), filter_("9", "area", listens_to_filters=["day", "gone"])]
    return dashboard("40", "D", dashboard_elements=list(tiles), dashboard_filters=filters, **more)


def test_listeners() -> None:
    assert told(board(tile("41", "T", **listening("day", "week")), tile("42", "U", **listening("area")))) == [
        'dashboard:Shared/D: element "T" listens to the filter "week", which is not there',
        'dashboard:Shared/D: filter "Area" listens to the filter "gone", which is not there',
    ]


def test_what_schedules_and_alerts_set() -> None:
    applied = [{"filter_title": t, "field_name": "a.b", "filter_value": "1"} for t in ("Day", "Month")]
    found = told(
        board(tile("41", "T")),
        plan("50", "P", filters_string="?Area=x&Year=1"),
        alert("60", "41", applied_dashboard_filters=applied),
    )
    assert [text for text in found if "sets" in text] == [
        'alert:Shared/D/Orders Count: sets the filter "Month", which its dashboard does not have',
        'scheduled_plan:Shared/D/P: sets the filter "Year", which its dashboard does not have',
    ]


def test_what_addresses_set() -> None:
    """Titles and names, however encoded; what is no filter, and links to what is no dashboard, are let be."""
    ours = "[a](/dashboards/40?Day=1&amp;Ar%65a+=2&_theme=x) /dashboards/40?area=1&hide_filter=Day#x"
    found = told(board(text_tile("41", "T", body_text=f"{ours} /dashboards/40/?Z=1 /looks/5?Q=1")))
    assert [text for text in found if "link" in text] == [
        'dashboard:Shared/D: element "T", body_text: a link sets the filter "Area ", '
        "which its dashboard does not have"
    ]

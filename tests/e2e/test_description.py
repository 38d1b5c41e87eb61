"""Every call of whole migrations is one that the official description of the API knows, to each field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from description import PLACE, complaints
from lookervault.plan.policy import Policy
from lookervault.sandbox import Call, Instance, blank_instance, demo_instance
from world import World, world

from .everything import everything
from .test_migrate import real_instance
from .test_pairs import PRUNING, pair, planned

pytestmark = pytest.mark.skipif(not PLACE.exists(), reason="the description of the API is not here")
# newer than the description at hand; the models of the SDK have it
NEWER = {"create_scheduled_plan: include_filters is not declared"}
# what an instance gives of a dashboard is asked for by name where whole pages of them are tried
NEWER |= {
    f"search_dashboards: fields={field}: the answer has no such field"
    for field in ("layout_granularity", "style", "x_internal")
}


def faults(both: World) -> list[str]:
    calls = both.source.calls + both.target.calls
    found = Counter(fault for call in calls for fault in complaints(call))
    return [
        f"{count} x {text}" for text, count in sorted(found.items()) if text.partition(" ")[2] not in NEWER
    ]


@pytest.mark.parametrize("content", [demo_instance, everything, real_instance])
def test_a_first_migration(content: Callable[[], Instance]) -> None:
    source = content()
    with world(source, blank_instance(5000, like=source)) as both:
        both.carry_out(both.plan(policy=Policy(enable_schedules=True)))
        assert faults(both) == []


@pytest.mark.parametrize("seed", [2])
def test_changes_and_removals(seed: int) -> None:
    with world(*pair(seed)) as both:
        made = planned(both, PRUNING)
        assert made is not None
        both.carry_out(made)
        assert {"PATCH", "POST", "DELETE", "PUT"} <= {call.method for call in both.target.calls}
        assert faults(both) == []


MAIL = {"type": "email", "address": "a@example.com", "format": "wysiwyg_pdf"}


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "fault"),
    [
        ("GET", "/nothing", {}, None, "there is no such call"),
        ("GET", "/users", {"sort": "id"}, None, "query parameter sort is not declared"),
        ("GET", "/users", {"limit": "ten"}, None, "query parameter limit='ten' is no integer"),
        ("GET", "/content_metadata", {}, None, "query parameter parent_id is required"),
        ("GET", "/roles/1/users", {"fields": "id,colour"}, None, "fields=colour"),
        ("GET", "/folders/1", {"fields": "id,looks(id,colour)"}, None, "fields=colour"),
        ("DELETE", "/looks/1", {}, {}, "takes no body"),
        ("POST", "/groups", {}, None, "lacks its body"),
        ("POST", "/groups", {}, {}, "name is required"),
        ("POST", "/groups", {}, {"name": 1}, "name=1 is no string"),
        ("POST", "/groups", {}, {"name": "x", "user_count": 1}, "user_count is not to be written"),
        ("POST", "/groups", {}, {"name": "x", "colour": "red"}, "colour is not declared"),
        ("PATCH", "/users/1", {}, {"credentials_email": {}}, "credentials_email is not to be written"),
        ("PUT", "/roles/1/users", {}, ["1", 2], "[1]=2 is no string"),
        ("PATCH", "/alerts/1", {}, {"enhancements": "ALL"}, "enhancements='ALL' is none of"),
        ("PATCH", "/scheduled_plans/1", {}, {"enabled": None}, "enabled is null"),
        (
            *("PATCH", "/scheduled_plans/1", {}, {"scheduled_plan_destination": [{**MAIL, "id": "1"}]}),
            "scheduled_plan_destination[0].id is not to be written",
        ),
    ],
)
def test_what_it_complains_of(method: str, path: str, query: dict[str, str], body: Any, fault: str) -> None:
    (told,) = complaints(Call(method, path, query, body))
    assert fault in told


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/scheduled_plans/1", {"scheduled_plan_destination": [MAIL], "datagroup": None}),
        ("POST", "/content_metadata_access", {"content_metadata_id": "1", "permission_type": "view"}),
        ("POST", "/user_attributes/1/group_values", [{"group_id": "1", "value": "x"}]),
        ("GET", "/dashboards/shop::sales/2024", None),
    ],
)
def test_what_it_lets_through(method: str, path: str, body: Any) -> None:
    assert complaints(Call(method, path, {}, body)) == []

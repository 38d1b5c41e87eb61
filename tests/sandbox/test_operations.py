"""The routes and body checks against the official description of the API."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import attr
import pytest
from looker_sdk.sdk.api40 import methods, models

from lookervault.errors import ApiError
from lookervault.sandbox.router import ROUTES
from lookervault.sandbox.shapes import NEVER_WRITTEN, accepted, fields_of, operation

OPERATIONS = Path(__file__).resolve().parents[2] / ".." / "shared" / "looker" / "operations.txt"
SERVED = [route for routes in ROUTES.values() for route in routes]


@pytest.mark.skipif(not OPERATIONS.exists(), reason="the list of operations is not here")
def test_every_route_is_where_the_description_has_it() -> None:
    known = {}
    for line in OPERATIONS.read_text("utf-8").splitlines():
        parts = [part.strip() for part in line.split("|")]
        known[parts[2]] = parts[1]
    mine = {route.name: f"{route.method} /{'/'.join(route.parts)}" for route in SERVED}
    assert {name: known.get(name) for name in mine} == mine
    assert len(mine) == len(SERVED) > 90


def test_the_sdk_calls_every_route_by_its_name() -> None:
    for route in SERVED:
        call = getattr(methods.Looker40SDK, route.name)
        taken = re.findall(r"{(\w+)}", "/".join(route.parts))
        assert set(taken) <= operation(route.name).params, call


def test_fields_never_written_are_fields_of_the_models() -> None:
    for name, fields in NEVER_WRITTEN.items():
        assert fields <= fields_of(getattr(models, name)).keys()


def test_every_writable_field_is_accepted_with_a_value_of_its_type() -> None:
    samples: dict[Any, Any] = {str: "x", int: 1, bool: True, float: 1.5}
    for name in ("WriteDashboardFilter", "WriteDashboardLayout", "WriteUser", "WriteGroup"):
        model = getattr(models, name)
        never = NEVER_WRITTEN.get(name.removeprefix("Write"), frozenset())
        for key, hint in fields_of(model).items():
            sample = next(
                (v for kind, v in samples.items() if str(hint) == f"typing.Optional[{kind.__name__}]"), None
            )
            if key not in never:
                assert accepted({key: sample}, model, strict=True, whole=False) == {key: sample}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"no_such": 1}, ["no_such"]),
        ({"id": "1"}, ["id"]),
        ({"folder": {"id": "1"}}, ["folder"]),
        ({"title": 1}, ["title"]),
        ({"hidden": "true"}, ["hidden"]),
        (
            {"appearance": {"tile_shadow": 1, "page_side_margins": True}},
            ["appearance.tile_shadow", "appearance.page_side_margins"],
        ),
        ({"appearance": []}, ["appearance"]),
        ({"title": None, "appearance": None}, []),
    ],
)
def test_a_body_is_checked_field_by_field(body: dict[str, Any], fields: list[str]) -> None:
    if not fields:
        assert accepted(body, models.WriteDashboard, strict=True, whole=True) == body
        return
    with pytest.raises(ApiError) as caught:
        accepted(body, models.WriteDashboard, strict=True, whole=True)
    assert [error["field"] for error in caught.value.errors] == fields
    assert accepted(body, models.WriteDashboard, strict=False, whole=True) == {}


def test_required_fields_are_asked_for_only_in_a_create() -> None:
    model = models.WriteCreateDashboardFilter
    assert accepted({}, model, strict=True, whole=False) == {}
    with pytest.raises(ApiError) as caught:
        accepted({"name": ""}, model, strict=False, whole=True)
    assert [error["field"] for error in caught.value.errors] == ["dashboard_id", "name", "title", "type"]


def test_lists_are_checked_item_by_item() -> None:
    hint = operation("set_role_users").body
    assert accepted(["1"], hint, strict=True, whole=True) == ["1"]
    with pytest.raises(ApiError) as caught:
        accepted(["1", 2], hint, strict=True, whole=True)
    assert [error["field"] for error in caught.value.errors] == ["[1]"]
    assert attr.has(models.WriteDashboard)

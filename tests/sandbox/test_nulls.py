"""Null in every field a client may write: refused or stored, but nothing breaks."""

from __future__ import annotations

import pytest
from looker_sdk.sdk.api40 import models

from lookervault.sandbox import Instance
from lookervault.sandbox.shapes import NEVER_WRITTEN, fields_of

from .conftest import Api

MODELS = {
    "alert": models.AlertPatch,
    "dashboard": models.WriteDashboard,
    "dashboard_element": models.WriteDashboardElement,
    "dashboard_filter": models.WriteDashboardFilter,
    "dashboard_layout": models.WriteDashboardLayout,
    "dashboard_layout_component": models.WriteDashboardLayoutComponent,
    "folder": models.UpdateFolder,
    "group": models.WriteGroup,
    "look": models.WriteLookWithQuery,
    "lookml_model": models.WriteLookmlModel,
    "model_set": models.WriteModelSet,
    "permission_set": models.WritePermissionSet,
    "role": models.WriteRole,
    "scheduled_plan": models.WriteScheduledPlan,
    "user": models.WriteUser,
    "user_attribute": models.WriteUserAttribute,
}


@pytest.mark.parametrize("kind", MODELS)
def test_every_field_takes_a_null_or_says_no(api: Api, inst: Instance, kind: str) -> None:
    key = inst.all(kind)[-1]["id"]
    model = MODELS[kind]
    never = NEVER_WRITTEN.get(model.__name__.removeprefix("Write"), frozenset())
    for name in fields_of(model).keys() - never:
        reply = api.patch(f"/{kind}s/{key}", {name: None})
        assert reply.status in (200, 422) or (kind, name) == ("look", "public"), (name, reply.body)
        assert api.get(f"/{kind}s/{key}").status == 200
    assert api.get("/dashboards/search").status == 200


def test_nulls_become_what_the_server_keeps(api: Api, inst: Instance) -> None:
    group = next(g["id"] for g in inst.all("group") if g["name"] == "Sales")
    assert (
        api.patch(f"/groups/{group}", {"can_add_to_content_metadata": None}).body[
            "can_add_to_content_metadata"
        ]
        is False
    )
    user = next(u["id"] for u in inst.all("user") if u["first_name"] == "Dan")
    assert api.patch(f"/users/{user}", {"first_name": None, "is_disabled": None}).body["first_name"] == ""
    look = inst.all("look")[0]["id"]
    assert api.patch(f"/looks/{look}", {"description": None}).body["description"] == ""

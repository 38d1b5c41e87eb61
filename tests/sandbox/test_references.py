from __future__ import annotations

from typing import Any

from looker_sdk.sdk.api40.models import WriteDBConnection

from lookervault.sandbox import Instance
from lookervault.sandbox.shapes import fields_of as fields_of_model

from .conftest import Api, fields_of
from .visitors import acting_as


def connection(api: Api, name: str = "New_One", **more: Any) -> dict[str, Any]:
    return api.made("/connections", name=name, dialect_name="postgres", **more)


def test_a_new_connection(api: Api) -> None:
    made = connection(api, host="db.example", password="nobody-reads-this", port="5432")
    assert (made["has_password"], made["dialect"]["name"], made["max_connections"]) == (True, "postgres", 30)
    assert not {"password", "certificate", "id"} & made.keys()
    assert api.get("/connections/nEW_oNE").body == made
    assert fields_of(api.post("/connections", {"name": "new_one", "dialect_name": "mysql"})) == ["name"]
    assert fields_of(api.post("/connections", {"host": "x"})) == ["name", "dialect_name"]
    assert fields_of(api.post("/connections", {"name": "x", "dialect": {"name": "mysql"}})) == ["dialect"]
    path = "/connections/new_one"
    changed = api.patch(path, {"host": "other.example", "max_connections": None}).body
    assert (changed["host"], changed["has_password"], changed["max_connections"]) == (
        "other.example",
        True,
        30,
    )
    assert fields_of(api.patch(path, {"name": "newer"})) == ["name"]
    assert fields_of(api.patch(path, {"dialect_name": None})) == ["dialect_name"]
    for field in fields_of_model(WriteDBConnection).keys() - {"name", "dialect_name"}:
        assert api.patch(path, {field: None}).status == 200, field
    assert api.patch(path, {"name": "New_One"}).status == 200
    assert "New_One" in [each["name"] for each in api.get("/connections").body]
    assert api.delete(path).status == 204
    assert api.get(path).status == 404


def test_secrets_of_an_override(api: Api, inst: Instance) -> None:
    override = {"context": "pdt", "pdt_username": "builder", "pdt_password": "nobody-reads-this"}
    made = connection(api, pdt_context_override=override)
    assert made["pdt_context_override"] == {"context": "pdt", "pdt_username": "builder", "has_password": True}
    assert made["has_password"] is False
    assert "nobody-reads-this" not in str(inst.get("connection", "New_One"))


def test_connections_that_are_not_for_everybody(api: Api, inst: Instance) -> None:
    assert api.patch("/connections/looker", {"host": "elsewhere"}).status == 403
    assert api.delete("/connections/looker").status == 403
    assert api.get("/connections/looker").body["can"]["update"] is False
    with acting_as(api, inst, "Nadia"):
        assert api.get("/connections/warehouse").status == 200
        assert api.post("/connections", {"name": "x", "dialect_name": "mysql"}).status == 403
        assert api.patch("/connections/warehouse", {"host": "x"}).status == 403


def test_projects(api: Api) -> None:
    projects = api.get("/projects").body
    assert {p["name"]: p["is_example"] for p in projects} == {"harbour_pine": False, "thelook_sample": True}
    assert api.get("/projects/harbour_pine").body == projects[0]
    assert not {"git_password", "deploy_secret"} & projects[0].keys()
    assert api.get("/projects/none").status == 404


def test_datagroups(api: Api) -> None:
    groups = api.get("/datagroups").body
    assert [(g["model_name"], g["name"]) for g in groups] == [
        ("ecommerce", "nightly_load"),
        ("ecommerce", "hourly"),
        ("finance", "close_load"),
    ]
    assert api.get(f"/datagroups/{groups[1]['id']}").body == groups[1]


def test_integrations(api: Api) -> None:
    official, own = api.get("/integration_hubs").body
    assert (official["official"], own["has_authorization_token"]) == (True, True)
    assert "authorization_token" not in own
    assert api.get(f"/integration_hubs/{own['id']}").body == own
    [tickets] = api.get("/integrations", integration_hub_id=own["id"]).body
    assert tickets["id"] == f"{own['id']}::tickets"
    assert {p["name"]: (p["value"], p["has_value"]) for p in tickets["params"]} == {
        "desk": ("the desk", True),
        "api_key": (None, True),
    }
    assert api.get(f"/integrations/{tickets['id']}").body == tickets
    assert len(api.get("/integrations").body) == 3

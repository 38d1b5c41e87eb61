from __future__ import annotations

from typing import Any

import pytest
from looker_sdk.sdk.api40.models import WriteAgent

from lookervault.sandbox import Instance
from lookervault.sandbox.shapes import fields_of as fields_of_model

from .conftest import Api, fields_of
from .visitors import person

SOURCE = {"model": "ecommerce", "explore": "orders"}
FIELDS = "fields=orders.count,orders.channel&f[orders.status]=open&sorts=orders.count+desc"
ANSWER = f"/explore/ecommerce/orders?{FIELDS}"


@pytest.fixture
def agents(inst: Instance) -> None:
    inst.features.add("agents")


def golden(api: Api, **more: Any) -> dict[str, Any]:
    return api.made("/golden_queries", **{"questions": ["How many?"], "answer": ANSWER, **more})


def test_without_the_entitlement_there_is_nothing(api: Api) -> None:
    assert api.get("/agents/search").status == 404
    assert api.post("/agents", {"name": "A", "sources": [SOURCE]}).status == 404
    assert api.post("/golden_queries", {"questions": ["?"], "answer": ANSWER}).status == 404
    assert api.get("/agents/1").status == 404


@pytest.mark.usefixtures("agents")
def test_golden_queries(api: Api, inst: Instance) -> None:
    made = golden(api)
    assert (made["model"], made["explore"], made["is_active"]) == ("ecommerce", "orders", True)
    assert (made["fields"], made["sorts"]) == (["orders.count", "orders.channel"], ["orders.count desc"])
    assert made["filters"] == {"orders.status": "open"}
    assert isinstance(made["id"], int) and isinstance(made["created_by_user_id"], int)
    path = f"/golden_queries/{made['id']}"
    assert api.patch(path, {"answer": "/explore/finance/ledger"}).body["model"] == "finance"
    assert api.patch(path, {"answer": "/explore/finance/none"}).status == 404
    assert fields_of(api.patch(path, {"answer": "/looks/1"})) == ["answer"]
    assert api.patch(path, {"questions": []}).status == 422
    assert fields_of(api.post("/golden_queries", {})) == ["questions", "answer"]
    assert api.delete(path).status == 204
    assert inst.all("golden_query") == []


@pytest.mark.usefixtures("agents")
def test_agents(api: Api, inst: Instance) -> None:
    query = golden(api)
    body = {"name": "Sales help", "sources": [SOURCE], "golden_query_ids": [query["id"]]}
    made = api.made("/agents", **body, context={"instructions": "Be brief."})
    assert (made["golden_queries"], made["created_by_name"]) == ([query], "Avery Admin")
    assert (made["context"], made["deleted"]) == ({"instructions": "Be brief."}, False)
    path = f"/agents/{made['id']}"
    assert api.get(path).body == made
    assert fields_of(api.post("/agents", {"description": "x"})) == ["name", "sources"]
    for wrong in (
        {"sources": [{**SOURCE, "explore": "none"}]},
        {"golden_query_ids": [99999]},
        {"created_by_user_id": "99999"},
    ):
        assert api.post("/agents", {**body, **wrong}).status == 404
    assert fields_of(api.post("/agents", {**body, "golden_query_ids": ["1"]})) == ["golden_query_ids[0]"]
    dan = person(inst, "Dan")
    changed = api.patch(path, {"name": "Help", "created_by_user_id": dan}).body
    assert (changed["name"], changed["created_by_first_name"]) == ("Help", "Dan")
    assert [a["name"] for a in api.get("/agents/search", name="he%").body] == ["Help"]
    assert api.patch(path, {"deleted": True}).status == 200
    assert api.get("/agents/search").body == []
    assert len(api.get("/agents/search", deleted="true").body) == 1
    assert api.patch(path, {"deleted": None}).body["deleted"] is False
    for field in fields_of_model(WriteAgent).keys() - {"name", "sources"}:
        assert api.patch(path, {field: None}).status == 200, field
    assert api.delete("/agents").status == 404
    assert api.delete(f"/agents?id={made['id']}").status == 204
    assert api.get(path).status == 404

from __future__ import annotations

import pytest

from lookervault.sandbox import Instance

from .conftest import Api, fields_of, orders


def test_an_equal_query_is_found_again(api: Api) -> None:
    one = api.made("/queries", **orders(filters={"a": "1", "b": "2"}))
    two = api.made("/queries", **orders(filters={"b": "2", "a": "1"}, sorts=None))
    assert one["id"] == two["id"]
    assert len(one["id"]) == 22
    assert one["limit"] == "500"
    assert one["client_id"] != two["client_id"]
    assert api.made("/queries", **orders(filters={"a": "1"}))["id"] != one["id"]
    reordered = api.made("/queries", **orders(fields=["orders.count", "orders.status"]))
    assert reordered["id"] != api.made("/queries", **orders(fields=["orders.status", "orders.count"]))["id"]


def test_a_query_is_read_by_id_and_by_slug(api: Api) -> None:
    made = api.made("/queries", **orders(vis_config={"type": "table", "x": {"y": [1, 2.5, None]}}))
    assert api.get(f"/queries/{made['id']}").body["vis_config"] == {
        "type": "table",
        "x": {"y": [1, 2.5, None]},
    }
    assert api.get(f"/queries/slug/{made['slug']}").body["id"] == made["id"]
    assert api.get(f"/queries/{made['slug']}").body["id"] == made["id"]
    assert "quick_calcs" in made
    assert api.get("/queries/12345").status == 404


@pytest.mark.parametrize("wrong", [{"model": "none"}, {"view": "none"}])
def test_a_query_of_an_unknown_explore_answers_404(api: Api, wrong: dict[str, str]) -> None:
    assert api.post("/queries", orders(**wrong)).status == 404


def test_a_query_needs_model_and_view_and_right_types(api: Api) -> None:
    assert fields_of(api.post("/queries", {})) == ["model", "view"]
    assert fields_of(api.post("/queries", orders(limit=500))) == ["limit"]
    assert fields_of(api.post("/queries", orders(fields="orders.count"))) == ["fields"]
    assert fields_of(api.post("/queries", orders(fields=[1], slug="x"))) == ["fields[0]", "slug"]


def test_a_client_id_is_used_once(api: Api) -> None:
    own = "A" * 22
    one, other = api.made("/queries", **orders()), api.made("/queries", **orders(client_id=own))
    assert (other["id"] != one["id"], other["client_id"]) == (True, own)
    reply = api.post("/queries", orders(client_id=own, limit="9"))
    assert (fields_of(reply), "already in use" in reply.body["errors"][0]["message"]) == (["client_id"], True)
    assert fields_of(api.post("/queries", orders(client_id="short"))) == ["client_id"]


def test_merge_queries(api: Api, inst: Instance) -> None:
    query = api.made("/queries", **orders())
    fields = [{"field_name": "a", "source_field_name": "b"}]
    sources = [
        {"name": "One", "query_id": query["id"]},
        {"name": "Two", "query_slug": query["slug"], "merge_fields": fields},
    ]
    made = api.made("/merge_queries", source_queries=sources, dynamic_fields="[]")
    both = {"query_id": query["id"], "query_slug": query["slug"]}
    assert made["source_queries"] == [
        {"name": "One", "merge_fields": None, **both},
        {"name": "Two", "merge_fields": fields, **both},
    ]
    assert len(made["id"]) == 22
    assert api.made("/merge_queries", source_queries=sources)["id"] != made["id"]
    inst.merge_source_refs = ("query_slug",)
    assert "query_id" not in api.get(f"/merge_queries/{made['id']}").body["source_queries"][0]
    assert fields_of(api.post("/merge_queries", {"source_queries": []})) == ["source_queries"]
    assert api.post("/merge_queries", {"source_queries": [{"query_id": "99999"}]}).status == 404


def test_looks(api: Api, box: str) -> None:
    query = api.made("/queries", **orders())
    made = api.made("/looks", title="L", folder_id=box, query_id=query["id"], description=None)
    assert (made["description"], made["public"], made["deleted"]) == ("", False, False)
    assert (made["query"]["id"], made["model"]["id"]) == (query["id"], "ecommerce")
    path = f"/looks/{made['id']}"
    assert api.get(path).body["view_count"] + 1 == api.get(path).body["view_count"]
    assert api.patch(path, {"description": "D"}).body["description"] == "D"
    assert fields_of(api.post("/looks", {})) == ["title", "folder_id", "query_id"]
    body = {"title": "L", "folder_id": box, "query_id": query["id"]}
    assert fields_of(api.post("/looks", body)) == ["[:title, :space_id]"]
    assert api.post("/looks", {**body, "title": "M", "query_id": "99999"}).status == 404
    assert api.post("/looks", {**body, "title": "M", "folder_id": "99999"}).status == 404


def test_a_look_with_a_null_public_breaks_the_server(api: Api, box: str) -> None:
    query = api.made("/queries", **orders())
    body = {"title": "L", "folder_id": box, "query_id": query["id"], "public": None}
    assert api.post("/looks", body).status == 500


def test_lists_of_looks(api: Api, box: str) -> None:
    query = api.made("/queries", **orders())
    made = api.made("/looks", title="L", folder_id=box, query_id=query["id"])
    listed = api.get("/looks/search", folder_id=box).body
    assert [(look["id"], look["query_id"], "query" in look) for look in listed] == [
        (made["id"], query["id"], False)
    ]
    assert "query" not in api.get("/looks").body[0]
    assert api.get(f"/folders/{box}/looks").body[0]["query"]["id"] == query["id"]
    api.patch(f"/looks/{made['id']}", {"deleted": True})
    assert api.get("/looks/search", folder_id=box).body == []
    assert api.get(f"/folders/{box}/looks").body == []
    assert len(api.get("/looks/search", folder_id=box, deleted="true").body) == 1
    again = api.made("/looks", title="L", folder_id=box, query_id=query["id"])
    assert fields_of(api.patch(f"/looks/{made['id']}", {"deleted": False})) == ["[:title, :space_id]"]
    assert api.delete(f"/looks/{again['id']}").status == 204
    assert api.get(f"/looks/{again['id']}").status == 404


def test_a_look_moves(api: Api, box: str, shared: str) -> None:
    query = api.made("/queries", **orders())
    made = api.made("/looks", title="L", folder_id=box, query_id=query["id"])
    moved = api.patch(f"/looks/{made['id']}/move?folder_id={shared}")
    assert (moved.status, moved.body["folder_id"]) == (201, shared)
    assert api.patch(f"/looks/{made['id']}", {"folder_id": box}).body["folder"]["id"] == box


def test_models_and_explores(api: Api) -> None:
    listed = api.get("/lookml_models").body
    assert [model["name"] for model in listed] == ["ecommerce", "finance"]
    assert [e["name"] for e in listed[0]["explores"]] == ["orders", "web", "inventory", "shipping"]
    assert len(api.get("/lookml_models", include_internal="true").body) == 3
    assert len(api.get("/lookml_models", limit=1, offset=1).body) == 1
    explore = api.get("/lookml_models/ecommerce/explores/orders").body
    assert "orders.count" in [field["name"] for field in explore["fields"]["measures"]]
    assert api.get("/lookml_models/ecommerce/explores/none").status == 404


def test_a_model_is_configured_before_its_lookml_comes(api: Api) -> None:
    made = api.made("/lookml_models", name="new", project_name="p", allowed_db_connection_names=["b", "a"])
    assert (made["has_content"], made["allowed_db_connection_names"]) == (False, ["a", "b"])
    assert [m["name"] for m in api.get("/lookml_models", exclude_empty="true").body] == [
        "ecommerce",
        "finance",
    ]
    assert fields_of(api.post("/lookml_models", {"name": "new"})) == ["name"]
    assert (
        api.patch("/lookml_models/new", {"unlimited_db_connections": None}).body["unlimited_db_connections"]
        is False
    )
    assert api.delete("/lookml_models/new").status == 204
    assert api.post("/queries", orders(model="new")).status == 404

from __future__ import annotations

from typing import Any

import pytest

from lookervault.sandbox import Instance

from .conftest import Api, fields_of, orders

Board = dict[str, Any]
WIRE = {"model": "ecommerce", "view": "orders", "name": ""}
LISTEN = [{"dashboard_filter_name": "Date", "field": "orders.created_date"}]


def query_id(api: Api, **more: Any) -> str:
    return str(api.made("/queries", **orders(**more))["id"])


def element(api: Api, board: Board, **body: Any) -> dict[str, Any]:
    return api.made("/dashboard_elements", dashboard_id=board["id"], **body)


def test_a_query_element_shows_its_query_and_its_result_maker(api: Api, board: Board) -> None:
    key = query_id(api, vis_config={"type": "looker_pie"}, sorts=["orders.count"])
    made = element(
        api, board, query_id=key, title="Orders", result_maker={"filterables": [{**WIRE, "listen": LISTEN}]}
    )
    assert (made["type"], made["title_hidden"], made["look"]) == ("vis", False, None)
    assert made["query"]["id"] == key
    maker = made["result_maker"]
    assert maker["filterables"] == [{**WIRE, "listen": LISTEN}]
    assert (maker["query_id"], maker["query"]["id"], maker["vis_config"]) == (
        key,
        key,
        {"type": "looker_pie"},
    )
    assert (maker["id"], maker["sorts"], maker["total"]) == (made["result_maker_id"], ["orders.count"], False)
    component = api.get(f"/dashboards/{board['id']}").body["dashboard_layouts"][0][
        "dashboard_layout_components"
    ][0]
    assert (component["element_title"], component["vis_type"]) == ("Orders", "looker_pie")


def test_tiles_of_one_query_share_a_result_maker_but_not_its_wiring(api: Api, board: Board) -> None:
    key = query_id(api)
    one = element(api, board, query_id=key, result_maker={"filterables": [{**WIRE, "listen": LISTEN}]})
    two = element(api, board, query_id=key)
    assert one["result_maker"]["id"] == two["result_maker"]["id"]
    assert two["result_maker"]["filterables"] == [{**WIRE, "listen": []}]


def test_exactly_one_source(api: Api, board: Board) -> None:
    look = api.get("/looks").body[0]["id"]
    body = {"dashboard_id": board["id"], "type": "vis"}
    reply = api.post("/dashboard_elements", body)
    assert "Must provide either a look_id, query_id" in reply.body["errors"][0]["message"]
    assert reply.status == 422
    assert api.post("/dashboard_elements", {**body, "look_id": look, "query_id": query_id(api)}).status == 422
    assert fields_of(api.post("/dashboard_elements", {"type": "text"})) == ["dashboard_id"]


@pytest.mark.parametrize(
    "name", ["query_id", "look_id", "merge_result_id", "dashboard_id", "dashboard_layout_id", "filter_id"]
)
def test_dangling_references_answer_404(api: Api, board: Board, name: str) -> None:
    body = {"dashboard_id": board["id"], name: "99999"}
    if name.startswith("dashboard"):
        body["query_id"] = query_id(api)
    assert api.post("/dashboard_elements", body).status == 404


def test_a_result_maker_id_is_refused_beside_a_source(api: Api, inst: Instance, board: Board) -> None:
    body = {"dashboard_id": board["id"], "query_id": query_id(api), "result_maker_id": "1"}
    assert fields_of(api.post("/dashboard_elements", body)) == ["result_maker_id"]
    inst.strict = False
    assert api.made("/dashboard_elements", **body)["query_id"] == body["query_id"]


@pytest.mark.parametrize("name", ["query", "look"])
def test_views_of_other_resources_are_refused(api: Api, board: Board, name: str) -> None:
    body = {"dashboard_id": board["id"], "query_id": query_id(api), name: {}}
    assert fields_of(api.post("/dashboard_elements", body)) == [name]


@pytest.mark.parametrize("name", ["query", "query_id", "sql_query_id", "merge_result_id", "id"])
def test_a_result_maker_takes_no_source_of_its_own(api: Api, board: Board, name: str) -> None:
    body = {
        "dashboard_id": board["id"],
        "query_id": query_id(api),
        "result_maker": {name: None, "filterables": []},
    }
    assert fields_of(api.post("/dashboard_elements", body)) == [f"result_maker.{name}"]


def test_a_text_has_no_result_maker_and_stays_a_text(api: Api, board: Board) -> None:
    body = {"dashboard_id": board["id"], "type": "text", "title_text": "Hi"}
    assert fields_of(api.post("/dashboard_elements", {**body, "result_maker": {"filterables": []}})) == [
        "result_maker"
    ]
    assert fields_of(api.post("/dashboard_elements", {**body, "query_id": query_id(api)})) == ["query_id"]
    made = api.made("/dashboard_elements", **body)
    assert (made["body_text"], made["subtitle_text"], made["result_maker"]) == ("", "", None)
    assert made["title_text_as_html"] == "<p>Hi</p>"
    assert fields_of(api.patch(f"/dashboard_elements/{made['id']}", {"type": "vis"})) == ["type"]
    vis = element(api, board, query_id=query_id(api))
    assert fields_of(api.patch(f"/dashboard_elements/{vis['id']}", {"type": "text"})) == ["type"]


def test_a_look_element_follows_its_look(api: Api, board: Board, box: str) -> None:
    look = api.made("/looks", title="L", folder_id=box, query_id=query_id(api))
    made = element(api, board, look_id=look["id"], result_maker={"filterables": [{**WIRE, "listen": LISTEN}]})
    assert (made["query"], made["query_id"], made["look"]["query"]["id"]) == (None, None, look["query_id"])
    assert made["result_maker"]["filterables"][0]["listen"] == LISTEN
    other = query_id(api, limit="7")
    api.patch(f"/looks/{look['id']}", {"query_id": other})
    assert api.get(f"/dashboard_elements/{made['id']}").body["result_maker"]["query_id"] == other
    assert api.delete(f"/looks/{look['id']}").status == 204
    orphan = api.get(f"/dashboard_elements/{made['id']}").body
    assert (orphan["look_id"], orphan["look"], orphan["result_maker"]) == (look["id"], None, None)
    assert api.patch(f"/dashboard_elements/{made['id']}", {"title": "Orphan"}).status == 200


def test_a_merge_element_has_one_filterable_per_source(api: Api, board: Board) -> None:
    sources = [{"name": n, "query_id": query_id(api, limit=n)} for n in ("1", "2")]
    merge = api.made(
        "/merge_queries", source_queries=sources, vis_config={"type": "looker_line", "deep": {"x": [1]}}
    )
    made = element(api, board, merge_result_id=merge["id"])
    maker = made["result_maker"]
    assert [f["name"] for f in maker["filterables"]] == ["1", "2"]
    assert (maker["merge_result_id"], maker["query"], maker["query_id"]) == (merge["id"], None, None)
    assert maker["id"] == merge["result_maker_id"]
    assert maker["vis_config"] == {"type": "looker_line", "deep": {"x": [1]}}


def test_other_kinds_of_element(api: Api, board: Board) -> None:
    made = api.made("/dashboard_filters", dashboard_id=board["id"], name="F", title="F", type="string_filter")
    assert element(api, board, filter_id=made["id"])["type"] == "filter"
    assert element(api, board, rich_content_json='{"text":"Go"}')["type"] == "button"
    assert element(api, board, extension_id="project::app")["type"] == "extension"
    assert element(api, board, body_text="Only text")["type"] == "text"


def test_patch_changes_source_title_note_and_wiring(api: Api, board: Board) -> None:
    made = element(api, board, query_id=query_id(api))
    path = f"/dashboard_elements/{made['id']}"
    other = query_id(api, limit="9")
    wiring = {"filterables": [{**WIRE, "listen": LISTEN}]}
    changed = api.patch(
        path, {"query_id": other, "title": "T", "note_text": "N", "result_maker": wiring}
    ).body
    assert (changed["query_id"], changed["title"], changed["note_text_as_html"]) == (other, "T", "<p>N</p>")
    assert changed["result_maker"]["filterables"][0]["listen"] == LISTEN
    assert api.patch(path, {"title_hidden": None}).body["title_hidden"] is False
    look = api.get("/looks").body[0]["id"]
    assert fields_of(api.patch(path, {"look_id": look})) == ["look_id"]
    assert api.patch(path, {"look_id": look, "query_id": None}).body["look"]["id"] == look
    assert fields_of(api.patch(path, {"dashboard_id": "99999"})) == ["dashboard_id"]
    assert api.patch(path, {"look_id": "99999"}).status == 404


def test_search_of_elements(api: Api, board: Board) -> None:
    made = element(api, board, query_id=query_id(api), title="Find me")
    assert [e["id"] for e in api.get("/dashboard_elements/search", title="find%").body] == [made["id"]]
    api.patch(f"/dashboards/{board['id']}", {"deleted": True})
    assert api.get("/dashboard_elements/search", dashboard_id=board["id"]).body == []
    found = api.get("/dashboard_elements/search", dashboard_id=board["id"], deleted="true").body
    assert [e["id"] for e in found] == [made["id"]]

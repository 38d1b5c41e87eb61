"""Filters, layouts and components."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.sandbox import Instance

from .conftest import Api, fields_of

Board = dict[str, Any]
FIELD = {"type": "field_filter", "model": "ecommerce", "explore": "orders", "dimension": "orders.status"}


def add_filter(api: Api, board: Board, name: str, **more: Any) -> dict[str, Any]:
    fields = {"name": name, "title": name, "type": "string_filter", **more}
    return api.made("/dashboard_filters", dashboard_id=board["id"], **fields)


def add_text(api: Api, board: Board, title: str = "Hi", **more: Any) -> dict[str, Any]:
    return api.made("/dashboard_elements", dashboard_id=board["id"], type="text", title_text=title, **more)


def components(api: Api, layout: str) -> list[dict[str, Any]]:
    return api.get(f"/dashboard_layouts/{layout}/dashboard_layout_components").body  # type: ignore[no-any-return]


def test_a_filter_with_defaults(api: Api, board: Board) -> None:
    made = add_filter(api, board, "One", allow_multiple_values=None, model=None)
    assert (made["allow_multiple_values"], made["required"], made["row"]) == (False, False, 0)
    assert (made["model"], made["default_value"], made["listens_to_filters"]) == ("", "", [])
    assert made["field"] is None
    assert add_filter(api, board, "Two")["row"] == 1
    assert [f["name"] for f in api.get(f"/dashboards/{board['id']}/dashboard_filters").body] == ["One", "Two"]


def test_a_field_filter_shows_its_lookml_field(api: Api, board: Board) -> None:
    made = add_filter(api, board, "Status", **FIELD)
    assert made["field"]["name"] == "orders.status"
    bare = {"dashboard_id": board["id"], "name": "X", "title": "X", "type": "field_filter"}
    assert fields_of(api.post("/dashboard_filters", bare)) == ["model", "explore", "dimension"]
    unknown = add_filter(api, board, "Gone", **{**FIELD, "dimension": "orders.gone"})
    assert unknown["field"] is None


@pytest.mark.parametrize("lacking", ["name", "title", "type"])
def test_a_filter_needs_name_title_and_type(api: Api, board: Board, lacking: str) -> None:
    body = {"dashboard_id": board["id"], "name": "X", "title": "X", "type": "string_filter"}
    del body[lacking]
    assert fields_of(api.post("/dashboard_filters", body)) == [lacking]


def test_names_and_titles_of_filters_are_unique_on_a_dashboard(api: Api, board: Board) -> None:
    add_filter(api, board, "One")
    two = add_filter(api, board, "Two")
    body = {"dashboard_id": board["id"], "name": "Three", "title": "One", "type": "string_filter"}
    assert fields_of(api.post("/dashboard_filters", body)) == ["title"]
    assert fields_of(api.patch(f"/dashboard_filters/{two['id']}", {"name": "One"})) == ["name"]
    assert api.post("/dashboard_filters", {**body, "dashboard_id": "99999"}).status == 404


def test_filters_listen_to_filters_that_exist(api: Api, board: Board) -> None:
    body = {"dashboard_id": board["id"], "name": "B", "title": "B", "type": "string_filter"}
    assert fields_of(api.post("/dashboard_filters", {**body, "listens_to_filters": ["A"]})) == [
        "listens_to_filters"
    ]
    first = add_filter(api, board, "A")
    second = add_filter(api, board, "B", listens_to_filters=["A"])
    circle = api.patch(f"/dashboard_filters/{first['id']}", {"listens_to_filters": ["B"]})
    assert circle.body["listens_to_filters"] == ["B"]
    api.patch(f"/dashboard_filters/{first['id']}", {"name": "A2"})
    assert api.get(f"/dashboard_filters/{second['id']}").body["listens_to_filters"] == ["A2"]
    assert api.delete(f"/dashboard_filters/{first['id']}").status == 204
    assert api.get(f"/dashboard_filters/{second['id']}").body["listens_to_filters"] == []


def test_the_dashboard_of_a_filter_cannot_be_sent_in_a_patch(api: Api, board: Board) -> None:
    made = add_filter(api, board, "One")
    assert fields_of(api.patch(f"/dashboard_filters/{made['id']}", {"dashboard_id": board["id"]})) == [
        "dashboard_id"
    ]


def test_tabs(api: Api, board: Board) -> None:
    [first] = board["dashboard_layouts"]
    tab = api.made("/dashboard_layouts", dashboard_id=board["id"], label="More", order=1)
    assert (tab["active"], tab["type"], tab["dashboard_title"]) == (False, "newspaper", "Fresh")
    assert api.patch(f"/dashboard_layouts/{first['id']}", {"label": "Main"}).body["label"] == "Main"
    assert fields_of(api.patch(f"/dashboard_layouts/{tab['id']}", {"type": "heap"})) == ["type"]
    assert fields_of(api.delete(f"/dashboard_layouts/{first['id']}")) == ["id"]
    assert fields_of(api.patch(f"/dashboard_layouts/{first['id']}", {"active": False})) == ["active"]
    api.patch(f"/dashboard_layouts/{tab['id']}", {"active": True})
    states = {t["id"]: t["active"] for t in api.get(f"/dashboards/{board['id']}/dashboard_layouts").body}
    assert states == {first["id"]: False, tab["id"]: True}
    assert api.delete(f"/dashboard_layouts/{first['id']}").status == 204


def test_a_tab_takes_its_elements_with_it(api: Api, board: Board) -> None:
    tab = api.made("/dashboard_layouts", dashboard_id=board["id"], label="More")
    stays, goes = add_text(api, board), add_text(api, board, dashboard_layout_id=tab["id"])
    assert api.delete(f"/dashboard_layouts/{tab['id']}").status == 204
    left = api.get(f"/dashboards/{board['id']}/dashboard_elements").body
    assert [element["id"] for element in left] == [stays["id"]] != [goes["id"]]


def test_a_component_comes_with_its_element_below_the_others(api: Api, board: Board) -> None:
    [layout] = board["dashboard_layouts"]
    add_text(api, board, "One")
    second = add_text(api, board, "Two")
    places = [(c["row"], c["column"], c["width"], c["height"]) for c in components(api, layout["id"])]
    assert places == [(0, 0, 8, 6), (6, 0, 8, 6)]
    assert api.post("/dashboard_layout_components", {}).status == 404
    assert [c["element_title"] for c in components(api, layout["id"])] == ["One", "Two"]
    assert api.delete(f"/dashboard_elements/{second['id']}").status == 204
    assert len(components(api, layout["id"])) == 1


def test_a_component_goes_into_the_layout_its_element_names(api: Api, board: Board, box: str) -> None:
    tab = api.made("/dashboard_layouts", dashboard_id=board["id"], label="More")
    element = add_text(api, board, dashboard_layout_id=tab["id"])
    assert [c["dashboard_element_id"] for c in components(api, tab["id"])] == [element["id"]]
    assert components(api, board["dashboard_layouts"][0]["id"]) == []
    other = api.made("/dashboards", title="Other", folder_id=box)["dashboard_layouts"][0]
    wrong = {
        "dashboard_id": board["id"],
        "type": "text",
        "title_text": "X",
        "dashboard_layout_id": other["id"],
    }
    assert fields_of(api.post("/dashboard_elements", wrong)) == ["dashboard_layout_id"]


@pytest.mark.parametrize("by", ["element", "component"])
def test_an_element_moves_to_another_tab(api: Api, board: Board, by: str) -> None:
    [first] = board["dashboard_layouts"]
    tab = api.made("/dashboard_layouts", dashboard_id=board["id"], label="More")
    element = add_text(api, board)
    [component] = components(api, first["id"])
    path = {
        "element": f"/dashboard_elements/{element['id']}",
        "component": f"/dashboard_layout_components/{component['id']}",
    }[by]
    assert api.patch(path, {"dashboard_layout_id": tab["id"]}).status == 200
    assert [c["id"] for c in components(api, tab["id"])] == [component["id"]]
    assert api.get(f"/dashboard_elements/{element['id']}").body["dashboard_layout_id"] == tab["id"]


def test_a_component_is_placed(api: Api, board: Board) -> None:
    add_text(api, board)
    [component] = components(api, board["dashboard_layouts"][0]["id"])
    place = {"row": 3, "column": 12, "width": 12, "height": 4, "granular_row": 30}
    placed = api.patch(f"/dashboard_layout_components/{component['id']}", place).body
    assert {key: placed[key] for key in place} == place
    assert api.get(f"/dashboard_layout_components/{component['id']}").body["row"] == 3
    assert fields_of(api.patch(f"/dashboard_layout_components/{component['id']}", {"row": -1})) == ["row"]
    wrong = {"dashboard_element_id": "99999"}
    assert fields_of(api.patch(f"/dashboard_layout_components/{component['id']}", wrong)) == [
        "dashboard_element_id"
    ]


def test_a_new_layout_may_come_with_components(api: Api, inst: Instance, board: Board) -> None:
    element = add_text(api, board)
    assert api.made("/dashboard_layouts", dashboard_id=board["id"])["dashboard_layout_components"] == []
    inst.layouts_copy_components = True
    [component] = api.made("/dashboard_layouts", dashboard_id=board["id"])["dashboard_layout_components"]
    assert component["dashboard_element_id"] == element["id"]

"""Paging, sorting, searching and choosing of fields."""

from __future__ import annotations

import pytest

from lookervault.errors import ApiError
from lookervault.sandbox import Instance, Server
from lookervault.sandbox.search import field_tree, like, matches, matches_id

from .conftest import Api


def test_pages_with_headers(api: Api, server: Server) -> None:
    whole = [d["id"] for d in api.get("/dashboards/search", sorts="id").body]
    seen: list[str] = []
    for offset in range(0, 100, 10):
        page = api.get("/dashboards/search", sorts="id", limit=10, offset=offset)
        assert page.headers["X-Total-Count"] == str(len(whole))
        seen += [d["id"] for d in page.body]
        if len(page.body) < 10:
            break
    assert seen == whole
    link = api.get("/dashboards/search", limit=10, offset=10).headers["Link"]
    assert f'<{server.url}/api/4.0/dashboards/search?limit=10&offset=20>; rel="next"' in link
    assert 'rel="prev"' in link
    assert 'rel="next"' not in api.get("/dashboards/search", limit=10, offset=20).headers["Link"]


def test_headers_may_be_absent(api: Api, inst: Instance) -> None:
    inst.page_headers = False
    headers = api.get("/groups", limit=2).headers
    assert not {"Link", "X-Total-Count"} & headers.keys()


def test_the_older_way_to_page(api: Api) -> None:
    whole = [g["id"] for g in api.get("/groups").body]
    assert [g["id"] for g in api.get("/groups", page=2, per_page=3).body] == whole[3:6]
    assert [g["id"] for g in api.get("/groups", page=2, per_page=3, limit=1).body] == whole[:1]
    assert api.get("/groups", limit="many").status == 400


def test_sorting(api: Api) -> None:
    titles = [d["title"] for d in api.get("/dashboards/search", sorts="title desc,id").body]
    assert titles == sorted(titles, key=str.casefold, reverse=True)
    ids = [int(d["id"]) for d in api.get("/dashboards/search", sorts="id desc").body]
    assert ids == sorted(ids, reverse=True)
    assert api.get("/dashboards/search", sorts="updated_at").status == 422


def test_fields_are_chosen_in_depth(api: Api) -> None:
    path = "/dashboards/sales-overview"
    answer = api.get(
        path, fields="id,title,folder(id,name),dashboard_elements(id,query(model,view)),no_such"
    ).body
    assert set(answer) == {"id", "title", "folder", "dashboard_elements"}
    assert set(answer["folder"]) == {"id", "name"}
    assert {frozenset(e) for e in answer["dashboard_elements"]} == {frozenset({"id", "query"})}
    assert set(answer["dashboard_elements"][1]["query"]) == {"model", "view"}
    assert answer["dashboard_elements"][0]["query"] is None
    assert set(api.get("/folders", fields="id").body[0]) == {"id"}
    assert api.get(path, fields="id)").status == 400


def test_operations_without_a_fields_parameter_ignore_it(api: Api) -> None:
    role = api.get("/roles", fields="id").body[0]
    assert set(role) == {"id"}
    assert "name" in api.get(f"/roles/{role['id']}", fields="id").body


def test_like_matches_more_than_it_should(api: Api) -> None:
    assert [look["title"] for look in api.get("/looks/search", title="Bounce rate 100% check_list").body]
    assert matches("100 percent check-list", "100% check_list")
    assert like("a_c").fullmatch("ABC")
    assert not like("a.c").fullmatch("abc")


@pytest.mark.parametrize(
    ("value", "wanted", "answer"),
    [
        (None, "IS NULL", True),
        (None, "NOT NULL", False),
        ("x", "not null", True),
        (True, "true", True),
        (None, "false", True),
        ("true", "true", True),
        (["a", "b"], "b", True),
        (7, "7", True),
        ("seven", "7", False),
    ],
)
def test_values_and_parameters(value: object, wanted: str, answer: bool) -> None:
    assert matches(value, wanted) is answer


def test_ids_come_as_a_list() -> None:
    assert matches_id("3", "1, 3")
    assert not matches_id("13", "1,3")
    assert matches_id(["4", "5"], "5,6")
    assert matches_id(None, "IS NULL")


def test_field_trees() -> None:
    assert field_tree("id, a(b,c(d)) ,e") == {"id": {}, "a": {"b": {}, "c": {"d": {}}}, "e": {}}
    with pytest.raises(ApiError):
        field_tree("a)")


def test_ids_in_paths_may_be_encoded(api: Api, inst: Instance) -> None:
    assert api.get("/dashboards/ecommerce%3A%3Astore_health").status == 200
    assert api.get("/dashboards/ecommerce::store_health").status == 200
    inst.create("lookml_model", name="odd/name %2F")
    assert api.get("/lookml_models/odd%2Fname%20%252F").body["name"] == "odd/name %2F"


def test_several_ids_and_wildcards_at_once(api: Api, inst: Instance) -> None:
    two = ",".join(d["id"] for d in inst.all("dashboard")[:2])
    assert len(api.get("/dashboards/search", id=two).body) == 2
    assert len(api.get("/dashboards/search", title="%REVIEW").body) == 4
    assert api.get("/dashboards/search", title="%REVIEW", id="99999").body == []
    assert len(api.get("/dashboards/search", title="%REVIEW", slug="pnl", filter_or="true").body) == 5

from __future__ import annotations

from typing import Any

import pytest

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway

from .stub import Request, Response, Stub


def serve(stub: Stub, objects: list[Any]) -> None:
    def route(request: Request) -> Response:
        start = int(request.query["offset"])
        return Response(body=objects[start : start + int(request.query["limit"])])

    stub.route = route


@pytest.mark.parametrize(("count", "calls"), [(0, 1), (1, 1), (10, 2), (25, 3), (30, 4)])
def test_all_pages(stub: Stub, gateway: Gateway, count: int, calls: int) -> None:
    objects = [{"id": str(n)} for n in range(count)]
    serve(stub, objects)
    pages = list(gateway.pages("/users", page_size=10, fields="id"))
    assert [item for page in pages for item in page] == objects
    assert [] not in pages
    assert len(stub.calls) == calls
    assert all((r.query["sorts"], r.query["fields"]) == ("id", "id") for r in stub.calls)


def test_another_order_or_none(stub: Stub, gateway: Gateway) -> None:
    serve(stub, [])
    list(gateway.pages("/users", sorts="email"))
    list(gateway.pages("/groups", sorts=None))
    assert [r.query.get("sorts") for r in stub.calls] == ["email", None]


def test_a_server_that_ignores_the_offset(stub: Stub, gateway: Gateway) -> None:
    objects = [{"id": str(n)} for n in range(10)]
    stub.route = lambda _: Response(body=objects)
    assert list(gateway.pages("/users", page_size=10)) == [objects]
    assert len(stub.calls) == 2


def test_a_server_that_ignores_the_limit(stub: Stub, gateway: Gateway) -> None:
    objects = [{"id": n} for n in range(25)]
    stub.route = lambda _: Response(body=objects)
    assert list(gateway.pages("/users", page_size=10)) == [objects]


def test_a_server_that_ignores_both_and_has_no_ids(stub: Stub, gateway: Gateway) -> None:
    objects = ["a", {"name": "b"}, {"id": None}]
    stub.route = lambda _: Response(body=objects)
    assert list(gateway.pages("/x", page_size=3)) == [objects]


def test_objects_that_slide_to_the_next_page_come_once(stub: Stub, gateway: Gateway) -> None:
    stub.script(
        Response(body=[{"id": 1}, {"id": 2}]),
        Response(body=[{"id": "2"}, {"id": "3"}]),
        Response(body=[{"id": "4"}]),
    )
    assert list(gateway.pages("/x", page_size=2)) == [
        [{"id": 1}, {"id": 2}],
        [{"id": "3"}],
        [{"id": "4"}],
    ]


def test_headers_are_not_believed(stub: Stub, gateway: Gateway) -> None:
    stub.route = lambda _: Response(
        body=[{"id": 1}], headers={"X-Total-Count": "99", "Link": '<x>; rel="next"'}
    )
    assert list(gateway.pages("/x")) == [[{"id": 1}]]
    assert len(stub.calls) == 2


@pytest.mark.parametrize("headers", [True, False])
@pytest.mark.parametrize(("most", "count"), [(10, 35), (25, 50), (50, 51), (20, 20)])
def test_a_server_that_gives_less_at_a_time(
    stub: Stub, gateway: Gateway, most: int, count: int, headers: bool
) -> None:
    objects = [{"id": str(n)} for n in range(count)]

    def route(request: Request) -> Response:
        start = int(request.query["offset"])
        told = {"X-Total-Count": str(count)} if headers else {}
        return Response(body=objects[start : start + min(most, int(request.query["limit"]))], headers=told)

    stub.route = route
    pages = list(gateway.pages("/users", page_size=100))
    assert [item for page in pages for item in page] == objects
    assert len(stub.calls) <= count // most + 1


def test_an_odd_limit_of_the_server_is_known_by_its_headers(stub: Stub, gateway: Gateway) -> None:
    objects = [{"id": str(n)} for n in range(17)]

    def route(request: Request) -> Response:
        start = int(request.query["offset"])
        return Response(body=objects[start : start + 7], headers={"X-Total-Count": "17"})

    stub.route = route
    assert [len(page) for page in gateway.pages("/users")] == [7, 7, 3]
    assert len(stub.calls) == 3


def test_what_is_no_list_is_an_error(stub: Stub, gateway: Gateway) -> None:
    stub.route = lambda _: Response(body={"users": []})
    with pytest.raises(ApiError, match="GET /users gave no list"):
        list(gateway.pages("/users"))

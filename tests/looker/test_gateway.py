from __future__ import annotations

import gzip
import json
import threading
from typing import Any

import pytest

from lookervault.errors import ApiError, AuthError, Refused
from lookervault.looker.gateway import Gateway, Reply
from lookervault.looker.stats import Stats

from .conftest import CLIENT_SECRET, Dial
from .stub import Response, Stub


def test_nothing_is_sent_before_the_first_call(stub: Stub, gateway: Gateway) -> None:
    assert gateway.host == f"127.0.0.1:{stub.port}"
    assert stub.connections == 0


def test_raw_json_comes_through(stub: Stub, gateway: Gateway) -> None:
    text = b'{"id":"12","unknown":{"x":null},"big":18446744073709551616,"float":1.0,"t":"EXPLICIT_NULL"}'
    stub.route = lambda _: Response(body=text)
    assert gateway.get("/dashboards/12") == json.loads(text)


def test_raw_json_is_sent(stub: Stub, gateway: Gateway) -> None:
    gateway.request("PATCH", "/looks/1", body={"title": None, "n": 2**70, "f": 1.0, "s": "ö"})
    call = stub.calls[0]
    assert call.body == '{"title":null,"n":1180591620717411303424,"f":1.0,"s":"ö"}'.encode()
    assert call.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("body", "sent"), [(b'{"a":1}', b'{"a":1}'), ({}, b"{}"), ([], b"[]"), (None, b"")])
def test_bodies_are_sent_as_they_are(stub: Stub, gateway: Gateway, body: Any, sent: bytes) -> None:
    gateway.request("POST", "/folders", body=body)
    assert stub.calls[0].body == sent


def test_paths_and_queries(stub: Stub, gateway: Gateway) -> None:
    gateway.get(("dashboards", "model::a/b %"), fields="id,folder(id)", deleted=True, limit=None, ids=[1, 2])
    call = stub.calls[0]
    assert call.target == (
        "/api/4.0/dashboards/model%3A%3Aa%2Fb%20%25?fields=id,folder(id)&deleted=true&ids=1,2"
    )


@pytest.mark.parametrize(
    "path", ["/users/../login", ("users", ""), "http://evil.example/", "//evil.example/x"]
)
def test_a_path_out_of_the_api_is_never_called(stub: Stub, gateway: Gateway, path: Any) -> None:
    with pytest.raises(Refused):
        gateway.request("DELETE", path)
    assert stub.requests == []


def test_status_and_headers_are_known(stub: Stub, gateway: Gateway) -> None:
    stub.route = lambda _: Response(201, [1], {"X-Total-Count": "7", "Link": "<x>"})
    reply = gateway.request("POST", "/dashboards/1/copy")
    assert (reply.status, reply.headers["x-total-count"], reply.headers["link"]) == (201, "7", "<x>")
    assert reply.json() == [1]


def test_no_content_is_none(stub: Stub, gateway: Gateway) -> None:
    stub.route = lambda _: Response(204)
    assert gateway.request("DELETE", "/looks/1").json() is None


def test_compressed_answers(stub: Stub, gateway: Gateway) -> None:
    stub.route = lambda _: Response(body=gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"})
    assert gateway.get("/x") == {"a": 1}


def test_a_reply_does_not_show_its_body() -> None:
    assert "s3cret" not in repr(Reply(200, {}, b"s3cret"))


@pytest.mark.parametrize("base", ["/", "//", "/looker", "/looker/", "/looker/api/4.0/"])
def test_base_url_with_a_slash_or_a_path(stub: Stub, dial: Dial, base: str) -> None:
    gateway = dial(stub.base_url + base)
    prefix = "/looker" if "looker" in base else ""
    if prefix:
        stub.route = lambda r: Response(body={"access_token": "t", "expires_in": 60, "me": True})
    gateway.me()
    gateway.close()
    assert [r.target for r in stub.requests] == [
        f"{prefix}/api/4.0/login",
        f"{prefix}/api/4.0/user",
        f"{prefix}/api/4.0/logout",
    ]


class TestBudget:
    """The budget and the counters."""

    def test_calls_beyond_the_budget_are_not_sent(self, stub: Stub, dial: Dial) -> None:
        gateway = dial(stats=Stats(2))
        gateway.versions()
        gateway.get("/x")
        gateway.get("/x")
        with pytest.raises(Refused, match="budget of 2"):
            gateway.get("/x")
        assert [r.path for r in stub.calls] == ["/versions", "/x", "/x"]

    def test_repeats_draw_on_the_budget_too(self, stub: Stub, dial: Dial) -> None:
        stub.route = lambda _: Response(503)
        with pytest.raises(Refused):
            dial(stats=Stats(2)).get("/x")
        assert len(stub.calls) == 2

    def test_counters(self, stub: Stub, dial: Dial) -> None:
        gateway = dial()
        for path in ("/versions", "/queries/1", "/merge_queries/1", "/folders/1"):
            gateway.get(path)
        gateway.close()
        assert gateway.stats.calls == len(stub.requests) == 6
        assert gateway.stats.by_bucket == {"none": 3, "db_query": 2, "non_query": 1}

    def test_counters_of_many_threads(self, stub: Stub, gateway: Gateway) -> None:
        def work() -> None:
            for _ in range(10):
                gateway.get("/x")

        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert gateway.stats.by_bucket == {"none": 1, "non_query": 160}


def test_versions(stub: Stub, gateway: Gateway) -> None:
    stub.script(
        Response(body={"looker_release_version": "26.4.1"}),
        Response(403),
        Response(404, b"<html>"),
        Response(body=[]),
        Response(503),
    )
    assert gateway.versions() == {"looker_release_version": "26.4.1"}
    assert [gateway.versions() for _ in range(3)] == [{}, {}, {}]
    with pytest.raises(ApiError, match="503"):
        gateway.versions()


def test_versions_do_not_hide_wrong_credentials(stub: Stub, gateway: Gateway) -> None:
    stub.login = lambda _: Response(404, {"message": "Not found"})
    with pytest.raises(AuthError):
        gateway.versions()


def test_close_logs_out_once(stub: Stub, dial: Dial) -> None:
    with dial() as gateway:
        gateway.me()
    gateway.close()
    assert [(r.method, r.path, r.token) for r in stub.requests[1:]] == [
        ("GET", "/user", "t1"),
        ("DELETE", "/logout", "t1"),
    ]


def test_close_without_a_login_sends_nothing(stub: Stub, dial: Dial) -> None:
    dial().close()
    assert stub.requests == []


@pytest.mark.parametrize("trouble", [Response(reset=True), Response(500), Response(429)], ids=str)
def test_close_does_not_mind_trouble(stub: Stub, dial: Dial, trouble: Response) -> None:
    gateway = dial()
    gateway.me()
    stub.route = lambda _: trouble
    gateway.close()
    assert stub.requests[-1].path == "/logout"


def test_secrets_that_a_server_echoes_are_hidden(stub: Stub, dial: Dial) -> None:
    stub.login = lambda _: Response(body={"access_token": "token-0123456789", "expires_in": 60})
    stub.route = lambda r: Response(400, f"<pre>{r.headers['authorization']} {CLIENT_SECRET}</pre>".encode())
    with pytest.raises(ApiError, match=r"Bearer \*\*\* \*\*\*$"):
        dial().get("/x")


@pytest.mark.parametrize("text", ['[{"id": 1}, 2, null]', "[1e400]", '[{"t": "\\ud800"}]', "[]", "null", ""])
def test_a_whole_list_comes_in_parts(stub: Stub, gateway: Gateway, text: str) -> None:
    stub.route = lambda _: Response(body=text.encode())
    pages = list(gateway.listed("/boards", {"fields": "id"}, size=2))
    assert [item for page in pages for item in page] == (json.loads(text or "null") or [])
    assert all(0 < len(page) <= 2 for page in pages)


def test_what_is_no_list_is_said_to_be_none(stub: Stub, gateway: Gateway) -> None:
    stub.route = lambda _: Response(body=b'{"id": 1}')
    with pytest.raises(ApiError, match="gave no list"):
        list(gateway.listed("/boards", {}))

from __future__ import annotations

import http.client
import socket
import threading

import pytest

from lookervault.sandbox import Instance, Server, serve
from lookervault.sandbox.kinds import KINDS, Kind

from .conftest import Api


def test_calls_are_noted_with_their_status(api: Api, server: Server, shared: str) -> None:
    server.calls.clear()
    api.post("/folders", {"name": "One", "parent_id": shared})
    api.post("/folders", {"name": "One", "parent_id": shared})
    api.get("/dashboards/ecommerce%3A%3Astore_health", fields="id")
    assert [(c.method, c.path, c.query, c.status) for c in server.calls] == [
        ("POST", "/folders", {}, 200),
        ("POST", "/folders", {}, 422),
        ("GET", "/dashboards/ecommerce::store_health", {"fields": "id"}, 200),
    ]
    assert server.calls[0].body == {"name": "One", "parent_id": shared}


def test_connections_are_kept_and_answers_come_in_one_piece(server: Server) -> None:
    link = http.client.HTTPConnection("127.0.0.1", server.port)
    for _ in range(3):
        link.request("GET", "/api/4.0/versions")
        assert link.getresponse().read().startswith(b"{")
        kept = link.sock
    assert link.sock is kept
    link.close()


def test_what_cannot_be_read_is_refused(api: Api, server: Server) -> None:
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = api.pool.request("POST", f"{server.url}/api/4.0/folders", body=b"{", headers=headers)
    assert answer.status == 400
    assert api.post("/folders").status == 400
    assert api.post("/folders", ["x"]).status == 422
    assert api.pool.request("GET", f"{server.url}/elsewhere").status == 404


def test_many_threads_at_once(api: Api, inst: Instance, shared: str) -> None:
    def work(number: int) -> None:
        for each in range(5):
            assert api.post("/folders", {"name": f"T {number} {each}", "parent_id": shared}).status == 200

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [f["id"] for f in inst.all("folder") if (f["name"] or "").startswith("T ")]
    assert len(made) == len(set(made)) == 40


def test_close_ends_threads_and_sockets(inst: Instance) -> None:
    before = threading.active_count()
    with serve(inst) as server:
        links = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(3)]
    for link in links:
        link.close()
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def test_an_error_in_the_rules_comes_to_light(inst: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a rule is broken")

    with pytest.raises(RuntimeError, match="a rule is broken"), serve(inst) as server:
        api = Api(server)
        api.login()
        monkeypatch.setitem(KINDS, "user", Kind("user", broken))  # type: ignore[arg-type]
        with pytest.raises(Exception, match="Connection aborted"):
            api.get("/user")
        api.pool.clear()

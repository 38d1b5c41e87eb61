from __future__ import annotations

import http.client
import time

import pytest
import urllib3

from lookervault.sandbox import Call, Faults, Instance, Server, serve

from .conftest import Api


def only(fault: str, **more: object) -> Faults:
    """This fault on every call but the login."""
    return Faults(script=lambda call: fault, **more)  # type: ignore[arg-type]


def test_rate_limits(api: Api, server: Server) -> None:
    server.faults = only("429")
    reply = api.get("/folders")
    assert (reply.status, "Retry-After" in reply.headers) == (429, False)
    server.faults = only("429", retry_after=1.5)
    assert api.get("/folders").headers["Retry-After"] == "1.5"


def test_server_errors(api: Api, server: Server) -> None:
    server.faults = only("500")
    assert api.get("/folders").body["message"]
    server.faults = only("502")
    reply = api.get("/folders")
    assert (reply.status, reply.headers["Content-Type"]) == (502, "text/html")
    assert reply.body.startswith(b"<html>")
    server.faults = only("504")
    assert api.get("/folders").status == 504


@pytest.mark.parametrize(
    ("fault", "acted"), [("reset_before", False), ("reset_after", True), ("truncated", True)]
)
def test_answers_that_are_lost(
    api: Api, server: Server, inst: Instance, shared: str, fault: str, acted: bool
) -> None:
    server.faults = only(fault)
    with pytest.raises((urllib3.exceptions.ProtocolError, http.client.HTTPException)):
        api.post("/folders", {"name": "Lost", "parent_id": shared})
    server.faults = Faults()
    assert ("Lost" in [f["name"] for f in inst.all("folder")]) is acted
    assert [call.fault for call in server.calls if call.path == "/folders"] == [fault]
    assert api.get("/folders").status == 200


def test_a_reset_is_a_reset(api: Api, server: Server) -> None:
    server.faults = only("reset_before")
    with pytest.raises(urllib3.exceptions.ProtocolError) as caught:
        api.get("/folders")
    assert isinstance(caught.value.args[1], ConnectionResetError)


def test_a_stall_gives_no_answer(api: Api, server: Server, inst: Instance) -> None:
    server.faults = only("stall", stall_seconds=0.05)
    before = time.monotonic()
    with pytest.raises(urllib3.exceptions.ProtocolError):
        api.get("/folders")
    assert time.monotonic() - before >= 0.05


def test_a_stalled_server_can_be_closed(inst: Instance) -> None:
    with serve(inst, faults=only("stall", stall_seconds=60)) as server:
        api = Api(server)
        api.login()
        with pytest.raises(urllib3.exceptions.ReadTimeoutError):
            api.pool.request("GET", f"{server.url}/api/4.0/folders", timeout=0.05)
        api.pool.clear()
        before = time.monotonic()
    assert time.monotonic() - before < 2


def test_latency(api: Api, server: Server) -> None:
    server.faults = Faults(latency=0.03)
    before = time.monotonic()
    api.get("/versions")
    assert time.monotonic() - before >= 0.03


def test_the_seed_decides_and_repeats_are_new_throws() -> None:
    def chosen(seed: int) -> list[str | None]:
        faults = Faults(seed=seed, rate=0.3)
        return [faults.choose(Call("GET", f"/x/{n % 50}", {})) for n in range(200)]

    assert chosen(1) == chosen(1) != chosen(2)
    hit = [fault for fault in chosen(1) if fault]
    assert 30 < len(hit) < 90
    assert set(hit) == {"429", "500", "reset_before"}
    calls = chosen(1)
    assert any(calls[n] and not calls[n + 50] for n in range(50))


def test_logins_are_spared_unless_asked_for(server: Server) -> None:
    server.faults = only("500")
    assert Api(server).login().status == 200
    server.faults = only("500", login=True)
    assert Api(server).login().status == 500


def test_a_script_sees_the_call(api: Api, server: Server) -> None:
    seen: list[Call] = []

    def script(call: Call) -> str | None:
        seen.append(call)
        return "500" if call.method == "POST" else None

    server.faults = Faults(script=script)
    assert api.get("/folders", fields="id").status == 200
    assert api.post("/folders", {"name": "X"}).status == 500
    assert [(c.method, c.path, c.query, c.body) for c in seen] == [
        ("GET", "/folders", {"fields": "id"}, None),
        ("POST", "/folders", {}, {"name": "X"}),
    ]


def test_unknown_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="teapot"):
        Faults(kinds=("teapot",))


def test_tokens_that_end_are_asked_for_anew(api: Api, server: Server) -> None:
    server.faults = only("token")
    assert api.get("/folders").status == 401
    server.faults = Faults()
    assert api.get("/folders").status == 401

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
import urllib3.util.connection as wire

from lookervault.errors import AnswerLost, ApiError, Unreachable
from lookervault.looker.gateway import Gateway, Retry
from lookervault.looker.limiter import Limiter

from .conftest import Dial
from .stub import Response, Stub


class Clock:
    """Time for a limiter, which passes only while it sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def limiter(self) -> Limiter:
        return Limiter(clock=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class TestRepeats:
    """What is sent again, and what is not."""

    TROUBLE = (
        Response(500, {"message": "oops"}),
        Response(502, b"<html>Bad Gateway</html>"),
        Response(503),
        Response(504),
        Response(reset=True),
        Response(body=b'{"a": 1}', length=100),
        Response(body=b'{"a": ', length=-1, headers={"Connection": "close"}),
        Response(body=b"<html>maintenance</html>"),
    )

    @pytest.mark.parametrize("trouble", TROUBLE, ids=str)
    @pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
    def test_what_is_repeatable_is_repeated(
        self, stub: Stub, gateway: Gateway, slept: list[float], method: str, trouble: Response
    ) -> None:
        stub.script(trouble, trouble, Response(body={"id": "1"}))
        assert gateway.request(method, "/looks/1", body={"a": 1}).json() == {"id": "1"}
        assert slept == [0.5, 1.0]
        assert [r.body for r in stub.calls] == [b'{"a":1}'] * 3

    @pytest.mark.parametrize("trouble", TROUBLE, ids=str)
    def test_a_create_whose_answer_is_lost_is_not_sent_again(
        self, stub: Stub, gateway: Gateway, trouble: Response
    ) -> None:
        stub.route = lambda _: trouble
        with pytest.raises(AnswerLost) as caught:
            gateway.request("POST", "/boards", body={})
        assert (caught.value.method, caught.value.path) == ("POST", "/boards")
        assert len(stub.calls) == 1

    def test_a_post_that_is_safe_is_repeated(self, stub: Stub, gateway: Gateway) -> None:
        stub.script(Response(reset=True), Response(body={"id": "q"}))
        assert gateway.request("POST", "/queries", body={}, repeatable=True).json() == {"id": "q"}

    def test_a_patch_that_is_not_safe_is_not_repeated(self, stub: Stub, gateway: Gateway) -> None:
        stub.route = lambda _: Response(503)
        with pytest.raises(AnswerLost):
            gateway.request("PATCH", "/scheduled_plans/1", body={}, repeatable=False)
        assert len(stub.calls) == 1

    def test_it_gives_up_in_the_end(self, stub: Stub, gateway: Gateway) -> None:
        stub.route = lambda _: Response(503, {"message": "busy"})
        with pytest.raises(ApiError, match="answered 503 to GET /x: busy") as caught:
            gateway.get("/x")
        assert type(caught.value) is ApiError
        with pytest.raises(AnswerLost):
            gateway.request("PATCH", "/x", body={})
        assert len(stub.calls) == 8

    def test_no_retries_on_request(self, stub: Stub, dial: Dial) -> None:
        stub.route = lambda _: Response(503)
        with pytest.raises(ApiError):
            dial(max_retries=0).get("/x")
        assert len(stub.calls) == 1

    def test_a_time_out(self, stub: Stub, dial: Dial) -> None:
        gateway = dial(timeout=0.2)
        stub.script(Response(delay=0.4), Response(body={"a": 1}), Response(delay=0.4))
        assert gateway.get("/x") == {"a": 1}
        with pytest.raises(AnswerLost, match=r"POST .*/boards: the answer was lost: timed out"):
            gateway.request("POST", "/boards", body={})

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_nobody_listens(self, dial: Dial, slept: list[float], method: str) -> None:
        dead = Stub()
        dead.close()
        gateway = dial(dead.base_url)
        with pytest.raises(Unreachable, match=r"no connection: .*refused"):
            gateway.request(method, "/boards", body={})
        assert len(slept) == 3

    def test_no_such_host(self, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_: Any) -> Any:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(Unreachable, match=r"no connection: .*Name or service not known"):
            dial("http://host.invalid").me()

    def test_a_create_is_sent_again_when_nobody_had_listened(
        self, stub: Stub, dial: Dial, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gateway = dial()
        gateway.me()
        gateway._sender.transport.close()
        refusals = [ConnectionRefusedError(111, "Connection refused")] * 2
        create = wire.create_connection

        def connect(*args: Any, **options: Any) -> Any:
            if refusals:
                raise refusals.pop()
            return create(*args, **options)

        monkeypatch.setattr(wire, "create_connection", connect)
        gateway.request("POST", "/boards", body={})
        assert [r.method for r in stub.calls] == ["GET", "POST"]

    def test_a_reset_on_an_idle_connection_is_not_hidden(self, stub: Stub, gateway: Gateway) -> None:
        gateway.me()
        stub.route = lambda _: Response(reset=True)
        with pytest.raises(AnswerLost):
            gateway.request("POST", "/boards", body={})
        assert stub.connections == 1

    def test_a_connection_closed_meanwhile_is_replaced(self, stub: Stub, gateway: Gateway) -> None:
        stub.route = lambda _: Response(body={}, hang_up=True)
        for _ in range(3):
            gateway.request("POST", "/boards", body={})
            time.sleep(0.05)
        assert len(stub.calls) == 3
        assert stub.connections == 3

    def test_client_errors_are_not_repeated(self, stub: Stub, gateway: Gateway) -> None:
        for status in (400, 403, 404, 405, 409, 422):
            stub.route = lambda _, status=status: Response(status, {"message": "no"})  # type: ignore[misc]
            with pytest.raises(ApiError) as caught:
                gateway.get("/x")
            assert caught.value.status == status
        assert len(stub.calls) == 6

    def test_redirects_are_not_followed(self, stub: Stub, gateway: Gateway) -> None:
        other = Stub()
        stub.route = lambda _: Response(302, headers={"Location": f"{other.base_url}/x"})
        with pytest.raises(ApiError, match="redirects"):
            gateway.get("/x")
        other.close()
        assert other.requests == []

    def test_on_retry_is_told(self, stub: Stub, dial: Dial) -> None:
        told: list[Retry] = []
        gateway = dial(on_retry=told.append)
        stub.script(Response(503, {"message": "busy"}), Response(body={}))
        gateway.get("/x")
        assert told == [Retry("GET", "/x", 1, 0.5, 503, "Looker answered 503 to GET /x: busy")]
        assert gateway.stats.retries == 1


class TestDeletes:
    """A deletion may have worked although its answer was lost."""

    def test_gone_on_a_repeat_is_done(self, stub: Stub, gateway: Gateway) -> None:
        stub.script(Response(reset=True), Response(404, {"message": "Not found"}))
        assert gateway.request("DELETE", "/looks/1").status == 404

    def test_gone_at_first_is_an_error(self, stub: Stub, gateway: Gateway) -> None:
        stub.route = lambda _: Response(404, {"message": "Not found"})
        with pytest.raises(ApiError, match="404"):
            gateway.request("DELETE", "/looks/1")

    def test_gone_after_an_attempt_that_cannot_have_worked_is_an_error(self, stub: Stub, dial: Dial) -> None:
        stub.script(Response(429), Response(404, {"message": "Not found"}))
        with pytest.raises(ApiError, match="404"):
            dial(limiter=Clock().limiter()).request("DELETE", "/looks/1")


class TestRateLimit:
    """429 means that nothing has happened."""

    def test_even_a_create_is_sent_again(self, stub: Stub, dial: Dial, slept: list[float]) -> None:
        clock = Clock()
        gateway = dial(limiter=clock.limiter())
        stub.script(Response(429, headers={"Retry-After": "7"}), Response(429), Response(body={"id": "1"}))
        assert gateway.request("POST", "/boards", body={}).json() == {"id": "1"}
        assert slept == [7.0, 1.0]
        assert clock.now >= 7.0
        assert (gateway.stats.rate_limited, gateway.stats.retries) == (2, 2)

    def test_all_threads_are_held_back(self, stub: Stub, dial: Dial) -> None:
        clock = Clock()
        gateway = dial(limiter=clock.limiter())
        stub.script(Response(429, headers={"Retry-After": "30"}), Response(body={}))
        gateway.get("/x")
        assert clock.now >= 30.0

    def test_it_gives_up_when_told_to_come_back_tomorrow(self, stub: Stub, dial: Dial) -> None:
        gateway = dial(limiter=Clock().limiter())
        stub.route = lambda _: Response(429, headers={"Retry-After": "86400"})
        with pytest.raises(ApiError) as caught:
            gateway.get("/x")
        assert (caught.value.status, caught.value.retry_after) == (429, 86400.0)
        assert len(stub.calls) == 1

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from looker_sdk.rtl.auth_token import AccessToken

from lookervault.errors import ApiError, AuthError, LookervaultError, Unreachable
from lookervault.looker.gateway import Gateway, connect
from lookervault.looker.session import MonotonicToken
from lookervault.looker.settings import Connection

from .conftest import CLIENT_ID, CLIENT_SECRET, Dial
from .stub import Request, Response, Stub


def at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    """What each of so many threads got, an error of ours included."""
    start, results = threading.Barrier(count), []

    def run() -> None:
        start.wait()
        try:
            results.append(work())
        except LookervaultError as error:
            results.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_login_form(stub: Stub, gateway: Gateway) -> None:
    gateway.me()
    login = stub.requests[0]
    assert (login.method, login.target) == ("POST", "/api/4.0/login")
    assert login.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in login.headers
    assert parse_qs(login.body.decode()) == {"client_id": [CLIENT_ID], "client_secret": [CLIENT_SECRET]}
    assert stub.requests[1].token == "t1"


def test_the_login_leaves_no_trace_in_the_call_that_caused_it(stub: Stub, gateway: Gateway) -> None:
    gateway.request("PATCH", "/looks/1", body={"title": None})
    assert stub.calls[0].headers["content-type"] == "application/json"


def test_cold_threads_log_in_once(stub: Stub, gateway: Gateway) -> None:
    at_once(16, gateway.me)
    assert stub.logins == 1
    assert {r.token for r in stub.calls} == {"t1"}


def test_a_lost_token_is_renewed_once_for_all_threads(stub: Stub, gateway: Gateway) -> None:
    gateway.me()
    stub.route = lambda r: Response(401) if r.token == "t1" else Response(body={"id": "1"})
    assert at_once(16, gateway.me) == [{"id": "1"}] * 16
    assert stub.logins == 2


def test_a_create_is_sent_again_after_401(stub: Stub, gateway: Gateway) -> None:
    gateway.me()
    stub.route = lambda r: Response(401) if r.token == "t1" else Response(body={"id": "1"})
    assert gateway.request("POST", "/boards", body={"a": 1}).json() == {"id": "1"}
    assert [r.body for r in stub.calls[1:]] == [b'{"a":1}'] * 2


def test_401_for_ever_is_an_auth_error_after_one_renewal(stub: Stub, gateway: Gateway) -> None:
    stub.route = lambda _: Response(401, {"message": "Requires authentication."})
    with pytest.raises(AuthError, match="401 to GET /user: Requires authentication") as caught:
        gateway.me()
    assert caught.value.status == 401
    assert stub.logins == 2
    assert len(stub.calls) == 2


def accepting(gateway: Gateway, good: str) -> Callable[[Request], Response]:
    """Takes one token only, while calls of other threads seem to be accepted with any."""

    def route(request: Request) -> Response:
        gateway._session.token.proven = True
        return Response(200 if request.token == good else 401, {"token": request.token})

    return route


def test_a_renewed_token_that_was_good_may_be_renewed_again(stub: Stub, gateway: Gateway) -> None:
    stub.route = accepting(gateway, "t3")
    assert gateway.get("/x") == {"token": "t3"}


def test_renewals_end(stub: Stub, gateway: Gateway) -> None:
    stub.route = accepting(gateway, "none")
    with pytest.raises(AuthError):
        gateway.get("/x")
    assert len(stub.calls) == 3


def test_an_answer_to_an_old_token_does_not_drop_the_new_one(gateway: Gateway) -> None:
    session = gateway._session
    old = session.bearer()
    session.invalidate(old)
    new = session.bearer()
    session.invalidate(old)
    assert session.bearer() is new


@pytest.mark.parametrize("status", [401, 403, 404])
def test_refused_credentials(stub: Stub, gateway: Gateway, status: int) -> None:
    stub.login = lambda r: Response(status, {"message": f"wrong: {r.body.decode()}"})
    with pytest.raises(AuthError) as caught:
        gateway.me()
    error = caught.value
    assert error.status == status
    assert stub.base_url in error.hint
    assert stub.base_url in error.message
    assert CLIENT_SECRET not in error.message + error.hint
    assert CLIENT_ID not in error.message + error.hint
    assert stub.logins == 1
    assert stub.calls == []


def test_refused_credentials_are_tried_once_by_waiting_threads(stub: Stub, gateway: Gateway) -> None:
    stub.login = lambda _: Response(404, delay=0.2)
    results = at_once(16, gateway.me)
    assert [type(result) for result in results] == [AuthError] * 16
    assert stub.logins == 1
    stub.login = lambda _: Response(body={"access_token": "good"})
    assert gateway.me() == {}


def test_no_credentials(stub: Stub) -> None:
    gateway = connect(Connection(stub.base_url, "", ""))
    with pytest.raises(AuthError, match="no client id"):
        gateway.me()
    gateway.close()
    assert stub.requests == []


def test_the_login_is_repeated_like_any_call(stub: Stub, gateway: Gateway, slept: list[float]) -> None:
    answers = [Response(503), Response(reset=True), Response(body=b"{"), Response(body={"access_token": "t"})]
    stub.login = lambda _: answers.pop(0)
    gateway.request("POST", "/boards", body={})
    assert slept == [0.5, 1.0, 2.0]
    assert len(stub.calls) == 1


@pytest.mark.parametrize(
    "trouble", [Response(503), Response(reset=True), Response(302), Response(501)], ids=str
)
def test_a_failed_login_says_that_the_call_was_not_sent(
    stub: Stub, gateway: Gateway, trouble: Response
) -> None:
    stub.login = lambda _: trouble
    with pytest.raises(Unreachable, match=r"login at .* failed") as caught:
        gateway.request("POST", "/boards", body={})
    assert isinstance(caught.value, ApiError)
    assert stub.logins == (4 if trouble.status in (200, 503) else 1)
    assert stub.calls == []


@pytest.mark.parametrize("body", [{}, [], {"access_token": ""}, {"access_token": 7}, b""])
def test_an_answer_without_a_token(stub: Stub, gateway: Gateway, body: Any) -> None:
    stub.login = lambda _: Response(body=body)
    with pytest.raises(AuthError, match="gave no access token"):
        gateway.me()


@pytest.mark.parametrize("expires_in", [None, 0, -1, "3599", "soon", 3599.9, 1e999, 10**15, []])
def test_a_life_of_any_shape_is_good_for_some_calls(stub: Stub, gateway: Gateway, expires_in: Any) -> None:
    stub.expires_in = expires_in
    for _ in range(3):
        gateway.me()
    assert stub.logins == 1


@pytest.mark.parametrize(
    ("life", "used_for"), [(3600, 3540), (120, 60), (100, 50), (60, 30), (10, 5), (1, 0.5), (None, 3540)]
)
def test_a_token_is_renewed_a_minute_early_or_halfway(life: int | None, used_for: float) -> None:
    now = [0.0]
    token = MonotonicToken(AccessToken(access_token="t", expires_in=life), lambda: now[0])
    now[0] = used_for - 0.01
    assert token.is_active
    now[0] = used_for
    assert not token.is_active


def test_an_old_token_is_renewed_once_for_all_threads(stub: Stub, dial: Dial) -> None:
    gateway, now = dial(), [0.0]
    gateway._session._clock = lambda: now[0]
    gateway.me()
    now[0] = 3541.0
    at_once(16, gateway.me)
    assert stub.logins == 2
    assert {r.token for r in stub.calls[1:]} == {"t2"}

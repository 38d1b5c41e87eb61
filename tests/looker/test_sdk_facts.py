"""Facts of the installed SDK that the client is built around: when one changes, its reason may have gone."""

from __future__ import annotations

import json
import socket
from typing import Any

import looker_sdk
import pytest
from looker_sdk import error as sdk_error
from looker_sdk.rtl import serialize
from looker_sdk.rtl.auth_session import AuthSession
from looker_sdk.rtl.requests_transport import RequestsTransport
from looker_sdk.sdk.api40.methods import Looker40SDK

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.looker.session import Session, Settings
from lookervault.looker.settings import Connection
from lookervault.looker.transport import PooledTransport

from .stub import Response, Stub


def hooks() -> int:
    """How many hooks the SDK's shared converter has."""
    return len(serialize.converter40._structure_func._function_dispatch._handler_pairs)


@pytest.fixture
def stock(stub: Stub) -> Looker40SDK:
    """The SDK as it comes, on the stub."""
    return looker_sdk.init40(config_settings=Settings(Connection(stub.base_url, "i", "s")))


def test_ours_is_the_official_sdk_in_its_own_seams(gateway: Gateway) -> None:
    sdk = gateway._sdk
    assert isinstance(sdk, Looker40SDK)
    assert isinstance(sdk.auth, Session)
    assert isinstance(sdk.auth, AuthSession)
    assert isinstance(sdk.transport, PooledTransport)
    assert sdk.auth.authenticate({}) == {"Authorization": "Bearer t1"}


def test_our_calls_add_no_hooks(stub: Stub, gateway: Gateway) -> None:
    gateway.me()
    before = hooks()
    stub.route = lambda r: Response(422, {"message": "m"}) if r.path == "/bad" else Response(body={"id": "1"})
    for _ in range(200):
        gateway.me()
        with pytest.raises(ApiError):
            gateway.get("/bad")
    assert hooks() == before


def test_typed_calls_add_a_hook_each(stub: Stub, stock: Looker40SDK) -> None:
    stock.me()
    before = hooks()
    for _ in range(5):
        stock.me()
    assert hooks() == before + 5


def test_our_errors_open_no_other_connection(
    stub: Stub, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        asked.append(host)
        return look_up("127.0.0.1", *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    url = "https://cloud.google.com/looker/docs/r/err/4.0/422/post/folders"
    body = {"message": "m", "documentation_url": url, "errors": [{"field": "a", "documentation_url": url}]}
    stub.route = lambda _: Response(422, body)
    with pytest.raises(ApiError):
        gateway.request("POST", "/folders", body={})
    assert set(asked) == {"127.0.0.1"}


def test_sdk_errors_look_up_their_documentation(
    stub: Stub, stock: Looker40SDK, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []

    def look_up(_: Any, url: str) -> tuple[str, str]:
        looked_up.append(url)
        return "", ""

    monkeypatch.setattr(sdk_error.ErrorDocHelper, "parse_and_lookup", look_up)
    errors = [{"field": "a", "documentation_url": "two"}]
    stub.route = lambda _: Response(422, {"message": "m", "documentation_url": "one", "errors": errors})
    with pytest.raises(sdk_error.SDKError) as caught:
        stock.me()
    assert looked_up == ["one", "two"]
    assert not hasattr(caught.value, "status")


def test_odd_error_bodies_break_the_sdk(stub: Stub, stock: Looker40SDK) -> None:
    stub.route = lambda _: Response(422, {"message": "m", "errors": None})
    with pytest.raises(Exception, match="SDKError") as caught:
        stock.me()
    assert not isinstance(caught.value, sdk_error.SDKError)


def test_the_sdk_writes_into_transport_options(stub: Stub, stock: Looker40SDK) -> None:
    options: dict[str, Any] = {"timeout": 5}
    stock.patch("/looks/1", str, body={"a": 1}, transport_options=options)  # type: ignore[arg-type]
    assert "headers" in options
    assert stub.calls[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_the_sdk_does_not_send_bytes(stub: Stub, stock: Looker40SDK) -> None:
    stock.post("/folders", str, body=b'{"a":1}')
    assert stub.calls[0].body == b""


def test_the_sdk_never_renews_after_401(stub: Stub, stock: Looker40SDK) -> None:
    stub.route = lambda _: Response(401, {"message": "m"})
    for _ in range(2):
        with pytest.raises(sdk_error.SDKError):
            stock.me()
    assert stub.logins == 1


def test_the_sdk_drops_a_path_of_base_url_from_calls_only(stub: Stub) -> None:
    settings = Settings(Connection(f"{stub.base_url}/looker", "i", "s"))
    stub.route = lambda _: Response(body={"access_token": "t", "expires_in": 3600})
    looker_sdk.init40(config_settings=settings).get("/user", str)
    assert [r.target for r in stub.requests] == ["/looker/api/4.0/login", "/api/4.0/user"]


def test_the_sdk_drops_unknown_fields(stub: Stub, stock: Looker40SDK) -> None:
    stub.route = lambda _: Response(body={"id": "1", "brand_new": True})
    assert "brand_new" not in json.dumps(vars(stock.me()), default=str)


def test_the_sdk_speaks_through_requests_by_default(stock: Looker40SDK) -> None:
    assert isinstance(stock.transport, RequestsTransport)
    stock.transport.session.close()

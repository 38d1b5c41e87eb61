from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lookervault.looker.gateway import Gateway, connect
from lookervault.looker.retry import Backoff
from lookervault.looker.settings import Connection

from .stub import Stub

CLIENT_ID = "client-id-0123456789"
CLIENT_SECRET = "client-secret-0123456789"

Dial = Callable[..., Gateway]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture
def slept() -> list[float]:
    """The pauses between attempts, which take no time."""
    return []


@pytest.fixture
def dial(stub: Stub, slept: list[float]) -> Iterator[Dial]:
    """Gateways to the stub whose back-off takes no time."""
    opened: list[Gateway] = []

    def dial(
        base_url: str | None = None, max_retries: int = 3, timeout: float = 5.0, **options: object
    ) -> Gateway:
        connection = Connection(base_url or stub.base_url, CLIENT_ID, CLIENT_SECRET, timeout=timeout)
        backoff = Backoff(max_retries, sleep=slept.append, random=lambda: 1.0)
        gateway = connect(connection, backoff=backoff, **options)  # type: ignore[arg-type]
        opened.append(gateway)
        return gateway

    yield dial
    for gateway in opened:
        gateway.close()


@pytest.fixture
def gateway(dial: Dial) -> Gateway:
    return dial()

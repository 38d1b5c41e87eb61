from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import urllib3

from lookervault.sandbox import Instance, Server, demo_instance, serve


@dataclass
class Reply:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class Api:
    """A plain HTTP client of one sandbox."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.pool = urllib3.PoolManager(retries=False)
        self.token = ""

    def login(self, client_id: str = "sandbox", client_secret: str = "sandbox-secret") -> Reply:
        fields = {"client_id": client_id, "client_secret": client_secret}
        reply = self._send("POST", "/login", fields=fields, encode_multipart=False)
        self.token = reply.body.get("access_token", "")
        return reply

    def get(self, path: str, **query: Any) -> Reply:
        return self._send("GET", path, fields=query)

    def post(self, path: str, body: Any = None) -> Reply:
        return self._send("POST", path, json=body)

    def patch(self, path: str, body: Any = None) -> Reply:
        return self._send("PATCH", path, json=body)

    def put(self, path: str, body: Any) -> Reply:
        return self._send("PUT", path, json=body)

    def delete(self, path: str) -> Reply:
        return self._send("DELETE", path)

    def made(self, path: str, **body: Any) -> dict[str, Any]:
        """The answer of a create that must succeed."""
        reply = self.post(path, body)
        assert reply.status == 200, reply.body
        return reply.body  # type: ignore[no-any-return]

    def _send(self, method: str, path: str, **more: Any) -> Reply:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if more.get("json") is not None:
            headers["Content-Type"] = "application/json"
        url = f"{self.server.url}/api/4.0{path}"
        answer = self.pool.request(method, url, headers=headers, timeout=5, **more)
        body = (
            answer.json()
            if answer.headers.get("Content-Type") == "application/json" and answer.data
            else answer.data
        )
        return Reply(answer.status, body, dict(answer.headers))


@pytest.fixture
def inst() -> Instance:
    return demo_instance()


@pytest.fixture
def server(inst: Instance) -> Iterator[Server]:
    with serve(inst) as running:
        yield running


@pytest.fixture
def api(server: Server) -> Iterator[Api]:
    client = Api(server)
    client.login()
    yield client
    client.pool.clear()


@pytest.fixture
def shared(inst: Instance) -> str:
    """The id of the shared root."""
    return str(next(f["id"] for f in inst.all("folder") if f["is_shared_root"]))


@pytest.fixture
def box(api: Api, shared: str) -> str:
    """The id of an empty folder."""
    return str(api.made("/folders", name="Box", parent_id=shared)["id"])


@pytest.fixture
def board(api: Api, box: str) -> dict[str, Any]:
    """An empty dashboard."""
    return api.made("/dashboards", title="Fresh", folder_id=box)


def orders(**more: Any) -> dict[str, Any]:
    """The body of a valid query."""
    return {"model": "ecommerce", "view": "orders", "fields": ["orders.count"], **more}


def fields_of(reply: Reply) -> list[str]:
    """The fields a 422 complains about."""
    assert reply.status in (409, 422), reply.body
    return [error["field"] for error in reply.body["errors"]]

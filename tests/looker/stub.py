"""A scriptable HTTP server on loopback that speaks as much of Looker as a client test needs."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

API = "/api/4.0"


@dataclass
class Request:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path.removeprefix(API)

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass
class Response:
    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    length: int | None = (
        None  # a Content-Length other than the truth: the answer is cut off; -1: none is sent
    )
    reset: bool = False  # instead of an answer
    hang_up: bool = False  # after the answer, without a word

    @property
    def raw(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Route = Callable[[Request], Response]


class Stub:
    """Answers `/login` with tokens t1, t2, ... and all else as `route` says; keeps what it was asked."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self.logins = 0
        self.expires_in: Any = 3600
        self.route: Route = lambda _: Response(body={})
        self.login: Route = self._token
        self.lock = threading.Lock()
        self._server = _Server(self)
        self.port = self._server.server_address[1]
        self.base_url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def script(self, *responses: Response) -> None:
        """Answers in this order; the last one for ever."""
        left = list(responses)
        self.route = lambda _: left.pop(0) if len(left) > 1 else left[0]

    @property
    def calls(self) -> list[Request]:
        """All requests but logins and logouts."""
        return [r for r in self.requests if r.path not in ("/login", "/logout")]

    def answer(self, request: Request) -> Response:
        with self.lock:
            self.requests.append(request)
            if request.path == "/login":
                self.logins += 1
                return self.login(request)
            return self.route(request)

    def _token(self, _: Request) -> Response:
        return Response(body={"access_token": f"t{self.logins}", "expires_in": self.expires_in})


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        with self.server.stub.lock:
            self.server.stub.connections += 1

    def parse_request(self) -> bool:
        good = super().parse_request()
        if good:
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                setattr(self, f"do_{method}", self._respond)
        return good

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self.server.stub.answer(Request(self.command, self.path, headers, body))
        if response.delay:
            time.sleep(response.delay)
        if response.reset:
            self._reset()
            return
        raw = response.raw
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        length = len(raw) if response.length is None else response.length
        if response.status != 204 and length >= 0:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(raw)
        self.close_connection = response.hang_up or response.length is not None

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

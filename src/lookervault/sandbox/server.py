"""Real HTTP on loopback: one thread per connection, one send per answer, faults on the wire."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from lookervault.sandbox import app
from lookervault.sandbox.faults import Call, Faults
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.router import Ask

REASONS = {200: "OK", 201: "Created", 204: "No Content", 404: "Not Found"}
HTML = b"<html><head><title>%d</title></head><body><h1>Bad gateway</h1></body></html>"


class Server:
    """A running sandbox: its address, the calls it got, the faults it injects."""

    def __init__(self, instance: Instance, port: int, faults: Faults | None) -> None:
        self.instance = instance
        self.calls: list[Call] = []
        self.faults = faults or Faults()
        self.crashes: list[BaseException] = []
        self.closing = threading.Event()
        self._listener = _Listener(("127.0.0.1", port), self)
        self.port: int = self._listener.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        instance.host = self.url
        run = self._listener.serve_forever
        self._thread = threading.Thread(target=run, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops listening and ends every connection."""
        self.closing.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()
        self._listener.hang_up()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        # an error in the rules must not pass for one of Looker's answers
        if self.crashes and error is None:
            raise self.crashes[0]


def serve(instance: Instance, port: int = 0, faults: Faults | None = None) -> Server:
    """Serves an instance on 127.0.0.1; port 0 takes a free one."""
    return Server(instance, port, faults)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], owner: Server) -> None:
        self.owner = owner
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(address, _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.owner.crashes.append(error)

    def hang_up(self) -> None:
        """Ends the connections that are kept alive, so that no thread or socket is left behind."""
        with self._changed:
            for request in self._open:
                _end(request)
            self._changed.wait_for(lambda: not self._open, timeout=5)


def _end(connection: socket.socket) -> None:
    # the other side may have been quicker
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def handle_one_request(self) -> None:
        """Reads one request and answers it."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            # the client died in the middle of its request: nothing was asked
            self.close_connection = True
            return
        self._answer(*_parsed(self.command, self.path, self.headers.get("Authorization", ""), body))

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _answer(self, ask: Ask | None, bad: app.Answer | None) -> None:
        if ask is None:
            self._send(bad or app.Answer(400))
            return
        owner = self.server.owner
        call = Call(ask.method, unquote(ask.path), dict(ask.query), None if ask.form else ask.body)
        faults = owner.faults
        fault = faults.choose(call)
        if faults.latency:
            time.sleep(faults.latency)
        wire = _FAULTS[fault] if fault else _Connection._act
        wire(self, ask, _Reply(call, fault, faults))

    def _act(self, ask: Ask, reply: _Reply) -> None:
        done = app.answer(self.server.owner.instance, ask)
        self._note(reply, done.status)
        self._send(done)

    def _limit(self, ask: Ask, reply: _Reply) -> None:
        wait = reply.faults.retry_after
        headers = {} if wait is None else {"Retry-After": f"{wait:g}"}
        self._note(reply, 429)
        self._send(app.Answer(429, b'{"message":"Too many requests","documentation_url":""}', headers))

    def _fail(self, ask: Ask, reply: _Reply) -> None:
        self._note(reply, 500)
        self._send(app.Answer(500, b'{"message":"An error has occurred.","documentation_url":""}'))

    def _proxy(self, ask: Ask, reply: _Reply) -> None:
        status = int(reply.fault or 502)
        self._note(reply, status)
        self._send(app.Answer(status, HTML % status, {"Content-Type": "text/html"}))

    def _reset_before(self, ask: Ask, reply: _Reply) -> None:
        self._note(reply, 0)
        self._reset()

    def _reset_after(self, ask: Ask, reply: _Reply) -> None:
        app.answer(self.server.owner.instance, ask)
        self._note(reply, 0)
        self._reset()

    def _truncate(self, ask: Ask, reply: _Reply) -> None:
        done = app.answer(self.server.owner.instance, ask)
        self._note(reply, done.status)
        whole = _bytes_of(done)
        self.connection.sendall(whole[: len(whole) - max(1, len(done.body) // 2)])
        self.close_connection = True

    def _stall(self, ask: Ask, reply: _Reply) -> None:
        self._note(reply, 0)
        self.server.owner.closing.wait(reply.faults.stall_seconds)
        self.close_connection = True

    def _forget(self, ask: Ask, reply: _Reply) -> None:
        """Ends every token, and answers as whoever has none is answered."""
        self.server.owner.instance.revoke_tokens()
        self._act(ask, reply)

    def _note(self, reply: _Reply, status: int) -> None:
        call = reply.call
        noted = Call(call.method, call.path, call.query, call.body, status, reply.fault)
        self.server.owner.calls.append(noted)

    def _send(self, done: app.Answer) -> None:
        self.connection.sendall(_bytes_of(done))

    def _reset(self) -> None:
        """Closes so that the client gets a reset, not an end of file."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()


@dataclass(frozen=True)
class _Reply:
    """What is being answered and how it shall go wrong."""

    call: Call
    fault: str | None
    faults: Faults


_FAULTS = {
    "429": _Connection._limit,
    "500": _Connection._fail,
    "502": _Connection._proxy,
    "504": _Connection._proxy,
    "reset_before": _Connection._reset_before,
    "reset_after": _Connection._reset_after,
    "truncated": _Connection._truncate,
    "stall": _Connection._stall,
    "token": _Connection._forget,
}


def _bytes_of(done: app.Answer) -> bytes:
    headers = {"Content-Type": "application/json", **done.headers}
    if done.status != 204:
        headers["Content-Length"] = str(len(done.body))
    lines = [f"HTTP/1.1 {done.status} {REASONS.get(done.status, 'Looker')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + done.body


def _parsed(
    method: str, target: str, authorization: str, body: bytes
) -> tuple[Ask | None, app.Answer | None]:
    """The call, or the answer to one that cannot be read."""
    url = urlsplit(target)
    path = (
        url.path.removeprefix(app.PREFIX) if url.path.startswith(app.PREFIX + "/") else "/unknown" + url.path
    )
    ask = Ask(method, path, query=dict(parse_qsl(url.query, keep_blank_values=True)))
    ask.token = authorization.partition(" ")[2].strip()
    if path == "/login":
        # a login carries its secret in a form, or (older clients) in the query; neither is kept
        ask.form = {**ask.query, **dict(parse_qsl(body.decode("utf-8", "replace")))}
        ask.query = {}
        return ask, None
    if body:
        try:
            ask.body = json.loads(body)
        except ValueError:
            return None, app.Answer(400, b'{"message":"Bad JSON","documentation_url":""}')
    return ask, None

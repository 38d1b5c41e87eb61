"""Plain HTTP to one Looker instance, for a judge that trusts nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

Raw = dict[str, Any]
_PAGE = 200


class Reader:
    """GET calls to one instance with a login of its own."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self.host = urlsplit(url).netloc
        self._connection = HTTPConnection(self.host, timeout=30)
        self._login = urlencode({"client_id": client_id, "client_secret": client_secret})
        self._token = ""

    def get(self, path: str, **query: Any) -> Any:
        """The decoded answer; AssertionError where Looker does not give one."""
        where = f"/api/4.0{path}?{urlencode(query)}" if query else f"/api/4.0{path}"
        status, answer = self._call("GET", where, {"Authorization": f"token {self._token}"})
        if status == 401:
            self._log_in()
            status, answer = self._call("GET", where, {"Authorization": f"token {self._token}"})
        assert status == 200, f"GET {path} answered {status}: {answer}"
        return answer

    def offers(self, path: str) -> bool:
        """Whether the instance has this at all."""
        where = f"/api/4.0{path}"
        self.get("/user")
        return self._call("GET", where, {"Authorization": f"token {self._token}"})[0] == 200

    def pages(self, path: str, **query: Any) -> Iterator[Raw]:
        """All objects of a paged list."""
        for offset in count(0, _PAGE):
            page = self.get(path, limit=_PAGE, offset=offset, **query)
            yield from page
            if len(page) < _PAGE:
                return

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def _log_in(self) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, answer = self._call("POST", "/api/4.0/login", headers, self._login)
        assert status == 200, f"the login answered {status}"
        self._token = answer["access_token"]

    def _call(self, method: str, where: str, headers: Mapping[str, str], body: str = "") -> tuple[int, Any]:
        self._connection.request(method, where, body or None, dict(headers))
        answer = self._connection.getresponse()
        data = answer.read()
        return answer.status, json.loads(data) if data else None

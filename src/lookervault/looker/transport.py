"""The SDK's Transport on urllib3: raw bytes both ways, status and headers known, failures told apart."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from looker_sdk.rtl.transport import (
    LOOKER_API_ID,
    HttpMethod,
    PTransportSettings,
    Response,
    TAuthenticator,
    Transport,
    TransportOptions,
    response_mode,
)
from urllib3.exceptions import HTTPError

from lookervault import __version__
from lookervault.errors import AnswerLost, Unreachable
from lookervault.looker.cures import cure
from lookervault.looker.pool import Unsent, open_pool, origin, proxy_for
from lookervault.looker.squeezed import gathered
from lookervault.looker.text import excerpt

_DEFAULT_WORKERS = 8
_PIECE = 1 << 16  # bytes


class Untrusted(Unreachable):
    """The certificate of the server is not trusted; to try again is of no use."""

    default_hint = "name the CA bundle in REQUESTS_CA_BUNDLE, or set verify_ssl = false for a test instance"


class Answer(Response):
    """A whole HTTP answer; unlike the SDK's own it knows `status` and `headers` (names in lower case)."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(200 <= status < 300, body, response_mode(headers.get("content-type")))
        self.status = status
        self.headers = headers


# told of each answer: method, path without its query, status, seconds
OnAnswer = Callable[[str, str, int, float], None]


class PooledTransport(Transport):
    """Sends each request exactly once; raises Unreachable or AnswerLost where no whole answer came."""

    def __init__(
        self, settings: PTransportSettings, pool: urllib3.PoolManager, on_answer: OnAnswer | None = None
    ) -> None:
        self._pool = pool
        self._origin = origin(settings.base_url)
        self._host = pool.connection_from_url(self._origin)
        # only a plain proxy must be told where a call goes; else the pool of the host need not be looked up
        self._direct = self._host.scheme == "https" or self._host.proxy is None
        self._on_answer = on_answer
        self._headers = {
            "User-Agent": f"lookervault/{__version__}",
            LOOKER_API_ID: settings.agent_tag,
            "Accept-Encoding": "gzip, deflate",
        }

    @classmethod
    def configure(cls, settings: PTransportSettings) -> PooledTransport:
        """A transport for these settings, as the SDK makes them."""
        pool = open_pool(
            settings.base_url,
            verify_ssl=settings.verify_ssl,
            timeout=settings.timeout,
            workers=_DEFAULT_WORKERS,
        )
        return cls(settings, pool)

    def request(
        self,
        method: HttpMethod,
        path: str,
        query_params: MutableMapping[str, str] | None = None,
        body: bytes | None = None,
        authenticator: TAuthenticator = None,
        transport_options: TransportOptions | None = None,
        long: bool = False,
    ) -> Answer:
        """The answer to one request to the URL `path`, whatever its status; redirects are not followed.

        One that may be `long` is `Squeezed` where it is.
        """
        options = transport_options or {}
        url = f"{path}?{urlencode(query_params, quote_via=quote, safe=',()')}" if query_params else path
        extra = {"timeout": options["timeout"]} if options.get("timeout") else {}
        headers = self._headers_for(body, authenticator, options)
        began = time.monotonic()
        try:
            answer = self._send(
                method.name, url, body=body, headers=headers, preload_content=not long, **extra
            )
            data = gathered(answer.stream(_PIECE)) if long else answer.data
        except (HTTPError, HTTPException, OSError) as error:
            raise _failure(method.name, path, error) from error
        if self._on_answer:
            self._on_answer(method.name, urlsplit(path).path, answer.status, time.monotonic() - began)
        names = {name.lower(): value for name, value in answer.headers.itermerged()}
        return Answer(answer.status, names, data)

    def close(self) -> None:
        """Closes the connections that are not in use."""
        self._pool.clear()
        self._host = self._pool.connection_from_url(self._origin)

    def _send(self, method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
        if self._direct and url.startswith("/", len(self._origin)) and url.startswith(self._origin):
            path = url[len(self._origin) :]
            return self._host.urlopen(method, path, retries=False, redirect=False, **options)
        return self._pool.urlopen(method, url, retries=False, redirect=False, **options)

    def _headers_for(
        self, body: bytes | None, authenticator: TAuthenticator, options: TransportOptions
    ) -> dict[str, str]:
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        if authenticator:
            # A dictionary of its own: the SDK's authenticators write into what they are given.
            headers.update(authenticator({}))
        headers.update(options.get("headers") or {})
        return headers


def _failure(method: str, url: str, error: Exception) -> Unreachable | AnswerLost:
    where = f"{method} {url}"
    causes = list(_causes(error))
    why = _why(causes)
    hint = cure(why, url, proxy_for(url))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Untrusted(f"{where}: {why}", hint=hint)
    if isinstance(error, Unsent):
        return Unreachable(f"{where}: no connection: {why}", hint=hint)
    return AnswerLost(f"{where}: the answer was lost: {why}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner = [arg for arg in error.args if isinstance(arg, BaseException)]
        error = error.__cause__ or (inner[-1] if inner else None)


def _why(causes: list[BaseException]) -> str:
    return excerpt(str(causes[-1])) or type(causes[-1]).__name__

"""Raw JSON calls to one Looker instance, through the official SDK's settings, session and transport."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from looker_sdk.rtl.serialize import deserialize40, serialize40
from looker_sdk.sdk.api40.methods import Looker40SDK
from msgspec import Raw

from lookervault.errors import ApiError, AuthError
from lookervault.looker.bodies import checked, decoded, encoded, split
from lookervault.looker.calls import Call, Sender
from lookervault.looker.limiter import Limiter
from lookervault.looker.pages import Page, Together, paged, total_of
from lookervault.looker.paths import ApiPath, QueryValue, encoded_path, encoded_query
from lookervault.looker.pool import open_pool
from lookervault.looker.retry import Backoff, Retry
from lookervault.looker.session import API_VERSION, Session, Settings
from lookervault.looker.settings import Connection, host_of
from lookervault.looker.squeezed import Squeezed, parts
from lookervault.looker.stats import Stats
from lookervault.looker.transport import OnAnswer, PooledTransport

__all__ = ["Gateway", "Reply", "Retry", "connect"]


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer of Looker; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The decoded body; None where it is empty."""
        return decoded(self.body)


class Gateway:
    """Calls to one instance from any number of threads; logs in when the first of them needs it."""

    def __init__(self, connection: Connection, sender: Sender, session: Session) -> None:
        self.host = host_of(connection.base_url)
        self.stats = sender.stats
        self._sender = sender
        self._session = session
        self._sdk = Looker40SDK(session, deserialize40, serialize40, sender.transport, API_VERSION)
        # The SDK drops a path that base_url may have, but only from calls, not from the login.
        self._sdk.api_path = f"{session.settings.base_url}/api/{API_VERSION}/"

    @property
    def allowed_rate(self) -> float:
        """Calls a second that the limiter lets pass at present; infinite where it does not hold back."""
        return self._sender.limiter.rate

    def request(
        self,
        method: str,
        path: ApiPath,
        query: Mapping[str, QueryValue] | None = None,
        body: Any = None,
        repeatable: bool | None = None,
    ) -> Reply:
        """The good answer to one call; raises ApiError or a subclass of it, or Refused.

        `path` is percent-encoded text below the API prefix, or a sequence of raw segments. `body` is sent as
        JSON, bytes as they are. `repeatable` says that sending twice does no harm: by default that is so for
        all but POST. A repeated DELETE that finds nothing left is a good answer with the status 404.
        """
        return self._send(method, path, query, body, repeatable)[0]

    def get(self, path: ApiPath, /, **query: QueryValue) -> Any:
        """The decoded JSON that GET gives."""
        return self._send("GET", path, query)[1]

    def body(self, path: ApiPath, /, **query: QueryValue) -> bytes:
        """The JSON that GET gives, as it came."""
        text: bytes = self._send("GET", path, query, decode=checked)[1]
        return text

    def listed(self, path: ApiPath, query: Mapping[str, QueryValue], size: int = 100) -> Iterator[list[Any]]:
        """The whole list at `path`, that one call gives, decoded a part at a time."""
        items = self._send("GET", path, query, decode=partial(_parted, size=size), long=True)[1] or []
        if not isinstance(items, list):
            raise _no_list(path)
        if items and isinstance(items[0], Squeezed):
            yield from (decoded(part.whole()) for part in items)
            return
        for start in range(0, len(items), size):
            yield _opened(items[start : start + size])

    def pages(self, path: ApiPath, /, page_size: int = 100, **query: QueryValue) -> Iterator[list[Any]]:
        """The list at `path` in pages, each object once."""
        return self.paged(path, query, page_size)

    def paged(
        self,
        path: ApiPath,
        query: Mapping[str, QueryValue],
        page_size: int = 100,
        start: int = 0,
        together: Together = map,
    ) -> Iterator[list[Any]]:
        """The list from an offset on; `together` may ask for several pages at once if its length is known."""

        def get(offset: int) -> Page:
            asked = {"sorts": "id", **query, "limit": page_size, "offset": offset}
            reply, page = self._send("GET", path, asked, decode=split)
            # some servers say of an empty list that it is nothing
            if page is not None and not isinstance(page, list):
                raise _no_list(path)
            return page or [], total_of(reply.headers)

        return paged(get, page_size, start, together, _opened)

    def versions(self) -> dict[str, Any]:
        """What the instance says of its release and API versions; empty where it refuses to say."""
        try:
            answer = self.get("/versions")
        except AuthError:
            raise
        except ApiError as error:
            if 400 <= error.status < 500:
                return {}
            raise
        return answer if isinstance(answer, dict) else {}

    def me(self) -> dict[str, Any]:
        """The user whose credentials these are."""
        user: dict[str, Any] = self.get("/user")
        return user

    def close(self) -> None:
        """Logs out as far as that works and closes the connections."""
        with suppress(ApiError):
            self._session.logout()
        self._sender.transport.close()

    def __enter__(self) -> Gateway:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _send(
        self,
        method: str,
        path: ApiPath,
        query: Mapping[str, QueryValue] | None = None,
        body: Any = None,
        repeatable: bool | None = None,
        decode: Callable[[bytes], Any] = decoded,
        long: bool = False,
    ) -> tuple[Reply, Any]:
        text = encoded_path(path)
        call = Call(
            method,
            text,
            # as the SDK's own `_path` has it, which parses both anew for every call
            f"{self._sdk.api_path}{text[1:]}",
            encoded_query(query),
            None if body is None else encoded(body),
            repeatable=method != "POST" if repeatable is None else repeatable,
            decode=decode,
            long=long,
        )
        answer, value = self._sender.send(call, self._session)
        return Reply(answer.status, answer.headers, answer.value), value


def _parted(body: bytes, size: int) -> Any:
    """A list, as bytes of each item, or of so many where it is long."""
    return parts(body, size) if isinstance(body, Squeezed) else split(body)


def _opened(items: list[Any]) -> list[Any]:
    """The items of a list, decoded at last: pages that wait for their turn are held as bytes."""
    return [decoded(item) if isinstance(item, Raw) else item for item in items]


def _no_list(path: ApiPath) -> ApiError:
    text = encoded_path(path)
    return ApiError(f"GET {text} gave no list", method="GET", path=text)


def connect(
    connection: Connection,
    workers: int = 8,
    max_retries: int = 5,
    on_retry: Callable[[Retry], None] | None = None,
    limiter: Limiter | None = None,
    stats: Stats | None = None,
    backoff: Backoff | None = None,
    on_answer: OnAnswer | None = None,
) -> Gateway:
    """A gateway to the instance, which has no more than `workers` calls under way; nothing is sent yet.

    A limiter and counters that are given may be shared with another gateway to the same instance.
    """
    settings = Settings(connection)
    pool = open_pool(
        settings.base_url, verify_ssl=settings.verify_ssl, timeout=connection.timeout, workers=workers
    )
    sender = Sender(
        PooledTransport(settings, pool, on_answer),
        limiter or Limiter(),
        stats or Stats(),
        backoff or Backoff(max_retries),
        on_retry,
        (connection.client_id, connection.client_secret),
        threading.Semaphore(workers),
    )
    return Gateway(connection, sender, Session(settings, sender))

"""One call, sent until it is answered: pace, token, attempts, counters and errors in one place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from looker_sdk.rtl.transport import HttpMethod, TransportOptions

from lookervault.errors import AnswerLost, Unreachable
from lookervault.looker.answers import value_of
from lookervault.looker.bodies import decoded
from lookervault.looker.limiter import Limiter
from lookervault.looker.paths import bucket
from lookervault.looker.retry import Backoff, Retry, may_repeat, repeat, retry_after
from lookervault.looker.stats import Stats
from lookervault.looker.transport import Answer, PooledTransport

_TOKENS_PER_CALL = 3


@dataclass(frozen=True, slots=True)
class Call:
    """A request to Looker: `path` is below the API prefix and for people, `url` is where it goes.

    `decode` makes a value of a good answer, which may be `long`.
    """

    method: str
    path: str
    url: str
    query: dict[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict)
    repeatable: bool = False
    decode: Callable[[bytes], Any] = decoded
    long: bool = False


class Token(Protocol):
    """What the caller of an API call proves himself with."""

    access_token: str
    proven: bool


class Tokens(Protocol):
    """Where calls get their token from."""

    def bearer(self) -> Token:
        """A token that is valid as far as we know."""

    def invalidate(self, token: Token) -> None:
        """Says that Looker did not accept this token."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends calls for all threads, at most one in each lane; `secrets` never appear in an error."""

    transport: PooledTransport
    limiter: Limiter
    stats: Stats
    backoff: Backoff
    on_retry: Callable[[Retry], None] | None = None
    secrets: tuple[str, ...] = ()
    lanes: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1000))

    def send(self, call: Call, tokens: Tokens | None = None) -> tuple[Answer, Any]:
        """The good answer to `call` and the JSON value in it; raises ApiError or Refused.

        A DELETE that is answered 404 after an earlier attempt of it may have worked counts as done: its
        answer has the status 404.
        """
        in_doubt = False

        def attempt() -> tuple[Answer, Any]:
            nonlocal in_doubt
            try:
                answer, secrets = self._authorised(call, tokens) if tokens else (self.once(call), ())
                if call.method == "DELETE" and answer.status == 404 and in_doubt:
                    return answer, None
                known = (*self.secrets, *secrets)
                return answer, value_of(call.method, call.path, answer, known, call.decode)
            except AnswerLost:
                in_doubt = True
                raise

        def again(error: BaseException) -> bool:
            # An error of another path is that of the login, which has had its own repeats.
            return may_repeat(error, call.repeatable) and getattr(error, "path", "") == call.path

        return repeat(attempt, self.backoff, again, self._tell)

    def once(self, call: Call, token: Token | None = None) -> Answer:
        """The answer to one attempt, whatever its status."""
        with self.lanes:
            return self._answered(call, token)

    def _answered(self, call: Call, token: Token | None) -> Answer:
        ticket = self.limiter.wait()
        self.stats.spend(bucket(call.path))
        headers = dict(call.headers)
        if token:
            headers["Authorization"] = f"Bearer {token.access_token}"
        options: TransportOptions = {"headers": headers}
        try:
            answer = self.transport.request(
                HttpMethod[call.method],
                call.url,
                call.query,
                call.body,
                transport_options=options,
                long=call.long,
            )
        except (Unreachable, AnswerLost) as error:
            error.method, error.path = call.method, call.path
            raise
        if answer.status == 429:
            self.stats.limited()
            self.limiter.throttled(ticket, retry_after(answer.headers))
        return answer

    def _authorised(self, call: Call, tokens: Tokens) -> tuple[Answer, tuple[str, ...]]:
        """Sends with a token; one that Looker refuses is renewed once, then only if it had worked before."""
        for nth in range(_TOKENS_PER_CALL):
            token = tokens.bearer()
            answer = self.once(call, token)
            if answer.status != 401:
                token.proven = True
                break
            if nth and not token.proven:
                break
            tokens.invalidate(token)
        return answer, (token.access_token,)

    def _tell(self, retry: Retry) -> None:
        self.stats.retried()
        if self.on_retry:
            self.on_retry(retry)

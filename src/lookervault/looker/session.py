"""The SDK's settings and AuthSession, fed from a Connection, with one login for all threads."""

from __future__ import annotations

import copy
import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from looker_sdk.rtl.api_settings import ApiSettings, SettingsConfig
from looker_sdk.rtl.auth_session import AuthSession
from looker_sdk.rtl.auth_token import AccessToken, AuthToken
from looker_sdk.rtl.serialize import deserialize40
from looker_sdk.rtl.transport import HttpMethod, TransportOptions
from looker_sdk.sdk.constants import sdk_version

from lookervault.errors import AnswerLost, ApiError, AuthError, Unreachable
from lookervault.looker.calls import Call, Sender, Token
from lookervault.looker.cures import NOT_LOOKER, cure, hung_up, login_cure
from lookervault.looker.settings import Connection, normal_base_url
from lookervault.looker.stats import UNMETERED

API_VERSION = "4.0"

_REFUSED = frozenset({400, 401, 403, 404, 405, 422})
_MARGIN = 60.0
_DEFAULT_LIFE = 3600.0
_LONGEST_LIFE = 30 * 86400
_LOGOUT_TIMEOUT = 10
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Settings(ApiSettings):
    """The SDK's settings, from a Connection alone: no looker.ini and no environment are read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._base_url = normal_base_url(connection.base_url)
        super().__init__(filename="", sdk_version=sdk_version)

    def read_config(self) -> SettingsConfig:
        """What the SDK would have found in its configuration file."""
        return {
            "client_id": self._connection.client_id,
            "client_secret": self._connection.client_secret,
            "base_url": self._base_url,
            "verify_ssl": str(self._connection.verify_ssl),
            "timeout": str(math.ceil(self._connection.timeout)),
        }


class MonotonicToken(AuthToken):
    """A token whose age no change of the wall clock touches; due for renewal a minute before its end.

    A token that lives less than two minutes is used for half of its life. `proven` says that Looker has
    accepted it.
    """

    def __init__(self, token: AccessToken | None, clock: Callable[[], float]) -> None:
        super().__init__(token)
        life = float(self.expires_in) or _DEFAULT_LIFE
        self._clock = clock
        self._renew_at = clock() + life - min(_MARGIN, life / 2)
        self.proven = False

    @property
    def is_active(self) -> bool:
        """Whether there is a token, and it is not due for renewal."""
        return bool(self.access_token) and self._clock() < self._renew_at


class Session(AuthSession):
    """Gives every thread the same token and logs in once when it is missing, old or refused."""

    token: MonotonicToken

    def __init__(
        self, settings: Settings, sender: Sender, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(settings, sender.transport, deserialize40, API_VERSION)
        self._sender = sender
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._failure: ApiError | None = None
        self.token = MonotonicToken(None, clock)

    def bearer(self) -> MonotonicToken:
        """An active token; threads that wait for a login share its outcome, good or bad."""
        token = self.token
        if token.is_active:
            return token
        seen = self._failures
        with self._lock:
            if self.token.is_active:
                return self.token
            if self._failure and self._failures != seen:
                # A wrong secret tried by each of many workers could lock the account.
                raise copy.copy(self._failure)
            self._login({})
            return self.token

    def invalidate(self, token: Token) -> None:
        """Drops `token` unless it has been replaced already."""
        with self._lock:
            if self.token is token:
                self.token = MonotonicToken(None, self._clock)

    def logout(self, full: bool = False, transport_options: TransportOptions | None = None) -> None:
        """Ends the token at Looker; raises ApiError where that does not work."""
        token, self.token = self.token, MonotonicToken(None, self._clock)
        if not token.is_active:
            return
        # Past the limiter and with little patience: nobody wants to wait for a goodbye.
        self._sender.stats.spend(UNMETERED)
        self.transport.request(
            HttpMethod.DELETE,
            self._url("/logout"),
            authenticator=lambda _: {"Authorization": f"Bearer {token.access_token}"},
            transport_options={"timeout": _LOGOUT_TIMEOUT},
        )

    def _get_token(self, transport_options: TransportOptions) -> MonotonicToken:
        return self.bearer()

    def _login(self, transport_options: TransportOptions) -> None:
        try:
            token = self._access_token()
        except ApiError as error:
            self._failures += 1
            self._failure = error
            raise
        self.token = MonotonicToken(token, self._clock)

    def _access_token(self) -> AccessToken:
        config = self.settings.read_config()
        where = config["base_url"]
        if not (config["client_id"] and config["client_secret"]):
            raise AuthError(f"there is no client id or no client secret for {where}")
        form = {"client_id": config["client_id"], "client_secret": config["client_secret"]}
        url = self._url("/login")
        call = Call("POST", "/login", url, body=urlencode(form).encode(), headers=_FORM, repeatable=True)
        try:
            _, answer = self._sender.send(call)
        except ApiError as error:
            raise _login_error(error, where) from error
        return _parsed(answer, where)

    def _url(self, path: str) -> str:
        return f"{self.settings.base_url}/api/{self.api_version}{path}"


def _login_error(error: ApiError, where: str) -> ApiError:
    """A failed login as its caller must see it: whatever he wanted to do has not been sent."""
    message = f"login at {where} failed: {error.message}"
    if error.status in _REFUSED and error.hint != NOT_LOOKER:
        hint = login_cure(error.status, error.message, where)
        return AuthError(message, status=error.status, method="POST", path="/login", hint=hint)
    known = {407: cure("407", where), 0: hung_up(where) if isinstance(error, AnswerLost) else None}
    busy = "the instance is there and has trouble: it may be starting or in maintenance; try again"
    hint = (
        known.get(error.status) or (busy if error.status >= 500 else error.hint) or Unreachable.default_hint
    )
    return Unreachable(message, status=error.status, method="POST", path="/login", hint=hint)


def _parsed(answer: Any, where: str) -> AccessToken:
    fields = answer if isinstance(answer, Mapping) else {}
    token = fields.get("access_token")
    if not (isinstance(token, str) and token):
        raise AuthError(f"login at {where} gave no access token", method="POST", path="/login")
    return AccessToken(access_token=token, token_type="Bearer", expires_in=_seconds(fields.get("expires_in")))


def _seconds(value: Any) -> int | None:
    try:
        seconds = int(float(value))
    except (TypeError, ValueError, OverflowError):
        return None
    return min(seconds, _LONGEST_LIFE) if seconds > 0 else None

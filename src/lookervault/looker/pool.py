"""Connections to one host: kept alive, through the environment's proxy, trusting what the Connection says."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, InsecureRequestWarning

from lookervault.errors import ConfigError

_CONNECT_TIMEOUT = 30.0
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Unsent(HTTPError):
    """No connection came about, so nothing was sent."""


def open_pool(base_url: str, *, verify_ssl: bool, timeout: float, workers: int) -> urllib3.PoolManager:
    """A pool that keeps a connection for each worker; nothing is connected yet."""
    options: dict[str, Any] = {
        "num_pools": 2,
        # One more for the thread that the workers work for.
        "maxsize": workers + 1,
        "timeout": urllib3.Timeout(connect=min(timeout, _CONNECT_TIMEOUT), read=timeout),
    }
    if base_url.startswith("https:"):
        options["ssl_context"] = _trust(verify_ssl)
    proxy = proxy_for(base_url)
    pool = _proxied(proxy, options) if proxy else urllib3.PoolManager(**options)
    pool.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return pool


@contextmanager
def _before_sending() -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPError, HTTPException) as error:
        raise Unsent(str(error)) from error


class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        with _before_sending():
            super().connect()


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        with _before_sending():
            super().connect()


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


def _trust(verify_ssl: bool) -> ssl.SSLContext:
    """One context for all connections; the CA variables of `requests` count, but never against verify_ssl."""
    if not verify_ssl:
        urllib3.disable_warnings(InsecureRequestWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    bundle = next((os.environ[name] for name in _BUNDLES if os.environ.get(name)), None)
    if bundle is None:
        context = ssl.create_default_context()
        # What the SDK trusts; the system's store alone is empty in small images.
        context.load_verify_locations(certifi.where())
        return context
    try:
        if Path(bundle).is_dir():
            return ssl.create_default_context(capath=bundle)
        return ssl.create_default_context(cafile=bundle)
    except OSError as error:
        raise ConfigError(
            f"the CA bundle {bundle} named in the environment cannot be used: {error}",
            hint=f"correct {' or '.join(_BUNDLES)}, or unset it",
        ) from error


def origin(base_url: str) -> str:
    """Scheme and host of an address."""
    url = urlsplit(base_url)
    return f"{url.scheme}://{url.netloc}"


def proxy_for(base_url: str) -> str | None:
    """The proxy that the environment names for an address."""
    url = urlsplit(base_url)
    if proxy_bypass(url.netloc):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


def _proxied(proxy: str, options: dict[str, Any]) -> urllib3.ProxyManager:
    url = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if url.scheme not in ("http", "https"):
        raise ConfigError(f"a proxy of the kind {url.scheme} is not supported, only http and https")
    headers = {}
    if url.username is not None:
        login = f"{unquote(url.username)}:{unquote(url.password or '')}"
        headers = urllib3.make_headers(proxy_basic_auth=login)
    address = f"{url.scheme}://{url.netloc.rpartition('@')[2]}"
    return urllib3.ProxyManager(address, proxy_headers=headers, **options)

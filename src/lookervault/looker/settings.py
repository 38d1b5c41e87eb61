"""What is needed to reach one Looker instance; light to import, reads neither files nor environment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from lookervault.errors import ConfigError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_API_SUFFIX = re.compile(r"(?:/api(?:/\d+\.\d+)?)?/*$")


@dataclass(frozen=True, slots=True)
class Connection:
    """Where an instance is and who asks; `timeout` is in seconds; the credentials are not in its repr."""

    base_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    verify_ssl: bool = True
    timeout: float = 300.0


def normal_base_url(base_url: str) -> str:
    """`base_url` as `scheme://host[:port][/path]`, without a trailing slash or `/api/4.0`."""
    url = _parsed(base_url)
    return f"{url.scheme}://{_host(url)}{_API_SUFFIX.sub('', url.path.rstrip('/'))}"


def host_of(base_url: str) -> str:
    """`host[:port]` of `base_url` in lower case, without a default port."""
    return _host(_parsed(base_url))


def _parsed(base_url: str) -> SplitResult:
    text = base_url.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        url = urlsplit(text)
        usable = url.scheme in _DEFAULT_PORTS and bool(url.hostname) and url.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError("base_url is not an address like https://example.cloud.looker.com")
    if url.username is not None or url.password is not None:
        raise ConfigError(f"base_url of {url.hostname} must not hold a user name or a password")
    return url


def _host(url: SplitResult) -> str:
    name = url.hostname or ""
    if ":" in name:
        name = f"[{name}]"
    return name if url.port in (None, _DEFAULT_PORTS[url.scheme]) else f"{name}:{url.port}"

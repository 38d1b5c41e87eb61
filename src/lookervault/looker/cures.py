"""What to do where no connection comes about, read from what the failure says."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

PORTS = "443 where Google hosts Looker, else mostly 19999"
NOT_LOOKER = (
    f"what answers there is not Looker's API: check host and port in base_url ({PORTS}), "
    "and what may stand in between: a proxy, a login page, an IP allow-list"
)
_TLS = "that port speaks TLS: begin base_url with https://"
_CURES = (
    (r"proxy authentication|\b407\b", "the proxy wants a login: HTTPS_PROXY=http://name:password@proxy:port"),
    (r"refused|unreachable|no route", f"nothing listens there; the API is on port {PORTS}"),
    (
        r"resolve|not known|getaddrinfo|nodename|name resolution",
        "no such host: check the spelling of base_url, the DNS and the VPN",
    ),
    (r"timed out|timeout", "no answer: a firewall, a VPN or an IP allow-list may be in between"),
    (
        r"wrong_version|wrong version|record layer|unknown protocol",
        "that port does not speak TLS: check the port, or begin base_url with http://",
    ),
    (
        r"mismatch|doesn't match|not valid for",
        "the certificate is of another host: check the host in base_url",
    ),
    (r"certificate has expired", "the certificate has expired: whoever runs the instance must renew it"),
)


def cure(said: str, url: str, proxy: str | None = None) -> str | None:
    """What to do about a failure on the way to `url`; None where that is not known."""
    found = next((hint for pattern, hint in _CURES if re.search(pattern, said, re.IGNORECASE)), None)
    if proxy and "certificate" not in said and found not in (None, _CURES[0][1]):
        host = urlsplit(url).hostname
        return f"the way leads through the proxy {named(proxy)}: check it, or name {host} in NO_PROXY"
    return found


def hung_up(url: str) -> str | None:
    """What to do where the other side ends the connection without a word."""
    return _TLS if url.startswith("http:") else None


def login_cure(status: int, said: str, base_url: str) -> str:
    """What to do about a login that was refused."""
    if re.search("plain HTTP request", said, re.IGNORECASE):
        return _TLS
    path = urlsplit(base_url).path
    if path:
        return f"base_url is the address of the API without a path: leave {path} away"
    told = " (Looker answers 404 to wrong ones, too)" if status == 404 else ""
    return f"check client id and client secret{told}, and that {base_url} is the API's address ({PORTS})"


def named(proxy: str) -> str:
    """A proxy without the password that its address may hold."""
    return proxy.rpartition("@")[2].rpartition("//")[2]

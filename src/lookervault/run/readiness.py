"""What stands between a user and a first extraction, step by step, each with how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from lookervault.errors import ApiError, AuthError
from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.model.kind import Kind
from lookervault.model.normal import text_id

_REFUSALS = {403: "may not be listed by this user", 404: "not on this instance", 405: "not on this instance"}

# what a failed connection says, and what to do about it
_CURES = (
    (
        r"refused|unreachable",
        "nothing listens there; the API is on port 443 where Google hosts Looker, else mostly on 19999",
    ),
    (
        r"resolve|not known|getaddrinfo|nodename",
        "no such host: check the spelling of base_url, the DNS and the VPN",
    ),
    (r"timed out|timeout", "no answer: a firewall, a VPN or an IP allow-list may be in between"),
    (
        r"wrong_version|wrong version|record layer|unknown protocol",
        "that port does not speak TLS: check the port, or begin base_url with http://",
    ),
)


class Check(msgspec.Struct, frozen=True):
    """One step: whether it went well, what was seen, and what to do; `code` is what it would exit with."""

    name: str
    ok: bool
    message: str
    hint: str = ""
    code: int = 0


def failed(name: str, error: Any) -> Check:
    """A step that ended with one of our errors."""
    return Check(name, False, error.message, error.hint, error.exit_code)


def check_instance(gateway: Gateway) -> Iterator[Check]:
    """Reaching the instance, logging in, who that is, and which kinds he may list."""
    try:
        versions = gateway.versions()
        me = gateway.me()
    except AuthError as error:
        yield Check("connection", True, f"{gateway.host} answers")
        yield failed("login", error)
        return
    except ApiError as error:
        yield Check("connection", False, error.message, _cure(error), error.exit_code)
        return
    release = str(versions.get("looker_release_version") or "of unknown version")
    yield Check("connection", True, f"{gateway.host} answers, Looker {release}")
    yield _caller(gateway, me)
    yield _kinds(gateway)


def _cure(error: ApiError) -> str:
    cures = (hint for pattern, hint in _CURES if re.search(pattern, error.message, re.IGNORECASE))
    return next(cures, error.hint or "check base_url: it is the address of the API, without a path")


def _caller(gateway: Gateway, me: dict[str, Any]) -> Check:
    who = str(me.get("email") or me.get("display_name") or f"user {text_id(me.get('id'))}")
    roles = roles_of(gateway, me)
    if roles is None:
        return Check("login", True, f"as {who}; which roles that user has may not be asked")
    if "Admin" in roles:
        return Check("login", True, f"as {who}, an admin")
    hint = "what this user cannot see will be missing; an API user with the role Admin sees everything"
    return Check("login", True, f"as {who} with the roles {', '.join(roles) or '(none)'}", hint)


def roles_of(gateway: Gateway, me: dict[str, Any]) -> list[str] | None:
    """The names of the caller's roles; None where they may not be asked."""
    try:
        roles = gateway.get(["users", text_id(me.get("id")), "roles"])
    except ApiError:
        return None
    return [str(role.get("name")) for role in roles or []]


def _kinds(gateway: Gateway) -> Check:
    asked = [kind for kind in KINDS.values() if _listed(kind)]
    refused: dict[str, list[str]] = {}
    for kind in asked:
        answer = _asked(gateway, kind)
        if answer:
            refused.setdefault(answer, []).append(kind.title)
    count = len(asked) - sum(map(len, refused.values()))
    told = "; ".join(f"{', '.join(titles)}: {answer}" for answer, titles in sorted(refused.items()))
    hint = "these are recorded as such and never taken for empty" if told else ""
    return Check("kinds", True, f"{count} kinds can be listed" + (f"; {told}" if told else ""), hint)


def _listed(kind: Kind) -> bool:
    """Whether a kind has a list of its own."""
    listing = kind.listing
    return listing is not None and not (listing.inside or listing.each or listing.within)


def _asked(gateway: Gateway, kind: Kind) -> str:
    """Why a kind cannot be listed; nothing where it can."""
    assert kind.listing is not None
    paging = {"limit": 1} if kind.listing.paged else {}
    try:
        gateway.get(kind.listing.path, **{**dict(kind.listing.query), **paging})
    except ApiError as error:
        if error.status not in _REFUSALS:
            raise
        return _REFUSALS[error.status]
    return ""

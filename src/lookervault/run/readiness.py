"""What stands between a user and a first extraction, step by step, each with how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from lookervault.errors import ApiError, AuthError
from lookervault.looker.gateway import Gateway
from lookervault.looker.pages import total_of
from lookervault.looker.session import API_VERSION
from lookervault.model.catalog import KINDS
from lookervault.model.kind import Kind
from lookervault.model.normal import text_id

_REFUSALS = {403: "may not be listed by this user", 404: "not on this instance", 405: "not on this instance"}


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
        yield failed("connection", error)
        return
    yield _version(gateway, versions)
    yield _caller(gateway, me)
    yield _kinds(gateway)


def _version(gateway: Gateway, versions: dict[str, Any]) -> Check:
    """Whether the instance speaks API 4.0; one that does not say so is believed to."""
    release = str(versions.get("looker_release_version") or "of unknown version")
    told = [str(v.get("version")) for v in versions.get("supported_versions") or [] if isinstance(v, dict)]
    if told and API_VERSION not in told:
        known = f"Looker {release} speaks API {', '.join(told)} and not {API_VERSION}"
        return Check("connection", False, known, "Looker must be upgraded: lookervault speaks API 4.0", 3)
    return Check("connection", True, f"{gateway.host} answers, Looker {release}")


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
    roles = _roles(gateway, me)
    return None if roles is None else [str(role.get("name")) for role in roles]


def permissions_of(gateway: Gateway, me: dict[str, Any]) -> list[str] | None:
    """What the caller's roles let him do on some model; None where that may not be asked."""
    roles = _roles(gateway, me)
    if roles is None:
        return None
    sets = [role.get("permission_set") or {} for role in roles]
    return sorted({str(name) for one in sets for name in one.get("permissions") or []})


def _roles(gateway: Gateway, me: dict[str, Any]) -> list[dict[str, Any]] | None:
    try:
        return gateway.get(["users", text_id(me.get("id")), "roles"]) or []
    except ApiError:
        return None


def counts(gateway: Gateway) -> dict[str, int | str]:
    """How many objects of each kind the caller is shown, by a call each; `n/a` where that is not told."""
    return {kind.title: _count(gateway, kind) for kind in KINDS.values() if _listed(kind)}


def _count(gateway: Gateway, kind: Kind) -> int | str:
    assert kind.listing is not None
    query: dict[str, Any] = dict(kind.listing.query)
    try:
        if not kind.listing.paged:
            return sum(map(kind.listing.keep, gateway.get(kind.listing.path, **query) or []))
        reply = gateway.request("GET", kind.listing.path, query={**query, "limit": 1, "offset": 0})
    except ApiError as error:
        if error.status not in _REFUSALS:
            raise
        return "n/a"
    total = total_of(reply.headers)
    return "n/a" if total is None else total


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

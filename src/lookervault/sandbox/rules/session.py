"""Login, logout, the caller, versions and the session (resource notes, section 10.1)."""

from __future__ import annotations

import secrets
import time

from lookervault.errors import ApiError
from lookervault.sandbox.kinds import KINDS, can
from lookervault.sandbox.problems import invalid, not_found
from lookervault.sandbox.router import GONE, Ask, operation
from lookervault.sandbox.state import Record, State, Token


def authenticate(state: State, token: str) -> str:
    """The user a token belongs to; 401 when it is missing, unknown or expired."""
    known = state.tokens.get(token)
    if known is None or time.monotonic() >= known.ends:
        state.tokens.pop(token, None)
        raise ApiError("Requires authentication.", status=401)
    state.token = token
    return known.user_id


@operation("login", "POST", "/login", open=True)
def _login(state: State, ask: Ask) -> Record:
    client_id, secret = ask.form.get("client_id"), ask.form.get("client_secret")
    keys = state.where("credentials_api3", "client_id", client_id)
    user = state.peek("user", keys[0]["user_id"]) if keys else None
    if user is None or user["is_disabled"] or keys[0]["_client_secret"] != secret:
        raise not_found()
    return _grant(state, user["id"])


@operation("login_user", "POST", "/login/{user_id}", admin=True)
def _login_user(state: State, ask: Ask) -> Record:
    return _grant(state, state.find("user", ask.id("user_id"))["id"])


def _grant(state: State, user_id: str) -> Record:
    token = secrets.token_urlsafe(24)
    state.tokens[token] = Token(user_id, time.monotonic() + state.token_seconds)
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int(state.token_seconds),
        "refresh_token": None,
    }


@operation("logout", "DELETE", "/logout")
def _logout(state: State, ask: Ask) -> object:
    state.tokens.pop(ask.token, None)
    return GONE


@operation("me", "GET", "/user")
def _me(state: State, ask: Ask) -> Record:
    return KINDS["user"].show(state, state.find("user", state.caller_id))


@operation("session", "GET", "/session")
def _get_session(state: State, ask: Ask) -> Record:
    return _session(state, ask)


@operation("update_session", "PATCH", "/session")
def _update_session(state: State, ask: Ask) -> Record:
    workspace = ask.body.get("workspace_id")
    if workspace not in ("production", "dev"):
        raise invalid("workspace_id", "must be production or dev")
    state.tokens[ask.token].workspace = workspace
    return _session(state, ask)


def _session(state: State, ask: Ask) -> Record:
    workspace = state.tokens[ask.token].workspace
    return {"workspace_id": workspace, "sudo_user_id": None, "can": can({})}


@operation("versions", "GET", "/versions", open=True)
def _versions(state: State, ask: Ask) -> Record:
    major, minor, _ = state.version.split(".")
    current = {
        "version": "4.0",
        "full_version": f"4.0.{major}.{minor}",
        "status": "current",
        "swagger_url": f"{state.host}/api/4.0/swagger.json",
    }
    return {
        "looker_release_version": state.version,
        "current_version": current,
        "supported_versions": [current],
        "api_server_url": state.host,
        "web_server_url": state.host,
    }

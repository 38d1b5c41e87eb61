"""Calls in the name of somebody else than the admin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lookervault.sandbox import Instance

from .conftest import Api


def person(inst: Instance, first: str) -> str:
    """The id of a user by the first name."""
    return str(next(user["id"] for user in inst.all("user") if user["first_name"] == first))


@contextmanager
def acting_as(api: Api, inst: Instance, first: str) -> Iterator[str]:
    """Lets the client be this user for a while; gives his id."""
    user_id, before = person(inst, first), api.token
    api.token = api.post(f"/login/{user_id}").body["access_token"]
    try:
        yield user_id
    finally:
        api.token = before

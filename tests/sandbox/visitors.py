"""Calls in the name of somebody else than the admin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lookervault.sandbox import Instance

from . import callers
from .conftest import Api


def person(inst: Instance, first: str) -> str:
    """The id of a user by the first name."""
    return str(callers.person(inst, first)["id"])


@contextmanager
def acting_as(api: Api, inst: Instance, first: str) -> Iterator[str]:
    """Lets the client be this user for a while; gives his id."""
    before = api.token
    api.token = callers.acting_as(api, inst, first).token
    try:
        yield person(inst, first)
    finally:
        api.token = before

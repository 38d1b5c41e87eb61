from __future__ import annotations

from typing import Any

from lookervault.sandbox import Instance

from .conftest import Api


def person(inst: Instance, first_name: str) -> dict[str, Any]:
    """A user of the demo."""
    return next(user for user in inst.all("user") if user["first_name"] == first_name)


def group(inst: Instance, name: str) -> str:
    """The id of a group."""
    return str(next(each["id"] for each in inst.all("group") if each["name"] == name))


def acting_as(api: Api, inst: Instance, first_name: str) -> Api:
    """The API as somebody else has it."""
    other = Api(api.server)
    other.pool = api.pool
    other.token = api.post(f"/login/{person(inst, first_name)['id']}").body["access_token"]
    return other

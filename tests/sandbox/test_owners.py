"""Whose content is: an admin may say so, anybody else has it himself (resource notes, 4.2 and 4.5)."""

from __future__ import annotations

import pytest

from lookervault.sandbox import Instance

from .callers import acting_as, person
from .conftest import Api


@pytest.mark.parametrize("kind", ["dashboard", "look"])
def test_only_admins_choose_an_owner(api: Api, inst: Instance, kind: str) -> None:
    maya, jonas = person(inst, "Maya"), person(inst, "Jonas")
    query = inst.create("query", model="ecommerce", view="orders", fields=["orders.count"])["id"]
    content = {"folder_id": maya["personal_folder_id"], **({"query_id": query} if kind == "look" else {})}
    hers = acting_as(api, inst, "Maya")
    theirs = {**content, "title": "For Jonas", "user_id": jonas["id"]}
    assert hers.post(f"/{kind}s", theirs).status == 403
    made = hers.made(f"/{kind}s", **content, title="Mine")
    assert made["user_id"] == maya["id"]
    assert hers.patch(f"/{kind}s/{made['id']}", {"user_id": maya["id"]}).status == 200
    assert hers.patch(f"/{kind}s/{made['id']}", {"user_id": jonas["id"]}).status == 403
    assert api.patch(f"/{kind}s/{made['id']}", {"user_id": jonas["id"]}).body["user_id"] == jonas["id"]

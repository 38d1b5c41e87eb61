from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.access import metadata_parents
from lookervault.model.kind import Raw
from lookervault.model.values import Link

from .raws import access, folder, group, only, shared, state, user, users_root

PLACE = (shared(), folder("10", "Finance"), group("31", "Team"), user("21", "ann@example.com"))
FOLDER = Link("folder:Shared/Finance")
TEAM, ANN = Link("group:Team"), Link("user:ann@example.com")


LISTS: list[tuple[str, dict[str, str] | None, dict[str, Any]]] = [
    ("inherited", None, {"inherits": True}),
    ("nobody", {}, {"inherits": False}),
    ("a group", {"group 31": "edit"}, {"inherits": False, "may_edit": [TEAM]}),
    (
        "both",
        {"user 21": "view", "group 31": "view"},
        {"inherits": False, "may_view": [TEAM, ANN]},
    ),
    (
        "one each",
        {"user 21": "edit", "group 31": "view"},
        {"inherits": False, "may_edit": [ANN], "may_view": [TEAM]},
    ),
    ("somebody unseen", {"user 99": "edit"}, {"inherits": False, "may_edit": [Link("user:#99")]}),
    ("what Looker may call otherwise", {"group 31": "own"}, {"inherits": False}),
]


@pytest.mark.parametrize(("grants", "expected"), [x[1:] for x in LISTS], ids=[x[0] for x in LISTS])
def test_who_may_do_what(grants: dict[str, str] | None, expected: dict[str, Any]) -> None:
    found = only(state(*PLACE, *access("71", "10", grants)), "content_access")
    assert found.address == "content_access:Shared/Finance"
    assert (found.parent, found.guard, found.unknown) == (FOLDER.to, "", ())
    assert found.attributes == {"folder": FOLDER, **expected}


def test_grants_that_could_not_be_read_are_unknown() -> None:
    metadata, _ = access("71", "10", {})
    assert only(state(*PLACE, metadata), "content_access").unknown == ("may_edit", "may_view")


def test_ids_may_be_numbers() -> None:
    (kind, _, raw), (_, _, _) = access("71", "10", {})
    grant = {"id": 1, "permission_type": "view", "group_id": 31, "user_id": None}
    found = only(
        state(
            *PLACE, (kind, "71", {**raw, "id": 71, "folder_id": 10}), ("content_access.grants", "71", [grant])
        ),
        "content_access",
    )
    assert found.attributes["may_view"] == [TEAM]


def raw(id_: str, parent: str | None, **flags: bool) -> Raw:
    return {"id": id_, "parent_id": parent, "content_metadata_id": f"m{id_}", **flags}


def test_only_folders_with_others_in_them_are_asked() -> None:
    rows = [
        raw("1", None, is_shared_root=True),
        raw("2", None, is_users_root=True),
        raw("3", None, is_embed_shared_root=True),
        raw("lookml", None),
        raw("10", "1"),
        raw("11", "10"),
        raw("20", "2", is_personal=True),
        raw("21", "20"),
        raw("30", "3"),
        raw("40", "lookml"),
    ]
    assert metadata_parents(rows) == ("m1", ["m1", "m10", "m20"])


def test_without_a_shared_root_there_is_nothing_to_ask() -> None:
    assert metadata_parents([users_root()[2]]) == ("", [])

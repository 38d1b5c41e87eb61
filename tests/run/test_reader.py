"""What a pass holds of what it has read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from lookervault.looker.gateway import Gateway
from lookervault.model.access import metadata_parents
from lookervault.run.events import silent
from lookervault.run.onecore import OneCore
from lookervault.run.past import Past
from lookervault.run.reader import Reader

FIELDS = ("id", "parent_id", "content_metadata_id", "is_shared_root")
FOLDERS: list[dict[str, Any]] = [
    {"id": "1", "parent_id": None, "content_metadata_id": "m1", "is_shared_root": True, "name": "Shared"},
    {"id": "2", "parent_id": "1", "content_metadata_id": "m2"},
    {"id": "3", "parent_id": "2", "content_metadata_id": "m3"},
]


class Later(Past):
    incremental = True


def reader(**options: Any) -> Reader:
    """One that has read the folders, and asks nobody."""
    with ThreadPoolExecutor(1) as pool:
        found = Reader(cast(Gateway, None), pool, 1, OneCore(), b"", print, silent, **options)
    found.see("folder", FIELDS, [(each["id"], each) for each in FOLDERS])
    return found


def test_folders_are_let_go_once_it_is_known_what_to_ask_of_them() -> None:
    found = reader()
    found.let_go("look")
    assert [dict(each) for each in found.folders()] == [
        {field: each.get(field) for field in FIELDS} for each in FOLDERS
    ]
    found.let_go("folder")
    assert found.inside == metadata_parents(FOLDERS) == ("m1", ["m1", "m2"])
    assert found.folders() == []


@pytest.mark.parametrize("options", [{"folder": "Shared"}, {"past": Later()}])
def test_folders_are_kept_where_more_is_asked_of_them(options: dict[str, Any]) -> None:
    found = reader(**options)
    found.let_go("folder")
    assert found.inside is None
    assert len(found.folders()) == len(FOLDERS)

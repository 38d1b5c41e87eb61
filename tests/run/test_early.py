"""What is asked for before its turn, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lookervault.errors import ApiError
from lookervault.model.catalog import KINDS
from lookervault.model.kind import Kind, Raw
from lookervault.run.early import Early

ORDER = [KINDS[name] for name in ("theme", "group", "folder", "look", "board", "alert")]


class Asked:
    def __init__(self) -> None:
        self.names: list[str] = []
        self.pages: dict[str, list[list[Raw]]] = {}

    def __call__(self, kind: Kind) -> Iterator[list[Raw]] | None:
        self.names.append(kind.name)
        return None if kind.name == "folder" else iter(self.pages.get(kind.name, []))


def test_each_list_is_asked_for_once_and_comes_whole() -> None:
    asked = Asked()
    asked.pages = {"theme": [[{"id": "1"}], [{"id": "2"}]], "board": [[{"id": "3"}]]}
    with ThreadPoolExecutor(2) as pool:
        early = Early(pool, ORDER, asked)
        early.begin(KINDS["theme"])
        # what is beyond a kind that is read one by one would have to be held for long
        assert asked.names == ["theme", "group", "folder", "look"]
        assert list(early.take(KINDS["theme"]) or ()) == [[{"id": "1"}], [{"id": "2"}]]
        assert early.take(KINDS["theme"]) is None
        assert early.take(KINDS["folder"]) is None
        assert list(early.take(KINDS["group"]) or ()) == []
        early.begin(KINDS["look"])
        early.begin(KINDS["board"])
        assert asked.names == ["theme", "group", "folder", "look", "board", "alert"]
        assert list(early.take(KINDS["board"]) or ()) == [[{"id": "3"}]]


def test_a_refusal_is_told_when_the_list_is_taken() -> None:
    def refused(kind: Kind) -> Iterator[list[Raw]]:
        raise ApiError("Forbidden", status=403)
        yield []

    with ThreadPoolExecutor(2) as pool:
        early = Early(pool, ORDER, refused)
        early.begin(KINDS["theme"])
        pages = early.take(KINDS["theme"])
        assert pages is not None
        with pytest.raises(ApiError, match="Forbidden"):
            next(pages)

"""As much of an object as it takes to read others, small enough to be held of very many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from typing import Any

_REPEATED = frozenset({"folder_id", "parent_id"})  # the same for many objects
LEAST = frozenset({"id", "folder_id"})
_fields: dict[tuple[str, ...], tuple[str, ...]] = {}


class Brief(Mapping[str, Any]):
    """Some fields of an object, as far as it has them; a dictionary has several times the size."""

    __slots__ = ("_fields", "_values")

    def __init__(self, raw: Mapping[str, Any], fields: Iterable[str]) -> None:
        found = tuple(field for field in fields if field in raw)
        self._fields = _fields.setdefault(found, found)
        self._values = tuple(_held(field, raw[field]) for field in found)

    def __getitem__(self, field: str) -> Any:
        if field not in self._fields:
            raise KeyError(field)
        return self._values[self._fields.index(field)]

    def get(self, field: str, default: Any = None) -> Any:
        """The value of a field; what `Mapping` has raises an error first, which takes long."""
        return self._values[self._fields.index(field)] if field in self._fields else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


class Least(Mapping[str, Any]):
    """The id and the folder of an object: as much as it takes to read it, in half of what a `Brief` is."""

    __slots__ = ("_folder", "_id")

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._id = raw.get("id")
        self._folder = _held("folder_id", raw.get("folder_id"))

    def __getitem__(self, field: str) -> Any:
        if field not in LEAST:
            raise KeyError(field)
        return self._id if field == "id" else self._folder

    def __iter__(self) -> Iterator[str]:
        return iter(LEAST)

    def __len__(self) -> int:
        return len(LEAST)


def brief(raw: Mapping[str, Any], fields: Iterable[str]) -> Mapping[str, Any]:
    """Some fields of an object, held in as little as they take."""
    return Least(raw) if fields == LEAST else Brief(raw, fields)


def _held(field: str, value: Any) -> Any:
    return intern(value) if field in _REPEATED and isinstance(value, str) else value

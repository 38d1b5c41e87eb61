"""Many large objects of one kind, each kept as bytes: decoded, they would take ten times the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lookervault.model.kind import Raw
from lookervault.model.naming import identity_fields
from lookervault.model.usage import USAGE_FIELDS

# kinds with objects large and many enough
LARGE = ("dashboard", "look")
_OF_LAYOUTS = ("id", "label", "active", "order", "deleted")


class Packed(Mapping[str, Any]):
    """Raw objects by id, decoded anew each time that one is asked for.

    `outlines` has what the declarations of other kinds ask of one; `fields` are all that any object has.
    """

    def __init__(self, unpack: Callable[[bytes], Any]) -> None:
        self._unpack = unpack
        self._packed: dict[str, bytes] = {}
        self.outlines: dict[str, Raw] = {}
        self.fields: set[str] = set()

    def put(self, id_: str, raw: Any, packed: bytes) -> None:
        """Adds an object, whole and as the bytes that are kept of it."""
        self._packed[id_] = packed
        self.outlines[id_] = _outline(raw)
        self.fields.update(raw)

    def __getitem__(self, id_: str) -> Any:
        return self._unpack(self._packed[id_])

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def _outline(raw: Any) -> Raw:
    """What an address depends on, how much it is used, and layouts, by which schedules name their tabs."""
    layouts = [{k: each.get(k) for k in _OF_LAYOUTS} for each in raw.get("dashboard_layouts") or []]
    outline: dict[str, Any] = identity_fields(raw) | {f: raw[f] for f in USAGE_FIELDS if f in raw}
    return outline | ({"dashboard_layouts": layouts} if layouts else {})

"""Many large objects of one kind, each kept as bytes: decoded, they would take ten times the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lookervault.model.kind import Raw
from lookervault.model.naming import identity_fields
from lookervault.model.usage import COUNTERS, USAGE_FIELDS, Counts, counts

# kinds with objects large and many enough
LARGE = ("dashboard", "look")
_OF_LAYOUTS = ("id", "label", "active", "order", "deleted")


class Gist(NamedTuple):
    """What is known of an object without decoding it."""

    outline: Raw
    counts: Counts
    fields: tuple[str, ...]


class Packed(Mapping[str, Any]):
    """Raw objects by id, decoded anew each time that one is asked for.

    `outlines` has what the declarations of other kinds ask of one; `fields` are all that any object has.
    `unpack` is given the id of an object and its bytes.
    """

    def __init__(self, unpack: Callable[[str, bytes], Any]) -> None:
        self._unpack = unpack
        self._packed: dict[str, bytes] = {}
        self._counted: dict[str, Raw] = {}
        self.outlines: dict[str, Raw] = {}
        self.counts: dict[str, Counts] = {}
        self.fields: set[str] = set()

    def put(self, id_: str, told: Gist, packed: bytes) -> None:
        """Adds an object, as the bytes that are kept of it."""
        self._packed[id_] = packed
        self._counted.pop(id_, None)
        self.outlines[id_] = told.outline
        self.counts[id_] = told.counts
        self.fields.update(told.fields)

    def share(self, id_: str, fields: Iterable[str], own: Raw, other: Packed) -> None:
        """Adds an object that another holds just so, but for the counters that are its `own`."""
        self._packed[id_] = other._packed[id_]
        self._counted[id_] = own
        used = {name: own[name] for name in USAGE_FIELDS if name in own}
        self.outlines[id_] = _still(other.outlines[id_]) | used
        self.counts[id_] = other.counts[id_]._replace(own=dict(own))
        self.fields.update(fields)

    def __getitem__(self, id_: str) -> Any:
        found = self._unpack(id_, self._packed[id_])
        if id_ not in self._counted:
            return found
        return {**_still(found), **self._counted[id_]}

    def __contains__(self, id_: object) -> bool:
        return id_ in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def gist(raw: Raw) -> Gist:
    """What is to be known of an object; `raw` may be as little as what is `skimmed`."""
    return Gist(_outline(raw), counts(raw), tuple(raw))


def _still(raw: Raw) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name not in COUNTERS}


def _outline(raw: Any) -> Raw:
    """What an address depends on, how much it is used, and layouts, by which schedules name their tabs."""
    layouts = [{k: each.get(k) for k in _OF_LAYOUTS} for each in raw.get("dashboard_layouts") or []]
    outline: dict[str, Any] = identity_fields(raw) | {f: raw[f] for f in USAGE_FIELDS if f in raw}
    return outline | ({"dashboard_layouts": layouts} if layouts else {})

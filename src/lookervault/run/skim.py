"""As much of a stored look or dashboard as is asked for before it is needed whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import msgspec

from lookervault.errors import StoreError
from lookervault.model.kind import Raw
from lookervault.model.naming import IDENTITY_FIELDS
from lookervault.model.usage import COUNTERS, USAGE_FIELDS
from lookervault.store.codec import decoder, decompress
from lookervault.store.content import value_of


class _Look(TypedDict, total=False):
    view_count: Any
    last_accessed_at: Any
    last_viewed_at: Any
    favorite_count: Any
    usage_count: Any


class _Element(TypedDict, total=False):
    id: Any
    deleted: Any
    look: _Look | None


class _Layout(TypedDict, total=False):
    id: Any
    label: Any
    active: Any
    order: Any
    deleted: Any


_fields = decoder(dict[str, msgspec.Raw])
_value = decoder(object)
_READ: Mapping[str, Callable[[msgspec.Raw], Any]] = {
    **dict.fromkeys({*IDENTITY_FIELDS, *USAGE_FIELDS, *COUNTERS, "folder"}, _value.decode),
    "dashboard_elements": decoder(list[_Element] | None).decode,
    "dashboard_layouts": decoder(list[_Layout] | None).decode,
}


def skimmed(kind: str, id_: str, body: bytes) -> Raw:
    """An object with all its fields, of which those are null that only its declaration asks for."""
    try:
        fields = _fields.decode(decompress(body))
        return {name: _READ[name](value) if name in _READ else None for name, value in fields.items()}
    except (msgspec.MsgspecError, ValueError, StoreError):
        raw: Raw = value_of(kind, id_, body)  # of some other shape, or damaged, which this tells
        return raw

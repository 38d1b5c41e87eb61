"""The normal form of single values: what Looker means, not how one version happens to spell it.

Rules: resource notes, section 6. Null, absent, and empty text or collections are one value (None).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Set
from datetime import UTC, datetime
from typing import Any

import msgspec

from lookervault.model.resource import Attributes
from lookervault.model.values import JsonText, Link, LinkedText, Value, replace, uncommon

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_COUNTED = frozenset({"int", "float"})
_PLAIN = frozenset({str, list, dict})
_SETTLED = frozenset({str, int, bool, type(None)})  # most values by far: each is what it says


def text_id(value: Any) -> str:
    """An id as text; Looker sent integers until 22.0 (resource notes, section 2.1)."""
    return "" if value is None else str(value)


def plain(value: Any) -> Value:
    """A raw value with "" and empty collections read as None."""
    return None if value in ("", [], {}) and not isinstance(value, bool | int | float) else value


def typed(value: Any, type_name: str) -> Value:
    """A raw value as its declared type would be spelt; anything unexpected passes through."""
    if type_name == "str" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return counted(value) if type_name in _COUNTED else plain(value)


def counted(value: Any) -> Value:
    """A number as such, where a version spells it as text or a whole one with a point."""
    if not isinstance(value, str):
        return number(value)
    if _NUMBER.fullmatch(value):
        return number(float(value)) if "." in value else int(value)
    return plain(value)


def moment(value: Any) -> Any:
    """A time as Looker writes it, however this version does; what is no time passes through."""
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return (
        (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
    )


def known(value: Any, names: Collection[str]) -> Any:
    """An object inside a body with no more than the API description has; nothing where that is nothing.

    A server may refuse what it does not know (resource notes, section 2.4).
    """
    if not isinstance(value, dict):
        return value
    return {k: number(v) for k, v in value.items() if k in names and v is not None} or None


def json_text(value: Any) -> Value:
    """JSON kept in a string; a value that is no string is wrapped as text, an empty one is None."""
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    wrapped = JsonText(text)
    return None if wrapped.parsed() in (None, [], {}, "") else wrapped


def pick(
    raw: Mapping[str, Any],
    types: Mapping[str, str],
    json_fields: frozenset[str] = frozenset(),
    sets: frozenset[str] = frozenset(),
) -> Attributes:
    """The declared fields of a raw object in normal form, absent ones left out."""
    found: Attributes = {}
    for field, type_name in types.items():
        value = raw.get(field)
        if value is None:
            continue  # as most are
        if field in json_fields:
            value = json_text(value)
        elif type(value) is bool:
            pass
        elif type_name in _COUNTED or type(value) not in _PLAIN:
            value = typed(value, type_name)
        elif not value:
            continue  # empty, as `plain` has it
        if field in sets and isinstance(value, list):
            value = sorted(set(map(str, value)))
        if value is not None:
            found[field] = value
    return found


def searchable(value: Value) -> bytes:
    """All that is in a value as bytes: much quicker to search than the value itself."""
    try:
        return msgspec.json.encode(value, enc_hook=repr)
    except (OverflowError, ValueError):
        return repr(value).encode(errors="replace")


def number(value: Any) -> Any:
    """1 and 1.0 are one number; so are 0 and -0.0. Beyond 2**53 a float names no one integer."""
    whole = isinstance(value, float) and abs(value) < 2**53 and value.is_integer()
    return int(value) if whole else value


def comparable(value: Value, rename: Mapping[Link, Link] | None = None) -> Any:
    """A form in which equal meaning is `==`: JSON texts parsed, numbers unified, links renamed."""
    if isinstance(value, dict):
        found = {}
        for key, item in value.items():
            told = item if type(item) in _SETTLED else comparable(item, rename)
            if told is not None:
                found[key] = told
        return found
    if isinstance(value, list):
        return [v if type(v) in _SETTLED else comparable(v, rename) for v in value]
    if isinstance(value, Link):
        return rename.get(value, value) if rename else value
    if isinstance(value, LinkedText):
        return value.replaced(lambda link: rename.get(link, link)) if rename else value
    if isinstance(value, JsonText):
        return comparable(value.parsed(), rename)
    return number(value)


def same(a: Any, b: Any) -> bool:
    """Whether two comparable values are equal; unlike for `==`, true is not 1."""
    if a != b:
        return False
    return type(a) is type(b) and (not isinstance(a, dict | list) or exact(a) == exact(b))


def exact(value: Any) -> bytes:
    """A comparable value as canonical JSON."""
    return msgspec.json.encode(value, order="deterministic", enc_hook=repr)


def alike(a: Value, b: Value) -> list[Any] | None:
    """What is no plain JSON in two values that are equal to the byte; None where they are not.

    Such values may still mean the same.
    """
    found: list[Any] = []

    def told(item: Any) -> msgspec.msgpack.Ext:
        found.append(item)
        return _named(item)

    if a is b:
        return uncommon(a)
    encode = msgspec.msgpack.encode
    try:
        if encode(a, enc_hook=_named) == encode(b, enc_hook=told):
            return found
        found.clear()
        in_order = encode(a, enc_hook=_named, order="deterministic")
        return found if in_order == encode(b, enc_hook=told, order="deterministic") else None
    except (OverflowError, UnicodeEncodeError):
        return None  # what cannot be encoded is left to a closer look


def _named(item: Any) -> msgspec.msgpack.Ext:
    return msgspec.msgpack.Ext(1, repr(item).encode())


def in_order(attributes: Attributes, unordered: Set[str]) -> Attributes:
    """Comparable attributes with those lists sorted whose order means nothing."""
    return {
        k: sorted(v, key=exact) if k in unordered and isinstance(v, list) else v
        for k, v in attributes.items()
    }


def digest(value: Value) -> str:
    """The SHA-256 of a value's comparable form: the same for equal meaning, on any machine."""

    def told(link: Link) -> Any:
        return {"\0link": [link.to, link.part]}

    plain_links = comparable(value)
    if uncommon(plain_links):
        plain_links = replace(
            plain_links,
            told,
            lambda text: text.text,
            lambda text: {"\0text": [told(p) if isinstance(p, Link) else p for p in text.pieces]},
        )
    return hashlib.sha256(msgspec.json.encode(plain_links, order="deterministic")).hexdigest()

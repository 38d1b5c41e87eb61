from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lookervault.errors import StoreError
from lookervault.store.codec import decode, digest, encode, from_json, to_json

HUGE = 7**9000  # has more digits than Python turns into text
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(2**70), 2**70) | FLOATS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def shape(value: Any) -> Any:
    """The value with the type of every leaf, and the sign of zeros: stricter than ==."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value), value, isinstance(value, float) and math.copysign(1, value)


def reordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(list(value))}
    if isinstance(value, list):
        return [reordered(inner) for inner in value]
    return value


@given(VALUES)
@example([-0.0, 0.0, 1, 1.0, True, None, "", [], {}])
@example({"big": [2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**300]})
@example([HUGE, -HUGE])
@example(["👩‍👩‍👧‍👦", "\0", "\u2028", "e\u0301", {"🔑": "\U0010ffff"}])
@example([5e-324, 1.7976931348623157e308, 1e22, 0.1, math.inf])
@example({"half": "\ud800", "\udfff": [1.0, -0.0, 2**70]})
def test_what_comes_out_is_what_went_in(value: Any) -> None:
    assert shape(decode(encode(value))) == shape(value)


@given(VALUES)
def test_the_digest_ignores_the_order_of_keys(value: Any) -> None:
    assert digest(reordered(value)) == digest(value)
    assert digest(decode(encode(value))) == digest(value)


@given(VALUES, VALUES)
def test_the_digest_tells_different_values_apart(one: Any, other: Any) -> None:
    assert (digest(one) == digest(other)) == (shape(one) == shape(other))


def distinct() -> Iterator[Any]:
    yield from [1, 1.0, True, "1", [1], {"1": 1}, None, 0, 0.0, -0.0, False, "", [], {}, [None], 2**64]
    yield from [{"a": 1, "b": 2}, {"a": 2, "b": 1}, [1, 2], [2, 1]]


def test_lookalikes_have_different_digests() -> None:
    values = list(distinct())
    assert len({digest(value) for value in values}) == len(values)


def test_the_digest_is_plain_sha256_in_hex() -> None:
    assert digest(None) == hashlib.sha256(b"\xc0").hexdigest()


def test_repetitive_content_takes_less_room() -> None:
    value = [{"title": "Sales", "type": "looker_line"}] * 200
    assert len(encode(value)) < len(json.dumps(value)) / 20


@pytest.mark.parametrize("data", [b"", b"junk", encode({"a": "b" * 50})[:-3], encode([1])[4:]])
def test_damaged_bytes_are_told(data: bytes) -> None:
    with pytest.raises(StoreError, match="stored content cannot be"):
        decode(data)


@given(VALUES)
@example("\ud800")
def test_columns_of_json_keep_values(value: Any) -> None:
    assert shape(from_json(to_json(value))) == shape(value)


def test_damaged_json_is_told() -> None:
    with pytest.raises(StoreError, match="stored JSON is damaged"):
        from_json('{"a": ')


def test_a_bit_that_turned_over_is_noticed() -> None:
    data = encode({"title": "Sales", "noise": [str(number**3) for number in range(300)]})
    for at in range(0, len(data) * 8, 61):
        turned = bytearray(data)
        turned[at // 8] ^= 1 << at % 8
        with pytest.raises(StoreError):
            decode(bytes(turned))

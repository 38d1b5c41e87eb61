"""Long answers are held compressed, and are what they would have been."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lookervault.errors import AnswerLost, ApiError
from lookervault.looker import squeezed, transport
from lookervault.looker.bodies import decoded
from lookervault.looker.gateway import Gateway
from lookervault.looker.squeezed import Squeezed, gathered, parts

from .stub import Response, Stub

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    """Everything is long, and comes in tiny pieces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(squeezed, "_HELD", 2)
        patch.setattr(squeezed, "_PIECE", 5)
        patch.setattr(transport, "_PIECE", 3)
        yield


def opened(text: bytes, size: int = 2) -> Any:
    body = gathered(text[at : at + 7] for at in range(0, len(text), 7))
    assert isinstance(body, Squeezed)
    assert body.whole() == text
    found = parts(body, size)
    if not isinstance(found, list) or not found or not isinstance(found[0], Squeezed):
        return found
    lists = [decoded(part.whole()) for part in found]
    assert [len(some) for some in lists[:-1]] == [size] * (len(lists) - 1)
    return [item for some in lists for item in some]


@given(st.lists(JSON, min_size=1, max_size=7), st.sampled_from([None, 2]), st.booleans())
@example([1, 23, 456], None, False)
@example([{"a": '],["\\', "é🙂": [[]]}, "x,]"], 2, True)
def test_a_list_is_what_it_was(items: list[Any], indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(items, indent=indent, ensure_ascii=ascii_only)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    assert json.dumps(opened(data)) == json.dumps(items)


@pytest.mark.parametrize(
    "text",
    [b"[ 1e400,2]", b'["\\ud800"]', b"[  ]", b"\xef\xbb\xbf[1, 2, 3]", b'{"a": 1}', b" [1, 2] \n"],
)
def test_what_is_odd_is_decoded_as_ever(text: bytes) -> None:
    assert opened(text) == decoded(text)


@pytest.mark.parametrize(
    "text", [b"[1, 2", b"[1,, 2]", b"[1, 2,]", b"[1, 2] x", b"[1 2]", b'["\xff"]', b"<html>"]
)
def test_what_is_no_json_is_told(text: bytes) -> None:
    with pytest.raises(ValueError):
        opened(text)


def test_a_short_answer_is_held_as_it_is() -> None:
    assert gathered([b"[", b"]"]) == b"[]"
    assert not isinstance(gathered([b"[", b"]"]), Squeezed)


def test_a_long_list_comes_over_one_connection_and_again_where_it_is_cut_off(
    stub: Stub, gateway: Gateway
) -> None:
    rows = [{"id": str(number), "title": "é" * number} for number in range(9)]
    answers = iter(
        [Response(body=rows, length=10_000, hang_up=True), Response(body=b"[1, 2"), Response(body=rows)]
    )
    stub.route = lambda r: next(answers, Response(body=rows)) if r.path == "/boards" else Response(body={})
    assert [row for part in gateway.listed("/boards", {}, size=4) for row in part] == rows
    assert len([call for call in stub.calls if call.path == "/boards"]) == 3
    assert [row for part in gateway.listed("/boards", {}) for row in part] == rows


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (Response(403, {"message": "Not for you"}), ApiError, "Not for you"),
        (Response(200, b"<html>Proxy</html>"), AnswerLost, "but not in JSON: Proxy"),
        (Response(200, b'{"id": 1}'), ApiError, "gave no list"),
    ],
)
def test_what_is_wrong_with_a_long_answer_is_told(
    stub: Stub, gateway: Gateway, answer: Response, error: type[ApiError], said: str
) -> None:
    stub.route = lambda _: answer
    with pytest.raises(error, match=said):
        list(gateway.listed("/boards", {}))

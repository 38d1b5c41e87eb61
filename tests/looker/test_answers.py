from __future__ import annotations

import json
from typing import Any

import pytest

from lookervault.errors import AnswerLost, ApiError, AuthError
from lookervault.looker.answers import value_of
from lookervault.looker.bodies import decoded, encoded
from lookervault.looker.text import LONGEST
from lookervault.looker.transport import Answer

JSON = {"content-type": "application/json"}


def answer(status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, JSON if headers is None else headers, raw)


def refusal(
    status: int,
    body: Any,
    headers: dict[str, str] | None = None,
    method: str = "POST",
    secrets: tuple[str, ...] = (),
) -> ApiError:
    with pytest.raises(ApiError) as caught:
        value_of(method, "/folders", answer(status, body, headers), secrets)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        '{"unknown":{"nested":null},"absent_is_not_null":null}',
        "[1.0,-0.0,1e22,12.9]",
        "[9007199254740993,18446744073709551616,-170141183460469231731687303715884105728]",
        '["EXPLICIT_NULL","","\\u2028 \\u0000 \\ud83d\\ude00"]',
        '"text"',
        "false",
    ],
)
def test_values_survive_a_round_trip(text: str) -> None:
    value = decoded(text.encode())
    assert json.dumps(value) == json.dumps(json.loads(text))
    assert json.dumps(decoded(encoded(value))) == json.dumps(value)


def test_what_msgspec_refuses_is_decoded_by_the_standard_library() -> None:
    assert decoded(b"[1e400]") == [float("inf")]
    assert decoded(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert decoded(b'"\\ud800"') == "\ud800"
    assert encoded("\ud800") == b'"\\ud800"'


@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_an_empty_body_is_none(body: bytes) -> None:
    assert decoded(body) is None


@pytest.mark.parametrize("body", [b"{", b'{"a": ', b"<html>", b"ok", b'"\xff"', b"[" * 100_000])
def test_what_is_not_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decoded(body)


def test_bytes_are_json_already() -> None:
    assert encoded(b'{"a":null}') == b'{"a":null}'


def test_a_good_answer_that_is_not_json_is_lost() -> None:
    with pytest.raises(
        AnswerLost, match=r"answered 200 to POST /folders, but not in JSON: Sign in$"
    ) as caught:
        value_of("POST", "/folders", answer(200, b"<html><body>Sign in</body></html>"))
    assert caught.value.status == 200


def test_field_errors_are_kept_and_told() -> None:
    body = {
        "message": "Validation Failed",
        "documentation_url": "https://docs.example/err/4.0/422/post/folders",
        "errors": [
            {"field": "name", "code": "missing_field", "message": "This field is required.", "x": 1},
            {"field": "[:title, :space_id]", "code": "already_exists"},
        ],
    }
    error = refusal(422, body)
    assert type(error) is ApiError
    assert (error.status, error.method, error.path) == (422, "POST", "/folders")
    assert error.errors == (
        {"field": "name", "code": "missing_field", "message": "This field is required."},
        {"field": "[:title, :space_id]", "code": "already_exists", "message": ""},
    )
    assert error.message == (
        "Looker answered 422 to POST /folders: Validation Failed: "
        "name: This field is required.; [:title, :space_id]: already_exists"
    )


@pytest.mark.parametrize(
    ("body", "message", "errors"),
    [
        ({"message": "Not found", "errors": None}, "Not found", ()),
        ({"errors": [{"message": "bad"}]}, "bad", ({"field": "", "code": "", "message": "bad"},)),
        ({"message": None, "errors": ["bad"]}, "bad", ({"field": "", "code": "", "message": "bad"},)),
        ({"message": {"a": 1}, "errors": {"field": ["x", 2]}}, '{"a": 1}: x, 2: ', None),
        ({"message": "m", "errors": [None, 7]}, "m: 7", None),
        ({"error": "invalid_client"}, "invalid_client", ()),
        (["one", "two"], "one, two", ()),
        ("just text", "just text", ()),
        (None, "", ()),
        (b"", "", ()),
        (b"plain text", "plain text", ()),
        (b"\xff\xfe", "\ufffd\ufffd", ()),
    ],
)
def test_error_bodies_of_any_shape(
    body: Any, message: str, errors: tuple[dict[str, str], ...] | None
) -> None:
    error = refusal(422, body)
    told = f": {message}" if message else ""
    assert error.message == f"Looker answered 422 to POST /folders{told}"
    assert errors is None or error.errors == errors


def test_html_is_cut_down_to_what_a_reader_sees() -> None:
    page = b"""<!DOCTYPE html><html><head><title>502 Bad Gateway</title><style>p {color: red}</style>
    <script>var a = "<p>";</script></head><body><!-- hidden -->
    <h1>Bad&nbsp;Gateway</h1>\n<p>a &lt; b</p></body>"""
    error = refusal(502, page, {"content-type": "text/html"})
    assert error.message.endswith(": 502 Bad Gateway Bad Gateway a < b")


def test_messages_are_short_and_without_control_characters() -> None:
    error = refusal(400, {"message": "\x1b[31mred\r\n\u202ertl\x00" + "x" * 10_000})
    said = error.message.removeprefix("Looker answered 400 to POST /folders: ")
    assert said.startswith("[31mred rtl xxx")
    assert len(said) == LONGEST


def test_an_endless_page_is_not_read_to_its_end() -> None:
    assert len(refusal(400, b"<p>" + b"<" * 5_000_000, {}).message) < 400


def test_secrets_in_an_answer_are_not_repeated() -> None:
    body = {"message": "no such key: s3cret-key-0123", "errors": [{"message": "s3cret-key-0123"}]}
    error = refusal(400, body, secrets=("s3cret-key-0123", "a"))
    assert "s3cret-key-0123" not in error.message + repr(error.errors)
    assert "no such key: ***" in error.message


@pytest.mark.parametrize(
    ("method", "status", "kind"),
    [
        ("POST", 400, ApiError),
        ("GET", 401, AuthError),
        ("POST", 403, ApiError),
        ("DELETE", 404, ApiError),
        ("POST", 429, ApiError),
        ("POST", 500, AnswerLost),
        ("PATCH", 502, AnswerLost),
        ("POST", 504, AnswerLost),
        ("POST", 524, AnswerLost),
        ("GET", 503, ApiError),
        ("POST", 501, ApiError),
        ("GET", 302, ApiError),
    ],
)
def test_the_class_says_whether_looker_may_have_acted(method: str, status: int, kind: type[ApiError]) -> None:
    assert type(refusal(status, {"message": "m"}, method=method)) is kind


def test_a_redirect_names_its_target_but_not_its_query() -> None:
    error = refusal(302, b"", {"location": "https://login.example/in?token=abc"})
    assert error.message.endswith(": it redirects to https://login.example")
    assert "base_url" in error.hint


def test_retry_after_is_kept() -> None:
    assert refusal(429, {"message": "slow down"}, {"retry-after": "7"}).retry_after == 7.0

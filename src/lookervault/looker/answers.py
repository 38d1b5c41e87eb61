"""From an HTTP answer to a value or the right error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from lookervault.errors import AnswerLost, ApiError, AuthError
from lookervault.looker.bodies import decoded
from lookervault.looker.cures import NOT_LOOKER
from lookervault.looker.retry import TRANSIENT, retry_after
from lookervault.looker.squeezed import Squeezed
from lookervault.looker.text import excerpt, strip_markup
from lookervault.looker.transport import Answer

_FIELD_ERRORS = 20
_FIELD_NAMES = ("field", "code", "message")
_HINTS = {
    403: "the API user lacks a permission for this",
    404: "not there, or not visible to this API user: Looker answers both alike",
}


def value_of(
    method: str,
    path: str,
    answer: Answer,
    secrets: Iterable[str] = (),
    decode: Callable[[bytes], Any] = decoded,
) -> Any:
    """What a good answer holds; raises the error that a bad one means."""
    if not answer.ok:
        raise _refusal(method, path, answer, tuple(secrets))
    try:
        return decode(answer.value)
    except ValueError as error:
        message = f"Looker answered {answer.status} to {method} {path}, but not in JSON"
        raise AnswerLost(
            f"{message}: {excerpt(_seen(answer), secrets)}",
            status=answer.status,
            method=method,
            path=path,
            hint=NOT_LOOKER,
        ) from error


def _refusal(method: str, path: str, answer: Answer, secrets: tuple[str, ...]) -> ApiError:
    message, errors = _problem(answer, secrets)
    details = "; ".join(filter(None, map(_sentence, errors)))
    parts = [f"Looker answered {answer.status} to {method} {path}", message, details]
    hint = NOT_LOOKER if _is_foreign(answer) else _HINTS.get(answer.status)
    return _class_for(method, answer.status)(
        ": ".join(filter(None, parts)),
        status=answer.status,
        method=method,
        path=path,
        errors=errors,
        retry_after=retry_after(answer.headers),
        hint=hint,
    )


def _is_foreign(answer: Answer) -> bool:
    """Whether somebody else answers: a redirect, or a page where Looker sends JSON."""
    page = "html" in answer.headers.get("content-type", "")
    return 300 <= answer.status < 400 or (page and answer.status < 500 and answer.status != 429)


def _class_for(method: str, status: int) -> type[ApiError]:
    if status == 401:
        return AuthError
    # A read changes nothing, so nobody needs to go and look what became of it.
    return AnswerLost if status in TRANSIENT and method != "GET" else ApiError


def _problem(answer: Answer, secrets: tuple[str, ...]) -> tuple[str, list[dict[str, str]]]:
    """Looker's message and field errors (resource notes, section 10.4), from whatever shape the body has."""
    if 300 <= answer.status < 400:
        target = urlsplit(answer.headers.get("location", ""))
        return excerpt(f"it redirects to {target.scheme}://{target.netloc}", secrets), []
    try:
        body = decoded(_plain(answer))
    except ValueError:
        return excerpt(_seen(answer), secrets), []
    if not isinstance(body, Mapping):
        return excerpt(_text(body), secrets), []
    message = body.get("message") or body.get("error") or ""
    return excerpt(_text(message), secrets), _field_errors(body.get("errors"), secrets)


def _field_errors(errors: Any, secrets: tuple[str, ...]) -> list[dict[str, str]]:
    items = errors if isinstance(errors, list) else [errors] if errors else []
    known = [item if isinstance(item, Mapping) else {"message": item} for item in items[:_FIELD_ERRORS]]
    return [{name: excerpt(_text(item.get(name)), secrets) for name in _FIELD_NAMES} for item in known]


def _sentence(error: Mapping[str, str]) -> str:
    said = error["message"] or error["code"]
    return f"{error['field']}: {said}" if error["field"] else said


def _seen(answer: Answer) -> str:
    text = _plain(answer).decode("utf-8", "replace")
    return strip_markup(text) if text.lstrip().startswith("<") else text


def _plain(answer: Answer) -> bytes:
    return answer.value.whole() if isinstance(answer.value, Squeezed) else answer.value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value)

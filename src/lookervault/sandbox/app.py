"""From a parsed call to the bytes of its answer: token, route, rule, error and paging headers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from lookervault.errors import ApiError
from lookervault.sandbox import problems, router
from lookervault.sandbox.router import Ask, Coded, Page
from lookervault.sandbox.rules.membership import is_admin
from lookervault.sandbox.rules.session import authenticate
from lookervault.sandbox.state import State

PREFIX = "/api/4.0"


@dataclass(frozen=True)
class Answer:
    """Status, body and extra headers of an answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def answer(state: State, ask: Ask) -> Answer:
    """What the instance answers; `ask.path` is still encoded and without the prefix."""
    with state.lock:
        try:
            result = _result(state, ask)
        except ApiError as problem:
            return _refusal(problem, ask)
        # encoded under the lock: the answer may share parts with stored records
        return _success(state, ask, result)


def _result(state: State, ask: Ask) -> Any:
    route, ask.ids = router.find(ask.method, ask.path)
    user_id = "" if route.open else authenticate(state, ask.token)
    with state.acting(user_id):
        return router.run(state, route, ask, is_admin=bool(user_id) and is_admin(state, user_id))


def _success(state: State, ask: Ask, result: Any) -> Answer:
    if result is router.GONE:
        return Answer(204)
    if isinstance(result, Coded):
        return Answer(result.status, msgspec.json.encode(result.body))
    if isinstance(result, Page):
        headers = _page_headers(state, ask, result) if state.page_headers else {}
        return Answer(200, msgspec.json.encode(result.items), headers)
    return Answer(200, msgspec.json.encode(result))


def _refusal(problem: ApiError, ask: Ask) -> Answer:
    """Looker's error body (resource notes, section 10.4)."""
    page = f"{problems.DOCS}/{problem.status}/{ask.method.lower()}{ask.path}"
    body: dict[str, Any] = {"message": problem.message, "documentation_url": page}
    if problem.errors:
        body["errors"] = [{**error, "documentation_url": page} for error in problem.errors]
    return Answer(problem.status, msgspec.json.encode(body))


def _page_headers(state: State, ask: Ask, page: Page) -> dict[str, str]:
    """X-Total-Count and Link of a paged list (resource notes, section 2.2)."""
    headers = {"X-Total-Count": str(page.total)}
    if not page.limit:
        return headers
    last = max(0, (page.total - 1) // page.limit * page.limit)
    places = {"first": 0, "last": last, "next": page.offset + page.limit, "prev": page.offset - page.limit}
    links = [
        f'<{_page_url(state, ask, offset, page.limit)}>; rel="{name}"'
        for name, offset in places.items()
        if 0 <= offset <= last
    ]
    return {**headers, "Link": ",".join(links)}


def _page_url(state: State, ask: Ask, offset: int, limit: int) -> str:
    query = {**ask.query, "limit": str(limit), "offset": str(offset)}
    return f"{state.host}{PREFIX}{quote(ask.path, safe='/%')}?{urlencode(query)}"

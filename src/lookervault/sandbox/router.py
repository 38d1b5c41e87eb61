"""Routes: which rule answers which call; a rules module adds its own by `@operation`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote

from lookervault.errors import ApiError
from lookervault.sandbox import search, shapes
from lookervault.sandbox.problems import forbidden, not_found
from lookervault.sandbox.state import Record, State

GONE = object()
"""The answer of a delete: 204 with no body."""


@dataclass
class Ask:
    """One call to the API, taken apart; `ids` are the decoded parts of the path."""

    method: str
    path: str
    ids: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    form: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def id(self, name: str) -> str:
        """A part of the path."""
        return self.ids[name]

    def flag(self, name: str) -> bool:
        """Whether a query parameter says true."""
        return self.query.get(name, "").lower() == "true"


@dataclass(frozen=True)
class Page:
    """Part of a list, with what the headers of a paged answer need."""

    items: list[Record]
    total: int
    offset: int
    limit: int | None


@dataclass(frozen=True)
class Coded:
    """An answer whose status is not 200."""

    status: int
    body: Any


Rule = Callable[[State, Ask], Any]
AnyRule = TypeVar("AnyRule", bound=Rule)


@dataclass(frozen=True)
class Route:
    """A rule with the place it is served at and what the SDK knows of it."""

    method: str
    parts: tuple[str, ...]
    name: str
    rule: Rule
    admin: bool
    open: bool

    def bind(self, parts: tuple[str, ...]) -> dict[str, str] | None:
        """The values of the placeholders if the path is of this route."""
        ids = {}
        for mine, given in zip(self.parts, parts, strict=True):
            if mine.startswith("{"):
                ids[mine.strip("{}")] = unquote(given)
            elif mine != given:
                return None
        return ids


ROUTES: dict[tuple[str, int], list[Route]] = {}


def operation(
    name: str, method: str, path: str, *, admin: bool = False, open: bool = False
) -> Callable[[AnyRule], AnyRule]:
    """Serves a rule as the operation of this id; `admin` refuses other callers, `open` needs no token."""

    def add(rule: AnyRule) -> AnyRule:
        parts = tuple(path.strip("/").split("/"))
        routes = ROUTES.setdefault((method, len(parts)), [])
        routes.append(Route(method, parts, name, rule, admin, open))
        routes.sort(key=lambda route: [part.startswith("{") for part in route.parts])
        return rule

    return add


def find(method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
    """The route of a path (without /api/4.0) and its ids; 404 where there is none."""
    parts = tuple(raw_path.strip("/").split("/"))
    for route in ROUTES.get((method, len(parts)), ()):
        ids = route.bind(parts)
        if ids is not None:
            return route, ids
    raise not_found()


def run(state: State, route: Route, ask: Ask, *, is_admin: bool) -> Any:
    """The rule's answer: body checked before, fields chosen after."""
    if route.admin and not is_admin:
        raise forbidden()
    known = shapes.operation(route.name)
    if known.body is not None:
        if ask.body is None and not known.bodiless:
            raise ApiError("a body is required", status=400)
        ask.body = {} if ask.body is None else ask.body
        whole = ask.method != "PATCH"
        ask.body = shapes.accepted(ask.body, known.body, strict=state.strict, whole=whole)
    ask.query = {k: v for k, v in ask.query.items() if k in known.params}
    answer = route.rule(state, ask)
    tree = search.field_tree(ask.query.get("fields", ""))
    if isinstance(answer, Page):
        return Page(search.chosen(answer.items, tree), answer.total, answer.offset, answer.limit)
    return search.chosen(answer, tree) if answer is not GONE and not isinstance(answer, Coded) else answer


PLAIN = frozenset({"fields", "limit", "offset", "page", "per_page", "sorts"})


def listing(
    ask: Ask,
    records: list[Record],
    show: Callable[[Record], Record],
    *,
    columns: Mapping[str, search.Column] | None = None,
    sortable: frozenset[str] | None = None,
    skip: frozenset[str] = frozenset(),
) -> Page:
    """A list of records as asked: searched, sorted, cut to its page, and only then shown.

    `columns` gives parameters that are no stored fields; `skip` names parameters that do not filter.
    """
    columns = columns or {}
    wanted = {k: v for k, v in ask.query.items() if k not in PLAIN | skip and k not in ask.ids}
    found = search.select(records, wanted, columns)
    if ask.query.get("sorts"):
        found = search.ordered(found, ask.query["sorts"], columns, sortable)
    offset, limit = search.window(ask.query)
    cut = found[offset : None if limit is None else offset + limit]
    return Page([show(record) for record in cut], len(found), offset, limit)

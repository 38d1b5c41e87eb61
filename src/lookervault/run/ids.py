"""The target's ids of what a plan's links name: known from the plan, learned from answers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from typing import Any

from lookervault.errors import PlanError
from lookervault.model.normal import text_id
from lookervault.model.values import UNKNOWN, Link, Value, literal, replace
from lookervault.plan.steps.step import Bind

_SEPARATOR = "\x1f"  # in no address that a person writes


class Ids:
    """Links to ids, for any number of threads."""

    def __init__(self, known: Iterable[tuple[str, str, str]]) -> None:
        self._ids: dict[Link, str] = {}
        self._bound: dict[tuple[str, str], Counter[str]] = {}  # by kind: how many links lead to an id
        self._lock = threading.Lock()
        self.learn_all(known)

    def __contains__(self, link: Link) -> bool:
        return link in self._ids

    def get(self, link: Link) -> str | None:
        """The id, or None while it is not known."""
        return self._ids.get(link)

    def learn(self, bindings: Mapping[str, Any]) -> None:
        """Takes what a journal row or an answer told."""
        with self._lock:
            for slot, id_ in bindings.items():
                to, _, part = slot.partition(_SEPARATOR)
                self._learn(Link(to, part), str(id_))

    def learn_all(self, known: Iterable[tuple[str, str, str]]) -> None:
        """Takes what a plan knew."""
        with self._lock:
            for to, part, id_ in known:
                self._learn(Link(to, part), id_)

    def bound(self, like: Link) -> Container[str]:
        """All ids that belong to something of one kind, to be looked into; those of other kinds may be equal.

        Asked before every create, so it is kept up to date and not gathered.
        """
        with self._lock:
            return self._bound.setdefault(_kind(like), Counter())

    def _learn(self, link: Link, id_: str) -> None:
        ids = self._bound.setdefault(_kind(link), Counter())
        before = self._ids.get(link)
        if before is not None:
            ids[before] -= 1
            if not ids[before]:
                del ids[before]
        ids[id_] += 1
        self._ids[link] = id_

    def resolved(self, value: Value) -> Any:
        """The value with every link replaced by its id; PlanError where one is not known."""
        if not value or isinstance(value, str | int | float):
            return value
        return replace(value, self._id, lambda text: self.resolved(text.text))

    def _id(self, link: Link) -> str:
        found = literal(link) if link.part == UNKNOWN else self._ids.get(link)
        if found is None:
            raise PlanError(f"the target's id of {link.to} {link.part} is not known".strip())
        return found


def bindings(binds: Iterable[Bind], answer: Any, ids: Ids) -> dict[str, str]:
    """What an answer teaches, by slot; PlanError where it does not show what it should."""
    found = {}
    for bind in binds:
        plain = all(isinstance(step, str | int) for step in bind.select)
        value = chosen(answer, bind.select if plain else ids.resolved(bind.select))
        if value is None and bind.optional:
            continue
        if value is None:
            raise PlanError(
                f"Looker's answer does not show the id of {bind.link.to} {bind.link.part}".strip()
            )
        found[slot(bind.link)] = text_id(value)
    return found


def _kind(link: Link) -> tuple[str, str]:
    return link.to.partition(":")[0], link.part.partition(":")[0]


def slot(link: Link) -> str:
    """A link as a key of the journal's bindings."""
    return f"{link.to}{_SEPARATOR}{link.part}" if link.part else link.to


def chosen(answer: Any, select: list[Any]) -> Any:
    """The value that a `Bind.select` leads to, or None."""
    for step in select:
        if isinstance(step, int):
            answer = answer[step] if isinstance(answer, list) and step < len(answer) else None
        elif isinstance(step, dict):
            answer = _item(answer or [], step)
        else:
            answer = answer.get(step) if isinstance(answer, dict) else None
    return answer


def _item(items: list[Any], wanted: dict[str, Any]) -> Any:
    if "prefer" in wanted:
        return _item(items, wanted["prefer"]) or (items[0] if items else None)
    return next((i for i in items if all(same(i.get(k), v) for k, v in wanted.items())), None)


def same(have: Any, want: Any) -> bool:
    """Whether two field values mean the same: ids may be numbers, nothing has many spellings."""
    empty: tuple[Any, ...] = (None, "", [], {})
    if want in empty or have in empty:
        return have in empty and want in empty
    return bool(have == want) or (not isinstance(want, bool) and str(have) == str(want))

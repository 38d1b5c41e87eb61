"""What a server makes of what it is sent, learned from its answers.

A server puts defaults in the place of nothing and spells some values its own way. Remembered per target,
that never shows as a change again (resource notes, section 6, rule 7).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from lookervault.model.content import meaning, overriding
from lookervault.model.fields import BODIES
from lookervault.model.normal import comparable, digest, text_id, typed
from lookervault.plan.defaults import Echoes
from lookervault.store import learned
from lookervault.store.vault import Vault

_VALUES = {"queries": "query", "merge_queries": "merge_query"}
_KINDS = {f"{kind}s": kind for kind in BODIES if kind not in _VALUES.values()} | _VALUES
_PLAIN = {"str", "bool", "int", "float"}


def echoes(vault: Vault, host: str) -> Echoes:
    """All that is known about a target."""
    facts = learned.recall(vault, host)
    return {(f.kind, f.field, f.object_id, f.sent_digest): f.got_digest for f in facts}


class Ear:
    """Compares each answer with what was sent, and remembers where they differ."""

    def __init__(self, vault: Vault, host: str) -> None:
        self._vault = vault
        self._host = host
        self._known = dict(echoes(vault, host))
        self._turn = threading.Lock()
        self.notes: list[str] = []

    def hear(self, method: str, path: list[str], body: Any, answer: Any, adopted: bool = False) -> None:
        """Takes one call and its answer, or what was found later of a call without one (`adopted`).

        Somebody may have been at what was found later: only what stands in the place of nothing is believed
        then, and of this very object.
        """
        kind = _KINDS.get(path[0])
        whole = len(path) == (1 if method == "POST" else 2)
        if not (kind and whole and isinstance(body, dict) and isinstance(answer, dict)):
            return
        # what has no id goes by its name
        id_ = text_id(answer.get("id") or answer.get("name"))
        if not adopted and _dropped(body, answer):
            sent = comparable(overriding(body["result_maker"]))
            self._remember(kind, "overrides", id_, sent, None)
            self.notes.append(f"{kind} {id_}: Looker made nothing of overrides {sent!r}")
        for field, sent, got in _differing(kind, method, body, answer):
            if adopted or path[0] in _VALUES:
                if sent is None:
                    # queries are values: what holds for one holds for all
                    self._remember(kind, field, "" if path[0] in _VALUES else id_, sent, got)
                continue
            self._remember(kind, field, "" if sent is None and method == "POST" else id_, sent, got)
            if sent is not None:
                self.notes.append(f"{kind} {id_}: Looker made {got!r} of {field} {sent!r}")

    def _remember(self, kind: str, field: str, object_id: str, sent: Any, got: Any) -> None:
        key = (kind, field, object_id, digest(sent))
        with self._turn:
            if self._known.get(key) == digest(got):
                return
            self._known[key] = digest(got)
        learned.remember(self._vault, self._host, kind, field, object_id, key[3], digest(got), got)


def _differing(
    kind: str, method: str, body: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """Fields of one value each that came back otherwise than they were sent; ids are no values."""
    for field, type_name in _plain_fields(kind):
        mine, theirs = body.get(field), answer.get(field)
        told = field in answer and (method == "POST" or field in body)
        if not told or (mine == theirs and type(mine) is type(theirs)):
            continue
        sent, got = (_meant(field, typed(value, type_name)) for value in (mine, theirs))
        if sent != got:
            yield field, sent, got


def _dropped(body: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether a server keeps nothing of what a result maker says beyond the query of its element."""
    sent = overriding(body.get("result_maker") or {})
    got = overriding(answer.get("result_maker") or {})
    # that a total is off is said of every result maker
    return bool(sent) and not any(value and got.get(name) == value for name, value in sent.items())


@cache
def _plain_fields(kind: str) -> list[tuple[str, str]]:
    """Fields of one value each, with their types."""
    return [
        (field, type_name)
        for field, type_name in BODIES[kind]["create"].items()
        if type_name in _PLAIN and not field.endswith(("_id", "_json")) and field != "slug"
    ]


def _meant(field: str, value: Any) -> Any:
    return comparable(meaning({field: value}) if value is not None else {}).get(field)

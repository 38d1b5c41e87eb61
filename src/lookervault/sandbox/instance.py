"""A simulated Looker instance: its state with the foundation laid, and what tests do to it directly."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import msgspec

from lookervault.sandbox import endpoints, foundation
from lookervault.sandbox.kinds import KINDS
from lookervault.sandbox.problems import invalid
from lookervault.sandbox.rules import queries, users
from lookervault.sandbox.state import Clock, Record, State

T = TypeVar("T")

today: Clock = partial(datetime.now, UTC)


class Instance(State):
    """Looker in memory. Direct calls act as the UI would: Looker's rules hold, API strictness does not."""

    def __init__(
        self,
        *,
        first_id: int = 1,
        strict: bool = True,
        client_id: str = "sandbox",
        client_secret: str = "sandbox-secret",
        host: str = "https://looker.example.com",
        clock: Clock = today,
        bare: bool = False,
    ) -> None:
        """With the foundation that every instance has, or `bare` for one that brings its own."""
        super().__init__(
            first_id=first_id,
            strict=strict,
            client_id=client_id,
            client_secret=client_secret,
            host=host,
            clock=clock,
        )
        if not bare:
            foundation.lay(self)

    def get(self, kind: str, key: object) -> Record | None:
        """A copy of a stored record, or None; keys with an underscore are not part of any answer."""
        with self.lock:
            return _copied(self.peek(kind, key))

    def all(self, kind: str) -> list[Record]:
        """Copies of all stored records of a kind, oldest first."""
        with self.lock:
            return _copied(self.rows(kind))

    def answer(self, kind: str, key: object) -> Record:
        """A copy of what the API would answer for an object."""
        with self.lock:
            return _copied(KINDS[kind].show(self, self.find(kind, key)))

    def create(self, kind: str, **fields: Any) -> Record:
        """Makes an object; a copy of what is stored of it."""
        with self.lock:
            return _copied(endpoints.made(KINDS[kind], self, fields))

    def edit(self, kind: str, key: object, **fields: Any) -> None:
        """Changes an object as a person would in the UI; the dashboard of a part moves its `updated_at`."""
        with self.lock:
            endpoints.changed(KINDS[kind], self, self.find(kind, key), fields)

    def delete(self, kind: str, key: object) -> None:
        """Removes an object for ever; the trash is `edit(..., deleted=True)`."""
        with self.lock:
            endpoints.removed(KINDS[kind], self, self.find(kind, key))

    def replace_query(self, kind: str, key: object, **changed: Any) -> str:
        """Edits the query of an element or look: a new value, so `query_id` moves. Gives the new id."""
        with self.lock:
            owner = self.find(kind, key)
            if not owner.get("query_id"):
                raise invalid("query_id", "this object has no query of its own")
            old = queries.value_of(self.find("query", owner["query_id"]))
            new = queries.create(self, {**old, **changed})
            self.edit(kind, key, query_id=new["id"])
            return str(new["id"])

    def insert(self, kind: str, raw: Record) -> Record:
        """Stores a record as it is, unchecked; its id is kept, later ids are above it."""
        with self.lock:
            return self.add(kind, _copied(raw))

    def add_key(self, user_id: str, client_id: str, client_secret: str) -> None:
        """Lets another user log in with this API3 key."""
        with self.lock:
            users.add_api_key(self, self.find("user", user_id), client_id, client_secret)

    def revoke_tokens(self) -> None:
        """Makes every token given so far answer 401."""
        with self.lock:
            self.tokens.clear()


def _copied(records: T) -> T:
    """A copy that shares nothing; what an instance holds is JSON."""
    copy: T = msgspec.json.decode(msgspec.json.encode(records))
    return copy

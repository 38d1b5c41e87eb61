"""What a simulated instance holds: tables of records, ids, a clock, tokens and switches."""

from __future__ import annotations

import random
import string
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lookervault.sandbox.problems import not_found

Record = dict[str, Any]

Clock = Callable[[], datetime]

LETTERS = string.ascii_letters + string.digits

PARTS: dict[str, list[tuple[str, str, str]]] = {}
"""What goes with a record of a kind: field of the record, kind of the part, its field with the same value."""


def goes_with(owner: str, part: str, field: str, owner_field: str = "id") -> None:
    """Lets records of `part` vanish with the `owner` whose `owner_field` their `field` names."""
    PARTS.setdefault(owner, []).append((owner_field, part, field))


class Table:
    """The records of one kind by id; `where` finds by the value of a field without a scan."""

    def __init__(self) -> None:
        self.rows: dict[str, Record] = {}
        self._indexes: dict[str, dict[Any, dict[str, None]]] = {}

    def add(self, record: Record) -> None:
        """Stores a new record under its id."""
        self.rows[record["id"]] = record
        for field, index in self._indexes.items():
            index.setdefault(record.get(field), {})[record["id"]] = None

    def change(self, record: Record, changes: Record) -> None:
        """Sets fields of a stored record."""
        moved = [f for f in self._indexes if f in changes and changes[f] != record.get(f)]
        for field in moved:
            self._forget(field, record)
        record.update(changes)
        for field in moved:
            self._indexes[field].setdefault(record.get(field), {})[record["id"]] = None

    def drop(self, key: str) -> None:
        """Removes a record; unknown ids are ignored."""
        record = self.rows.pop(key, None)
        if record is not None:
            for field in self._indexes:
                self._forget(field, record)

    def where(self, field: str, value: object) -> list[Record]:
        """Records whose field has this value, oldest first."""
        if field not in self._indexes:
            index: dict[Any, dict[str, None]] = {}
            for key, record in self.rows.items():
                index.setdefault(record.get(field), {})[key] = None
            self._indexes[field] = index
        return [self.rows[key] for key in self._indexes[field].get(value, ())]

    def _forget(self, field: str, record: Record) -> None:
        self._indexes[field].get(record.get(field), {}).pop(record["id"], None)


@dataclass
class Token:
    """An access token: whose it is, until when, and the workspace chosen with it."""

    user_id: str
    ends: float
    workspace: str = "production"


class State:
    """All that one instance holds; whoever touches it holds `lock`."""

    def __init__(
        self,
        *,
        first_id: int,
        strict: bool,
        client_id: str,
        client_secret: str,
        host: str,
        clock: Clock,
    ) -> None:
        self.lock = threading.RLock()
        self.first_id = first_id
        self.client_id = client_id
        self.client_secret = client_secret
        self.host = host
        # switches: what Looker does differently from version to version, or what is not known of it
        self.strict = strict  # refuse bodies with unknown, read-only or ill-typed fields
        self.page_headers = True  # X-Total-Count and Link on lists
        self.search_nested = False  # parts of dashboards in a search
        self.layouts_copy_components = False  # a new layout shows the elements that are there
        self.merge_source_refs: tuple[str, ...] = ("query_id", "query_slug")
        self.palettes_keep_ids = False  # a palette sent again under its label stays the same one
        self.token_seconds: float = 3600
        self.version = "26.12.17"
        self.features: set[str] = set()  # what must be bought or switched on: "agents"

        self.tables: dict[str, Table] = {}
        self.tokens: dict[str, Token] = {}
        self.deliveries: list[Record] = []  # what schedules have sent to people, oldest first
        self.caller_id = ""
        self.token = ""
        self.clock = clock
        self._last_time = datetime(2000, 1, 1, tzinfo=UTC)
        self._next_ids: dict[str, int] = {}
        self._random = random.Random(f"sandbox:{first_id}")

    def table(self, kind: str) -> Table:
        """The table of a kind, empty when nothing of it exists."""
        if kind not in self.tables:
            self.tables[kind] = Table()
        return self.tables[kind]

    def rows(self, kind: str) -> list[Record]:
        """All records of a kind, oldest first."""
        return list(self.table(kind).rows.values())

    def where(self, kind: str, field: str, value: object) -> list[Record]:
        """Records of a kind whose field has this value."""
        return self.table(kind).where(field, value)

    def peek(self, kind: str, key: object) -> Record | None:
        """A record, or None where there is none."""
        return self.table(kind).rows.get(str(key)) if key is not None else None

    def find(self, kind: str, key: object) -> Record:
        """A record; 404 where there is none."""
        found = self.peek(kind, key)
        if found is None:
            raise not_found()
        return found

    def add(self, kind: str, record: Record) -> Record:
        """Stores a record, giving it the next id unless it brings one."""
        record.setdefault("id", None)
        if record["id"] is None:
            record["id"] = self.take_id(kind)
        self._count_from(kind, record["id"])
        self._count_from("content_metadata", str(record.get("content_metadata_id")))
        self.table(kind).add(record)
        return record

    def change(self, kind: str, record: Record, changes: Record) -> None:
        """Sets fields of a stored record."""
        self.table(kind).change(record, changes)

    def drop(self, kind: str, record: Record) -> None:
        """Removes a stored record, and what goes with it."""
        self.table(kind).drop(record["id"])
        for owner_field, part, field in PARTS.get(kind, ()):
            for each in self.where(part, field, record.get(owner_field)):
                self.drop(part, each)

    def take_id(self, kind: str) -> str:
        """The next numeric id of a kind; ids of different kinds overlap, as in Looker's tables."""
        number = self._next_ids.get(kind, self.first_id)
        self._next_ids[kind] = number + 1
        return str(number)

    def take_slug(self, length: int = 22) -> str:
        """A random name of letters and digits, the same in every run."""
        return "".join(self._random.choices(LETTERS, k=length))

    def take_uuid(self) -> str:
        """A random name in the form of a UUID, the same in every run."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def now(self) -> str:
        """The time in Looker's form, later than every time given before."""
        self._last_time = max(self.clock(), self._last_time + timedelta(milliseconds=1))
        return self._last_time.isoformat(timespec="milliseconds")

    @contextmanager
    def acting(self, user_id: str) -> Iterator[None]:
        """Lets a user be the caller for a while."""
        before, self.caller_id = self.caller_id, user_id
        try:
            yield
        finally:
            self.caller_id = before

    def _count_from(self, kind: str, key: str) -> None:
        if key.isdecimal():
            self._next_ids[kind] = max(self._next_ids.get(kind, self.first_id), int(key) + 1)

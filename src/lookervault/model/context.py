"""All raw objects of one side, and the questions a kind's declaration asks of them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from lookervault.model.normal import text_id
from lookervault.model.resource import LISTED, Completeness
from lookervault.model.values import Link

# kind -> id -> raw JSON as the API sent it; facets go by `kind.facet`
RawObjects = Mapping[str, Mapping[str, Any]]
At = tuple[str, str]  # (kind, id)
Question = tuple[str, ...]


def about_address(kind: str, id_: str) -> Question:
    """What an object is called."""
    return ("address", kind, id_)


def about_raw(kind: str, id_: str) -> Question:
    """What an object is."""
    return ("raw", kind, id_)


def about_kind(kind: str) -> Question:
    """All objects of a kind, and whether that is all there is."""
    return ("kind", kind)


def about_fields(kind: str) -> Question:
    """What fields the objects of a kind have."""
    return ("fields", kind)


class Context:
    """Raw objects by kind and id, with the addresses given so far.

    Declarations ask it by its methods only: these note the questions, as `begin` says.
    """

    def __init__(self, raws: RawObjects, scope: Mapping[str, Completeness], host: str = "") -> None:
        self.raws = raws
        self.scope = scope
        self.host = host  # the instance's own, `host[:port]`
        self.mentions: list[Link] = []  # the links found in texts of the present object
        self.missed: list[At] = []  # what the present object refers to and is not here
        self.asked: set[Question] | None = None  # for the present object, where that is noted
        self.addresses: dict[At, str] = {}
        self.dangling: set[At] = set()
        self.trashed: set[At] = set()  # among the raw objects
        self.memo: dict[str, Any] = {}  # what declarations work out once for all objects
        self._told: dict[str, set[str]] = {}
        self._inverse: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._owners: dict[tuple[str, str], dict[str, str]] = {}

    def begin(self, *, noted: bool) -> None:
        """Begins with an object, and notes what is asked for it if that is wanted."""
        self.mentions, self.missed = [], []
        self.asked = set() if noted else None

    def raw(self, kind: str, id_: str) -> Any | None:
        """The raw object, or None."""
        if self.asked is not None:
            self.asked.add(about_raw(kind, id_))
        return self.raws.get(kind, {}).get(id_)

    def all(self, kind: str) -> Mapping[str, Any]:
        """All raw objects of a kind by id."""
        if self.asked is not None:
            self.asked.add(about_kind(kind))
        return self.raws.get(kind, {})

    def told(self, kind: str) -> set[str]:
        """All fields that any object of a kind has; one that none has, this version may not know."""
        if self.asked is not None:
            self.asked.add(about_fields(kind))
        if kind not in self._told:
            self._told[kind] = set().union(*(raw.keys() for raw in self.raws.get(kind, {}).values()))
        return self._told[kind]

    def tell(self, kind: str, fields: Set[str]) -> None:
        """Says what `told` is of a kind whose objects are not whole here."""
        self._told[kind] = set(fields)

    def known(self, kind: str) -> bool:
        """Whether the listing of a kind may be believed when it shows nothing."""
        if self.asked is not None:
            self.asked.add(about_kind(kind))
        return self.scope.get(kind) in LISTED

    def named(self, kind: str, id_: str) -> str:
        """The address of an object, or nothing."""
        if self.asked is not None:
            self.asked.add(about_address(kind, id_))
        return self.addresses.get((kind, id_), "")

    def address_of(self, kind: str, id_: Any) -> str:
        """The address of an object; of one not among these: a name that holds its id."""
        id_ = text_id(id_)
        address = self.named(kind, id_)
        if address:
            return address
        self.missed.append((kind, id_))
        self.dangling.add((kind, id_))
        return f"{kind}:#{id_}"

    def inverse(self, kind: str, field: str) -> dict[str, list[str]]:
        """Id to the ids of the objects of a kind that hold it in that field, alone or in a list."""
        objects = self.all(kind)
        if (kind, field) not in self._inverse:
            found: dict[str, list[str]] = {}
            for id_, raw in objects.items():
                listing = raw.get(field) or []
                for listed in listing if isinstance(listing, list) else [listing]:
                    found.setdefault(text_id(listed), []).append(id_)
            self._inverse[kind, field] = found
        return self._inverse[kind, field]

    def owner_of_part(self, kind: str, field: str, id_: str) -> str:
        """The id of the object of a kind that has a live part of that id in that field, or nothing."""
        objects = self.all(kind)
        if (kind, field) not in self._owners:
            self._owners[kind, field] = {
                text_id(part.get("id")): owner
                for owner, raw in objects.items()
                for part in raw.get(field) or []
                if not part.get("deleted")
            }
        return self._owners[kind, field].get(id_, "")

"""All raw objects of one side, and the questions a kind's declaration asks of them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from lookervault.model.normal import text_id
from lookervault.model.resource import LISTED, Completeness
from lookervault.model.values import Link

# kind -> id -> raw JSON as the API sent it; facets go by `kind.facet`
RawObjects = Mapping[str, Mapping[str, Any]]


class Context:
    """Raw objects by kind and id, with the addresses given so far."""

    def __init__(self, raws: RawObjects, scope: Mapping[str, Completeness], host: str = "") -> None:
        self.raws = raws
        self.scope = scope
        self.host = host  # the instance's own, `host[:port]`
        self.mentions: list[Link] = []  # the links found in texts since this was last emptied
        self.addresses: dict[tuple[str, str], str] = {}
        self.dangling: set[tuple[str, str]] = set()
        self.trashed: set[tuple[str, str]] = set()  # among the raw objects
        self.memo: dict[str, Any] = {}  # what declarations work out once for all objects
        self._told: dict[str, set[str]] = {}
        self._inverse: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._owners: dict[tuple[str, str], dict[str, str]] = {}

    def raw(self, kind: str, id_: str) -> Any | None:
        """The raw object, or None."""
        return self.raws.get(kind, {}).get(id_)

    def told(self, kind: str) -> set[str]:
        """All fields that any object of a kind has; one that none has, this version may not know."""
        if kind not in self._told:
            self._told[kind] = set().union(*(raw.keys() for raw in self.raws.get(kind, {}).values()))
        return self._told[kind]

    def tell(self, kind: str, fields: Set[str]) -> None:
        """Says what `told` is of a kind whose objects are not whole here."""
        self._told[kind] = set(fields)

    def known(self, kind: str) -> bool:
        """Whether the listing of a kind may be believed when it shows nothing."""
        return self.scope.get(kind) in LISTED

    def address_of(self, kind: str, id_: Any) -> str:
        """The address of an object; of one not among these: a name that holds its id."""
        key = (kind, text_id(id_))
        if key not in self.addresses:
            self.dangling.add(key)
            return f"{kind}:#{key[1]}"
        return self.addresses[key]

    def inverse(self, kind: str, field: str) -> dict[str, list[str]]:
        """Id to the ids of the objects of a kind that hold it in that field, alone or in a list."""
        if (kind, field) not in self._inverse:
            found: dict[str, list[str]] = {}
            for id_, raw in self.raws.get(kind, {}).items():
                listing = raw.get(field) or []
                for listed in listing if isinstance(listing, list) else [listing]:
                    found.setdefault(text_id(listed), []).append(id_)
            self._inverse[kind, field] = found
        return self._inverse[kind, field]

    def owner_of_part(self, kind: str, field: str, id_: str) -> str:
        """The id of the object of a kind that has a live part of that id in that field, or nothing."""
        if (kind, field) not in self._owners:
            self._owners[kind, field] = {
                text_id(part.get("id")): owner
                for owner, raw in self.raws.get(kind, {}).items()
                for part in raw.get(field) or []
                if not part.get("deleted")
            }
        return self._owners[kind, field].get(id_, "")

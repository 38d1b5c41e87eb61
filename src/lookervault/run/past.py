"""What may be known of an instance before it is read: an interrupted pass, or the last snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from lookervault.model.kind import Raw
from lookervault.model.resource import Completeness

HEADS = "#heads"  # of a kind: its headers, listed to the end
Batch = list[tuple[str, Any]]


class Past:
    """Nothing is known: every object is read, and nobody writes down how far the reading has come."""

    incremental = False
    copied = False  # whether what is taken over is given like what was read

    def known(self, kind: str, id_: str, raw: Raw) -> Any:
        """What is given of an object that is stored just so, with no secrets in it; else nothing."""
        return None

    def held(self, kind: str, id_: str, raw: Any) -> Any:
        """What is given of any other object, whose secrets have been replaced."""
        return raw

    def ended(self, kind: str) -> Completeness | None:
        """What the listing of a kind was worth, if it has been read to its end."""
        return None

    def there(self, kind: str) -> Iterator[Batch]:
        """What the interrupted pass has put of a kind."""
        return iter(())

    def place(self, kind: str) -> dict[str, Any]:
        """How far it had come with a kind; empty where it had not begun."""
        return {}

    def afresh(self, kind: str, reason: str) -> None:
        """Forgets what it has put of a kind."""

    def at_once(self) -> AbstractContextManager[object]:
        """All that is put and noted within this, or nothing of it."""
        return nullcontext()

    def reached(self, kind: str, place: dict[str, Any]) -> None:
        """Notes how far this pass has come with a kind."""

    def trusts(self, kind: str) -> bool:
        """Whether what the last snapshot has of a kind may be taken over where the dates are the same."""
        return False

    def sample(self, kind: str, heads: Mapping[str, Raw]) -> list[str]:
        """Ids of what is read all the same, to see whether what might be taken over is right."""
        return []

    def check(self, kind: str, read: Batch) -> None:
        """Hears what was read of the sample."""

    def settled(self, kind: str, head: Raw) -> bool:
        """Whether a header says enough to tell by it that nothing has changed."""
        return "updated_at" in head

    def standing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """The objects of a kind as the last snapshot has them."""
        return iter(())

    def keep(self, kind: str, batch: Batch) -> None:
        """Takes objects over from the last snapshot as they are."""

    def lacking(self, kind: str, ids: Iterable[str]) -> list[str]:
        """Takes over what never changes, and gives the ids of what must be read."""
        return sorted(ids)

    def differing(self, kind: str) -> set[str]:
        """What this pass has put of a kind that the last snapshot has not just so, and what is gone."""
        return set()

    def renewed(self, kind: str) -> dict[str, tuple[Raw, Raw]]:
        """What both this pass and the last snapshot have of a kind, and not alike: as it was and is."""
        return {}

    def find(self, kind: str, ids: Iterable[str]) -> Batch:
        """Objects that are in the vault already."""
        return []

    def headed(self, kind: str) -> list[Raw] | None:
        """The headers of a kind that the interrupted pass had listed to the end."""
        return None

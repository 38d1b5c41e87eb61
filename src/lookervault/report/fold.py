"""The same change in many places, told once (requirements, row B7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from lookervault.plan.change import Action, Change, Origin, PartChange
from lookervault.plan.edits import Edit, edits
from lookervault.plan.origin import key

MANY = 5  # resources from which on the same change is told once

Key = tuple[str, str, str]


class Same(msgspec.Struct):
    """One edit that many resources share: of which things, and in which resources."""

    what: str
    edit: Edit
    addresses: list[str]
    places: int = 0
    origin: Origin = ""


class Folded(msgspec.Struct):
    """Which edits are told once; a renderer leaves them out where they stand."""

    alike: dict[Key, Same] = {}

    def edits(self, owner: Change | PartChange) -> list[Edit]:
        """What is left to tell of an update."""
        found = edits(owner.before, owner.after)
        return [e for e in found if _key(owner, e) not in self.alike] if self.alike else found

    def whole(self, change: Change) -> bool:
        """Whether there is nothing to tell of this change but what is told of many."""
        return bool(self.alike) and not change.was and not any(self._left(change))

    def _left(self, change: Change) -> Iterator[bool]:
        yield change.action is not Action.UPDATE or bool(self.edits(change))
        for part in change.parts:
            yield part.action is not Action.UPDATE or bool(self.edits(part)) or bool(part.home)


NOTHING_FOLDED = Folded()


def folded(changes: Iterable[Change]) -> Folded:
    """The edits that many of the changes share."""
    found: dict[Key, Same] = {}
    for change in changes:
        owners: list[Change | PartChange] = [change, *change.parts]
        for owner in owners:
            if owner.action is Action.UPDATE:
                _count(change, owner, found)
    return Folded({key: same for key, same in found.items() if len(same.addresses) >= MANY})


def _count(change: Change, owner: Change | PartChange, found: dict[Key, Same]) -> None:
    for edit in edits(owner.before, owner.after):
        new = Same(owner.kind, edit, [], origin=owner.origins.get(key(edit.path), ""))
        same = found.setdefault(_key(owner, edit), new)
        same.places += 1
        if same.addresses[-1:] != [change.address]:
            same.addresses.append(change.address)


def _key(owner: Change | PartChange, edit: Edit) -> Key:
    # the number of an item in a list says nothing about whether two edits are one
    path = tuple(step for step in edit.path if not isinstance(step, int))
    return owner.kind, edit.mark, repr((path, edit.before, edit.after, owner.origins.get(key(edit.path))))

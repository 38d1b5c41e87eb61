"""What a plan may take of its target from the vault: dashboards and looks whose dates prove them unchanged.

A date proves nothing where an instance changes things without moving it. So the vault must have seen on this
very instance, in full passes that looked at every object, that changes moved dates and that none did not; and
some of what could be taken is read all the same, in every plan. One difference, and everything is read.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.model.kind import Raw
from lookervault.model.normal import text_id
from lookervault.run.caller import caller_of
from lookervault.run.dates import changed_without_date
from lookervault.run.extract import newest
from lookervault.run.past import HEADS, Batch, Past
from lookervault.store import learned
from lookervault.store.snapshots import Snapshot, heads, item, items, snapshots
from lookervault.store.vault import Vault

DATED_KINDS = ("look", "dashboard")
PROOFS = 20  # changes that moved their date
_AGE = timedelta(days=7)  # of the last snapshot
_FULL_AGE = timedelta(days=30)  # of the last pass that looked at every date
_MARGIN = timedelta(minutes=10)  # between a change and the pass that read it
_LEAST, _SHARE = 5, 0.02  # of what could be taken: so much is read all the same
_WHOLE = ("complete", "visible")  # of a listing
_FIELD = "updated_at"  # of which the vault remembers that it did not move


class NotReliable(Exception):
    """An object changed and kept its date."""

    def __init__(self, kind: str, id_: str) -> None:
        super().__init__(f"{kind} {id_} has changed and kept its date")


class Remembered(Past):
    """The last snapshot of an instance, of kinds whose dates can be relied on.

    `full` is the last pass that read every object of such a kind.
    """

    copied = True

    def __init__(self, vault: Vault, snapshot: Snapshot, full: Mapping[str, Snapshot]) -> None:
        self._vault = vault
        self._until = {kind: _moment(each.started_at) - _MARGIN for kind, each in full.items()}
        self._listed: dict[str, set[str]] = {}
        self.snapshot = snapshot
        self._same: dict[str, set[str]] = {}
        self.taken: dict[str, set[str]] = {}

    def trusts(self, kind: str) -> bool:
        """Whether the dates of a kind may be relied on."""
        return kind in self._until

    def settled(self, kind: str, head: Raw) -> bool:
        """Whether it was read long after it was changed: dates may be coarse, and clocks differ."""
        try:
            return _moment(str(head.get(_FIELD))) < self._until[kind]
        except ValueError:
            return False

    def sample(self, kind: str, heads_of: Mapping[str, Raw]) -> list[str]:
        """Some of what could be taken, by chance."""
        dates = {id_: head[_FIELD] for id_, head in heads_of.items() if self.settled(kind, head)}
        could = [h.id for h in heads(self._vault, self.snapshot, kind) if dates.get(h.id) == h.updated_at]
        return random.sample(could, min(len(could), max(_LEAST, round(len(could) * _SHARE))))

    def check(self, kind: str, read: Batch) -> None:
        """Refuses to go on where something of the sample changed and kept its date."""
        for id_, raw in read:
            was = item(self._vault, self.snapshot, kind, id_)
            if was is not None and was.updated_at == raw.get(_FIELD):
                self._same.setdefault(kind, set()).add(id_)
            if was is not None and changed_without_date(kind, was.raw, raw):
                version = self.snapshot.looker_version
                learned.remember(self._vault, self.snapshot.host, kind, _FIELD, id_, version, "", None)
                raise NotReliable(kind, id_)

    def standing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """The objects of a kind as the snapshot has them."""
        return ((each.id, each.raw) for each in items(self._vault, self.snapshot, kind))

    def keep(self, kind: str, batch: Batch) -> None:
        """Hears what was taken."""
        self.taken.setdefault(kind, set()).update(id_ for id_, _ in batch)

    def reached(self, kind: str, place: dict[str, Any]) -> None:
        """Hears what is there, when a kind has been listed."""
        if kind.endswith(HEADS):
            ids = {text_id(head.get("id")) for head in place["heads"]}
            self._listed[kind.removesuffix(HEADS)] = ids

    def differing(self, kind: str) -> set[str]:
        """What is not known to be as the snapshot has it."""
        stored = {head.id for head in heads(self._vault, self.snapshot, kind)}
        known = self.taken.get(kind, set()) | self._same.get(kind, set())
        return (stored | self._listed.get(kind, set())) - known

    def lacking(self, kind: str, ids: Iterable[str]) -> list[str]:
        """What the snapshot does not have; for queries and merge queries, which never change."""
        return sorted(id_ for id_ in ids if item(self._vault, self.snapshot, kind, id_) is None)

    def find(self, kind: str, ids: Iterable[str]) -> Batch:
        """Objects that the snapshot has."""
        found = [(id_, item(self._vault, self.snapshot, kind, id_)) for id_ in sorted(ids)]
        return [(id_, each.raw) for id_, each in found if each is not None]


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def remembered(gateway: Gateway, vault: Vault, version: str) -> tuple[Remembered | None, str]:
    """What may be taken from the vault of an instance of this version, else why nothing may."""
    last = newest(vault, gateway.host)
    if last is None:
        return None, "the vault has no snapshot of this instance"
    if not version or last.looker_version != version:
        return None, f"@{last.number} is of another version of Looker: {last.looker_version or 'unknown'}"
    if _older(vault, last, _AGE):
        return None, f"@{last.number} is older than {_AGE.days} days"
    if _who(last.caller) != _who(caller_of(gateway)):
        return None, f"somebody else asked for @{last.number}"
    full, doubts = {}, []
    for kind in DATED_KINDS:
        found = _last_full(vault, last, kind)
        if isinstance(found, Snapshot):
            full[kind] = found
        else:
            doubts.append(found)
    return (Remembered(vault, last, full), "") if full else (None, "; ".join(doubts))


def _who(caller: Mapping[str, Any]) -> tuple[Any, ...]:
    return caller.get("id"), caller.get("admin"), sorted(caller.get("role_ids") or [])


def _last_full(vault: Vault, last: Snapshot, kind: str) -> Snapshot | str:
    """The last pass that read every object of a kind whose dates are proven, or why they are not."""
    title, version = KINDS[kind].title, last.looker_version
    if last.scope.get(kind, {}).get("status") not in _WHOLE:
        return f"@{last.number} does not have all {title}"
    for fact in learned.recall(vault, last.host):
        if (fact.kind, fact.field, fact.sent_digest) == (kind, _FIELD, version):
            return f"{kind} {fact.object_id} has changed and kept its date"
    told = [s for s in snapshots(vault, last.host) if s.looker_version == version and kind in s.scope]
    if any(s.scope[kind].get("undated") for s in told):
        return f"{title} have changed and kept their date"
    full = [s for s in told if "dated" in s.scope[kind] and s.scope[kind]["status"] in _WHOLE]
    if not full or _older(vault, full[-1], _FULL_AGE):
        return f"no full extraction of the last {_FULL_AGE.days} days has looked at the dates of {title}"
    proofs = sum(s.scope[kind]["dated"] for s in full)
    return (
        full[-1] if proofs >= PROOFS else f"only {proofs} of {PROOFS} changes of {title} proved their dates"
    )


def _older(vault: Vault, snapshot: Snapshot, age: timedelta) -> bool:
    return vault.clock() - _moment(snapshot.completed_at) > age

"""Judging each object right before it is written to: has it moved since the plan was made?

Before the first step of a change its object is read anew and kept as the before-image. One that reads as
it did then is written. One that moved is compared again: where the plan would still do the same it goes on,
else the change is stale. What this run did itself is no drift: the journal knows what was begun.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

from lookervault.errors import ApiError
from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.model.naming import is_deleted
from lookervault.model.normal import text_id
from lookervault.model.state import alone
from lookervault.model.values import Link
from lookervault.plan.basis import Basis, judge_anew, names_of, portrait, same_difference
from lookervault.plan.change import Action, Change
from lookervault.plan.defaults import Echoes
from lookervault.plan.graph import Node
from lookervault.plan.plan import Plan
from lookervault.plan.steps.step import Step
from lookervault.run.ids import Ids
from lookervault.run.perform import Call, StepFailed
from lookervault.run.places import Places
from lookervault.run.reread import Raws, read_one, read_values
from lookervault.store.journal import Journal

OnDrift = Literal["stop", "skip", "overwrite"]


class Moved(Exception):
    """The object of a change is not what the plan was made on; `difference` is what it would take now."""

    def __init__(self, message: str, difference: Change | None = None) -> None:
        super().__init__(message)
        self.difference = difference


def _makes(step: Step, change: Change) -> bool:
    """Whether a step brings the object of its change into being."""
    return change.action is Action.CREATE and Link(change.address) in [b.link for b in step.binds]


def _place_taken(id_: str) -> Moved:
    return Moved(f"somebody else has made one of this name since the plan was made (id {id_})")


class Recheck:
    """Reads and judges the objects of one apply; any thread may ask."""

    def __init__(
        self,
        gateway: Gateway,
        journal: Journal,
        plan: Plan,
        ids: Ids,
        *,
        begun: set[str],
        echoes: Callable[[], Echoes],
        salt: bytes,
        on_drift: OnDrift,
    ) -> None:
        self._gateway = gateway
        self._journal = journal
        self._plan = plan
        self._changes = {c.address: c for c in plan.changes}
        self._ids = ids
        self._places = Places(gateway)
        self._echoes = echoes
        self._salt = salt
        self._on_drift = on_drift
        self._judged = begun
        self._early: dict[str, Moved] = {}
        self._turn = threading.Lock()

    def early(self, workers: int) -> dict[str, Moved]:
        """Judges what the run's own writes may move later, before the first of them; gives what moved.

        Where anything that moved stops everything, that is everything.
        """
        wanted = [c for c in self._existing() if self._on_drift == "stop" or KINDS[c.kind].of]
        with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="recheck") as pool:
            verdicts = list(pool.map(self._verdict, wanted))
        self._early = {c.address: moved for c, moved in zip(wanted, verdicts, strict=True) if moved}
        # these may only be judged now
        self._judged.update(c.address for c in wanted if KINDS[c.kind].of and c.address not in self._early)
        return self._early

    def before(self, node: Node) -> None:
        """Moved where the object of the node's change is another by now; asked once for each change."""
        with self._turn:
            if node.change in self._judged or node.change not in self._plan.bases:
                return
            self._judged.add(node.change)
        change = self._changes[node.change]
        try:
            moved = self._early.get(node.change) or self._verdict(change)
        except ApiError as error:
            call = Call("GET", [KINDS[change.kind].path.strip("/"), change.id], None)
            raise StepFailed(call, error) from error
        if moved:
            raise moved

    def creating(self, node: Node, step: Step, body: Any) -> None:
        """Moved where somebody else has made by now what the node is to make."""
        change = self._changes.get(node.change)
        if change is None or not _makes(step, change):
            return
        there = self._places.taken(change, body, self._ids.bound(Link(change.address)))
        if there:
            raise _place_taken(there)

    def refused(self, node: Node, step: Step, found: Any) -> None:
        """Moved where Looker refuses to make what somebody else has made by now."""
        change = self._changes.get(node.change)
        if found is not None and change is not None and _makes(step, change):
            raise _place_taken(text_id(found.get("id")))

    def sparing(self, node: Node, step: Step, fields: dict[str, Any]) -> None:
        """Moved where what has the value of a field came since; what is in the trash was foreseen."""
        change = self._changes[node.change]
        path = [*KINDS[change.kind].path.strip("/").split("/"), "search"]
        bound = self._ids.bound(Link(change.address))
        for field, value in fields.items():
            for raw in self._gateway.get(path, **{field: value, "fields": f"id,{field},deleted"}) or []:
                if raw.get(field) == value and not raw.get("deleted") and text_id(raw.get("id")) not in bound:
                    raise _place_taken(text_id(raw.get("id")))

    def _existing(self) -> Iterator[Change]:
        known = self._plan.bases.keys() - self._judged
        return (c for c in self._plan.changes if c.address in known)

    def _verdict(self, change: Change) -> Moved | None:
        basis = self._plan.bases[change.address]
        raws = read_one(self._gateway, change.kind, change.id, self._salt, basis.unknown)
        moved = None if self._on_drift == "overwrite" else self._compared(change, basis, raws)
        if raws is not None and moved is None:
            self._journal.image(change.address, change.kind, change.id, raws)
        return moved

    def _compared(self, change: Change, basis: Basis, raws: Raws | None) -> Moved | None:
        if raws is None:
            return None if change.action is Action.DELETE else Moved("it is gone")
        in_trash = is_deleted(raws[change.kind][change.id])
        if in_trash and change.action is Action.DELETE:
            return None
        if in_trash != change.restored:
            return Moved("it is in the trash" if in_trash else "it is back from the trash")
        if change.action is Action.DELETE and change.kind == "folder" and self._inhabited(change.id):
            return Moved("something was put into it since the plan was made")
        if basis.seen == self._seen(change, basis, raws):
            return None
        if basis.desired is None:
            return Moved("it was changed since the plan was made")
        full = read_values(self._gateway, raws, self._salt)
        known = names_of(basis.desired, self._plan.names, self._ids.get)
        fresh = judge_anew(change, basis, full, known, self._echoes(), self._plan.policy.exact)
        if same_difference(change, fresh):
            return None
        return Moved("it was changed since the plan was made" if fresh else "it is as desired by now", fresh)

    def _inhabited(self, folder: str) -> bool:
        """Whether anything is left in a folder, all of which would go with it (resource notes, 4.1)."""
        inside = [self._gateway.get(["folders", folder, "children"], fields="id")]
        for kind in ("dashboards", "looks"):
            path = [kind, "search"]
            inside.append(
                self._gateway.get(path, folder_id=folder, deleted=False, fields="id,deleted", limit=1)
            )
        return any(not raw.get("deleted") for found in inside for raw in found or [])

    def _seen(self, change: Change, basis: Basis, raws: Raws) -> str:
        found = alone((change.kind, change.id), {**basis.around, **raws}, {})
        return portrait(found, basis.unknown)

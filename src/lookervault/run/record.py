"""What becomes of each change while a plan is carried out: counts, dead letters, id mappings, events."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from lookervault.model.catalog import NAMELESS_PARTS
from lookervault.model.resource import Finding, Place
from lookervault.model.values import Link, links
from lookervault.plan.change import Action, Change
from lookervault.plan.graph import Node
from lookervault.plan.plan import Plan
from lookervault.plan.steps.step import Step
from lookervault.report.text import change_text
from lookervault.run.agreed import agree_by_apply
from lookervault.run.drift import Moved
from lookervault.run.events import (
    ChangeDone,
    ChangeFailed,
    ChangeSkipped,
    ChangeStale,
    ChangeStarted,
    Listener,
)
from lookervault.run.ids import Ids
from lookervault.run.letters import add_letter, drop_letters
from lookervault.run.placing import failed_at
from lookervault.store import mappings
from lookervault.store.journal import Ending, finish
from lookervault.store.vault import Vault


class Failure(msgspec.Struct):
    """A change that did not happen, and why; `because` names the change that it waited for, if any.

    `difference` is what a stale change would have to do by now, as lines of a plan. `file` and `line` say
    what of a tree is to be mended, where one asked for the change.
    """

    address: str
    message: str
    because: str = ""
    difference: list[str] = []
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """The file and the line as one reads them; nothing where there is no file."""
        return str(Place(self.file, self.line))


class Outcome(msgspec.Struct):
    """What became of a plan; `seconds` is the time it took, `notes` what the server made of values.

    `stale` are changes that were not written because the target moved, `begun` those in the middle of which
    it was stopped, `not_started` those to which it did not come at all; `todo` is what is left to people of
    what was carried out. `unlike` are changes that were carried out and read back otherwise, where that was
    looked at.
    """

    session: str
    created: int = 0
    updated: int = 0
    deleted: int = 0
    failed: list[Failure] = []
    skipped: list[Failure] = []
    stale: list[Failure] = []
    unlike: list[Failure] = []
    begun: list[str] = []
    not_started: list[str] = []
    seconds: float = 0.0
    notes: list[str] = []
    todo: list[Finding] = []

    @property
    def applied(self) -> int:
        """Number of changes carried out."""
        return self.created + self.updated + self.deleted

    @property
    def only_stale(self) -> bool:
        """Whether all that was left out was so because the target moved."""
        moved = {f.address for f in self.stale}
        return bool(moved) and not self.failed and all(s.because in moved for s in self.skipped)

    @property
    def complete(self) -> bool:
        """Whether every change was carried out."""
        return not (self.failed or self.skipped or self.stale or self.begun or self.not_started)

    def count(self, action: Action) -> None:
        """Adds one carried out change."""
        field = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}[action]
        setattr(self, field, getattr(self, field) + 1)


class Record:
    """The record of one apply; a Watcher of its walk."""

    def __init__(self, vault: Vault, plan: Plan, session: str, ids: Ids, listener: Listener) -> None:
        self.outcome = Outcome(session)
        self._vault = vault
        self._plan = plan
        self._ids = ids
        self._listener = listener
        self._changes = {c.address: c for c in plan.changes}
        self._open = Counter(n.change for n in plan.nodes if n.change)
        self._began: dict[str, float] = {}
        self._turn = threading.Lock()
        self._lost: set[str] = set()
        self._done: list[str] = []
        self._refused: dict[str, BaseException] = {}  # query node -> why

    def starting(self, node: Node) -> None:
        """A node is about to run; called from the thread that runs it."""
        with self._turn:
            if not node.change or node.change in self._began:
                return
            self._began[node.change] = time.monotonic()
            self._listener(ChangeStarted(node.change, _verb(self._changes[node.change])))

    def done(self, node: Node) -> None:
        """Counts a change once all of its nodes are done."""
        self._open[node.change] -= 1
        if not node.change or self._open[node.change] or node.change in self._lost:
            return
        change = self._changes[node.change]
        self.outcome.count(change.action)
        self._done.append(change.address)
        id_ = self._ids.get(Link(change.address)) or change.id
        seconds = time.monotonic() - self._began[change.address]
        with self._turn:
            self._listener(
                ChangeDone(
                    change.address, _verb(change), id_, seconds, self.outcome.applied, len(self._changes)
                )
            )

    def failed(self, node: Node, error: BaseException) -> None:
        """Keeps a dead letter; a query's refusal becomes the failure of what uses it."""
        if isinstance(error, Moved):
            self._moved(self._changes[node.change], error)
            return
        self._letter(node, error)
        if node.change:
            self._lose(node.change, error)
        else:
            self._refused[node.id] = error

    def skipped(self, node: Node, because: Node) -> None:
        """Tells what is not tried, once per change and with its cause."""
        if not node.change:
            self._refused[node.id] = self._refused[because.id]
            return
        refused = next((w for w in node.waits if w in self._refused), None)
        if refused is not None:
            using = next((s for s in node.steps if Link(refused) in set(links(s.body))), None)
            self._lose(node.change, self._refused[refused], using)
            return
        if node.change in self._lost:
            return
        self._lost.add(node.change)
        cause = because.change or next((w for w in node.waits if w in self._lost), because.id)
        fate = "is stale" if cause in {f.address for f in self.outcome.stale} else "failed"
        self.outcome.skipped.append(Failure(node.change, f"{cause} {fate}", cause))
        with self._turn:
            self._listener(ChangeSkipped(node.change, _verb(self._changes[node.change]), cause))

    @property
    def carried_out(self) -> set[str]:
        """Addresses of the changes that are done."""
        return set(self._done)

    def odd(self, change: Change, message: str, difference: Change | None) -> None:
        """Notes a change that does not read as it was written."""
        lines = change_text(difference) if difference else []
        self.outcome.unlike.append(Failure(change.address, message, difference=lines))

    def keep(self, ending: Ending) -> None:
        """Writes the ending, and the id mappings learned so far."""
        outcome = self.outcome
        ended = {*self._lost, *(a for a in self._changes if not self._open[a])}
        left = [a for a in self._changes if a not in ended]
        outcome.begun = [a for a in left if a in self._began]
        outcome.not_started = [a for a in left if a not in self._began]
        done = self.carried_out
        outcome.todo = [f for f in self._plan.findings if f.level == "todo" and f.address in done]
        counts = {
            "created": outcome.created,
            "updated": outcome.updated,
            "deleted": outcome.deleted,
            "failed": len(outcome.failed),
            "skipped": len(outcome.skipped),
            "stale": len(outcome.stale),
            "begun": len(outcome.begun),
            "not_started": len(outcome.not_started),
        }
        learned = [*self._plan.pairs, *self._learned()]
        source, target = self._plan.source.host, self._plan.target.host
        mappings.learn_all(self._vault, source, target, learned, outcome.session)
        drop_letters(self._vault, target, self._done)
        agree_by_apply(self._vault, self._plan, self._done, outcome.session)
        finish(self._vault, outcome.session, ending, counts)

    def refuse(self, moved: Mapping[str, Moved]) -> None:
        """Notes what moved before anything was written."""
        for address, error in moved.items():
            self._moved(self._changes[address], error)

    def _moved(self, change: Change, error: Moved) -> None:
        if change.address in self._lost:
            return
        self._lost.add(change.address)
        lines = change_text(error.difference) if error.difference else []
        self.outcome.stale.append(Failure(change.address, str(error), difference=lines))
        with self._turn:
            self._listener(ChangeStale(change.address, _verb(change), str(error), lines))

    def _lose(self, address: str, error: BaseException, using: Step | None = None) -> None:
        """Notes a failure, with where it is to be mended; `using` is the step that needs what was refused."""
        if address in self._lost:
            return
        self._lost.add(address)
        change, message = self._changes[address], str(error)
        file, line = failed_at(change, error, using)
        self.outcome.failed.append(Failure(address, message, file=file, line=line))
        with self._turn:
            self._listener(ChangeFailed(address, _verb(change), message, file, line))

    def _learned(self) -> Iterator[tuple[str, str, str]]:
        """(kind, source id, target id) of what was made, and of nameless parts found to be the same."""
        for change in self._plan.changes:
            made = self._ids.get(Link(change.address))
            if change.action is Action.CREATE and made and change.source_id:
                yield change.kind, change.source_id, made
            for part in change.parts:
                kind = part.slot.partition(":")[0]
                found = self._ids.get(Link(change.address, part.slot)) or part.id
                of = f"{change.kind}_{kind}"
                if of in NAMELESS_PARTS and found and part.source_id:
                    yield of, part.source_id, found

    def _letter(self, node: Node, error: BaseException) -> None:
        change = self._changes.get(node.change) or self._user_of(node)
        place = str(failed_at(change, error))
        add_letter(self._vault, self.outcome.session, change, error, place)

    def _user_of(self, value: Node) -> Change:
        """The first change that needs a query, directly or through a merge query."""
        wanted = {value.id}
        for node in self._plan.nodes:
            if wanted & set(node.waits):
                if node.change:
                    return self._changes[node.change]
                wanted.add(node.id)
        return self._plan.changes[0]


def _verb(change: Change) -> str:
    return change.action.name.lower()

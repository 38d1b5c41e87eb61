"""Carrying out one node of a plan: its steps in sequence, each written down before it is sent.

A step whose end is unclear, because the process died or the answer was lost, is settled by looking
before it is sent again; only what is provably this run's own work is adopted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import msgspec

from lookervault.errors import AnswerLost, ApiError, AuthError
from lookervault.looker.gateway import Gateway
from lookervault.model.normal import text_id
from lookervault.model.values import links
from lookervault.plan.graph import Node
from lookervault.plan.steps.step import Probe, Step
from lookervault.run.ids import Ids, bindings, same
from lookervault.run.stamps import Stamps
from lookervault.store.journal import Journal
from lookervault.store.journal import Step as Row

_TRIES = 6
_REFUSALS = 2
_FIRST_WAIT = 0.2  # seconds; doubles with each lost answer


class Call(msgspec.Struct):
    """A step with everything put in: what is really sent."""

    method: str
    path: list[str]
    body: Any


class StepFailed(Exception):
    """A step that did not succeed, with the call as it was sent."""

    def __init__(self, call: Call, error: ApiError, step: Step | None = None) -> None:
        super().__init__(error.message)
        self.call = call
        self.error = error
        self.step = step


class Guard(Protocol):
    """Is asked before anything is written; raises where something is not to be."""

    def before(self, node: Node) -> None:
        """The first step of a node is about to be carried out."""

    def creating(self, node: Node, step: Step, body: Any) -> None:
        """Something is about to be made for the first time."""

    def refused(self, node: Node, step: Step, found: Any) -> None:
        """Looker would not make something, and `found` is in its place."""

    def sparing(self, node: Node, step: Step, fields: dict[str, Any]) -> None:
        """Something is about to be made without values that something else has."""


class Hear(Protocol):
    """Is told of each call and its answer, or of what was found later of a call without one (`adopted`)."""

    def __call__(
        self, method: str, path: list[str], body: Any, answer: Any, adopted: bool = False, /
    ) -> None:
        """Takes one call."""


class Stop(BaseException):
    """Nothing more is to be started; what was begun is over."""


def _removes(call: Call) -> bool:
    """Whether a call only takes something away, into the trash or for ever."""
    trashes = isinstance(call.body, dict) and call.body.get("deleted") is True
    return call.method == "DELETE" or trashes


def _taken(field: str, error: ApiError) -> bool:
    """Whether Looker refuses a value because something else has it, be it in the trash (4.5, 2.8)."""
    if error.status == 409:
        return not error.errors or any(field in e.get("field", "") for e in error.errors)
    return error.status == 422 and any(field in e.get("field", "") for e in error.errors)


class Performer:
    """Performs nodes with one gateway, one journal and the ids that all of them share."""

    def __init__(
        self,
        gateway: Gateway,
        journal: Journal,
        ids: Ids,
        past: Mapping[tuple[str, int], Row],
        hear: Hear,
        guard: Guard,
        stopped: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.gateway = gateway
        self.journal = journal
        self.ids = ids
        self.past = past
        self.stamps = Stamps(gateway, past)
        self.hear = hear
        self.guard = guard
        self.stopped = stopped
        self.sleep = sleep
        self.begun: set[str] = set()
        self.making: set[str] = set()  # nodes whose last step made something

    def perform(self, node: Node) -> None:
        """All steps of a node that are not done yet; StepFailed at the first that fails."""
        self._check_stop()
        self.guard.before(node)
        for index, step in enumerate(node.steps):
            self._check_stop()
            row = self.past.get((node.id, index))
            if row is not None and row.state == "done":
                self.ids.learn(row.bindings)
                continue
            if not self._needed(step):
                continue
            self._step(node, index, step, row if row is not None and row.state == "started" else None)

    def _check_stop(self) -> None:
        if self.stopped():
            raise Stop

    def _needed(self, step: Step) -> bool:
        if step.unless is not None and step.unless in self.ids:
            return False
        return not step.optional or all(link in self.ids for link in links(step.path))

    def _step(self, node: Node, index: int, step: Step, unclear: Row | None) -> None:
        body = _numbered(self.ids.resolved(step.body), step.numbers)
        call = Call(step.method, [str(self.ids.resolved(s)) for s in step.path], body)
        path = "/" + "/".join(call.path)
        if not (unclear or step.repeatable):
            self.guard.creating(node, step, call.body)
        if step.method != "GET":
            # the first row of a change says that it is ours from now on; what may be repeated need not wait
            first = bool(node.change) and node.id not in self.begun
            self.begun.add(node.id)
            # a probe finds what was made as it was made: before more is done to it, its end is on disk
            wait = first or not step.repeatable or node.id in self.making
            (self.making.discard if step.repeatable else self.making.add)(node.id)
            self.journal.started(node.id, index, call.method, path, call.body, wait=wait)
        try:
            learned = self._carried_out(node, step, call, unclear)
        except ApiError as error:
            # what may have happened all the same stays open in the journal, for the next try to settle
            if step.method != "GET" and not isinstance(error, AnswerLost):
                self.journal.failed(node.id, index, error.message)
            if error.status in (409, 422) and not step.repeatable:
                self.guard.refused(node, step, self._in_its_place(step, call))
            raise StepFailed(call, error, step) from error
        if step.method != "GET":
            self.journal.done(node.id, index, learned)
        self.ids.learn(learned)

    def _carried_out(self, node: Node, step: Step, call: Call, unclear: Row | None) -> dict[str, str]:
        """What the answer teaches, whether it is this call's or that of an earlier try."""
        lost: AnswerLost | None = None
        for attempt in range(_TRIES):
            if (unclear or lost) and step.probe:
                found = self._looked_for(step, step.probe, call, unclear)
                if found is not None:
                    self.hear(call.method, call.path, call.body, found, True)
                    return self._learned(step, found)
            if unclear and not (lost or step.repeatable):
                self.guard.creating(node, step, call.body)
            try:
                return self._learned(step, self._sent(node, step, call))
            except AnswerLost as error:
                error.attempts += lost.attempts if lost else 0
                lost = error
                self.sleep(_FIRST_WAIT * 2**attempt)
            except AuthError as error:
                # a token that died between its renewal and this call: nothing was done
                if error.status != 401 or attempt >= _REFUSALS:
                    raise
        raise lost or AnswerLost("no answer")

    def _sent(self, node: Node, step: Step, call: Call) -> Any:
        try:
            reply = self.gateway.request(
                call.method,
                call.path,
                query=self.ids.resolved(step.query),
                body=call.body,
                repeatable=step.repeatable,
            )
        except ApiError as error:
            if _removes(call) and error.status == 404:
                return None  # already gone, which is what was wanted
            if step.accepted and step.accepted in str([error.message, *error.errors]):
                return None  # already so
            spared = [f for f in step.spare if f in (call.body or {}) and _taken(f, error)]
            if not spared:
                raise
            self.guard.sparing(node, step, {field: call.body.pop(field) for field in spared})
            return self._sent(node, step, call)
        answer = reply.json()
        self.hear(call.method, call.path, call.body, answer)
        return answer

    def _learned(self, step: Step, answer: Any) -> dict[str, str]:
        return bindings(step.binds, answer, self.ids)

    def _looked_for(self, step: Step, probe: Probe, call: Call, earlier: Row | None) -> Any:
        """What an unclear create made, or None; AnswerLost where even that cannot be seen."""
        try:
            return self._found(step, probe, call, earlier)
        except ApiError as error:
            raise AnswerLost(f"it is not known whether this happened: {error.message}") from error

    def _in_its_place(self, step: Step, call: Call) -> Any:
        """What has the place of something that Looker refuses to make, if that can be seen."""
        try:
            return self._found(step, step.probe, call) if step.probe else None
        except ApiError:
            return None

    def _found(self, step: Step, probe: Probe, call: Call, earlier: Row | None = None) -> Any:
        """The one thing on the target that an unclear create made, or None."""
        path = [str(s) for s in self.ids.resolved(probe.path)]
        query = self.ids.resolved(probe.query)
        if probe.paged:
            items = [item for page in self.gateway.pages(path, **query) for item in page]
        else:
            items = self._listed(path, query)
        wanted = {field: (call.body or {}).get(field) for field in probe.match} | probe.only
        taken = [set(probe.known), *(self.ids.bound(bind.link) for bind in step.binds[:1])]
        for item in items:
            free = not any(text_id(item.get("id")) in ids for ids in taken)
            if not (free and all(same(item.get(field), value) for field, value in wanted.items())):
                continue
            if earlier is None or not self.stamps.too_late(item, earlier):
                return item
        return None

    def _listed(self, path: list[str], query: dict[str, Any]) -> list[Any]:
        try:
            answer = self.gateway.get(path, **query)
        except ApiError as error:
            if error.status == 404:
                return []
            raise
        return answer if isinstance(answer, list) else [answer]


def _numbered(body: Any, fields: Iterable[str]) -> Any:
    """A body whose lists of ids hold numbers in those fields (resource notes, section 2.1)."""
    return {**body, **{f: [int(id_) for id_ in body[f]] for f in fields}} if fields else body

"""A plan tried out on a copy of its target: what would fail is known before anything is written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from lookervault.errors import NotFound
from lookervault.looker.gateway import Gateway, connect
from lookervault.looker.settings import Connection
from lookervault.model.catalog import KINDS
from lookervault.model.resource import State
from lookervault.plan.change import Action
from lookervault.plan.plan import Plan, Side, make_plan
from lookervault.run.apply import apply_plan
from lookervault.run.events import Listener
from lookervault.run.read import read_instance
from lookervault.run.record import Outcome
from lookervault.run.states import observe
from lookervault.sandbox import Instance, serve
from lookervault.sandbox.load import load
from lookervault.store.vault import open_vault

_KINDS = [kind.name for kind in KINDS.values() if kind.listing]
# comes with other objects, or changes with them
_ALONG = {kind.name for kind in KINDS.values() if kind.of or kind.role != "managed"}


class Rehearsal(msgspec.Struct):
    """What the plan came to on the copy; `surprises` are differences between what it says and what it did."""

    outcome: Outcome
    surprises: list[str]

    @property
    def fine(self) -> bool:
        """Whether all of the plan was carried out, and nothing else."""
        out = self.outcome
        return not (out.failed or out.skipped or out.stale or out.not_started or self.surprises)


def rehearse(gateway: Gateway, plan: Plan, *, workers: int, listener: Listener) -> Rehearsal:
    """Copies the plan's target into a sandbox and carries the plan out there."""
    copy = copied(gateway, workers=workers, listener=listener)
    with (
        serve(copy) as server,
        tempfile.TemporaryDirectory() as folder,
        connect(Connection(server.url, copy.client_id, copy.client_secret), workers=workers) as there,
        open_vault(Path(folder) / "rehearsal.db", create=True) as vault,
    ):
        moved = structs.replace(plan, target=structs.replace(plan.target, host=there.host))

        def seen() -> State:
            return observe(there, _KINDS, salt=vault.salt, workers=workers, listener=lambda event: None)

        before = seen()
        outcome = apply_plan(there, vault, moved, workers=workers, listener=listener)
        surprises = [] if outcome.failed or outcome.stale else sorted(_surprises(plan, before, seen()))
    return Rehearsal(outcome, surprises)


def copied(gateway: Gateway, *, workers: int, listener: Listener) -> Instance:
    """A sandbox that holds what the instance holds, trash and all."""
    raws: dict[str, dict[str, Any]] = {}

    def keep(kind: str, batch: list[tuple[str, Any]]) -> None:
        raws.setdefault(kind, {}).update(batch)

    read_instance(
        gateway,
        _KINDS,
        keep,
        salt=b"rehearsal",
        workers=workers,
        listener=listener,
        trash=lambda kind, live, lost: lost,
    )
    try:
        return load(raws)
    except NotFound as error:
        raise NotFound(
            f"a copy of {gateway.host} cannot be made: {error.message}",
            hint="rehearse with the key of an admin, who sees everything",
        ) from error


def _surprises(plan: Plan, before: State, after: State) -> Iterable[str]:
    """Where what was planned and what has come of it are not the same objects."""
    done = make_plan(after, before, {}, Side(after.host), Side(before.host)).changes
    there, now = _ids(before), _ids(after)
    happened = {("updated", c.kind, c.id) for c in done if c.action is Action.UPDATE}
    happened |= {("deleted", *at) for at in there - now}
    planned = {(_DONE[c.action], c.kind, c.id) for c in plan.changes if c.id and c.kind not in _ALONG}
    made = sum(c.action is Action.CREATE or c.restored for c in plan.changes if c.kind not in _ALONG)
    if len(now - there) != made:
        yield f"{made} objects were to be created, and {len(now - there)} came into being"
    brought_back = {("updated", c.kind, c.id) for c in plan.changes if c.restored}
    for done_, kind, id_ in planned - happened - brought_back:
        yield f"{kind} {id_} was to be {done_}, and is as it was"
    for done_, kind, id_ in happened - planned:
        if kind not in _ALONG:
            yield f"{kind} {id_} was {done_}, which was not planned"


_DONE = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}


def _ids(state: State) -> set[tuple[str, str]]:
    """What is written by itself; a personal folder, for one, comes with its owner."""
    return {(r.kind, r.id) for r in state.resources.values() if r.kind not in _ALONG and not r.guard}

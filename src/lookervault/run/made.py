"""Whether an object is what a plan made of it: asked before a way back, and after a few changes tried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import structs

from lookervault.looker.gateway import Gateway
from lookervault.model.context import Context
from lookervault.model.naming import is_deleted
from lookervault.model.values import Link
from lookervault.plan.basis import Basis, around, judge_anew, made_of, names_of
from lookervault.plan.change import Action, Change
from lookervault.plan.defaults import Echoes
from lookervault.plan.plan import Plan
from lookervault.run.ids import Ids
from lookervault.run.reread import read_one, read_values


def unlike(
    change: Change,
    id_: str,
    raws: Mapping[str, Any],
    context: Mapping[str, dict[str, Any]],
    plan: Plan,
    ids: Ids,
    known: Echoes,
) -> Change | None:
    """What it would take to make an object what a change of a plan made of it; None where it is that.

    `context` is the little that must be known of other objects to read this one.
    """
    basis = plan.bases.get(change.address)
    if change.action is Action.CREATE:
        basis = Basis("", made_of(change), around=dict(context))
    if basis is None or basis.desired is None:
        return None
    made = {p.slot: ids.get(Link(change.address, p.slot)) for p in change.parts}
    as_done = structs.replace(change, id=id_, kept=change.kept | {slot: i for slot, i in made.items() if i})
    names = names_of(basis.desired, plan.names, ids.get)
    return judge_anew(as_done, basis, raws, names, known, plan.policy.exact)


def deviations(
    gateway: Gateway, plan: Plan, done: set[str], ids: Ids, known: Echoes, salt: bytes
) -> Iterator[tuple[Change, str, Change | None]]:
    """Of the changes done those whose object does not read as it should, why, and what it would take."""
    for change in plan.changes:
        if change.address not in done:
            continue
        id_ = ids.get(Link(change.address)) or change.id
        raws = read_one(gateway, change.kind, id_, salt)
        gone = raws is None or is_deleted(raws[change.kind][id_])
        if gone != (change.action is Action.DELETE):
            yield change, "it is not there" if gone else "it is still there", None
        elif raws is not None and not gone:
            full = read_values(gateway, raws, salt)
            tabs = _dashboard(gateway, raws[change.kind][id_], salt)
            context = around((change.kind, id_), Context({**full, **tabs}, {}))
            fresh = unlike(change, id_, full, context, plan, ids, known)
            if fresh is not None:
                yield change, "it does not read as it was written", fresh


def _dashboard(gateway: Gateway, raw: Mapping[str, Any], salt: bytes) -> dict[str, Any]:
    """The dashboard of which a schedule sends some tabs."""
    found = read_one(gateway, "dashboard", str(raw.get("dashboard_id")), salt) if raw.get("tab_ids") else None
    return dict(found or {})

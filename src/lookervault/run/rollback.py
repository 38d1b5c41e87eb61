"""The way back from an apply: a plan like any other, whose desired side is what the apply found.

Desired is the instance as it is now, but with all that the apply touched as its before-image has it, and
without what it made. What somebody has edited since is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from msgspec import structs

from lookervault.errors import Refused
from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.model.context import Context, RawObjects
from lookervault.model.naming import is_deleted
from lookervault.model.resource import Finding, State
from lookervault.model.state import build_state
from lookervault.model.values import Link, links
from lookervault.plan.basis import about, around
from lookervault.plan.change import Action, Change
from lookervault.plan.codec import decode_plan
from lookervault.plan.defaults import Echoes
from lookervault.plan.plan import Plan, Side, make_plan
from lookervault.plan.policy import Policy
from lookervault.run.echoes import echoes
from lookervault.run.events import Listener
from lookervault.run.ids import Ids
from lookervault.run.made import unlike
from lookervault.run.reread import Raws, read_values
from lookervault.run.states import observe
from lookervault.store.images import Image, images
from lookervault.store.journal import apply, plan_of, rows
from lookervault.store.vault import Vault

EDITED = "edited since that apply: it is left as it is"


class WayBack(NamedTuple):
    """The plan back, and the addresses that it leaves alone because somebody has edited them since."""

    plan: Plan
    edited: list[str]


class Deed(NamedTuple):
    """One change as an apply carried it out: the id of its object, what was before, whether all was done."""

    change: Change
    id: str
    before: Raws | None
    whole: bool


def rollback_plan(
    gateway: Gateway,
    vault: Vault,
    session: str,
    *,
    target_name: str,
    enable_schedules: bool,
    workers: int,
    listener: Listener,
) -> WayBack:
    """The plan that undoes an apply."""
    if apply(vault, session).host != gateway.host:
        raise Refused(f"that apply was to {apply(vault, session).host}, not to {gateway.host}", hint="")
    done, ids = decode_plan(plan_of(vault, session)), Ids(())
    deeds = _deeds(gateway, vault, session, done, ids)
    kinds = [name for name, kind in KINDS.items() if kind.listing]
    before = {(d.change.kind, d.id): d.before for d in deeds if d.before}
    wanted = build_state(gateway.host, _merged(before.values()), dict.fromkeys(kinds, "complete"))
    observed = observe(
        gateway,
        kinds,
        salt=vault.salt,
        workers=workers,
        listener=listener,
        desired=wanted,
    )
    known = echoes(vault, gateway.host)
    version = str(gateway.versions().get("looker_release_version") or "")
    sides = (Side(gateway.host, f"before {session}"), Side(gateway.host, target_name, version))
    # what the apply made goes with the alerts on it; the plan warns of each
    policy = Policy(
        enable_schedules=enable_schedules,
        prune=True,
        allow_empty=True,
        allow_attachment_loss=True,
        exact=True,
    )
    edited = {d.change.address for d in deeds if _edited(d, done, ids, observed, known)}
    while True:
        kept = [d for d in deeds if d.change.address not in edited]
        plan = make_plan(_desired(kept, observed), _freed(observed, kept), {}, *sides, known, policy)
        more = {a for d in kept for a in _beyond(d, plan, ids)}
        if not more:
            break
        edited |= more
    plan.created_at = datetime.now(UTC).isoformat(timespec="seconds")
    plan.findings = sorted([*plan.findings, *(Finding("warning", a, EDITED) for a in edited)])
    return WayBack(plan, sorted(edited))


def _deeds(gateway: Gateway, vault: Vault, session: str, plan: Plan, ids: Ids) -> list[Deed]:
    """What the apply began; teaches the ids that it learned."""
    found, begun = images(vault, session), rows(vault, session)
    ids.learn_all(plan.ids)
    for row in begun.values():
        ids.learn(row.bindings)
    deeds = []
    for change in plan.changes:
        nodes = [n for n in plan.nodes if n.change == change.address]
        steps = [(n.id, i, s) for n in nodes for i, s in enumerate(n.steps)]
        states = {(n, i): begun[n, i].state for n, i, _ in steps if (n, i) in begun}
        if not states:
            continue
        must = [(n, i) for n, i, s in steps if s.method != "GET" and not s.optional and s.unless is None]
        image = found.get(change.address)
        deeds.append(
            Deed(
                change,
                change.id or ids.get(Link(change.address)) or "",
                _whole_image(gateway, vault, image) if image else None,
                all(states.get(at) == "done" for at in must),
            )
        )
    return deeds


def _whole_image(gateway: Gateway, vault: Vault, image: Image) -> Raws:
    return read_values(gateway, {k: dict(v) for k, v in image.raws.items()}, vault.salt)


def _merged(images_: Any) -> Raws:
    found: Raws = {}
    for raws in images_:
        for kind, objects in raws.items():
            found.setdefault(kind, {}).update(objects)
    return found


def _desired(deeds: list[Deed], observed: State) -> State:
    """The instance as it is, with what was touched as it was."""
    raws: Raws = {kind: dict(objects) for kind, objects in observed.raws.items()}
    for deed in deeds:
        if deed.before is None and deed.change.action is Action.CREATE:
            raws.get(deed.change.kind, {}).pop(deed.id, None)
        elif deed.before is not None:
            _put_back(raws, deed.change.kind, deed.id, deed.before)
    return structs.replace(build_state(observed.host, raws, observed.scope), caller=observed.caller)


def _freed(observed: State, deeds: list[Deed]) -> State:
    """The instance with what may go again though its kind is never deleted, since the apply made it.

    That is users who have nothing but what the apply made, and models, which were not configured before.
    """
    made = {(d.change.kind, d.id) for d in deeds if d.change.action is Action.CREATE}
    others = [r for r in observed.resources.values() if (r.kind, r.id) not in made]
    owners = {x.to for r in others if r.kind not in ("group", "role") for x in links(r.attributes)}
    busy = owners | {f"user:{r.parent.partition('@user:')[2]}" for r in others if r.parent}
    free = {
        a: structs.replace(r, lasting="")
        for a, r in observed.resources.items()
        if (r.kind, r.id) in made and (r.kind == "lookml_model" or (r.kind == "user" and a not in busy))
    }
    return structs.replace(observed, resources={**observed.resources, **free})


def _put_back(raws: Raws, kind: str, id_: str, before: RawObjects) -> None:
    """An object as it was, with its facets and members; what it belongs to itself is not its own."""
    was, own = dict(before[kind][id_]), raws.setdefault(kind, {})
    for member in KINDS[kind].members:
        members = {
            i for i, raw in before.get(member.kind, {}).items() if id_ in (raw.get(member.field) or [])
        }
        if member.kind == kind:
            was[member.field] = own.get(id_, was).get(member.field) or []
        for other, raw in raws.get(member.kind, {}).items():
            stays = [x for x in raw.get(member.field) or [] if str(x) != id_]
            raws[member.kind][other] = {**raw, member.field: [*stays, *([id_] if other in members else [])]}
    own[id_] = was
    for name in (f"{kind}.{facet.name}" for facet in KINDS[kind].facets):
        raws.setdefault(name, {}).pop(id_, None)
        raws[name].update(before.get(name, {}))
    for name in ("query", "merge_query"):
        raws.setdefault(name, {}).update(before.get(name, {}))


def _edited(deed: Deed, done: Plan, ids: Ids, observed: State, known: Echoes) -> bool:
    """Whether an object is not what the apply made of it; of one half done that cannot be said."""
    change, at = deed.change, (deed.change.kind, deed.id)
    there = observed.raws.get(change.kind, {}).get(deed.id)
    if not deed.whole or change.action is Action.DELETE:
        return False
    if there is None or is_deleted(there):
        return change.action is Action.UPDATE
    context = Context(observed.raws, {})
    values = {k: observed.raws.get(k, {}) for k in ("query", "merge_query")}
    raws = {**values, **about(at, context)}
    return unlike(change, deed.id, raws, around(at, context), done, ids, known) is not None


def _beyond(deed: Deed, plan: Plan, ids: Ids) -> Iterator[str]:
    """The address of a deed whose way back would undo more than was done: somebody did the rest."""
    change = deed.change
    back = next((c for c in plan.changes if c.kind == change.kind and c.id == deed.id), None)
    if back is None or change.action is not Action.UPDATE or back.action is not Action.UPDATE:
        return
    touched = {p.id or ids.get(Link(change.address, p.slot)) for p in change.parts}
    others = {p.id for p in back.parts if p.id} - touched
    if others or not _attributes(back) <= _attributes(change):
        yield change.address


def _attributes(change: Change) -> set[str]:
    return {*change.before, *change.after}


def newest(vault: Vault, host: str) -> str | None:
    """The session of the newest apply to an instance."""
    from lookervault.store.journal import applies

    return next((a.session for a in applies(vault, host)), None)

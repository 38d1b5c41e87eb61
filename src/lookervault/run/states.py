"""States of both sides: of an instance by reading it, of a snapshot from the vault."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from msgspec import structs

from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS, ON_REQUEST, REQUESTED
from lookervault.model.document.reading import from_tree
from lookervault.model.kind import Raw
from lookervault.model.normal import text_id
from lookervault.model.packed import LARGE, Packed, gist
from lookervault.model.resource import LISTED, Completeness, Head, Resource, State
from lookervault.model.secrets import redact
from lookervault.model.state import build_state
from lookervault.plan.pairing import IdMap
from lookervault.plan.trash import worth_reading
from lookervault.run.caller import NO_ADMIN, as_shown, is_admin, partial_to
from lookervault.run.events import Listener
from lookervault.run.kept import Beside, Kept
from lookervault.run.narrow import Narrow
from lookervault.run.past import Past
from lookervault.run.read import read_instance
from lookervault.run.skim import skimmed
from lookervault.store.content import bodies, value_of
from lookervault.store.snapshots import Snapshot
from lookervault.store.tree.stored import holds_tree, stored_files
from lookervault.store.vault import Vault


def observe(
    gateway: Gateway,
    kinds: Sequence[str],
    *,
    salt: bytes,
    workers: int,
    listener: Listener,
    desired: State | None = None,
    mapping: IdMap = MappingProxyType({}),
    narrow: bool = False,
    past: Past | None = None,
) -> State:
    """The present state of an instance, with what of its trash may be desired, and whether it is all.

    A `narrow` one holds of content and users only what the desired objects could be. What `past` has is not
    read.
    """
    kept = Kept(gateway.host, desired.made if desired is not None else None, narrow=narrow)
    in_trash: list[Head] = []

    def choose(kind: str, live: list[Raw], lost: list[Raw]) -> list[Raw]:
        if desired is None:
            return []
        there, heads = ([_head(kind, raw) for raw in rows] for rows in (live, lost))
        in_trash.extend(heads)
        ids = {h.id for h in worth_reading(desired, mapping, desired.host == gateway.host, there, heads)}
        return [raw for raw in lost if text_id(raw.get("id")) in ids]

    some = Narrow(gateway, desired, mapping, kept.raws, workers) if narrow and desired is not None else None
    scope = read_instance(
        gateway,
        kinds,
        kept.keep,
        salt=salt,
        workers=workers,
        listener=listener,
        trash=choose if desired is not None else None,
        past=past or Beside(kept),
        few=some.heads if some else None,
        requested=_requested(desired),
    )
    if some:
        kept.keep("user", [(text_id(u["id"]), redact(u, salt)) for u in some.owners()])
        if "lookml_model" in scope and "lookml_models" not in some.refused:
            scope["lookml_model"] = "complete"  # of the models that are asked for
        if scope.get("dashboard") == "filtered":
            scope["dashboard"] = "complete"  # of those that an alert could be on
    me = text_id(gateway.me().get("id"))
    admin = is_admin(gateway, me)
    worth = as_shown(scope, admin)
    state = build_state(gateway.host, kept.all, worth, with_trash=True, like=desired, digests=kept.digests)
    unseen = "" if admin else NO_ADMIN
    caller = state.ids.get(("user", me), "")
    return structs.replace(state, in_trash=tuple(in_trash), caller=caller, partial=unseen, raws=kept.all)


def _requested(desired: State | None) -> frozenset[str]:
    """What is read because the desired side tells it."""
    told = {r.kind for r in desired.resources.values() if _tells(r)} if desired else set()
    return frozenset(f"{kind}.{ON_REQUEST[kind]}" for kind in told)


def _tells(resource: Resource) -> bool:
    name = ON_REQUEST.get(resource.kind)
    return name is not None and name not in (*resource.unknown, *resource.untold)


def _head(kind: str, raw: Raw) -> Head:
    title, folder, slug = (text_id(raw.get(field)) for field in ("title", "folder_id", "slug"))
    return Head(kind, text_id(raw.get("id")), title, folder, slug)


def snapshot_state(vault: Vault, snapshot: Snapshot, beside: str = "") -> State:
    """The state that a snapshot holds, of the kinds that it listed.

    It remembers how it was made where the state of the instance `beside` it may be made of the same.
    """
    if holds_tree(snapshot):
        files = stored_files(vault, snapshot)
        return from_tree(files.manifest, files.origin, files.nodes, files.head).state
    scope: dict[str, Completeness] = {
        kind: listing["status"] for kind, listing in snapshot.scope.items() if kind in KINDS
    }
    raws: dict[str, dict[str, Any]] = {}
    large = {kind: Packed(partial(value_of, kind)) for kind in LARGE if scope.get(kind) in LISTED}
    digests: dict[tuple[str, str], str] = {}
    left = REQUESTED - snapshot.scope.keys()  # what only earlier extractions asked for
    for head, _, body in bodies(vault, snapshot):
        owner = head.kind.partition(".")[0]
        if head.kind in large:
            large[head.kind].put(head.id, gist(skimmed(head.kind, head.id, body)), body)
        elif head.kind not in left and (scope.get(owner) in LISTED or KINDS[owner].role == "value"):
            raws.setdefault(head.kind, {})[head.id] = value_of(head.kind, head.id, body)
        if beside == snapshot.host:
            digests[head.kind, head.id] = head.digest
    unseen = partial_to(snapshot.caller)
    worth = as_shown(scope, not unseen)
    state = build_state(snapshot.host, {**raws, **large}, worth, digests=digests)
    return structs.replace(state, partial=unseen)

"""What differs between two states: of two snapshots, or of a snapshot and the live instance."""

from __future__ import annotations

from collections.abc import Mapping, Set

from msgspec import structs

from lookervault.model.catalog import KINDS
from lookervault.model.normal import comparable
from lookervault.model.resource import LISTED, Resource, State
from lookervault.plan.change import Action, Change
from lookervault.plan.diff import compare
from lookervault.plan.known import known_ids
from lookervault.plan.pair import IdMap, pair
from lookervault.run.states import snapshot_state
from lookervault.store import mappings
from lookervault.store.snapshots import Snapshot
from lookervault.store.vault import Vault


def compare_snapshots(vault: Vault, before: Snapshot, after: Snapshot) -> list[Change]:
    """What became of the objects from one snapshot to another, of kinds that both have listed."""
    known = mappings.lookup(vault, after.host, before.host) if before.host != after.host else {}
    return compare_states(snapshot_state(vault, before), snapshot_state(vault, after), known)


def compare_states(before: State, after: State, mapping: IdMap | None = None) -> list[Change]:
    """What is new, changed and gone; what is only ever mapped (built in, personal) counts as well."""
    kinds = _listed(before) & _listed(after)
    sides = pair(_unguarded(after, kinds), _unguarded(before, kinds), mapping or {})
    changes, _ = compare(sides, mapping or {}, known_ids(sides), {})
    gone = [r for a, r in sides.observed.resources.items() if a not in sides.pairing.desired]
    changes += [_gone(r) for r in gone if KINDS[r.kind].role == "managed"]
    # what one of the two callers was not shown may be there all the same
    if after.partial and not before.partial:
        changes = [c for c in changes if c.action is not Action.DELETE]
    if before.partial and not after.partial:
        changes = [c for c in changes if c.action is not Action.CREATE]
    return sorted((c for c in changes if _said(c)), key=lambda c: (c.kind, c.address))


def _listed(state: State) -> Set[str]:
    return {kind for kind, worth in state.scope.items() if worth in LISTED}


def _unguarded(state: State, kinds: Set[str]) -> State:
    """The state as far as both sides can be compared; a guard says who may write, not what there is."""
    resources: Mapping[str, Resource] = {
        a: structs.replace(r, guard="") if KINDS[r.kind].role == "managed" else r
        for a, r in state.resources.items()
        if r.kind in kinds
    }
    return structs.replace(state, resources=dict(resources))


def _said(change: Change) -> bool:
    """Whether a change says anything: of an access list that inherits nobody has said a word."""
    implied = KINDS[change.kind].implied
    return not (change.action is not Action.UPDATE and implied({**change.before, **change.after}))


def _gone(resource: Resource) -> Change:
    return Change(
        action=Action.DELETE,
        kind=resource.kind,
        address=resource.address,
        name=resource.name,
        id=resource.id,
        before=comparable(resource.attributes),
        after={},
        unchanged=0,
    )

"""How far an instance has drifted from what it should be."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from lookervault.looker.gateway import Gateway
from lookervault.plan.approval import without
from lookervault.plan.overlay import NO_OVERLAY, Overlay
from lookervault.plan.plan import Made, Plan
from lookervault.plan.policy import Policy
from lookervault.plan.select import EVERYTHING, Selection
from lookervault.plan.takeover import is_yours
from lookervault.run.adopt import Adopted, adopt
from lookervault.run.events import Listener
from lookervault.run.planning import LAST, Request, planned
from lookervault.run.relocate import relocate
from lookervault.run.tree import tree_state
from lookervault.store.agreements import have_met
from lookervault.store.snapshots import resolve
from lookervault.store.tree.disk import joined
from lookervault.store.vault import Vault


class Asked(NamedTuple):
    """How drift is looked for; with `added`, what only the instance has is drift too."""

    target_name: str
    workers: int
    listener: Listener
    added: bool = False
    overlay: Overlay = NO_OVERLAY
    selection: Selection = EVERYTHING


def tree_drift(gateway: Gateway, vault: Vault, root: Path, asked: Asked) -> Made:
    """What would make the instance like a tree, by what both last were as far as the vault knows that.

    Where it does not, the tree is what the instance was, and all that differs was changed in Looker.
    """
    own = tree_state(root).host
    known = have_met(vault, (own, gateway.host))
    policy = Policy(enable_schedules=own == gateway.host, prune=asked.added, allow_empty=asked.added)
    base = LAST if known else str(root)
    request = Request(str(root), asked.selection, policy, base, overlay=asked.overlay)
    return _planned(gateway, vault, request, asked)


def _planned(gateway: Gateway, vault: Vault, request: Request, asked: Asked) -> Made:
    name, workers = asked.target_name, asked.workers
    return planned(gateway, vault, request, target_name=name, workers=workers, listener=asked.listener).made


def _without_yours(plan: Plan) -> Plan:
    """What was changed in Looker; of what only the tree changed it is said that it is not applied yet."""
    yours = {c.address: "changed in the tree, and not applied yet" for c in plan.changes if is_yours(c)}
    return without(plan, yours, "which is not applied yet")


def adopt_drift(gateway: Gateway, vault: Vault, root: Path, asked: Asked) -> Adopted:
    """Takes what drifted into a tree: first the folders, by whose names the rest is found, then the rest."""
    made = tree_drift(gateway, vault, root, asked)
    folders, written = relocate(vault, root, made)
    if folders:
        made = tree_drift(gateway, vault, root, asked)
    adopted = adopt(vault, root, made)
    adopted.taken = [*folders, *adopted.taken]
    adopted.written = joined(written, adopted.written)
    return adopted


def drifted(gateway: Gateway, vault: Vault, name: str, asked: Asked) -> Plan:
    """The plan that would undo the drift from that state; without a name, from the instance's last snapshot.

    Since nothing is written, a schedule that somebody switched off in the very instance is to be on again.
    """
    if name and Path(name).is_dir():
        return _without_yours(tree_drift(gateway, vault, Path(name), asked).plan)
    name = name or f"@{resolve(vault, '@latest', gateway.host).number}"
    own = resolve(vault, name).host == gateway.host
    policy = Policy(enable_schedules=own, prune=asked.added, allow_empty=asked.added)
    request = Request(name, asked.selection, policy, base=name, overlay=asked.overlay)
    return _planned(gateway, vault, request, asked).plan

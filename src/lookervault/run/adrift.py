"""How far an instance has drifted from what it should be."""

from __future__ import annotations

from pathlib import Path

from lookervault.looker.gateway import Gateway
from lookervault.plan.overlay import NO_OVERLAY, Overlay
from lookervault.plan.plan import Plan
from lookervault.plan.policy import Policy
from lookervault.plan.select import EVERYTHING, Selection
from lookervault.run.events import Listener
from lookervault.run.planning import Request, plan_request
from lookervault.store.snapshots import resolve
from lookervault.store.vault import Vault


def drifted(
    gateway: Gateway,
    vault: Vault,
    name: str,
    *,
    target_name: str,
    workers: int,
    listener: Listener,
    added: bool = False,
    overlay: Overlay = NO_OVERLAY,
    selection: Selection = EVERYTHING,
) -> Plan:
    """The plan that would undo the drift from that state; without a name, from the instance's last snapshot.

    With `added`, what only the instance has is drift too. Since nothing is written, a schedule that
    somebody switched off in the very instance is to be on again.
    """
    name = name or f"@{resolve(vault, '@latest', gateway.host).number}"
    own = not Path(name).is_dir() and resolve(vault, name).host == gateway.host
    policy = Policy(enable_schedules=own, prune=added, allow_empty=added)
    request = Request(name, selection, policy=policy, base=name, overlay=overlay)
    return plan_request(gateway, vault, request, target_name=target_name, workers=workers, listener=listener)

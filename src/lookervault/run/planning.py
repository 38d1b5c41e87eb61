"""From a snapshot and a live instance to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lookervault.looker.gateway import Gateway
from lookervault.plan.delivery import DEFAULT_POLICY, Policy
from lookervault.plan.plan import Plan, Side, make_plan
from lookervault.run.echoes import echoes
from lookervault.run.events import Listener
from lookervault.run.states import observe, snapshot_state
from lookervault.store import mappings
from lookervault.store.snapshots import Snapshot
from lookervault.store.vault import Vault


def plan_snapshot(
    gateway: Gateway,
    vault: Vault,
    snapshot: Snapshot,
    *,
    target_name: str,
    workers: int,
    listener: Listener,
    targets: Sequence[str] = (),
    policy: Policy = DEFAULT_POLICY,
) -> Plan:
    """The plan that makes the instance what the snapshot holds."""
    desired = snapshot_state(vault, snapshot)
    kinds = [kind for kind, status in desired.scope.items() if status in ("complete", "filtered")]
    observed = observe(gateway, kinds, salt=vault.salt, workers=workers, listener=listener)
    label = f"{snapshot.instance or snapshot.host} @{snapshot.number}"
    version = str(gateway.versions().get("looker_release_version") or "")
    plan = make_plan(
        desired,
        observed,
        mappings.lookup(vault, snapshot.host, gateway.host),
        Side(snapshot.host, label, snapshot.looker_version),
        Side(gateway.host, target_name, version),
        targets,
        echoes(vault, gateway.host),
        policy,
    )
    plan.created_at = datetime.now(UTC).isoformat(timespec="seconds")
    return plan

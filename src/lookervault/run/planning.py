"""From a desired state and a live instance to a plan."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.plan.modified import unmodified
from lookervault.plan.plan import Plan, Side, make_plan
from lookervault.plan.policy import DEFAULT_POLICY, Policy
from lookervault.plan.prune import Spared
from lookervault.plan.select import EVERYTHING, Selection, select, spared
from lookervault.run.desired import desired
from lookervault.run.echoes import echoes
from lookervault.run.events import Listener
from lookervault.run.states import observe
from lookervault.store import mappings
from lookervault.store.vault import Vault


class Request(msgspec.Struct, frozen=True):
    """What a plan is asked for: what to reach, of which part, and what may be done for it."""

    desired: str = "@latest"
    selection: Selection = EVERYTHING
    policy: Policy = DEFAULT_POLICY


def plan_request(
    gateway: Gateway, vault: Vault, request: Request, *, target_name: str, workers: int, listener: Listener
) -> Plan:
    """The plan that makes the instance what was asked for."""
    wanted = desired(vault, request.desired)
    known = mappings.lookup(vault, wanted.source.host, gateway.host)
    # what hangs on something that goes may be of any kind
    everything = [name for name, kind in KINDS.items() if kind.listing] if request.policy.prune else []
    observed = observe(
        gateway,
        [*wanted.kinds, *everything],
        salt=vault.salt,
        workers=workers,
        listener=listener,
        desired=wanted.state,
        mapping=known,
        prune=request.policy.prune,
    )
    version = str(gateway.versions().get("looker_release_version") or "")
    whole = make_plan(
        spared(wanted.state, request.selection),
        observed,
        known,
        wanted.source,
        Side(gateway.host, target_name, version),
        echoes(vault, gateway.host),
        request.policy,
        spared=_spared(vault, request, wanted.source.host, gateway.host),
    )
    plan = unmodified(select(whole, request.selection, wanted.state.resources), observed)
    plan.created_at = datetime.now(UTC).isoformat(timespec="seconds")
    return plan


def _spared(vault: Vault, request: Request, source: str, target: str) -> Spared:
    """What no pruning touches: what is excluded, and what came from other instances."""
    own = {(m.kind, m.target_id) for m in mappings.mappings(vault, source, target)}
    brought = {(m.kind, m.target_id) for m in mappings.mappings(vault, target_host=target)}
    return Spared(
        owned=frozenset(brought - own),
        excluded=request.selection.exclude,
        kinds=request.selection.exclude_kinds,
    )

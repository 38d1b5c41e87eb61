"""From a desired state and a live instance to a plan."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from lookervault.looker.gateway import Gateway
from lookervault.plan.plan import Plan, Side, make_plan
from lookervault.plan.policy import DEFAULT_POLICY, Policy
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
    observed = observe(
        gateway,
        wanted.kinds,
        salt=vault.salt,
        workers=workers,
        listener=listener,
        desired=wanted.state,
        mapping=known,
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
    )
    plan = select(whole, request.selection, wanted.state.resources)
    plan.created_at = datetime.now(UTC).isoformat(timespec="seconds")
    return plan

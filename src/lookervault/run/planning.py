"""From a desired state and a live instance to a plan."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from lookervault.looker.gateway import Gateway
from lookervault.model.catalog import KINDS
from lookervault.model.collector import uncollected
from lookervault.model.resource import State
from lookervault.plan.limits import over_limits
from lookervault.plan.modified import unmodified
from lookervault.plan.overlay import NO_OVERLAY, Overlay, overlaid
from lookervault.plan.pairing import IdMap
from lookervault.plan.plan import Base, Made, Plan, Side, make
from lookervault.plan.policy import DEFAULT_POLICY, Policy
from lookervault.plan.prune import Spared
from lookervault.plan.select import EVERYTHING, Selection, select, spared
from lookervault.plan.versions import known_to
from lookervault.run.agreed import last_agreed
from lookervault.run.desired import Desired, desired, desired_part
from lookervault.run.echoes import echoes
from lookervault.run.events import Listener
from lookervault.run.part import belongings
from lookervault.run.past import Past
from lookervault.run.permissions import unknown_permissions
from lookervault.run.placing import place_changes, placed, telling_places
from lookervault.run.states import observe
from lookervault.run.view import View
from lookervault.store import mappings
from lookervault.store.vault import Vault

# kinds whose neighbourhood is small beside the instance
NARROW = frozenset({"dashboard", "look", "scheduled_plan", "alert", "board", "folder"})


LAST = "last"  # the base that the vault remembers


class Request(msgspec.Struct, frozen=True):
    """What a plan is asked for: what to reach, of which part, and what may be done for it.

    `root` is the kind and id of the one object that is wanted with what belongs to it; of both sides then
    only that is read, and what it needs. `base` names the state that both sides once were, by which each
    difference is judged; `LAST` is what they were last alike in, as far as the vault knows. `overlay` is what
    is otherwise on this target. `cache` takes from the vault what of the target it proves unchanged.
    """

    desired: str = "@latest"
    selection: Selection = EVERYTHING
    policy: Policy = DEFAULT_POLICY
    base: str = ""
    root: tuple[str, str] | None = None
    overlay: Overlay = NO_OVERLAY
    cache: bool = False


class Planned(NamedTuple):
    """A plan with the two states it was made of."""

    plan: Plan
    desired: State
    observed: State
    mapping: IdMap
    made: Made


@uncollected()
def plan_request(
    gateway: Gateway, vault: Vault, request: Request, *, target_name: str, workers: int, listener: Listener
) -> Plan:
    """The plan that makes the instance what was asked for."""
    return planned(gateway, vault, request, target_name=target_name, workers=workers, listener=listener).plan


@uncollected()
def planned(
    gateway: Gateway, vault: Vault, request: Request, *, target_name: str, workers: int, listener: Listener
) -> Planned:
    """The plan that makes the instance what was asked for, and what it was made of."""
    root, selection, policy = request.root, request.selection, request.policy
    wanted = _wanted(vault, request, gateway.host)
    if root:
        address = wanted.state.ids[root]
        targets = (address, *belongings(wanted.state, address))
        selection = msgspec.structs.replace(selection, targets=(*selection.targets, *targets))
        # who reads but a part can say of nothing that it is too much
        policy = msgspec.structs.replace(policy, prune=False)
    laid = overlaid(wanted.state, request.overlay, gateway.host)
    wanted.state = laid.state
    version = str(gateway.versions().get("looker_release_version") or "")
    known = mappings.lookup(vault, wanted.source.host, gateway.host)
    read = _reading(gateway, vault, request, wanted, known, workers, listener)
    view = View(gateway, vault, workers, listener, read, wanted.state)
    if request.cache and not root:
        view.glance(version)
    else:
        view.look()
    wanted.state, unknown = known_to(wanted.state, wanted.source.looker_version, version)
    with telling_places(wanted.state.places):
        made = _made(
            view,
            lambda observed: make(
                spared(wanted.state, selection),
                observed,
                known,
                wanted.source,
                Side(gateway.host, target_name, version),
                echoes(vault, gateway.host),
                policy,
                lambda: _base(vault, request, wanted, gateway.host),
                spared=_spared(vault, request, wanted, gateway.host),
            ),
        )
    observed = view.state
    made.plan.agrees = wanted.steers or wanted.source.host != gateway.host
    plan = unmodified(select(made.plan, selection, wanted.state.resources), observed)
    size = sum(not resource.guard for resource in observed.resources.values())
    findings = {
        *plan.findings,
        *laid.findings,
        *unknown,
        *over_limits(plan, size),
        *unknown_permissions(gateway, plan.changes),
    }
    plan.findings = placed(findings, wanted.state.places)
    place_changes(plan.changes, wanted.state.places)
    plan.created_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Planned(plan, wanted.state, observed, known, made._replace(plan=plan))


def _wanted(vault: Vault, request: Request, host: str) -> Desired:
    """What is to be reached on the instance of that host."""
    if request.root:
        return desired_part(vault, request.desired, request.root)
    return desired(vault, request.desired, host)


def _reading(
    gateway: Gateway,
    vault: Vault,
    request: Request,
    wanted: Desired,
    known: IdMap,
    workers: int,
    listener: Listener,
) -> Callable[[Past | None], State]:
    """How the target is read for a plan: whole, or what could be the one object that is wanted."""
    pruning = request.policy.prune and not request.root
    # what hangs on something that goes may be of any kind
    everything = [name for name, kind in KINDS.items() if kind.listing] if pruning else []
    narrow = request.root is not None and request.root[0] in NARROW
    desired_state = wanted.state

    def read(past: Past | None) -> State:
        return observe(
            gateway,
            [*wanted.kinds, *everything],
            salt=vault.salt,
            workers=workers,
            listener=listener,
            desired=desired_state,
            mapping=known,
            narrow=narrow,
            past=past,
        )

    return read


def _made(view: View, make_of: Callable[[State], Made]) -> Made:
    """The plan for what a view shows, once all that it changes has been read."""
    while True:
        made = make_of(view.state)
        if not view.look_again(made.plan.changes):
            return made


def _base(vault: Vault, request: Request, wanted: Desired, host: str) -> Base | None:
    """What both sides once were; seen through the same overlay, or all that it maps would be a change.

    An instance was once what a snapshot of it says; of a tree, or of what comes from another instance, the
    vault may know.
    """
    if not request.base:
        return None
    if request.base == LAST:
        if wanted.steers or wanted.source.host != host:
            return last_agreed(vault, wanted.source.host, host)
        return Base(wanted.state, wanted.source.name)
    return Base(overlaid(desired(vault, request.base).state, request.overlay, host).state, request.base)


def _with_contents(released: Iterable[str]) -> Iterator[str]:
    """Addresses or globs of what is spoken of no longer; with a folder all that is in it."""
    for address in released:
        yield address
        kind, _, path = address.partition(":")
        if kind == "folder":
            yield f"*:{glob.escape(path)}/*"


def _spared(vault: Vault, request: Request, wanted: Desired, target: str) -> Spared:
    """What no pruning touches: what is excluded, no longer spoken of, or came from other instances."""
    source = wanted.source.host
    own = {(m.kind, m.target_id) for m in mappings.mappings(vault, source, target)}
    brought = {(m.kind, m.target_id) for m in mappings.mappings(vault, target_host=target)}
    released = _with_contents(wanted.state.released)
    return Spared(
        owned=frozenset(brought - own),
        excluded=(*request.selection.exclude, *request.overlay.spared, *released),
        kinds=request.selection.exclude_kinds,
    )

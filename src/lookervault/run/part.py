"""A part of a snapshot: one object, what belongs to it, and all that these refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import structs

from lookervault.errors import NotFound
from lookervault.model.address import Address, parse
from lookervault.model.catalog import KINDS, REQUESTED, closure
from lookervault.model.delivery import CONTENT
from lookervault.model.normal import text_id
from lookervault.model.resource import LISTED, Completeness, Resource, State
from lookervault.model.state import build_state
from lookervault.model.values import UNKNOWN, links
from lookervault.plan.settle import PERSONAL
from lookervault.run.caller import as_shown, partial_to
from lookervault.store.snapshots import Item, Snapshot, find, heads, item, items, snapshots
from lookervault.store.vault import Vault

At = tuple[str, str]  # (kind, id)
MENTIONED = "only mentioned in a text"

# kinds of which there are many large objects: only those are loaded that are referred to
_BY_ID = frozenset({"dashboard", "look", "board", "scheduled_plan", "alert", "content_access"})
# what goes with an object that a person asks for
BELONGINGS = {"dashboard": ("scheduled_plan", "alert"), "look": ("scheduled_plan",)}


class Found(msgspec.Struct, frozen=True):
    """An object in the backup; `newer` says that later snapshots of its instance no longer have it."""

    item: Item
    snapshot: Snapshot
    newer: int = 0


def located(vault: Vault, among: Sequence[Snapshot], kind: str, word: str) -> Found:
    """The object of that id or address in the newest of the snapshots that holds it."""
    address = str(parse(word)) if word.startswith(f"{kind}:") else ""
    for newer, snapshot in enumerate(reversed(among)):
        if address:
            held = next((i for i in find(vault, snapshot, address) if i.kind == kind), None)
        else:
            held = item(vault, snapshot, kind, word)
        if held is not None and not (isinstance(held.raw, dict) and held.raw.get("deleted")):
            return Found(held, snapshot, newer)
    where = f"snapshot @{among[0].number}" if len(among) == 1 else f"any of {len(among)} snapshots"
    raise NotFound(f"there is no {kind} {word} in {where}", hint="see `lookervault list`")


def of_host(vault: Vault, host: str) -> list[Snapshot]:
    """The snapshots to look in: those of that instance, oldest first; NotFound where there is none."""
    found = snapshots(vault, host)
    if not found:
        raise NotFound(f"the vault has no snapshot of {host}", hint="`lookervault extract` makes one")
    return found


def part_kinds(kind: str) -> list[str]:
    """All kinds that a part around an object of that kind may hold."""
    return closure([kind, *BELONGINGS.get(kind, ())])


def part_state(vault: Vault, snapshot: Snapshot, root: At) -> State:
    """The state of the part around an object; NotFound where the snapshot did not list its kind."""
    worth = {k: snapshot.scope[k]["status"] for k in part_kinds(root[0]) if k in snapshot.scope}
    if worth.get(root[0]) not in LISTED:
        raise NotFound(f"snapshot @{snapshot.number} does not hold {KINDS[root[0]].title}")
    raws: dict[str, dict[str, Any]] = {}
    for kind in worth:
        _load(raws, _light(vault, snapshot, kind) if kind not in _BY_ID else ())
    for kind in (k.name for k in KINDS.values() if k.role == "value"):
        _load(raws, items(vault, snapshot, kind))
    _load(raws, _with_likes(vault, snapshot, root))
    for kind in {*BELONGINGS.get(root[0], ()), root[0]} & {"scheduled_plan", "alert"}:
        _load(raws, _beside(items(vault, snapshot, kind), raws))
    unseen = partial_to(snapshot.caller)
    parts: dict[str, Completeness] = {k: "filtered" if k in _BY_ID else w for k, w in worth.items()}
    scope = as_shown(parts, not unseen)
    state = _whole(vault, snapshot, raws, scope)
    mentioned = {m for m in _mentioned(state) if m.partition(":")[0] in _BY_ID & scope.keys()}
    for address in mentioned:
        kind, _, id_ = address.partition(":#")
        _load(raws, filter(None, [item(vault, snapshot, kind, id_)]))
    if mentioned:
        state = _guarded(build_state(snapshot.host, raws, scope), mentioned)
    return structs.replace(_reachable(state, root), partial=unseen)


def _light(vault: Vault, snapshot: Snapshot, kind: str) -> Iterable[Item]:
    left = REQUESTED - snapshot.scope.keys()
    for name in {kind, *(f"{kind}.{facet.name}" for facet in KINDS[kind].facets)} - left:
        yield from items(vault, snapshot, name)


def _load(raws: dict[str, dict[str, Any]], found: Iterable[Item]) -> None:
    for each in found:
        raws.setdefault(each.kind, {})[each.id] = each.raw


def _with_likes(vault: Vault, snapshot: Snapshot, root: At) -> Iterator[Item]:
    """The object, others of its name where names may repeat, and the dashboard that an alert is on."""
    kind, id_ = root
    found = item(vault, snapshot, kind, id_)
    if found is None:
        return
    yield found
    if kind == "board":
        alike = (h.id for h in heads(vault, snapshot, kind) if h.name == found.name and h.id != id_)
        yield from filter(None, (item(vault, snapshot, kind, other) for other in alike))
    if kind == "alert" and found.address:
        place = Address("dashboard", parse(found.address).key[:-1])
        yield from find(vault, snapshot, str(place)) if place.key else ()
    for field, content in CONTENT.items() if kind == "scheduled_plan" else ():
        yield from filter(None, [item(vault, snapshot, content, text_id(found.raw.get(field)))])


def _beside(found: Iterable[Item], raws: dict[str, dict[str, Any]]) -> Iterator[Item]:
    """Schedules of what is loaded, and alerts on its elements."""
    dashboards = raws.get("dashboard", {}).values()
    elements = {text_id(e.get("id")) for d in dashboards for e in d.get("dashboard_elements") or []}
    for each in found:
        sent = (each.raw.get(f) and text_id(each.raw[f]) in raws.get(k, {}) for f, k in CONTENT.items())
        if any(sent) or text_id(each.raw.get("dashboard_element_id")) in elements:
            yield each


def _whole(
    vault: Vault, snapshot: Snapshot, raws: dict[str, dict[str, Any]], scope: dict[str, Completeness]
) -> State:
    """The state with all that is referred to, as far as the snapshot holds it."""
    asked: set[str] = set()
    while True:
        state = build_state(snapshot.host, raws, scope)
        wanted = {a for a in state.dangling if a.partition(":")[0] in _BY_ID & scope.keys()} - asked
        if not wanted:
            return state
        asked |= wanted
        for address in wanted:
            kind, _, id_ = address.partition(":#")
            _load(raws, filter(None, [item(vault, snapshot, kind, id_)]))


def _mentioned(state: State) -> set[str]:
    """What texts of the loaded content lead to and is not loaded."""
    return {
        link.to
        for resource in state.resources.values()
        if resource.kind in _BY_ID
        for link in links(list(resource.mentions))
        if link.part == UNKNOWN
    }


def _guarded(state: State, mentioned: set[str]) -> State:
    """The state in which what is only mentioned is found on the target, but not brought along."""
    lost = {state.ids.get((kind, id_)) for kind, _, id_ in (m.partition(":#") for m in mentioned)}
    resources = {
        a: structs.replace(r, guard=r.guard or MENTIONED) if a in lost else r
        for a, r in state.resources.items()
    }
    return structs.replace(state, resources=resources)


def _reachable(state: State, root: At) -> State:
    """Only what the object and its belongings lead to."""
    address = state.ids.get(root)
    if address is None:
        raise NotFound(f"{root[0]} {root[1]} is in the trash of the snapshot")
    alike: dict[tuple[str, str, str], list[str]] = {}
    for resource in state.resources.values():
        if KINDS[resource.kind].names_repeat:
            alike.setdefault(_name(resource), []).append(resource.address)
    open_ = [address, *belongings(state, address)]
    kept: dict[str, Resource] = {}
    while open_:
        at = open_.pop()
        if at in state.resources and at not in kept:
            kept[at] = state.resources[at]
            # who may have the same name is told apart only by looking at all of them
            open_ += [*leads_to(kept[at]), *alike.get(_name(kept[at]), ())]
    return structs.replace(state, resources={a: r for a, r in state.resources.items() if a in kept})


def _name(resource: Resource) -> tuple[str, str, str]:
    return resource.kind, resource.parent, resource.name


def belongings(state: State, address: str) -> list[str]:
    """What belongs to an object and comes along with it: its schedules and alerts."""
    kinds = BELONGINGS.get(address.partition(":")[0], ())
    return [r.address for r in state.resources.values() if r.kind in kinds and r.parent == address]


def leads_to(resource: Resource) -> set[str]:
    """The addresses that a resource refers to, that of its parent among them."""
    found = {link.to for link in links([resource.attributes, *resource.mentions]) if link.to}
    found |= {link.to for part in resource.parts for link in links(part.attributes) if link.to}
    if resource.kind == "folder" and resource.name.startswith(PERSONAL):
        found.add(str(Address("user", (resource.name.removeprefix(PERSONAL),))))
    return found | {resource.parent}

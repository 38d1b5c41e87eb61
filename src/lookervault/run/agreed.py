"""What the desired side and an instance were last alike in: the base of plans (requirements, row B1).

An apply and an export keep it object by object, so that what was left out of an apply is not told of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from lookervault.model.catalog import KINDS
from lookervault.model.resource import Attributes, Part, Resource, State
from lookervault.model.values import JsonText, Link, LinkedText, replace
from lookervault.plan.basis import made_of
from lookervault.plan.change import Action, Change
from lookervault.plan.codec import decode_resource, encode_resource
from lookervault.plan.origin import Reach, put, value_at
from lookervault.plan.parts import pair_parts
from lookervault.plan.plan import Base, Made, Plan
from lookervault.store.agreements import Agreed, Agreement, agree, agree_on_all, agreed_addresses, agreement
from lookervault.store.vault import Vault


def last_agreed(vault: Vault, source: str, target: str) -> Base | None:
    """The base that the vault remembers; None where the two have not met."""
    found = agreement(vault, (source, target))
    if found is None:
        return None
    resources = {r.address: r for each in found.objects if each.body and (r := decode_resource(each.body))}
    ids = {(r.kind, r.id): r.address for r in resources.values() if r.id}
    former = {x.address: ids[x.kind, x.id] for x in found.objects if not x.body and (x.kind, x.id) in ids}
    if former:
        resources = _by_names_of_now(resources, former)
    state = State(source, dict.fromkeys({r.kind for r in resources.values()}, "filtered"), resources, ids)
    silent = frozenset(x.address for x in found.objects) - resources.keys() - former.keys()
    return Base(state, _label(found), Reach(False, found.whole, found.kinds, silent))


def _by_names_of_now(resources: Mapping[str, Resource], former: Mapping[str, str]) -> dict[str, Resource]:
    """Each object once: what has no id of its own may stand under a former name of its parent, too."""
    there = {(r.kind, r.parent, r.name) for r in resources.values() if r.parent not in former}
    renamed = {address: _renamed(resource, former) for address, resource in resources.items()}
    return {
        address: r
        for address, r in renamed.items()
        if resources[address].parent not in former or (r.kind, r.parent, r.name) not in there
    }


def _renamed(resource: Resource, former: Mapping[str, str]) -> Resource:
    """A resource whose links go by the addresses of now; it was kept before what they lead to was renamed."""

    def link(old: Link) -> Link:
        return Link(former.get(old.to, old.to), old.part)

    def json_text(text: JsonText) -> JsonText:
        return JsonText(text.text.replaced(link)) if isinstance(text.text, LinkedText) else text

    def fit(attributes: Attributes) -> Attributes:
        return {name: replace(value, link, json_text) for name, value in attributes.items()}

    return structs.replace(
        resource,
        parent=former.get(resource.parent, resource.parent),
        attributes=fit(resource.attributes),
        parts=[structs.replace(part, attributes=fit(part.attributes)) for part in resource.parts],
    )


def _label(found: Agreement) -> str:
    return f"the {found.event} ({found.at[:16].replace('T', ' ')})"


def agree_by_export(vault: Vault, state: State, name: str) -> None:
    """A tree that was just written from a snapshot of an instance is what that instance was."""
    kinds = [kind for kind, worth in state.scope.items() if worth == "complete"]
    told = (r for r in state.resources.values() if not r.guard)
    agree_on_all(vault, (state.host, state.host), f"export of {name}", _agreed(told), kinds)


def agree_by_apply(vault: Vault, plan: Plan, done: Iterable[str], session: str) -> None:
    """What an apply has carried out is alike on both sides now."""
    if not plan.agrees:
        return
    changes = [c for c in plan.changes if c.address in {*done}]
    hosts = (plan.source.host, plan.target.host)
    last = last_agreed(vault, *hosts) if any(c.undecided for c in changes) else None
    made = [
        made_of(c) if c.action is Action.CREATE else _settled(c, plan.bases[c.address].desired, last)
        for c in changes
        if c.action is Action.CREATE or c.address in plan.bases
    ]
    gone = [c.address for c in changes if c.action is Action.DELETE]
    agree(vault, hosts, f"apply {session}", _agreed(r for r in made if r is not None), gone)


def _settled(change: Change, desired: Resource | None, last: Base | None) -> Resource | None:
    """What is desired; where Looker's stayed without being desired, it is as it was, and as open."""
    if desired is None or not change.undecided:
        return desired
    return _left_open(desired, last, change.undecided)


def _left_open(now: Resource, last: Base | None, keys: Mapping[str, Iterable[str]]) -> Resource:
    """A resource of which some differences, by the slot of their part, are as both sides last had them."""
    before = last.state if last else State("", {}, {}, {})
    was = before.resources.get(before.ids.get((now.kind, now.id), now.address))
    pairs = pair_parts(now.parts, was.parts, KINDS[now.kind].part_keys, lambda _, id_: id_, {}) if was else {}
    parts = [
        structs.replace(p, attributes=_as_it_was(p.attributes, pairs.get(p.slot), keys.get(p.slot, ())))
        for p in now.parts
    ]
    return structs.replace(now, attributes=_as_it_was(now.attributes, was, keys.get("", ())), parts=parts)


def _as_it_was(now: Attributes, was: Resource | Part | None, keys: Iterable[str]) -> Attributes:
    for name, *path in (key.split("\0") for key in keys):
        now = put(now, [name, *path], value_at(was.attributes if was else {}, (name, *path)))
    return now


def agree_by_plan(vault: Vault, made: Made) -> None:
    """What was alike when the plan that is about to be applied was made, and what was not."""
    if not made.plan.agrees:
        return
    hosts = (made.plan.source.host, made.plan.target.host)
    new = made.unlike - agreed_addresses(vault, hosts)
    apart = (Agreed(address, address.partition(":")[0], "") for address in sorted(new))
    agree(vault, hosts, "apply", [*_agreed(made.alike()), *apart], whole=True)


def agree_by_adoption(
    vault: Vault,
    hosts: tuple[str, str],
    resources: Iterable[Resource],
    gone: Iterable[str],
    partly: Iterable[tuple[Resource, Mapping[str, list[str]]]] = (),
) -> None:
    """What a tree has taken over from an instance; of some but for differences by the slot of their part."""
    last = last_agreed(vault, *hosts)
    rest = [_left_open(resource, last, keys) for resource, keys in partly]
    agree(vault, hosts, "adoption", _agreed([*resources, *rest]), gone)


def _agreed(resources: Iterable[Resource]) -> Iterator[Agreed]:
    return (Agreed(r.address, r.kind, r.id, encode_resource(r)) for r in resources)

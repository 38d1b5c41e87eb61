"""What of the desired side can be had on the target: references that lead nowhere are settled first.

An optional reference (an owner, a member) that cannot be had is left as the target has it; a resource
whose required reference cannot be had is left out, and so is what depends on it. Each is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from types import MappingProxyType
from typing import NamedTuple

from msgspec import structs

from lookervault.model.address import Address
from lookervault.model.catalog import KINDS
from lookervault.model.content import SOURCES
from lookervault.model.people import EVERYBODY
from lookervault.model.queries import MISSING
from lookervault.model.resource import Attributes, Finding, Part, Resource
from lookervault.model.values import Link, Value, links, replace
from lookervault.plan.outside import outside
from lookervault.plan.owners import OWNER, Heirs, heirs
from lookervault.plan.pair import IdMap, Sides
from lookervault.plan.policy import DEFAULT_POLICY, Policy

PERSONAL = "@user:"
_REPLACED = ("role", "user_attribute")
_HIDDEN = "left out: it was not seen on the target, but may be there all the same"


class Settled(NamedTuple):
    """Both sides, the desired one with only what can be had, and what a reader must know of the rest."""

    sides: Sides
    findings: list[Finding]


def settle(sides: Sides, policy: Policy = DEFAULT_POLICY, mapping: IdMap = MappingProxyType({})) -> Settled:
    """The part of the desired state that the target can hold; `policy` tells what of missing owners."""
    findings: list[Finding] = []
    owners = heirs(sides, policy)
    sides = _seen(sides, mapping, findings)
    resources = {
        address: resource if resource.guard else _settled(resource, sides, owners, findings)
        for address, resource in sides.desired.resources.items()
    }
    left_out = _left_out(resources, sides, findings)
    kept = {a: _fitted(r, left_out, sides) for a, r in resources.items() if a not in left_out}
    return Settled(structs.replace(sides, desired=structs.replace(sides.desired, resources=kept)), findings)


def _seen(sides: Sides, mapping: IdMap, findings: list[Finding]) -> Sides:
    """Both sides without what the target does not let be listed, and without what comes by itself."""
    blind = {k for k, worth in sides.observed.scope.items() if worth in ("denied", "unsupported")}
    lost = {r.kind for r in sides.desired.resources.values() if not r.guard} & blind
    for kind in sorted(lost):
        text = f"left out: the target does not list its {KINDS[kind].title}"
        findings.append(Finding("warning", kind, text))
    resources = {
        a: r
        for a, r in sides.desired.resources.items()
        if r.kind not in lost and (a in sides.pairing.observed or not KINDS[r.kind].implied(r.attributes))
    }
    if sides.desired.partial:
        text = f"{sides.desired.partial}: who holds or may do something on the target keeps that"
        findings.append(Finding("warning", "source", text))
    if sides.observed.partial:
        findings.append(Finding("warning", "target", sides.observed.partial))
        unsure = {a for a, r in resources.items() if _may_be_hidden(r, sides, mapping)}
        unsure |= {a for a, r in resources.items() if KINDS[r.kind].of and r.parent in unsure}
        findings += [Finding("warning", a, _HIDDEN) for a in sorted(unsure)]
        resources = {a: r for a, r in resources.items() if a not in unsure}
    return structs.replace(sides, desired=structs.replace(sides.desired, resources=resources))


def _may_be_hidden(resource: Resource, sides: Sides, mapping: IdMap) -> bool:
    """Whether this may be there unseen: it was there once, or no server would refuse it a second time (9.4).

    The access list of what is there is there for sure.
    """
    kind, there = KINDS[resource.kind], sides.pairing.observed
    if resource.guard or resource.address in there:
        return False
    shown = sides.same_host and f"{resource.kind}:#{resource.id}" in sides.observed.dangling
    once = shown or (resource.kind, resource.id) in mapping
    return once or kind.names_repeat or bool(kind.of and resource.parent in there)


def _fitted(resource: Resource, left_out: set[str], sides: Sides) -> Resource:
    """A resource without those parts that show what is left out, where it can do without them."""
    if not (left_out and KINDS[resource.kind].loose_parts):
        return resource
    parts = [
        structs.replace(p, broken=f"{lost[0]} is left out") if lost and not p.broken else p
        for p in resource.parts
        for lost in [_shows(p, left_out, sides)]
    ]
    return structs.replace(resource, parts=parts)


def available(link: Link, sides: Sides) -> bool:
    """Whether a desired link has or will have something on the target to point at."""
    if not link.to or link.to in sides.pairing.observed:
        return True
    target = sides.desired.resources.get(link.to)
    if target is None:
        return False
    if target.kind == "folder" and not target.parent and target.name.startswith(PERSONAL):
        # a personal folder comes into being with its user (resource notes, section 4.1)
        owner = str(Address("user", (target.name.removeprefix(PERSONAL),)))
        return owner not in sides.pairing.observed and available(Link(owner), sides)
    return not target.guard


def _settled(resource: Resource, sides: Sides, owners: Heirs, findings: list[Finding]) -> Resource:
    other = sides.counterpart(resource.address)
    have = other.attributes if other else {}
    left = _left_as_it_is(resource, other, sides)
    attributes = {k: v for k, v in resource.attributes.items() if k not in left}
    unknown = [*resource.unknown, *left]
    refs = [r for r in KINDS[resource.kind].refs if r.optional and r.name not in left]
    for ref in (r for r in refs if _said(r.name, resource, other)):
        value = attributes.pop(ref.name, [])
        if isinstance(value, list) and other and _sent_whole(resource, sides):
            unknown.append(ref.name)
            findings += _left(ref.name, value, resource.address, other, sides)
            continue
        present = {sides.rename.get(x, x) for x in links(have.get(ref.name))}
        absent = [x for x in links(value) if x not in present]
        lost = {x for x in absent if not available(x, sides)}
        shut = {
            x: why for x in absent if (why := outside(resource.kind, sides.counterpart(x.to), sides.observed))
        }
        findings += [_left_alone(resource, ref.name, x, why) for x, why in sorted(shut.items())]
        out = lost | shut.keys()
        kept = [x for x in value if out.isdisjoint(links(x))] if isinstance(value, list) else value
        if isinstance(value, list) and other:
            held = _protected(resource, other, ref.name, sides)
            if sides.desired.partial:
                held = _observed(other, ref.name, sides)
            kept = [*kept, *(x for x in held if set(links(kept)).isdisjoint(links(x)))]
            if all(isinstance(x, Link) for x in kept):
                kept.sort()
        if kept and (isinstance(value, list) or not lost):
            attributes[ref.name] = kept
        elif lost and ref.name == OWNER and owners.heir and other is None:
            attributes[ref.name] = owners.heir
        elif lost and not isinstance(value, list):
            unknown.append(ref.name)
        level = owners.level if ref.name == OWNER else "warning"
        findings += [
            Finding(level, resource.address, _absent(ref.name, x, sides), _at(x, ref.name))
            for x in sorted(lost)
        ]
    if other and MISSING in attributes.get("query", {}):
        # what could not be read is no reason to change what is there
        del attributes["query"]
        unknown.append("query")
    loose = KINDS[resource.kind].loose_parts
    broken = [_broken(p, sides, loose) for p in resource.parts]
    return _with(resource, attributes, broken, tuple(unknown), there=other is not None)


def _with(
    resource: Resource, attributes: Attributes, broken: list[str], unknown: tuple[str, ...], *, there: bool
) -> Resource:
    """A resource that says this; the very same where it is on the target and says it already."""
    known = unknown == resource.unknown and broken == [p.broken for p in resource.parts]
    if there and known and attributes == resource.attributes:
        return resource
    parts = [structs.replace(p, broken=why) for p, why in zip(resource.parts, broken, strict=True)]
    return structs.replace(resource, attributes=attributes, parts=parts, unknown=unknown)


def _sent_whole(resource: Resource, sides: Sides) -> bool:
    """Whether Looker replaces lists of this kind as a whole, on a target that may not show all of them.

    What the caller is not shown of them would be erased (resource notes, 1.9 and 4.13).
    """
    return bool(sides.observed.partial) and resource.kind in _REPLACED


def _left(name: str, value: list[Value], address: str, other: Resource, sides: Sides) -> Iterator[Finding]:
    if value != list(_observed(other, name, sides)):
        yield Finding("warning", address, f"{name}: left as they are on the target, which may not show all")


def _left_as_it_is(resource: Resource, other: Resource | None, sides: Sides) -> list[str]:
    """What is not for the caller to say: who owns what if he is no admin, and what would shut himself out.

    Resource notes, sections 4.2 and 4.14, and section 8 of oneself.
    """
    if other is not None and other.address == sides.observed.caller:
        return ["is_disabled", "can_manage_api3_creds"]
    owned = any(ref.name == OWNER for ref in KINDS[resource.kind].refs)
    return [OWNER] if sides.observed.partial and owned else []


def _said(name: str, desired: Resource, observed: Resource | None) -> bool:
    """Whether a reference is one of the desired side, or a list that the observed side has."""
    have = observed.attributes.get(name) if observed else None
    return name in desired.attributes or (isinstance(have, list) and name not in desired.unknown)


def _observed(observed: Resource, name: str, sides: Sides) -> Iterator[Value]:
    """All items that the target has, in the desired side's words."""
    for item in observed.attributes.get(name) or []:
        yield replace(item, lambda link: sides.rename.get(link, link), lambda text: text)


def _protected(desired: Resource, observed: Resource, name: str, sides: Sides) -> Iterator[Value]:
    """Items that nobody takes out: of groups of the identity provider, and of the caller himself.

    Looker refuses to change what is externally managed (resource notes, 1.9), and who removes himself
    may have no right left to put it right.
    """
    if KINDS[desired.kind].of:
        yield from _kept_grants(desired, observed, name, sides)
        return
    for item in observed.attributes.get(name) or []:
        whose = [sides.observed.resources.get(link.to) for link in links(item)]
        if any(r and _stays(r, desired.kind, sides) for r in whose):
            yield replace(item, lambda link: sides.rename.get(link, link), lambda text: text)


def _stays(member: Resource, kind: str, sides: Sides) -> bool:
    is_caller = member.address == sides.observed.caller
    return (
        is_caller
        or (member.kind == "group" and bool(member.guard))
        or bool(outside(kind, member, sides.observed))
    )


def _left_alone(resource: Resource, name: str, link: Link, why: str) -> Finding:
    text = f"{name}: {link.to} is left as the target has it: {why}"
    return Finding("warning", resource.address, text, _at(link, name))


def _kept_grants(desired: Resource, observed: Resource, name: str, sides: Sides) -> Iterator[Link]:
    """Who keeps access that nothing is said of: everybody to what is shared, and the caller himself."""
    if desired.attributes.get("inherits"):
        return
    folder = sides.desired.resources.get(desired.parent)
    at_root = folder is not None and folder.kind == "folder" and not folder.parent
    said = set(links(desired.attributes))
    for link in links(observed.attributes.get(name)):
        resource = sides.observed.resources.get(link.to)
        everybody = at_root and resource is not None and resource.guard == EVERYBODY
        if (everybody or link.to == sides.observed.caller) and sides.rename.get(link, link) not in said:
            yield sides.rename.get(link, link)


def _at(link: Link, *names: str) -> tuple[str, ...]:
    """Where in its document something refers to that."""
    return (*names, f"={link.to}")


def _absent(name: str, link: Link, sides: Sides) -> str:
    return f"{name}: {_name(link, sides)} is not on the target"


def _broken(part: Part, sides: Sides, loose: bool) -> str:
    """Why a part cannot be had: what it shows was gone already, could not be read, or has no like here."""
    told = list(links(part.attributes))
    gone = [
        link.to
        for link in told
        if link.to and link.to not in sides.pairing.observed and link.to not in sides.desired.resources
    ]
    for field, name in (("merge", "merge query"), ("query", "query"), ("filter", "filter")):
        value = part.attributes.get(field)
        if isinstance(value, dict) and MISSING in value:
            gone.append(f"{name} {value[MISSING]}")
    if part.attributes.get("type") == "vis" and not SOURCES & part.attributes.keys():
        gone.append("a source that the API can write (SQL Runner queries are none)")
    if gone:
        return f"{', '.join(gone)} is gone at the source"
    lost = [x for x in told if loose and not available(x, sides)]
    return f"{', '.join(_name(x, sides) for x in lost)} is not on the target" if lost else ""


def _left_out(resources: dict[str, Resource], sides: Sides, findings: list[Finding]) -> set[str]:
    """Resources with a required reference that cannot be had, and all that depend on those."""
    out = {a for a, r in resources.items() if MISSING in r.attributes.get("query", {})}
    findings += [
        Finding("warning", a, "left out: its query could not be read", ("query",)) for a in sorted(out)
    ]
    needs = {a: set(_required(r)) for a, r in resources.items() if not r.guard}
    while True:
        more = {
            address: lost
            for address, wanted in needs.items()
            if address not in out
            if (
                lost := [
                    x
                    for x in wanted
                    if x.to in out or not available(x, sides) or _unmade(x, resources, sides, out)
                ]
            )
            if address not in sides.pairing.observed or any(x.to in resources for x in lost)
        }
        if not more:
            return out
        for address, lost in sorted(more.items()):
            findings += [_missing(address, link, sides, out) for link in sorted(lost)]
        out |= set(more)


def _unmade(link: Link, resources: Mapping[str, Resource], sides: Sides, out: Set[str]) -> bool:
    """Whether a link leads to a part that is left out, and that the target does not have."""
    if not (link.to and link.part) or link.part in sides.parts.get(link.to, {}):
        return False
    parts = resources[link.to].parts if link.to in resources else []
    return any(part.slot == link.part and (part.broken or _shows(part, out, sides)) for part in parts)


def _shows(part: Part, out: Set[str], sides: Sides) -> list[str]:
    """What a part shows that is left out, and that the target does not have."""
    return [x.to for x in links(part.attributes) if x.to in out and x.to not in sides.pairing.observed]


def _required(resource: Resource) -> Iterator[Link]:
    optional = {r.name for r in KINDS[resource.kind].refs if r.optional}
    for name, value in resource.attributes.items():
        if name not in optional:
            yield from links(value)
    for part in [] if KINDS[resource.kind].loose_parts else resource.parts:
        if not part.broken:
            yield from links(part.attributes)


def _name(link: Link, sides: Sides) -> str:
    """An address, and why it is not managed where it is not."""
    target = sides.desired.resources.get(link.to)
    return f"{link.to} ({target.guard})" if target is not None and target.guard else link.to


def _missing(address: str, link: Link, sides: Sides, out: Set[str]) -> Finding:
    """Why something is left out; a guarded target is nobody's mistake, a missing one may be."""
    target, at = sides.desired.resources.get(link.to), _at(link)
    if target is not None and target.guard:
        return Finding("warning", address, f"left out: {_name(link, sides)} is not on the target", at)
    if target is not None:
        part = "" if link.to in out else f"the {link.part.partition(':')[0]} of "
        return Finding("warning", address, f"left out: {part}{link.to} is left out", at)
    return Finding("error", address, f"refers to {link.to}, which is neither desired nor on the target", at)

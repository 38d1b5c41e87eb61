"""What of the desired side can be had on the target: references that lead nowhere are settled first.

An optional reference (an owner, a member) that cannot be had is left as the target has it; a resource
whose required reference cannot be had is left out, and so is what depends on it. Each is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import structs

from lookervault.model.catalog import KINDS
from lookervault.model.queries import MISSING
from lookervault.model.resource import Finding, Part, Resource, State
from lookervault.model.values import Link, links
from lookervault.plan.pair import Pairing

PERSONAL = "@user:"


class Settled(NamedTuple):
    """The desired state with only what can be had, and what a reader must know of the rest."""

    state: State
    findings: list[Finding]


def settle(desired: State, observed: State, pairing: Pairing) -> Settled:
    """The part of the desired state that the target can hold."""
    findings: list[Finding] = []
    resources = {
        address: _settle_optional(resource, desired, observed, pairing, findings)
        for address, resource in desired.resources.items()
    }
    left_out = _left_out(resources, desired, pairing, findings)
    kept = {a: r for a, r in resources.items() if a not in left_out}
    state = State(desired.host, desired.scope, kept, desired.ids, desired.findings, desired.trash_slugs)
    return Settled(state, findings)


def available(link: Link, desired: State, pairing: Pairing) -> bool:
    """Whether a desired link has or will have something on the target to point at."""
    if not link.to or link.to in pairing.observed:
        return True
    target = desired.resources.get(link.to)
    if target is None:
        return False
    if target.kind == "folder" and target.name.startswith(PERSONAL):
        # a personal folder comes into being with its user (resource notes, section 4.1)
        owner = f"user:{target.name.removeprefix(PERSONAL)}"
        return owner not in pairing.observed and available(Link(owner), desired, pairing)
    return not target.guard


def _settle_optional(
    resource: Resource, desired: State, observed: State, pairing: Pairing, findings: list[Finding]
) -> Resource:
    kind = KINDS[resource.kind]
    if resource.guard:
        return resource
    at = pairing.observed.get(resource.address)
    have = observed.resources[at].attributes if at else {}
    attributes, unknown = dict(resource.attributes), list(resource.unknown)
    for ref in (r for r in kind.refs if r.optional and r.name in attributes):
        value = attributes[ref.name]
        present = set(links(have.get(ref.name)))
        lost = [x for x in links(value) if x not in present and not available(x, desired, pairing)]
        if not lost:
            continue
        findings += [
            Finding("warning", resource.address, f"{ref.name}: {_name(x, desired)} is not on the target")
            for x in lost
        ]
        kept = [x for x in value if x not in lost] if isinstance(value, list) else []
        if kept:
            attributes[ref.name] = kept
        else:
            del attributes[ref.name]
        if not isinstance(value, list):
            unknown.append(ref.name)
    in_place = at is not None and desired.host == observed.host
    parts = resource.parts if in_place else list(_settle_parts(resource, desired, pairing, findings))
    return structs.replace(resource, attributes=attributes, parts=parts, unknown=tuple(unknown))


def _settle_parts(
    resource: Resource, desired: State, pairing: Pairing, findings: list[Finding]
) -> Iterator[Part]:
    """Parts without those whose source was already gone on the desired side."""
    for part in resource.parts:
        gone = [
            link.to
            for link in links(part.attributes)
            if link.to and link.to not in pairing.observed and link.to not in desired.resources
        ]
        merge = part.attributes.get("merge", {})
        if MISSING in merge:
            gone.append(f"merge query {merge[MISSING]}")
        if gone:
            message = f'{part.kind} "{part.label}" is left out: {", ".join(gone)} is gone at the source'
            findings.append(Finding("warning", resource.address, message))
        else:
            yield part


def _left_out(
    resources: dict[str, Resource], desired: State, pairing: Pairing, findings: list[Finding]
) -> set[str]:
    """Resources with a required reference that cannot be had, and all that depend on those."""
    out: set[str] = set()
    needs = {a: set(_required(r)) for a, r in resources.items() if not r.guard}
    while True:
        more = {
            address: lost
            for address, wanted in needs.items()
            if address not in out
            if (lost := [x for x in wanted if x.to in out or not available(x, desired, pairing)])
            if address not in pairing.observed or any(x.to in desired.resources for x in lost)
        }
        if not more:
            return out
        for address, lost in sorted(more.items()):
            findings += [_missing(address, link, desired) for link in sorted(lost)]
        out |= set(more)


def _required(resource: Resource) -> Iterator[Link]:
    optional = {r.name for r in KINDS[resource.kind].refs if r.optional}
    for name, value in resource.attributes.items():
        if name not in optional:
            yield from links(value)
    for part in resource.parts:
        yield from links(part.attributes)


def _name(link: Link, desired: State) -> str:
    """An address, and why it is not managed where it is not."""
    target = desired.resources.get(link.to)
    return f"{link.to} ({target.guard})" if target is not None and target.guard else link.to


def _missing(address: str, link: Link, desired: State) -> Finding:
    """Why something is left out; a guarded target is nobody's mistake, a missing one may be."""
    target = desired.resources.get(link.to)
    if target is not None and target.guard:
        return Finding("warning", address, f"left out: {_name(link, desired)} is not on the target")
    if target is not None:
        return Finding("warning", address, f"left out: {link.to} is left out")
    return Finding("error", address, f"refers to {link.to}, which is neither desired nor on the target")

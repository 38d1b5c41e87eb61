"""Defaults of built-in user attributes, such as the landing page: set where the caller may (section 4.13).

Of these Looker lets values be set, and the definition not; whether the default is one or the other, it tells
by `can.update`. Where it may not be changed, the target keeps its own, and a finding says so.
"""

from __future__ import annotations

from msgspec import structs

from lookervault.model.normal import comparable, same
from lookervault.model.resource import Finding, Resource
from lookervault.model.settings import only_values
from lookervault.plan.pair import Sides
from lookervault.plan.settle import Settled

DEFAULT = "default_value"


def keep_defaults(sides: Sides) -> Settled:
    """The sides with no default desired that cannot be set."""
    findings: list[Finding] = []
    resources = dict(sides.desired.resources)
    for address, resource in sides.desired.resources.items():
        other = sides.counterpart(address) if resource.kind == "user_attribute" else None
        if other is None or resource.guard or not only_values(resource.attributes):
            continue
        if "update" in other.refused and _differs(resource, other, sides):
            text = f"its default stays {_shown(other)}: Looker does not let this caller change it"
            findings.append(Finding("warning", address, text))
            unknown = (*resource.unknown, DEFAULT)
            resources[address] = structs.replace(resource, unknown=unknown)
    desired = structs.replace(sides.desired, resources=resources)
    return Settled(structs.replace(sides, desired=desired), findings)


def _differs(desired: Resource, observed: Resource, sides: Sides) -> bool:
    want, have = (
        comparable({DEFAULT: r.attributes[DEFAULT]} if DEFAULT in r.attributes else {}, names)
        for r, names in ((desired, {}), (observed, sides.rename))
    )
    return not same(want, have)


def _shown(observed: Resource) -> str:
    return repr(str(observed.attributes.get(DEFAULT) or ""))

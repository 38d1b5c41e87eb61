"""Connections that models name: other instances may call them otherwise, or not have them (4.17, 4.18)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from lookervault.model.resource import Finding, Resource
from lookervault.plan.pair import Sides
from lookervault.plan.settle import Settled

FIELD = "allowed_db_connection_names"


def translate_connections(sides: Sides) -> Settled:
    """The sides with the names that the target's connections have there; no model names one it lacks."""
    findings: list[Finding] = []
    resources = {
        address: _configured(resource, sides, findings) if _names_some(resource) else resource
        for address, resource in sides.desired.resources.items()
    }
    return Settled(
        structs.replace(sides, desired=structs.replace(sides.desired, resources=resources)), findings
    )


def _names_some(resource: Resource) -> bool:
    return resource.kind == "lookml_model" and not resource.guard and FIELD in resource.attributes


def _configured(resource: Resource, sides: Sides, findings: list[Finding]) -> Resource:
    """A model that is there keeps its connections as a whole where one of those wanted is missing."""
    wanted = {name: _there(name, sides) for name in resource.attributes[FIELD]}
    other = sides.counterpart(resource.address)
    has = set(other.attributes.get(FIELD, [])) if other else set()
    lost = [name for name, there in wanted.items() if not there and name not in has]
    findings += _missing(resource.address, lost)
    attributes = {**resource.attributes, FIELD: sorted({there or name for name, there in wanted.items()})}
    if not lost:
        return structs.replace(resource, attributes=attributes)
    rest = [name for name in attributes.pop(FIELD) if name not in lost]
    if other:
        return structs.replace(resource, attributes=attributes, unknown=(*resource.unknown, FIELD))
    # none at all reads as nothing, as it does where it is read back
    return structs.replace(resource, attributes={**attributes, FIELD: rest} if rest else attributes)


def _there(name: str, sides: Sides) -> str:
    """What the target calls a connection, or nothing where it has none of that name for sure."""
    address = f"connection:{name.casefold()}"
    other = sides.counterpart(address)
    if other is not None:
        return other.id
    told = sides.observed.scope.get("connection") == "complete"
    return "" if told and address not in sides.observed.resources else name


def _missing(address: str, names: list[str]) -> Iterator[Finding]:
    for name in names:
        text = f"may use the connection {name}, which is not on the target"
        yield Finding("warning", address, text, (FIELD, f"={name}"))

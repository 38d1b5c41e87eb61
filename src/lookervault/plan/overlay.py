"""What is otherwise on one target than the desired state says (requirements, row G5)."""

from __future__ import annotations

import difflib
import fnmatch
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import structs

from lookervault.errors import ConfigError
from lookervault.model.address import Address
from lookervault.model.catalog import KINDS
from lookervault.model.normal import comparable, exact
from lookervault.model.resource import Attributes, Finding, Part, Resource, State
from lookervault.model.values import Link, Value
from lookervault.plan.owners import OWNER

_CONNECTIONS = "allowed_db_connection_names"
# where a destination says whom it reaches
_REACHED = {"scheduled_plan": "address", "alert": "email_address"}


class Overlay(msgspec.Struct, frozen=True):
    """What is otherwise there: names and addresses by what they are at the source.

    `schedule_addresses` may be globs. `ignore_fields` are `kind.field` or, of parts, `kind.part.field`;
    `ignore` addresses or globs.
    """

    models: Mapping[str, str] = {}
    connections: Mapping[str, str] = {}
    schedule_addresses: Mapping[str, str] = {}
    owners: Mapping[str, str] = {}
    ignore_fields: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @property
    def spared(self) -> tuple[str, ...]:
        """What no pruning deletes: what is ignored, and models that go by another name at the source."""
        models = (str(Address("lookml_model", (name,))) for name in self.models.values())
        return (*self.ignore, *models)


NO_OVERLAY = Overlay()


class Overlaid(msgspec.Struct):
    """The state with the overlay on it, and what that changed."""

    state: State
    findings: list[Finding]


def overlaid(state: State, overlay: Overlay, host: str) -> Overlaid:
    """The state as it is desired on the target of that host; names are mapped only between two instances.

    ConfigError where it names a field or kind that there is not.
    """
    ignored = _ignored_fields(overlay.ignore_fields)
    if overlay == NO_OVERLAY:
        return Overlaid(state, [])
    used: Counter[str] = Counter()
    names = overlay if state.host != host else NO_OVERLAY
    resources = {
        address: _left_alone(_mapped(resource, names, used), overlay.ignore, ignored, used)
        for address, resource in state.resources.items()
    }
    for owner in {_user(email) for email in names.owners.values()}:
        resources.setdefault(str(owner), _somebody(owner))
    findings = [
        Finding("warning", "overlay", f"{what}, in {count} object{'s' if count > 1 else ''}")
        for what, count in sorted(used.items())
        if count
    ]
    return Overlaid(structs.replace(state, resources=resources), findings)


def _user(email: str) -> Address:
    return Address("user", (email.strip().lower(),))


def _somebody(user: Address) -> Resource:
    """A user of the target whom the source need not have."""
    return Resource(str(user), "user", "", user.key[0], "", {}, guard="named by an overlay")


def _mapped(resource: Resource, overlay: Overlay, used: Counter[str]) -> Resource:
    """The resource in the names of the target; a model of another name has its own settings there."""
    if resource.kind == "lookml_model" and resource.name in overlay.models:
        return structs.replace(resource, guard=resource.guard or "another model by an overlay")
    told: set[str] = set()
    attributes = {
        name: _value(resource.kind, name, value, overlay, told) for name, value in resource.attributes.items()
    }
    parts = [
        structs.replace(p, attributes=_renamed_models(p.attributes, overlay.models, told))
        for p in resource.parts
    ]
    used.update(told)
    return structs.replace(resource, attributes=attributes, parts=parts) if told else resource


def _value(kind: str, name: str, value: Value, overlay: Overlay, told: set[str]) -> Value:
    if name == OWNER and isinstance(value, Link):
        return _owner(value, overlay, told)
    if name == "destinations":
        return _destinations(value, _REACHED.get(kind, ""), overlay.schedule_addresses, told)
    if name == _CONNECTIONS:
        return sorted({_named("connection", x, overlay.connections, told) for x in value})
    if (kind, name) == ("model_set", "models"):
        return sorted({_named("model", x, overlay.models, told) for x in value})
    if name == "datagroup" and isinstance(value, str):
        model, colons, rest = value.partition("::")
        return _named("model", model, overlay.models, told) + colons + rest
    return _renamed_models(value, overlay.models, told)


def _named(what: str, name: str, names: Mapping[str, str], told: set[str]) -> str:
    if name not in names or names[name] == name:
        return name
    told.add(f"{what} {name} is {names[name]} here")
    return names[name]


def _owner(link: Link, overlay: Overlay, told: set[str]) -> Link:
    for email, other in overlay.owners.items():
        if link.to == str(_user(email)):
            told.add(f"what {email} owns is {other}'s here")
            return Link(str(_user(other)), link.part)
    return link


def _destinations(
    found: list[Attributes], field: str, addresses: Mapping[str, str], told: set[str]
) -> list[Value]:
    """Destinations by whom they reach here, in their canonical order; two may become one."""
    kept: dict[bytes, Attributes] = {}
    for item in found:
        reached = item.get(field)
        pattern = _fitting(reached, addresses) if isinstance(reached, str) else None
        if pattern is not None and addresses[pattern] != reached:
            told.add(f"what is sent to {pattern} goes to {addresses[pattern]} here")
            item = {**item, field: addresses[pattern]}
        kept[exact(comparable(item))] = item
    return [kept[key] for key in sorted(kept)]


def _fitting(text: str, patterns: Mapping[str, str]) -> str | None:
    """The very text, else the first glob that fits; e-mail addresses are the same in any case."""
    if text in patterns:
        return text
    return next((p for p in patterns if fnmatch.fnmatchcase(text.lower(), p.lower())), None)


def _renamed_models(value: Value, models: Mapping[str, str], told: set[str]) -> Any:
    """A copy of a value with every query, filter and watched field on the models of the target."""
    if not models:
        return value
    if isinstance(value, dict):
        return {
            k: _named("model", v, models, told)
            if k == "model" and isinstance(v, str)
            else _renamed_models(v, models, told)
            for k, v in value.items()
        }
    return [_renamed_models(v, models, told) for v in value] if isinstance(value, list) else value


def _left_alone(
    resource: Resource, addresses: tuple[str, ...], fields: Mapping[str, set[str]], used: Counter[str]
) -> Resource:
    """The resource with what is never compared: all of it, or some fields."""
    for pattern in addresses:
        if resource.address == pattern or fnmatch.fnmatchcase(resource.address, pattern):
            used[f"{pattern} is ignored"] += not resource.guard
            return structs.replace(resource, guard=resource.guard or "ignored by an overlay")
    own = fields.get(resource.kind, set())
    parts = [_without(p, fields.get(f"{resource.kind}.{p.kind}", set())) for p in resource.parts]
    return structs.replace(resource, unknown=(*resource.unknown, *sorted(own)), parts=parts)


def _without(part: Part, fields: set[str]) -> Part:
    return structs.replace(part, ignored=(*part.ignored, *sorted(fields))) if fields else part


def _ignored_fields(names: tuple[str, ...]) -> dict[str, set[str]]:
    """Fields by `kind` or `kind.part`."""
    found: dict[str, set[str]] = {}
    for name in names:
        where, dot, field = name.rpartition(".")
        kind = where.partition(".")[0]
        if not dot or kind not in KINDS:
            close = difflib.get_close_matches(kind or name, KINDS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "write it as dashboard.description"
            raise ConfigError(f"ignore_fields: {name!r} is no field of a kind", hint=hint)
        found.setdefault(where, set()).add(field)
    return found

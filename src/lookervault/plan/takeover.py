"""The desired side with what was changed in Looker taken over, and nothing else (requirements, row B12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from lookervault.model.content import element_label
from lookervault.model.resource import Attributes, Part, Resource
from lookervault.model.values import JsonText, Link, LinkedText, replace
from lookervault.plan.change import Action, Change, Origin, PartChange
from lookervault.plan.parts import PartPairs

Rename = Mapping[Link, Link]


def is_drift(change: Change) -> bool:
    """Whether anything of a change was brought about in Looker."""
    return "drift" in _whose(change)


def is_conflict(change: Change) -> bool:
    """Whether anything of a change was brought about on both sides."""
    return "conflict" in _whose(change)


def is_yours(change: Change) -> bool:
    """Whether all of a change was brought about on the desired side."""
    return _whose(change) == {"you"}


def _whose(change: Change) -> set[str]:
    owners: list[Change | PartChange] = [change, *change.parts]
    return {origin for x in owners for origin in (x.origin, *x.origins.values()) if origin}


def left_over(change: Change) -> list[str]:
    """What of a change is not taken over, and why."""
    found = []
    owners: list[Change | PartChange] = [change, *change.parts]
    for owner in owners:
        where = f'{owner.kind} "{owner.label}" ' if isinstance(owner, PartChange) else ""
        for key, origin in owner.origins.items():
            if origin != "drift":
                said = "conflict" if origin == "conflict" else "changed here"
                found.append(f"{where}{key.replace(chr(0), '.')} ({said})")
        if owner.origin == "you":
            found.append(f"{where}(changed here)".strip())
    return found


def only_updates(change: Change) -> bool:
    """Whether nothing comes or goes by a change, no part either."""
    return {change.action, *(p.action for p in change.parts)} == {Action.UPDATE}


def open_keys(change: Change) -> dict[str, list[str]]:
    """The differences that are not taken over, by the slot of their part."""
    owners: list[tuple[str, Change | PartChange]] = [("", change), *((p.slot, p) for p in change.parts)]
    found = {slot: [k for k, origin in owner.origins.items() if origin != "drift"] for slot, owner in owners}
    return {slot: keys for slot, keys in found.items() if keys}


def taken(
    change: Change, desired: Resource, observed: Resource, pairs: PartPairs, rename: Rename
) -> Resource:
    """The desired resource with all that drifted as the instance has it; the rest as it was."""
    names = {**rename, **{Link("", other.slot): Link("", slot) for slot, other in pairs.items()}}
    layouts = {o.key: slot.partition(":")[2] for slot, o in pairs.items() if o.kind == "layout"}
    changes = {p.slot: p for p in change.parts}
    gone = {p.slot for p in change.parts if p.action is Action.CREATE and p.origin == "drift"}
    parts = [
        _part(p, changes[p.slot], pairs.get(p.slot), names, layouts) if p.slot in changes else p
        for p in desired.parts
        if p.slot not in gone
    ]
    added = {(p.kind, p.id) for p in change.parts if p.action is Action.DELETE and p.origin == "drift"}
    parts += [_named_part(p, names, layouts) for p in observed.parts if (p.kind, p.id) in added]
    attributes = _merged(desired.attributes, _named(observed.attributes, names), change.origins)
    return structs.replace(desired, attributes=attributes, parts=parts)


def renamed(resource: Resource, names: Rename) -> Resource:
    """A resource with all that it refers to under other names."""
    parts = [structs.replace(p, attributes=_named(p.attributes, names)) for p in resource.parts]
    return structs.replace(resource, attributes=_named(resource.attributes, names), parts=parts)


def _part(
    part: Part, change: PartChange, other: Part | None, names: Rename, layouts: Mapping[str, str]
) -> Part:
    if change.action is not Action.UPDATE or other is None:
        return part
    there = _named_part(other, names, layouts)
    moved = change.home and {*change.origins.values()} <= {"drift"}
    attributes = _merged(part.attributes, there.attributes, change.origins)
    # other documents know an element by what it is called
    label = element_label(attributes) if part.kind == "element" else part.label
    home = there.home if moved else part.home
    return structs.replace(part, attributes=attributes, label=label, home=home)


def _named_part(part: Part, names: Rename, layouts: Mapping[str, str]) -> Part:
    """An observed part as the desired side would call what it refers to."""
    attributes = _named(part.attributes, names)
    if "positions" in attributes:
        attributes["positions"] = {layouts.get(k, k): v for k, v in attributes["positions"].items()}
    return structs.replace(part, attributes=attributes, home=layouts.get(part.home, part.home))


def _merged(want: Attributes, have: Attributes, origins: Mapping[str, Origin]) -> Attributes:
    """What is desired, with every value that drifted as it is."""
    found = dict(want)
    by_name: dict[str, list[list[str]]] = {}
    for key in (k for k, origin in origins.items() if origin == "drift"):
        name, *rest = key.split("\0")
        by_name.setdefault(name, []).append(rest)
    for name, paths in by_name.items():
        whole = all(o == "drift" for k, o in origins.items() if k.split("\0")[0] == name)
        value = have.get(name) if whole else _put_all(found.get(name), have.get(name), paths)
        found[name] = value
    return {k: v for k, v in found.items() if v is not None}


def _put_all(want: Any, have: Any, paths: list[list[str]]) -> Any:
    for path in paths:
        want = _put(want, have, path)
    return want


def _put(want: Any, have: Any, path: list[str]) -> Any:
    """A copy of a mapping with one place as another has it; what is no mapping stays as it is."""
    if not isinstance(want, dict) or not isinstance(have, dict) or not path:
        return want
    step, *rest = path
    value = _put(want.get(step), have.get(step), rest) if rest else have.get(step)
    return {k: v for k, v in {**want, step: value}.items() if v is not None}


def _named(attributes: Attributes, names: Rename) -> Attributes:
    def link(found: Link) -> Link:
        exact = names.get(found)
        if exact is not None or not found.part:
            return exact or found
        owner = names.get(Link(found.to))
        return Link(owner.to, found.part) if owner and found.to else found

    def json(text: JsonText) -> JsonText:
        return JsonText(text.text.replaced(link)) if isinstance(text.text, LinkedText) else text

    found: Attributes = replace(attributes, link, json)
    return found

"""Who changed what: each difference seen from a base that both sides once were (requirements, row B1).

`you`: the desired side changed since the base; `drift`: somebody changed it in Looker; `conflict`: both
did, and not to the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookervault.model.content import meaning
from lookervault.model.normal import comparable, same
from lookervault.model.resource import Attributes, Finding, Part, Resource, State
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change, Origin, PartChange
from lookervault.plan.edits import Path, edits
from lookervault.plan.pair import Sides, pair, pair_resource_parts
from lookervault.plan.policy import OnConflict

_HOW = "decide with --on-conflict desired or --on-conflict live, or plan again from a newer state"


def judge(changes: list[Change], sides: Sides, base: State, on_conflict: OnConflict) -> list[Finding]:
    """Marks every difference with its origin; conflicts are settled as asked for, or stop the plan."""
    before = pair(sides.desired, base, {})
    findings = []
    for change in changes:
        _judge(change, before, sides)
        findings += _settled(change, on_conflict)
    changes[:] = [c for c in changes if c.action is not Action.UPDATE or _something(c)]
    return findings


def _something(change: Change) -> bool:
    return bool(change.before or change.after or change.parts or change.restored)


def _judge(change: Change, before: Sides, sides: Sides) -> None:
    was = before.counterpart(change.address) or before.observed.resources.get(change.address)
    seen = sides.observed.resources.get(change.was or change.address)
    if change.action is not Action.UPDATE:
        change.origin = _whole(change.action, was is not None)
        return
    rename: Mapping[Link, Link] = before.rename
    wanted = sides.desired.resources.get(change.address)
    parts = {}
    if was and wanted and change.parts:
        pairs = before.parts.get(change.address)
        parts = pair_resource_parts(wanted, was, before, {}) if pairs is None else pairs
        slots = {Link("", other.slot): Link("", slot) for slot, other in parts.items()}
        rename = {**rename, **slots}
    change.origins = _origins(change, was.attributes if was else {}, rename)
    for part in change.parts:
        _judge_part(part, parts.get(part.slot), was, rename)
    if seen and _touched(change):
        change.touched_at, change.touched_by = seen.usage.updated_at, seen.usage.updated_by


def _touched(change: Change) -> bool:
    origins = {change.origin, *change.origins.values()}
    for part in change.parts:
        origins |= {part.origin, *part.origins.values()}
    return bool(origins & {"drift", "conflict"})


def _whole(action: Action, in_base: bool) -> Origin:
    """Of what comes or goes as a whole: in the base it was there, or it was not."""
    if action is Action.CREATE:
        return "drift" if in_base else "you"
    return "you" if in_base else "drift"


def _judge_part(
    part: PartChange, was: Part | None, owner: Resource | None, rename: Mapping[Link, Link]
) -> None:
    if part.action is Action.UPDATE:
        part.origins = _origins(part, was.attributes if was else {}, rename)
    elif part.action is Action.CREATE:
        part.origin = _whole(part.action, was is not None)
    else:
        known = next((p for p in owner.parts if _alike(part, p, rename)), None) if owner else None
        part.origin = _whole(part.action, known is not None)


def _alike(part: PartChange, other: Part, rename: Mapping[Link, Link]) -> bool:
    """Whether a part that goes is one that the base had: the same name and content."""
    if (part.kind, part.label) != (other.kind, other.label):
        return False
    return same(comparable(meaning(part.before)), comparable(meaning(other.attributes), rename))


def _origins(owner: Change | PartChange, was: Attributes, rename: Mapping[Link, Link]) -> dict[str, Origin]:
    base = comparable(meaning(was), rename)
    have, want = owner.before, comparable(meaning(owner.after))
    found: dict[str, Origin] = {}
    for edit in edits(owner.before, owner.after):
        at = place(edit.path)
        found[key(at)] = _origin(*(_at(side, at) for side in (base, have, want)))
    return found


def _origin(base: Any, have: Any, want: Any) -> Origin:
    if same(base, have):
        return "you"
    return "drift" if same(base, want) else "conflict"


def place(path: Path) -> Path:
    """A path as far as it has names: the places in a list are not the same on three sides."""
    names = [n for n, step in enumerate(path) if isinstance(step, int)]
    return path[: names[0]] if names else path


def key(path: Path) -> str:
    """By which the origin of an edit is kept."""
    return "\0".join(map(str, place(path)))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _settled(change: Change, on_conflict: OnConflict) -> list[Finding]:
    """What is said of the conflicts of one change; with `live`, what Looker has is kept."""
    findings = []
    for owner in _owners(change):
        for at in [k for k, origin in owner.origins.items() if origin == "conflict"]:
            name = ".".join(at.split("\0"))
            where = name if owner is change else f'{owner.kind} "{_label(owner)}" {name}'
            findings.append(_finding(change.address, where, on_conflict))
            if on_conflict == "live":
                _keep_live(owner, at)
    change.parts = [p for p in change.parts if p.action is not Action.UPDATE or p.before or p.after or p.home]
    return findings


def _owners(change: Change) -> list[Change | PartChange]:
    return [change, *change.parts]


def _label(owner: Change | PartChange) -> str:
    return owner.label if isinstance(owner, PartChange) else owner.name


def _finding(address: str, where: str, on_conflict: OnConflict) -> Finding:
    both = f"{where} was changed here and in Looker"
    if on_conflict == "stop":
        return Finding("error", address, f"conflict: {both}; {_HOW}")
    kept = "what is desired wins" if on_conflict == "desired" else "Looker's stays"
    return Finding("warning", address, f"{both}; {kept}")


def _keep_live(owner: Change | PartChange, at: str) -> None:
    """Takes one difference out of a change: its value stays what it is."""
    name, *rest = at.split("\0")
    value = owner.after.get(name)
    if rest and isinstance(value, dict):
        owner.after[name] = _put(value, rest, _at(owner.before.get(name), tuple(rest)))
        left = same(comparable(owner.after[name]), owner.before.get(name))
    else:
        left = True
    if left:
        owner.before.pop(name, None)
        owner.after.pop(name, None)
        owner.unchanged += 1
    del owner.origins[at]


def _put(value: Any, path: list[str], new: Any) -> Any:
    """A copy of a mapping with one place changed; None takes it out."""
    step, *rest = path
    inner = value if isinstance(value, dict) else {}
    put = _put(inner.get(step), rest, new) if rest else new
    return {k: v for k, v in {**inner, step: put}.items() if v is not None}

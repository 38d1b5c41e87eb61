"""Who changed what: each difference seen from a base that both sides once were (requirements, row B1).

`you`: the desired side changed since the base; `drift`: somebody changed it in Looker; `conflict`: both
did, and not to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.content import meaning
from lookervault.model.normal import comparable, exact, in_order, same
from lookervault.model.resource import Attributes, Finding, Part, Resource, State
from lookervault.model.values import Link, in_texts
from lookervault.plan.change import Action, Change, Origin, PartChange
from lookervault.plan.defaults import Echoes
from lookervault.plan.edits import Path, edits
from lookervault.plan.lens import At, echoed
from lookervault.plan.pair import Sides, pair, pair_resource_parts
from lookervault.plan.parts import PartPairs, pair_parts
from lookervault.plan.policy import OnConflict
from lookervault.plan.texts import lowered

_HOW = "decide with --on-conflict desired or --on-conflict live, or plan again from a newer state"


class Reach(msgspec.Struct, frozen=True):
    """How far a base tells: of what it does not tell, nothing is said to be anybody's.

    With `everything`, what it has not was not there. Else it holds what was known of single objects: `whole`
    says that these were all on the desired side, but for those that are `silent`; of `kinds` they were all
    there was in Looker, too.
    """

    everything: bool = True
    whole: bool = True
    kinds: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()


ALL = Reach()
NO_ECHOES: Echoes = MappingProxyType({})
NO_IDS: Mapping[Link, str] = MappingProxyType({})


def judge(
    changes: list[Change],
    sides: Sides,
    base: State,
    on_conflict: OnConflict,
    reach: Reach = ALL,
    echoes: Echoes = NO_ECHOES,
    ids: Mapping[Link, str] = NO_IDS,
) -> list[Finding]:
    """Marks every difference with its origin; conflicts are settled as asked for, or stop the plan.

    `ids` are those of the target, by which texts are compared as it has them.
    """
    before = pair(sides.desired, base, {})
    findings = []
    for change in changes:
        _judge(change, before, sides, reach, echoes, ids)
        findings += _settled(change, on_conflict)
    changes[:] = [c for c in changes if c.action is not Action.UPDATE or _something(c)]
    return findings


def _something(change: Change) -> bool:
    return bool(change.before or change.after or change.parts or change.restored)


def _judge(
    change: Change, before: Sides, sides: Sides, reach: Reach, echoes: Echoes, ids: Mapping[Link, str]
) -> None:
    was = before.counterpart(change.address) or before.observed.resources.get(change.address)
    seen = sides.observed.resources.get(change.was or change.address)
    if change.action is not Action.UPDATE:
        change.origin = _whole(change.action, was is not None)
        if was is None and not _surely_new(change, reach):
            change.origin = ""
        return
    if was is None and not reach.everything:
        return
    rename: Mapping[Link, Link] = before.rename
    wanted = sides.desired.resources.get(change.address)
    parts = {}
    there = _there(change, was, seen, sides) if was and seen else {}
    if was and wanted and change.parts:
        pairs = before.parts.get(change.address)
        parts = pair_resource_parts(wanted, was, before, {}) if pairs is None else pairs
        slots = {Link("", other.slot): Link("", slot) for slot, other in parts.items()}
        rename = {**rename, **_leaving(change, there), **slots}
    look = _Look(
        _ByOwner(rename), echoes, () if reach.everything or not was else _untold(was), ids, _tabs(sides)
    )
    change.origins = _origins((change.kind, change.id), change, was.attributes if was else {}, look)
    still = {p.slot for p in parts.values()}
    known = _kept(change, was, there, still, look) if was else set()
    for part in change.parts:
        _judge_part(change.kind, part, parts.get(part.slot), known, look)
    if seen and _touched(change):
        change.touched_at, change.touched_by = seen.usage.updated_at, seen.usage.updated_by


class _ByOwner(dict[Link, Link]):
    """Links by other names; what is inside of something goes with it where no more is known of it."""

    def get(self, link: Link, default: Any = None) -> Any:
        found = super().get(link)
        if found is None and link.part and link.to:
            owner = super().get(Link(link.to))
            found = Link(owner.to, link.part) if owner else None
        return default if found is None else found


class _Look(NamedTuple):
    """How the base is looked at: by desired names and the ids of the target; and what it is silent on."""

    rename: Mapping[Link, Link]
    echoes: Echoes
    untold: tuple[str, ...]
    ids: Mapping[Link, str]
    tabs: Mapping[Link, Link]


def _tabs(sides: Sides) -> dict[Link, Link]:
    """Tabs that only the target has, by the names that a base of the desired side has for them."""
    host = sides.observed.host
    return {
        Link(address, f"{part.slot}@{host}"): Link(address, part.slot)
        for address in sides.parts
        for part in sides.observed.resources[sides.pairing.observed[address]].parts
        if part.kind == "layout"
    }


def _untold(was: Resource) -> tuple[str, ...]:
    """Attributes on which the two did not have to agree."""
    free = KINDS[was.kind].defaulted - was.attributes.keys()
    return (*was.unknown, *was.untold, *free)


def _surely_new(change: Change, reach: Reach) -> bool:
    """Whether what the base does not hold was not there then: on the desired side, or in Looker."""
    if reach.everything:
        return True
    if change.action is Action.CREATE:
        return reach.whole and change.address not in reach.silent
    return change.kind in reach.kinds


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


def _judge_part(kind: str, part: PartChange, was: Part | None, known: set[At], look: _Look) -> None:
    if part.action is Action.UPDATE:
        at = (f"{kind}_{part.kind}", part.id)
        look = look._replace(untold=was.ignored if was else ())
        part.origins = _origins(at, part, was.attributes if was else {}, look)
    elif part.action is Action.CREATE:
        part.origin = _whole(part.action, was is not None)
    else:
        part.origin = _whole(part.action, (part.kind, part.id) in known)


def _there(change: Change, was: Resource, seen: Resource, sides: Sides) -> PartPairs:
    """The parts of the base by their slots, as the target has them; nothing where none of these goes."""
    if not any(part.action is Action.DELETE for part in change.parts):
        return {}
    keys = KINDS[was.kind].part_keys
    return pair_parts(was.parts, seen.parts, keys, lambda _, id_: id_ * sides.same_host, sides.rename)


def _leaving(change: Change, there: PartPairs) -> dict[Link, Link]:
    """Links to parts of the base that go now, by the names that these have as such."""
    gone = {(part.kind, part.id): part.slot for part in change.parts if part.action is Action.DELETE}
    return {
        Link("", slot): Link("", gone[other.kind, other.id])
        for slot, other in there.items()
        if (other.kind, other.id) in gone
    }


def _kept(change: Change, was: Resource, there: PartPairs, still: Set[str], look: _Look) -> set[At]:
    """Kinds and ids of parts that go and that the base had: of the same name, or of the same content.

    Where the desired side `still` has that of the base, it is not what goes.
    """
    gone = [p for p in change.parts if p.action is Action.DELETE]
    names = {(p.slot, p.label) for p in was.parts}
    known = {
        (other.kind, other.id)
        for slot, other in there.items()
        if (slot, other.label) in names and slot not in still
    }
    left = [p for p in was.parts if p.slot not in still]
    alike = (part for part in gone if any(_alike(part, p, look.rename) for p in left))
    return known | {(part.kind, part.id) for part in alike}


def _alike(part: PartChange, other: Part, rename: Mapping[Link, Link]) -> bool:
    """Whether a part that goes is one that the base had: the same name and content."""
    if (part.kind, part.label) != (other.kind, other.label):
        return False
    return same(comparable(meaning(part.before)), comparable(meaning(other.attributes), rename))


def _origins(at: At, owner: Change | PartChange, was: Attributes, look: _Look) -> dict[str, Origin]:
    unordered = KINDS[at[0]].unordered if at[0] in KINDS else frozenset[str]()
    sets = {ref.name for ref in KINDS[at[0]].refs} if at[0] in KINDS else set[str]()
    base = in_order(comparable(meaning(was), look.rename), unordered)
    have, want = owner.before, in_order(comparable(meaning(owner.after)), unordered)
    as_there = partial(lowered, ids=look.ids)
    found: dict[str, Origin] = {}
    for edit in edits(owner.before, owner.after):
        spot = place(edit.path)
        name = str(spot[0])
        if name in look.untold:
            continue
        # a link that leads nowhere is a text on the settled side, and a link on the others
        sides = [
            comparable(in_texts(value_at(side, spot), as_there), look.tabs) for side in (base, have, want)
        ]
        found[key(spot)] = (
            _of_sets(*(value or [] for value in sides))
            if spot == (name,) and name in sets and all(isinstance(x, list | None) for x in sides)
            else _origin(sides, partial(echoed, look.echoes, at, name))
        )
    return found


def _of_sets(base: list[Any], have: list[Any], want: list[Any]) -> Origin:
    """Of lists that are sets: who put in or took out what only one side has; what both have is nobody's."""
    known, here, there = ({exact(x) for x in each} for each in (base, want, have))
    yours = (here - there - known) | (there - here) & known
    drifted = (there - here - known) | (here - there) & known
    return "conflict" if yours and drifted else "drift" if drifted else "you"


def _origin(sides: list[Any], heard: Callable[[Any, Any], bool]) -> Origin:
    base, have, want = sides
    if same(base, have) or heard(base, have):
        return "you"
    return "drift" if same(base, want) or heard(want, base) else "conflict"


def place(path: Path) -> Path:
    """A path as far as it has names: the places in a list are not the same on three sides."""
    names = [n for n, step in enumerate(path) if isinstance(step, int)]
    return path[: names[0]] if names else path


def key(path: Path) -> str:
    """By which the origin of an edit is kept."""
    return "\0".join(map(str, place(path)))


def value_at(value: Any, path: Path) -> Any:
    """What a value has at a place; None where it has none."""
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
            spot = (*([owner.slot] if isinstance(owner, PartChange) else []), *at.split("\0"))
            findings.append(_finding(change.address, where, on_conflict, spot))
            if on_conflict == "live":
                _keep_live(owner, at)
                slot = owner.slot if isinstance(owner, PartChange) else ""
                change.undecided.setdefault(slot, []).append(at)
    change.parts = [p for p in change.parts if p.action is not Action.UPDATE or p.before or p.after or p.home]
    return findings


def _owners(change: Change) -> list[Change | PartChange]:
    return [change, *change.parts]


def _label(owner: Change | PartChange) -> str:
    return owner.label if isinstance(owner, PartChange) else owner.name


def _finding(address: str, where: str, on_conflict: OnConflict, at: tuple[str, ...]) -> Finding:
    both = f"{where} was changed here and in Looker"
    if on_conflict == "stop":
        return Finding("error", address, f"conflict: {both}; {_HOW}", at)
    kept = "what is desired wins" if on_conflict == "desired" else "Looker's stays"
    return Finding("warning", address, f"{both}; {kept}", at)


def _keep_live(owner: Change | PartChange, at: str) -> None:
    """Takes one difference out of a change: its value stays what it is."""
    name, *rest = at.split("\0")
    value = owner.after.get(name)
    if rest and isinstance(value, dict):
        owner.after[name] = put(value, rest, value_at(owner.before.get(name), tuple(rest)))
        left = same(comparable(owner.after[name]), owner.before.get(name))
    else:
        left = True
    if left:
        owner.before.pop(name, None)
        owner.after.pop(name, None)
        owner.unchanged += 1
    del owner.origins[at]


def put(value: Any, path: list[str], new: Any) -> Any:
    """A copy of a mapping with one place changed; None takes it out."""
    step, *rest = path
    inner = value if isinstance(value, dict) else {}
    placed = put(inner.get(step), rest, new) if rest else new
    return {k: v for k, v in {**inner, step: placed}.items() if v is not None}

"""Which part of a plan is wanted: targets, kinds and folders choose, what they depend on comes along.

What is excluded is mapped but not written, as what others manage: references to it hold where the target
has it, and are settled as lost where it has not.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable

import msgspec
from msgspec import structs

from lookervault.errors import NotFound
from lookervault.model.address import parse
from lookervault.model.resource import Finding, State
from lookervault.plan.graph import upstream
from lookervault.plan.plan import Plan


class Selection(msgspec.Struct, frozen=True):
    """What of the desired state is to be planned; empty fields say nothing.

    `targets` and `exclude` are addresses or globs, `only_kinds` and `exclude_kinds` kinds, `folders` paths
    or addresses of folders, which stand for all that is in and below them.
    """

    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    only_kinds: tuple[str, ...] = ()
    exclude_kinds: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen, so that the rest is not."""
        return bool(self.targets or self.only_kinds or self.folders)


EVERYTHING = Selection()


def spared(desired: State, selection: Selection) -> State:
    """The desired state with what is excluded guarded; NotFound where a pattern fits nothing."""
    if not (selection.exclude or selection.exclude_kinds):
        return desired
    by_pattern = {x: _matching(desired.resources, x) for x in selection.exclude}
    _all_found(by_pattern, "--exclude")
    left_out = set().union(*by_pattern.values())
    resources = {
        address: structs.replace(resource, guard=resource.guard or "excluded")
        if address in left_out or resource.kind in selection.exclude_kinds
        else resource
        for address, resource in desired.resources.items()
    }
    return structs.replace(desired, resources=resources)


def select(plan: Plan, selection: Selection, desired: Collection[str] = ()) -> Plan:
    """The part of a plan that is wanted and what that depends on; `desired` are all addresses there are."""
    if not selection.narrows:
        return plan
    wanted = _wanted({*desired, *(c.address for c in plan.changes)}, selection)
    chosen = {c.address for c in plan.changes} & wanted
    kept, nodes, before = chosen, set[str](), None
    while kept != before:
        # a change is kept whole, with all of its nodes and all that these wait for
        before = kept
        nodes = upstream(plan.nodes, (n.id for n in plan.nodes if n.change in kept))
        kept = {n.change for n in plan.nodes if n.change and n.id in nodes}
    brought = [Finding("warning", a, "comes along because a target depends on it") for a in kept - chosen]
    told = kept | wanted
    return structs.replace(
        plan,
        changes=[c for c in plan.changes if c.address in kept],
        nodes=[n for n in plan.nodes if n.id in nodes],
        findings=sorted([*(f for f in plan.findings if f.address in told), *brought]),
        bases={a: b for a, b in plan.bases.items() if a in kept},
    )


def _wanted(addresses: set[str], selection: Selection) -> set[str]:
    """The addresses that fit all that was asked for."""
    wanted = addresses
    if selection.targets:
        matches = {target: _matching(addresses, target) for target in selection.targets}
        _all_found(matches, "--target")
        wanted = set().union(*matches.values())
    if selection.folders:
        places = {folder: _below(addresses, folder) for folder in selection.folders}
        _all_found(places, "--folder")
        wanted = wanted & set().union(*places.values())
    if selection.only_kinds:
        wanted = {a for a in wanted if a.partition(":")[0] in selection.only_kinds}
    return wanted


def _all_found(matches: dict[str, set[str]], option: str) -> None:
    lost = [pattern for pattern, found in matches.items() if not found]
    if lost:
        raise NotFound(f"nothing matches {option} {', '.join(lost)}", hint="see `lookervault list`")


def _matching(addresses: Collection[str], pattern: str) -> set[str]:
    """What a pattern means: the one of that very address, else those that the glob fits."""
    if pattern in addresses:
        return {pattern}
    return {a for a in addresses if fnmatch.fnmatchcase(a, pattern)}


def _below(addresses: Iterable[str], folder: str) -> set[str]:
    """A folder and all that has its place in or below it."""
    key = parse(folder if folder.startswith("folder:") else f"folder:{folder}").key
    return {a for a in addresses if _key(a)[: len(key)] == key and _placed(a)}


def _key(address: str) -> tuple[str, ...]:
    return parse(address).key if address.partition(":")[2] else ()


def _placed(address: str) -> bool:
    """Whether an address begins with a folder's path."""
    return address.partition(":")[0] in _IN_FOLDERS


_IN_FOLDERS = frozenset({"folder", "dashboard", "look", "scheduled_plan", "alert", "content_access"})

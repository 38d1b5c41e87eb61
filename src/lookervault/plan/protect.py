"""Addresses that are never written, also where they are no longer desired (requirements, row B9)."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

from msgspec import structs

from lookervault.model.resource import Finding
from lookervault.model.values import links
from lookervault.plan.change import Action, Change
from lookervault.plan.pair import Sides
from lookervault.plan.settle import Settled

PROTECTED = "protected"


def fits(address: str, patterns: Iterable[str]) -> bool:
    """Whether an address is one of these, or one that a glob means."""
    return any(address == pattern or fnmatch.fnmatchcase(address, pattern) for pattern in patterns)


def close_off(paired: Sides, patterns: tuple[str, ...]) -> Settled:
    """The sides with nothing to be made where it must not be written; what needs that is settled as lost."""
    shut = {
        a: structs.replace(r, guard=PROTECTED)
        for a, r in paired.desired.resources.items()
        if not r.guard and a not in paired.pairing.observed and fits(a, patterns)
    }
    resources = {**paired.desired.resources, **shut}
    findings = [Finding("warning", a, "is protected: it is not made") for a in shut]
    closed = structs.replace(paired.desired, resources=resources)
    return Settled(structs.replace(paired, desired=closed), findings)


def spare(changes: list[Change], patterns: tuple[str, ...]) -> list[Finding]:
    """Takes the changes of what is protected from the others, and says so."""
    shut = [c for c in changes if fits(c.address, patterns) or (c.was and fits(c.was, patterns))]
    unmade = {(c.address, p.slot) for c in shut for p in c.parts if p.action is Action.CREATE}
    why = {c.address: "differs, but is protected: it stays as it is" for c in shut}
    for change in changes if unmade else ():
        if unmade & {(link.to, link.part) for link in links(change.after)}:
            why[change.address] = "left out: it needs a part of what is protected"
    changes[:] = [c for c in changes if c.address not in why]
    return [Finding("warning", address, text) for address, text in why.items()]

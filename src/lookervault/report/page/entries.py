"""One change as the page shows it: a row to scan, and what unfolds from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from lookervault.model.address import escape, parse
from lookervault.model.resource import Finding
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.edits import edits
from lookervault.plan.graph import Node
from lookervault.report.findings import in_place
from lookervault.report.fold import Folded
from lookervault.report.hunks import Line
from lookervault.report.lines import change_lines
from lookervault.report.page.pictures import pictures
from lookervault.report.page.runs import runs
from lookervault.report.safe import visible
from lookervault.report.words import path_text, plural

VERBS = {Action.CREATE: "create", Action.UPDATE: "update", Action.DELETE: "delete"}
_NAMED = 3  # attributes, and neighbours in the order, that are named; more are counted
_FATES = {Action.CREATE: "new", Action.DELETE: "gone", Action.UPDATE: "changed"}
# kinds that lie in folders, and how much of their address is not the folder's
_INSIDE = {"folder": 0, "content_access": 0, "dashboard": 1, "look": 1, "scheduled_plan": 2, "alert": 2}


class Around(msgspec.Struct):
    """What a change's entry tells beside the change: findings, and neighbours in the order of the apply."""

    numbers: Mapping[str, int]
    findings: Mapping[str, list[Finding]]
    waits: Mapping[str, list[str]]
    awaited: Mapping[str, list[str]]


def around(changes: Iterable[Change], nodes: Iterable[Node], findings: Iterable[Finding]) -> Around:
    """All of it by address; through queries nothing waits for another change."""
    found = Around({change.address: n for n, change in enumerate(changes)}, {}, {}, {})
    nodes = list(nodes)
    owners = {node.id: node.change for node in nodes}
    for node in nodes:
        for first in dict.fromkeys(owners.get(name, "") for name in node.waits):
            if node.change and first and first != node.change:
                _add(found.waits, node.change, first)
                _add(found.awaited, first, node.change)
    for finding in findings:
        _add(found.findings, finding.address, finding)
    return found


def _add(lists: Any, name: str, item: Any) -> None:
    lists.setdefault(name, []).append(item)


def entry(number: int, change: Change, fold: Folded, beside: Around) -> dict[str, Any]:
    """All that the template shows of a change, as plain values."""
    key = parse(change.address).key
    lines = list(change_lines(change, fold))
    return {
        "number": number,
        "kind": change.kind,
        "kind_name": change.kind.replace("_", " "),
        "verb": VERBS[change.action],
        "mark": change.action.value,
        "address": visible(change.address),
        "place": visible("".join(f"{escape(name)}/" for name in key[:-1])),
        "name": visible(key[-1]),
        "id": visible(change.id),
        "folder": folder_of(change.kind, key),
        "origins": " ".join(sorted(_origins(change))),
        "lost": len(change.attached.lost),
        "brief": brief(change),
        "notes": [*_remarks(lines[1:]), *_used(change)],
        "findings": [(f.level, in_place(f)) for f in beside.findings.get(change.address, [])],
        "waits": _neighbours(beside.waits.get(change.address, []), beside),
        "awaited": _neighbours(beside.awaited.get(change.address, []), beside),
        "as_told": fold.whole(change),
        "runs": runs(line for line in lines if line.depth or line.mark != "#"),
        "pictures": pictures(change),
    }


def folder_of(kind: str, key: tuple[str, ...]) -> str:
    """The path of the folder in which something lies; empty where it lies in none."""
    if kind not in _INSIDE:
        return ""
    return visible("/".join(escape(name) for name in key[: len(key) - _INSIDE[kind]]))


def folders(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Each folder with something in or below it, and how much."""
    found: Counter[tuple[str, ...]] = Counter()
    for path in (e["folder"] for e in entries if e["folder"]):
        key = parse(f"folder:{path}").key
        found.update(key[:depth] for depth in range(1, len(key) + 1))
    return [("/".join(escape(name) for name in key), count) for key, count in sorted(found.items())]


def brief(change: Change) -> str:
    """What differs, in a few words: attributes by name, parts by number."""
    fates = Counter((part.kind, part.action) for part in change.parts)
    kinds = dict.fromkeys(part.kind for part in change.parts)
    if change.action is not Action.UPDATE:
        counts = {kind: sum(fates[kind, a] for a in Action) for kind in kinds}
        return ", ".join(plural(n, kind) for kind, n in counts.items() if n > 1 or kind != "layout")
    names = list(dict.fromkeys(path_text(edit.path[:1]) for edit in edits(change.before, change.after)))
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    told = [", ".join([*map(visible, names[:_NAMED]), *more])] if names else []
    for kind in kinds:
        parts = [f"{fates[kind, a]} {_FATES[a]}" for a in _FATES if fates[kind, a]]
        told.append(f"{kind}s: {', '.join(parts)}")
    return "; ".join(told)


def _origins(change: Change) -> Iterator[str]:
    owners: list[Change | PartChange] = [change, *change.parts]
    return (who for who in {x for o in owners for x in (o.origin, *o.origins.values())} if who)


def _remarks(lines: Iterable[Line]) -> Iterator[str]:
    """What is said of the whole object, without its brackets."""
    return (line.text[1:-1] for line in lines if not line.depth and line.mark == "#")


def _used(change: Change) -> Iterator[str]:
    if change.paired_by and not change.was:
        yield f"paired by {change.paired_by}"


def _neighbours(addresses: list[str], beside: Around) -> dict[str, Any]:
    known = [a for a in dict.fromkeys(addresses) if a in beside.numbers]
    shown = [(visible(address), beside.numbers[address]) for address in known[:_NAMED]]
    return {"shown": shown, "more": len(known) - len(shown)}

"""Whether all that the documents of a tree name is there, and there once."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from lookervault.model.address import parse
from lookervault.model.catalog import KINDS
from lookervault.model.colors import PALETTES, palette_slot
from lookervault.model.document.documents import Told
from lookervault.model.document.node import nearest
from lookervault.model.document.paths import OWNER, ROOT_FOLDERS
from lookervault.model.document.tree import Moved
from lookervault.model.normal import comparable, exact
from lookervault.model.resource import Place, Resource
from lookervault.model.values import Link

if TYPE_CHECKING:
    from lookervault.model.document.reading import Reading

_COMPARED = 50_000  # addresses, some seconds of work
# beside names and what a kind says is unique: a theme goes by its name and its begin (section 4.21)
_TOGETHER = {"theme": (("name", "begin_at"),)}
_PART_WORDS = {"element": "tile", "layout": "tab", "palette": "palette"}


def check_links(reading: Reading, kinds: set[str]) -> None:
    """Tells of links to what is neither in the tree nor said to be outside."""
    known = {*reading.resources, *reading.manifest.outside}
    near = _Nearest(known)
    for path, link, line in reading.links:
        kind = link.to.partition(":")[0]
        if kind not in KINDS:
            text = f"{link.to!r} begins with no kind{nearest(kind, KINDS)}"
            reading.wrong(path, line, text)
        elif link.to in known:
            _check_part(reading, path, link, line)
        elif _by_id(link.to):
            reading.dangling.add(link.to)
        elif kind in kinds and not _personal(link.to):
            text = f"{link.to} is not in this tree, nor listed as outside{near.to(link.to)}"
            reading.wrong(path, line, text)


class _Nearest:
    """Finds what a wrong address may mean: where there is much to compare with, not for ever.

    What has the same name elsewhere comes first, as after a folder was renamed; then what is beside it.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._alike: dict[tuple[str, str], list[str]] = {}
        self._found: dict[str, str] = {}
        self._left = _COMPARED
        for address in sorted(known):
            for key in _ways(address):
                self._alike.setdefault(key, []).append(address)

    def to(self, address: str) -> str:
        """`; did you mean ...?`, or nothing."""
        if address not in self._found:
            self._found[address] = next(filter(None, map(self._among, [address] * 3, _ways(address))), "")
        return self._found[address]

    def _among(self, address: str, key: tuple[str, str]) -> str:
        some = self._alike.get(key, [])
        if len(some) > self._left:
            return ""
        self._left -= len(some)
        return nearest(address, some)


def _ways(address: str) -> tuple[tuple[str, str], ...]:
    """By what addresses are alike: the name, what it is named below, the kind."""
    kind, _, path = address.partition(":")
    above, _, name = path.rpartition("/")
    return (f"{kind}:name", name), (f"{kind}:above", above), (kind, "")


def _check_part(reading: Reading, path: str, link: Link, line: int) -> None:
    """Tells of links to a tile, tab or palette that is not there."""
    resource = reading.resources.get(link.to)
    kind, _, name = link.part.partition(":")
    if link.part and kind not in _PART_WORDS:
        ways = ", ".join(f"{word}:NAME" for word in _PART_WORDS)
        reading.wrong(path, line, f"{link.part!r} is no part of anything; one of {ways} is expected")
        return
    if resource is None or resource.guard or not link.part:
        return
    names = _palettes(resource) if kind == "palette" else [p.key for p in resource.parts if p.kind == kind]
    if name not in names:
        what = _PART_WORDS[kind]
        reading.wrong(path, line, f"{link.to} has no {what} {name!r}{nearest(name, names)}")


def _palettes(resource: Resource) -> list[str]:
    """The names of the palettes of a color collection."""
    slots: list[str] = []
    for field in PALETTES:
        for palette in resource.attributes.get(field) or []:
            slots.append(palette_slot(field, palette, slots))
    return [slot.partition(":")[2] for slot in slots]


def _by_id(address: str) -> bool:
    """Whether an address names something by its id, because no more was known of it."""
    return any(name.startswith("#") for name in parse(address).key)


def _personal(address: str) -> bool:
    key = parse(address).key
    return address.startswith("folder:") and (key[0].startswith(OWNER) or key in {(r,) for r in ROOT_FOLDERS})


def check_declared(reading: Reading) -> None:
    """Tells of moves that lead nowhere, and of what is declared removed and still here."""
    here = {a for a, r in reading.resources.items() if not r.guard}
    for move in reading.manifest.moved:
        for message in _astray(move, here):
            reading.misdeclared(f"moved: {message}", "moved", f"={move.to}")
    for pattern in reading.manifest.removed:
        left = sorted(a for a in here if a == pattern or fnmatch.fnmatchcase(a, pattern))
        if left:
            text = (
                f"removed: {left[0]} is still in this tree, in {reading.places.get(left[0], 'a directory')}"
            )
            reading.misdeclared(text, "removed", f"={pattern}")
    twice = Counter([m.to for m in reading.manifest.moved] + [m.source for m in reading.manifest.moved])
    for address, count in twice.items():
        if count > 1:
            reading.misdeclared(f"moved: {address} is named {count} times", "moved", f"={address}")


def _astray(move: Moved, here: Set[str]) -> Iterator[str]:
    """What is wrong with a move."""
    if move.to not in here:
        yield f"{move.to} is not in this tree{nearest(move.to, here)}"
    if move.source in here:
        yield f"{move.source} is still in this tree"
    if move.source.partition(":")[0] != move.to.partition(":")[0]:
        yield f"{move.source} and {move.to} are of different kinds"


def check_nesting(reading: Reading) -> None:
    """Tells of groups that hold themselves, directly or through others (resource notes, 4.11)."""
    inner = {
        a: [link.to for link in r.attributes.get("groups") or [] if isinstance(link, Link)]
        for a, r in reading.resources.items()
        if r.kind == "group"
    }
    for address in sorted(a for a, held in inner.items() if held):
        circle = _circle(address, inner)
        if circle and min(circle) == address:
            path = reading.places.get(address, "")
            line = reading.line(path, "groups", f"={circle[1]}")
            reading.wrong(path, line, f"a group cannot hold itself: {' -> '.join(circle)}")


def _circle(start: str, inner: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way from a group down to itself, or nothing."""
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:
        for below in inner.get(way[-1], ()):
            if below == start:
                return [*way, start]
            if below not in seen:
                seen.add(below)
                ways.append([*way, below])
    return []


def no_slug_twice(reading: Reading, told: Mapping[str, Told]) -> None:
    """Tells of two documents with the public name of one: one is a copy, and would take the other's place."""
    seen: dict[tuple[str, str], str] = {}
    for path, each in told.items():
        other = seen.setdefault((each.kind, each.slug), path) if each.slug else path
        if other != path:
            key = KINDS[each.kind].slug
            there = Place(other, reading.line(other, key))
            text = f"{there} has the {key} {each.slug!r} too: take it out of the new one, Looker gives one"
            reading.wrong(path, reading.line(path, key), text)


def nothing_twice(reading: Reading) -> None:
    """Tells of new documents that say what another says and no two objects share; what Looker has stays."""
    seen: dict[tuple[str, tuple[str, ...], bytes], str] = {}
    known = reading.origin.ids
    for address, path in sorted(reading.places.items(), key=lambda item: (item[1] not in known, item[1])):
        resource = reading.resources[address]
        for names in (
            *_TOGETHER.get(resource.kind, ()),
            *((n,) for n in sorted(KINDS[resource.kind].unique)),
        ):
            told = [resource.attributes.get(name) for name in names]
            other = seen.setdefault((resource.kind, names, exact(comparable(told))), path)
            if other != path and path not in known and told[0] is not None:
                there = Place(other, reading.line(other, names[0]))
                text = f"{there} has the same {' and '.join(names)}: no two may have that"
                reading.wrong(path, reading.line(path, names[0]), text)

"""A whole state as documents by path.

What documents do not hold, because it is true of one instance only, stands beside them: which object of
the instance each file is (`Origin`). What is referred to and kept in Looker only is named in `Manifest`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

import msgspec

from lookervault.model.catalog import KINDS
from lookervault.model.document.dashboards import tile_names
from lookervault.model.document.documents import to_document
from lookervault.model.document.forms import BUILT_IN, form_of
from lookervault.model.document.paths import (
    ACCESS_FILE,
    FOLDER_FILE,
    OWNER,
    Trail,
    folder_trail,
    safe_paths,
    trail_of,
)
from lookervault.model.document.texts import spelt
from lookervault.model.resource import LISTED, Completeness, Resource, State
from lookervault.model.values import Link, links

FORMAT = 1


class Moved(msgspec.Struct, frozen=True, rename={"source": "from"}):
    """Something that goes by another address now, and is the same object."""

    source: str
    to: str


class Manifest(msgspec.Struct):
    """What a tree is about: the kinds it tells all of, and what it refers to that is kept in Looker only.

    Of the kinds that are `shown` it tells what a caller was shown who is no admin, so there may be more;
    those that are `unlisted` could not be listed at all. Of other kinds it tells a part. `moved` is what goes
    by another address than before, `removed` addresses or globs of what is no longer
    the tree's business: it stays in Looker as it is.
    """

    format: int = FORMAT
    kinds: list[str] = []
    shown: list[str] = []
    unlisted: list[str] = []
    outside: list[str] = []
    moved: list[Moved] = []
    removed: list[str] = []

    @property
    def told(self) -> list[str]:
        """The kinds of which all that the caller of the export was shown is here."""
        return [*self.kinds, *self.shown]

    @property
    def worth(self) -> dict[str, Completeness]:
        """What the tree's silence is worth, by kind."""
        by_word: dict[Completeness, list[str]] = {
            "complete": self.kinds,
            "visible": self.shown,
            "denied": self.unlisted,
        }
        return {kind: word for word, kinds in by_word.items() for kind in kinds}


class Origin(msgspec.Struct):
    """The instance that a tree was exported from, and what only that instance knows.

    `ids` are those of objects by path, of folders by directory, and of what is outside by address; `untold`
    are attributes by kind that the instance does not have.
    """

    host: str = ""
    ids: dict[str, str] = {}
    outside: dict[str, str] = {}
    untold: dict[str, list[str]] = {}


class Tree(msgspec.Struct):
    """Documents by path, what stands beside them, and the path of each resource by address."""

    manifest: Manifest
    origin: Origin
    documents: dict[str, Any]
    places: dict[str, str]


def managed_kinds(state: State) -> list[str]:
    """The kinds that a tree of the state tells."""
    return [name for name, worth in _worth(state).items() if worth in LISTED]


def _worth(state: State) -> dict[str, Completeness | None]:
    kinds = (name for name, kind in KINDS.items() if kind.role == "managed" and kind.in_trees)
    return {name: state.scope.get(name) for name in kinds}


def _manifest(state: State, outside: list[str]) -> Manifest:
    """What a tree is about: what its snapshot was not shown must not read as deleted."""
    worth = _worth(state)
    kinds, shown = ([n for n, w in worth.items() if w == word] for word in ("complete", "visible"))
    unlisted = [name for name, word in worth.items() if word in ("denied", "unsupported")]
    return Manifest(FORMAT, kinds, shown, unlisted, outside)


def to_tree(state: State) -> Tree:
    """The documents of all that is managed in a state."""
    kinds = managed_kinds(state)
    whole = {name for name in kinds if state.scope.get(name) == "complete"}
    told = [r for r in state.resources.values() if r.kind in kinds and not r.guard and _telling(r, whole)]
    told.sort(key=lambda r: r.address)
    outside = _outside(told, state, kinds)
    trails = {r.address: trail_of(r) for r in told}
    paths = safe_paths(trails.values())
    names = part_names(state)
    documents: dict[str, Any] = {}
    for resource in told:
        if resource.kind != "folder":
            documents[paths[trails[resource.address]]] = to_document(spelt(resource), names)
    documents |= _folder_documents(paths, trails, documents)
    origin = Origin(
        state.host,
        {paths[trails[r.address]]: r.id for r in told},
        {a: state.resources[a].id for a in outside},
        _untold(told),
    )
    places = {r.address: paths[trails[r.address]] for r in told}
    return Tree(_manifest(state, outside), origin, dict(sorted(documents.items())), places)


def _telling(resource: Resource, whole: Set[str]) -> bool:
    """Whether a resource is more than what comes by itself; a built-in one is, where it has values.

    Where not all of a kind is told, silence would leave open what is as usual and what nobody knows of.
    """
    told = resource.attributes
    if KINDS[resource.kind].of == "folder" and resource.kind not in whole:
        return True
    return not KINDS[resource.kind].implied(told) or (BUILT_IN in form_of(resource.kind).usual and bool(told))


def _untold(told: Iterable[Resource]) -> dict[str, list[str]]:
    return {r.kind: sorted(r.untold) for r in told if r.untold}


def _outside(told: list[Resource], state: State, kinds: list[str]) -> list[str]:
    """What is referred to, there, and in no document though its kind is told."""
    seen: set[str] = set()
    for resource in told:
        seen |= {link.to for link in links(resource.attributes)}
        seen |= {link.to for link in resource.mentions}
        seen |= {link.to for part in resource.parts for link in links(part.attributes)}
        above = state.resources.get(resource.parent)
        while above is not None and above.address not in seen:
            seen.add(above.address)
            above = state.resources.get(above.parent)
    here = {r.address for r in told}
    known = [state.resources[a] for a in seen if a in state.resources]
    untold = (r for r in known if r.kind in kinds and r.address not in here)
    return sorted(r.address for r in untold if not _evident(r))


def _evident(resource: Resource) -> bool:
    """Whether its path says that a folder is a root or a personal one."""
    return resource.kind == "folder" and not resource.parent and not resource.local


def part_names(state: State) -> dict[Link, Link]:
    """Links to elements by id, and by the names that documents give them."""
    return {
        Link(r.address, slot): Link(r.address, name)
        for r in state.resources.values()
        if r.kind == "dashboard"
        for slot, name in tile_names(r.parts).items()
    }


def _folder_documents(
    paths: Mapping[Trail, str], trails: Mapping[str, Trail], documents: Iterable[str]
) -> dict[str, Any]:
    """Files for folders whose directory does not say it all: an empty one, or one by another name."""
    full = {path[:n] for path in documents for n in range(len(path)) if path[n] == "/"}
    managed = {trail for address, trail in trails.items() if address.startswith("folder:")}
    found = {}
    for (names, ending), path in sorted(paths.items(), key=lambda item: -len(item[0][0])):
        if names[0] not in _FOLDER_TOPS or len(names) < 2 or ending or names[-1] == ACCESS_FILE:
            continue
        empty = (names, ending) in managed and path not in full
        if empty or path.rpartition("/")[2] != names[-1]:
            found[f"{path}/{FOLDER_FILE}"] = {"name": names[-1]}
            full |= {path[:n] for n in range(len(path)) if path[n] == "/"}
    return found


_FOLDER_TOPS = (folder_trail(("",))[0], folder_trail((OWNER,))[0])

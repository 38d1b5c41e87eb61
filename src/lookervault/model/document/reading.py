"""Documents by path as a state: what each tells and is called, and whether all that it names is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from lookervault.errors import UsageError
from lookervault.model.address import Address, parse
from lookervault.model.catalog import KINDS
from lookervault.model.document.checks import (
    check_declared,
    check_links,
    check_nesting,
    no_slug_twice,
    nothing_twice,
)
from lookervault.model.document.documents import Told, from_document, own_values
from lookervault.model.document.forms import form_of
from lookervault.model.document.node import UNREAD, Node, Notes, Problem, nearest
from lookervault.model.document.paths import (
    FOLDER_FILE,
    FOLDERS,
    IN_FOLDER,
    MANIFEST,
    OWNER,
    ROOT_FOLDERS,
    folders_in,
    key_of,
    kind_at,
    misplaced,
    stem_of,
)
from lookervault.model.document.spots import line_of, spots
from lookervault.model.document.texts import understood
from lookervault.model.document.tree import Manifest, Origin
from lookervault.model.links import INSTANCE
from lookervault.model.resource import Completeness, Place, Resource, State
from lookervault.model.values import Link

NO_HEAD = Node({})
OUTSIDE = "kept outside of this tree"
# resource notes, section 1.7
IN_PART = "the tree was exported by a caller who is no admin, so there may be more than it tells"
_SOME: Completeness = "filtered"
_ACCESS = next(kind.name for kind in KINDS.values() if kind.of == "folder")
UNREADABLE = "its file cannot be read"
# kinds of which some have no name but their id
_LOCAL = {("user", "#"), ("integration_hub", "#")}
# the kind of what something is named below, where an address alone must tell
_PARENTS = {"folder": "folder", "dashboard": "folder", "look": "folder", "integration": "integration_hub"}


class Reading(msgspec.Struct):
    """A tree while it is read: resources so far by address, where each stands, and all mistakes.

    `head` is what the manifest was read from; nothing is said of references where that could not be read.
    """

    manifest: Manifest
    origin: Origin
    head: Node
    nodes: Mapping[str, Node]
    folders: dict[str, tuple[str, ...]]  # directory -> names
    resources: dict[str, Resource] = {}
    places: dict[str, str] = {}  # address -> path
    problems: list[Problem] = []
    links: list[tuple[str, Link, int]] = []  # path, link, line
    dangling: set[str] = set()
    faulty: set[str] = set()  # paths of documents with mistakes

    def wrong(self, path: str, line: int, message: str) -> None:
        """Keeps a mistake."""
        self.problems.append(Problem(path, line, message))

    def misdeclared(self, message: str, *at: str) -> None:
        """Keeps a mistake in the manifest, in the line that those names lead to."""
        self.wrong(MANIFEST, line_of(self.head, at), message)

    def line(self, path: str, *at: str) -> int:
        """The line of a document that those names lead to."""
        return line_of(self.nodes[path], at) if path in self.nodes else 0


class Read(msgspec.Struct):
    """The state that a tree tells, whole only where there are no mistakes; and the path of each resource."""

    state: State
    problems: list[Problem]
    places: dict[str, str]


def from_tree(manifest: Manifest, origin: Origin, nodes: Mapping[str, Node], head: Node = NO_HEAD) -> Read:
    """What documents tell, and all mistakes in them; `head` is the document of the manifest."""
    reading = Reading(manifest, origin, head, nodes, folders_in(nodes, _folder_names(nodes)))
    for directory, key in reading.folders.items():
        _add_folder(reading, directory, key)
    told = [(path, _told(reading, path, node)) for path, node in sorted(nodes.items())]
    _add_all(reading, [(path, each) for path, each in told if each is not None])
    kinds = {*manifest.told, *(r.kind for r in reading.resources.values() if not r.guard)}
    if reading.head is not UNREAD:
        check_links(reading, kinds)
        check_declared(reading)
        nothing_twice(reading)
        check_nesting(reading)
    if _ACCESS in manifest.kinds:
        _add_implied(reading)
    _add_outside(reading)
    worth = {**manifest.worth, **dict.fromkeys(kinds - {*manifest.told}, _SOME)}
    scope = {kind: worth[kind] for kind in KINDS if kind in worth}
    ids = {(r.kind, r.id): r.address for r in reading.resources.values() if r.id}
    state = State(
        origin.host,
        scope,
        reading.resources,
        ids,
        dangling=frozenset(reading.dangling),
        moved={m.to: m.source for m in manifest.moved},
        released=tuple(manifest.removed),
        places=spots(reading.places, nodes, reading.resources),
        partial=IN_PART if manifest.shown else "",
    )
    return Read(state, sorted(set(reading.problems)), reading.places)


def _folder_names(nodes: Mapping[str, Node]) -> dict[str, str]:
    """The true names of directories that say so in a file."""
    found = {}
    for path, node in nodes.items():
        directory, _, name = path.rpartition("/")
        inner = node.value.get("name") if name == FOLDER_FILE and isinstance(node.value, dict) else None
        if inner is not None and inner.value is not None:
            found[directory] = inner.text if inner.text is not None else str(inner.value)
    return found


def _add_folder(reading: Reading, directory: str, key: tuple[str, ...]) -> None:
    """A folder: managed unless its place or the manifest says otherwise."""
    address = Address("folder", key)
    parent = str(Address("folder", key[:-1])) if len(key) > 1 else ""
    if len(key) == 1 and key[0].startswith("#"):
        reading.dangling.add(str(address))
        return
    guard = ""
    if str(address) in reading.manifest.outside:
        guard = OUTSIDE
    elif len(key) == 1 and key[0].startswith(OWNER):
        guard = "a personal folder"
    elif len(key) == 1 and directory.startswith(FOLDERS) and key[0] in ROOT_FOLDERS:
        guard = "a root folder"
    elif len(key) == 1:
        text = (
            f"no folder stands here; those of all are below {FOLDERS}/Shared{nearest(key[0], ROOT_FOLDERS)}"
        )
        reading.wrong(directory, 0, text)
    attributes = {"name": key[-1], **({"parent": Link(parent)} if parent else {})}
    resource = Resource(
        str(address),
        "folder",
        reading.origin.ids.get(directory, ""),
        key[-1],
        parent,
        attributes,
        guard=guard,
    )
    if resource.address in reading.resources:
        said = f"{directory}/{FOLDER_FILE}"
        path, line = (said, reading.line(said, "name")) if said in reading.nodes else (directory, 0)
        reading.wrong(path, line, f"{reading.places[resource.address]} is {resource.address} too")
    reading.resources[resource.address] = resource
    reading.places[resource.address] = directory


def _told(reading: Reading, path: str, node: Node) -> Told | None:
    """What one file tells, nothing of what cannot be read; a folder's file tells no more than its name."""
    kind = kind_at(path)
    if not kind:
        reading.wrong(path, 1, misplaced(path))
        return None
    notes = Notes(path)
    told = None
    if node is not UNREAD:
        silent = frozenset(reading.origin.untold.get(kind, ()))
        told = from_document(kind, node, notes, silent, new=path not in reading.origin.ids)
    if notes.problems and kind not in IN_FOLDER and path.endswith(tuple(IN_FOLDER.values())):
        notes.wrong(1, misplaced(path))
    reading.problems += notes.problems
    reading.faulty |= {path} if notes.problems or node is UNREAD else set()
    reading.links += [(path, link, line) for link, line in notes.links]
    return None if kind == "folder" else told or Told(kind, {}, [], "", (), unread=True)


def _add_all(reading: Reading, told: list[tuple[str, Told]]) -> None:
    """The resources of all files, each under an address of its own."""
    named = [(path, each, *_name(reading, path, each)) for path, each in told]
    shared = Counter((each.kind, _key(parent, name, each.kind)) for _, each, name, parent in named)
    guessed = {path for path, each in told if path in reading.faulty and not _named(each)}
    no_slug_twice(reading, {path: each for path, each, _, _ in named})
    for path, each, name, parent in named:
        key = _key(parent, name, each.kind)
        if each.unread and not (parent or KINDS[each.kind].of):
            key = (*path.split("/")[1:-1], name)
        id_ = reading.origin.ids.get(path, "")
        if shared[each.kind, key] > 1 and KINDS[each.kind].names_repeat:
            key = (*key[:-1], f"{key[-1]}#{id_ or stem_of(path)}")
        address = str(Address(each.kind, key))
        if address in reading.resources:
            if not {path, reading.places[address]} & guessed:
                _twice(reading, path, address)
            continue
        reading.places[address] = path
        attributes, parts, mentions = understood(own_values(each.attributes), each.parts)
        if each.kind == "user" and "email" in attributes:
            attributes["email"] = name  # the same in any case
        reading.resources[address] = Resource(
            address,
            each.kind,
            id_,
            name,
            parent,
            {**_placed(each.kind, parent), **attributes},
            parts,
            each.slug,
            UNREADABLE if each.unread else "",
            unknown=each.unknown,
            untold=tuple(sorted({*reading.origin.untold.get(each.kind, ()), *each.untold})),
            mentions=mentions,
        )


def _twice(reading: Reading, path: str, address: str) -> None:
    """Tells of a file that is what another one is already."""
    other, name = reading.places[address], form_of(kind_at(path)).naming
    line, there = reading.line(path, name), reading.line(other, name)
    reading.wrong(path, line, f"{Place(other, there)} is {address} too: give one of them another {name}")


def _named(told: Told) -> bool:
    """Whether a document tells what its address ends in."""
    return told.attributes.get(form_of(told.kind).naming) is not None


def _name(reading: Reading, path: str, told: Told) -> tuple[str, str]:
    """What a resource is called, and the address of what it is named below."""
    form = form_of(told.kind)
    if form.placed:
        key = reading.folders.get(path.rpartition("/")[0], ())
        parent = str(Address("folder", key)) if key else ""
    else:
        owners = [told.attributes[n] for n in form.parents if isinstance(told.attributes.get(n), Link)]
        parent = owners[0].to if owners else ""
    if KINDS[told.kind].of:
        return "access", parent
    name = told.attributes.get(form.name)
    watched = told.attributes.get("field")
    if name is None and isinstance(watched, dict):
        name = watched.get("title") or watched.get("name")
    if name is None and path in reading.faulty:
        name = stem_of(path)  # by which others know it once that is mended
    text = "" if name is None else str(name)
    return (text.strip().lower() if told.kind == "user" else text), parent


def _key(parent: str, name: str, kind: str) -> tuple[str, ...]:
    above = key_of(parent) if parent else ()
    return above if KINDS[kind].of else (*above, name)


def _placed(kind: str, parent: str) -> dict[str, Any]:
    """The attributes that follow from where a document stands."""
    return {name: Link(parent) for name in form_of(kind).placed if parent}


def _add_implied(reading: Reading) -> None:
    """Access lists that inherit, for folders whose directory says nothing of access."""
    for folder in [r for r in reading.resources.values() if r.kind == "folder" and not r.guard]:
        address = str(Address(_ACCESS, parse(folder.address).key))
        if address not in reading.resources:
            attributes = {"inherits": True, "folder": Link(folder.address)}
            reading.resources[address] = Resource(address, _ACCESS, "", "access", folder.address, attributes)


def _add_outside(reading: Reading) -> None:
    """Resources for all that is referred to and in no document: mapped and never written."""
    wanted: Iterable[str] = [*reading.manifest.outside, *(link.to for _, link, _ in reading.links)]
    for resource in list(reading.resources.values()):
        told = [resource.parent, *(link.to for link in resource.mentions if link.to != INSTANCE)]
        wanted = [*wanted, *filter(None, told)]
    for address in wanted:
        _outside(reading, address)


def _outside(reading: Reading, address: str) -> None:
    try:
        parsed = parse(address)
    except UsageError as error:
        reading.misdeclared(error.message, "outside", f"={address}")
        return
    if address in reading.resources or address in reading.dangling or parsed.kind not in KINDS:
        return
    parent = ""
    if parsed.kind in _PARENTS and len(parsed.key) > 1:
        parent = str(Address(_PARENTS[parsed.kind], parsed.key[:-1]))
        _outside(reading, parent)
    id_ = reading.origin.outside.get(address, "")
    name = parsed.key[-1]
    local = (parsed.kind, name[:1]) in _LOCAL or name.startswith(f"{OWNER}#")
    if id_ and not local:
        name = name.removesuffix(f"#{id_}")
    reading.resources[address] = Resource(
        address, parsed.kind, id_, name, parent, {}, guard=OUTSIDE, local=local
    )

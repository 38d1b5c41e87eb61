"""Folders that were renamed or moved in Looker: their directories follow, and what names anything in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import structs

from lookervault.errors import UsageError
from lookervault.model.address import Address, parse
from lookervault.model.document.paths import FOLDER_FILE, marked_name, safe_name
from lookervault.model.document.reading import Read, from_tree
from lookervault.model.document.tree import Manifest, Origin, part_names
from lookervault.model.resource import Resource
from lookervault.model.values import Link
from lookervault.plan.change import Action
from lookervault.plan.pair import Sides
from lookervault.plan.plan import Made
from lookervault.run.agreed import agree_by_adoption
from lookervault.run.rewriting import mentions, rewritten
from lookervault.store.agreements import have_met
from lookervault.store.tree.disk import Files, Written, moved_text, parsed, patch_tree, read_files, text_of
from lookervault.store.vault import Vault


def relocate(vault: Vault, root: Path, made: Made) -> tuple[list[str], Written]:
    """Moves the directories of folders as Looker's have been; gives their former addresses.

    All of them or none: where the tree would not hold together, they stay.
    """
    files = read_files(root)
    read = from_tree(files.manifest, files.origin, files.nodes)
    moving = _moving(made, read)
    directories = _directories(read, moving, made.sides)
    if not moving or len({*directories.values()}) < len(directories):
        return [], Written()
    move = _Move({read.places[address]: path for address, path in directories.items()})
    texts = _moved(files, move, {directories[a]: folder.name for a, folder in moving.items()})
    now = {path: a for a, path in _read(files.manifest, files.origin, texts).places.items()}
    renamed = {a: now.get(move.path(path), a) for a, path in read.places.items()}
    told = _manifest(files.manifest, renamed), _origin(files.origin, move, renamed)
    texts |= _referring(read, move, renamed, texts)
    found = parsed(texts)
    whole = from_tree(*told, found.nodes)
    if found.problems or whole.problems:
        return [], Written()
    gone = {path for path in files.texts if move.path(path) != path}
    written = patch_tree(root, files, texts, gone, told)
    hosts = (made.plan.source.host, made.plan.target.host)
    if have_met(vault, hosts):
        agree_by_adoption(vault, hosts, [whole.state.resources[renamed[a]] for a in moving], ())
    return sorted(moving), written


def _read(manifest: Manifest, origin: Origin, texts: Mapping[str, bytes]) -> Read:
    return from_tree(manifest, origin, parsed(texts).nodes)


def _moving(made: Made, read: Read) -> dict[str, Resource]:
    """Folders as they are in Looker that have another name or place there, and only there, by address."""
    found = {}
    for change in made.plan.changes:
        there = made.sides.counterpart(change.address)
        drifted = change.action is Action.UPDATE and {*change.origins.values()} == {"drift"}
        if change.kind == "folder" and drifted and there and change.address in read.places:
            found[change.address] = there
    while lost := {a for a in found if not _has_place(a, read, found, made.sides)}:
        found = {a: there for a, there in found.items() if a not in lost}
    return found


def _has_place(address: str, read: Read, moving: Mapping[str, Resource], sides: Sides) -> bool:
    try:
        _directory(address, read, moving, sides, ())
    except LookupError:
        return False
    return True


def _directories(read: Read, moving: Mapping[str, Resource], sides: Sides) -> dict[str, str]:
    """The directory of each folder as it will be, by its present address."""
    folders = [a for a in read.places if a.startswith("folder:")]
    found = {a: _directory(a, read, moving, sides, ()) for a in folders}
    taken = {path.casefold() for address, path in found.items() if address not in moving}
    for address in sorted(moving, key=lambda a: found[a].count("/")):
        if found[address].casefold() in taken:
            above, name = found[address].rpartition("/")[0], marked_name(moving[address].name)
            found = {a: _below(p, found[address], f"{above}/{name}") for a, p in found.items()}
        taken.add(found[address].casefold())
    return found


def _directory(
    address: str, read: Read, moving: Mapping[str, Resource], sides: Sides, below: tuple[str, ...]
) -> str:
    """Where a folder's directory will be; LookupError where that is in itself, or in no directory."""
    if address in below:
        raise LookupError(address)
    old, there, mine = read.places[address], moving.get(address), read.state.resources[address]
    parent = sides.pairing.desired[there.parent] if there else mine.parent
    if there is None and parent not in read.places:
        return old
    above = _directory(parent, read, moving, sides, (*below, address))
    entry = safe_name(there.name) if there and there.name != mine.name else old.rpartition("/")[2]
    return f"{above}/{entry}"


def _below(path: str, old: str, new: str) -> str:
    """A path with another directory on its way."""
    return new + path[len(old) :] if path == old or path.startswith(f"{old}/") else path


class _Move(msgspec.Struct, frozen=True):
    """Directories of folders, and what they will be."""

    now: Mapping[str, str]

    def path(self, path: str) -> str:
        """Where something will be; folders are directories."""
        above, slash, name = path.rpartition("/")
        return self.now.get(path) or self.now.get(above, above) + slash + name


def _moved(files: Files, move: _Move, names: Mapping[str, str]) -> dict[str, bytes]:
    """All files at their new paths, and in directories that do not say it themselves the new names."""
    found: dict[str, bytes] = {}
    for path, data in files.texts.items():
        new = move.path(path)
        found[new] = data if new == path else moved_text(new, data)
    for directory, name in names.items():
        path = f"{directory}/{FOLDER_FILE}"
        if path in found or directory.rpartition("/")[2] != name:
            found[path] = text_of(path, {"name": name}, found.get(path, b"").decode(errors="replace"))
    return found


def _referring(
    read: Read, move: _Move, renamed: Mapping[str, str], texts: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The documents that name what has another address now."""
    other = {Link(old): Link(new) for old, new in renamed.items() if old != new}
    names, found = part_names(read.state), {}
    for resource in read.state.resources.values():
        path = move.path(read.places.get(resource.address, ""))
        if path in texts and not mentions(resource).isdisjoint(other):
            found[path] = rewritten(path, resource, other, names, texts[path].decode(errors="replace"))
    return found


def _manifest(old: Manifest, renamed: Mapping[str, str]) -> Manifest:
    """The manifest with the addresses of now; what something has moved from is as it was."""
    return structs.replace(
        old,
        outside=sorted(_address(address, renamed) for address in old.outside),
        removed=[_address(address, renamed) for address in old.removed],
        moved=[structs.replace(each, to=_address(each.to, renamed)) for each in old.moved],
    )


def _origin(old: Origin, move: _Move, renamed: Mapping[str, str]) -> Origin:
    """The ids by the paths and addresses of now."""
    return structs.replace(
        old,
        ids={move.path(path): id_ for path, id_ in old.ids.items()},
        outside={_address(address, renamed): id_ for address, id_ in old.outside.items()},
    )


def _address(address: str, renamed: Mapping[str, str]) -> str:
    """The address of what may be in a folder that has another one now."""
    try:
        kind, key = structs.astuple(parse(address))
    except UsageError:
        return address
    for depth in range(len(key), 0, -1):
        folder = renamed.get(str(Address("folder", key[:depth])))
        if folder:
            return str(Address(kind, (*parse(folder).key, *key[depth:])))
    return address

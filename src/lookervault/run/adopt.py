"""Drift taken into a tree of files: what was changed in Looker becomes what is desired (row B12).

Only files that it concerns are written, with their comments; what was changed on both sides stays and is
named.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec import structs

from lookervault.model.catalog import KINDS
from lookervault.model.document.documents import to_document
from lookervault.model.document.node import Problem
from lookervault.model.document.paths import FOLDER_FILE, safe_paths, trail_of
from lookervault.model.document.reading import Read, from_tree
from lookervault.model.document.texts import spelt
from lookervault.model.document.tree import Manifest, Origin, part_names
from lookervault.model.resource import Resource, State
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change
from lookervault.plan.pair import Sides, pair_resource_parts
from lookervault.plan.parts import pair_parts
from lookervault.plan.plan import Made
from lookervault.plan.takeover import (
    is_conflict,
    is_drift,
    is_yours,
    left_over,
    only_updates,
    open_keys,
    renamed,
    taken,
)
from lookervault.run.agreed import agree_by_adoption
from lookervault.run.rewriting import mentions, rewritten
from lookervault.store.tree.disk import Files, Written, parsed, patch_tree, read_files, text_of
from lookervault.store.vault import Vault


class Adopted(msgspec.Struct):
    """What was taken over from Looker, by address; what was left as it is, and why; and the files."""

    taken: list[str] = []
    left: dict[str, str] = {}
    written: Written = msgspec.field(default_factory=Written)


class Draft(msgspec.Struct):
    """A tree while it takes over: documents to write by path with their resource, files to remove."""

    files: Files
    read: Read
    manifest: Manifest
    origin: Origin
    documents: dict[str, Resource] = {}
    folders: dict[str, str] = {}
    removed: set[str] = set()
    addresses: dict[str, str] = {}  # path -> address of the change that it comes from


def adopt(vault: Vault, root: Path, made: Made) -> Adopted:
    """Takes what drifted into the tree; the plan is that which would make Looker like it again."""
    changes, sides = made.plan.changes, made.sides
    files = read_files(root)
    read = from_tree(files.manifest, files.origin, files.nodes)
    draft = Draft(files, read, copy.deepcopy(files.manifest), copy.deepcopy(files.origin))
    adopted = Adopted()
    for change in changes:
        if not is_drift(change):
            if is_conflict(change):
                adopted.left[change.address] = "was changed here and in Looker"
            elif not is_yours(change):
                adopted.left[change.address] = "it is not known whose it is: both never were alike in it"
            continue
        why = _drafted(draft, change, sides)
        if why:
            adopted.left[change.address] = why
        else:
            adopted.taken.append(change.address)
            rest = left_over(change)
            if rest:
                adopted.left[change.address] = f"stays as it is here: {', '.join(rest)}"
    _finish(root, draft, sides, adopted)
    _remember(vault, root, made, draft, adopted)
    return adopted


def _remember(vault: Vault, root: Path, made: Made, draft: Draft, adopted: Adopted) -> None:
    """What was taken over whole is alike on both sides now."""
    files = read_files(root)
    read = from_tree(files.manifest, files.origin, files.nodes)
    there = {path: read.state.resources[address] for address, path in read.places.items()}
    whole = [p for p, address in draft.addresses.items() if address not in adopted.left and p in there]
    gone = [c.address for c in made.plan.changes if draft.read.places.get(c.address) in draft.removed]
    changes = {c.address: c for c in made.plan.changes}
    partly = [
        (there[path], _open_keys(changes[address], draft.documents[path], there[path]))
        for path, address in draft.addresses.items()
        if address in adopted.left and path in there and only_updates(changes[address])
    ]
    hosts = (made.plan.source.host, made.plan.target.host)
    agree_by_adoption(vault, hosts, [there[path] for path in whole], gone, partly)


def _open_keys(change: Change, drafted: Resource, now: Resource) -> dict[str, list[str]]:
    """What was not taken over, by the slots that parts have now that some may have another name."""
    nothing: dict[Link, Link] = {}
    pairs = pair_parts(now.parts, drafted.parts, KINDS[now.kind].part_keys, lambda _, id_: "", nothing)
    slots = {"": "", **{part.slot: slot for slot, part in pairs.items()}}
    return {slots[slot]: keys for slot, keys in open_keys(change).items() if slot in slots}


def _drafted(draft: Draft, change: Change, sides: Sides) -> str:
    """Notes what becomes of the file of one object; says why where nothing does."""
    path = draft.read.places.get(change.address, "")
    if change.kind == "folder" and change.action is not Action.DELETE:
        return "rename, move or remove its directory by hand"
    if change.action is Action.CREATE:
        if path not in draft.files.nodes:
            return "it has no file of its own"
        draft.removed.add(path)
        draft.origin.ids.pop(path, None)
        return ""
    observed = sides.counterpart(change.address) or _called(sides, change)
    if observed is None:
        return "it is no longer there"
    if change.action is Action.DELETE:
        return _added(draft, change, observed, sides)
    desired = sides.desired.resources[change.address]
    pairs = sides.parts.get(change.address)
    if pairs is None:
        pairs = pair_resource_parts(desired, observed, sides, {})
    mine = draft.read.state.resources[change.address]
    resource = taken(change, mine, observed, pairs, sides.rename)
    if path not in draft.files.nodes:
        path = _new_path(resource, draft.read)
    moved = _moved(path, resource, draft.read)
    if moved is None:
        return "it was moved to a folder that is not in this tree"
    if moved != path:
        draft.removed.add(path)
        draft.origin.ids |= {moved: id_} if (id_ := draft.origin.ids.pop(path, "")) else {}
    draft.documents[moved] = resource
    draft.addresses[moved] = change.address
    return ""


def _called(sides: Sides, change: Change) -> Resource | None:
    """What is there under that name or id, of what is not desired."""
    found = (r for r in sides.observed.resources.values() if (r.kind, r.id) == (change.kind, change.id))
    return next(found, None)


def _added(draft: Draft, change: Change, observed: Resource, sides: Sides) -> str:
    """What only Looker has, as a new file."""
    resource = structs.replace(renamed(observed, sides.rename), address=change.address)
    path = _new_path(resource, draft.read)
    if resource.kind == "folder":
        draft.folders[f"{path}/{FOLDER_FILE}"] = resource.name
        draft.read.places[change.address] = path
    else:
        draft.documents[path] = resource
        draft.addresses[path] = change.address
    draft.origin.ids[path] = resource.id
    return ""


def _new_path(resource: Resource, read: Read) -> str:
    """Where a new document stands: in the directory that its folder has here."""
    trail = trail_of(resource)
    path = safe_paths([trail])[trail]
    directory = read.places.get(_folder(resource))
    return f"{directory}/{path.rpartition('/')[2]}" if directory else path


def _folder(resource: Resource) -> str:
    """The address of the folder that a document's place says."""
    named = resource.attributes.get("folder") or resource.attributes.get("parent")
    return named.to if isinstance(named, Link) else ""


def _moved(path: str, resource: Resource, read: Read) -> str | None:
    """The path of a document whose folder may be another one now."""
    folder = _folder(resource)
    if not folder or path.rpartition("/")[0] == read.places.get(folder):
        return path
    directory = read.places.get(folder)
    return f"{directory}/{path.rpartition('/')[2]}" if directory else None


def _finish(root: Path, draft: Draft, sides: Sides, adopted: Adopted) -> None:
    """Writes the tree where it holds together; what would break it is left out, and named."""
    while True:
        texts = _texts(draft, sides)
        files = parsed(texts)
        problems = [*files.problems, *from_tree(draft.manifest, draft.origin, files.nodes).problems]
        breaking = _breaking(draft, problems)
        if not breaking:
            break
        for address, why in breaking.items():
            _drop(draft, address)
            adopted.taken = [a for a in adopted.taken if a != address]
            adopted.left[address] = f"the tree would not hold together: {why}"
    if adopted.taken:
        told = (draft.manifest, draft.origin)
        adopted.written = patch_tree(root, draft.files, texts, draft.removed, told)


def _breaking(draft: Draft, problems: Iterable[Problem]) -> dict[str, str]:
    """What must not be taken over, by address, and why: it, or what it is named by, would be wrong."""
    drafted = {**draft.addresses, **{draft.read.places[a]: a for a in _going(draft)}}
    mine = {draft.read.places.get(r.address): r for r in draft.read.state.resources.values()}
    found: dict[str, str] = {}
    for problem in sorted({*problems} - {*draft.files.problems, *draft.read.problems}):
        named = {link.to for link in mentions(mine[problem.path])} if problem.path in mine else set()
        blamed = [a for path, a in drafted.items() if path == problem.path]
        blamed = blamed or [a for a in drafted.values() if a in named] or [*drafted.values()]
        found |= {address: problem.message for address in blamed if address not in found}
    return found


def _going(draft: Draft) -> list[str]:
    """The addresses of those whose files go, and do not only move."""
    stay = {*draft.addresses.values()}
    return [a for a, path in draft.read.places.items() if path in draft.removed and a not in stay]


def _drop(draft: Draft, address: str) -> None:
    """Leaves the file of one object as it was."""
    for path in [p for p, a in draft.addresses.items() if a == address]:
        del draft.addresses[path]
        draft.documents.pop(path, None)
        draft.folders.pop(f"{path}/{FOLDER_FILE}", None)
        draft.origin.ids.pop(path, None)
    old = draft.read.places.get(address, "")
    draft.removed.discard(old)
    if old in draft.files.origin.ids:
        draft.origin.ids[old] = draft.files.origin.ids[old]


def _texts(draft: Draft, sides: Sides) -> dict[str, bytes]:
    """All files of the tree to be."""
    state = _state(draft)
    names = part_names(state)
    texts = {path: text for path, text in draft.files.texts.items() if path not in draft.removed}
    former = {new: draft.read.places.get(address, new) for new, address in draft.addresses.items()}
    for path, resource in draft.documents.items():
        texts[path] = text_of(path, to_document(spelt(resource), names), _old(draft, former[path]))
    for path, name in draft.folders.items():
        texts[path] = text_of(path, {"name": name}, "")
    files = parsed(texts)
    told = from_tree(draft.manifest, draft.origin, files.nodes).places
    now = {path: address for address, path in told.items()}
    paths = {**draft.read.places, **{address: path for path, address in draft.addresses.items()}}
    # a namesake has another address, too, once the other one is renamed
    other = {Link(a): Link(now[path]) for a, path in paths.items() if path in now and now[path] != a}
    for path, resource in draft.documents.items():
        if not mentions(resource).isdisjoint(other):
            texts[path] = rewritten(path, resource, other, names, _old(draft, former[path]))
    for resource in _referring(draft, other, names):
        path = draft.read.places[resource.address]
        texts[path] = rewritten(path, resource, other, names, _old(draft, path))
    _name_outside(draft, sides)
    return texts | _emptied(draft, texts)


def _state(draft: Draft) -> State:
    """The tree's state with the documents as they will be."""
    resources = dict(draft.read.state.resources)
    resources |= {draft.addresses[path]: r for path, r in draft.documents.items()}
    return structs.replace(draft.read.state, resources=resources)


def _referring(draft: Draft, other: Mapping[Link, Link], names: Mapping[Link, Link]) -> Iterable[Resource]:
    """Documents that are not written anyway and refer to what goes by another name now."""
    gone = {*other, *(link for link, name in names.items() if link != name)}
    for resource in draft.read.state.resources.values():
        if resource.guard or resource.address in draft.addresses.values():
            continue
        if draft.read.places.get(resource.address) in draft.files.nodes and mentions(resource) & gone:
            yield resource


def _emptied(draft: Draft, texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files that keep the directories of folders which hold nothing any longer."""
    found: dict[str, bytes] = {}
    for resource in draft.read.state.resources.values():
        directory = draft.read.places.get(resource.address, "")
        lost = any(path.startswith(f"{directory}/") for path in draft.removed)
        if resource.kind == "folder" and not resource.guard and lost:
            path = f"{directory}/{FOLDER_FILE}"
            if not any(other.startswith(f"{directory}/") for other in (*texts, *found)):
                found[path] = text_of(path, {"name": resource.name}, "")
    return found


def _name_outside(draft: Draft, sides: Sides) -> None:
    """Names in the manifest what is referred to and stays in Looker only."""
    known = {*draft.read.state.resources, *draft.addresses.values()}
    wanted = {link.to for r in draft.documents.values() for link in mentions(r)}
    back = {sides.rename.get(Link(a), Link(a)).to: a for a in sides.observed.resources}
    for address in sorted(a for a in wanted - known if a in back):
        there = sides.observed.resources[back[address]]
        if there.guard:
            draft.manifest.outside = sorted({*draft.manifest.outside, address})
            draft.origin.outside[address] = there.id


def _old(draft: Draft, path: str) -> str:
    return draft.files.texts.get(path, b"").decode(errors="replace")

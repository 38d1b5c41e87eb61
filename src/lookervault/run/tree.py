"""Trees of files and the vault: snapshots become trees, trees become desired states or snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lookervault.errors import Refused, TreeError
from lookervault.model.document.node import Problem
from lookervault.model.document.paths import kind_at
from lookervault.model.document.reading import Read, from_tree
from lookervault.model.document.tree import Origin, Tree, to_tree
from lookervault.model.resource import State
from lookervault.report.safe import visible
from lookervault.run.agreed import agree_by_export
from lookervault.run.states import snapshot_state
from lookervault.store.snapshots import Snapshot, begin, complete, fail, put
from lookervault.store.tree.disk import Files, Written, is_tree, read_files, write_tree
from lookervault.store.tree.stored import TREE, beside, holds_tree, host_of
from lookervault.store.vault import Vault


def export_tree(vault: Vault, snapshot: Snapshot, root: Path) -> Written:
    """Makes a directory the tree of a snapshot; what people added to its files is kept where it fits."""
    state = snapshot_state(vault, snapshot)
    tree = to_tree(state)
    former = _former_paths(root, tree)
    _check_whole(root, tree, former, state.partial or "it holds only a part")
    written = write_tree(root, tree, former)
    if not holds_tree(snapshot):
        agree_by_export(vault, state, f"@{snapshot.number}")
    return written


def _check_whole(root: Path, tree: Tree, former: Mapping[str, str], why: str) -> None:
    """Refused where files would go of what may be there all the same: silence is worth less than it was."""
    if not is_tree(root):
        return
    old = read_files(root)
    less = {*old.manifest.kinds} - {*tree.manifest.kinds}
    going = old.origin.ids.keys() & old.nodes.keys() - tree.documents.keys() - {*former.values()}
    lost = sorted(path for path in going if kind_at(path) in less)
    if lost:
        text = f"{root} tells all of what this snapshot tells a part of ({why}): {len(lost)} files would go"
        hint = "export what an admin has extracted as a whole, or to another directory"
        raise Refused(f"{text}, such as {visible(lost[0])}", hint=hint)


def _former_paths(root: Path, tree: Tree) -> dict[str, str]:
    """Where documents were in the tree that is there, by where they will be: told by id, else by address."""
    if not is_tree(root):
        return {}
    old = read_files(root)
    read = from_tree(old.manifest, old.origin, old.nodes)
    by_address = {path: read.places.get(address, "") for address, path in tree.places.items()}
    former = {path: old_path for path, old_path in by_address.items() if old_path in old.nodes}
    return former | {p: o for p, o in _by_id(old.origin, tree.origin).items() if o in old.nodes}


def _by_id(old: Origin, new: Origin) -> dict[str, str]:
    if old.host != new.host:
        return {}
    known = {(kind_at(path), id_): path for path, id_ in old.ids.items()}
    found = {path: known.get((kind_at(path), id_), "") for path, id_ in new.ids.items() if kind_at(path)}
    return {path: old_path for path, old_path in found.items() if old_path}


def check_tree(root: Path) -> list[Problem]:
    """All mistakes in a tree."""
    files = read_files(root)
    return sorted({*files.problems, *_read(files).problems})


def tree_state(root: Path) -> State:
    """The state that a tree asks for; TreeError with all mistakes where it has any."""
    files = read_files(root)
    return _sound(root, files).state


def _read(files: Files) -> Read:
    return from_tree(files.manifest, files.origin, files.nodes, files.head)


def _sound(root: Path, files: Files) -> Read:
    read = _read(files)
    problems = sorted({*files.problems, *read.problems})
    if problems:
        raise TreeError(str(root), [visible(str(problem)) for problem in problems])
    return read


def import_tree(vault: Vault, root: Path) -> Snapshot:
    """A new snapshot that holds the files of a tree; only a tree without mistakes is stored."""
    files = read_files(root)
    read = _sound(root, files)
    addresses = {path: address for address, path in read.places.items()}
    session = begin(vault, host=host_of(root.resolve().name), instance=root.resolve().name)
    try:
        for path, text in sorted(files.texts.items()):
            kind = TREE if beside(path) else kind_at(path)
            resource = read.state.resources.get(addresses.get(path, ""))
            name, address = (resource.name, resource.address) if resource else (None, None)
            put(vault, session, kind, [(path, name, address, None, text.decode("utf-8-sig"))])
    except BaseException as error:
        fail(vault, session, f"{type(error).__name__}: {error}")
        raise
    scope = {kind: {"status": status} for kind, status in read.state.scope.items()}
    return complete(vault, session, {**scope, TREE: {"status": "complete"}})

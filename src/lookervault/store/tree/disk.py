"""Trees on disk: which files are documents, what stands beside them, and writing only what changed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from lookervault.errors import NotFound, Refused, StoreError
from lookervault.model.catalog import KINDS
from lookervault.model.document.fields import NAMES, TEXT, WHOLE
from lookervault.model.document.node import UNREAD, Node, Notes, Problem, nearest
from lookervault.model.document.paths import FOLDER_FILE, IN_FOLDER, MANIFEST, SUFFIX, kind_at
from lookervault.model.document.reading import NO_HEAD
from lookervault.model.document.records import Field, Items, Mapped, Record
from lookervault.model.document.schema import schemas
from lookervault.model.document.shapes import VALUE, Text
from lookervault.model.document.spots import line_of
from lookervault.model.document.tree import FORMAT, Manifest, Moved, Origin, Tree
from lookervault.store.tree.comments import with_comments
from lookervault.store.tree.compose import compose
from lookervault.store.tree.emit import emit

HOME = ".lookervault"  # what people need not read
ORIGIN = f"{HOME}/ids.yaml"
SCHEMAS = f"{HOME}/schema"
_LIKE_DOCUMENTS = (SUFFIX, ".yml")
_LINKED = "a link to a directory is not followed: put the directory itself here"
_LARGEST = 100_000_000  # bytes

_ABOUT = "# Content of Looker as files: see `lookervault plan --help`, `apply` and `validate`.\n"
_ABOUT_ORIGIN = "# Which object of that instance each file is. Written by `lookervault export`.\n"
_MOVED = Record((Field("source", TEXT, "from", required=True), Field("to", TEXT, required=True)), "a move")
_MANIFEST = Record(
    (
        Field("format", WHOLE, required=True),
        Field("kinds", Items(TEXT)),
        Field("shown", Items(TEXT)),
        Field("unlisted", Items(TEXT)),
        Field("outside", Items(TEXT)),
        Field("moved", Items(_MOVED)),
        Field("removed", Items(TEXT)),
    ),
    "a tree's manifest",
)
_ID = Text(whole=True)
_ORIGIN = Record(
    (
        Field("host", TEXT),
        Field("ids", Mapped(_ID)),
        Field("outside", Mapped(_ID)),
        Field("untold", Mapped(NAMES)),
    ),
    "the ids of a tree",
)


class Files(msgspec.Struct):
    """A tree as it is on disk: the documents' nodes and texts by path, and all mistakes so far.

    `head` is the document of the manifest; as good as unread where the ids beside it are.
    """

    manifest: Manifest
    origin: Origin
    nodes: dict[str, Node]
    texts: dict[str, bytes]
    problems: list[Problem]
    head: Node = NO_HEAD


def is_tree(path: Path) -> bool:
    """Whether a directory is the root of a tree."""
    return (path / MANIFEST).is_file()


def read_files(root: Path) -> Files:
    """All files of a tree; NotFound where there is none."""
    if not is_tree(root):
        raise NotFound(
            f"{root} is no tree: it has no {MANIFEST}",
            hint=f"`lookervault export DIR` makes one; so does a {MANIFEST} that says `format: {FORMAT}`",
        )
    problems: list[Problem] = []
    paths = [MANIFEST, *_documents(root, problems), *([ORIGIN] if (root / ORIGIN).exists() else [])]
    read = {path: _read(root, path, problems) for path in paths}
    return parsed(read, problems)


def parsed(read: Mapping[str, bytes | None], problems: Iterable[Problem] = ()) -> Files:
    """Files by path as a tree; without a text those that could not be read."""
    found, nodes = list(problems), {}
    for path, data in read.items():
        notes = Notes(path)
        nodes[path] = UNREAD if data is None else compose(data, notes)
        found += notes.problems
    head, ids = (_without_marks(nodes.pop(path, Node({})), path, found) for path in (MANIFEST, ORIGIN))
    manifest = Manifest() if head is UNREAD else _manifest(head, found)
    origin = Origin() if ids is UNREAD else _origin(ids, found)
    texts = {path: data for path, data in read.items() if data is not None}
    return Files(manifest, origin, nodes, texts, found, UNREAD if ids is UNREAD else head)


def _without_marks(node: Node, path: str, problems: list[Problem]) -> Node:
    """What stands beside documents, as good as unread where it has marks: it tells nothing of Looker's."""
    lines = [] if node is UNREAD else list(_marks(node))
    problems += [
        Problem(path, line, f"{VALUE} is for what Looker holds: there is none of it here") for line in lines
    ]
    return UNREAD if lines else node


def _marks(node: Node) -> Iterator[int]:
    """The lines of all marks in a node."""
    if isinstance(node.value, dict):
        yield from [node.line] if VALUE in node.value else []
        for each in node.value.values():
            yield from _marks(each)
    for each in node.value if isinstance(node.value, list) else ():
        yield from _marks(each)


def _manifest(node: Node, problems: list[Problem]) -> Manifest:
    notes = Notes(MANIFEST)
    found = _MANIFEST.read(node, notes) or {}
    if found.get("format", FORMAT) != FORMAT:
        notes.wrong(node.value["format"].line, f"this lookervault knows format {FORMAT} only")
    kinds, shown, unlisted = (_kinds(found, node, name, notes) for name in ("kinds", "shown", "unlisted"))
    problems += notes.problems
    moved = [Moved(x["source"], x["to"]) for x in found.get("moved") or [] if x.get("source") and x.get("to")]
    outside, removed = found.get("outside") or [], found.get("removed") or []
    return Manifest(FORMAT, kinds, shown, unlisted, outside, moved, removed)


def _kinds(found: Mapping[str, Any], node: Node, name: str, notes: Notes) -> list[str]:
    """The kinds in one list of the manifest."""
    managed = [name for name, kind in KINDS.items() if kind.role == "managed"]
    told = found.get(name) or []
    for kind in told:
        if kind not in managed:
            notes.wrong(
                line_of(node, (name, f"={kind}")), f"there is no kind {kind!r}{nearest(kind, managed)}"
            )
    return [kind for kind in told if kind in managed]


def _origin(node: Node, problems: list[Problem]) -> Origin:
    notes = Notes(ORIGIN)
    found = _ORIGIN.read(node, notes) or {}
    problems += notes.problems
    return Origin(
        found.get("host", ""),
        {k: v for k, v in found.get("ids", {}).items() if v},
        {k: v for k, v in found.get("outside", {}).items() if v},
        {k: v for k, v in found.get("untold", {}).items() if v},
    )


def _documents(root: Path, problems: list[Problem]) -> Iterator[str]:
    """The paths of all files that could be documents, in order; what is hidden is none."""

    def unlisted(error: OSError) -> None:
        path = Path(error.filename).relative_to(root).as_posix()
        problems.append(Problem(path, 0, f"this directory cannot be read: {error.strerror}"))

    for folder, inner, names in os.walk(root, onerror=unlisted):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        at = Path(folder).relative_to(root)
        linked = [(at / name).as_posix() for name in inner if (Path(folder) / name).is_symlink()]
        problems += [Problem(path, 0, _LINKED) for path in linked]
        for name in sorted(names):
            # at the top may stand what is none of the tree's business
            endings = _LIKE_DOCUMENTS if at.parts else tuple(IN_FOLDER.values())
            if name.lower().endswith(endings) and not name.startswith("."):
                yield (at / name).as_posix()


def _read(root: Path, path: str, problems: list[Problem]) -> bytes | None:
    """The bytes of a file; None where there are none to be had."""
    try:
        if not (root / path).is_file():  # a pipe would be waited for
            problems.append(Problem(path, 1, "this is no file: a link that leads nowhere, or no text"))
        elif (root / path).stat().st_size > _LARGEST:
            problems.append(Problem(path, 1, f"this file is too large: more than {_LARGEST} bytes"))
        else:
            return (root / path).read_bytes()
    except OSError as error:
        problems.append(Problem(path, 1, f"this file cannot be read: {error.strerror}"))
    return None


class Written(msgspec.Struct):
    """What writing a tree did: the paths of files that are new, that changed, and that went."""

    new: list[str] = []
    changed: list[str] = []
    removed: list[str] = []
    unchanged: int = 0


def joined(first: Written, then: Written) -> Written:
    """What writing a tree twice did."""
    new = {*first.new, *then.new} - {*then.removed}
    changed = {*first.changed, *then.changed} - new - {*then.removed}
    removed = ({*first.removed, *then.removed} - {*first.new}) - new
    return Written(sorted(new), sorted(changed), sorted(removed), then.unchanged)


def write_tree(root: Path, tree: Tree, moved: Mapping[str, str]) -> Written:
    """Makes a directory that tree; `moved` are former paths of documents by their new ones.

    Comments are kept where they fit, and files that were of the tree and are no longer go. Refused where
    the directory holds anything else.
    """
    old = _present(root)
    # what people have declared is theirs
    manifest = msgspec.structs.replace(tree.manifest, moved=old.manifest.moved, removed=old.manifest.removed)
    tree = msgspec.structs.replace(tree, manifest=manifest)
    former = {new: path for new, path in moved.items() if path != new and path in old.texts}
    written = Written()
    for path, text in _texts(tree, old, former).items():
        _write(root, path, text, written)
    gone = {path for path in old.texts if _ours(path, old.origin)} | set(former.values())
    for path in sorted(gone - tree.documents.keys() - {MANIFEST, ORIGIN}):
        _remove(root, path)
        written.removed.append(path)
    return written


def patch_tree(
    root: Path, old: Files, texts: Mapping[str, bytes], removed: Iterable[str], told: tuple[Manifest, Origin]
) -> Written:
    """Writes the files of a tree that have another text now, and what stands beside them if it changed."""
    written = Written()
    for path, data in texts.items():
        if data != old.texts.get(path):
            _write(root, path, data.decode(), written)
    for path in sorted(set(removed) - texts.keys()):
        _remove(root, path)
        written.removed.append(path)
    manifest, origin = told
    if manifest != old.manifest:
        before = old.texts[MANIFEST].decode(errors="replace")
        _write(root, MANIFEST, _manifest_text(manifest, before), written)
    if origin != old.origin:
        _write(root, ORIGIN, _origin_text(origin), written)
    return written


def text_of(path: str, document: Any, before: str) -> bytes:
    """The text of a document, with the comments of the one it replaces."""
    return _headed(_schema_line(path), emit(document), before).encode()


def moved_text(path: str, data: bytes) -> bytes:
    """A document's text at another path: what tells an editor of its schema leads there from here."""
    head = _schema_line(path).encode()
    first, line_feed, rest = data.partition(b"\n")
    return head + rest if line_feed and first.startswith(head.partition(b"=")[0]) else data


def _manifest_text(manifest: Manifest, before: str) -> str:
    told = emit({k: v for k, v in msgspec.to_builtins(manifest).items() if v})
    return _headed(_ABOUT, told, before)


def _origin_text(origin: Origin) -> str:
    told = {k: v for k, v in msgspec.to_builtins(origin).items() if v}
    return _ABOUT_ORIGIN + emit(_ORIGIN.write(told))


def _present(root: Path) -> Files:
    """The tree that is in a directory now; an empty one where that is empty or not there."""
    if root.exists() and not root.is_dir():
        raise Refused(f"{root} is not a directory")
    if is_tree(root):
        return read_files(root)
    if root.exists() and any(path.name != ".git" for path in root.iterdir()):
        raise Refused(
            f"{root} is not empty, and no tree of lookervault", hint="export to an empty or a new directory"
        )
    return Files(Manifest(), Origin(), {}, {}, [])


def _ours(path: str, origin: Origin) -> bool:
    """Whether a file was written by an export: one that is known, or says a folder's name."""
    return path in origin.ids or path.endswith(f"/{FOLDER_FILE}")


def _texts(tree: Tree, old: Files, former: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for path, document in tree.documents.items():
        before = old.texts.get(former.get(path, path), b"").decode(errors="replace")
        found[path] = _headed(_schema_line(path), emit(document), before)
    manifest = old.texts.get(MANIFEST, b"").decode(errors="replace")
    found[MANIFEST] = _manifest_text(tree.manifest, manifest)
    found[ORIGIN] = _origin_text(tree.origin)
    for kind, schema in schemas(sorted({*tree.manifest.told, *map(kind_at, tree.documents)})).items():
        found[f"{SCHEMAS}/{kind}.json"] = schema
    return found


def _headed(header: str, text: str, old: str) -> str:
    """A text below its header, with the comments of the old text; that one's header is none of them."""
    mark = header.partition("=")[0].rstrip("\n")
    kept = [line for line in old.split("\n") if not line.startswith(mark)]
    return header + with_comments(text, "\n".join(kept))


def _schema_line(path: str) -> str:
    """What tells an editor which keys the document may have."""
    up = "../" * path.count("/")
    return f"# yaml-language-server: $schema={up}{SCHEMAS}/{kind_at(path)}.json\n"


def _write(root: Path, path: str, text: str, written: Written) -> None:
    target, data = root / path, text.encode()
    try:
        if target.is_file():
            if target.read_bytes() == data:
                written.unchanged += 1
                return
            written.changed.append(path)
        else:
            written.new.append(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(data)
        Path(file.name).replace(target)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error


def _remove(root: Path, path: str) -> None:
    """Removes a file, and the directories that are empty without it."""
    target = root / path
    target.unlink(missing_ok=True)
    for folder in target.parents:
        if folder == root or any(folder.iterdir()):
            return
        folder.rmdir()

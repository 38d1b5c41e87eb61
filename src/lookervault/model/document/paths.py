"""Where in a tree of files each document stands, and what a path says about the document there.

Files are named after titles, in a way that every file system takes: what does not fit there is replaced,
and the true name stands inside.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping

import msgspec

from lookervault.model.address import parse
from lookervault.model.catalog import KINDS
from lookervault.model.document.node import nearest
from lookervault.model.folders import ROOTS
from lookervault.model.resource import Resource

FOLDERS, PERSONAL, OWNER = "folders", "personal", "@user:"
MANIFEST = "lookervault.yaml"
FOLDER_FILE, ACCESS_FILE = "_folder.yaml", "_access.yaml"
SUFFIX = ".yaml"
# kinds that stand in their folder, with what their files end in
IN_FOLDER = {"dashboard": ".dashboard.yaml", "look": ".look.yaml"}
DIRECTORIES = {
    kind.title.replace(" ", "_"): name
    for name, kind in KINDS.items()
    if kind.role == "managed" and kind.in_trees and name not in (*IN_FOLDER, "folder") and kind.of != "folder"
}
_TOPS = (FOLDERS, PERSONAL, *DIRECTORIES)
ROOT_FOLDERS = frozenset({*ROOTS.values(), "LookML"})

_LONGEST = 100  # bytes of a name without its ending; file systems take 255 with it
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)

# names from the top down, and what the file at the end ends in; empty for a directory
Trail = tuple[tuple[str, ...], str]


def key_of(address: str) -> tuple[str, ...]:
    """The names in an address; boards need none."""
    return ("",) if address.endswith(":") else parse(address).key


def folder_trail(key: tuple[str, ...]) -> tuple[str, ...]:
    """The true names of the directories that lead to a folder."""
    if key[0].startswith(OWNER):
        return (PERSONAL, key[0].removeprefix(OWNER), *key[1:])
    return (FOLDERS, *key)


def folder_key(trail: tuple[str, ...]) -> tuple[str, ...]:
    """The names in the address of the folder that such directories lead to."""
    return (OWNER + trail[1], *trail[2:]) if trail[0] == PERSONAL else trail[1:]


def trail_of(resource: Resource) -> Trail:
    """Where the document of a resource belongs, by true names."""
    key = key_of(resource.address)
    if resource.kind == "folder":
        return folder_trail(key), ""
    if KINDS[resource.kind].of == "folder":
        return (*folder_trail(key), ACCESS_FILE), ""
    if resource.kind in IN_FOLDER:
        return (*folder_trail(key[:-1]), key[-1]), IN_FOLDER[resource.kind]
    return (KINDS[resource.kind].title.replace(" ", "_"), *key), SUFFIX


class _Directory(msgspec.Struct):
    """What a directory holds, by true name and ending."""

    inside: dict[tuple[str, str], _Directory] = {}


def safe_paths(trails: Iterable[Trail]) -> dict[Trail, str]:
    """The path of each trail, and of every directory on its way."""
    top = _Directory()
    for names, ending in trails:
        at = top
        for number, name in enumerate(names, 1):
            at = at.inside.setdefault((name, ending if number == len(names) else ""), _Directory())
    found: dict[Trail, str] = {}
    _walk(top, (), "", found)
    return found


def _walk(at: _Directory, names: tuple[str, ...], path: str, found: dict[Trail, str]) -> None:
    entries = safe_entries(at.inside)
    for (name, ending), inside in at.inside.items():
        trail = (*names, name)
        found[trail, ending] = path + entries[name, ending]
        _walk(inside, trail, f"{path}{entries[name, ending]}/", found)


def safe_entries(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The entries of one directory by name and ending; none clashes with another, whatever their case."""
    found: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for name, ending in sorted(wanted, key=lambda w: (w[0] not in (FOLDER_FILE, ACCESS_FILE), w)):
        entry = safe_name(name) + ending
        if entry.casefold() in taken:
            entry = f"{marked_name(name)}{ending}"
        taken.add(entry.casefold())
        found[name, ending] = entry
    return found


def safe_name(name: str) -> str:
    """A name that every file system takes; the same where it does already."""
    safe = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).rstrip(". ").lstrip(" ")
    if safe.startswith("."):
        safe = "_" + safe[1:]
    if _RESERVED.fullmatch(safe):
        safe = f"{safe.partition('.')[0]}_{safe.partition('.')[1]}{safe.partition('.')[2]}"
    if len(safe.encode()) > _LONGEST:
        cut = safe.encode()[: _LONGEST - 10].decode(errors="ignore").rstrip(". ")
        safe = f"{cut} ~{_mark(name)}"
    return safe or "untitled"


def marked_name(name: str) -> str:
    """The same where another name has that already."""
    return f"{safe_name(name)} ~{_mark(name)}"


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:6]


def kind_at(path: str) -> str:
    """The kind of the document at a path, or nothing where none belongs there."""
    top, _, rest = path.partition("/")
    name = path.rpartition("/")[2]
    if not rest:
        return ""
    if top not in (FOLDERS, PERSONAL):
        return DIRECTORIES.get(top, "") if name.endswith(SUFFIX) else ""
    if "/" not in rest:
        return ""  # in no folder
    if name == FOLDER_FILE:
        return "folder"
    if name == ACCESS_FILE:
        return next(kind.name for kind in KINDS.values() if kind.of == "folder")
    return next((kind for kind, ending in IN_FOLDER.items() if name.endswith(ending)), "")


def misplaced(path: str) -> str:
    """Why no document belongs at a path, and what is meant perhaps."""
    top, name = path.partition("/")[0], path.rpartition("/")[2]
    kind = next((k for k, end in IN_FOLDER.items() if name.lower().endswith(end) or top == f"{k}s"), "")
    if not name.endswith(SUFFIX):
        return f"the names of documents end in {SUFFIX}"
    if kind and top not in (FOLDERS, PERSONAL):
        return f"no {kind} belongs here: it stands below {FOLDERS}/, in the directory of its folder"
    if top in (FOLDERS, PERSONAL) and path.count("/") == 1:
        return f"no folder has this file: it belongs one directory deeper, as in {FOLDERS}/Shared"
    if top in (FOLDERS, PERSONAL):
        known = (*IN_FOLDER.values(), ACCESS_FILE, FOLDER_FILE)
        near = nearest(name if name.startswith("_") else f".{name.partition('.')[2]}", known)
        return (
            f"no document belongs here: in a folder they end in {', '.join(known[:-1])} or {known[-1]}{near}"
        )
    return f"no document belongs here: there is no directory {top!r} in a tree{nearest(top, _TOPS)}"


def stem_of(path: str) -> str:
    """The name of a file without its ending."""
    name = path.rpartition("/")[2]
    ending = next((e for e in (*IN_FOLDER.values(), SUFFIX) if name.endswith(e)), "")
    return name.removesuffix(ending)


def folders_in(paths: Iterable[str], names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Every directory that is a folder, with the names in its address; `names` are the true ones."""
    found: dict[str, tuple[str, ...]] = {}
    for path in paths:
        steps = path.split("/")[:-1]
        for depth in range(2, len(steps) + 1) if steps and steps[0] in (FOLDERS, PERSONAL) else ():
            directory = "/".join(steps[:depth])
            above = found.get("/".join(steps[: depth - 1]), ())
            name = names.get(directory, steps[depth - 1])
            found[directory] = (*above, name) if above else folder_key((steps[0], name))
    return found

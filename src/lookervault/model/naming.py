"""What objects are called, worked out kind by kind and page by page, from as little as that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import islice
from typing import Any, Protocol, TypeVar

from lookervault.model.address import escape
from lookervault.model.catalog import KINDS
from lookervault.model.context import Context, RawObjects
from lookervault.model.folders import ROOTS
from lookervault.model.kind import Identity
from lookervault.model.normal import text_id
from lookervault.model.people import LOGIN_FIELDS

At = tuple[str, str]  # (kind, id)
Find = Callable[[At], Identity | None]
K = TypeVar("K")

# the root of the addresses of what is in the trash; real roots have names of their own
TRASH = "Trash"

# fields that `Kind.identity` functions read
IDENTITY_FIELDS = frozenset(
    {
        *("id", "name", "title", "email", "parent_id", "folder_id", "personal_folder_id", "external_id"),
        *("dashboard_id", "look_id", "lookml_dashboard_id", "dashboard_element_id", "homepage_id"),
        *("investigative_content_id", "first_name", "last_name", "service_account_name", "custom_title"),
        *("field", "integration_hub_id", "url", "label", "model_name", "deleted", "deleted_at"),
        *LOGIN_FIELDS,
        *ROOTS,
    }
)


class Known(Protocol):
    """Where the objects are: whole, or only as their `identity_fields`."""

    def rows(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Id and object, of all of a kind."""

    def some(self, kind: str, ids: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """Id and object, of those of a kind that are there."""


def identity_fields(raw: Any) -> Any:
    """As much of a raw object as its address depends on: a small part of what may be a large object."""
    if not isinstance(raw, dict):
        return {}
    told = ((field, raw[field]) for field in IDENTITY_FIELDS & raw.keys())
    found = {field: value for field, value in told if value is not None or field == "deleted"}
    folder = raw.get("folder")
    if isinstance(folder, dict):
        found["folder"] = {"id": folder.get("id")}
    elements = [{"id": e.get("id")} for e in raw.get("dashboard_elements") or [] if not e.get("deleted")]
    if elements:
        found["dashboard_elements"] = elements
    return found


def name_all(raws: RawObjects) -> dict[At, str]:
    """The address of every object; the raw objects need no more than their `identity_fields`."""
    names = Names(_Held(raws))
    found: dict[At, str] = {}
    for kind in KINDS:
        addresses = {id_: address for page in names.of(kind) for id_, address in page.items()}
        while shared := _shared(addresses):
            addresses |= {id_: apart(addresses[id_], id_) for id_ in shared}
        found |= {(kind, id_): address for id_, address in addresses.items()}
    return found


def apart(address: str, id_: str) -> str:
    """The address of one of several of one name: none may be taken for another, so it shows its id."""
    return f"{address}#{escape(id_)}"


def addresses_of(identities: Mapping[At, Identity], trashed: Set[At]) -> dict[At, str]:
    """The address of each of these, no two alike."""
    found = {at: _address(at, identities.get, trashed) for at in identities}
    while shared := _shared(found):
        found |= {at: apart(found[at], at[1]) for at in shared}
    return found


def is_deleted(raw: Mapping[str, Any]) -> bool:
    """What has no flag of its own, as boards, says it by a time (resource notes, section 2.8)."""
    return bool(raw.get("deleted", raw.get("deleted_at")))


def in_trash(kind: str, address: str | None) -> bool:
    """Whether an address is that of something in the trash itself, and not of what belongs to it."""
    return kind in KINDS and KINDS[kind].trash and (address or "").startswith(f"{kind}:{TRASH}/")


class Names:
    """Gives names to objects; of all that it has seen it keeps the folders only, in which most things are."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._trashed: set[At] = set()
        self._folders = dict(self._identified("folder", known.rows("folder")))
        self._paths: dict[At, tuple[str, bool]] = {}  # of these folders, as far as they have been asked for

    def of(self, kind: str, size: int = 500) -> Iterator[dict[str, str]]:
        """Id to address of the objects of a kind, in pages; several of one name are not told apart yet."""
        rows = self._known.rows(kind) if KINDS[kind].role != "value" else iter(())
        identified = self._identified(kind, rows)
        while page := dict(islice(identified, size)):
            above = self._above(page)
            find = _first(page, above, self._folders)
            yield {at[1]: self._address(at, identity, find) for at, identity in page.items()}
            self._trashed.clear()

    def _address(self, at: At, identity: Identity, find: Find) -> str:
        """What is right in a folder has the folder's path, which is worked out once for all."""
        parent = identity.parent
        if parent is None or parent not in self._folders or at[0] == "folder":
            return _address(at, find, self._trashed)
        if parent not in self._paths:
            self._paths[parent] = _path(parent, find, self._trashed)
        path, lost = self._paths[parent]
        if not KINDS[at[0]].of:
            path = f"{path}/{escape(identity.name)}"
        return _printed(at[0], path, lost or at in self._trashed)

    def _above(self, page: Mapping[At, Identity]) -> dict[At, Identity]:
        """What these are in, and what that is in, but for folders."""
        above: dict[At, Identity] = {}
        below, sought = page, set[At]()
        while wanted := {p for i in below.values() if (p := i.parent) and p not in self._folders} - sought:
            sought |= wanted
            below = {}
            for kind in {at[0] for at in wanted}:
                rows = self._known.some(kind, sorted(id_ for of, id_ in wanted if of == kind))
                below |= self._identified(kind, rows)
            above |= below
        return above

    def _identified(self, name: str, rows: Iterator[tuple[str, Any]]) -> Iterator[tuple[At, Identity]]:
        kind, context = KINDS[name], Context(self._around(name), {})
        for id_, raw in rows:
            if kind.trash and is_deleted(raw):
                self._trashed.add((name, id_))
            yield (name, id_), kind.identity(raw, context)

    def _around(self, kind: str) -> RawObjects:
        """What of other kinds a name may depend on: whose folder it is, on which dashboard an alert is."""
        if kind == "folder":
            return {"user": dict(self._known.rows("user"))}
        if kind == "alert":
            watched = {text_id(raw.get("dashboard_element_id")) for _, raw in self._known.rows(kind)}
            return {"dashboard": dict(_with_elements(self._known.rows("dashboard"), watched))}
        return {}


class _Held:
    """Objects in memory."""

    def __init__(self, raws: RawObjects) -> None:
        self._raws = raws

    def rows(self, kind: str) -> Iterator[tuple[str, Any]]:
        return iter(self._raws.get(kind, {}).items())

    def some(self, kind: str, ids: Iterable[str]) -> Iterator[tuple[str, Any]]:
        held = self._raws.get(kind, {})
        return ((id_, held[id_]) for id_ in ids if id_ in held)


def _with_elements(rows: Iterator[tuple[str, Any]], wanted: Set[str]) -> Iterator[tuple[str, Any]]:
    """The dashboards that have these elements, without any other."""
    for id_, raw in rows:
        elements = [e for e in raw.get("dashboard_elements") or [] if text_id(e.get("id")) in wanted]
        if elements:
            yield id_, {"dashboard_elements": elements}


def _shared(addresses: Mapping[K, str]) -> list[K]:
    """What has an address that something else has too."""
    if len(set(addresses.values())) == len(addresses):
        return []
    times = Counter(addresses.values())
    return [key for key, address in addresses.items() if times[address] > 1]


def _first(*several: Mapping[At, Identity]) -> Find:
    """What finds in the first of these that has it; `ChainMap` takes several times as long."""

    def find(at: At) -> Identity | None:
        return next((each[at] for each in several if at in each), None)

    return find


def _address(at: At, find: Find, trashed: Set[At]) -> str:
    return _printed(at[0], *_path(at, find, trashed))


def _printed(kind: str, path: str, lost: bool) -> str:
    return f"{kind}:{TRASH}/{path}" if lost else f"{kind}:{path}"


def _path(at: At, find: Find, trashed: Set[At]) -> tuple[str, bool]:
    """Names from the root down, and whether any is in the trash; what is not there shows as its id."""
    names: list[str] = []
    lost = False
    seen: set[At] = set()
    step: At | None = at
    while step is not None:
        identity = find(step)
        if identity is None or step in seen:
            names.append(f"#{step[1]}")
            break
        seen.add(step)
        if not KINDS[step[0]].of:
            names.append(identity.name)
        lost = lost or step in trashed
        step = identity.parent
    return "/".join(map(escape, reversed(names))), lost

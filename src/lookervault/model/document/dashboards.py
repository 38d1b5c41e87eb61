"""Filters, tabs and tiles of a dashboard in its document: in reading order, each as short as it can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lookervault.model.content import (
    DEFAULT_LAYOUT,
    element_label,
    filterable_key,
    layout_keys,
    meaning,
)
from lookervault.model.document.node import Node, Notes, described, nearest
from lookervault.model.document.records import Record
from lookervault.model.document.shapes import VALUE, Anything
from lookervault.model.document.tiles import COARSE, FILTER, FINE, TAB, TILE
from lookervault.model.resource import Attributes, Part, Resource
from lookervault.model.values import Link

_TAB = "tab "  # before the label in the key of a layout
_NEW_TILE = {"column": 0, "width": 12, "height": 6}


def written(resource: Resource) -> dict[str, Any]:
    """The keys of a dashboard's document that tell its parts."""
    parts: dict[str, list[Part]] = {"filter": [], "layout": [], "element": []}
    for part in resource.parts:
        parts[part.kind].append(part)
    found = {
        "filters": [_filter(part, n, parts["filter"]) for n, part in enumerate(parts["filter"])],
        "tabs": [_tab(part, n) for n, part in enumerate(parts["layout"])],
        "tiles": [_tile(part) for part in parts["element"]],
    }
    if found["tabs"] == [{}]:
        del found["tabs"]
    return {key: value for key, value in found.items() if value or key == "tabs"}


def _told(attributes: Attributes, record: Record) -> Attributes:
    """Attributes that say something; of those with a usual value, also what says nothing."""
    usual = {f.attribute for f in record.fields if f.usual is not None}
    return {**meaning(attributes), **{k: v for k, v in attributes.items() if k in usual and v is not None}}


def _at_index(index: int) -> int | None:
    """What a number of order usually is; zero says nothing."""
    return index or None


def _filter(part: Part, index: int, filters: list[Part]) -> dict[str, Any]:
    record = FILTER.usually(title=part.attributes.get("name"), row=_at_index(index))
    marks = {key: {VALUE: Anything().write(part.attributes[key])} for key, _ in _amiss(part, filters)}
    return {**record.written(_told(part.attributes, record), frozenset()), **marks}


def _amiss(part: Part, filters: list[Part]) -> Iterator[tuple[str, str]]:
    """What of a filter does not go with the others (section 4.7): the key, and what is wrong with it."""
    before = filters[: next(n for n, other in enumerate(filters) if other is part)]
    if any(other.label == part.label for other in before):
        yield "title", f"another filter has the title {part.label!r} too"
    names = [other.key for other in filters]
    for name in part.attributes.get("listens_to_filters") or []:
        if name not in names:
            yield "listens_to_filters", f"there is no filter {name!r} to listen to{nearest(str(name), names)}"


def _tab(part: Part, index: int) -> dict[str, Any]:
    record = TAB.usually(order=_at_index(index))
    attributes = {k: v for k, v in part.attributes.items() if k != "active"}
    if part.key == DEFAULT_LAYOUT and index:
        attributes["active"] = True
    return record.written(_told(attributes, record), frozenset())


def _tile(part: Part) -> dict[str, Any]:
    attributes = _told(part.attributes, TILE)
    places = dict(attributes.pop("positions", {}))
    home = places.pop(part.home, {})
    attributes["at"] = {g: home[g] for g in COARSE if g in home}
    attributes["granular"] = {g: home[g] for g in FINE if g in home} or None
    attributes["tab"] = None if part.home in ("", DEFAULT_LAYOUT) else part.home.removeprefix(_TAB)
    attributes["elsewhere"] = places or None
    filterables = attributes.get("filterables") or []
    query = attributes.get("query") or {}
    if len(filterables) == 1 and _own(query) == {k: v for k, v in filterables[0].items() if k != "listen"}:
        attributes["listen"] = filterables[0]["listen"]
        del attributes["filterables"]
    return TILE.written(attributes, frozenset())


def _own(query: Mapping[str, Any]) -> dict[str, Any]:
    """The explore of a query as a filterable names it."""
    return {k: query[k] for k in ("model", "view") if k in query}


def tile_names(parts: Iterable[Part]) -> dict[str, str]:
    """Slot of each element to that by which documents know it: its title, numbered where others have it."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for part in parts:
        if part.kind == "element":
            name = _numbered(part.label, taken)
            taken.add(name)
            found[part.slot] = f"element:{name}"
    return found


def _numbered(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name} #{number}"
    return found


def read(node: Node, notes: Notes) -> list[Part]:
    """The parts that a dashboard's document tells: filters, layouts and elements."""
    listed = _list(node, "filters", notes)
    read = [(part, n) for i, n in enumerate(listed) if (part := _read_filter(n, i, notes))]
    filters = [part for part, _ in read]
    # a dashboard has one tab without saying so
    tabs = _list(node, "tabs", notes) if "tabs" in node.value else [Node({})]
    layouts = _read_tabs(tabs, notes)
    tiles = _list(node, "tiles", notes)
    elements = _read_tiles(tiles, layouts, notes)
    _check_filters(read, filters, notes)
    _check_shown(zip(elements, tiles, strict=True), [part.key for part in filters], notes)
    return [*filters, *layouts, *elements]


def _list(node: Node, key: str, notes: Notes) -> list[Node]:
    inner = node.value.get(key)
    if inner is None or inner.value is None:
        return []
    if not isinstance(inner.value, list):
        notes.wrong(inner.line, f"a list is expected, not {described(inner)}")
        return []
    good = [n for n in inner.value if isinstance(n.value, dict)]
    for n in inner.value:
        if not isinstance(n.value, dict):
            notes.wrong(n.line, f"a mapping is expected in {key}, not {described(n)}")
    return good


def _read_filter(node: Node, index: int, notes: Notes) -> Part | None:
    found = FILTER.taken(node, notes, frozenset())
    name = found.get("name")
    if not isinstance(name, str):
        if name is not None:
            notes.wrong(node.value["name"].line, f"a text is expected, not {name!r}")
        return None
    found = {"title": name, "row": index, **found}
    attributes = {k: v for k, v in found.items() if v is not None}
    return Part("filter", name, "", str(attributes.get("title") or name), attributes)


def _check_filters(read: list[tuple[Part, Node]], filters: list[Part], notes: Notes) -> None:
    seen: set[str] = set()
    for part, inner in read:
        if part.key in seen:
            notes.wrong(inner.line, f"another filter is called {part.key!r} too")
        seen.add(part.key)
        for key, message in _amiss(part, filters):
            told = inner.value.get(key, inner)
            if not (isinstance(told.value, dict) and VALUE in told.value):
                notes.wrong(told.line, message)


def _check_shown(read: Iterable[tuple[Part, Node]], filters: list[str], notes: Notes) -> None:
    """Tells of tiles that show a filter which is not there."""
    for part, inner in read:
        shown = part.attributes.get("filter")
        name = shown.part.partition(":")[2] if isinstance(shown, Link) else ""
        if name and name not in filters:
            line = inner.value["filter"].line
            notes.wrong(line, f"this dashboard has no filter {name!r}{nearest(name, filters)}")


def _read_tabs(nodes: list[Node], notes: Notes) -> list[Part]:
    rows = []
    for index, node in enumerate(nodes):
        found = {"order": index, **TAB.taken(node, notes, frozenset())}
        rows.append({"id": str(index), **{k: v for k, v in found.items() if v is not None}})
    keys = layout_keys(rows)
    parts = []
    for row in rows:
        key = keys[row.pop("id")]
        # of the others nothing is said: that one is not active is no setting
        attributes = {f: v for f, v in row.items() if f != "active"}
        if key == DEFAULT_LAYOUT:
            attributes["active"] = True
        parts.append(Part("layout", key, "", str(row.get("label") or key), attributes))
    return parts


def _read_tiles(nodes: list[Node], layouts: list[Part], notes: Notes) -> list[Part]:
    names = {str(p.attributes.get("label")): p.key for p in layouts if p.key == DEFAULT_LAYOUT}
    names |= {p.key.removeprefix(_TAB): p.key for p in layouts}
    bottoms: dict[str, int] = {}
    parts, taken = [], set[str]()
    for node in nodes:
        found = TILE.taken(node, notes, frozenset())
        part = _element(found, node, names, bottoms, notes)
        part.key = _numbered(part.label, taken)
        taken.add(part.key)
        parts.append(part)
    return parts


def _element(
    found: Attributes, node: Node, names: Mapping[str, str], bottoms: dict[str, int], notes: Notes
) -> Part:
    tab = found.pop("tab", None)
    if tab is not None and (not isinstance(tab, str) or tab not in names):
        line, tab = node.value["tab"].line, str(tab)
        notes.wrong(line, f"this dashboard has no tab {tab!r}{nearest(tab, names)}")
    home = DEFAULT_LAYOUT if tab is None else names.get(tab, DEFAULT_LAYOUT)
    place = _place(found, bottoms, home)
    places = {home: place, **(found.pop("elsewhere", None) or {})}
    places = {layout: at for layout, at in places.items() if at}
    listen = found.pop("listen", None)
    if listen:
        found["filterables"] = [{**_heard(found, node, notes), "listen": listen}]
    if found.get("filterables"):
        found["filterables"] = sorted(found["filterables"], key=filterable_key)
    attributes = {k: v for k, v in found.items() if v is not None}
    if places:
        attributes["positions"] = places
    home = home if place or tab is not None else ""
    return Part("element", "", "", element_label(attributes), attributes, {}, home)


def _place(found: Attributes, bottoms: dict[str, int], home: str) -> Attributes:
    """The place that is told, or one below all tiles so far."""
    place, fine = found.pop("at", None), found.pop("granular", None) or {}
    if place is None:
        place = {"row": bottoms.get(home, 0), **_NEW_TILE}
    told = ((place or {}).get(name) for name in ("row", "height"))
    bottom = sum(n for n in told if isinstance(n, int))
    bottoms[home] = max(bottoms.get(home, 0), bottom)
    return {**place, **fine}


def _heard(found: Attributes, node: Node, notes: Notes) -> Attributes:
    """The explore of the tile's own query, on whose fields filters act."""
    query = found.get("query") or {}
    if "model" not in query or "view" not in query:
        what = "listen needs a query of the tile's own; filterables name their model and explore"
        notes.wrong(node.value["listen"].line, what)
    return _own(query)

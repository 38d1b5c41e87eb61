"""Turns what is written down about the demo into objects, by the instance's own rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lookervault.sandbox.content.spec import Dashboard, Filter, Look, Source, Tile
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.rules import folders, layouts, queries
from lookervault.sandbox.state import Record

COLUMNS = 24
LINKED = ("body_text", "rich_content_json", "note_text")


@dataclass
class Known:
    """The ids of what has been made, by the names the demo uses."""

    people: Mapping[str, str]
    folders: dict[str, str] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)
    dashboards: dict[str, str] = field(default_factory=dict)


def make_folders(inst: Instance, known: Known, tree: str) -> None:
    """Folders from an indented list below the shared root; `known` gets their paths."""
    shared = folders.root(inst, "is_shared_root")["id"]
    known.folders[""] = shared
    path: list[str] = []
    for line in tree.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        path = [*path[:depth], line.strip()]
        parent = known.folders[" > ".join(path[:-1])]
        known.folders[" > ".join(path)] = inst.create("folder", name=path[-1], parent_id=parent)["id"]


def make_looks(inst: Instance, known: Known, looks: Iterable[Look]) -> None:
    """Looks, each by its owner."""
    for look in looks:
        with inst.acting(known.people[look.owner]):
            query = inst.create("query", **look.query)
            made = inst.create(
                "look",
                title=look.title,
                folder_id=known.folders[look.folder],
                query_id=query["id"],
                description=look.description,
            )
        known.looks[look.key or look.title] = made["id"]


def make_dashboards(inst: Instance, known: Known, dashboards: Sequence[Dashboard]) -> None:
    """All shells first, so that tiles can link to any dashboard; then what is on them."""
    for dashboard in dashboards:
        with inst.acting(known.people[dashboard.owner]):
            folder_id = known.folders[dashboard.folder]
            made = inst.create("dashboard", title=dashboard.title, folder_id=folder_id, **dashboard.fields)
            if dashboard.deleted:
                inst.edit("dashboard", made["id"], deleted=True)
        known.dashboards[dashboard.key] = made["id"]
    for dashboard in dashboards:
        with inst.acting(known.people[dashboard.owner]):
            _fill(inst, known, dashboard, known.dashboards[dashboard.key])


def _fill(inst: Instance, known: Known, dashboard: Dashboard, key: str) -> None:
    for each in _told_first(dashboard.filters):
        inst.create("dashboard_filter", **{"dashboard_id": key, **each.fields})
    tabs = _tabs(inst, dashboard, key)
    by_tab: dict[str | None, list[Tile]] = defaultdict(list)
    for tile in dashboard.tiles:
        by_tab[tile.tab].append(tile)
    for tab, tiles in by_tab.items():
        for tile, place in zip(tiles, _flow(tiles), strict=True):
            _tile(inst, known, tile, key, tabs[tab], place)


def _told_first(filters: Sequence[Filter]) -> Iterator[Filter]:
    """Filters in their order of rows, given so that nobody listens to one that is not there yet."""
    rows = [Filter({"row": row, **each.fields}) for row, each in enumerate(filters)]
    return iter(sorted(rows, key=lambda each: len(each.fields.get("listens_to_filters", ()))))


def _tabs(inst: Instance, dashboard: Dashboard, key: str) -> dict[str | None, str]:
    """The layouts by the names of their tabs; a tile that names none goes to the first."""
    first = layouts.active(inst, key)["id"]
    found: dict[str | None, str] = {None: first}
    for order, label in enumerate(dashboard.tabs):
        if order == 0:
            inst.edit("dashboard_layout", first, label=label, order=0)
            found[label] = first
        else:
            found[label] = inst.create("dashboard_layout", dashboard_id=key, label=label, order=order)["id"]
    return found


def _flow(tiles: Sequence[Tile]) -> Iterator[tuple[int, int]]:
    """Rows and columns from left to right, from top to bottom."""
    row = column = tallest = 0
    for tile in tiles:
        width, height = tile.size
        if column + width > COLUMNS:
            row, column, tallest = row + tallest, 0, 0
        yield row, column
        column, tallest = column + width, max(tallest, height)


def _tile(inst: Instance, known: Known, tile: Tile, key: str, layout: str, place: tuple[int, int]) -> None:
    body: Record = {"dashboard_id": key, "dashboard_layout_id": layout, **_with_links(known, tile.fields)}
    wires, source = _wires(inst, known, tile)
    if wires:
        body["result_maker"] = {"filterables": wires}
    element = inst.create("dashboard_element", **body, **source)
    component = layouts.components_of_element(inst, element["id"])[0]
    row, column = place
    width, height = tile.size
    inst.edit(
        "dashboard_layout_component", component["id"], row=row, column=column, width=width, height=height
    )


def _ids(known: Known) -> dict[str, str]:
    """What links name things by, and the ids in the place of that."""
    ids = {**known.people, **known.dashboards, **{f"look {name}": key for name, key in known.looks.items()}}
    return ids | {f"folder {path}": key for path, key in known.folders.items()}


def _with_links(known: Known, fields: Record) -> Record:
    """Fields whose links name things by their keys, with the ids in their place."""
    ids = _ids(known)
    done = dict(fields)
    for name in LINKED:
        for key in ids if isinstance(done.get(name), str) else ():
            done[name] = done[name].replace(f"<{key}>", ids[key])
    return done


def _drilling(known: Known, query: Record) -> Record:
    """A query whose chart leads to a dashboard by its id."""
    style = dict(query["vis_config"])
    for name, key in _ids(known).items() if "drill_url" in style else ():
        style["drill_url"] = style["drill_url"].replace(f"<{name}>", key)
    return {**query, "vis_config": style}


def _wires(inst: Instance, known: Known, tile: Tile) -> tuple[list[Record], Record]:
    """The filter wiring of a tile and the field that names its source."""
    if tile.query is not None:
        query = inst.create("query", **_drilling(known, tile.query))
        return [_wire(query, "", tile.listen)], {"query_id": query["id"]}
    if tile.look is not None:
        look = inst.find("look", known.looks[tile.look])
        return [_wire(queries.find(inst, look["query_id"]), "", tile.listen)], {"look_id": look["id"]}
    if tile.sources:
        return _merge(inst, tile)
    return [], {}


def _wire(query: Record, name: str, listen: Mapping[str, str]) -> Record:
    heard = [{"dashboard_filter_name": key, "field": value} for key, value in listen.items()]
    return {"model": query["model"], "view": query["view"], "name": name, "listen": heard}


def _merge(inst: Instance, tile: Tile) -> tuple[list[Record], Record]:
    made = [(source, inst.create("query", **source.query)) for source in tile.sources]
    merge = inst.create("merge_query", source_queries=[_source(s, q) for s, q in made], **tile.merge)
    wires = [_wire(query, source.name, _heard(inst, query, tile.listen)) for source, query in made]
    return wires, {"merge_result_id": merge["id"]}


def _source(source: Source, query: Record) -> Record:
    joins = [{"field_name": mine, "source_field_name": first} for mine, first in source.joins.items()]
    return {"name": source.name, "query_id": query["id"], "merge_fields": joins or None}


def _heard(inst: Instance, query: Record, listen: Mapping[str, str]) -> dict[str, str]:
    """Of `orders.created_date|sessions.start_date` the field that this query's explore has."""
    explore = inst.find("explore", f"{query['model']}::{query['view']}")
    there = {each["name"] for kind in explore["fields"].values() for each in kind}
    return {key: name for key, names in listen.items() for name in names.split("|") if name in there}

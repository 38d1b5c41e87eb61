"""Loads the exports of a real Looker (shared/real-content) as the state of a simulated instance."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookervault.sandbox import Instance
from lookervault.sandbox.rules import folders, queries, users
from lookervault.sandbox.state import Record

HOME = Path(__file__).resolve().parents[1] / ".." / "shared" / "real-content"

# fields that hold ids; those of people are made up into users, all move when ids are remapped
PEOPLE = ("user_id", "creator_id", "deleter_id", "last_updater_id")
IDS = (
    *("id", *PEOPLE, "content_metadata_id", "folder_id", "parent_id", "dashboard_id", "query_id", "look_id"),
    *("merge_result_id", "result_maker_id", "dashboard_layout_id", "dashboard_element_id"),
)
# views of other records, which the instance builds itself
NESTED = {
    "dashboard": ("dashboard_elements", "dashboard_filters", "dashboard_layouts", "folder"),
    "dashboard_element": ("look", "query", "result_maker", "merge_result"),
    "dashboard_layout": ("dashboard_layout_components",),
    "look": ("query", "folder", "model"),
}


@dataclass
class Moved:
    """Ids as they are in the instance: kept for a first id of 1, else moved with it."""

    offset: int

    def id(self, value: str | None) -> str | None:
        """One id; the names of merge queries are turned round."""
        if not value or not self.offset:
            return value
        return str(int(value) + self.offset) if value.isdecimal() else value[::-1]

    def record(self, kind: str, raw: Record) -> Record:
        """A record without its views of others, with ids moved; everything else is kept."""
        kept = {key: value for key, value in raw.items() if key not in NESTED.get(kind, ())}
        return {key: self.id(value) if key in IDS else value for key, value in kept.items()}


@dataclass
class Export:
    """What the files hold, by kind and the id there."""

    folders: dict[str, Record] = field(default_factory=dict)
    looks: dict[str, Record] = field(default_factory=dict)
    dashboards: dict[str, Record] = field(default_factory=dict)

    def elements(self) -> Iterator[Record]:
        """All elements of all dashboards."""
        for dashboard in self.dashboards.values():
            yield from dashboard["dashboard_elements"]

    def queries(self) -> dict[str, Record]:
        """All queries; the view a look or element has of one goes before the copy in a result maker."""
        found: dict[str, Record] = {}
        owners: list[Mapping[str, Any]] = [*self.looks.values(), *self.elements()]
        merges = [e["merge_result"] for e in self.elements() if e.get("merge_result")]
        owners += [source for merge in merges for source in merge["source_queries"]]
        for owner in owners:
            if owner.get("query"):
                found.setdefault(owner["query"]["id"], owner["query"])
        return found


def load_real_content(first_id: int = 1) -> Instance | None:
    """An instance that holds the exported content, or None where the exports are absent.

    Ids are kept for a `first_id` of 1 and moved by its distance from 1 otherwise.
    """
    if not HOME.is_dir():
        return None
    export = _read()
    inst = Instance(first_id=first_id)
    moved = Moved(first_id - 1)
    _load_folders(inst, export, moved)
    _load_people(inst, export, moved)
    _load_lookml(inst, export)
    for query in export.queries().values():
        queries.store(inst, moved.record("query", query))
    for look in export.looks.values():
        inst.insert("look", moved.record("look", look))
    for dashboard in export.dashboards.values():
        _load_dashboard(inst, dashboard, moved)
    return inst


def _read() -> Export:
    export = Export()
    kinds = {"Folder": export.folders, "Look": export.looks, "Dashboard": export.dashboards}
    for path in sorted(HOME.rglob("*.json")):
        raw = json.loads(path.read_text("utf-8"))
        kinds[path.name.partition("_")[0]][raw["id"]] = raw
    for element in export.elements():
        if element.get("look"):
            export.looks.setdefault(element["look_id"], element["look"])
    return export


def _load_folders(inst: Instance, export: Export, moved: Moved) -> None:
    for raw in sorted(export.folders.values(), key=lambda folder: int(folder["id"])):
        record = moved.record("folder", raw)
        if raw["is_shared_root"]:
            inst.change("folder", folders.root(inst, "is_shared_root"), record)
        else:
            inst.insert("folder", record)


def _load_people(inst: Instance, export: Export, moved: Moved) -> None:
    """One user for every id that is named as owner, creator, updater or deleter."""
    records = [*export.folders.values(), *export.looks.values(), *export.dashboards.values()]
    ids = {record[name] for record in records for name in PEOPLE if record.get(name)}
    names = {record["user_id"]: record["user_name"] for record in records if record.get("user_name")}
    names |= {r["last_updater_id"]: r["last_updater_name"] for r in records if r.get("last_updater_name")}
    for key in sorted(ids, key=int):
        first, _, last = names.get(key, "").partition(" ")
        home = folders.root(inst, "is_shared_root")["id"]
        record = {**users.DEFAULTS, "first_name": first, "last_name": last, "home_folder_id": home}
        user = inst.insert("user", {**record, "id": moved.id(key), "created_at": inst.now()})
        root = folders.root(inst, "is_users_root")["id"]
        owner = {"is_personal": True, "creator_id": user["id"], "_owner_id": user["id"]}
        personal = folders.new_folder(inst, f"{first} {last}".strip() or f"User {key}", root, **owner)
        inst.change("user", user, {"personal_folder_id": personal["id"]})
        users.create_email(inst, user, {"email": f"user-{key}@example.com"})


def _load_lookml(inst: Instance, export: Export) -> None:
    """Models and explores that the queries and filters need, with the fields they name."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for query in export.queries().values():
        wanted[query["model"], query["view"]] |= {*query["fields"], *(query["filters"] or {})}
    known: dict[str, Record] = {}
    for each in (f for d in export.dashboards.values() for f in d["dashboard_filters"]):
        wanted[each["model"], each["explore"]].add(each["dimension"])
        known[each["dimension"]] = each["field"]
    labels = {look["model"]["id"]: look["model"]["label"] for look in export.looks.values()}
    for model in sorted({model for model, _ in wanted}):
        config = inst.create("lookml_model", name=model, project_name=model)
        inst.change("lookml_model", inst.find("lookml_model", config["id"]), {"label": labels.get(model)})
    for (model, explore), names in wanted.items():
        fields = [known.get(name, {"name": name, "type": "string"}) for name in sorted(names)]
        inst.insert("explore", _explore(model, explore, fields))
    for dashboard in export.dashboards.values():
        if dashboard["lookml_link_id"]:
            inst.insert("lookml_dashboard", _lookml_dashboard(dashboard["lookml_link_id"]))


def _explore(model: str, name: str, fields: list[Record]) -> Record:
    kinds: Record = {"dimensions": fields, "measures": [], "filters": [], "parameters": []}
    return {"id": f"{model}::{name}", "name": name, "model_name": model, "label": name, "fields": kinds}


def _lookml_dashboard(key: str) -> Record:
    parts: Record = {"dashboard_elements": [], "dashboard_filters": [], "dashboard_layouts": []}
    flags = {"deleted": False, "hidden": False, "readonly": True, "view_count": 0}
    return {"id": key, "title": key, "folder_id": "lookml", "user_id": None, "slug": None, **flags, **parts}


def _load_dashboard(inst: Instance, raw: Record, moved: Moved) -> None:
    inst.insert("dashboard", moved.record("dashboard", raw))
    for each in raw["dashboard_filters"]:
        inst.insert("dashboard_filter", moved.record("dashboard_filter", each))
    homes: dict[str, str] = {}
    for layout in raw["dashboard_layouts"]:
        inst.insert("dashboard_layout", moved.record("dashboard_layout", layout))
        for component in layout["dashboard_layout_components"]:
            inst.insert("dashboard_layout_component", moved.record("dashboard_layout_component", component))
            homes[component["dashboard_element_id"]] = component["dashboard_layout_id"]
    for element in raw["dashboard_elements"]:
        _load_element(inst, element, homes[element["id"]], moved)


def _load_element(inst: Instance, raw: Record, layout_id: str, moved: Moved) -> None:
    record = moved.record("dashboard_element", raw)
    record["dashboard_layout_id"] = moved.id(layout_id)
    maker = raw.get("result_maker")
    if maker:
        copy = moved.record("query", maker["query"]) if maker["query"] else None
        record["_result_maker"] = {**moved.record("result_maker", maker), "query": copy}
        source = (
            f"merge:{record['merge_result_id']}"
            if raw["merge_result_id"]
            else f"query:{moved.id(maker['query_id'])}"
        )
        _load_maker(inst, record["result_maker_id"], source)
    if raw.get("merge_result"):
        _load_merge(inst, raw["merge_result"], moved)
    inst.insert("dashboard_element", record)


def _load_maker(inst: Instance, key: str, source: str) -> None:
    if inst.peek("result_maker", key) is None:
        inst.insert("result_maker", {"id": key, "source": source})


def _load_merge(inst: Instance, raw: Record, moved: Moved) -> None:
    """The merge query of a tile; its sources keep ids, their bodies are queries of their own."""
    record = moved.record("merge_query", raw)
    record["source_queries"] = [_source(source, moved) for source in raw["source_queries"]]
    inst.insert("merge_query", record)


def _source(raw: Record, moved: Moved) -> Record:
    kept = {key: value for key, value in raw.items() if key != "query"}
    return {**kept, "query_id": moved.id(raw["query_id"]), "query_slug": raw["query"]["slug"]}

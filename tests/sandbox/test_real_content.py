"""Exports of a real Looker, loaded and served: what comes out is what was exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lookervault.sandbox import Instance, serve
from real_content import HOME, load_real_content

from .conftest import Api

pytestmark = pytest.mark.skipif(not HOME.is_dir(), reason="the real content is not here")


def loaded(first_id: int = 1) -> Instance:
    inst = load_real_content(first_id)
    assert inst is not None
    return inst


def exports(kind: str) -> Iterator[dict[str, Any]]:
    for path in sorted(HOME.rglob(f"{kind}_*.json")):
        yield json.loads(path.read_text("utf-8"))


def lost(exported: Any, answered: Any, path: str = "") -> Iterator[str]:
    """Places where the answer lacks or changes what was exported."""
    if isinstance(exported, dict) and isinstance(answered, dict):
        for key, value in exported.items():
            if key not in answered:
                yield f"{path}.{key}"
            else:
                yield from lost(value, answered[key], f"{path}.{key}")
    elif isinstance(exported, list) and isinstance(answered, list) and len(exported) == len(answered):
        for one, other in zip(by_id(exported), by_id(answered), strict=True):
            yield from lost(one, other, f"{path}[]")
    elif exported != answered:
        yield path


def by_id(items: list[Any]) -> list[Any]:
    named = all(isinstance(item, dict) and str(item.get("id")).isdecimal() for item in items)
    return sorted(items, key=lambda item: int(item["id"])) if named else items


def test_answers_hold_all_that_was_exported() -> None:
    with serve(loaded()) as server:
        api = Api(server)
        api.login()
        for dashboard in exports("Dashboard"):
            # the exporter puts merge queries into their elements; Looker serves them on their own
            merges = [e.pop("merge_result") for e in dashboard["dashboard_elements"] if "merge_result" in e]
            assert list(lost(dashboard, api.get(f"/dashboards/{dashboard['id']}").body)) == []
            for merge in merges:
                sources = [source.pop("query") for source in merge["source_queries"]]
                assert list(lost(merge, api.get(f"/merge_queries/{merge['id']}").body)) == []
                for query in sources:
                    assert list(lost(query, api.get(f"/queries/{query['id']}").body)) == []
        for folder in exports("Folder"):
            assert list(lost(folder, api.get(f"/folders/{folder['id']}").body)) == []
        for look in exports("Look"):
            assert list(lost(look, api.get(f"/looks/{look['id']}").body)) == []
        api.pool.clear()


@pytest.mark.parametrize("first_id", [1, 5000])
def test_every_reference_leads_to_something(first_id: int) -> None:
    inst = loaded(first_id)
    places = {
        "user": ("user_id", "creator_id", "deleter_id", "last_updater_id"),
        "folder": ("folder_id", "parent_id", "personal_folder_id", "home_folder_id"),
        "query": ("query_id",),
        "look": ("look_id",),
        "merge_query": ("merge_result_id",),
        "dashboard": ("dashboard_id",),
        "dashboard_layout": ("dashboard_layout_id",),
        "dashboard_element": ("dashboard_element_id",),
        "lookml_dashboard": ("lookml_link_id",),
    }
    kinds = ("folder", "dashboard", "look", "user", "dashboard_filter", "dashboard_layout", "merge_query")
    records = [
        r for kind in (*kinds, "dashboard_element", "dashboard_layout_component") for r in inst.all(kind)
    ]
    records += [source for merge in inst.all("merge_query") for source in merge["source_queries"]]
    for kind, names in places.items():
        wanted = {record[name] for record in records for name in names if record.get(name)}
        assert wanted - {record["id"] for record in inst.all(kind)} == set(), kind
    for query in inst.all("query"):
        assert inst.get("explore", f"{query['model']}::{query['view']}")


def test_ids_can_be_moved() -> None:
    here, there = loaded(), loaded(5000)
    assert len(here.all("dashboard_element")) == len(there.all("dashboard_element")) == 40
    ids = {d["slug"]: d["id"] for d in here.all("dashboard")}
    assert {d["slug"]: str(int(d["id"]) - 4999) for d in there.all("dashboard")} == ids
    numbers = [int(f["id"]) for f in there.all("folder") if f["id"] != "lookml"]
    assert min(numbers) == 5000


def test_loaded_content_can_be_edited(tmp_path: object) -> None:
    inst = loaded()
    element = next(e for e in inst.all("dashboard_element") if e.get("query_id"))
    inst.replace_query("dashboard_element", element["id"], limit="77")
    maker = inst.answer("dashboard_element", element["id"])["result_maker"]
    assert (maker["query"]["limit"], maker["filterables"]) == ("77", element["_result_maker"]["filterables"])
    assert inst.create("dashboard", title="New", folder_id="11")["id"] == "25"

"""The demo repeated: as many objects as asked for, each of them sound."""

from __future__ import annotations

import json
import time

from lookervault.sandbox import Instance, blank_instance, demo_instance
from lookervault.sandbox.content.many import COUNTED
from world import world

REFERENCES = {
    "user": ("user_id", "creator_id"),
    "folder": ("folder_id", "parent_id", "personal_folder_id", "home_folder_id"),
    "query": ("query_id",),
    "look": ("look_id",),
    "merge_query": ("merge_result_id",),
    "dashboard": ("dashboard_id",),
    "dashboard_filter": ("filter_id",),
    "dashboard_layout": ("dashboard_layout_id",),
    "dashboard_element": ("dashboard_element_id",),
}


def size(inst: Instance) -> int:
    # personal folders come with their people
    made = sum(len(inst.all(kind)) for kind in COUNTED)
    return made - sum(1 for f in inst.all("folder") if f["is_personal"])


def test_there_are_as_many_objects_as_asked_for() -> None:
    plain = demo_instance()
    few = demo_instance(objects=10)
    assert size(few) == size(plain)
    own = sum(1 for f in plain.all("folder") if f["is_personal"])
    assert size(demo_instance(objects=900)) == 900 - own


def test_the_same_ones_every_time() -> None:
    def dump(inst: Instance) -> str:
        return json.dumps({kind: table.rows for kind, table in inst.tables.items()}, sort_keys=True)

    assert dump(demo_instance(objects=300)) == dump(demo_instance(objects=300))


def test_every_reference_leads_to_something() -> None:
    inst = demo_instance(objects=900)
    records = [record for kind in inst.tables for record in inst.all(kind)]
    for kind, fields in REFERENCES.items():
        there = {record["id"] for record in inst.all(kind)}
        assert {r[f] for r in records for f in fields if r.get(f)} <= there, kind
    slugs = [d["slug"] for d in inst.all("dashboard")]
    assert len(set(slugs)) == len(slugs)


def test_thousands_are_made_in_no_time() -> None:
    began = time.process_time()
    assert size(demo_instance(objects=5_000)) > 4_900
    assert time.process_time() - began < 5


def test_they_can_be_migrated() -> None:
    source = demo_instance(objects=180)
    with world(source, blank_instance(like=source)) as found:
        found.migrate()
        assert found.plan().changes == []

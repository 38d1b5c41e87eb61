from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from lookervault.sandbox import Instance, blank_instance, demo_instance


def dump(inst: Instance) -> str:
    return json.dumps({kind: table.rows for kind, table in inst.tables.items()}, sort_keys=True)


def depth(inst: Instance, folder: dict[str, str]) -> int:
    parent = inst.get("folder", folder["parent_id"]) if folder["parent_id"] else None
    return 1 + depth(inst, parent) if parent else 0


def test_the_demo_is_the_same_every_time() -> None:
    assert dump(demo_instance()) == dump(demo_instance())
    assert dump(demo_instance()) != dump(demo_instance(first_id=900))


def test_ids_begin_where_asked() -> None:
    inst = demo_instance(first_id=900)
    for kind in (
        "folder",
        "dashboard",
        "dashboard_element",
        "look",
        "user",
        "group",
        "role",
        "permission_set",
    ):
        numbers = [int(r["id"]) for r in inst.all(kind) if r["id"] != "lookml"]
        assert min(numbers) == 900, kind


def test_the_demo_has_the_variety_that_is_promised(inst: Instance) -> None:
    live = [d for d in inst.all("dashboard") if not d["deleted"]]
    assert len(live) >= 24
    assert len(inst.all("dashboard")) == len(live) + 1
    assert len(inst.all("look")) >= 12
    assert max(depth(inst, f) for f in inst.all("folder")) == 4
    names = Counter(f["name"] for f in inst.all("folder"))
    assert {"KPIs", "Weekly", "Archive"} <= {name for name, times in names.items() if times > 1}
    assert len(Counter(e["type"] for e in inst.all("dashboard_element"))) == 3
    kinds = [
        ("query_id", 20),
        ("look_id", 10),
        ("merge_result_id", 3),
        ("rich_content_json", 4),
        ("note_text", 4),
    ]
    for field, least in kinds:
        assert sum(bool(e.get(field)) for e in inst.all("dashboard_element")) >= least, field
    tabs = Counter(layout["dashboard_id"] for layout in inst.all("dashboard_layout"))
    assert sorted(tabs.values())[-3:] == [2, 2, 3]
    assert sum(bool(f["listens_to_filters"]) for f in inst.all("dashboard_filter")) >= 4
    assert {"field_filter", "date_filter", "number_filter"} <= {
        f["type"] for f in inst.all("dashboard_filter")
    }
    assert len({q["vis_config"]["type"] for q in inst.all("query")}) >= 10
    assert sum("table_calculation" in (q["dynamic_fields"] or "") for q in inst.all("query")) >= 3
    assert len({d["user_id"] for d in live}) >= 8


def test_the_people_of_the_demo(inst: Instance) -> None:
    users = inst.all("user")
    assert len(users) >= 13
    assert sum(user["is_disabled"] for user in users) == 1
    assert len(users) - len(inst.all("credentials_email")) == 1
    assert len(inst.all("group")) >= 7
    assert sum(len(group["_group_ids"]) for group in inst.all("group")) == 2
    own = [role for role in inst.all("role") if role["_user_ids"] or role["_group_ids"]]
    assert len(own) >= 6


def test_links_in_the_demo_lead_somewhere(inst: Instance) -> None:
    text = " ".join(
        f"{e.get('body_text')} {e.get('rich_content_json')}" for e in inst.all("dashboard_element")
    )
    known = {"dashboards": inst.all("dashboard") + inst.all("lookml_dashboard"), "looks": inst.all("look")}
    known |= {"folders": inst.all("folder"), "users": inst.all("user")}
    links = re.findall(r'/(dashboards|looks|folders|users)/([^)"\s]+)', text)
    assert {place for place, _ in links} == known.keys()
    for place, key in links:
        assert key in {r["id"] for r in known[place]} | {r.get("slug") for r in known[place]}, (place, key)


def test_every_listener_names_a_filter_of_its_dashboard(inst: Instance) -> None:
    for element in inst.all("dashboard_element"):
        names = {f["name"] for f in inst.where("dashboard_filter", "dashboard_id", element["dashboard_id"])}
        for wire in (element.get("_result_maker") or {}).get("filterables", []):
            assert {heard["dashboard_filter_name"] for heard in wire["listen"]} <= names


def test_every_field_in_a_query_exists(inst: Instance) -> None:
    for query in inst.all("query"):
        explore = inst.get("explore", f"{query['model']}::{query['view']}")
        assert explore is not None
        known = {field["name"] for fields in explore["fields"].values() for field in fields}
        assert {*query["fields"], *(query["filters"] or {})} <= known


def test_a_dashboard_without_a_time_of_change(inst: Instance) -> None:
    assert [d["title"] for d in inst.all("dashboard") if d["updated_at"] is None] == [
        "Planned: Suppliers",
        "Regional KPIs",
    ]


def test_a_blank_instance_has_the_lookml_of_another_and_nothing_else() -> None:
    dev = demo_instance()
    prod = blank_instance(first_id=5000, like=dev)
    for kind in ("lookml_model", "explore", "lookml_dashboard"):
        assert {r["id"] for r in prod.all(kind)} == {r["id"] for r in dev.all(kind)}
    for kind in ("dashboard", "look", "query", "dashboard_filter"):
        assert prod.all(kind) == []
    assert [user["first_name"] for user in prod.all("user")] == ["Avery"]
    assert {folder["name"] for folder in prod.all("folder") if folder["is_personal"]} == {"Avery Admin"}
    assert [group["name"] for group in prod.all("group")] == ["All Users"]
    assert prod.create("query", model="finance", view="ledger")["model"] == "finance"


@pytest.mark.parametrize("kind", ["folder", "dashboard", "look", "user", "group", "role"])
def test_every_object_can_be_shown(inst: Instance, kind: str) -> None:
    for record in inst.all(kind):
        assert inst.answer(kind, record["id"])["can"]

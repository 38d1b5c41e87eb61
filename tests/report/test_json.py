from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from msgspec import structs

from lookervault.model.values import JsonText, Link
from lookervault.plan.change import Action, Change
from lookervault.plan.plan import Plan, Side
from lookervault.report.data import VERSION, plan_data, render_json
from model.random_states import elsewhere, instances
from model.raws import OTHER, Object, dashboard, look, lookml_model, shared, state, text_tile
from model.values import VALUES
from plan.making import plan_of


def example() -> Plan:
    """One look to create; one dashboard renamed, with a new tile."""
    roots = (shared(), lookml_model("shop"))
    new = dashboard("5", "New", slug="s", dashboard_elements=[text_tile("6", "T")])
    old = dashboard("95", "Old", slug="s", dashboard_elements=[])
    plan = plan_of(state(*roots, look("4", "L", user_id="98"), new), state(*roots, old, host=OTHER))
    return structs.replace(
        plan, target=Side(OTHER, "prod", "26.10.1"), created_at="2026-11-22T02:00:00+00:00"
    )


def test_the_schema_as_programs_know_it() -> None:
    plan = example()
    (query,) = [n.id for n in plan.nodes if not n.change]
    assert json.loads(render_json(plan)) == {
        "format_version": 1,
        "fingerprint": plan.fingerprint,
        "source": {"host": "a.example.com", "label": "", "looker_version": "", "taken_at": "", "name": ""},
        "target": {"host": OTHER, "label": "prod", "looker_version": "26.10.1", "taken_at": "", "name": ""},
        "since": "",
        "origins": {},
        "summary": {"to_create": 1, "to_update": 1, "to_delete": 0},
        "reach": {
            "content": 1,
            "views": 0,
            "favourites": 0,
            "boards": 0,
            "dashboards": 0,
            "alerts": 0,
            "scheduled_plans": 0,
            "lost": 0,
            "owners": 0,
            "disabled_owners": 0,
        },
        "cost": {"calls": 4, "reads": 0, "writes": 4},
        "changes": [
            {
                "action": "update",
                "kind": "dashboard",
                "address": "dashboard:Shared/New",
                "was": "dashboard:Shared/Old",
                "restored": False,
                "attachments": {
                    "kept": {},
                    "lost": [],
                    "used": {
                        "views": 0,
                        "favourites": 0,
                        "boards": 0,
                        "dashboards": 0,
                        "alerts": 0,
                        "scheduled_plans": 0,
                    },
                    "owner": "",
                    "owner_disabled": None,
                },
                "id": "95",
                "paired_by": "slug",
                "digest": plan.changes[0].digest,
                "origin": "",
                "edits": [
                    {"mark": "~", "path": ["title"], "before": "Old", "after": "New", "origin": ""},
                ],
                "touched_by": "",
                "touched_at": "",
                "before": {"title": "Old"},
                "after": {"title": "New"},
                "unchanged": 1,
                "parts": [
                    {
                        "action": "create",
                        "kind": "element",
                        "label": "T",
                        "id": "",
                        "before": {},
                        "after": {"type": "text", "title_text": "T"},
                        "unchanged": 0,
                        "origin": "",
                        "edits": [],
                    }
                ],
                "unchanged_parts": {},
                "awaits": [],
            },
            {
                "action": "create",
                "kind": "look",
                "address": "look:Shared/L",
                "was": "",
                "restored": False,
                "attachments": {"kept": {}, "lost": [], "used": {}, "owner": "", "owner_disabled": None},
                "id": "",
                "paired_by": "",
                "digest": plan.changes[1].digest,
                "origin": "",
                "edits": [],
                "touched_by": "",
                "touched_at": "",
                "before": {},
                "after": {
                    "title": "L",
                    "folder": {"ref": "folder:Shared", "part": ""},
                    "query": {"model": "shop", "view": "orders", "fields": ["orders.id", "orders.count"]},
                },
                "unchanged": 0,
                "parts": [],
                "unchanged_parts": {},
                "awaits": [],
            },
        ],
        "findings": [
            {
                "level": "warning",
                "address": "look:Shared/L",
                "message": "owner: user:#98 is not on the target",
            }
        ],
        "nodes": [
            {"id": "dashboard:Shared/New", "change": "dashboard:Shared/New", "waits": [], "calls": 2},
            {"id": query, "change": "", "waits": [], "calls": 1},
            {"id": "look:Shared/L", "change": "look:Shared/L", "waits": [query], "calls": 1},
        ],
    }
    assert VERSION == 1


def test_a_plan_without_changes() -> None:
    data = plan_data(plan_of(state(shared()), state(shared())))
    assert data["changes"] == data["nodes"] == data["findings"] == []
    assert data["summary"] == {"to_create": 0, "to_update": 0, "to_delete": 0}


def test_it_is_one_document_that_ends_with_a_line_feed() -> None:
    text = render_json(example())
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert text.startswith('{\n  "format_version": 1,\n')


def counterpart(value: Any) -> Any:
    """What a value is in JSON."""
    if isinstance(value, Link):
        return {"ref": value.to, "part": value.part}
    if isinstance(value, JsonText):
        return value.text
    if isinstance(value, dict):
        return {k: counterpart(v) for k, v in value.items()}
    return [counterpart(v) for v in value] if isinstance(value, list) else value


@given(VALUES)
def test_values_come_through_as_json(value: Any) -> None:
    change = Change(Action.UPDATE, "look", "look:A", "A", "1", {"x": value}, {"y": value})
    plan = Plan(Side("a"), Side("b"), [change], [], [], [], [])
    (found,) = json.loads(render_json(plan))["changes"]
    assert found["before"] == {"x": counterpart(value)}
    assert found["after"] == {"y": counterpart(value)}


@given(instances(), instances())
def test_nothing_of_a_plan_is_folded_away(one: list[Object], other: list[Object]) -> None:
    plan = plan_of(state(*one), state(*elsewhere(other), host=OTHER))
    data = json.loads(render_json(plan))
    assert [c["address"] for c in data["changes"]] == [c.address for c in plan.changes]
    for found, change in zip(data["changes"], plan.changes, strict=True):
        assert found["before"].keys() == change.before.keys()
        assert found["after"].keys() == change.after.keys()
        assert [p["label"] for p in found["parts"]] == [p.label for p in change.parts]
        assert found["digest"] == change.digest
    assert sum(data["summary"].values()) == len(plan.changes)
    assert len(data["nodes"]) == len(plan.nodes)
    assert len(data["findings"]) == len(plan.findings)
    assert data["fingerprint"] == plan.fingerprint

"""A sandbox that holds what another instance answered is that instance, as far as one can ask."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.errors import NotFound
from lookervault.sandbox import Instance, demo_instance
from lookervault.sandbox.load import load
from lookervault.store.snapshots import items
from real_content import load_real_content
from world import World, world


def raws_of(both: World) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for item in items(both.vault, both.extract()):
        found.setdefault(item.kind, {})[item.id] = item.raw
    return found


@pytest.mark.parametrize("content", ["demo", "real"])
def test_what_is_loaded_answers_as_the_original(content: str) -> None:
    original = demo_instance() if content == "demo" else load_real_content()
    if original is None:
        pytest.skip("needs the real content")
    with world(original) as both:
        raws = raws_of(both)
        snapshot = both.extract()
        with world(original, load(raws)) as copied:
            again = raws_of(World(**{**vars(copied), "source_gateway": copied.target_gateway}))
        assert snapshot.items
    assert raws.keys() == again.keys()
    for kind in ("dashboard", "look", "folder", "query", "merge_query", "alert", "scheduled_plan"):
        assert raws.get(kind, {}).keys() == again.get(kind, {}).keys()
        for id_, raw in raws.get(kind, {}).items():
            assert stable(raw) == stable(again[kind][id_]), (kind, id_)


# the server's address, who asks, the fields of explores, and settings that exports spell in two ways
NOISE = ("can", "field", "color_application")


def stable(value: Any) -> Any:
    """An answer without what depends on the server's own address or on who asks."""
    if isinstance(value, dict):
        return {k: stable(v) for k, v in value.items() if not (k.endswith("url") or k in NOISE)}
    # "" and null are one
    return [stable(v) for v in value] if isinstance(value, list) else value or None


def test_a_loaded_instance_plans_to_nothing() -> None:
    with world(demo_instance(), load(demo_raws())) as both:
        plan = both.plan()
        # a user without any name is nobody on another host, which shows where he is a member
        assert {c.address for c in plan.changes} <= {"group:Screens"}


def demo_raws() -> dict[str, dict[str, Any]]:
    with world(demo_instance()) as both:
        return raws_of(both)


def test_nothing_can_be_loaded_without_folders_and_people() -> None:
    with pytest.raises(NotFound, match="no folder, no group, no user, no role"):
        load({"dashboard": {}})


def test_somebody_can_log_in_where_no_admin_was_stored() -> None:
    raws = demo_raws()
    raws["role"] = {k: v for k, v in raws["role"].items() if v["name"] != "Admin"}
    inst: Instance = load(raws)
    with world(inst) as both:
        assert both.source_gateway.me()["first_name"] == "Sandbox"


def test_the_standard_collections_are_those_that_were_there() -> None:
    raws = demo_raws()
    raws["standard_collection"] = {"classic": {"id": "classic", "label": "Classic"}}
    listed = {x["id"] for x in load(raws).all("color_collection")}
    assert listed == {"classic", *raws["color_collection"]}

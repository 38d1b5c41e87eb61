"""Two instances with hundreds of objects of every kind, under names that are a nuisance."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from lookervault.model.catalog import KINDS
from lookervault.plan.change import Action
from lookervault.sandbox import Instance, blank_instance
from lookervault.sandbox.content import lookml
from lookervault.sandbox.rules.grants import GRANT
from lookervault.sandbox.state import Record
from world import World, world

from . import guards
from .founder import BIG, DEPTH, Founder, deep_folders, depth
from .small import shared_root

MADE = tuple(kind for kind in BIG if not kind.endswith("_access"))


def big_instance(seed: int) -> Instance:
    inst, dice = Instance(), random.Random(seed)
    lookml.deploy(inst)
    deep_folders(inst, dice)
    Founder(inst, dice).found(BIG)
    return inst


def target_with_trash(source: Instance) -> Instance:
    """A blank one at other ids, in whose trash lies a title that the source has in the same folder."""
    inst, root = blank_instance(5000, like=source), shared_root(source)
    inst.features.add("agents")
    query = source.create("query", model="ecommerce", view="orders", fields=["orders.count"])["id"]
    source.create("dashboard", title="Was here", folder_id=root)
    source.create("look", title="Was here", folder_id=root, query_id=query)
    query = inst.create("query", model="ecommerce", view="orders", fields=["orders.count"])["id"]
    for kind, more in (("dashboard", {}), ("look", {"query_id": query})):
        made = inst.create(kind, title="Was here", folder_id=shared_root(inst), **more)
        inst.edit(kind, made["id"], deleted=True)
    for model in [m["id"] for m in inst.all("lookml_model") if not m.get("_internal")]:
        inst.delete("lookml_model", model)
    return inst


@pytest.fixture(scope="module")
def both() -> Iterator[World]:
    source = big_instance(seed=1)
    with world(source, target_with_trash(source)) as opened:
        yield opened


def counts(inst: Instance) -> Counter[str]:
    return Counter({kind: len(inst.all(kind)) for kind in (*MADE, GRANT, "dashboard_element", "board_item")})


def test_it_is_big_and_deep() -> None:
    inst = big_instance(seed=1)
    assert sum(counts(inst)[kind] for kind in MADE) > 500
    assert max(depth(inst, f) for f in inst.all("folder")) >= DEPTH
    assert BIG.keys() == {kind.name for kind in KINDS.values() if kind.role == "managed"}
    titles = Counter(f["name"] for f in inst.all("folder"))
    assert titles["Deep"] > 5
    for kind in ("merge_result_id", "look_id", "query_id", "rich_content_json", "body_text"):
        assert sum(bool(e.get(kind)) for e in inst.all("dashboard_element")) > 5, kind
    assert sum(bool(f["listens_to_filters"]) for f in inst.all("dashboard_filter")) > 5
    assert max(len(p["tab_ids"]) for p in inst.all("scheduled_plan")) > 1


def test_all_of_it_arrives(both: World) -> None:
    target = both.target.instance
    closed, before = guards.protected(target), guards.dangling(target)
    snapshot = both.extract()
    plan = both.plan(snapshot)
    assert plan.counts()[Action.DELETE] == 0
    both.carry_out(plan)
    assert both.differences() == []
    assert guards.touched(both.writes(), closed) == []
    assert guards.dangling(target) <= before
    again = both.plan(snapshot)
    assert (again.changes, again.errors) == ([], [])
    sent = len(both.writes())
    assert both.apply(again).applied == 0
    assert len(both.writes()) == sent


def test_ten_renamed_objects_are_ten_updates(both: World) -> None:
    both.migrate()  # nothing, where it has arrived already
    source, dice = both.source.instance, random.Random(7)
    before = counts(both.target.instance)
    for kind, field in RENAMED:
        source.edit(
            kind,
            renameable(source, kind, dice)["id"],
            **{field: "renamed_7" if field == "name" else "Renamed"},
        )
    plan = both.migrate()
    assert plan.counts() == {Action.UPDATE: len(RENAMED)}
    assert sorted(c.kind for c in plan.changes) == sorted(kind for kind, _ in RENAMED)
    assert counts(both.target.instance) == before
    assert both.differences() == []
    assert both.plan().changes == []


RENAMED = (
    ("folder", "name"),
    ("look", "title"),
    ("dashboard", "title"),
    ("board", "title"),
    ("scheduled_plan", "name"),
    ("alert", "custom_title"),
    ("group", "name"),
    ("role", "name"),
    ("theme", "name"),
    ("user_attribute", "label"),
)


def renameable(inst: Instance, kind: str, dice: random.Random) -> Record:
    """One that is people's own."""
    closed = guards.protected(inst)
    return dice.choice(
        [r for r in inst.all(kind) if not r.get("deleted") and (f"{kind}s", r["id"]) not in closed]
    )

"""A plan for one object, of which only that is read, is the part of the whole plan that it would be."""

from __future__ import annotations

from lookervault.plan.plan import Plan
from lookervault.plan.select import Selection, select
from lookervault.run.part import MENTIONED, belongings
from lookervault.run.planning import Planned, Request, planned
from lookervault.sandbox import demo_instance
from lookervault.store.snapshots import items, resolve
from world import World, world

from .small import dashboard, folder, small_instance, small_target

KINDS = ("dashboard", "look", "scheduled_plan", "alert", "board", "folder", "group", "theme")


def damaged(both: World) -> None:
    """Half of the dashboards are in the trash, others are gone for good, renamed or edited."""
    inst = both.target.instance
    dashboards = [d for d in inst.all("dashboard") if not d.get("deleted")]
    for n, each in enumerate(dashboards):
        if n % 4 == 0:
            inst.edit("dashboard", each["id"], deleted=True)
        elif n % 4 == 1:
            inst.delete("dashboard", each["id"])
        elif n % 4 == 2:
            inst.edit("dashboard", each["id"], title=f"{each['title']} (old)")
    for look in inst.all("look")[::3]:
        inst.edit("look", look["id"], deleted=True)
    for plan in inst.all("scheduled_plan")[::2]:
        inst.delete("scheduled_plan", plan["id"])


def compared(both: World) -> int:
    """Compares for every object; gives the number of changes seen."""
    snapshot = both.extract()
    return compared_with(both, snapshot.number, both.plan(snapshot))


def compared_with(both: World, number: int, whole: Plan) -> int:
    seen = 0
    for root in roots(both, number):
        made = one(both, number, root)
        if any(r.guard == MENTIONED for r in made.desired.resources.values()):
            continue  # what is only mentioned does not come along with one object
        address = made.desired.ids[root]
        chosen = Selection(targets=(address, *belongings(made.desired, address)))
        want = select(whole, chosen, made.desired.resources)
        assert [(c.address, c.digest) for c in made.plan.changes] == [
            (c.address, c.digest) for c in want.changes
        ]
        assert set(made.plan.findings) == set(want.findings)
        seen += len(made.plan.changes)
    return seen


def roots(both: World, number: int) -> list[tuple[str, str]]:
    """Every second object."""
    snapshot = resolve(both.vault, f"@{number}")
    return [
        (kind, each.id)
        for kind in KINDS
        for each in items(both.vault, snapshot, kind)
        if not each.raw.get("deleted")
    ][::2]


def one(both: World, number: int, root: tuple[str, str]) -> Planned:
    request = Request(f"@{number}", root=root)
    return planned(
        both.target_gateway,
        both.vault,
        request,
        target_name="target",
        workers=8,
        listener=both.events.append,
    )


def test_on_the_instance_itself() -> None:
    with world(demo_instance()) as both:
        snapshot = both.extract()
        damaged(both)
        assert compared_with(both, snapshot.number, both.plan(snapshot)) > 10


def test_on_an_empty_instance_and_on_one_that_was_migrated_to() -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        assert compared(both) > 10
        both.migrate()
        assert compared(both) == 0
        damaged(both)
        assert compared(both) > 0


def test_little_is_read_of_a_large_instance() -> None:
    source = small_instance()
    place = folder(source, "Archive")
    for n in range(120):
        source.create("dashboard", title=f"D{n}", folder_id=place)
    with world(source) as both:
        snapshot = both.extract()
        before = len(both.target.calls)
        one(both, snapshot.number, ("dashboard", dashboard(source)))
        assert len(both.target.calls) - before < 25

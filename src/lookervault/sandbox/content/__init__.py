"""The demo content, and instances to start from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from lookervault.sandbox.content import (
    alerts,
    around,
    attributes,
    infrastructure,
    library,
    lookml,
    make,
    many,
    people,
    schedules,
)
from lookervault.sandbox.content.finance import FINANCE
from lookervault.sandbox.content.marketing import MARKETING
from lookervault.sandbox.content.operations import COMPANY, OPERATIONS, PRIVATE
from lookervault.sandbox.content.sales import SALES
from lookervault.sandbox.instance import Instance, today

DEPLOYED = ("lookml_model", "explore", "lookml_dashboard")
BEGUN = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)


def demo_instance(first_id: int = 1, objects: int = 0) -> Instance:
    """An instance with the content of a fictitious company, the same every time.

    Its content is repeated under other names until there are so many `objects`.
    """
    inst = Instance(first_id=first_id, clock=_steady())
    lookml.deploy(inst)
    known = make.Known(people.settle(inst))
    make.make_folders(inst, known, library.FOLDERS)
    for name, key in known.people.items():
        known.folders[f"@{name}"] = inst.find("user", key)["personal_folder_id"]
    for name, path in {"tomas": "Sales", "priya": "Sales", "aiko": "Finance"}.items():
        inst.edit("user", known.people[name], home_folder_id=known.folders[path])
    make.make_looks(inst, known, library.LOOKS)
    make.make_dashboards(inst, known, (*COMPANY, *SALES, *MARKETING, *FINANCE, *OPERATIONS, *PRIVATE))
    around.surround(inst, known)
    # a page from the time before Looker noted changes
    inst.change("dashboard", inst.find("dashboard", known.dashboards["emea-old"]), {"updated_at": None})
    infrastructure.deploy(inst)
    attributes.give(inst, known)
    schedules.plan_all(inst, known)
    alerts.watch(inst, known)
    many.grow(inst, objects)
    inst.clock = today
    return inst


def blank_instance(first_id: int = 5000, like: Instance | None = None) -> Instance:
    """An instance with nothing but the foundation, and the LookML and infrastructure that `like` has."""
    inst = Instance(first_id=first_id, clock=_steady())
    inst.clock = today
    for kind in DEPLOYED if like is not None else ():
        for record in like.all(kind) if like is not None else ():
            if inst.peek(kind, record["id"]) is None:
                inst.insert(kind, record)
    if like is not None:
        infrastructure.rebuild(inst, like)
    return inst


def _steady() -> Callable[[], datetime]:
    """A clock that goes on by half a minute each time it is read."""
    steps = count()
    return lambda: BEGUN + timedelta(seconds=30 * next(steps))

"""What somebody does in Looker at random, to objects of all kinds, is taken into a tree whole."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from lookervault.errors import ApiError
from lookervault.plan.plan import Plan
from lookervault.plan.policy import Policy
from lookervault.run.adopt import Adopted
from lookervault.run.adrift import Asked, adopt_drift
from lookervault.run.planning import LAST, Request, plan_request
from lookervault.run.tree import check_tree
from lookervault.sandbox import Instance
from lookervault.sandbox.state import Record
from world import World, world

from .editor import Editor
from .everything import everything
from .small import shared_root
from .test_tree import exported, real_content

# what the editor does not know of
MORE: dict[str, list[Record]] = {
    "board": [{"title": "B1"}, {"description": "x"}],
    "board_item": [{"custom_title": "C", "use_custom_title": True}, {"custom_description": "y"}],
    "scheduled_plan": [{"name": "S1"}, {"enabled": False}, {"crontab": "0 7 * * *"}],
    "alert": [{"custom_title": "A1"}, {"is_disabled": True}, {"threshold": 7.0}],
    "theme": [{"name": "th1"}],
    "user_attribute": [{"label": "L1"}, {"default_value": "d1"}],
    "color_collection": [{"label": "CC"}],
    "permission_set": [{"name": "P1"}],
}
NOTE = "# ours: {}\n"


def edited(inst: Instance, dice: random.Random) -> None:
    """A handful of edits of all sorts."""
    times = dice.randrange(1, 6)
    Editor(inst, dice).edit(times)
    for _ in range(times):
        kind = dice.choice(sorted(MORE))
        rows = [r for r in inst.all(kind) if not r.get("built_in") and not r.get("_standard")]
        with suppress(ApiError, IndexError):
            inst.edit(kind, dice.choice(rows)["id"], **dice.choice(MORE[kind]))


def documents(root: Path) -> Iterator[Path]:
    return (p for p in root.rglob("*.yaml") if ".lookervault" not in p.parts and p.parent != root)


def annotated(root: Path) -> None:
    """A comment of people in every file, below the line for editors."""
    for path in documents(root):
        first, *rest = path.read_text().splitlines(keepends=True)
        path.write_text("".join([first, NOTE.format(path.name), *rest]))


def adopted(w: World, root: Path, added: bool) -> Adopted:
    return adopt_drift(w.source_gateway, w.vault, root, Asked("x", 2, w.events.append, added))


def plan(w: World, root: Path, added: bool) -> Plan:
    request = Request(str(root), base=LAST, policy=Policy(prune=added, allow_empty=added))
    return plan_request(
        w.source_gateway, w.vault, request, target_name="x", workers=2, listener=w.events.append
    )


def take_over(make: Callable[[], Instance], seed: int) -> None:
    dice = random.Random(seed)
    with world(make()) as w:
        root = exported(w)
        annotated(root)
        edited(w.source.instance, dice)
        added = dice.random() < 0.5
        before = {p: p.read_bytes() for p in documents(root)}
        took = adopted(w, root, added)
        assert check_tree(root) == []
        left = [c.address for c in plan(w, root, added).changes if c.address not in took.left]
        assert left == []
        # nothing was changed here, so that nothing can be in conflict
        assert not [why for why in took.left.values() if "changed here" in why or "conflict" in why]
        for path in documents(root):
            if path in before:
                assert NOTE.format(path.name) in path.read_text(), path


NAMES = ["Sales", "EMEA", "sales", "a/b", "CON", "x.", "Q1", "Q2", "Archive"]


def housed() -> Instance:
    """More folders in folders, with links from one to the other."""
    inst = everything()
    top = shared_root(inst)
    for name in ("A", "B"):
        outer = inst.create("folder", name=name, parent_id=top)["id"]
        inner = inst.create("folder", name="Inner", parent_id=outer)["id"]
        there = inst.create("dashboard", title=f"In {name}", folder_id=inner)["id"]
        text = f"see /dashboards/{there} in /folders/{inner}"
        inst.create("dashboard", title=f"On {name}", folder_id=outer, description=text)
        inst.create("folder", name="Empty", parent_id=inner)
    return inst


def rearranged(inst: Instance, dice: random.Random) -> None:
    """Folders get other names and other places, and sometimes those of each other."""
    for _ in range(dice.randrange(1, 5)):
        rows = [f for f in inst.all("folder") if f.get("parent_id") and not f.get("is_personal")]
        one = dice.choice(rows)
        homes = [*(f["id"] for f in rows), shared_root(inst)]
        edit = {"name": dice.choice(NAMES)} if dice.random() < 0.6 else {"parent_id": dice.choice(homes)}
        with suppress(ApiError):
            inst.edit("folder", one["id"], **edit)


def take_folders_over(seed: int) -> None:
    dice = random.Random(seed)
    with world(housed()) as w:
        root = exported(w)
        annotated(root)
        rearranged(w.source.instance, dice)
        if dice.random() < 0.5:
            edited(w.source.instance, dice)
        notes = sorted(NOTE.format(p.name) for p in documents(root))
        took = adopted(w, root, added=False)
        assert check_tree(root) == []
        assert not [a for a in took.left if a.startswith("folder:")]
        assert [c.address for c in plan(w, root, added=False).changes if c.address not in took.left] == []
        assert sum(p.read_text().count("# ours: ") for p in documents(root)) >= len(notes) - len(took.taken)


@pytest.mark.parametrize("seed", range(4))
def test_directories_follow_their_folders(seed: int) -> None:
    take_folders_over(seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 300))
def test_directories_follow_their_folders_whatever_becomes_of_them(seed: int) -> None:
    take_folders_over(seed)


@pytest.mark.parametrize("seed", [5, 9, 10, 11, 27, 110, 212])
def test_all_that_was_done_in_looker_is_taken_over(seed: int) -> None:
    """These have replaced elements under alerts, namesakes renamed, folders moved and roles given away.

    In the last two a tile that is watched has the title of another one.
    """
    take_over(everything, seed)


@pytest.mark.parametrize("seed", range(2))
def test_all_that_was_done_to_real_content_is_taken_over(seed: int) -> None:
    take_over(real_content, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 300))
def test_whatever_was_done_in_looker_is_taken_over(seed: int) -> None:
    take_over(everything, seed)

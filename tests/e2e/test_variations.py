"""Looker as the notes leave it open: whatever it leaves out, adds or spells otherwise, a migration holds."""

from __future__ import annotations

import random

import pytest

from lookervault.plan.change import Action
from lookervault.run import bulk
from world import World, world

from .delivering import delivering_target
from .everything import everything
from .small import named
from .test_pairs import pair, planned
from .variation import EVERY, plain, varied

# each of them in one of these, and those together that bear one another
SPARE = ("numbers", "null_lists", "bare", "terse", "whole", "endless", "texts", "nested")
RICH = ("numbers", "without_nulls", "strange", "zulu", "shuffled", "no_nothing", "seven", "floats", "nested")


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are tried with the few dashboards that there are here."""
    monkeypatch.setattr(bulk, "FEW", 5)


def test_none_is_left_out() -> None:
    assert {*SPARE, *RICH} == {*EVERY}


@pytest.mark.parametrize("names", [SPARE, RICH], ids=["spare", "rich"])
def test_a_migration_and_what_comes_after(names: tuple[str, ...]) -> None:
    source = everything()
    with world(source, delivering_target(source)) as both, varied(*names):
        both.migrate()
        settled(both)
        edit(both)
        plan = both.migrate()
        assert plan.counts() == {Action.UPDATE: 4}
        settled(both)


@pytest.mark.parametrize("mine", [True, False], ids=["source", "target"])
def test_two_that_differ_in_their_ways(mine: bool) -> None:
    source = everything()
    target = delivering_target(source)
    with world(source, target) as both, varied(*RICH, only=source if mine else target):
        both.migrate()
        settled(both)


def settled(both: World) -> None:
    assert both.plan().changes == []
    with plain():
        assert both.differences() == []


def edit(both: World) -> None:
    """Changes of fields, parts, orders and members."""
    source = both.source.instance
    folder, board = named(source, "folder", name="Archive"), named(source, "dashboard", title="Board")
    source.edit("folder", folder["id"], name="Archives")
    source.edit("dashboard", board["id"], description=None, refresh_interval="2 hours")
    tile = named(source, "dashboard_element", dashboard_id=board["id"], title="Orders")
    source.replace_query("dashboard_element", tile["id"], limit="7")
    source.edit("look", named(source, "look", title="Margin")["id"], description="How much is left")
    source.edit("board", source.all("board")[0]["id"], title="Monthly")


def test_any_of_them_with_any_pair() -> None:
    check(11)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 200))
def test_many_of_them_with_any_pair(seed: int) -> None:
    check(seed)


def check(seed: int) -> None:
    """A pair by seed, each side with variations of its own."""
    dice = random.Random(f"varied {seed}")
    mine, theirs = (dice.sample(EVERY, dice.randrange(1, 5)) for _ in range(2))
    source, target = pair(seed)
    with world(source, target) as both, varied(*mine, only=source), varied(*theirs, only=target):
        plan = planned(both)
        if plan is None:
            return
        both.carry_out(plan)
        again = both.plan()
        assert (again.changes, again.errors) == ([], []), (mine, theirs)

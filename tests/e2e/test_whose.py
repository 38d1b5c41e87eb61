"""Whose each difference is, by the base that is remembered: random edits on both sides, all of them known.

A field that only the source changed since both agreed is `you`, only the target `drift`, both `conflict`;
what both have is nothing. Both agree on an object when it is applied, or found alike by an apply.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from lookervault.errors import ApiError
from lookervault.plan.plan import Made
from lookervault.plan.policy import OnConflict, Policy
from lookervault.run.agreed import agree_by_plan
from lookervault.run.planning import LAST, Request, planned
from lookervault.sandbox import Instance
from lookervault.store import mappings
from world import World, world

from .small import shared_root, small_instance, small_target

FIELDS = {
    "folder": ("name", "parent_id"),
    "dashboard": ("title", "description", "folder_id"),
    "look": ("title", "description", "folder_id"),
    "group": ("name",),
    "user": ("first_name",),
    "permission_set": ("name",),
}
SAID = {"parent_id": "parent", "folder_id": "folder"}
Spot = tuple[str, str, str]  # kind, id at the source, field


@dataclass
class Game:
    """Two instances, and what both last agreed on."""

    w: World
    dice: random.Random
    ids: dict[tuple[str, str], str]
    agreed: dict[Spot, Any]
    fresh: int = 0

    def read(self, inst: Instance, spot: Spot) -> Any:
        """A value in the source's words."""
        kind, id_, field = spot
        value = inst.find(kind, self.at(inst, kind, id_)).get(field)
        back = {there: here for (k, here), there in self.ids.items() if k == "folder"}
        return back[value] if field in SAID and inst is self.w.target.instance else value

    def at(self, inst: Instance, kind: str, id_: str) -> str:
        return id_ if inst is self.w.source.instance else self.ids[kind, id_]

    def edit(self, inst: Instance) -> None:
        """A few fields: to something new, to what the other side has, or to what it was."""
        other = self.w.target.instance if inst is self.w.source.instance else self.w.source.instance
        for _ in range(self.dice.randrange(5)):
            kind, id_, field = spot = self.dice.choice(sorted(self.agreed))
            self.fresh += 1
            folders = [i for k, i in self.ids if k == "folder"]
            new = self.dice.choice(folders) if field in SAID else f"N{self.fresh}"
            value = self.dice.choice([new, new, self.read(other, spot), self.agreed[spot]])
            told = self.at(inst, "folder", value) if field in SAID else value
            with suppress(ApiError):
                inst.edit(kind, self.at(inst, kind, id_), **{field: told})

    def expected(self) -> dict[Spot, str]:
        found = {}
        for spot, base in self.agreed.items():
            here, there = (self.read(server.instance, spot) for server in (self.w.source, self.w.target))
            if here != there:
                found[spot] = "you" if there == base else "drift" if here == base else "conflict"
        return found

    def told(self, made: Made) -> dict[Spot, str]:
        back = {(kind, there): here for (kind, here), there in self.ids.items()}
        names = {said: field for field, said in SAID.items()}
        found: dict[Spot, str] = {}
        for c in made.plan.changes:
            assert not c.parts
            found |= {(c.kind, back[c.kind, c.id], names.get(k, k)): v for k, v in c.origins.items()}
        return found

    def plan(self, on_conflict: OnConflict) -> Made:
        desired = f"@{self.w.extract(workers=2).number}"
        request = Request(desired, policy=Policy(on_conflict=on_conflict), base=LAST)
        listener = self.w.events.append
        gateway, vault = self.w.target_gateway, self.w.vault
        return planned(gateway, vault, request, target_name="t", workers=2, listener=listener).made

    def turn(self) -> None:
        """Edits on both sides, a plan that is held against what is known, and mostly an apply of it."""
        for server in (self.w.source, self.w.target):
            self.edit(server.instance)
        how: OnConflict = self.dice.choice(["stop", "desired", "live"])
        known = self.expected()
        kept = {s for s, whose in known.items() if how == "live" and whose == "conflict"}
        made = self.plan(how)
        assert self.told(made) == {s: whose for s, whose in known.items() if s not in kept}
        assert bool(made.plan.errors) >= (how == "stop" and "conflict" in known.values())
        if made.plan.errors:
            return
        agree_by_plan(self.w.vault, made)
        self.w.carry_out(made.plan)
        self.agreed |= {s: self.read(self.w.source.instance, s) for s in self.agreed.keys() - kept}


def play(seed: int, turns: int) -> None:
    source = small_instance()
    with world(source, small_target(source)) as w:
        game = Game(w, random.Random(seed), {}, {})
        first = game.plan("stop")
        agree_by_plan(w.vault, first)
        w.carry_out(first.plan)
        game.ids = dict(mappings.lookup(w.vault, w.source_gateway.host, w.target_gateway.host))
        game.ids["folder", shared_root(source)] = shared_root(w.target.instance)
        for kind, id_ in list(game.ids):
            for field in FIELDS[kind] if kind in FIELDS and _own(source, kind, id_) else ():
                game.agreed[kind, id_, field] = game.read(source, (kind, id_, field))
        for _ in range(turns):
            game.turn()


def _own(inst: Instance, kind: str, id_: str) -> bool:
    """Whether people may edit this; folders of persons and what is built in are not theirs."""
    raw = inst.find(kind, id_)
    if kind == "folder":
        return bool(raw["parent_id"]) and not raw["is_personal"]
    return not raw.get("built_in") and raw.get("name") not in ("Admin", "All Users")


@pytest.mark.parametrize("seed", range(3))
def test_whose_a_difference_is(seed: int) -> None:
    play(seed, 5)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 400))
def test_whose_a_difference_is_whatever_was_done(seed: int) -> None:
    play(seed, 7)

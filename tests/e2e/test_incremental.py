"""An incremental extraction gives what a full one would have given, with a fraction of its calls."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec import structs

from lookervault.errors import ApiError
from lookervault.model.resource import State, Usage
from lookervault.run.events import Event
from lookervault.run.extract import Extraction, extract, last_full
from lookervault.run.states import snapshot_state
from lookervault.sandbox import Instance, Server, demo_instance, serve
from lookervault.store.snapshots import Snapshot, items
from lookervault.store.vault import Vault, open_vault
from world import ALL_KINDS, gateway

from .editor import Editor
from .small import small_instance

COUNTED = {"view_count", "last_viewed_at", "last_accessed_at", "usage_count"}


class Pair:
    """One instance, extracted in full into one vault and by steps into another."""

    def __init__(self, inst: Instance, server: Server, full: Vault, steps: Vault) -> None:
        self.inst, self.server, self.full, self.steps = inst, server, full, steps
        self.events: list[Event] = []

    def extract(self, vault: Vault, *, trash: bool = False) -> Snapshot:
        """A snapshot, and the number of calls it took in `calls`."""
        wanted = Extraction(
            "dev", ALL_KINDS, batch_size=7, include_trash=trash, incremental=vault is self.steps
        )
        before = len(self.server.calls)
        with gateway(self.server) as opened:
            found = extract(opened, vault, wanted, self.events.append)
        self.calls = len(self.server.calls) - before
        return found

    def both(self, *, trash: bool = False) -> None:
        """Extracts twice and compares object for object."""
        whole = uncounted(snapshot_state(self.full, self.extract(self.full, trash=trash)))
        built = uncounted(snapshot_state(self.steps, self.extract(self.steps, trash=trash)))
        assert built.ids == whole.ids
        for address, resource in whole.resources.items():
            assert built.resources[address] == resource
        assert built == whole


def uncounted(state: State) -> State:
    """The state without what reading alone changes."""
    still = {a: structs.replace(r, usage=Usage()) for a, r in state.resources.items()}
    lost = {a: structs.replace(r, usage=Usage()) for a, r in state.trash.items()}
    return structs.replace(state, resources=still, trash=lost)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    yield from opened(small_instance(), tmp_path)


def opened(inst: Instance, folder: Path) -> Iterator[Pair]:
    with (
        serve(inst) as server,
        open_vault(folder / "full.db") as full,
        open_vault(folder / "steps.db") as steps,
    ):
        yield Pair(inst, server, full, steps)


def disturb(inst: Instance, dice: random.Random) -> None:
    """Edits, moves, the trash and the way back, and deletes for ever."""
    Editor(inst, dice).edit(12)
    for _ in range(4):
        kind = dice.choice(["dashboard", "look"])
        with suppress(ApiError, IndexError):
            found = dice.choice(inst.all(kind))
            inst.edit(kind, found["id"], deleted=not found["deleted"])
    with suppress(ApiError, IndexError):
        inst.delete("dashboard", dice.choice(inst.all("dashboard"))["id"])


@pytest.mark.parametrize("seed", range(4))
def test_it_gives_what_a_full_one_would(pair: Pair, seed: int) -> None:
    dice = random.Random(seed)
    pair.both(trash=bool(seed % 2))
    for _ in range(4):
        disturb(pair.inst, dice)
        pair.both(trash=bool(seed % 2))


def test_everything_of_the_demo_is_taken_over(tmp_path: Path) -> None:
    for pair in opened(demo_instance(), tmp_path):
        pair.both()
        dashboard = next(d for d in pair.inst.all("dashboard") if not d["deleted"])
        pair.inst.edit("dashboard", dashboard["id"], description="now other")
        pair.both()
        asked = [c.path for c in pair.server.calls[-pair.calls :]]
        assert [p for p in asked if p.startswith("/dashboards/") and p != "/dashboards/search"] == [
            f"/dashboards/{dashboard['id']}"
        ]
        assert not [p for p in asked if p.startswith(("/queries", "/merge_queries"))]


def test_a_look_that_changed_brings_the_dashboards_that_show_it(pair: Pair) -> None:
    pair.both()
    look = pair.inst.all("look")[0]
    pair.inst.create(
        "dashboard_element", dashboard_id=pair.inst.all("dashboard")[0]["id"], look_id=look["id"]
    )
    pair.both()
    pair.inst.replace_query("look", look["id"], limit="3")
    pair.both()


def raw_of(vault: Vault, snapshot: Snapshot) -> dict[tuple[str, str], object]:
    """All that is stored of content, without what reading alone changes."""
    kinds = ("folder", "look", "dashboard", "board", "scheduled_plan", "alert")
    return {(kind, i.id): _still(i.raw) for kind in kinds for i in items(vault, snapshot, kind)}


def _still(raw: object) -> object:
    if isinstance(raw, dict):
        return {f: _still(v) for f, v in raw.items() if f not in COUNTED}
    return [_still(v) for v in raw] if isinstance(raw, list) else raw


def test_what_is_shown_of_folders_and_looks_is_as_in_a_full_pass(pair: Pair) -> None:
    look, other = pair.inst.all("look")[:2]
    dashboard = pair.inst.all("dashboard")[0]
    pair.inst.create("dashboard_element", dashboard_id=dashboard["id"], look_id=look["id"])
    pair.both()
    pair.inst.edit("folder", other["folder_id"], name="called otherwise")
    pair.inst.edit("folder", dashboard["folder_id"], name="renamed")
    pair.inst.delete("look", look["id"])
    full, steps = pair.extract(pair.full), pair.extract(pair.steps)
    assert raw_of(pair.steps, steps) == raw_of(pair.full, full)


def test_few_calls_where_little_changed(tmp_path: Path) -> None:
    for pair in opened(demo_instance(objects=700), tmp_path):
        pair.extract(pair.steps)
        whole = pair.calls
        for dashboard in pair.inst.all("dashboard")[:5]:
            pair.inst.edit("dashboard", dashboard["id"], description="x")
        pair.extract(pair.steps)
        # half of these ask for access lists, which tell no date
        assert pair.calls < whole * 0.3
        full = last_full(pair.steps, snapshot_host(pair))
        assert full is not None
        assert full.number == 1


def snapshot_host(pair: Pair) -> str:
    return f"127.0.0.1:{pair.server.port}"


def test_dates_that_do_not_move_are_noticed_and_not_relied_on(pair: Pair) -> None:
    pair.extract(pair.steps)
    board = next(d for d in pair.inst.all("dashboard") if not d["deleted"])
    stale = pair.inst.find("dashboard", board["id"])
    pair.inst.edit("dashboard", board["id"], description="one")
    pair.inst.change("dashboard", stale, {"updated_at": board["updated_at"]})
    wanted = Extraction("dev", ALL_KINDS)
    with gateway(pair.server) as gate:
        seen = extract(gate, pair.steps, wanted, pair.events.append)
    assert seen.scope["dashboard"]["undated"] == 1
    pair.inst.edit("dashboard", board["id"], description="two")
    pair.inst.change("dashboard", stale, {"updated_at": board["updated_at"]})
    state = snapshot_state(pair.steps, pair.extract(pair.steps))
    found = next(r for r in state.resources.values() if (r.kind, r.id) == ("dashboard", board["id"]))
    assert found.attributes["description"] == "two"


def test_without_a_snapshot_it_reads_everything(pair: Pair) -> None:
    first = pair.extract(pair.steps)
    assert first.new == first.items
    assert "since" not in first.scope["dashboard"]

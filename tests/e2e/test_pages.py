"""Whole dashboards by the page, from servers that give them, do not, or only seem to."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lookervault.errors import Refused
from lookervault.run.bulk import calls_for
from lookervault.run.events import Event, KindDone, KindRestarted, silent
from lookervault.run.extract import Extraction, extract
from lookervault.run.forecast import forecast
from lookervault.run.likeness import COUNTERS
from lookervault.sandbox import Instance, Server, demo_instance, serve
from lookervault.sandbox.router import Ask
from lookervault.store.snapshots import Snapshot, items
from lookervault.store.vault import Vault, open_vault
from world import ALL_KINDS, gateway, world

from . import variation
from .test_incremental import opened as pairs
from .test_resume import Extractor, kill_and_resume
from .test_resume import opened as with_budget

OBJECTS = 300  # 92 live dashboards


def nested(objects: int = OBJECTS) -> Instance:
    """An instance that gives the parts of dashboards in a search too."""
    inst = demo_instance(objects=objects)
    inst.search_nested = True
    return inst


@contextmanager
def extracted(inst: Instance, folder: Path) -> Iterator[tuple[Server, Vault, Snapshot, list[Event]]]:
    """A snapshot, what was heard of it, and a server that knows of its calls only."""
    events: list[Event] = []
    with serve(inst) as server, open_vault(folder / "v.db") as vault:
        with gateway(server) as there:
            found = extract(there, vault, Extraction("dev", ALL_KINDS), events.append)
        yield server, vault, found, events


def still(raw: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in raw.items() if k not in COUNTERS}


def stored(vault: Vault, snapshot: Snapshot) -> dict[str, Any]:
    return {each.id: still(each.raw) for each in items(vault, snapshot, "dashboard")}


def truth(inst: Instance) -> dict[str, Any]:
    """What a call for each live dashboard gives."""
    live = [raw["id"] for raw in inst.all("dashboard") if not raw["deleted"]]
    return {id_: still(inst.answer("dashboard", id_)) for id_ in live}


def singles(server: Server) -> int:
    """Dashboards that were asked for by a call each."""
    paths = [call.path for call in server.calls if call.path.startswith("/dashboards/")]
    return sum(path != "/dashboards/search" for path in paths)


def searches(server: Server) -> int:
    return sum(call.path == "/dashboards/search" for call in server.calls)


def test_a_page_takes_the_place_of_many_calls(tmp_path: Path) -> None:
    inst = nested()
    with extracted(inst, tmp_path) as (server, vault, found, events):
        assert stored(vault, found) == truth(inst)
        # the odd one is looked at both ways by chance
        assert singles(server) + searches(server) <= calls_for(92, found.scope["dashboard"]["page"]) + 6
        assert singles(server) < 30
        assert [e.count for e in events if isinstance(e, KindDone) and e.kind == "dashboard"] == [92]


def test_what_does_not_give_parts_is_asked_once(tmp_path: Path) -> None:
    inst = demo_instance(objects=OBJECTS)
    with extracted(inst, tmp_path) as (server, vault, found, _):
        assert stored(vault, found) == truth(inst)
        assert (singles(server), searches(server)) == (92, 2)
        assert "page" not in found.scope["dashboard"]


Lie = Callable[[dict[str, Any]], dict[str, Any]]


def without_parts(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "dashboard_elements": [], "dashboard_filters": [], "dashboard_layouts": []}


def without_field(raw: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in raw.items() if k != "dashboard_layouts"}


def of_elements(change: Lie) -> Lie:
    return lambda raw: {**raw, "dashboard_elements": [change(e) for e in raw["dashboard_elements"]]}


def without_queries(element: dict[str, Any]) -> dict[str, Any]:
    return {**element, "query": None}


def looks_without_query(element: dict[str, Any]) -> dict[str, Any]:
    look = element.get("look")
    return {**element, "look": {**look, "query": None}} if look else element


def merges_without_wiring(element: dict[str, Any]) -> dict[str, Any]:
    return {**element, "result_maker": None} if element.get("merge_result_id") else element


def cut_elements(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "dashboard_elements": raw["dashboard_elements"][:3]}


def cut_throughout(raw: dict[str, Any]) -> dict[str, Any]:
    cut = cut_elements(raw)
    ids = {element["id"] for element in cut["dashboard_elements"]}
    layouts = [
        {
            **layout,
            "dashboard_layout_components": [
                c for c in layout["dashboard_layout_components"] if c["dashboard_element_id"] in ids
            ],
        }
        for layout in raw["dashboard_layouts"]
    ]
    return {**cut, "dashboard_layouts": layouts}


def turned(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "dashboard_elements": raw["dashboard_elements"][::-1]}


def texts_as_numbers(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "deleted": 0}


LIES: dict[str, Lie] = {
    "no parts": without_parts,
    "no layouts": without_field,
    "no queries": of_elements(without_queries),
    "no queries of looks": of_elements(looks_without_query),
    "merges without wiring": of_elements(merges_without_wiring),
    "elements cut": cut_elements,
    "all parts cut": cut_throughout,
    "another order": turned,
    "zero for false": texts_as_numbers,
}


@contextmanager
def lying(monkeypatch: pytest.MonkeyPatch, lie: Lie) -> Iterator[None]:
    """Lets each search that tells parts tell them in this way."""

    def vary(value: Any, ask: Ask) -> Any:
        if ask.path != "/dashboards/search" or not isinstance(value, list):
            return value
        return [lie(raw) if "dashboard_elements" in raw else raw for raw in value]

    monkeypatch.setitem(variation.VARIATIONS, "lie", vary)  # type: ignore[arg-type]
    with variation.varied("lie"):
        yield


@pytest.mark.parametrize("name", LIES)
def test_what_only_seems_whole_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    inst = nested()
    with lying(monkeypatch, LIES[name]), extracted(inst, tmp_path) as (_, vault, found, events):
        assert stored(vault, found) == truth(inst)
        assert [e.count for e in events if isinstance(e, KindDone) and e.kind == "dashboard"] == [92]


def test_who_is_found_out_late_is_not_believed_in_what_came_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inst = nested()
    last = [d for d in inst.all("dashboard") if not d["deleted"]][-3]
    tile = inst.create("dashboard_element", dashboard_id=last["id"], type="text", title_text="Odd one")
    inst.edit("dashboard_element", tile["id"], note_display="above", note_text="Seen nowhere else")
    for element in inst.all("dashboard_element"):
        if element["id"] != tile["id"]:
            inst.edit("dashboard_element", element["id"], note_display=None, note_text=None)

    lie = of_elements(lambda e: {**e, "note_text": "another"} if e["id"] == tile["id"] else e)
    with lying(monkeypatch, lie), extracted(inst, tmp_path) as (server, vault, found, events):
        assert [e.kind for e in events if isinstance(e, KindRestarted)] == ["dashboard"]
        assert stored(vault, found) == truth(inst)
        assert [e.count for e in events if isinstance(e, KindDone) and e.kind == "dashboard"] == [92]
        assert 92 <= singles(server) < 100


def test_where_one_id_is_all_that_can_be_searched_by_pages_are_had_by_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inst = nested()

    def one(ask: Ask) -> None:
        if "," in ask.query.get("id", ""):
            ask.query["id"] = "none"

    monkeypatch.setitem(variation.ASKED, "one", one)  # type: ignore[arg-type]
    with variation.varied("one"), extracted(inst, tmp_path) as (server, vault, found, _):
        assert stored(vault, found) == truth(inst)
        assert singles(server) < 30
        assert searches(server) < 20
        for dashboard in inst.all("dashboard")[10:40]:
            inst.edit("dashboard", dashboard["id"], description="anew")
        server.calls.clear()
        with gateway(server) as there:
            again = extract(there, vault, Extraction("dev", ALL_KINDS, incremental=True), silent)
        assert stored(vault, again) == truth(inst)
        assert singles(server) < 30


def test_who_takes_no_notice_of_ids_is_asked_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inst = nested()
    monkeypatch.setitem(variation.ASKED, "any", lambda ask: ask.query.pop("id", None))  # type: ignore[arg-type]
    with variation.varied("any"), extracted(inst, tmp_path) as (server, vault, found, _):
        assert stored(vault, found) == truth(inst)
        assert singles(server) == 92
        assert searches(server) < 6


def test_a_page_that_fails_is_no_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inst = nested()

    def refuse(ask: Ask) -> None:
        if ask.query.get("id", "").count(",") > 5:
            ask.path = "/too/much/at/once"

    monkeypatch.setitem(variation.ASKED, "small", refuse)  # type: ignore[arg-type]
    with variation.varied("small"), extracted(inst, tmp_path) as (server, vault, found, _):
        assert stored(vault, found) == truth(inst)
        assert singles(server) == 92


def test_who_leaves_out_what_is_null_is_asked_one_by_one(tmp_path: Path) -> None:
    inst = nested()
    with variation.varied("without_nulls"), extracted(inst, tmp_path) as (server, _, _, _):
        assert (singles(server), searches(server)) == (92, 1)


@pytest.mark.parametrize("seed", range(3))
def test_killed_and_resumed(tmp_path: Path, seed: int) -> None:
    extractor = Extractor()
    try:
        with serve(nested(260)) as server:
            kill_and_resume(extractor, server, tmp_path, random.Random(f"pages {seed}"))
    finally:
        extractor.close()


def test_what_was_stored_before_a_stop_is_read_again_where_pages_prove_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inst = nested(1500)
    wanted = Extraction("dev", ALL_KINDS, workers=2, batch_size=10, resume=True)
    with serve(inst) as server, open_vault(tmp_path / "v.db") as vault:
        with with_budget(server, max_calls=230) as short, pytest.raises(Refused):
            extract(short, vault, wanted, silent)
        assert searches(server) > 5
        before = len(server.calls)
        with lying(monkeypatch, without_parts), gateway(server) as there:
            found = extract(there, vault, wanted, silent)
        assert stored(vault, found) == truth(inst)
        asked = [c.path for c in server.calls[before:]]
        assert sum(path.startswith("/dashboards/") for path in asked) > len(truth(inst))


def test_an_incremental_pass_gives_what_a_full_one_would(tmp_path: Path) -> None:
    for pair in pairs(nested(), tmp_path):
        pair.both()
        for dashboard in pair.inst.all("dashboard")[::3]:
            pair.inst.edit("dashboard", dashboard["id"], description="anew")
        pair.both()
        assert pair.server.calls
        assert singles(pair.server) < 100
        assert all(s.scope["dashboard"]["page"] for s in [pair.extract(pair.steps)])


def test_a_forecast_knows_of_pages(tmp_path: Path) -> None:
    inst = nested(900)
    with extracted(inst, tmp_path) as (server, vault, _, _), gateway(server) as there:
        foretold = forecast(there, vault, Extraction("dev", ALL_KINDS)).calls["dashboard"]
        made = sum(c.path.startswith("/dashboards/") for c in server.calls) - 1  # the forecast's own
    assert foretold == pytest.approx(made, abs=10)
    assert foretold < 80


def test_a_plan_reads_by_the_page_too() -> None:
    inst = nested()
    with world(inst) as here:
        snapshot = here.extract()
        board = next(d for d in inst.all("dashboard") if not d["deleted"])
        inst.edit("dashboard", board["id"], description="other")
        here.source.calls.clear()
        plan = here.plan(snapshot)
        assert [(c.kind, c.id, [*c.before]) for c in plan.changes] == [
            ("dashboard", board["id"], ["description"])
        ]
        assert singles(here.source) < 30

"""Boards from one instance to another, judged by plain reads: what stands where, and what keeps its id."""

from __future__ import annotations

from typing import Any

import pytest

import judge
from lookervault.errors import ApiError
from lookervault.plan.change import Action
from lookervault.sandbox import Faults, Instance, Server
from world import KEY, world

from .small import dashboard, named, small_instance, small_target

Raw = dict[str, Any]

LOSSES = ("429", "502", "reset_before", "reset_after")


def source_instance() -> Instance:
    """The small instance with two boards of one title, and one that is deleted."""
    inst = small_instance()
    put_boards(inst)
    return inst


def put_boards(inst: Instance) -> None:
    """Two boards of one title, and one that is deleted."""
    ann, ben = (named(inst, "user", first_name=name)["id"] for name in ("Ann", "Ben"))
    first = inst.create("board", title="Weekly", description="Read on Monday")
    inst.edit("board", first["id"], user_id=ann)
    numbers = section(inst, first["id"], "Numbers", description="What happened")
    links = section(inst, first["id"], "Links")
    blank = section(inst, first["id"], None)
    item(inst, numbers, dashboard_id=dashboard(inst))
    look = named(inst, "look", title="Margin")["id"]
    item(inst, numbers, look_id=look, custom_title="How much is left", use_custom_title=True)
    gone = item(inst, numbers, dashboard_id=dashboard(inst, "Other"))
    item(inst, links, custom_url="https://example.com/a", custom_title="A", custom_description="An A")
    item(inst, links, custom_url="https://example.com/a", custom_title="A, once more")
    item(inst, blank, lookml_dashboard_id=inst.all("lookml_dashboard")[0]["id"])
    inst.edit("board", first["id"], section_order=[blank, numbers, links])
    order = inst.find("board_section", numbers)["item_order"]
    inst.edit("board_section", numbers, item_order=order[::-1])
    inst.delete("board_item", gone)
    second = inst.create("board", title="Weekly", description="Read on Monday")
    inst.edit("board", second["id"], user_id=ben)
    item(inst, section(inst, second["id"], "Numbers"), dashboard_id=dashboard(inst, "Other"))
    old = inst.create("board", title="Old")
    inst.edit("board", old["id"], deleted_at="2025-01-01T00:00:00.000+00:00")


def section(inst: Instance, board_id: str, title: str | None, **more: Any) -> str:
    return str(inst.create("board_section", board_id=board_id, title=title, **more)["id"])


def item(inst: Instance, section_id: str, **fields: Any) -> str:
    return str(inst.create("board_item", board_section_id=section_id, **fields)["id"])


def boards(server: Server) -> list[Raw]:
    """All boards in words, as any client would read them."""
    reader = judge.Reader(server.url, *KEY)
    try:
        emails = {u["id"]: u["email"] for u in reader.pages("/users", sorts="id")}
        found = [
            {
                **{f: raw[f] for f in ("title", "description")},
                "owner": emails[raw["user_id"]],
                "sections": [_section(s) for s in ordered(raw["board_sections"], raw["section_order"])],
            }
            for raw in reader.get("/boards")
            if not raw["deleted_at"]
        ]
    finally:
        reader.close()
    return sorted(found, key=lambda board: (str(board["title"]), board["owner"]))


def _section(raw: Raw) -> Raw:
    words = ("title", "description", "location", "custom_title", "custom_description", "custom_url")
    flags = ("use_custom_title", "use_custom_description", "use_custom_url")
    items = ordered(raw["board_items"], raw["item_order"])
    return {
        **{f: raw[f] for f in ("title", "description")},
        "items": [{f: each[f] for f in (*words, *flags, "lookml_dashboard_id")} for each in items],
    }


def ordered(parts: list[Raw], order: list[str]) -> list[Raw]:
    return sorted(parts, key=lambda part: order.index(part["id"]))


def ids(inst: Instance) -> dict[str, set[str]]:
    return {kind: {r["id"] for r in inst.all(kind)} for kind in ("board", "board_section", "board_item")}


def of(inst: Instance, email: str) -> Raw:
    """The board of one person."""
    (credential,) = (c for c in inst.all("credentials_email") if c["email"] == email)
    return named(inst, "board", user_id=credential["user_id"])


def test_the_reading_tells_one_board_from_another() -> None:
    with world(source_instance()) as here:
        found = boards(here.source)
        assert [b["owner"] for b in found] == ["ann@example.com", "ben@example.com"]
        assert [s["title"] for s in found[0]["sections"]] == [None, "Numbers", "Links"]
        assert [i["title"] for i in found[0]["sections"][1]["items"]] == ["How much is left", "Board"]


def test_boards_come_to_a_blank_instance_and_stay_as_they_are() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        assert boards(both.target) == boards(both.source)
        assert both.plan().changes == []
        before, sent = ids(both.target.instance), len(both.writes())
        assert both.apply(both.plan()).applied == 0
        assert len(both.writes()) == sent
        assert ids(both.target.instance) == before


def test_an_instance_is_what_its_snapshot_says() -> None:
    with world(source_instance()) as here:
        assert here.plan().changes == []


def test_changes_come_in_place() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        before = ids(both.target.instance)
        numbers = named(source, "board_section", title="Numbers", description="What happened")
        links = named(source, "board_section", title="Links")
        board = numbers["board_id"]
        source.edit("board", board, title="Every week", description=None)
        source.edit("board_section", numbers["id"], title="Figures", description=None)
        mine = named(source, "board_item", custom_title="A, once more")["id"]
        source.edit("board_item", mine, board_section_id=numbers["id"], custom_title="B")
        order = source.find("board", board)["section_order"]
        source.edit("board", board, section_order=order[::-1])
        source.edit(
            "board_section", numbers["id"], item_order=[mine, *shown_items(source, numbers["id"])[:-1]]
        )
        item(source, links["id"], dashboard_id=dashboard(source, "Other"))
        plan = both.migrate()
        (change,) = plan.changes
        assert (change.action, change.kind) == (Action.UPDATE, "board")
        assert boards(both.target) == boards(both.source)
        after = ids(both.target.instance)
        assert {kind: len(after[kind] - before[kind]) for kind in after} == {
            "board": 0,
            "board_section": 0,
            "board_item": 1,
        }
        assert all(before[kind] <= after[kind] for kind in before)
        assert both.plan().changes == []


def shown_items(inst: Instance, section_id: str) -> list[str]:
    there = {i["id"] for i in inst.all("board_item") if i["board_section_id"] == section_id}
    return [i for i in inst.find("board_section", section_id)["item_order"] if i in there]


def test_an_order_alone_is_one_call() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        numbers = named(source, "board_section", title="Numbers", description="What happened")["id"]
        source.edit("board_section", numbers, item_order=shown_items(source, numbers)[::-1])
        sent = len(both.writes())
        both.migrate()
        (call,) = both.writes()[sent:]
        assert (call.method, call.path.split("/")[1]) == ("PATCH", "board_sections")
        assert boards(both.target) == boards(both.source)
        assert both.plan().changes == []


def test_what_is_gone_at_the_source_goes_with_what_is_in_it() -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        source.delete("board_section", named(source, "board_section", title="Links")["id"])
        source.delete("board_item", named(source, "board_item", custom_title="How much is left")["id"])
        both.migrate()
        assert boards(both.target) == boards(both.source)
        assert both.plan().changes == []


def test_back_to_an_earlier_snapshot() -> None:
    inst = source_instance()
    with world(inst) as here:
        snapshot, before = here.extract(), boards(here.source)
        kept = ids(inst)
        mine = of(inst, "ann@example.com")
        inst.edit("board", mine["id"], title="Oops", section_order=mine["section_order"][::-1])
        inst.edit("board_item", named(inst, "board_item", custom_title="A")["id"], custom_url="/oops")
        section(inst, mine["id"], "Oops")
        assert boards(here.source) != before
        here.apply(here.plan(snapshot))
        assert boards(here.source) == before
        assert ids(inst) == kept
        assert here.plan(snapshot).changes == []


def test_an_item_whose_content_cannot_be_had_is_left_out_alone() -> None:
    source = source_instance()
    board = of(source, "ben@example.com")["id"]
    there = section(source, board, "Trash")
    lost = item(source, there, look_id=named(source, "look", title="Margin")["id"])
    item(source, there, custom_url="/browse", custom_title="Browse")
    source.edit("look", source.find("board_item", lost)["look_id"], deleted=True)
    with world(source, small_target(source)) as both:
        plan = both.migrate()
        said = [f.message for f in plan.findings if f.address.startswith("board:")]
        assert any(m.startswith('item "Margin" is left out: look:#') for m in said), said
        (made,) = (b for b in boards(both.target) if b["owner"] == "ben@example.com")
        assert [len(s["items"]) for s in made["sections"]] == [1, 1]
        assert both.plan().changes == []


def test_boards_that_the_target_does_not_list_are_not_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_instance()
    with world(source, small_target(source)) as both:
        real = both.target_gateway.listed

        def refusing(path: Any, query: Any) -> Any:
            if path == "/boards":
                raise ApiError("Not found", status=404)
            yield from real(path, query)

        monkeypatch.setattr(both.target_gateway, "listed", refusing)
        plan = both.plan()
        assert "board" not in {c.kind for c in plan.changes}
        said = [f.message for f in plan.findings if f.address == "board"]
        assert said == ["left out: the target does not list its boards"]


def test_nothing_is_made_twice_where_answers_are_lost() -> None:
    for seed in range(4):
        source = source_instance()
        with world(source, small_target(source), Faults(seed, 0.2, LOSSES)) as both:
            both.migrate()
            both.calm()
            assert boards(both.target) == boards(both.source)
            assert both.plan().changes == []

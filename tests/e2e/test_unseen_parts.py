"""Boards and dashboards of which a caller sees but a part: what he is not shown stays where it is."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.looker.gateway import Gateway
from lookervault.plan.change import Action
from lookervault.plan.plan import Plan
from lookervault.sandbox import Instance
from lookervault.store import mappings
from world import World, world

from .small import dashboard, folder, named, shared_root, small_instance, small_target
from .test_access import share
from .test_boards import boards, item, of, put_boards
from .test_no_admin import as_ben

STAYS = "stays on the target"


def closed_source() -> Instance:
    """A board of Ben's that shows among others what soon only Ann sees."""
    inst = small_instance()
    put_boards(inst)
    own = mine(inst)
    item(inst, own, dashboard_id=dashboard(inst))
    item(inst, own, custom_url="https://example.com/a", custom_title="A")
    item(inst, own, dashboard_id=dashboard(inst, "Other"), custom_title="Once more", use_custom_title=True)
    order = inst.find("board_section", own)["item_order"]
    inst.edit("board_section", own, item_order=[order[1], order[0], *order[2:]])
    return inst


def mine(inst: Instance) -> str:
    """The one section of Ben's board."""
    board = of(inst, "ben@example.com")["id"]
    return str(named(inst, "board_section", board_id=board)["id"])


def close(inst: Instance) -> None:
    """From now on only Ann sees what is in the archive."""
    share(inst, shared_root(inst), {"All Users": "view"})
    share(inst, folder(inst, "Archive"), {"ann": "edit"})


def without_hidden_items(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boards as an instance tells them that leaves out what the caller may not see, instead of its words."""
    real = gateway.listed

    def listed(path: str, query: Any) -> Any:
        for page in real(path, query):
            for section in [s for b in page for s in b["board_sections"]] if path == "/boards" else []:
                section["item_order"] = seen = section["visible_item_order"]
                section["board_items"] = [i for i in section["board_items"] if i["id"] in seen]
            yield page

    monkeypatch.setattr(gateway, "listed", listed)


def taken_or_made(plan: Plan) -> list[Any]:
    return [p for c in plan.changes for p in c.parts if p.action is not Action.UPDATE]


@pytest.mark.parametrize("known", [True, False], ids=["known", "new"])
@pytest.mark.parametrize("left_out", [False, True], ids=["without their words", "left out"])
def test_a_board_keeps_what_the_caller_of_the_source_is_not_shown(
    left_out: bool, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = closed_source()
    with world(source, small_target(source)) as both:
        both.migrate()
        close(source)
        if not known:
            forgotten(both)
        with as_ben(both, "source") as narrow:
            if left_out:
                without_hidden_items(narrow.source_gateway, monkeypatch)
            plan = narrow.plan(narrow.extract())
        assert not [c for c in plan.changes if c.kind == "board"]
        # what is shown without its words is known for what it is by where it came from
        assert any(STAYS in f.message for f in plan.findings) is (left_out or not known)


@pytest.mark.parametrize("left_out", [False, True], ids=["without their words", "left out"])
def test_nothing_is_made_anew_that_the_caller_of_the_target_is_not_shown(
    left_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = closed_source()
    with world(source, small_target(source)) as both:
        both.migrate()
        close(both.target.instance)
        with as_ben(both, "target") as narrow:
            if left_out:
                without_hidden_items(narrow.target_gateway, monkeypatch)
            plan = narrow.plan(both.extract())
        assert not [c for c in plan.changes if c.kind in ("board", "dashboard", "user")]
        unsure = {f.address for f in plan.findings if "not seen on the target" in f.message}
        assert {"dashboard:Shared/Archive/Other", "user:ann@example.com"} <= unsure


def test_what_is_seen_changes_beside_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    source = closed_source()
    with world(source, small_target(source)) as both:
        both.migrate()
        close(source)
        item(source, mine(source), custom_url="https://example.com/b", custom_title="B")
        with as_ben(both, "source") as narrow:
            without_hidden_items(narrow.source_gateway, monkeypatch)
            plan = narrow.plan(narrow.extract())
        [change] = [c for c in plan.changes if c.kind == "board"]
        assert sorted(p.action.name for p in change.parts) == ["CREATE", "UPDATE"]
        both.carry_out(plan)
        shown = next(b for b in boards(both.target) if b["owner"] == "ben@example.com")["sections"][0]
        assert [i["title"] for i in shown["items"]] == ["Board", "Other", "A", "Once more", "B"]
        assert not [c for c in both.plan().changes if c.kind == "board"]


def test_an_element_stays_whose_look_the_caller_of_the_source_is_not_shown() -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        look = named(source, "look", title="By month")["id"]
        source.edit("look", look, folder_id=folder(source, "Archive"))
        close(source)
        forgotten(both)
        tile = named(source, "dashboard_element", dashboard_id=dashboard(source), look_id=look)["id"]
        source.edit("dashboard_element", tile, result_maker={"filterables": []})
        for component in source.all("dashboard_layout_component"):
            if component["dashboard_element_id"] == tile:
                source.edit("dashboard_layout_component", component["id"], row=40, column=3)
        with as_ben(both, "source") as narrow:
            plan = narrow.plan(narrow.extract())
        assert not taken_or_made(plan)
        assert any(STAYS in f.message for f in plan.findings)


def forgotten(both: World) -> None:
    """Nothing is remembered of earlier migrations."""
    mappings.clear(both.vault, both.source_gateway.host, both.target_gateway.host)

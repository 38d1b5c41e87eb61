"""Whose each difference is, seen from a state that both sides once were."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from lookervault.model.resource import State
from lookervault.plan.origin import _of_sets
from lookervault.plan.plan import Base, Plan, Side, make_plan
from lookervault.plan.policy import OnConflict, Policy
from lookervault.report.text import render_text
from model.raws import (
    HOST,
    OTHER,
    QUERY,
    dashboard,
    filter_,
    folder,
    item,
    layout,
    look,
    lookml_model,
    plan,
    section,
    shared,
    state,
    tile,
    user,
)
from model.raws import board as pinboard

ROOTS = (shared(), lookml_model("shop"), folder("10", "Sales"), user("7", "ann@example.com"))


def board(title: str = "KPIs", limit: str = "500", *more: Any, **fields: Any) -> Any:
    tiles = [tile("1", "Orders", query={**QUERY, "limit": limit}), *more]
    return dashboard("5", title, **{"slug": "kpis", "dashboard_elements": tiles, **fields})


OLD = board("KPIs", "500", tile("2", "Old"))


def three(base: Any, live: Any, wanted: Any, on_conflict: OnConflict = "stop") -> Plan:
    """The plan of three versions of one dashboard; None: there is none."""
    sides = [state(*ROOTS, *([x] if x else [])) for x in (base, live, wanted)]
    return of_states(*sides, on_conflict=on_conflict)


def of_states(base: State, live: State, wanted: State, on_conflict: OnConflict = "stop") -> Plan:
    policy = Policy(on_conflict=on_conflict)
    sides = Side(wanted.host), Side(live.host)
    return make_plan(wanted, live, {}, *sides, policy=policy, base=Base(base, "@3"))


def origins(plan: Plan) -> dict[str, str]:
    found = {}
    for change in plan.changes:
        found |= {k.replace("\0", "."): v for k, v in change.origins.items()}
        for part in change.parts:
            found |= {f"{part.label}: {k}".replace("\0", "."): v for k, v in part.origins.items()}
            found |= {part.label: part.origin} if part.origin else {}
        found |= {change.address: change.origin} if change.origin else {}
    return found


@pytest.mark.parametrize(
    ("base", "live", "wanted", "expected"),
    [
        (board(), board(), board("New"), {"title": "you"}),
        (board(), board("Theirs"), board(), {"title": "drift"}),
        (board(), board("Theirs"), board("Ours"), {"title": "conflict"}),
        (board(), board(limit="9"), board("Ours"), {"title": "you", "Orders: query.limit": "drift"}),
        (board(), board(limit="9"), board(limit="10"), {"Orders: query.limit": "conflict"}),
        (board(), board("Both"), board("Both"), {}),
        (board(), board(), board("KPIs", "500", tile("2", "New")), {"New": "you"}),
        (board(), board("KPIs", "500", tile("2", "New")), board(), {"New": "drift"}),
        (OLD, board(), OLD, {"Old": "drift"}),
        (OLD, OLD, board(), {"Old": "you"}),
        (None, None, board(), {"dashboard:Shared/KPIs": "you"}),
        (board(), None, board(), {"dashboard:Shared/KPIs": "drift"}),
    ],
)  # fmt: skip
def test_whose_it_is(base: Any, live: Any, wanted: Any, expected: dict[str, str]) -> None:
    assert origins(three(base, live, wanted)) == expected


@pytest.mark.parametrize("text", ["see /dashboards/99 and /looks/98", "see /dashboards/5", "see /folders/10"])
def test_links_in_a_text_that_lead_somewhere_or_nowhere_make_no_conflict(text: str) -> None:
    linked = board(description=text)
    assert origins(three(linked, board(description="theirs"), linked)) == {"description": "drift"}
    assert origins(three(linked, linked, board(description="ours"))) == {"description": "you"}


def test_a_tab_that_goes_with_its_schedule_is_no_conflict() -> None:
    """On another instance a tab that is not desired has a name of its own, also where the base knows it."""

    def side(host: str, ids: str, sent: str, *labels: str) -> State:
        raws = [layout(f"{ids}{n}", label=label, active=n == 0) for n, label in enumerate(labels)]
        board = dashboard(f"{ids}5", "KPIs", slug="kpis", dashboard_layouts=raws)
        return state(shared(), board, plan(f"{ids}6", "Daily", f"{ids}5", tab_ids=[ids + sent]), host=host)

    before, live = (side(host, ids, "1", "One", "Two") for host, ids in ((HOST, "1"), (OTHER, "9")))
    wanted = side(HOST, "1", "0", "One")
    assert origins(of_states(before, live, wanted))["tabs"] == "you"


def shelf(*items: str) -> State:
    """A state with a board that shows looks in that order, by the ids of the items."""
    looks = [look(f"4{n}", f"Look {n}", "10") for n in "12345"]
    shown = [item(id_, look_id=f"4{id_}", custom_title=f"Look {id_}") for id_ in items]
    return state(*ROOTS, *looks, pinboard("9", "Start", section("1", "First", *shown)))


@pytest.mark.parametrize(
    ("live", "wanted", "expected"),
    [
        ("123", "23", {"First: items": "you", "Look 1": "you"}),
        ("23", "123", {"First: items": "drift", "Look 1": "drift"}),
        ("12", "23", {"First: items": "conflict", "Look 1": "you", "Look 3": "drift"}),
        ("1234", "123", {"First: items": "drift", "Look 4": "drift"}),
        ("23", "23", {}),
    ],
)
def test_items_that_come_and_go_are_somebodys(live: str, wanted: str, expected: dict[str, str]) -> None:
    found = of_states(shelf(*"123"), shelf(*live), shelf(*wanted))
    assert origins(found) == expected


def test_parts_without_ids_are_not_taken_for_one_another() -> None:
    """As they are in files, and in what was kept of an apply of files."""

    def without_ids(built: State) -> State:
        nameless = {
            address: structs.replace(r, parts=[structs.replace(part, id="") for part in r.parts])
            for address, r in built.resources.items()
        }
        return structs.replace(built, resources=nameless)

    base, live, wanted = (
        state(*ROOTS, board("KPIs", "500", *more))
        for more in ((), (), (tile("2", "New"), tile("3", "Newer")))
    )
    found = origins(of_states(without_ids(base), live, without_ids(wanted)))
    assert found == {"New": "you", "Newer": "you"}


def test_a_palette_of_a_renamed_collection_is_the_same_palette() -> None:
    """Also where a base knows no ids of palettes, as after an apply of files."""

    def side(label: str, *colors: str, **more: Any) -> State:
        brand = {
            "id": "c",
            "label": label,
            "categoricalPalettes": [{"id": "p", "label": "Cat", "colors": ["#fff"]}],
        }
        style = {"color_application": {"collection_id": "c", "palette_id": "p"}} if colors else {}
        query = {**QUERY, "vis_config": {**style, **more}}
        return state(
            shared(), lookml_model("shop"), ("color_collection", "c", brand), look("4", "L", query=query)
        )

    base = side("Brand", "p")
    kept = {a: structs.replace(r, aliases={}) for a, r in base.resources.items()}
    found = origins(of_states(structs.replace(base, resources=kept), base, side("New", n=1)))
    assert set(found.values()) == {"you"}


def test_a_conflict_stops_an_apply_unless_it_is_decided() -> None:
    plan = three(board(), board("Theirs"), board("Ours"))
    (error,) = plan.errors
    assert error.message.startswith("conflict: title was changed here and in Looker")
    assert "--on-conflict" in error.message
    assert not three(board(), board("Theirs"), board("Ours"), "desired").errors
    assert not three(board(), board("Theirs"), board()).errors, "drift is told, and undone"


def test_the_desired_side_may_win() -> None:
    plan = three(board(), board("Theirs"), board("Ours"), "desired")
    (change,) = plan.changes
    assert (change.before, change.after) == ({"title": "Theirs"}, {"title": "Ours"})
    assert any("what is desired wins" in f.message for f in plan.findings)


def test_the_live_side_may_win_and_nothing_else_is_lost() -> None:
    wanted = board("Ours", "10", description="mine")
    plan = three(board(), board("Theirs"), wanted, "live")
    (change,) = plan.changes
    assert change.after == {"description": "mine"}
    assert "title" not in change.before
    assert [(p.label, p.after["query"]["limit"]) for p in change.parts] == [("Orders", "10")]
    assert any("Looker's stays" in f.message for f in plan.findings)


def test_one_place_inside_a_query_may_stay_as_it_is() -> None:
    live = board(dashboard_elements=[tile("1", "Orders", query={**QUERY, "limit": "9"})])
    wanted = board(
        dashboard_elements=[tile("1", "Orders", query={**QUERY, "limit": "10", "sorts": ["orders.id"]})]
    )
    plan = three(board(), live, wanted, "live")
    (part,) = plan.changes[0].parts
    assert part.after["query"]["limit"] == "9"
    assert part.after["query"]["sorts"] == ["orders.id"]


def test_what_is_all_kept_is_no_change() -> None:
    assert three(board(), board("Theirs"), board("Ours"), "live").changes == []


def test_who_and_when_are_told() -> None:
    live = board("Theirs", updated_at="2026-11-20T10:00:00Z", last_updater_id="7")
    text = render_text(three(board(), live, board()))
    assert "# (last changed in Looker by user:ann@example.com at 2026-11-20T10:00:00Z)" in text
    assert '~ renamed ("Theirs" -> "KPIs")  # drift' in text
    assert "Since @3: 1 changed in Looker, and about to be undone (drift)." in text


def test_what_you_changed_blames_nobody() -> None:
    live = board(updated_at="2026-11-20T10:00:00Z", last_updater_name="Ann")
    assert "last changed in Looker" not in render_text(three(board(), live, board("Ours")))


def test_the_fingerprint_is_that_of_the_plan_without_a_base() -> None:
    live, wanted = (state(*ROOTS, x) for x in (board("Theirs"), board("Ours")))
    plain = make_plan(wanted, live, {}, Side(wanted.host), Side(live.host))
    assert of_states(state(*ROOTS, board()), live, wanted).fingerprint == plain.fingerprint


def test_links_are_compared_across_instances() -> None:
    """The base was read on the source: its ids are not those of the target."""
    base = state(*ROOTS, board(folder_id="10"))
    wanted = state(*ROOTS, board(folder_id="1"))
    there = (shared(), lookml_model("shop"), folder("90", "Sales"))
    kind, _, raw = board(folder_id="90")
    live = state(*there, (kind, "95", {**raw, "id": "95"}), host=OTHER)
    assert origins(of_states(base, live, wanted))["folder"] == "you"


def test_lists_are_judged_as_wholes() -> None:
    base = board(dashboard_filters=[filter_("3", "region", ui_config={"options": ["a"]})])
    live = board(dashboard_filters=[filter_("3", "region", ui_config={"options": ["a", "b"]})])
    ours = board(dashboard_filters=[filter_("3", "region", ui_config={"options": ["a", "c"]})])
    assert origins(three(base, live, ours)) == {"Region: ui_config.options": "conflict"}
    assert structs.asdict(three(base, live, base).changes[0])["parts"][0].origins == {
        "ui_config\0options": "drift"
    }


def test_a_tile_that_shows_something_else_in_looker_was_replaced_there() -> None:
    """Elements of files have no ids, so that one of another source is no longer the same."""
    linked = tile("1", "Orders", query=None, look_id="9", type="vis")
    base, live = board(), dashboard("5", "KPIs", slug="kpis", dashboard_elements=[linked])
    sides = [state(*ROOTS, look("9", "L", "10"), x) for x in (base, live, board())]
    wanted = next(r for r in sides[2].resources.values() if r.kind == "dashboard")
    wanted.parts = [structs.replace(p, id="") for p in wanted.parts]
    told = of_states(*sides)
    (change,) = told.changes
    assert {(p.action.name, p.origin) for p in change.parts} == {("CREATE", "drift"), ("DELETE", "drift")}


@pytest.mark.parametrize(
    ("base", "have", "want", "origin"),
    [
        ("a", "ab", "ac", "conflict"),
        ("a", "b", "a", "drift"),
        ("a", "xb", "xa", "drift"),
        ("ab", "ac", "a", "drift"),
        ("a", "ab", "abc", "you"),
        ("ab", "b", "ab", "drift"),
        ("ab", "ab", "b", "you"),
        ("", "", "c", "you"),
    ],
)
def test_of_a_set_only_what_one_side_has_is_anybodys(base: str, have: str, want: str, origin: str) -> None:
    """Who may not be taken out is on both sides, though no base says so."""
    assert _of_sets([*base], [*have], [*want]) == origin

"""The calls that boards take, as literal tables."""

from __future__ import annotations

import pytest

from lookervault.model.values import Link
from lookervault.plan.steps.step import Probe
from model.raws import OTHER, Object, Raw, board, dashboard, folder, item, look, section, shared, state, user

from .making import calls, plan_of, said, summary, the_change, unresolvable

CONTENT = (shared(), user("21", "ann@example.com"), dashboard("51", "KPIs"), look("41", "Margin"))
THERE = (
    shared("61"),
    user("81", "ann@example.com"),
    dashboard("91", "KPIs", "61"),
    look("92", "Margin", "61"),
)
LINK = {"custom_url": "/a", "custom_title": "A"}


def one(*sections: Raw, id_: str = "7", **more: object) -> Object:
    return board(id_, "Weekly", *sections, **more)


def test_a_new_board_is_built_from_the_outside_in_and_then_put_in_order() -> None:
    desired = one(
        section("1", "Numbers", item("3", dashboard_id="51"), item("4", look_id="41"), item_order=["4", "3"]),
        section("2", None, item("5", **LINK)),
        description="Mondays",
        user_id="21",
        section_order=["2", "1"],
    )
    plan = plan_of(state(*CONTENT, desired), state(*THERE, host=OTHER))
    assert list(unresolvable(plan)) == []
    me = "board:Weekly"
    numbers, links = (f'"board_section_id": "<{me} section:{n}>"' for n in (1, 2))
    owner = '"user_id": "<user:ann@example.com>"'
    assert calls(plan) == [
        f'POST /boards {{"title": "Weekly", "description": "Mondays", {owner}}}',
        f'POST /board_sections {{"board_id": "<{me}>"}}',
        f'POST /board_sections {{"board_id": "<{me}>", "title": "Numbers"}}',
        f'POST /board_items {{{links}, "custom_title": "A", "custom_url": "/a"}}',
        f'POST /board_items {{{numbers}, "look_id": "<look:Shared/Margin>"}}',
        f'POST /board_items {{{numbers}, "dashboard_id": "<dashboard:Shared/KPIs>"}}',
        f'PATCH /boards/<{me}> {{"section_order": ["<{me} section:2>", "<{me} section:1>"]}}',
        f'PATCH /board_sections/<{me} section:2> {{"item_order": ["<{me} item:5>"]}}',
        f'PATCH /board_sections/<{me} section:1> {{"item_order": ["<{me} item:4>", "<{me} item:3>"]}}',
    ]


def test_nothing_of_a_board_is_unique_so_what_was_there_before_is_no_trace() -> None:
    desired = one(section("1", "Numbers", item("3", dashboard_id="51")), user_id="21")
    other = board("99", "Weekly", user_id="81", description="mine")
    mapping = {("board", "6"): "99"}
    both = (one(id_="6", user_id="21", description="mine"), desired)
    plan = plan_of(state(*CONTENT, *both), state(*THERE, other, host=OTHER), mapping)
    assert plan.errors == []
    made = [s for n in plan.nodes for s in n.steps if s.method == "POST"]
    me = made[0].binds[0].link.to
    assert [s.probe for s in made] == [
        Probe(["boards"], ["title", "description", "user_id"], known=["99"]),
        Probe(["board_sections"], ["board_id", "description", "title"]),
        Probe(
            ["board_items"],
            ["dashboard_id", "look_id", "lookml_dashboard_id", "custom_url", "custom_title"],
            {"board_section_id": Link(me, "section:1")},
        ),
    ]
    assert not any(s.repeatable for s in made)


def test_boards_of_one_title_are_made_one_after_the_other() -> None:
    two = (one(id_="7", description="a"), one(id_="8", description="b"))
    plan = plan_of(state(*CONTENT, *two), state(*THERE, host=OTHER))
    assert [(n.id, n.waits) for n in plan.nodes] == [
        ("board:Weekly#7", []),
        ("board:Weekly#8", ["board:Weekly#7"]),
    ]


def test_boards_of_one_title_pair_by_what_they_say() -> None:
    two = (one(id_="7", description="a"), one(id_="8", description="b"))
    there = (board("97", "Weekly", description="b"), board("98", "Weekly", description="a"))
    plan = plan_of(state(*CONTENT, *two), state(*THERE, *there, host=OTHER))
    assert plan.changes == []
    assert [p for p in plan.pairs if p[0] == "board"] == [("board", "7", "98"), ("board", "8", "97")]


BASE = one(
    section("1", "Numbers", item("3", dashboard_id="51"), item("4", look_id="41")),
    section("2", "Links", item("5", **LINK)),
)
SAME = board(
    "97",
    "Weekly",
    section("11", "Numbers", item("13", dashboard_id="91"), item("14", look_id="92")),
    section("12", "Links", item("15", **LINK)),
)
ME = "board:Weekly"

UPDATES: list[tuple[str, Object, list[str]]] = [
    ("nothing", SAME, []),
    (
        "computed fields and what lingers in orders",
        board(
            "97",
            "Weekly",
            section(
                "11",
                "Numbers",
                item("13", dashboard_id="91", title="KPIs", use_custom_title=False),
                item("14", look_id="92", url="/looks/92"),
                item_order=["77", "13", "14"],
            ),
            section("12", "Links", item("15", **LINK)),
            section_order=["11", "76", "12"],
        ),
        [],
    ),
    (
        "its words",
        board("97", "Weekly", *SAME[2]["board_sections"], description="Oops"),
        [f'PATCH /boards/<{ME}> {{"description": null}}'],
    ),
    (
        "the order of sections",
        board("97", "Weekly", *SAME[2]["board_sections"], section_order=["12", "11"]),
        [f'PATCH /boards/<{ME}> {{"section_order": ["<{ME} section:1>", "<{ME} section:2>"]}}'],
    ),
    (
        "the order of items",
        board(
            "97",
            "Weekly",
            {**SAME[2]["board_sections"][0], "item_order": ["14", "13"]},
            SAME[2]["board_sections"][1],
        ),
        [f'PATCH /board_sections/<{ME} section:1> {{"item_order": ["<{ME} item:3>", "<{ME} item:4>"]}}'],
    ),
    (
        "a section renamed",
        board(
            "97",
            "Weekly",
            section("11", "Figures", *SAME[2]["board_sections"][0]["board_items"]),
            SAME[2]["board_sections"][1],
        ),
        [f'PATCH /board_sections/<{ME} section:1> {{"title": "Numbers"}}'],
    ),
    (
        "a section too many",
        board("97", "Weekly", *SAME[2]["board_sections"], section("16", "Oops", item("17", custom_url="/x"))),
        [
            f"DELETE /board_items/<{ME} item:17@17>",
            f"DELETE /board_sections/<{ME} section:16@16>",
            f'PATCH /boards/<{ME}> {{"section_order": ["<{ME} section:1>", "<{ME} section:2>"]}}',
        ],
    ),
    (
        "an item too few",
        board("97", "Weekly", SAME[2]["board_sections"][0], section("12", "Links")),
        [
            f'POST /board_items {{"board_section_id": "<{ME} section:2>", '
            '"custom_title": "A", "custom_url": "/a"}'
        ],
    ),
    (
        "a link with other words",
        board(
            "97",
            "Weekly",
            SAME[2]["board_sections"][0],
            section("12", "Links", item("15", custom_url="/a", custom_title="B", use_custom_title=True)),
        ),
        [f'PATCH /board_items/<{ME} item:5> {{"use_custom_title": false, "custom_title": "A"}}'],
    ),
]


@pytest.mark.parametrize(("there", "expected"), [u[1:] for u in UPDATES], ids=[u[0] for u in UPDATES])
def test_what_differs_is_put_right_in_place(there: Object, expected: list[str]) -> None:
    plan = plan_of(state(*CONTENT, BASE), state(*THERE, there, host=OTHER))
    assert list(unresolvable(plan)) == []
    assert calls(plan) == expected


def test_an_item_that_changes_its_section_moves() -> None:
    there = one(
        section("1", "Numbers"), section("2", "Links", item("3", dashboard_id="51"), item("5", **LINK))
    )
    here = one(
        section("1", "Numbers", item("3", dashboard_id="51")), section("2", "Links", item("5", **LINK))
    )
    plan = plan_of(state(*CONTENT, here), state(*CONTENT, there))
    assert calls(plan) == [f'PATCH /board_items/<{ME} item:3> {{"board_section_id": "<{ME} section:1>"}}']


def test_an_item_that_shows_something_else_is_told_so() -> None:
    here = one(section("1", "S", item("3", look_id="41")))
    there = one(section("1", "S", item("3", dashboard_id="51")))
    plan = plan_of(state(*CONTENT, here), state(*CONTENT, there))
    body = '{"dashboard_id": null, "look_id": "<look:Shared/Margin>"}'
    assert calls(plan) == [f"PATCH /board_items/<{ME} item:3> {body}"]


@pytest.mark.parametrize("how", ["gone", "left out"])
def test_an_item_that_cannot_be_had_leaves_the_rest_alone(how: str) -> None:
    if how == "gone":
        extra: tuple[Object, ...] = ()
        lost, why = "99", "dashboard:#99 is gone at the source"
    else:
        extra = (
            folder("12", "Home", is_embed=True),
            dashboard("99", "Mine", "12"),
        )
        lost, why = "99", "dashboard:Shared/Home/Mine is left out"
    items = (item("3", dashboard_id=lost, title="Lost"), item("4", look_id="41"), item("5", **LINK))
    here = one(section("1", "S", *items))
    plan = plan_of(state(*CONTENT, *extra, here), state(*THERE, host=OTHER))
    assert plan.errors == []
    assert f'warning board:Weekly: item "Lost" is left out: {why}' in said(plan)
    assert "+ board:Weekly" in summary(plan)
    assert list(unresolvable(plan)) == []
    assert calls(plan)[-1] == (
        f'PATCH /board_sections/<{ME} section:1> {{"item_order": ["<{ME} item:4>", "<{ME} item:5>"]}}'
    )
    there = board("97", "Weekly", section("11", "S", item("14", look_id="92"), item("15", **LINK)))
    assert plan_of(state(*CONTENT, *extra, here), state(*THERE, there, host=OTHER)).changes == []


def test_a_missing_owner_is_left_to_the_caller() -> None:
    plan = plan_of(state(*CONTENT, one(user_id="21")), state(shared("61"), host=OTHER, user="denied"))
    assert [c.after for c in plan.changes if c.kind == "board"] == [{"title": "Weekly"}]
    assert "warning board:Weekly: owner: user:ann@example.com is not on the target" in said(plan)


@pytest.mark.parametrize("worth", ["denied", "unsupported"])
def test_what_the_target_does_not_list_is_not_planned(worth: str) -> None:
    there = state(*THERE, host=OTHER, board=worth)  # type: ignore[arg-type]
    plan = plan_of(state(*CONTENT, BASE), there)
    assert plan.changes == []
    assert "warning board: left out: the target does not list its boards" in said(plan)


def test_a_change_remembers_what_stays() -> None:
    there = board("97", "Weekly", *SAME[2]["board_sections"], description="Oops")
    change = the_change(plan_of(state(*CONTENT, BASE), state(*THERE, there, host=OTHER)))
    assert change.kept == {
        "section:1": "11",
        "section:2": "12",
        "item:3": "13",
        "item:4": "14",
        "item:5": "15",
    }
    assert change.unchanged_parts == {"section": 2, "item": 3}


def test_content_in_folders_is_made_first() -> None:
    here = (
        folder("10", "New"),
        dashboard("55", "Fresh", "10"),
        one(section("1", "S", item("3", dashboard_id="55"))),
    )
    plan = plan_of(state(*CONTENT, *here), state(*THERE, host=OTHER))
    assert [n.id for n in plan.nodes] == ["folder:Shared/New", "dashboard:Shared/New/Fresh", "board:Weekly"]

"""How a plan reads, as literal text."""

from __future__ import annotations

import copy
from textwrap import dedent
from typing import Any

from msgspec import structs

from lookervault.plan.plan import Side
from lookervault.report.text import render_text
from model.raws import (
    OTHER,
    QUERY,
    Object,
    dashboard,
    filter_,
    folder,
    group,
    layout,
    look,
    lookml_model,
    place,
    shared,
    stacked,
    state,
    text_tile,
    tile,
    user,
)
from plan.making import plan_of

ROOTS = (shared(), lookml_model("shop"))
WHOLE = dashboard(
    "5",
    "KPIs",
    description="old",
    dashboard_elements=[tile("1", "Orders"), text_tile("2", "About", body_text="short")],
    dashboard_filters=[filter_("3", "region", default_value="EU"), filter_("4", "date", 1)],
    dashboard_layouts=[
        layout("8", place("11", "1"), place("12", "2", row=6), active=True),
        layout("9", label="T"),
    ],
)


def between(before: tuple[Object, ...], after: tuple[Object, ...]) -> str:
    """The text of the plan that turns one into the other on one instance."""
    return render_text(plan_of(state(*ROOTS, *after), state(*ROOTS, *before)))


def edited(**fields: Any) -> Object:
    kind, id_, raw = copy.deepcopy(WHOLE)
    return kind, id_, raw | fields


def body(text: str) -> str:
    """The part between the introduction and the summary, with the margin taken off."""
    return dedent("\n\n".join(text.split("\n\n")[1:-1])) + "\n"


def expected(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_no_changes() -> None:
    assert between((WHOLE,), (WHOLE,)) == "No changes. a.example.com is as desired.\n"


def test_a_whole_plan() -> None:
    desired = state(*ROOTS, folder("10", "Sales"), look("40", "Orders", "10", query={**QUERY, "limit": "9"}))
    plan = plan_of(desired, state(*ROOTS, folder("90", "Sales"), group("7", "T"), host=OTHER))
    plan = structs.replace(plan, source=Side("a", "dev @3"), target=Side(OTHER, "prod"))
    assert render_text(plan) == (
        "lookervault will make prod (b.example.com) like dev @3:\n"
        "  + create\n"
        "\n"
        "  # look:Shared/Sales/Orders will be created\n"
        '  + look "Orders" {\n'
        '      + title = "Orders"\n'
        "      + folder = folder:Shared/Sales\n"
        '      + query.model = "shop"\n'
        '      + query.view = "orders"\n'
        '      + query.fields = ["orders.id", "orders.count"]\n'
        '      + query.limit = "9"\n'
        "      + id = (known after apply)\n"
        "    }\n"
        "\n"
        "Plan: 1 to create, 0 to update, 0 to delete.\n"
        "      about 2 API calls (0 reads, 2 writes)\n"
    )


def test_a_new_dashboard_with_its_parts() -> None:
    vis = {"type": "table", "show_totals": True}
    tiles = [
        tile("51", "Orders", query={**QUERY, "vis_config": vis}),
        text_tile("52", "About", body_text="a\nb"),
    ]
    new = stacked("50", "KPIs", tiles, dashboard_filters=[filter_("53", "region", default_value="EU")])
    assert body(between((), (new,))) == expected(
        """
        # dashboard:Shared/KPIs will be created
        + dashboard "KPIs" {
            + title = "KPIs"
            + folder = folder:Shared
            + id = (known after apply)
            + filter "Region" {
                + name = "region"
                + title = "Region"
                + type = "string_filter"
                + default_value = "EU"
              }
            + layout "default"
            + element "Orders" {
                + title = "Orders"
                + type = "vis"
                + query.model = "shop"
                + query.view = "orders"
                + query.fields = ["orders.id", "orders.count"]
                + query.vis_config = {type "table", 2 settings}
                + position = {row: 0, column: 0, width: 8, height: 6}
              }
            + element "About" {
                + body_text = <<
                    + a
                    + b
                  >>
                + title_text = "About"
                + type = "text"
                + position = {row: 6, column: 0, width: 8, height: 6}
              }
          }
        """
    )


def test_only_what_differs_is_shown_and_the_rest_counted() -> None:
    tiles = copy.deepcopy(WHOLE[2]["dashboard_elements"])
    tiles[0]["query"] = {**QUERY, "fields": ["orders.id", "orders.total"], "vis_config": {"type": "pie"}}
    filters = copy.deepcopy(WHOLE[2]["dashboard_filters"])[:1]
    filters[0]["default_value"] = "US"
    after = edited(title="New", description=None, dashboard_elements=tiles, dashboard_filters=filters)
    assert body(between((WHOLE,), (after,))) == expected(
        """
        # dashboard:Shared/New will be updated in place
        # (now dashboard:Shared/KPIs, paired by id)
        ~ dashboard "New" {
            - description = "old"
            ~ renamed ("KPIs" -> "New")
              # (1 unchanged attribute hidden)
            ~ filter "Region" (id 3) {
                ~ default_value = "EU" -> "US"
                  # (3 unchanged attributes hidden)
              }
            ~ element "Orders" (id 1) {
                ~ query.fields = [
                    - "orders.count"
                    + "orders.total"
                  ]
                + query.vis_config = {type "pie", 1 setting}
                  # (3 unchanged attributes hidden)
              }
            - filter "Date" (id 4)
              # (1 unchanged element hidden)
              # (2 unchanged layouts hidden)
          }
        """
    )


def test_a_setting_inside_a_visualisation_is_shown_where_it_is() -> None:
    def side(**vis: Any) -> tuple[Object, ...]:
        return (look("40", "L", query={**QUERY, "vis_config": {"type": "pie", **vis}}),)

    before = side(colors={"a b": "red", "x": 1}, gone=True)
    after = side(colors={"a b": "blue", "x": 1.0}, new=[1, {"y": None}])
    assert body(between(before, after)) == expected(
        """
        # look:Shared/L will be updated in place
        ~ look "L" {
            ~ query.vis_config.colors["a b"] = "red" -> "blue"
            - query.vis_config.gone = true
            + query.vis_config.new = [1, {}]
              # (2 unchanged attributes hidden)
          }
        """
    )


def test_a_long_text_is_shown_by_its_changed_lines() -> None:
    def side(**lines: str) -> Object:
        text = "\n".join(lines.get(f"l{n}", f"line {n}") for n in range(30))
        return edited(dashboard_elements=[tile("1", "Orders"), text_tile("2", "About", body_text=text)])

    assert body(between((side(l5="old"),), (side(l20="new"),))) == expected(
        """
        # dashboard:Shared/KPIs will be updated in place
        ~ dashboard "KPIs" {
              # (3 unchanged attributes hidden)
            ~ element "About" (id 2) {
                ~ body_text = <<
                      line 2
                      line 3
                      line 4
                    - old
                    + line 5
                      line 6
                      line 7
                      line 8
                      ...
                      line 17
                      line 18
                      line 19
                    - line 20
                    + new
                      line 21
                      line 22
                      line 23
                  >>
                  # (3 unchanged attributes hidden)
              }
              # (1 unchanged element hidden)
              # (2 unchanged filters hidden)
              # (2 unchanged layouts hidden)
          }
        """
    )


def test_letters_of_every_language_are_shown_as_they_are() -> None:
    assert '+ title = "Größe 売上 🙂"\n' in between((), (look("4", "Größe 売上 🙂"),))


def test_a_move_is_shown_by_the_numbers_that_change() -> None:
    layouts = copy.deepcopy(WHOLE[2]["dashboard_layouts"])
    layouts[0]["dashboard_layout_components"][1] |= {"row": 9, "width": 24}
    text = body(between((WHOLE,), (edited(dashboard_layouts=layouts),)))
    assert "~ moved and resized (row 6 -> 9, width 8 -> 24)\n" in text
    assert "column" not in text


def test_what_is_opaque_is_only_counted_where_it_is_new() -> None:
    maker = {"vis_config": {"type": "pie", "x": 1}, "sorts": ["a"]}
    filters = [filter_("53", "region", ui_config={"type": "tags", "options": [1]})]
    new = dashboard(
        "50", "D", dashboard_elements=[tile("51", "T", result_maker=maker)], dashboard_filters=filters
    )
    text = between((), (new,))
    assert "+ overrides = {2 settings}\n" in text
    assert '+ ui_config = {type "tags", 2 settings}\n' in text


def test_the_place_on_a_tab_is_named_with_the_tab() -> None:
    tabs = [layout("1", active=True), layout("2", place("c", "51"), label="More")]
    new = dashboard("50", "D", dashboard_elements=[text_tile("51", "A")], dashboard_layouts=tabs)
    assert '+ position["tab More"] = {row: 0' in between((), (new,))


def test_members_come_and_go_by_address() -> None:
    def side(*members: str) -> tuple[Object, ...]:
        people = [user(i, f"p{i}@b.c", group_ids=["7"] if i in members else []) for i in ("1", "2", "3")]
        return (*people, group("7", "Team"))

    assert body(between(side("1", "2"), side("2", "3"))) == expected(
        """
        # group:Team will be updated in place
        ~ group "Team" {
            ~ users = [
                - user:p1@b.c
                + user:p3@b.c
              ]
              # (1 unchanged attribute hidden)
          }
        """
    )

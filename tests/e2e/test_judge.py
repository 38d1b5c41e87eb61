"""The judge sees whatever a migration could get wrong: each thing that is changed behind its back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import judge
from lookervault.sandbox import Instance, serve
from lookervault.sandbox.rules import access, attribute_values, groups, layouts, roles
from lookervault.sandbox.state import Record
from world import KEY, World, world

from . import test_agents
from .delivering import MAIL, delivering_target
from .everything import everything
from .small import dashboard, element, folder, named, place, shared_root, tab

# kind, what picks the record, and fields with values that it does not have
WRONG_VALUES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "dashboard",
        {"title": "Board"},
        {
            "description": "x",
            "hidden": True,
            "query_timezone": "UTC",
            "refresh_interval": "9 minutes",
            "slug": "x",
            "preferred_viewer": "dashboards",
            "alert_sync_with_dashboard_filter_enabled": True,
            "chat_enabled": True,
            "background_color": "#fff",
            "crossfilter_enabled": True,
            "enable_viz_full_screen": False,
            "filters_bar_collapsed": True,
            "filters_location_top": False,
            "load_configuration": "x",
            "lookml_link_id": "a::b",
            "show_filters_bar": False,
            "show_title": False,
            "text_tile_text_color": "#fff",
            "tile_background_color": "#fff",
            "tile_text_color": "#fff",
            "title_color": "#fff",
            "appearance": {"page_side_margins": 1},
            "preserve_desktop_layout": True,
            "download_settings": {"a": 1},
            "a_setting_of_tomorrow": "x",
        },
    ),
    (
        "dashboard_element",
        {"title": "Orders"},
        {
            "title": "x",
            "title_hidden": True,
            "note_text": "x",
            "note_display": "x",
            "note_state": "x",
            "refresh_interval": "9 minutes",
            "type": "table",
            "subtitle_text": "x",
            "aria_description": "x",
            "extension_id": "a::b",
            "query_id": None,
        },
    ),
    (
        "dashboard_element",
        {"title_text": "Start"},
        {"title_text": "x", "body_text": "", "subtitle_text": "x"},
    ),
    ("dashboard_element", {"type": "button"}, {"rich_content_json": '{"text": "x"}'}),
    (
        "dashboard_filter",
        {"name": "Region"},
        {
            "title": "x",
            "type": "x",
            "default_value": "x",
            "model": "x",
            "explore": "x",
            "dimension": "x",
            "row": 7,
            "listens_to_filters": [],
            "allow_multiple_values": False,
            "required": True,
            "ui_config": {"type": "x"},
        },
    ),
    (
        "dashboard_layout",
        {"label": "More"},
        {"label": "x", "type": "tile", "width": 7, "column_width": 7, "description": "x", "order": -1},
    ),
    (
        "look",
        {"title": "Margin"},
        {"title": "x", "description": "x", "is_run_on_load": False, "public": True},
    ),
    (
        "user",
        {"first_name": "Ann"},
        {
            "first_name": "x",
            "last_name": "x",
            "is_disabled": True,
            "locale": "x",
            "can_manage_api3_creds": True,
        },
    ),
    ("credentials_email", {"email": "ann@example.com"}, {"email": "x@example.com"}),
    ("group", {"name": "Readers"}, {"name": "x", "can_add_to_content_metadata": True}),
    ("role", {"name": "Reader"}, {"name": "x"}),
    (
        "user_attribute",
        {"name": "team"},
        {"name": "x", "label": "x", "type": "number", "default_value": "x", "user_can_edit": True},
    ),
    ("theme", {"name": "house"}, {"name": "x", "begin_at": "2026-01-01", "settings": {"font_color": "x"}}),
    ("color_collection", {"label": "House colors"}, {"label": "x", "categoricalPalettes": []}),
    ("permission_set", {"name": "Look"}, {"name": "x", "permissions": ["see_looks"]}),
    ("model_set", {"name": "Shop"}, {"name": "x", "models": []}),
    ("folder", {"name": "EMEA"}, {"name": "x"}),
    (
        "lookml_model",
        {"name": "finance"},
        {"project_name": "x", "allowed_db_connection_names": ["x"], "unlimited_db_connections": True},
    ),
    ("board", {"description": "Read on Monday"}, {"title": "x", "description": "x", "user_id": "1"}),
    ("board_section", {"title": "Numbers"}, {"title": "x", "description": "x"}),
    (
        "board_item",
        {"custom_title": "How much is left"},
        {
            "custom_title": "x",
            "custom_description": "x",
            "use_custom_title": False,
            "look_id": None,
        },
    ),
    ("board_item", {"custom_url": "https://example.com/a"}, {"custom_url": "x", "custom_description": "x"}),
    (
        "scheduled_plan",
        {"name": "Daily"},
        {
            "name": "x",
            "crontab": "0 7 * * *",
            "datagroup": "ecommerce::hourly",
            "timezone": "Europe/Berlin",
            "filters_string": "?Region=x",
            "run_as_recipient": True,
            "send_all_results": True,
            "include_links": False,
            "include_dashboard_summary": True,
            "custom_url_base": "x",
            "custom_url_params": "x",
            "custom_url_label": "x",
            "show_custom_url": True,
            "pdf_paper_size": "a4",
            "pdf_landscape": True,
            "pdf_page_breaks": True,
            "long_tables": True,
            "inline_table_width": 7,
            "embed": True,
            "color_theme": "house",
            "include_filters": True,
            "tab_ids": [],
            "dashboard_id": None,
        },
    ),
    (
        "scheduled_plan",
        {"name": "Months"},
        {"require_results": True, "require_no_results": True, "require_change": False},
    ),
    ("scheduled_plan", {"name": "Health"}, {"enabled": True, "lookml_dashboard_id": "x"}),
    (
        "alert",
        {"threshold": 75},
        {
            "threshold": 76,
            "comparison_type": "GREATER_THAN",
            "cron": "0 7 * * *",
            "custom_title": "x",
            "description": "x",
            "custom_url_base": "x",
            "custom_url_params": "x",
            "custom_url_label": "x",
            "show_custom_url": True,
            "is_public": True,
            "enhancements": "x",
            "field": {"title": "x", "name": "orders.count"},
            "destinations": [{"destination_type": "EMAIL", "email_address": "x@example.com"}],
            "applied_dashboard_filters": [],
            "investigative_content_id": None,
        },
    ),
    ("alert", {"custom_title": "Quiet"}, {"is_disabled": False, "disabled_reason": "x"}),
    ("content_metadata_access", {"permission_type": "view"}, {"permission_type": "edit"}),
]
QUERY = {
    "model": "x",
    "view": "x",
    "fields": ["orders.count", "x"],
    "pivots": ["x"],
    "fill_fields": ["x"],
    "filters": {"a": "1"},
    "filter_expression": "x",
    "sorts": ["x"],
    "limit": "7",
    "column_limit": "7",
    "total": True,
    "row_total": "left",
    "subtotals": ["x"],
    "vis_config": {"type": "single_value", "show_comparison": 0},
    "visible_ui_sections": "x",
    "dynamic_fields": '[{"measure": "x"}]',
    "query_timezone": "UTC",
}
CASES = [
    pytest.param(kind, key, {field: value}, id=f"{kind} {field}")
    for kind, key, wrong in WRONG_VALUES
    for field, value in wrong.items()
]


@pytest.fixture(scope="module")
def both() -> Iterator[World]:
    source = everything()
    with world(source, delivering_target(source)) as opened:
        opened.migrate()
        yield opened
        assert opened.differences() == []  # every damage was made good


@pytest.fixture(scope="module")
def expected(both: World) -> judge.Described:
    return judge.describe(both.source.url, *KEY)


@pytest.fixture(scope="module")
def twin() -> judge.Described:
    """What an instance holds that differs from the damaged one by ids alone."""
    with serve(everything()) as server:
        return judge.describe(server.url, *KEY)


def seen(both: World, expected: judge.Described) -> list[str]:
    return judge.differences(expected, judge.describe(both.target.url, *KEY))


def test_nothing_is_wrong_at_first(both: World, expected: judge.Described) -> None:
    assert both.differences() == []
    empty = {section for section, objects in expected.items() if not objects}
    # agents have a test of their own, for most instances have none
    assert empty <= {judge.LEFT_OVERS, "agents"}


def test_agents_are_looked_at() -> None:
    inst = test_agents.source_instance()
    with serve(inst) as server:
        before = judge.describe(server.url, *KEY)
        assert judge.differences(before, judge.describe(server.url, *KEY)) == []
        golden = inst.all("golden_query")[0]["id"]
        inst.edit("golden_query", golden, questions=["Why?"], answer=test_agents.ANSWER)
        told = judge.differences(before, judge.describe(server.url, *KEY))
        assert told
        assert all(line.startswith("agents: Help / golden queries") for line in told), told


def test_nothing_is_wrong_with_a_twin(twin: judge.Described) -> None:
    with serve(everything(first_id=9000)) as server:
        assert judge.differences(twin, judge.describe(server.url, *KEY)) == []


def test_ids_are_not_looked_at(both: World) -> None:
    mine, other = (inst.all("dashboard")[0]["id"] for inst in (both.source.instance, both.target.instance))
    assert mine != other


@pytest.mark.parametrize(("kind", "key", "wrong"), CASES)
def test_wrong_value(
    both: World, expected: judge.Described, kind: str, key: dict[str, Any], wrong: Record
) -> None:
    inst = both.target.instance
    record = next(r for r in inst.rows(kind) if key.items() <= r.items())
    check_seen(both, expected, kind, record, wrong)


@pytest.mark.parametrize("field", QUERY)
@pytest.mark.parametrize("of", ["element", "look", "merge query"])
def test_wrong_query(both: World, expected: judge.Described, of: str, field: str) -> None:
    inst = both.target.instance
    owners: dict[str, Record] = {
        "element": inst.find("dashboard_element", element(inst, "Orders")),
        "look": named(inst, "look", title="Margin"),
        "merge query": inst.rows("merge_query")[0]["source_queries"][1],
    }
    owner = owners[of]
    check_seen(both, expected, "query", inst.find("query", owner["query_id"]), {field: QUERY[field]})


def check_seen(both: World, expected: judge.Described, kind: str, record: Record, wrong: Record) -> None:
    inst = both.target.instance
    right = {field: record.get(field) for field in wrong}
    assert right != wrong
    inst.change(kind, record, wrong)
    found = seen(both, expected)
    inst.change(kind, record, right)
    assert found


def double(kind: str, **key: Any) -> Callable[[Instance], object]:
    return lambda inst: inst.insert(kind, {**named(inst, kind, **key), "id": None})


def lose_listeners(inst: Instance) -> None:
    record = inst.find("dashboard_element", element(inst, "Orders"))
    inst.change("dashboard_element", record, {"_result_maker": {"filterables": []}})


def swap_sources(inst: Instance) -> None:
    merge = inst.rows("merge_query")[0]
    inst.change("merge_query", merge, {"source_queries": merge["source_queries"][::-1]})


def lose_joins(inst: Instance) -> None:
    merge = inst.rows("merge_query")[0]
    bare = [{**source, "merge_fields": []} for source in merge["source_queries"]]
    inst.change("merge_query", merge, {"source_queries": bare})


def lose_place(inst: Instance) -> None:
    component = layouts.components_of_element(inst, element(inst, "Orders"))[0]
    inst.change("dashboard_layout_component", component, {"deleted": True})


def empty_group(inst: Instance) -> None:
    readers = inst.find("group", named(inst, "group", name="Readers")["id"])
    groups.take_out(inst, readers, "_user_ids", readers["_user_ids"][0])


def move_home(inst: Instance) -> None:
    inst.edit("user", named(inst, "user", first_name="Ann")["id"], home_folder_id=shared_root(inst))


def first(kind: str, inst: Instance, **key: Any) -> Record:
    """One of the records whose fields are as given."""
    return next(r for r in inst.rows(kind) if key.items() <= r.items())


def other_destinations(inst: Instance) -> None:
    plan = first("scheduled_plan", inst, name="Months")["id"]
    inst.edit("scheduled_plan", plan, scheduled_plan_destination=[MAIL])


def other_words(inst: Instance) -> None:
    told = [{**MAIL, "message": "x"}]
    inst.edit(
        "scheduled_plan", first("scheduled_plan", inst, name="Daily")["id"], scheduled_plan_destination=told
    )


def swap_sections(inst: Instance) -> None:
    board = next(b for b in inst.rows("board") if len(b["section_order"]) > 1)
    inst.change("board", board, {"section_order": board["section_order"][::-1]})


def swap_items(inst: Instance) -> None:
    section = first("board_section", inst, title="Numbers")
    inst.change("board_section", section, {"item_order": section["item_order"][::-1]})


def drop_grant(inst: Instance) -> None:
    inst.drop("content_metadata_access", first("content_metadata_access", inst, permission_type="view"))


def grant_to_cleo(inst: Instance) -> None:
    place = inst.find("folder", folder(inst, "Sales"))["content_metadata_id"]
    cleo = named(inst, "user", first_name="Cleo")["id"]
    inst.create("content_metadata_access", content_metadata_id=place, user_id=cleo, permission_type="edit")


def inherit_again(inst: Instance) -> None:
    access.set_inherits(inst, "folder", inst.find("folder", folder(inst, "EMEA")), True)


def rank_values_anew(inst: Instance) -> None:
    team = inst.find("user_attribute", named(inst, "user_attribute", name="team")["id"])
    rows = attribute_values.of_attribute(inst, team["id"])
    attribute_values.set_all(inst, team, [{k: r[k] for k in ("group_id", "value")} for r in rows[::-1]])


def another_palette(inst: Instance) -> None:
    collection = named(inst, "color_collection", label="House colors")
    palettes = [{**p, "colors": p["colors"][::-1]} for p in collection["categoricalPalettes"]]
    inst.change(
        "color_collection", inst.find("color_collection", collection["id"]), {"categoricalPalettes": palettes}
    )


DAMAGE: dict[str, Callable[[Instance], object]] = {
    "board lost": lambda inst: inst.delete("board", first("board", inst, title="Weekly")["id"]),
    "board twice": lambda inst: inst.insert("board", {**first("board", inst, title="Weekly"), "id": None}),
    "board deleted": lambda inst: inst.edit(
        "board", first("board", inst, title="Weekly")["id"], deleted_at="2026-01-01"
    ),
    "sections swapped": swap_sections,
    "items swapped": swap_items,
    "item lost": lambda inst: inst.delete("board_item", first("board_item", inst, custom_title="A")["id"]),
    "extra section": lambda inst: inst.create(
        "board_section", board_id=first("board", inst, title="Weekly")["id"], title="x"
    ),
    "schedule lost": lambda inst: inst.delete(
        "scheduled_plan", first("scheduled_plan", inst, name="Months")["id"]
    ),
    "schedule twice": lambda inst: inst.insert(
        "scheduled_plan", {**first("scheduled_plan", inst, name="Months"), "id": None}
    ),
    "destinations lost": other_destinations,
    "other words": other_words,
    "alert lost": lambda inst: inst.delete("alert", first("alert", inst, threshold=75)["id"]),
    "alert twice": lambda inst: inst.insert("alert", {**first("alert", inst, threshold=75), "id": None}),
    "alert on another element": lambda inst: inst.change(
        "alert", first("alert", inst, threshold=75), {"dashboard_element_id": element(inst, "Channels")}
    ),
    "grant lost": drop_grant,
    "extra grant": grant_to_cleo,
    "access inherited": inherit_again,
    "values ranked otherwise": rank_values_anew,
    "other colors": another_palette,
    "group taken out": lambda inst: groups.take_out(
        inst,
        inst.find("group", named(inst, "group", name="Zone")["id"]),
        "_group_ids",
        named(inst, "group", name="Readers")["id"],
    ),
    "element lost": lambda inst: inst.delete("dashboard_element", element(inst, "Orders")),
    "element twice": double("dashboard_element", title="Channels"),
    "extra element": lambda inst: inst.create(
        "dashboard_element", dashboard_id=dashboard(inst), type="text", title_text="x"
    ),
    "element moved": lambda inst: place(inst, element(inst, "Orders"), column=1),
    "element wider": lambda inst: place(inst, element(inst, "Orders"), width=23),
    "element on another tab": lambda inst: inst.edit(
        "dashboard_element", element(inst, "Orders"), dashboard_layout_id=tab(inst, "More")
    ),
    "element without a place": lose_place,
    "listeners lost": lose_listeners,
    "sources swapped": swap_sources,
    "joins lost": lose_joins,
    "other look": lambda inst: inst.edit(
        "dashboard_element",
        next(e["id"] for e in inst.all("dashboard_element") if e.get("look_id")),
        look_id=named(inst, "look", title="Margin")["id"],
    ),
    "filter lost": lambda inst: inst.delete(
        "dashboard_filter", named(inst, "dashboard_filter", name="Least")["id"]
    ),
    "extra filter": lambda inst: inst.create(
        "dashboard_filter", dashboard_id=dashboard(inst), name="x", title="x", type="date_filter"
    ),
    "extra tab": lambda inst: inst.create("dashboard_layout", dashboard_id=dashboard(inst), label="x"),
    "dashboard twice": double("dashboard", title="Other"),
    "dashboard in the trash": lambda inst: inst.edit("dashboard", dashboard(inst), deleted=True),
    "dashboard elsewhere": lambda inst: inst.edit(
        "dashboard", dashboard(inst), folder_id=folder(inst, "Archive")
    ),
    "other owner": lambda inst: inst.edit(
        "dashboard", dashboard(inst), user_id=named(inst, "user", first_name="Cleo")["id"]
    ),
    "look twice": double("look", title="Margin"),
    "folder twice": double("folder", name="EMEA"),
    "folder elsewhere": lambda inst: inst.edit(
        "folder", folder(inst, "EMEA"), parent_id=folder(inst, "Archive")
    ),
    "account left behind": lambda inst: inst.create("user", first_name="Ann", last_name="Doe"),
    "group empty": empty_group,
    "home moved": move_home,
    "group lost": lambda inst: inst.delete("group", named(inst, "group", name="Zone")["id"]),
    "role given to nobody": lambda inst: roles.set_users(inst, inst.rows("role")[-1], []),
    "role taken from groups": lambda inst: roles.set_groups(inst, inst.rows("role")[-1], []),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage(name: str, twin: judge.Described) -> None:
    inst = everything(first_id=9000)
    DAMAGE[name](inst)
    with serve(inst) as server:
        assert judge.differences(twin, judge.describe(server.url, *KEY)) != []


def test_what_only_the_target_has_is_its_own() -> None:
    with world(everything(), everything(first_id=9000)) as both:
        theirs = both.target.instance
        theirs.create("folder", name="Theirs", parent_id=shared_root(theirs))
        theirs.create("group", name="Theirs")
        theirs.create("dashboard", title="Theirs", folder_id=folder(theirs, "Sales"))
        assert both.differences() == []

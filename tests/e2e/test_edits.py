"""One edit at the source is one change in the plan, made in place, after which nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from lookervault.plan.change import Action
from lookervault.plan.plan import Plan
from lookervault.sandbox import Instance
from lookervault.sandbox.rules import groups, roles
from lookervault.sandbox.state import Record
from world import world

from .small import dashboard, element, folder, named, place, shared_root, small_instance, small_target, tab

KINDS = (
    *("dashboard", "dashboard_element", "dashboard_filter", "dashboard_layout", "dashboard_layout_component"),
    *("folder", "look", "user", "group", "role", "permission_set", "model_set"),
)


@dataclass
class Edit:
    """What somebody does at the source, what the plan tells of it, and which ids come and go by it."""

    name: str
    make: Callable[[Instance], object]
    told: list[str]
    new: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)


def told(plan: Plan) -> list[str]:
    return list(_told(plan))


def _told(plan: Plan) -> Iterator[str]:
    for change in plan.changes:
        yield _line(change.action, change.kind, change.name, {*change.before, *change.after})
        for part in change.parts:
            yield "  " + _line(part.action, part.kind, part.label, {*part.before, *part.after})


def _line(action: Action, kind: str, name: str, attributes: set[str]) -> str:
    what = f": {', '.join(sorted(attributes))}" if attributes and action is Action.UPDATE else ""
    return f"{action.value} {kind} {name}{what}"


def ids(inst: Instance) -> dict[str, set[str]]:
    return {kind: {str(record["id"]) for record in inst.all(kind)} for kind in KINDS}


def difference(more: dict[str, set[str]], less: dict[str, set[str]]) -> dict[str, int]:
    counts = {kind: len(more[kind] - less[kind]) for kind in KINDS}
    return {kind: count for kind, count in counts.items() if count}


def edit_element(title: str, /, **fields: object) -> Callable[[Instance], object]:
    return lambda inst: inst.edit("dashboard_element", element(inst, title), **fields)


def edit_filter(name: str, /, **fields: object) -> Callable[[Instance], object]:
    def make(inst: Instance) -> None:
        found = named(inst, "dashboard_filter", name=name, dashboard_id=dashboard(inst))
        inst.edit("dashboard_filter", found["id"], **fields)

    return make


def edit_named(kind: str, key: dict[str, object], /, **fields: object) -> Callable[[Instance], object]:
    return lambda inst: inst.edit(kind, named(inst, kind, **key)["id"], **fields)


def requery(title: str, /, **body: object) -> Callable[[Instance], object]:
    return lambda inst: inst.replace_query("dashboard_element", element(inst, title), **body)


def move_to_tab(inst: Instance) -> None:
    inst.edit("dashboard_element", element(inst, "Channels"), dashboard_layout_id=tab(inst, "More"))


def hear_less(inst: Instance) -> None:
    heard = [{"dashboard_filter_name": "Date", "field": "orders.created_date"}]
    wire = {"model": "ecommerce", "view": "orders", "name": "", "listen": heard}
    inst.edit("dashboard_element", element(inst, "Orders"), result_maker={"filterables": [wire]})


def show_look_instead(inst: Instance) -> None:
    look = named(inst, "look", title="Margin")
    inst.edit("dashboard_element", element(inst, "Channels"), query_id=None, look_id=look["id"])


def merge_otherwise(inst: Instance) -> None:
    merge = inst.get("merge_query", inst.find("dashboard_element", element(inst, "Both"))["merge_result_id"])
    assert merge
    made = inst.create("merge_query", **{**_without_ids(merge), "column_limit": "20"})
    inst.edit("dashboard_element", element(inst, "Both"), merge_result_id=made["id"])


def _without_ids(merge: Record) -> Record:
    sources = [{k: v for k, v in s.items() if k != "query_slug"} for s in merge["source_queries"]]
    return {"vis_config": merge.get("vis_config"), "source_queries": sources}


def add_element(inst: Instance) -> None:
    query = inst.create("query", model="ecommerce", view="web", fields=["sessions.count"])
    wire = {"model": "ecommerce", "view": "web", "name": "", "listen": []}
    made = inst.create(
        "dashboard_element",
        dashboard_id=dashboard(inst),
        dashboard_layout_id=tab(inst, "More"),
        type="vis",
        title="Sessions",
        query_id=query["id"],
        result_maker={"filterables": [wire]},
    )
    place(inst, made["id"], row=20, column=4, width=10, height=5)


def remove_element(inst: Instance) -> None:
    inst.delete("dashboard_element", element(inst, "Channels"))


def second_of_a_name(inst: Instance) -> None:
    both = [e for e in inst.all("dashboard_element") if e["dashboard_id"] == dashboard(inst, "Other")]
    inst.replace_query("dashboard_element", both[1]["id"], limit="7")


def add_filter(inst: Instance) -> None:
    fields = {"title": "Day", "type": "date_filter", "row": 3, "default_value": "today"}
    inst.create("dashboard_filter", dashboard_id=dashboard(inst), name="Day", **fields)


def remove_filter(inst: Instance) -> None:
    inst.delete("dashboard_filter", named(inst, "dashboard_filter", name="Least")["id"])


def swap_filters(inst: Instance) -> None:
    edit_filter("Region", row=2)(inst)
    edit_filter("Least", row=1)(inst)


def rename_heard_filter(inst: Instance) -> None:
    """The filter above the renamed one listens to it."""
    edit_filter("Region", row=0)(inst)
    edit_filter("Date", row=5, name="Zeit")(inst)


def hear_new_filter(inst: Instance) -> None:
    add_filter(inst)
    edit_filter("Region", listens_to_filters=["Date", "Day"])(inst)


def hand_filter_title_on(inst: Instance) -> None:
    edit_filter("Region", title="Where")(inst)
    edit_filter("Date", title="Region")(inst)


def reuse_filter_title(inst: Instance) -> None:
    remove_filter(inst)
    edit_filter("Date", title="Least")(inst)


def swap_filter_titles(inst: Instance) -> None:
    edit_filter("Region", title="passing")(inst)
    edit_filter("Date", title="Region")(inst)
    edit_filter("Region", title="Date")(inst)


def first_filter(inst: Instance) -> None:
    edit_filter("Region", row=0)(inst)
    edit_filter("Date", row=1)(inst)


def first_tab(inst: Instance) -> None:
    inst.edit("dashboard_layout", tab(inst, "Main"), order=1)
    inst.edit("dashboard_layout", tab(inst, "More"), order=0)


def add_tab(inst: Instance) -> None:
    made = inst.create("dashboard_layout", dashboard_id=dashboard(inst), label="Third", order=2)
    inst.edit("dashboard_element", element(inst, "Both"), dashboard_layout_id=made["id"])


def new_active_tab(inst: Instance) -> None:
    made = inst.create("dashboard_layout", dashboard_id=dashboard(inst), label="Third", order=2)
    inst.edit("dashboard_layout", made["id"], active=True)


def new_active_tab_instead(inst: Instance) -> None:
    new_active_tab(inst)
    inst.edit("dashboard_element", element(inst, "Orders"), dashboard_layout_id=tab(inst, "Third"))
    inst.delete("dashboard_layout", tab(inst, "Main"))


def remove_tab(inst: Instance) -> None:
    inst.delete("dashboard_layout", tab(inst, "More"))


def swap_places(inst: Instance) -> None:
    place(inst, element(inst, "Orders"), row=3, column=6, width=12, height=8)
    place(inst, element(inst, "Channels"), row=3, column=0, width=6, height=4)


def hand_title_on(inst: Instance) -> None:
    old, new = named(inst, "look", title="By month")["id"], named(inst, "look", title="Margin")["id"]
    inst.edit("look", old, title="By month (old)")
    inst.edit("look", new, title="By month", folder_id=folder(inst, "Sales"))


def turn_folders(inst: Instance) -> None:
    inst.edit("folder", folder(inst, "EMEA"), parent_id=shared_root(inst))
    inst.edit("folder", folder(inst, "Sales"), parent_id=folder(inst, "EMEA"))


def new_dashboard(inst: Instance) -> None:
    home = inst.create("folder", name="Fresh", parent_id=folder(inst, "Sales"))
    made = inst.create("dashboard", title="Fresh", folder_id=home["id"])
    inst.create("dashboard_element", dashboard_id=made["id"], type="text", title_text="Hello")


def trash_dashboard(inst: Instance) -> None:
    inst.edit("dashboard", dashboard(inst, "Other"), deleted=True)


def person(inst: Instance, name: str) -> str:
    return str(named(inst, "user", first_name=name)["id"])


def join_group(inst: Instance) -> None:
    readers = inst.find("group", named(inst, "group", name="Readers")["id"])
    groups.add_user(inst, readers, person(inst, "Cleo"))
    groups.take_out(inst, readers, "_user_ids", person(inst, "Ben"))


def turn_nesting(inst: Instance) -> None:
    zone = inst.find("group", named(inst, "group", name="Zone")["id"])
    readers = inst.find("group", named(inst, "group", name="Readers")["id"])
    groups.take_out(inst, zone, "_group_ids", readers["id"])
    groups.add_group(inst, readers, zone["id"])


def change_holders(inst: Instance) -> None:
    role = inst.find("role", named(inst, "role", name="Reader")["id"])
    roles.set_users(inst, role, [person(inst, "Ben"), person(inst, "Cleo")])
    roles.set_groups(inst, role, [named(inst, "group", name="Zone")["id"]])


def other_set(inst: Instance) -> None:
    made = inst.create(
        "permission_set", name="Look more", permissions=["access_data", "see_looks", "explore"]
    )
    edit_named("role", {"name": "Reader"}, permission_set_id=made["id"])(inst)


def new_owner(inst: Instance) -> None:
    inst.edit("dashboard", dashboard(inst), user_id=person(inst, "Cleo"))


ON_BOARD = "~ dashboard Board"
NEW_TILE = {"dashboard_element": 1, "dashboard_layout_component": 1}

EDITS = [
    Edit("query", requery("Orders", limit="20"), [ON_BOARD, "  ~ element Orders: query"]),
    Edit("vis", requery("Orders", vis_config={"type": "table"}), [ON_BOARD, "  ~ element Orders: query"]),
    Edit("title", edit_element("Orders", title="All orders"), [ON_BOARD, "  ~ element All orders: title"]),
    Edit(
        "note",
        edit_element("Orders", note_text="So it is", note_display="hover"),
        [ON_BOARD, "  ~ element Orders: note_display, note_text"],
    ),
    Edit(
        "text",
        lambda inst: inst.edit(
            "dashboard_element", named(inst, "dashboard_element", title_text="Start")["id"], body_text="Gone"
        ),
        [ON_BOARD, "  ~ element Start: body_text"],
    ),
    Edit(
        "move",
        lambda inst: place(inst, element(inst, "Orders"), row=30, column=3),
        [ON_BOARD, "  ~ element Orders: positions"],
    ),
    Edit("other tab", move_to_tab, [ON_BOARD, "  ~ element Channels: positions"]),
    Edit("listeners", hear_less, [ON_BOARD, "  ~ element Orders: filterables"]),
    Edit("look instead", show_look_instead, [ON_BOARD, "  ~ element Channels: look, query"]),
    Edit("merge", merge_otherwise, [ON_BOARD, "  ~ element Both: merge"]),
    Edit("add element", add_element, [ON_BOARD, "  + element Sessions"], new=NEW_TILE),
    Edit("remove element", remove_element, [ON_BOARD, "  - element Channels"], gone=NEW_TILE),
    Edit("second of a name", second_of_a_name, ["~ dashboard Other", "  ~ element Orders: query"]),
    Edit(
        "filter default",
        edit_filter("Date", default_value="3 days"),
        [ON_BOARD, "  ~ filter Date: default_value"],
    ),
    Edit("filter title", edit_filter("Date", title="When"), [ON_BOARD, "  ~ filter When: title"]),
    Edit(
        "filter heard no more",
        edit_filter("Region", listens_to_filters=[]),
        [ON_BOARD, "  ~ filter Region: listens_to_filters"],
    ),
    Edit(
        "filter order",
        swap_filters,
        [ON_BOARD, "  ~ filter Least: row", "  ~ filter Region: row"],
    ),
    Edit(
        "rename a heard filter",
        rename_heard_filter,
        [ON_BOARD, "  ~ filter Region: listens_to_filters, row", "  ~ filter Date: name, row"],
    ),
    Edit(
        "hear a new filter",
        hear_new_filter,
        [ON_BOARD, "  ~ filter Region: listens_to_filters", "  + filter Day"],
        new={"dashboard_filter": 1},
    ),
    Edit(
        "filter title handed on",
        hand_filter_title_on,
        [ON_BOARD, "  ~ filter Region: title", "  ~ filter Where: title"],
    ),
    Edit(
        "filter title of a removed one",
        reuse_filter_title,
        [ON_BOARD, "  ~ filter Least: title", "  - filter Least"],
        gone={"dashboard_filter": 1},
    ),
    Edit(
        "filter titles swapped",
        swap_filter_titles,
        [ON_BOARD, "  ~ filter Region: title", "  ~ filter Date: title"],
    ),
    Edit("first filter", first_filter, [ON_BOARD, "  ~ filter Region: row", "  ~ filter Date: row"]),
    Edit("add filter", add_filter, [ON_BOARD, "  + filter Day"], new={"dashboard_filter": 1}),
    Edit("remove filter", remove_filter, [ON_BOARD, "  - filter Least"], gone={"dashboard_filter": 1}),
    Edit(
        "add tab",
        add_tab,
        [ON_BOARD, "  + layout Third", "  ~ element Both: positions"],
        new={"dashboard_layout": 1},
    ),
    Edit("first tab", first_tab, [ON_BOARD, "  ~ layout More: order", "  ~ layout Main: order"]),
    Edit(
        "other tab active",
        lambda inst: inst.edit("dashboard_layout", tab(inst, "More"), active=True),
        [ON_BOARD, "  ~ layout More: active"],
    ),
    Edit(
        "rename tab",
        lambda inst: inst.edit("dashboard_layout", tab(inst, "Main"), label="First"),
        [ON_BOARD, "  ~ layout First: label"],
    ),
    Edit(
        "new active tab",
        new_active_tab,
        [ON_BOARD, "  + layout Third"],
        new={"dashboard_layout": 1},
    ),
    Edit(
        "new active tab instead of the old",
        new_active_tab_instead,
        [
            ON_BOARD,
            "  ~ layout Third: label, order",
            "  - element Start",
            "  - element Channels",
            "  - element look Shared/Sales/By month",
        ],
        gone={"dashboard_element": 3, "dashboard_layout_component": 3},
    ),
    Edit(
        "remove tab",
        remove_tab,
        [ON_BOARD, "  - layout More", "  - element Both", "  - element untitled"],
        gone={"dashboard_layout": 1, "dashboard_element": 2, "dashboard_layout_component": 2},
    ),
    Edit(
        "swap places",
        swap_places,
        [ON_BOARD, "  ~ element Channels: positions", "  ~ element Orders: positions"],
    ),
    Edit("rename filter", edit_filter("Least", name="Minimum"), [ON_BOARD, "  ~ filter Least: name"]),
    Edit(
        "settings",
        lambda inst: inst.edit("dashboard", dashboard(inst), description="", refresh_interval="2 hours"),
        ["~ dashboard Board: description, refresh_interval"],
    ),
    Edit(
        "rename dashboard",
        lambda inst: inst.edit("dashboard", dashboard(inst), title="Panel"),
        ["~ dashboard Panel: title"],
    ),
    Edit(
        "move dashboard",
        lambda inst: inst.edit("dashboard", dashboard(inst), folder_id=folder(inst, "Archive")),
        ["~ dashboard Board: folder"],
    ),
    Edit("owner", new_owner, ["~ dashboard Board: owner"]),
    Edit(
        "new dashboard",
        new_dashboard,
        ["+ dashboard Fresh", "  + layout default", "  + element Hello", "+ folder Fresh"],
        new=NEW_TILE | {"dashboard": 1, "dashboard_layout": 1, "folder": 1},
    ),
    Edit("trash is no change", trash_dashboard, []),
    Edit(
        "look query",
        lambda inst: inst.replace_query("look", named(inst, "look", title="Margin")["id"], limit="9"),
        ["~ look Margin: query"],
    ),
    Edit("rename look", edit_named("look", {"title": "Margin"}, title="Rate"), ["~ look Rate: title"]),
    Edit(
        "title handed on",
        hand_title_on,
        ["~ look By month: folder, title", "~ look By month (old): title"],
    ),
    Edit("folders turned", turn_folders, ["~ folder EMEA: parent", "~ folder Sales: parent"]),
    Edit(
        "move look",
        lambda inst: inst.edit(
            "look", named(inst, "look", title="Margin")["id"], folder_id=folder(inst, "Sales")
        ),
        ["~ look Margin: folder"],
    ),
    Edit("rename folder", edit_named("folder", {"name": "Sales"}, name="Trade"), ["~ folder Trade: name"]),
    Edit(
        "move folder",
        lambda inst: inst.edit("folder", folder(inst, "EMEA"), parent_id=shared_root(inst)),
        ["~ folder EMEA: parent"],
    ),
    Edit("members", join_group, ["~ group Readers: users"]),
    Edit("nesting", turn_nesting, ["~ group Readers: groups", "~ group Zone: groups"]),
    Edit(
        "group",
        edit_named("group", {"name": "Readers"}, name="Lookers", can_add_to_content_metadata=True),
        ["~ group Lookers: can_add_to_content_metadata, name"],
    ),
    Edit("holders", change_holders, ["~ role Reader: groups, users"]),
    Edit(
        "other set",
        other_set,
        ["+ permission_set Look more", "~ role Reader: permission_set"],
        new={"permission_set": 1},
    ),
    Edit(
        "permissions",
        edit_named("permission_set", {"name": "Look"}, permissions=["see_looks", "access_data", "explore"]),
        ["~ permission_set Look: permissions"],
    ),
    Edit(
        "user",
        edit_named("user", {"first_name": "Ann"}, last_name="Roe", locale="de_DE", is_disabled=True),
        ["~ user ann@example.com: is_disabled, last_name, locale"],
    ),
    Edit(
        "e-mail",
        edit_named("credentials_email", {"email": "ann@example.com"}, email="ann.roe@example.com"),
        ["~ user ann.roe@example.com: email"],
    ),
]


@pytest.mark.parametrize("edit", EDITS, ids=[edit.name for edit in EDITS])
def test_edit(edit: Edit) -> None:
    source = small_instance()
    with world(source, small_target(source)) as both:
        both.migrate()
        before = ids(both.target.instance)
        edit.make(source)
        plan = both.plan()
        assert told(plan) == edit.told
        outcome = both.apply(plan)
        assert (outcome.applied, outcome.failed, outcome.skipped) == (len(plan.changes), [], [])
        after = ids(both.target.instance)
        assert (difference(after, before), difference(before, after)) == (edit.new, edit.gone)
        assert both.differences() == []
        assert told(both.plan()) == []


def test_what_is_cleared_at_the_source_is_cleared_on_the_target() -> None:
    """Null is a value too; of a title that is shown or not it is known to mean that it is shown."""
    source = small_instance()
    board = dashboard(source)
    source.edit("dashboard", board, query_timezone="UTC", show_title=False, show_filters_bar=False)
    with world(source, small_target(source)) as both:
        both.migrate()
        source.edit("dashboard", board, query_timezone=None, show_title=None, show_filters_bar=None)
        (change,) = both.plan().changes
        assert (change.before, change.after) == (
            {"query_timezone": "UTC", "show_title": False, "show_filters_bar": False},
            {"show_title": True, "show_filters_bar": True},
        )
        both.migrate()
        assert both.differences() == []
        assert both.plan().changes == []

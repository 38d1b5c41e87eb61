"""A small instance with one of everything that is migrated, for tests that migrate many times."""

from __future__ import annotations

from typing import Any

from lookervault.sandbox import Instance, blank_instance
from lookervault.sandbox.content import lookml, make
from lookervault.sandbox.content.spec import (
    Dashboard,
    Look,
    Source,
    button,
    chart,
    field_filter,
    linked,
    merged,
    plain_filter,
    query,
    text,
)
from lookervault.sandbox.rules import attribute_values, folders, groups, layouts, roles, users
from lookervault.sandbox.state import Record

FOLDERS = """
Sales
  EMEA
Archive
"""
HEARD = {"Date": "orders.created_date", "Region": "customers.region"}
COLORS: Record = {
    "categoricalPalettes": [
        {"label": "Calm", "colors": ["#123456", "#654321"]},
        {"label": "Loud", "colors": ["#ff0000"]},
    ],
    "sequentialPalettes": [{"label": "Calm", "stops": [{"color": "#ffffff", "offset": 0}]}],
}
LOOKS = (
    Look("By month", "Sales", "ann", query("orders", "orders.created_month orders.count", "looker_line")),
    Look("Margin", "Sales > EMEA", "ben", query("orders", "order_items.margin_rate", "single_value")),
)
BOTH = merged(
    "Both",
    (
        Source("Orders", query("orders", "orders.created_date orders.count")),
        Source(
            "Web",
            query("web", "sessions.start_date sessions.count"),
            {"sessions.start_date": "orders.created_date"},
        ),
    ),
    {"Date": "orders.created_date|sessions.start_date"},
    tab="More",
)
DASHBOARDS = (
    Dashboard(
        "board",
        "Board",
        "Sales > EMEA",
        "ann",
        (
            text("Start", "Read *this* first: [the other](/dashboards/other).", tab="Main"),
            chart("Orders", query("orders", "orders.count", "single_value"), HEARD, tab="Main"),
            chart("Channels", query("orders", "orders.channel orders.count"), HEARD, tab="Main"),
            linked("By month", HEARD, tab="Main"),
            BOTH,
            button("Open", "/looks/<look By month>", tab="More"),
        ),
        (
            field_filter("Date", "orders", "orders.created_date", default_value="7 days"),
            field_filter("Region", "orders", "customers.region", listens_to_filters=["Date"]),
            plain_filter("Least", "number_filter", default_value="[10,]"),
        ),
        tabs=("Main", "More"),
        fields={"slug": "board", "description": "All of it", "refresh_interval": "1 hour"},
    ),
    Dashboard(
        "other",
        "Other",
        "Archive",
        "ben",
        (
            chart("Orders", query("orders", "orders.count", "single_value")),
            chart(
                "Orders", query("orders", "orders.count", "single_value", filters={"orders.channel": "web"})
            ),
        ),
        fields={"slug": "other"},
    ),
)


def small_instance(first_id: int = 1) -> Instance:
    """The instance; the target for it is `small_target`."""
    inst = Instance(first_id=first_id)
    lookml.deploy(inst)
    known = make.Known(_people(inst))
    make.make_folders(inst, known, FOLDERS)
    make.make_looks(inst, known, LOOKS)
    make.make_dashboards(inst, known, DASHBOARDS)
    inst.edit("user", known.people["ann"], home_folder_id=known.folders["Sales"])
    _colors(inst)
    _attributes(inst)
    return inst


def small_target(source: Instance) -> Instance:
    """Nothing but the foundation, at other ids."""
    return blank_instance(5000, like=source)


def _colors(inst: Instance) -> None:
    """A palette that a chart and a theme use; its id is of this instance alone."""
    made = inst.create("color_collection", label="House colors", **COLORS)
    palette = {"collection_id": made["id"], "palette_id": made["categoricalPalettes"][1]["id"]}
    style = {"type": "looker_column", "color_application": palette, "series_colors": {}}
    inst.replace_query("dashboard_element", element(inst, "Channels"), vis_config=style)
    inst.create("theme", name="house", settings={"color_collection_id": made["id"], "title_color": "#123456"})


def _attributes(inst: Instance) -> None:
    inst.create("user_attribute", name="team", label="Team", type="string", default_value="none")
    team = inst.find("user_attribute", named(inst, "user_attribute", name="team")["id"])
    ids = {name: named(inst, "group", name=name)["id"] for name in ("Zone", "Readers")}
    values = [{"group_id": key, "value": f"in {name}"} for name, key in ids.items()]
    attribute_values.set_all(inst, team, values)


def _people(inst: Instance) -> dict[str, str]:
    ids = {}
    for name in ("Ann", "Ben", "Cleo"):
        ids[name.lower()] = inst.create("user", first_name=name, last_name="Doe")["id"]
        email = {"email": f"{name.lower()}@example.com"}
        users.create_email(inst, inst.find("user", ids[name.lower()]), email)
    zone = inst.create("group", name="Zone", can_add_to_content_metadata=True)
    readers = inst.create("group", name="Readers", can_add_to_content_metadata=False)
    groups.add_group(inst, inst.find("group", zone["id"]), readers["id"])
    groups.add_user(inst, inst.find("group", readers["id"]), ids["ben"])
    permissions = inst.create("permission_set", name="Look", permissions=["access_data", "see_looks"])
    models = inst.create("model_set", name="Shop", models=["ecommerce"])
    sets = {"permission_set_id": permissions["id"], "model_set_id": models["id"]}
    role = inst.find("role", inst.create("role", name="Reader", **sets)["id"])
    roles.set_groups(inst, role, [readers["id"]])
    roles.set_users(inst, role, [ids["ann"]])
    return ids


def named(inst: Instance, kind: str, **wanted: Any) -> Record:
    """The one live record whose fields are as given."""
    found = [r for r in inst.all(kind) if not r.get("deleted") and wanted.items() <= r.items()]
    assert len(found) == 1, f"{len(found)} {kind} with {wanted}"
    return found[0]


def dashboard(inst: Instance, title: str = "Board") -> str:
    """The id of a dashboard."""
    return str(named(inst, "dashboard", title=title)["id"])


def element(inst: Instance, title: str, of: str = "Board") -> str:
    """The id of an element of a dashboard."""
    return str(named(inst, "dashboard_element", dashboard_id=dashboard(inst, of), title=title)["id"])


def tab(inst: Instance, label: str, of: str = "Board") -> str:
    """The id of a tab of a dashboard."""
    return str(named(inst, "dashboard_layout", dashboard_id=dashboard(inst, of), label=label)["id"])


def place(inst: Instance, element_id: str, **geometry: int) -> None:
    """Moves an element on its tab."""
    component = layouts.components_of_element(inst, element_id)[0]
    inst.edit("dashboard_layout_component", component["id"], **geometry)


def folder(inst: Instance, name: str) -> str:
    """The id of a folder."""
    return str(named(inst, "folder", name=name)["id"])


def shared_root(inst: Instance) -> str:
    """The id of the folder that everything shared is below."""
    return str(folders.root(inst, "is_shared_root")["id"])

"""The colors and themes of the demo company, and the charts that use them."""

from __future__ import annotations

from lookervault.sandbox.content.make import Known
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.state import Record

HOUSE: Record = {
    "label": "Harbour & Pine",
    "categoricalPalettes": [
        {"label": "House", "colors": ["#0b5394", "#3f9b5b", "#e69138", "#b03a2e", "#674ea7"]},
        {"label": "Muted", "colors": ["#8fa8c0", "#9dbfa6", "#e3c39d", "#c99a94"]},
    ],
    "sequentialPalettes": [
        {"label": "House", "stops": [{"color": "#e8f0f7", "offset": 0}, {"color": "#0b5394", "offset": 100}]},
    ],
    "divergingPalettes": [
        {
            "label": "Plan against actual",
            "stops": [
                {"color": "#b03a2e", "offset": 0},
                {"color": "#ffffff", "offset": 50},
                {"color": "#3f9b5b", "offset": 100},
            ],
        },
    ],
}
SCREENS: Record = {
    "label": "Lobby screens",
    "categoricalPalettes": [{"label": "Bright", "colors": ["#00c2ff", "#7dff6b", "#ffd84d", "#ff6b6b"]}],
    "sequentialPalettes": [
        {
            "label": "Bright",
            "stops": [{"color": "#002b36", "offset": 0}, {"color": "#00c2ff", "offset": 100}],
        },
    ],
}
THEMES: tuple[Record, ...] = (
    {
        "name": "Harbour_Day",
        "settings": {
            "background_color": "#f4f7f9",
            "color_collection_id": "Harbour & Pine",
            "primary_button_color": "#0b5394",
            "font_family": "Source Sans Pro, sans-serif",
            "title_color": "#0b5394",
            "tile_title_alignment": "center",
        },
    },
    {
        "name": "Screens_2025",
        "begin_at": "2025-01-01T00:00:00Z",
        "end_at": "2035-01-01T00:00:00Z",
        "settings": {"background_color": "#000000", "tile_text_color": "#ffffff", "show_filters_bar": False},
    },
)
# palette: its collection, its type and its place there
PALETTES = {
    "house": ("Harbour & Pine", "categoricalPalettes", 0),
    "muted": ("Harbour & Pine", "categoricalPalettes", 1),
    "ramp": ("Harbour & Pine", "sequentialPalettes", 0),
    "gap": ("Harbour & Pine", "divergingPalettes", 0),
    "bright": ("Lobby screens", "categoricalPalettes", 0),
}
# dashboard, title of the chart, palette
CHARTS = (
    ("campaigns", "Devices", "house"),
    ("attribution", "Sessions by source", "muted"),
    ("shipping", "By service", "bright"),
    ("stock", "By warehouse", "ramp"),
)
LOOKS = (("Sessions by channel", "house"),)
# tables, colored along a scale
TABLES = (("reps", "Revenue by segment and country", "gap"),)
MERGED = (("budget", "Budget vs actual", "gap"),)


def color(inst: Instance, known: Known) -> None:
    """Makes collections and themes, and lets charts, a look, a table and a merged chart use them."""
    made = {each["label"]: inst.create("color_collection", **each) for each in (HOUSE, SCREENS)}
    for theme in THEMES:
        inst.create("theme", **_with_collection(theme, made))
    palettes = PALETTES.items()
    applied = {name: _application(made[label], kind, place) for name, (label, kind, place) in palettes}
    with inst.acting(known.people["nadia"]):
        _repaint(inst, known, applied)


def _with_collection(theme: Record, made: dict[str, Record]) -> Record:
    """A theme with the id of the collection it names by its label."""
    settings = dict(theme["settings"])
    if "color_collection_id" in settings:
        settings["color_collection_id"] = made[settings["color_collection_id"]]["id"]
    return {**theme, "settings": settings}


def _application(collection: Record, kind: str, place: int) -> Record:
    """A palette as a visualisation names it."""
    ids = {"collection_id": collection["id"], "palette_id": collection[kind][place]["id"]}
    return {"color_application": {**ids, "options": {"steps": 5, "reverse": place == 1}}}


def _repaint(inst: Instance, known: Known, applied: dict[str, Record]) -> None:
    for key, title, palette in CHARTS:
        _restyle(inst, "dashboard_element", _element(inst, known, key, title), applied[palette])
    for title, palette in LOOKS:
        _restyle(inst, "look", inst.find("look", known.looks[title]), applied[palette])
    for key, title, palette in TABLES:
        rule = {"type": "along a scale...", "value": None, "strikethrough": False, **applied[palette]}
        element = _element(inst, known, key, title)
        _restyle(inst, "dashboard_element", element, {"conditional_formatting": [rule]})
    for key, title, palette in MERGED:
        _remerge(inst, _element(inst, known, key, title), applied[palette])


def _element(inst: Instance, known: Known, key: str, title: str) -> Record:
    there = inst.where("dashboard_element", "dashboard_id", known.dashboards[key])
    return next(each for each in there if each.get("title") == title)


def _restyle(inst: Instance, kind: str, owner: Record, change: Record) -> None:
    style = inst.find("query", owner["query_id"])["vis_config"]
    inst.replace_query(kind, owner["id"], vis_config={**style, **change})


def _remerge(inst: Instance, element: Record, change: Record) -> None:
    """A merged query cannot change, so the element gets another."""
    old = inst.find("merge_query", element["merge_result_id"])
    style = {**old["vis_config"], **change}
    made = inst.create("merge_query", **{**old, "vis_config": style})
    inst.edit("dashboard_element", element["id"], merge_result_id=made["id"])

"""Words in which the demo's looks and dashboards are written down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lookervault.sandbox.state import Record

PALETTE = {
    "collection_id": "b43731d5-dc87-4a8e-b807-635bef3948e7",
    "palette_id": "fb7bb53e-b77b-4ab6-8274-9d420d3d73f3",
}
AXES = {
    "x_axis_gridlines": False,
    "y_axis_gridlines": True,
    "show_view_names": False,
    "show_y_axis_labels": True,
    "show_x_axis_ticks": True,
    "x_axis_scale": "auto",
    "y_axis_scale_mode": "linear",
    "legend_position": "center",
    "point_style": "none",
    "label_density": 25,
}
GRID = {
    "show_view_names": False,
    "show_row_numbers": True,
    "table_theme": "white",
    "header_font_size": 12,
    "rows_font_size": 12,
    "conditional_formatting_include_totals": False,
}
VIS: Mapping[str, Record] = {
    "looker_column": {**AXES, "stacking": "", "trellis": ""},
    "looker_bar": {**AXES, "stacking": "normal"},
    "looker_line": {**AXES, "interpolation": "linear", "show_null_points": True},
    "looker_area": {**AXES, "stacking": "normal", "interpolation": "monotone"},
    "looker_scatter": {**AXES, "point_style": "circle", "plot_size_by_field": False},
    "looker_pie": {"value_labels": "legend", "label_type": "labPer", "inner_radius": 50},
    "looker_funnel": {"leftAxisLabelVisible": False, "smoothedBars": False, "orientation": "automatic"},
    "looker_waterfall": {**AXES, "up_color": "#3f9b5b", "down_color": "#b03a2e", "show_value_labels": True},
    "looker_grid": GRID,
    "table": {"show_row_numbers": True, "table_theme": "gray", "limit_displayed_rows": False},
    "single_value": {"custom_color_enabled": True, "show_single_value_title": True, "show_comparison": False},
    "looker_google_map": {"map_plot_mode": "points", "heatmap_gridlines": False, "map_zoom": 4.5},
}


def query(
    view: str, fields: str, vis: str = "looker_column", *, model: str = "ecommerce", **more: Any
) -> Record:
    """The body of a query; `style` adds to its visualisation, other words are fields of the query."""
    style = {"type": vis, **VIS[vis], **more.pop("style", {})}
    if "single" not in vis and vis not in ("table", "looker_grid"):
        style["color_application"] = {**PALETTE, "options": {"steps": 5}}
    names = fields.split()
    return {"model": model, "view": view, "fields": names, "vis_config": style, "limit": "500", **more}


def calculation(name: str, expression: str, **more: Any) -> Record:
    """A table calculation, an item of `dynamic_fields`."""
    label = name.replace("_", " ").title()
    kinds = {"category": "table_calculation", "_kind_hint": "measure", "_type_hint": "number"}
    return {"table_calculation": name, "label": label, "expression": expression, **kinds, **more}


def dynamic(*items: Record) -> str:
    """`dynamic_fields` as Looker keeps it: JSON in a string."""
    return compact(items)


def compact(value: Any) -> str:
    """JSON as browsers write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Source:
    """One query of a merged one, and the fields by which it joins the first."""

    name: str
    query: Record
    joins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tile:
    """One element: what it shows, what it listens to, how big it is and on which tab."""

    fields: Record
    size: tuple[int, int]
    query: Record | None = None
    look: str | None = None
    sources: tuple[Source, ...] = ()
    merge: Record = field(default_factory=dict)
    listen: Mapping[str, str] = field(default_factory=dict)
    tab: str | None = None


def chart(title: str, what: Record, listen: Mapping[str, str] | None = None, **more: Any) -> Tile:
    """A tile with a query of its own, 12 columns wide; numbers are small, tables wide."""
    kind = what["vis_config"]["type"]
    size = {"single_value": (6, 4), "looker_grid": (24, 9), "table": (24, 9)}.get(kind, (12, 8))
    size, tab = more.pop("size", size), more.pop("tab", None)
    return Tile({"type": "vis", "title": title, **more}, size, query=what, listen=listen or {}, tab=tab)


def linked(look: str, listen: Mapping[str, str] | None = None, **more: Any) -> Tile:
    """A tile that shows a look."""
    size, tab = more.pop("size", (12, 8)), more.pop("tab", None)
    return Tile({"type": "vis", **more}, size, look=look, listen=listen or {}, tab=tab)


def merged(
    title: str, sources: Sequence[Source], listen: Mapping[str, str] | None = None, **more: Any
) -> Tile:
    """A tile that shows a merged query; `merge` holds its own fields."""
    merge, tab = more.pop("merge", {}), more.pop("tab", None)
    merge = {"vis_config": {"type": "looker_column", **AXES}, **merge}
    fields = {"type": "vis", "title": title, **more}
    return Tile(fields, (24, 9), sources=tuple(sources), merge=merge, listen=listen or {}, tab=tab)


def text(
    title: str, body: str = "", *, subtitle: str = "", tab: str | None = None, size: tuple[int, int] = (24, 3)
) -> Tile:
    """A text tile in Markdown; `<sales>` in a link stands for the id of what has this key."""
    return Tile(
        {"type": "text", "title_text": title, "subtitle_text": subtitle, "body_text": body}, size, tab=tab
    )


def button(label: str, href: str, *, tab: str | None = None) -> Tile:
    """A button that opens a link."""
    rich = {"text": label, "href": href, "newTab": False, "alignment": "center", "style": "FILLED"}
    return Tile({"type": "button", "rich_content_json": compact(rich)}, (6, 2), tab=tab)


@dataclass(frozen=True)
class Filter:
    """One filter of a dashboard."""

    fields: Record


def field_filter(name: str, explore: str, dimension: str, *, model: str = "ecommerce", **more: Any) -> Filter:
    """A filter on a LookML field."""
    place = {"model": model, "explore": explore, "dimension": dimension}
    look = {"type": "advanced", "display": "popover", "options": []}
    fields = {"type": "field_filter", **place, "ui_config": look, "allow_multiple_values": True}
    return Filter({"name": name, "title": name, **fields, **more})


def plain_filter(name: str, kind: str, **more: Any) -> Filter:
    """A filter that belongs to no LookML field: date_filter, string_filter, number_filter."""
    return Filter({"name": name, "title": name, "type": kind, **more})


@dataclass(frozen=True)
class Look:
    """One look; `key` names it where its title is not alone."""

    title: str
    folder: str
    owner: str
    query: Record
    description: str = ""
    key: str = ""


@dataclass(frozen=True)
class Dashboard:
    """One dashboard; `key` names it in links."""

    key: str
    title: str
    folder: str
    owner: str
    tiles: Sequence[Tile]
    filters: Sequence[Filter] = ()
    tabs: Sequence[str] = ()
    fields: Record = field(default_factory=dict)
    deleted: bool = False

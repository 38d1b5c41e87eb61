"""Looks and dashboards in canonical form (resource notes, sections 4.2 and 4.5 to 4.8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import structs

from lookervault.model.context import Context
from lookervault.model.fields import BODIES
from lookervault.model.kind import Raw
from lookervault.model.links import linked_fields, settings_with_links
from lookervault.model.normal import counted, pick, plain, text_id
from lookervault.model.queries import JSON_FIELDS, MISSING, merge_value, query_value
from lookervault.model.resource import Attributes, Part
from lookervault.model.values import Link, Value, text_links

GEOMETRY = tuple(BODIES["dashboard_layout_component"]["update"])
DEFAULT_LAYOUT = "default"
FIRST_LAYOUT = f"layout:{DEFAULT_LAYOUT}"  # its slot

# fields of an element that are references or have a form of their own below
_ELEMENT_OWN = {
    "dashboard_id",
    "dashboard_layout_id",
    "look_id",
    "query_id",
    "merge_result_id",
    "filter_id",
    "result_maker",
}
ELEMENT_FIELDS = {k: v for k, v in BODIES["dashboard_element"]["create"].items() if k not in _ELEMENT_OWN}
FILTER_FIELDS = {k: v for k, v in BODIES["dashboard_filter"]["create"].items() if k != "dashboard_id"}
LAYOUT_FIELDS = {
    k: v
    for k, v in BODIES["dashboard_layout"]["create"].items()
    if k not in ("dashboard_id", "active", "lookml_link_id")
}
_ELEMENT_JSON = frozenset({"rich_content_json"})
# where people write addresses of other content (resource notes, section 7.3)
_ELEMENT_TEXTS = ("title_text", "subtitle_text", "body_text", "note_text", "rich_content_json")
# where a visualisation takes its data from (4.6)
SOURCES = frozenset({"query", "look", "merge", "filter", "extension_id"})
# what a result maker may say beyond its query; equal to the query's it says nothing (4.6)
_OVERRIDES = ("vis_config", "dynamic_fields", "sorts", "total")
_OVERRIDE_TYPES = dict.fromkeys(_OVERRIDES, "map")


def look_extra(raw: Raw, context: Context) -> dict[str, Value]:
    """The query of a look, as a value."""
    query_id = text_id(raw.get("query_id"))
    query = raw.get("query") or context.raw("query", query_id)
    if query:
        return {"query": settings_with_links(query_value(query), context)}
    return {"query": {MISSING: query_id}} if query_id else {}


def dashboard_guard(raw: Raw) -> str:
    """Why this dashboard is mapped and never written (resource notes, section 8)."""
    return "read-only" if raw.get("readonly") is True else ""


def dashboard_parts(raw: Raw, context: Context) -> list[Part]:
    """Filters, layouts and elements of a dashboard, in the order in which they are built."""
    layouts = _layouts(raw)
    keys = layout_keys(layouts)
    filters = [_filter_part(f, context) for f in _live(raw.get("dashboard_filters"))]
    filter_slots = {part.id: part.slot for part in filters}
    places = _places(layouts, keys)
    elements = [
        _element_part(e, places.get(text_id(e.get("id")), {}), filter_slots, context)
        for e in _live(raw.get("dashboard_elements"))
    ]
    elements.sort(key=_reading_order)
    if not layouts:
        # old dashboards may have none: then nothing is said of places (4.8)
        elements = [structs.replace(e, ignored=("positions",)) for e in elements]
    return [
        *sorted(filters, key=lambda part: (part.attributes.get("row", 0), part.key)),
        *(_layout_part(layout, keys[text_id(layout.get("id"))], context) for layout in layouts),
        *elements,
    ]


def _live(items: Any) -> list[Raw]:
    return [i for i in items or [] if not i.get("deleted")]


def layout_keys(layouts: Sequence[Raw]) -> dict[str, str]:
    """Layout id to key: the active or first one is the default, tabs go by label, then order (4.8)."""
    default = next((x for x in layouts if x.get("active")), layouts[0] if layouts else None)
    used: Counter[str] = Counter()
    keys = {}
    for layout in layouts:
        name = DEFAULT_LAYOUT if layout is default else f"tab {layout.get('label') or ''}".strip()
        used[name] += 1
        keys[text_id(layout.get("id"))] = name if used[name] == 1 else f"{name} #{used[name]}"
    return keys


def _layouts(raw: Raw) -> list[Raw]:
    """The layouts of a dashboard in their order; a list may come in any."""
    return sorted(_live(raw.get("dashboard_layouts")), key=_tab_order)


def _tab_order(raw: Raw) -> tuple[Any, ...]:
    """Where a layout stands among the others: by its order, then by its age."""
    order, id_ = raw.get("order"), text_id(raw.get("id"))
    return (order, len(id_), id_) if isinstance(order, int | float) else (-1, len(id_), id_)


def layout_slots(raw: Raw) -> dict[str, str]:
    """Layout id to the slot by which a Link names that layout of a dashboard."""
    return {id_: f"layout:{key}" for id_, key in layout_keys(_layouts(raw)).items()}


def _layout_part(raw: Raw, key: str, context: Context) -> Part:
    attributes = linked_fields(pick(raw, LAYOUT_FIELDS), ("description",), context)
    if key == DEFAULT_LAYOUT:
        attributes["active"] = True
    return Part("layout", key, text_id(raw.get("id")), str(raw.get("label") or key), attributes)


def _filter_part(raw: Raw, context: Context) -> Part:
    attributes = linked_fields(pick(raw, FILTER_FIELDS), ("default_value",), context)
    name = str(raw.get("name") or "")
    return Part("filter", name, text_id(raw.get("id")), str(raw.get("title") or name), attributes)


def _places(layouts: Iterable[Raw], keys: Mapping[str, str]) -> dict[str, dict[str, Raw]]:
    """Element id to layout key to the component that places it there."""
    found: dict[str, dict[str, Raw]] = {}
    for layout in layouts:
        for component in _live(layout.get("dashboard_layout_components")):
            element = text_id(component.get("dashboard_element_id"))
            found.setdefault(element, {})[keys[text_id(layout.get("id"))]] = component
    return found


def _reading_order(part: Part) -> tuple[Any, ...]:
    """Layout by layout, top to bottom, left to right; of several at one place the oldest first."""
    age = (len(part.id), part.id)
    for layout, place in sorted(part.attributes.get("positions", {}).items()):
        return (layout != DEFAULT_LAYOUT, layout, place.get("row") or 0, place.get("column") or 0, age)
    return (True, "\uffff", 0, 0, age)


def _element_part(
    raw: Raw, places: Mapping[str, Raw], filter_slots: Mapping[str, str], context: Context
) -> Part:
    told = pick(raw, ELEMENT_FIELDS, _ELEMENT_JSON)
    attributes = linked_fields(told, _ELEMENT_TEXTS, context)
    attributes |= _source(raw, filter_slots, context)
    attributes |= _result_maker(raw, attributes, context)
    if places:
        attributes["positions"] = {
            layout: {g: counted(component[g]) for g in GEOMETRY if component.get(g) is not None}
            for layout, component in places.items()
        }
    id_ = text_id(raw.get("id"))
    components = {layout: text_id(component.get("id")) for layout, component in places.items()}
    label = element_label(attributes | {k: told[k] for k in _ELEMENT_TEXTS if k in told})
    return Part("element", id_, id_, label, attributes, components, _home(raw, places))


def _home(raw: Raw, places: Mapping[str, Raw]) -> str:
    """The layout an element is on: what it says itself since 25.20, else the default one.

    A new tab may come with components for elements of other tabs (16), so having one is no proof.
    """
    own = text_id(raw.get("dashboard_layout_id"))
    for layout, component in places.items():
        if own and text_id(component.get("dashboard_layout_id")) == own:
            return layout
    return DEFAULT_LAYOUT if DEFAULT_LAYOUT in places else next(iter(sorted(places)), "")


def element_label(attributes: Attributes) -> str:
    """What a reader would call this element."""
    for field in ("title", "title_text", "subtitle_text", "body_text"):
        lines = str(attributes.get(field) or "").strip().splitlines()
        if lines:
            return lines[0][:60]
    look = attributes.get("look")
    if isinstance(look, Link):
        return f"look {look.to.partition(':')[2]}"
    return "untitled"


def _source(raw: Raw, filter_slots: Mapping[str, str], context: Context) -> Attributes:
    """Where an element takes its data from: exactly one of look, query, merge, filter (4.6)."""
    look, merge = text_id(raw.get("look_id")), text_id(raw.get("merge_result_id"))
    if look:
        return {"look": Link(context.address_of("look", look))}
    if merge:
        found = context.raw("merge_query", merge)
        by_id = lambda key: context.raw("query", key)  # noqa: E731
        if not found:
            return {"merge": {MISSING: merge}}
        return {"merge": settings_with_links(merge_value(found, by_id), context)}
    query_id = text_id(raw.get("query_id"))
    query = raw.get("query") or context.raw("query", query_id)
    if query and text_id(query_id or query.get("id")):
        return {"query": settings_with_links(query_value(query), context)}
    if query_id:
        return {"query": {MISSING: query_id}}
    filter_id = text_id(raw.get("filter_id"))
    if filter_id:
        slot = filter_slots.get(filter_id)
        return {"filter": Link("", slot) if slot else {MISSING: filter_id}}
    return {}


def _result_maker(raw: Raw, attributes: Attributes, context: Context) -> Attributes:
    """Filter wiring, and what the result maker says beyond its query."""
    maker = raw.get("result_maker")
    if not maker or attributes.get("type") == "text":
        return {}
    found: Attributes = {}
    listeners = sorted((_filterable(f) for f in maker.get("filterables") or []), key=filterable_key)
    if listeners:
        found["filterables"] = listeners
    query = _shown_query(raw, attributes)
    own = {f: maker[f] for f in _OVERRIDES if maker.get(f) not in (None, False) and maker[f] != query.get(f)}
    overrides = settings_with_links(pick(own, _OVERRIDE_TYPES, JSON_FIELDS), context) if own else {}
    if overrides:
        base = _base(query, attributes, context)
        overrides = {k: v for k, v in overrides.items() if v is not False and v != base.get(k)}
    return {**found, "overrides": overrides} if overrides else found


def overriding(maker: Raw) -> Attributes:
    """What a result maker that is sent says beyond its query."""
    return pick({f: maker[f] for f in _OVERRIDES if f in maker}, _OVERRIDE_TYPES, JSON_FIELDS)


def maker_says(attributes: Attributes) -> Attributes:
    """What is sent with the wiring: what differs from the query; of a merge tile all that its maker repeats.

    Nothing tells that a server takes that from the merge query by itself. Texts with links are left to it all
    the same: they are written once, in the merge query.
    """
    merge = attributes.get("merge") or {}
    repeated = {k: merge[k] for k in _OVERRIDES if k in merge and not any(text_links(merge[k]))}
    return repeated | (attributes.get("overrides") or {})


def _shown_query(raw: Raw, attributes: Attributes) -> Raw:
    """The query that an element tells along with what shows it: most makers repeat it word by word."""
    if "look" in attributes:
        return (raw.get("look") or {}).get("query") or (raw.get("result_maker") or {}).get("query") or {}
    return (raw.get("query") or {}) if "query" in attributes else {}


def _base(query: Raw, attributes: Attributes, context: Context) -> Attributes:
    """The body that a result maker repeats: its query's, its look's, or its merge query's."""
    if "look" in attributes:
        return settings_with_links(query_value(query), context) if query else {}
    base = attributes.get("query") or attributes.get("merge") or {}
    return base if isinstance(base, dict) else {}


def _filterable(raw: Raw) -> Attributes:
    listen = [
        {"filter": x.get("dashboard_filter_name"), "field": x.get("field")} for x in raw.get("listen") or []
    ]
    named = {k: plain(raw.get(k)) for k in ("model", "view", "name")}
    return {
        **{k: v for k, v in named.items() if v is not None},
        "listen": sorted(listen, key=listener_key),
    }


def listener_key(item: Attributes) -> tuple[str, str]:
    """The order of what hears a filter."""
    return (str(item.get("filter")), str(item.get("field")))


def filterable_key(item: Attributes) -> tuple[str, str, str]:
    """The order of filterables."""
    return (str(item.get("model")), str(item.get("view")), str(item.get("name")))


# values that say no more than absence does; of other booleans null means "as the instance likes"
SAYS_NOTHING: dict[str, tuple[Value, ...]] = {
    **dict.fromkeys(("hidden", "title_hidden", "allow_multiple_values", "required"), (False,)),
    **dict.fromkeys(("public", "is_run_on_load", "is_disabled", "can_add_to_content_metadata"), (False,)),
    **dict.fromkeys(("is_public", "show_custom_url", "run_as_recipient", "send_all_results"), (False,)),
    **dict.fromkeys(("require_results", "require_no_results", "require_change", "embed"), (False,)),
    **dict.fromkeys(("pdf_landscape", "pdf_page_breaks", "long_tables"), (False,)),
    **dict.fromkeys(("include_filters", "include_dashboard_summary"), (False,)),
    **dict.fromkeys(("use_custom_title", "use_custom_description", "use_custom_url"), (False,)),
    **dict.fromkeys(("row", "order"), (0,)),
    "type": ("newspaper",),
}


def meaning(attributes: Attributes) -> Attributes:
    """Attributes without what says nothing: false where null is false, filterables that hear nobody."""
    found = {k: v for k, v in attributes.items() if v not in SAYS_NOTHING.get(k, ())}
    for name in [k for k in found if k.endswith("Palettes")]:
        # one without a label is told with an empty one, or with none
        found[name] = [{k: v for k, v in palette.items() if v != ""} for palette in found[name]]
    if "filterables" in found:
        found["filterables"] = [f for f in found["filterables"] if f.get("listen")]
        if not found["filterables"]:
            del found["filterables"]
    return found

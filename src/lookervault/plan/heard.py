"""Filters that are named and not there: by who listens to them, and by what sets them.

Nothing keeps such names in step with the filters (resource notes, section 7.2). Listeners and alerts go by a
filter's name or title; schedules and addresses of dashboards by its title (4.7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from lookervault.model.document.node import nearest
from lookervault.model.resource import Attributes, Part, Resource
from lookervault.model.values import JsonText, Link, LinkedText, Value
from lookervault.plan.change import Change
from lookervault.plan.pair import Sides

# parameters of a dashboard's address that are no filters
_PARAMETERS = {"theme", "hide_filter", "toggle", "allow_login_screen", "embed_domain", "sdk", "tab", "vis"}
_QUERY = re.compile(r"""\?([^\s"'<>()#\\]*)""")


Said = tuple[str, tuple[str, ...]]  # what is said, and what leads to that of which it is


def unheard(change: Change, sides: Sides) -> Iterator[Said]:
    """What a changed object says of filters that are not where it looks for them."""
    resource = sides.desired.resources.get(change.address)
    if resource is not None:
        yield from _listening(resource)
        yield from _set(resource, sides)
    yield from _linked("", (), change.after, sides)
    for part in change.parts:
        yield from _linked(f'{part.kind} "{part.label}", ', (part.slot,), part.after, sides)


def _listening(resource: Resource) -> Iterator[Said]:
    """Elements and filters of a dashboard that listen to what it does not have."""
    names = {p.key for p in resource.parts if p.kind == "filter"}
    for part in resource.parts:
        for name in sorted(set(_heard(part)) - names):
            near = nearest(name, sorted(names))
            text = f'{part.kind} "{part.label}" listens to the filter "{name}", which is not there{near}'
            wired = "filterables" if part.kind == "element" else "listens_to_filters"
            yield text, (part.slot, wired, name if part.kind == "element" else f"={name}")


def _heard(part: Part) -> Iterator[str]:
    if part.kind == "filter":
        yield from map(str, part.attributes.get("listens_to_filters", []))
    for wire in part.attributes.get("filterables", []) if part.kind == "element" else ():
        yield from (str(heard.get("filter")) for heard in wire.get("listen") or [])


def _set(resource: Resource, sides: Sides) -> Iterator[Said]:
    """Filters that a schedule or an alert sets, and that its dashboard does not have."""
    field = "filters_string" if resource.kind == "scheduled_plan" else "filters"
    if resource.kind == "scheduled_plan":
        told = str(resource.attributes.get("filters_string") or "")
        shown, titles = resource.attributes.get("dashboard"), _keys(told.removeprefix("?"))
    elif resource.kind == "alert":
        shown = resource.attributes.get("element")
        titles = [str(heard.get("filter_title")) for heard in resource.attributes.get("filters", [])]
    else:
        return
    known = _filters(shown, sides)
    for title in titles if known is not None else ():
        if title not in (known or ()):
            near = nearest(title, sorted(known or ()))
            text = f'sets the filter "{title}", which its dashboard does not have{near}'
            yield text, (field, f"={title}")


def _linked(where: str, at: tuple[str, ...], attributes: Attributes, sides: Sides) -> Iterator[Said]:
    """Filters that an address in a text sets."""
    for name, value in attributes.items():
        for text in _texts(value):
            for link, after in zip(text.pieces, text.pieces[1:], strict=False):
                for key in _lacking(link, after, sides):
                    said = f'{where}{name}: a link sets the filter "{key}", which its dashboard does not have'
                    yield said, (*at, name)


def _lacking(link: str | Link, after: str | Link, sides: Sides) -> Iterator[str]:
    query = _QUERY.match(after) if isinstance(after, str) else None
    known = _filters(link, sides) if query else None
    for key in _keys(query[1]) if query and known is not None else ():
        if not (key in (known or ()) or key in _PARAMETERS or key.startswith("_")):
            yield key


def _filters(link: Value, sides: Sides) -> set[str] | None:
    """What the filters of a dashboard go by; None where that is not known."""
    if not isinstance(link, Link):
        return None
    dashboard = sides.desired.resources.get(link.to) or sides.counterpart(link.to)
    if dashboard is None or dashboard.kind != "dashboard":
        return None
    filters = [p for p in dashboard.parts if p.kind == "filter"]
    return {p.key for p in filters} | {p.label for p in filters}


def _keys(query: str) -> list[str]:
    return [key for key, _ in parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True)]


def _texts(value: Value) -> Iterator[LinkedText]:
    if isinstance(value, LinkedText):
        yield value
    elif isinstance(value, JsonText):
        yield from _texts(value.text)
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)

"""Steps of a dashboard, reconciled in place and in sequence (resource notes, 4.5 to 4.8, 9.2).

Shell, filters, layouts, elements, places, removals, and last the filters that listen to each other.
"""

from __future__ import annotations

from collections.abc import Iterable

from lookervault.model.catalog import KINDS
from lookervault.model.content import DEFAULT_LAYOUT, ELEMENT_FIELDS, FIRST_LAYOUT, maker_says, meaning
from lookervault.model.resource import Attributes
from lookervault.model.values import Link, Value
from lookervault.plan.change import Action, Change, PartChange
from lookervault.plan.steps.filters import filter_steps
from lookervault.plan.steps.parts import at, create_part, removal
from lookervault.plan.steps.plain import create, in_folder_probe, update
from lookervault.plan.steps.step import Bind, Draft, Step, body_of, cleared, sendable
from lookervault.plan.steps.values import use_merge, use_query

_SOURCE_FIELDS = {"look": "look_id", "query": "query_id", "merge": "merge_result_id", "filter": "filter_id"}

# the active layout is the default one; an answer that flags none means its first
_ACTIVE = {"prefer": {"active": True}}


def dashboard_steps(change: Change) -> Draft:
    """All calls that bring a dashboard into being, or change what differs about it."""
    draft = Draft()
    draft.main += _shell(change)
    filters, layouts, elements = (_of(change, kind) for kind in ("filter", "layout", "element"))
    early, late = filter_steps(change, filters)
    draft.main += early
    for part in layouts:
        draft.main += _layout(change, part)
    for part in elements:
        draft.main += _element(draft, change, part)
    draft.main += _geometry(change, elements)
    draft.main += [removal(change, p) for p in elements if p.action is Action.DELETE]
    draft.main += late
    draft.main += [removal(change, p) for p in layouts if p.action is Action.DELETE]
    return draft


def _of(change: Change, kind: str) -> list[PartChange]:
    return [p for p in change.parts if p.kind == kind]


def _shell(change: Change) -> list[Step]:
    """The dashboard itself; the first layout comes with it."""
    kind = KINDS["dashboard"]
    if change.action is not Action.CREATE:
        return update(change, body_of(kind, cleared(change.before, change.after, kind.defaulted)))
    body = body_of(kind, change.after)
    if change.slug:
        # the same public name on every instance; later runs find the dashboard by it (4.5)
        body["slug"] = change.slug
    step = create(change, body, in_folder_probe(kind.path, change.after["folder"]))
    step.spare = ["slug"]
    return [step]


def _layout(change: Change, part: PartChange) -> list[Step]:
    if part.action is Action.UPDATE:
        body = cleared(part.before, part.after)
        return [Step("PATCH", ["dashboard_layouts", at(change, part.slot)], body)]
    if part.action is Action.DELETE:
        return []
    if change.action is Action.CREATE and part.slot == FIRST_LAYOUT:
        return _first_layout(change, part)
    body = {"type": "newspaper", **part.after}
    active = body.pop("active", False)
    made = [create_part(change, part, "dashboard_layouts", body, ["label"])]
    path: list[Value] = ["dashboard_layouts", at(change, part.slot)]
    return [*made, Step("PATCH", path, {"active": True})] if active else made


def _first_layout(change: Change, part: PartChange) -> list[Step]:
    """The layout that came with the dashboard; asked for, since the create's answer may not show it."""
    me = at(change, part.slot)
    told = {k: v for k, v in meaning(part.after).items() if k != "active"}
    patch = [Step("PATCH", ["dashboard_layouts", me], told)] if told else []
    if not patch and "sent" not in change.also:
        return []
    return [_read(change, [Bind(me, ["dashboard_layouts", _ACTIVE, "id"])]), *patch]


def _read(change: Change, binds: list[Bind]) -> Step:
    return Step("GET", ["dashboards", Link(change.address)], binds=binds)


def _element(draft: Draft, change: Change, part: PartChange) -> list[Step]:
    if part.action is Action.DELETE:
        return []
    attributes = part.after if part.action is Action.CREATE else cleared(part.before, part.after) | part.also
    body = {k: sendable(v) for k, v in attributes.items() if k in ELEMENT_FIELDS}
    body |= _source(draft, change, attributes)
    if "filterables" in attributes or "overrides" in attributes:
        body["result_maker"] = _result_maker(attributes)
    body |= _tab(change, part)
    if part.action is Action.CREATE:
        match = [f for f in ("type", "title", "title_text", *_SOURCE_FIELDS.values()) if f in body]
        return [create_part(change, part, "dashboard_elements", body, match)]
    return [Step("PATCH", ["dashboard_elements", at(change, part.slot)], body)] if body else []


def _source(draft: Draft, change: Change, attributes: Attributes) -> dict[str, Value]:
    """Exactly one source; when an element changes to another kind of source the old one is cleared."""
    found: dict[str, Value] = {}
    for name, field in _SOURCE_FIELDS.items():
        if name not in attributes:
            continue
        value = attributes[name]
        if name == "query" and value:
            value = use_query(draft, value)
        elif name == "merge" and value:
            value = use_merge(draft, value)
        elif isinstance(value, Link) and not value.to:
            value = Link(change.address, value.part)
        found[field] = value
    return found


def _result_maker(attributes: Attributes) -> Attributes:
    """Filter wiring must be sent though the API description calls it read-only (5)."""
    wired = [
        {
            "model": f.get("model"),
            "view": f.get("view"),
            "name": f.get("name", ""),
            "listen": [_heard(x) for x in f.get("listen") or []],
        }
        for f in attributes.get("filterables") or []
    ]
    return {"filterables": wired, **{k: sendable(v) for k, v in maker_says(attributes).items()}}


def _heard(listener: Attributes) -> Attributes:
    return {"dashboard_filter_name": listener.get("filter"), "field": listener.get("field")}


def _tab(change: Change, part: PartChange) -> dict[str, Value]:
    """The layout to put an element on, where that is not the default one or is no longer."""
    return {"dashboard_layout_id": at(change, f"layout:{part.home}")} if part.home else {}


def _geometry(change: Change, elements: Iterable[PartChange]) -> list[Step]:
    """Places of elements: components come with the element, so new ones are read before they are set."""
    binds: list[Bind] = []
    steps: list[Step] = []
    for part in elements:
        for layout, place in sorted(part.after.get("positions", {}).items()):
            slot = f"component:{layout}/{part.slot}"
            if layout not in part.components:
                binds.append(_component(change, part, layout, slot))
            old = part.before.get("positions", {}).get(layout, {}) if layout in part.components else {}
            place = {g: v for g, v in place.items() if old.get(g) != v}
            if place:
                path: list[Value] = ["dashboard_layout_components", at(change, slot)]
                steps.append(Step("PATCH", path, place, optional=True))
    return [*([_read(change, binds)] if binds else []), *steps]


def _component(change: Change, part: PartChange, layout: str, slot: str) -> Bind:
    element = at(change, part.slot)
    made = change.action is Action.CREATE and layout == DEFAULT_LAYOUT
    which = _ACTIVE if made else {"id": at(change, f"layout:{layout}")}
    select = [
        "dashboard_layouts",
        which,
        "dashboard_layout_components",
        {"dashboard_element_id": element},
        "id",
    ]
    # on layouts that are not its own the server may give an element no component
    return Bind(at(change, slot), select, optional=layout != (part.home or DEFAULT_LAYOUT))

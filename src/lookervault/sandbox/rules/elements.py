"""Dashboard elements (resource notes, section 4.6)."""

from __future__ import annotations

import html
from typing import Any

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import KINDS, Kind, can, present, register
from lookervault.sandbox.problems import invalid, missing, not_found
from lookervault.sandbox.router import Ask, Page, listing, operation
from lookervault.sandbox.rules import dashboards, folders, layouts, queries
from lookervault.sandbox.state import Record, State

SOURCES = ("query_id", "look_id", "merge_result_id")
OTHERS = {
    "rich_content_json": "button",
    "extension_id": "extension",
    "filter_id": "filter",
    "image_id": "image",
}
TEXTS = ("title_text", "subtitle_text", "body_text")
NO_SOURCE = "Must provide either a look_id, query_id, or merge_result_id"


def _kind_of(wanted: Record) -> str:
    """The type of an element that does not say it."""
    if any(wanted.get(name) for name in SOURCES):
        return "vis"
    for name, kind in OTHERS.items():
        if wanted.get(name):
            return kind
    return "text" if any(wanted.get(name) for name in TEXTS) else "vis"


def _check_source(wanted: Record, given: Record) -> None:
    """Exactly one source for what shows data, none for a text."""
    sources = [name for name in SOURCES if wanted.get(name)]
    if len(sources) > 1:
        raise invalid(sources[1], f"{NO_SOURCE}, not several of them")
    if given.get("result_maker_id"):
        raise invalid("result_maker_id", "cannot be given together with another source")
    if wanted["type"] == "text":
        if sources:
            raise invalid(sources[0], "should not be provided for text elements")
        if given.get("result_maker") is not None:
            raise invalid("result_maker", "should not be provided for text elements")
    elif not sources and not any(wanted.get(name) for name in OTHERS):
        raise invalid("query_id", NO_SOURCE, "missing")


def _check_references(state: State, wanted: Record) -> None:
    """404 for what does not exist; a look that went away later may stay (section 16)."""
    if wanted.get("query_id"):
        wanted["query_id"] = queries.find(state, wanted["query_id"])["id"]
    for name, kind in (
        ("look_id", "look"),
        ("merge_result_id", "merge_query"),
        ("filter_id", "dashboard_filter"),
    ):
        if wanted.get(name):
            state.find(kind, wanted[name])


def _layout(state: State, dashboard_id: str, layout_id: object) -> Record:
    if not layout_id:
        return layouts.active(state, dashboard_id)
    layout = state.find("dashboard_layout", layout_id)
    if layout["dashboard_id"] != dashboard_id:
        raise invalid("dashboard_layout_id", "is a layout of another dashboard")
    return layout


def create(state: State, body: Record) -> Record:
    """An element with its component in the layout it names, else in the active one."""
    if not body.get("dashboard_id"):
        raise missing("dashboard_id")
    dashboard = dashboards.writable(state, body["dashboard_id"])
    record: Record = {**_cleaned({**body, "type": body.get("type") or _kind_of(body)}), "id": None}
    _check_source(record, body)
    _check_references(state, record)
    layout = _layout(state, dashboard["id"], body.get("dashboard_layout_id"))
    record |= {"dashboard_id": dashboard["id"], "dashboard_layout_id": layout["id"]}
    record.setdefault("title_hidden", False)
    if record["type"] == "text":
        record = {**dict.fromkeys(TEXTS, ""), **record}
    state.add("dashboard_element", record)
    layouts.add_component(state, layout, record)
    dashboards.touch(state, dashboard["id"])
    return record


def _cleaned(body: Record) -> Record:
    """What is stored of a body: of the result maker only the filter wiring, all else follows the source."""
    clean = {k: v for k, v in body.items() if k not in ("result_maker", "result_maker_id", "dashboard_id")}
    if "title_hidden" in clean:
        clean["title_hidden"] = bool(clean["title_hidden"])
    if clean.get("type") == "text":
        clean |= {name: clean[name] or "" for name in TEXTS if name in clean}
    clean |= {f"{name}_as_html": _as_html(body[name]) for name in (*TEXTS, "note_text") if name in body}
    if body.get("result_maker") is not None:
        clean["_result_maker"] = {"filterables": body["result_maker"].get("filterables") or []}
    return clean


def change(state: State, found: Record, changes: Record) -> None:
    """New values; a text stays a text, and an element stays on its dashboard."""
    if changes.get("dashboard_id", found["dashboard_id"]) != found["dashboard_id"]:
        raise invalid("dashboard_id", "an element stays on its dashboard")
    kind = changes.get("type") or found["type"]
    if "text" in (kind, found["type"]) and kind != found["type"]:
        raise invalid("type", f"cannot change from {found['type']} to {kind}")
    wanted = _cleaned({**changes, "type": kind})
    _check_source({**found, **wanted}, changes)
    _check_references(state, wanted)
    if wanted.get("dashboard_layout_id"):
        _move(state, found, _layout(state, found["dashboard_id"], wanted["dashboard_layout_id"]))
    wanted["dashboard_layout_id"] = wanted.get("dashboard_layout_id") or found["dashboard_layout_id"]
    state.change("dashboard_element", found, wanted)
    dashboards.touch(state, found["dashboard_id"])


def _move(state: State, found: Record, layout: Record) -> None:
    components = {c["dashboard_layout_id"]: c for c in layouts.components_of_element(state, found["id"])}
    here = components.get(found["dashboard_layout_id"])
    if here is not None and layout["id"] not in components:
        state.change("dashboard_layout_component", here, {"dashboard_layout_id": layout["id"]})


def remove(state: State, found: Record) -> None:
    """The element and its components."""
    for component in layouts.components_of_element(state, found["id"]):
        state.drop("dashboard_layout_component", component)
    state.drop("dashboard_element", found)
    dashboards.touch(state, found["dashboard_id"])


def _source(state: State, found: Record) -> tuple[Record | None, Record | None, Record | None]:
    """The query, the look and the merge query an element shows, where they exist."""
    look = state.peek("look", found.get("look_id"))
    query = state.peek("query", look["query_id"] if look else found.get("query_id"))
    return query, look, state.peek("merge_query", found.get("merge_result_id"))


def _filterables(state: State, query: Record | None, merge: Record | None) -> list[Record]:
    """One per source, listening to nothing."""
    if merge is not None:
        named = [(s["name"], state.peek("query", s["query_id"])) for s in merge["source_queries"]]
    else:
        named = [("", query)]
    return [{"model": q["model"], "view": q["view"], "name": n, "listen": []} for n, q in named if q]


def result_maker(state: State, found: Record) -> Record | None:
    """What an element runs: a copy of its source's settings, and its filter wiring."""
    query, _, merge = _source(state, found)
    source = merge or query
    if source is None:
        return None
    stored: Record = found.get("_result_maker") or {}
    made: Record = {
        "id": queries.maker_id(state, f"merge:{merge['id']}" if merge else f"query:{source['id']}"),
        "query_id": None if merge else source["id"],
        "query": None if merge else queries.show(state, source),
        "merge_result_id": merge["id"] if merge else None,
        "sql_query_id": "",
        "sorts": source.get("sorts"),
        "total": bool(source.get("total")),
        "dynamic_fields": source.get("dynamic_fields"),
        "vis_config": source.get("vis_config"),
        "filterables": stored.get("filterables") or _filterables(state, query, merge),
    }
    # loaded content brings the maker as it was read; it holds as long as the source is the same
    same = all(stored.get(name, "") == made[name] for name in ("query_id", "merge_result_id"))
    return {**made, **stored} if same else made


def show(state: State, found: Record) -> Record:
    """An element with its query or look, and the result maker built from them."""
    query, look, _ = _source(state, found)
    maker = result_maker(state, found)
    computed: dict[str, Any] = {
        "query": queries.show(state, query) if query and not look else None,
        "look": KINDS["look"].show(state, look) if look else None,
        "result_maker": maker,
        "result_maker_id": maker["id"] if maker else None,
        "refresh_interval_to_i": dashboards.seconds(found.get("refresh_interval")),
        "lookml_link_id": "",
        "edit_uri": None,
        "alert_count": len(state.where("alert", "dashboard_element_id", found["id"])),
        "can": can(found),
    }
    return present(models.DashboardElement, found, **computed)


def _as_html(text: object) -> str | None:
    return f"<p>{html.escape(str(text))}</p>" if text else None


def fetch(state: State, key: str) -> Record:
    """An element of a dashboard the caller may see."""
    found = state.find("dashboard_element", key)
    dashboard = state.find("dashboard", found["dashboard_id"])
    if not folders.visible(state, dashboard["folder_id"]):
        raise not_found()
    return found


ELEMENT = register(Kind("dashboard_element", show, create, change, remove))
endpoints.serve(ELEMENT, find=fetch)


@operation("search_dashboard_elements", "GET", "/dashboard_elements/search")
def _search_dashboard_elements(state: State, ask: Ask) -> Page:
    trash = ask.flag("deleted")
    homes = folders.visible_only(state, [d for d in state.rows("dashboard") if d["deleted"] is trash])
    seen = {dashboard["id"] for dashboard in homes}
    rows = [element for element in state.rows("dashboard_element") if element["dashboard_id"] in seen]
    return listing(ask, rows, lambda element: show(state, element), skip=frozenset({"deleted"}))


@operation("dashboard_dashboard_elements", "GET", "/dashboards/{dashboard_id}/dashboard_elements")
def _dashboard_elements(state: State, ask: Ask) -> list[Record]:
    return dashboards.part_list(state, ask, "dashboard_element")

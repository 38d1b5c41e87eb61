"""Random small instances as raw objects, and copies of them as another instance would number them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from lookervault.model.catalog import KINDS

from .raws import (
    QUERY,
    Object,
    Raw,
    access,
    board,
    dashboard,
    filter_,
    folder,
    group,
    holders,
    item,
    layout,
    look,
    lookml_model,
    model_set,
    permission_set,
    place,
    role,
    section,
    shared,
    text_tile,
    tile,
    user,
    users_root,
)

WORDS = st.sampled_from(["", "KPIs", "a/b", "é🙂", "line\nbreak", "#5", "@user:x"])
VIEWS = st.sampled_from(["orders", "users", "events"])
QUERIES = st.builds(
    lambda view, limit, vis: {**QUERY, "view": view, "limit": limit, "vis_config": vis},
    VIEWS,
    st.sampled_from([None, "500"]),
    st.sampled_from([None, {"type": "table"}, {"type": "pie", "size": 1.0}]),
)


@st.composite
def instances(draw: st.DrawFn) -> list[Object]:
    """Folders, people, looks and dashboards that refer to each other; names are unique where Looker's are."""
    folders = ["1", *draw(st.permutations(["10", "11", "12"]))[: draw(st.integers(0, 3))]]
    people = ["21", "22"][: draw(st.integers(0, 2))]
    objects = [shared(), users_root(), lookml_model("shop")]
    for n, id_ in enumerate(folders[1:]):
        objects.append(folder(id_, f"{draw(WORDS)} {id_}", folders[draw(st.integers(0, n))]))
    for id_ in people:
        home = f"{id_}0"
        objects.append(folder(home, f"Person {id_}", "2", is_personal=True))
        teams = ["31"] if draw(st.booleans()) else []
        objects.append(user(id_, f"p{id_}@example.com", personal_folder_id=home, group_ids=teams))
    objects += draw(_teams(people))
    everywhere = folders + [f"{p}0" for p in people]
    for n in range(draw(st.integers(0, 2))):
        objects.append(draw(_look(f"4{n}", everywhere, people)))
    looks = [o[1] for o in objects if o[0] == "look"]
    for n in range(draw(st.integers(0, 2))):
        objects.append(draw(_dashboard(f"5{n}", everywhere, people, looks)))
    for n in range(draw(st.integers(0, 2))):
        objects.append(draw(_board(f"6{n}", people, [o for o in objects if o[0] in ("look", "dashboard")])))
    for id_ in folders:
        objects += access(f"7{id_}", id_, draw(_grants(people)))
    return objects


@st.composite
def _board(draw: st.DrawFn, id_: str, people: list[str], content: list[Object]) -> Object:
    sections = []
    for n in range(draw(st.integers(0, 2))):
        shown: list[Raw] = [{"custom_url": "/browse"}, *({f"{kind}_id": i} for kind, i, _ in content)]
        chosen = draw(st.lists(st.sampled_from(shown), max_size=3))
        items = [item(f"{id_}{n}{m}", **fields) for m, fields in enumerate(chosen)]
        order = draw(st.permutations([i["id"] for i in items]))
        sections.append(section(f"{id_}{n}", draw(WORDS), *items, item_order=order))
    order = draw(st.permutations([s["id"] for s in sections]))
    owner = draw(st.sampled_from([None, *people]))
    return board(id_, draw(WORDS), *sections, section_order=order, user_id=owner)


def _grants(people: list[str]) -> st.SearchStrategy[dict[str, str] | None]:
    who = st.sampled_from(["group 31", "group 32", *(f"user {p}" for p in people)])
    return st.none() | st.dictionaries(who, st.sampled_from(["view", "edit"]))


@st.composite
def _teams(draw: st.DrawFn, people: list[str]) -> list[Object]:
    objects: list[Object] = [group("31", "Team"), group("32", "Inner")]
    if draw(st.booleans()):
        objects[1] = group("32", "Inner", parent_group_ids=["31"])
    objects += [permission_set("33", "Viewer", ["see_looks"]), model_set("34", "Models", ["shop"])]
    held = draw(st.lists(st.sampled_from(people), unique=True)) if people else []
    return [*objects, role("35", "Reader", "33", "34"), *holders("35", held, ["31"])]


@st.composite
def _look(draw: st.DrawFn, id_: str, folders: list[str], people: list[str]) -> Object:
    owner = draw(st.sampled_from([None, *people]))
    return look(
        id_,
        f"{draw(WORDS)} {id_}",
        draw(st.sampled_from(folders)),
        query=draw(QUERIES),
        user_id=owner,
        description=draw(WORDS),
    )


@st.composite
def _dashboard(draw: st.DrawFn, id_: str, folders: list[str], people: list[str], looks: list[str]) -> Object:
    tiles = [draw(_tile(f"{id_}{n}", looks)) for n in range(draw(st.integers(0, 3)))]
    filters = [filter_(f"{id_}{n}", f"f{n}", n) for n in range(5, draw(st.integers(5, 7)))]
    places = [place(f"7{t['id']}", t["id"], row=n * 4) for n, t in enumerate(tiles)]
    layouts = [layout(f"{id_}8", *places, active=True), layout(f"{id_}9", label="More")]
    return dashboard(
        id_,
        f"{draw(WORDS)} {id_}",
        draw(st.sampled_from(folders)),
        user_id=draw(st.sampled_from([None, *people])),
        description=draw(WORDS),
        dashboard_elements=tiles,
        dashboard_filters=filters,
        dashboard_layouts=layouts[: draw(st.integers(0, 2))],
    )


@st.composite
def _tile(draw: st.DrawFn, id_: str, looks: list[str]) -> Raw:
    title = draw(WORDS)
    source = draw(st.sampled_from(["query", "text", *(["look"] if looks else [])]))
    if source == "text":
        return text_tile(id_, title, body_text=draw(WORDS))
    if source == "look":
        return {"id": id_, "type": "vis", "title": title, "look_id": draw(st.sampled_from(looks))}
    return tile(id_, title, query=draw(QUERIES))


_ID_LISTS = {"group_ids", "parent_group_ids", "section_order", "item_order"}


def _moved(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _moved_id(v) if _is_id(k) else _moved(v) for k, v in value.items()}
    return [_moved(v) for v in value] if isinstance(value, list) else value


def _is_id(field: str) -> bool:
    return field == "id" or field.endswith("_id") or field in _ID_LISTS


def _moved_id(value: Any) -> Any:
    if isinstance(value, list):
        return [_moved_id(v) for v in value]
    return f"9{value}" if isinstance(value, str) and value.isdecimal() else value


@st.composite
def edited(draw: st.DrawFn, objects: list[Object]) -> list[Object]:
    """The same instance after some edits: other values but for ids, an object less, or in the trash."""
    objects = deepcopy(objects)
    for _ in range(draw(st.integers(0, 3))):
        n = draw(st.integers(0, len(objects) - 1))
        kind, _, raw = objects[n]
        how = draw(st.integers(0, 9))
        if how == 0 and kind != "folder":
            del objects[n]
        elif how == 1 and kind in ("look", "dashboard"):
            raw["deleted"] = True
        elif how == 2 and (plain := _plain_fields(kind, raw)):
            raw[draw(st.sampled_from(plain))] = "x"
        elif places := list(_places(raw)):
            _edit(draw, *draw(st.sampled_from(places)))
    return objects


def _plain_fields(kind: str, raw: Any) -> list[str]:
    """Declared fields that hold no structure: no server gives a text in the place of one."""
    fields = KINDS[kind].fields if kind in KINDS else ()
    return [f for f in fields if not isinstance(raw.get(f), dict | list)]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every plain value inside, but for ids of its own, as what holds it and where."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list):
            yield from _places(inner)
        elif key != "id":
            yield value, key


def _edit(draw: st.DrawFn, holder: Any, key: Any) -> None:
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int | float):
        holder[key] = value + 1
    else:
        holder[key] = draw(
            st.sampled_from(["10", "21", "40", "x", "/dashboards/50", *([] if key == 0 else [None])])
        )


def elsewhere(objects: list[Object]) -> list[Object]:
    """The same instance with other ids, as it would be after a migration."""
    return [(kind, _moved_id(id_), _moved(raw)) for kind, id_, raw in objects]

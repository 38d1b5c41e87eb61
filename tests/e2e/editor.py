"""Somebody who edits an instance at random, by seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lookervault.errors import ApiError
from lookervault.sandbox import Instance
from lookervault.sandbox.rules import groups, roles
from lookervault.sandbox.state import Record

from .small import place, shared_root

VALUES: dict[str, list[Record]] = {
    "dashboard": [
        *({"description": text} for text in ("", "x", "🌱")),
        *({"title": title} for title in ("Board", "Other", "A/B", "100% _")),
        {"hidden": True},
        {"hidden": False},
        {"crossfilter_enabled": True},
        {"crossfilter_enabled": False},
        {"show_title": False},
        {"appearance": {"page_side_margins": 3}},
        {"appearance": None},
        {"query_timezone": "UTC"},
        {"query_timezone": None},
        {"filters_location_top": False},
    ],
    "dashboard_filter": [
        {"default_value": "3 days"},
        {"default_value": None},
        *({"title": title} for title in ("Date", "T1", "T2")),
        *({"name": name} for name in ("Date", "N1", "N2")),
        *({"row": row} for row in range(4)),
        {"required": True},
        {"required": False},
        {"allow_multiple_values": False},
        {"listens_to_filters": []},
    ],
    "dashboard_layout": [
        *({"label": label} for label in ("Main", "X", "", None)),
        *({"order": order} for order in range(3)),
        {"description": "x"},
        {"active": True},
    ],
    "folder": [{"name": name} for name in ("Sales", "EMEA", "N1", "N2")],
    "group": [{"name": "G1"}, {"name": "G2"}, {"can_add_to_content_metadata": True}],
    "look": [*({"title": title} for title in ("Margin", "L1")), {"description": "x"}, {"description": ""}],
    "permission_set": [{"permissions": ["access_data"]}, {"permissions": ["explore", "access_data"]}],
    "role": [{"name": "R1"}, {"name": "Reader"}],
    "user": [
        *({"first_name": name} for name in ("X", "Y", None)),
        {"locale": "fr_FR"},
        {"is_disabled": True},
        {"is_disabled": False},
    ],
}
TEXTS: list[Record] = [{"title_text": "T"}, {"title_text": ""}, {"body_text": "a\nb"}, {"subtitle_text": "s"}]
TITLES: list[Record] = [{"title": "Orders"}, {"title": None}, {"title_hidden": True}, {"note_text": "n"}]


@dataclass
class Editor:
    """Somebody who does things at random, and is stopped by Looker's rules as anybody is."""

    inst: Instance
    dice: random.Random

    def pick(self, kind: str, fits: Callable[[Record], Any] = bool) -> Record:
        """Any record of the kind that may be edited; IndexError where there is none."""
        live = {d["id"] for d in self.inst.all("dashboard") if not d["deleted"]}
        rows = (
            r
            for r in self.inst.all(kind)
            if not (r.get("deleted") or r.get("deleted_at")) and (r.get("dashboard_id") or "") in live | {""}
        )
        return self.dice.choice([r for r in rows if _is_open(kind, r) and fits(r)])

    def query(self) -> str:
        """A new query."""
        limit = str(self.dice.randrange(1, 90))
        made = self.inst.create(
            "query", model="ecommerce", view="orders", fields=["orders.count"], limit=limit
        )
        return str(made["id"])

    def values(self) -> None:
        """Sets some field of something."""
        kind = self.dice.choice(list(VALUES))
        self.inst.edit(kind, self.pick(kind)["id"], **self.dice.choice(VALUES[kind]))

    def texts(self) -> None:
        """Rewrites what an element says."""
        found = self.pick("dashboard_element")
        values = self.dice.choice(TEXTS if found["type"] == "text" else TITLES)
        self.inst.edit("dashboard_element", found["id"], **values)

    def source(self) -> None:
        """Gives an element another source, maybe of another kind."""
        found = self.pick("dashboard_element", lambda e: e.get("query_id") or e.get("look_id"))
        to_look: Record = {"query_id": None, "look_id": self.pick("look")["id"]}
        to_query: Record = {"query_id": self.query(), "look_id": None}
        self.inst.edit("dashboard_element", found["id"], **self.dice.choice([to_look, to_query]))

    def listeners(self) -> None:
        """Wires an element anew."""
        found = self.pick("dashboard_element", lambda e: e.get("query_id"))
        filters = [f for f in self.inst.all("dashboard_filter") if f["dashboard_id"] == found["dashboard_id"]]
        heard = [{"dashboard_filter_name": f["name"], "field": "orders.channel"} for f in filters]
        listen = [each for each in heard if self.dice.random() < 0.5]
        wire = {"model": "ecommerce", "view": "orders", "name": "", "listen": listen}
        self.inst.edit("dashboard_element", found["id"], result_maker={"filterables": [wire]})

    def move_element(self) -> None:
        """Moves an element on its tab."""
        numbers = {k: self.dice.randrange(1, 20) for k in ("row", "column", "width", "height")}
        place(self.inst, self.pick("dashboard_element")["id"], **numbers)

    def change_tab(self) -> None:
        """Moves an element to any tab."""
        found = self.pick("dashboard_element")
        home = self.pick("dashboard_layout", lambda x: x["dashboard_id"] == found["dashboard_id"])
        self.inst.edit("dashboard_element", found["id"], dashboard_layout_id=home["id"])

    def add(self) -> None:
        """Adds something."""
        board, home = self.pick("dashboard")["id"], self.pick("folder")["id"]
        name = f"N{self.dice.randrange(1000)}"
        kind, fields = self.dice.choice(
            [
                ("dashboard_element", {"dashboard_id": board, "type": "text", "title_text": "T"}),
                ("dashboard_element", {"dashboard_id": board, "title": "Orders", "query_id": self.query()}),
                (
                    "dashboard_filter",
                    {"dashboard_id": board, "name": name, "title": name, "type": "date_filter"},
                ),
                ("dashboard_layout", {"dashboard_id": board, "label": self.dice.choice(["X", "Y", None])}),
                ("dashboard", {"title": name, "folder_id": home}),
                ("look", {"title": name, "folder_id": home, "query_id": self.query()}),
                ("folder", {"name": name, "parent_id": home}),
                ("group", {"name": name}),
            ]
        )
        self.inst.create(kind, **fields)

    def remove(self) -> None:
        """Removes a part of a dashboard; whole objects stay on the target and are not judged."""
        kind = self.dice.choice(["dashboard_element", "dashboard_filter", "dashboard_layout", "look"])
        self.inst.delete(kind, self.pick(kind)["id"])

    def move(self) -> None:
        """Moves a folder or what is in one."""
        home = self.dice.choice([self.pick("folder")["id"], shared_root(self.inst)])
        kind = self.dice.choice(["dashboard", "look", "folder"])
        field = "parent_id" if kind == "folder" else "folder_id"
        self.inst.edit(kind, self.pick(kind)["id"], **{field: home})

    def members(self) -> None:
        """Changes who is in a group, or who holds a role."""
        group = self.inst.find("group", self.pick("group")["id"])
        role = self.inst.find("role", self.pick("role")["id"])
        people = [u["id"] for u in self.inst.all("user") if self.dice.random() < 0.4]
        holders = [
            g["id"] for g in self.inst.all("group") if _is_open("group", g) and self.dice.random() < 0.4
        ]
        does: list[Callable[[], object]] = [
            lambda: groups.add_user(self.inst, group, people[0]),
            lambda: groups.take_out(self.inst, group, "_user_ids", group["_user_ids"][0]),
            lambda: groups.add_group(self.inst, group, holders[0]),
            lambda: groups.take_out(self.inst, group, "_group_ids", group["_group_ids"][0]),
            lambda: roles.set_users(self.inst, role, people),
            lambda: roles.set_groups(self.inst, role, holders),
        ]
        self.dice.choice(does)()

    def edit(self, times: int) -> None:
        """Does any of these so many times, less what is not allowed."""
        does = (self.values, self.texts, self.source, self.listeners, self.move_element, self.change_tab)
        for _ in range(times):
            with suppress(ApiError, IndexError):
                self.dice.choice([*does, self.add, self.remove, self.move, self.members])()


def _is_open(kind: str, record: Record) -> bool:
    """Whether people may edit this; the built-in is not theirs."""
    if kind == "folder":
        return bool(record["parent_id"]) and not record["is_personal"]
    closed = ("externally_managed", "internal", "built_in")
    return not any(record.get(flag) for flag in closed) and record.get("name") != "Admin"

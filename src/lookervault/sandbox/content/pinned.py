"""The boards of the demo company: who keeps them, what is on them, who sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lookervault.sandbox.content.make import Known
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.rules.grants import VIEW
from lookervault.sandbox.state import Record


@dataclass(frozen=True)
class Item:
    """One item: the field that says where it leads, the key or address there, further fields."""

    leads_by: str
    target: str
    more: Record = field(default_factory=dict)


def dashboard(key: str, **more: Any) -> Item:
    """An item that leads to a dashboard of the demo."""
    return Item("dashboard_id", key, more)


def look(title: str, **more: Any) -> Item:
    """An item that leads to a look of the demo."""
    return Item("look_id", title, more)


def lookml(key: str, **more: Any) -> Item:
    """An item that leads to a LookML dashboard."""
    return Item("lookml_dashboard_id", key, more)


def link(title: str, url: str, **more: Any) -> Item:
    """An item that leads anywhere; `<sales>` stands for the id of the dashboard with this key."""
    return Item("custom_url", url, {"custom_title": title, **more})


@dataclass(frozen=True)
class Board:
    """One board; `order` and `turned` say what stands elsewhere than where it was made."""

    title: str
    owner: str
    sections: Sequence[tuple[str, Sequence[Item]]] = ()
    description: str | None = None
    shared: Mapping[str, str] = field(default_factory=dict)
    order: Sequence[int] = ()
    turned: Sequence[int] = ()


BOARDS = (
    Board(
        "Start here",
        "maya",
        (
            ("Numbers", (dashboard("pulse"), dashboard("sales"), look("Revenue by month"))),
            (
                "Help",
                (
                    link("What is revenue?", "/dashboards/<glossary>", custom_description="Our words"),
                    link("The desk", "https://desk.harbourpine.example/help?from=board"),
                ),
            ),
            ("", (lookml("ecommerce::store_health"), look("Orders now"))),
        ),
        "Where to begin when you are new.",
        {"All Users": VIEW, "@nadia": "edit"},
        order=(2, 0, 1),
        turned=(0,),
    ),
    Board(
        "Weekly numbers",
        "tomas",
        (
            ("Meeting", (dashboard("weekly-emea"), dashboard("emea"), look("Top customers in EMEA"))),
            ("Meeting", (look("Revenue growth"),)),
        ),
        shared={"Sales EMEA": VIEW, "@jonas": "edit"},
        turned=(0,),
    ),
    Board(
        "Weekly numbers",
        "priya",
        (("Meeting", (dashboard("weekly-americas"), dashboard("americas"))),),
        shared={"Sales Americas": VIEW},
    ),
    Board(
        "Month-end close",
        "samuel",
        (
            (
                "Before",
                (
                    dashboard("close", custom_title="Tick these first", use_custom_title=True),
                    look("Open receivables", custom_description="Chase all", use_custom_description=True),
                ),
            ),
            (
                "After",
                (
                    dashboard("pnl", custom_url="/dashboards/<pnl>?Month=3+months", use_custom_url=True),
                    dashboard("budget", custom_title="not in use"),
                ),
            ),
        ),
        "Steps of the close, in order.",
        {"Finance": VIEW, "@aiko": "edit"},
    ),
    Board("Parking lot", "nadia", description="Nothing here yet."),
)


def pin(inst: Instance, known: Known) -> None:
    """Makes all boards, each by its owner."""
    for board in BOARDS:
        with inst.acting(known.people[board.owner]):
            made = inst.create("board", title=board.title, description=board.description)
            sections = [_section(inst, known, made["id"], *each) for each in board.sections]
            if board.order:
                inst.edit("board", made["id"], section_order=[sections[number] for number in board.order])
            for number in board.turned:
                _turn(inst, sections[number])
            for name, permission in board.shared.items():
                _share(inst, known, made["content_metadata_id"], name, permission)


def _section(inst: Instance, known: Known, board_id: str, title: str, items: Sequence[Item]) -> str:
    made = inst.create("board_section", board_id=board_id, title=title)
    for item in items:
        fields = {**item.more, item.leads_by: _target(known, item)}
        fields = {
            key: _linked(known, value) if key == "custom_url" else value for key, value in fields.items()
        }
        inst.create("board_item", board_section_id=made["id"], **fields)
    return str(made["id"])


def _target(known: Known, item: Item) -> str:
    ids = {"dashboard_id": known.dashboards, "look_id": known.looks}.get(item.leads_by)
    return item.target if ids is None else ids[item.target]


def _linked(known: Known, url: str) -> str:
    for key, dashboard_id in known.dashboards.items():
        url = url.replace(f"<{key}>", dashboard_id)
    return url


def _turn(inst: Instance, section_id: str) -> None:
    """Turns a section round, and leaves in its order the id of an item that is gone."""
    gone = inst.create("board_item", board_section_id=section_id, custom_url="/browse")
    inst.edit(
        "board_section", section_id, item_order=inst.find("board_section", section_id)["item_order"][::-1]
    )
    inst.delete("board_item", gone["id"])


def _share(inst: Instance, known: Known, metadata_id: str, name: str, permission: str) -> None:
    group = inst.where("group", "name", name)
    who = {"group_id": group[0]["id"]} if group else {"user_id": known.people[name.removeprefix("@")]}
    inst.create("content_metadata_access", content_metadata_id=metadata_id, permission_type=permission, **who)

"""What is on boards: dashboards, looks and links (resource notes, section 4.9)."""

from __future__ import annotations

import base64

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, register
from lookervault.sandbox.problems import invalid, missing, not_found
from lookervault.sandbox.router import Ask, Page, listing, operation
from lookervault.sandbox.rules import boards, folders
from lookervault.sandbox.rules.board_content import IMAGE, TARGETS, show
from lookervault.sandbox.state import Record, State, goes_with

FLAGS = ("use_custom_title", "use_custom_description", "use_custom_url", "use_custom_image")

goes_with("board_section", "board_item", "board_section_id")
# items do not outlive their content; in the trash they keep them
for _field in ("dashboard_id", "look_id"):
    goes_with(TARGETS[_field][0], "board_item", _field)


def seen(state: State, key: object) -> Record:
    """An item of a board the caller may see, or 404."""
    found = state.find("board_item", key)
    boards.seen_section(state, found["board_section_id"])
    return found


def editable(state: State, key: object) -> Record:
    """An item of a board the caller may edit."""
    found = seen(state, key)
    boards.editable_section(state, found["board_section_id"])
    return found


def _check_kind(wanted: Record) -> None:
    """An item is one of its kinds; a link beside content must be there to replace the content's own."""
    named = [field for field in TARGETS if wanted.get(field)]
    if len(named) > 1 or not (named or wanted.get("custom_url")):
        raise invalid("dashboard_id", f"exactly one of {', '.join(TARGETS)}, custom_url is needed")
    if named and wanted.get("custom_url") and not wanted["use_custom_url"]:
        raise invalid("custom_url", f"cannot go with {named[0]} unless use_custom_url is true")


def _check_targets(state: State, body: Record) -> None:
    for field in TARGETS.keys() & body.keys():
        if body[field]:
            found = state.find(TARGETS[field][0], body[field])
            if not folders.visible(state, found["folder_id"]):
                raise not_found()


def _clean(state: State, body: Record) -> Record:
    """Nulls become false where there is no third way; of an image only the address is ever given back."""
    clean = {key: bool(value) if key in FLAGS else value for key, value in body.items() if key != IMAGE}
    if IMAGE in body:
        clean["custom_image_url"] = _stored_image(state, body[IMAGE]) if body[IMAGE] else None
    return clean


def _stored_image(state: State, data: str) -> str:
    try:
        base64.b64decode(data, validate=True)
    except ValueError:
        raise invalid(IMAGE, "is not base64") from None
    return f"/images/board_items/{state.take_slug()}"


def create(state: State, body: Record) -> Record:
    """An item at the end of its section."""
    if not body.get("board_section_id"):
        raise missing("board_section_id")
    section = boards.editable_section(state, body["board_section_id"])
    _check_targets(state, body)
    record: Record = {**dict.fromkeys(FLAGS, False), **_clean(state, body), "id": None}
    _check_kind(record)
    item = state.add("board_item", {**dict.fromkeys(TARGETS), **record})
    boards.append(state, "board_section", section, "item_order", item["id"])
    return item


def change(state: State, found: Record, changes: Record) -> None:
    """New values, another target, another section; the old section's order keeps the id."""
    _check_targets(state, changes)
    changes = _clean(state, changes)
    changes["board_section_id"] = changes.get("board_section_id") or found["board_section_id"]
    _check_kind({**found, **changes})
    section = boards.editable_section(state, changes["board_section_id"])
    state.change("board_item", found, changes)
    boards.append(state, "board_section", section, "item_order", found["id"])


def remove(state: State, found: Record) -> None:
    """For ever; the order of the section keeps its id."""
    state.drop("board_item", found)


ITEM = register(Kind("board_item", show, create, change, remove))
endpoints.serve(ITEM, frozenset({"get", "create"}), find=seen)
endpoints.serve(ITEM, frozenset({"update", "delete"}), find=editable)


@operation("all_board_items", "GET", "/board_items")
def _all_board_items(state: State, ask: Ask) -> Page:
    ids = {board["id"] for board in boards.live(state)}
    sections = {s["id"] for s in state.rows("board_section") if s["board_id"] in ids and not s["deleted_at"]}
    rows = [item for item in state.rows("board_item") if item["board_section_id"] in sections]
    return listing(ask, rows, lambda item: show(state, item))

"""Boards and their sections (resource notes, section 4.9)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.sandbox import endpoints
from lookervault.sandbox.kinds import Kind, can, present, register
from lookervault.sandbox.moments import written
from lookervault.sandbox.problems import forbidden, invalid, missing, not_found
from lookervault.sandbox.router import Ask, Page, listing, operation
from lookervault.sandbox.rules import board_content, grants, membership
from lookervault.sandbox.state import Record, State, goes_with

goes_with("board", "board_section", "board_id")


def _allowed(state: State, board: Record, wanted: str) -> bool:
    owner = bool(state.caller_id) and board["user_id"] == state.caller_id
    return owner or grants.allows(state, "board", board, wanted)


def seen(state: State, board_id: object) -> Record:
    """A board the caller may see, or 404."""
    found = state.find("board", board_id)
    if not _allowed(state, found, grants.VIEW):
        raise not_found()
    return found


def editable(state: State, board_id: object) -> Record:
    """A board the caller may edit; 403 if he may only see it."""
    found = seen(state, board_id)
    if not _allowed(state, found, grants.EDIT):
        raise forbidden()
    return found


def live(state: State, wanted: str = grants.VIEW) -> list[Record]:
    """The boards that are not deleted and that the caller may see, or edit."""
    return [b for b in state.rows("board") if b["deleted_at"] is None and _allowed(state, b, wanted)]


def _owner(state: State, user_id: object) -> str:
    """Whom a board shall belong to: the caller unless an admin says otherwise."""
    owner = str(state.find("user", user_id)["id"]) if user_id else state.caller_id
    if owner != state.caller_id and not membership.is_admin(state, state.caller_id):
        raise forbidden("only admins may give boards to others")
    return owner


def _clean(body: Record) -> Record:
    return {**body, "deleted_at": written(body["deleted_at"], "deleted_at")} if "deleted_at" in body else body


def check_order(state: State, part: str, owner: Record, field: str, order: str, changes: Record) -> list[str]:
    """The order asked for: parts of this owner, and what is deleted but still in the order, each once."""
    wanted = list(changes[order] or [])
    known = {each["id"] for each in state.where(part, field, owner["id"])} | set(owner[order])
    if len(set(wanted)) < len(wanted) or not known.issuperset(wanted):
        raise invalid(order, f"must name each {part} once, and none of others")
    return wanted


def create(state: State, body: Record) -> Record:
    """An empty board; whoever it belongs to may edit it, others see it by grants."""
    if not body.get("title"):
        raise missing("title")
    if body.get("section_order"):
        raise invalid("section_order", "there are no sections yet")
    owner = _owner(state, body.get("user_id"))
    record: Record = {"description": None, "deleted_at": None, **_clean(body), "id": None}
    record |= {"section_order": [], "user_id": owner, "primary_homepage": False}
    record |= {"created_at": state.now(), "updated_at": state.now()}
    board = state.add("board", {**record, "content_metadata_id": state.take_id("content_metadata")})
    # admins have access anyway and are not listed (section 4.15)
    if not membership.is_admin(state, owner):
        grants.give(state, board, grants.EDIT, user_id=owner)
    return board


def change(state: State, found: Record, changes: Record) -> None:
    """New values, another owner, another order of sections; a time in `deleted_at` hides the board."""
    changes = dict(_clean(changes))
    if "title" in changes and not changes["title"]:
        raise missing("title")
    if (changes.get("user_id") or found["user_id"]) != found["user_id"]:
        changes["user_id"] = _owner(state, changes["user_id"])
    else:
        changes.pop("user_id", None)
    if "section_order" in changes:
        wanted = check_order(state, "board_section", found, "board_id", "section_order", changes)
        changes["section_order"] = wanted
    state.change("board", found, {**changes, "updated_at": state.now()})


def remove(state: State, found: Record) -> None:
    """For ever, with sections and items."""
    if found["primary_homepage"]:
        raise invalid("id", "the primary homepage cannot be deleted")
    state.drop("board", found)


def show(state: State, found: Record) -> Record:
    """A board with all its sections and items; their order is in the arrays, not in the nesting."""
    parts = [s for s in state.where("board_section", "board_id", found["id"]) if s["deleted_at"] is None]
    return present(
        models.Board,
        found,
        board_sections=[show_section(state, part) for part in parts],
        can=can(found, writable=_allowed(state, found, grants.EDIT)),
    )


def seen_section(state: State, key: object) -> Record:
    """A section of a board the caller may see, or 404."""
    found = state.find("board_section", key)
    seen(state, found["board_id"])
    return found


def editable_section(state: State, key: object) -> Record:
    """A section of a board the caller may edit."""
    found = seen_section(state, key)
    editable(state, found["board_id"])
    return found


def create_section(state: State, body: Record) -> Record:
    """A section at the end of its board; its title may be empty."""
    if not body.get("board_id"):
        raise missing("board_id")
    board = editable(state, body["board_id"])
    if body.get("item_order"):
        raise invalid("item_order", "there are no items yet")
    record: Record = {"title": None, "description": None, "deleted_at": None, **_clean(body), "id": None}
    record |= {"item_order": [], "created_at": state.now(), "updated_at": state.now()}
    section = state.add("board_section", record)
    append(state, "board", board, "section_order", section["id"])
    return section


def append(state: State, kind: str, owner: Record, order: str, part_id: str) -> None:
    """Puts a new part at the end of its owner's order."""
    if part_id not in owner[order]:
        state.change(kind, owner, {order: [*owner[order], part_id]})


def change_section(state: State, found: Record, changes: Record) -> None:
    """New values, another order of items, another board; the old board's order keeps its id."""
    changes = dict(_clean(changes))
    if "item_order" in changes:
        wanted = check_order(state, "board_item", found, "board_section_id", "item_order", changes)
        changes["item_order"] = wanted
    board = editable(state, changes.get("board_id") or found["board_id"])
    state.change("board_section", found, {**changes, "board_id": board["id"], "updated_at": state.now()})
    append(state, "board", board, "section_order", found["id"])


def remove_section(state: State, found: Record) -> None:
    """For ever, with its items; the order of the board keeps its id."""
    state.drop("board_section", found)


def show_section(state: State, found: Record) -> Record:
    """A section with its items."""
    items = {item["id"]: item for item in state.where("board_item", "board_section_id", found["id"])}
    there = [items[key] for key in found["item_order"] if key in items]
    return present(
        models.BoardSection,
        found,
        board_items=[board_content.show(state, item) for item in items.values()],
        visible_item_order=[item["id"] for item in there if board_content.visible(state, item)],
        can=can(found),
    )


BOARD = register(Kind("board", show, create, change, remove))
endpoints.serve(BOARD, frozenset({"get", "create"}), find=seen)
endpoints.serve(BOARD, frozenset({"update", "delete"}), find=editable)
SECTION = register(Kind("board_section", show_section, create_section, change_section, remove_section))
endpoints.serve(SECTION, frozenset({"get", "create"}), find=seen_section)
endpoints.serve(SECTION, frozenset({"update", "delete"}), find=editable_section)


@operation("all_boards", "GET", "/boards")
def _all_boards(state: State, ask: Ask) -> list[Record]:
    return [show(state, board) for board in live(state)]


@operation("search_boards", "GET", "/boards/search")
def _search_boards(state: State, ask: Ask) -> Page:
    wanted = grants.EDIT if ask.query.get("permission") == "update" else grants.VIEW
    # nobody's favourites are known here
    rows = [] if ask.flag("favorited") else live(state, wanted)

    def of_owner(board: Record, field: str) -> object:
        return (state.peek("user", board["user_id"]) or {}).get(field)

    columns = {
        "creator_id": lambda board: board["user_id"],
        "first_name": lambda board: of_owner(board, "first_name"),
        "last_name": lambda board: of_owner(board, "last_name"),
    }
    skip = frozenset({"favorited", "permission"})
    return listing(ask, rows, lambda board: show(state, board), columns=columns, skip=skip)


@operation("all_board_sections", "GET", "/board_sections")
def _all_board_sections(state: State, ask: Ask) -> Page:
    ids = {board["id"] for board in live(state)}
    rows = [s for s in state.rows("board_section") if s["board_id"] in ids and s["deleted_at"] is None]
    return listing(ask, rows, lambda section: show_section(state, section))

"""How items of boards look: what they take from the content they lead to (resource notes, section 4.9)."""

from __future__ import annotations

from looker_sdk.sdk.api40 import models

from lookervault.sandbox.kinds import can, present
from lookervault.sandbox.rules import folders
from lookervault.sandbox.rules.dashboards import name_of
from lookervault.sandbox.state import Record, State

# where an item may lead: field, kind of content, its page
TARGETS = {
    "dashboard_id": ("dashboard", "dashboards"),
    "look_id": ("look", "looks"),
    "lookml_dashboard_id": ("lookml_dashboard", "dashboards"),
}
IMAGE = "custom_image_data_base64"


def content(state: State, item: Record) -> tuple[str, Record] | None:
    """The page and the record of the content an item shows, if the caller may see it."""
    for field, (kind, page) in TARGETS.items():
        found = state.peek(kind, item[field])
        if found is not None and folders.visible(state, found["folder_id"]):
            return f"/{page}/{found['id']}", found
    return None


def visible(state: State, item: Record) -> bool:
    """Whether the caller sees more than an empty place: links always, content out of the trash."""
    if not any(item[field] for field in TARGETS):
        return True
    there = content(state, item)
    return there is not None and not there[1]["deleted"]


def show(state: State, item: Record) -> Record:
    """An item as it looks: its own words where it has them, else those of its content."""
    whole = {**item, **_from_content(state, item)}
    if not any(item[field] for field in TARGETS):
        used = dict.fromkeys(("title", "description", "url"), True)
    else:
        used = {name: item[f"use_custom_{name}"] for name in ("title", "description", "url")}
    for name, custom in used.items():
        whole[name] = item.get(f"custom_{name}") if custom else whole[name]
    whole["image_url"] = item.get("custom_image_url") if item["use_custom_image"] else None
    whole["url"] = whole["url"] or ""
    shown = present(models.BoardItem, whole, can=can(item))
    return {key: value for key, value in shown.items() if key != IMAGE}


def _from_content(state: State, item: Record) -> Record:
    """The fields an item takes from what it shows; all null where that is out of sight."""
    there = content(state, item)
    if there is None:
        return dict.fromkeys(("title", "description", "url", "location"))
    url, found = there
    folder = state.peek("folder", found["folder_id"])
    return {
        "title": found["title"],
        "description": found.get("description"),
        "url": url,
        "location": folder["name"] if folder else None,
        "content_created_by": name_of(state, found["user_id"]),
        "content_metadata_id": found["content_metadata_id"],
        "content_updated_at": found.get("updated_at"),
        "favorite_count": found.get("favorite_count"),
        "view_count": found["view_count"],
    }

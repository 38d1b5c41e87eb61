"""What no migration may do to an instance: write to what is Looker's own, or leave references to nothing.

The lists are from the resource notes, sections 7 and 8; nothing of lookervault's catalog is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lookervault.sandbox import Call, Instance
from lookervault.sandbox.state import Record

# kind, field that holds an id, kinds that it may be of
REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("folder", "parent_id", "folder"),
    ("dashboard", "folder_id", "folder"),
    ("dashboard", "user_id", "user"),
    ("look", "folder_id", "folder"),
    ("look", "user_id", "user"),
    ("look", "query_id", "query"),
    ("dashboard_element", "dashboard_id", "dashboard"),
    ("dashboard_element", "dashboard_layout_id", "dashboard_layout"),
    ("dashboard_element", "query_id", "query"),
    ("dashboard_element", "look_id", "look"),
    ("dashboard_element", "merge_result_id", "merge_query"),
    ("dashboard_element", "filter_id", "dashboard_filter"),
    ("dashboard_filter", "dashboard_id", "dashboard"),
    ("dashboard_layout", "dashboard_id", "dashboard"),
    ("dashboard_layout_component", "dashboard_layout_id", "dashboard_layout"),
    ("dashboard_layout_component", "dashboard_element_id", "dashboard_element"),
    ("board", "user_id", "user"),
    ("board_section", "board_id", "board"),
    ("board_item", "board_section_id", "board_section"),
    ("board_item", "dashboard_id", "dashboard"),
    ("board_item", "look_id", "look"),
    ("board_item", "lookml_dashboard_id", "lookml_dashboard"),
    ("scheduled_plan", "user_id", "user"),
    ("scheduled_plan", "dashboard_id", "dashboard"),
    ("scheduled_plan", "look_id", "look"),
    ("scheduled_plan", "query_id", "query"),
    ("scheduled_plan", "tab_ids", "dashboard_layout"),
    ("alert", "owner_id", "user"),
    ("alert", "dashboard_element_id", "dashboard_element"),
    ("alert", "investigative_content_id", "dashboard"),
    ("role", "permission_set_id", "permission_set"),
    ("role", "model_set_id", "model_set"),
    ("role", "_user_ids", "user"),
    ("role", "_group_ids", "group"),
    ("group", "_user_ids", "user"),
    ("group", "_group_ids", "group"),
    ("user", "home_folder_id", "folder"),
    ("content_metadata_access", "group_id", "group"),
    ("content_metadata_access", "user_id", "user"),
    ("user_attribute_group_value", "group_id", "group"),
)
# ids that only mean something on another instance can lead to nothing here, but for tabs of LookML
_BY_LABEL = ("scheduled_plan", "tab_ids")

COLLECTIONS = {
    "permission_sets": ("permission_set", lambda r: r["built_in"] or r["all_access"]),
    "model_sets": ("model_set", lambda r: r["built_in"] or r["all_access"]),
    "roles": ("role", lambda r: r["internal"] or r["name"] == "Admin"),
    "groups": ("group", lambda r: r["externally_managed"] or r["external_group_id"]),
    "user_attributes": ("user_attribute", lambda r: r.get("is_system")),
    "folders": (
        "folder",
        lambda r: r["parent_id"] is None or r.get("is_personal") or r.get("is_embed") or r["id"] == "lookml",
    ),
    "color_collections": ("color_collection", lambda r: r.get("_standard")),
    "themes": ("theme", lambda r: r.get("_automatic")),
    "dashboards": ("dashboard", lambda r: "::" in r["id"]),
}


def protected(inst: Instance) -> set[tuple[str, str]]:
    """Collection and id of all that is mapped and never written."""
    return {
        (path, record["id"])
        for path, (kind, is_closed) in COLLECTIONS.items()
        for record in inst.all(kind)
        if is_closed(record)
    }


def touched(writes: Iterable[Call], closed: set[tuple[str, str]]) -> list[str]:
    """The calls that write to something protected; its list of members is a part of it."""
    found = []
    for call in writes:
        parts = call.path.strip("/").split("/")
        if (
            call.method in ("PATCH", "PUT", "DELETE", "POST")
            and len(parts) > 1
            and tuple(parts[:2]) in closed
        ):
            found.append(f"{call.method} {call.path}")
    return found


def dangling(inst: Instance) -> set[str]:
    """References of this instance that lead to nothing."""
    return set(_dangling(inst))


def _dangling(inst: Instance) -> Iterator[str]:
    for kind, field, other in REFERENCES:
        there = {r["id"] for r in inst.all(other)} | {r.get("slug") for r in inst.all(other)}
        for record in inst.all(kind):
            for id_ in _ids(record, field):
                if id_ not in there and not (
                    (kind, field) == _BY_LABEL and record.get("lookml_dashboard_id")
                ):
                    yield f"{kind} {record['id']}: {field} {id_}"


def _ids(record: Record, field: str) -> list[str]:
    value = record.get(field)
    return [v for v in value if v] if isinstance(value, list) else [value] if value else []

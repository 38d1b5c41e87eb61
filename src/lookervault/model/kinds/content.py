"""Folders, looks, dashboards, and the queries they embed (resource notes, sections 4.1 to 4.8)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lookervault.model import content, folders, handwork
from lookervault.model.context import Context
from lookervault.model.kind import Identity, Kind, Listing, PartKey, Raw, Ref, own_id
from lookervault.model.kinds.lookml import is_lookml
from lookervault.model.normal import text_id
from lookervault.model.values import Value


def in_folder(raw: Raw, context: Context) -> Identity:
    """Content whose title is unique among what lives in its folder (resource notes, 4.2 and 4.5)."""
    folder = raw.get("folder_id") or (raw.get("folder") or {}).get("id")
    return Identity(str(raw.get("title") or ""), ("folder", text_id(folder)))


FOLDER = Ref("folder_id", "folder", "folder")
OWNER = Ref("user_id", "owner", "user", optional=True)

_DASHBOARD_FIELDS = (
    "title",
    "description",
    "hidden",
    "query_timezone",
    "refresh_interval",
    "preferred_viewer",
    "alert_sync_with_dashboard_filter_enabled",
    "chat_enabled",
    "background_color",
    "crossfilter_enabled",
    "enable_viz_full_screen",
    "filters_bar_collapsed",
    "filters_location_top",
    "load_configuration",
    "lookml_link_id",
    "show_filters_bar",
    "show_title",
    "text_tile_text_color",
    "tile_background_color",
    "tile_text_color",
    "title_color",
    "appearance",
    "layout_granularity",
    "preserve_desktop_layout",
    "style",
    "download_settings",
)

# the server puts its own choice in the place of null (resource notes, 2.4 and 6.7)
_DASHBOARD_DEFAULTED = frozenset(
    {
        "alert_sync_with_dashboard_filter_enabled",
        "chat_enabled",
        "crossfilter_enabled",
        "download_settings",
        "enable_viz_full_screen",
        "filters_bar_collapsed",
        "filters_location_top",
        "layout_granularity",
        "load_configuration",
        "preferred_viewer",
        "preserve_desktop_layout",
        "show_filters_bar",
        "show_title",
        "style",
    }
)
_DASHBOARD_ASSUMED: Mapping[str, Value] = MappingProxyType({"show_filters_bar": True, "show_title": True})

KINDS = (
    Kind(
        "folder",
        "folders",
        "managed",
        folders.folder_identity,
        Listing("/folders"),
        "/folders",
        refs=(Ref("parent_id", "parent", "folder"),),
        fields=("name",),
        guard=folders.folder_guard,
        needs=("user",),
    ),
    Kind(
        "look",
        "looks",
        "managed",
        in_folder,
        Listing(
            "/looks/search",
            paged=True,
            query=(("fields", "id,folder_id,title,updated_at,deleted"),),
            detail="/looks",
            by_folder="/looks",
        ),
        "/looks",
        refs=(FOLDER, OWNER),
        fields=("title", "description", "is_run_on_load", "public"),
        texts=frozenset({"description"}),
        extra=content.look_extra,
        trash=True,
        handwork=handwork.look_handwork,
        needs=("folder", "user", "lookml_model", "color_collection"),
    ),
    Kind(
        "dashboard",
        "dashboards",
        "managed",
        in_folder,
        Listing(
            "/dashboards/search",
            paged=True,
            query=(("fields", "id,folder_id,slug,title,updated_at,deleted"),),
            detail="/dashboards",
            whole_pages=True,
            keep=lambda raw: not is_lookml(raw),
        ),
        "/dashboards",
        refs=(FOLDER, OWNER),
        fields=_DASHBOARD_FIELDS,
        texts=frozenset({"description"}),
        defaulted=_DASHBOARD_DEFAULTED,
        assumed=_DASHBOARD_ASSUMED,
        guard=content.dashboard_guard,
        parts=content.dashboard_parts,
        part_keys=(
            PartKey("filter", lambda p: p.key),
            PartKey("filter", lambda p: p.label),
            PartKey("layout", lambda p: p.attributes.get("label") or p.key),
            PartKey("layout", lambda p: p.key),
            PartKey("layout", lambda p: p.attributes.get("order")),
            PartKey("layout", lambda _: "a tab that is called otherwise now, and stands elsewhere"),
        ),
        loose_parts=True,
        slug="slug",
        trash=True,
        needs=("folder", "user", "look", "lookml_model", "lookml_dashboard"),
    ),
    Kind("merge_query", "merge queries", "value", own_id, path="/merge_queries"),
    Kind("query", "queries", "value", own_id, path="/queries"),
)

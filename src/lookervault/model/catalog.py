"""Every kind, declared once: how it is named, read, compared, referred to and guarded."""

from __future__ import annotations

from lookervault.model import content, folders, people
from lookervault.model.context import Context
from lookervault.model.kind import Facet, Identity, Kind, Listing, Raw, Ref
from lookervault.model.normal import text_id


def named(raw: Raw, context: Context) -> Identity:
    """An object whose name is unique on the instance."""
    return Identity(str(raw.get("name") or ""))


def own_id(raw: Raw, context: Context) -> Identity:
    """An object whose id is the same on every instance, such as `model::dashboard`."""
    return Identity(text_id(raw.get("id")))


def in_folder(raw: Raw, context: Context) -> Identity:
    """Content whose title is unique among what lives in its folder (resource notes, 4.2 and 4.5)."""
    folder = raw.get("folder_id") or (raw.get("folder") or {}).get("id")
    return Identity(str(raw.get("title") or ""), ("folder", text_id(folder)))


def is_lookml(raw: Raw) -> bool:
    """Whether a dashboard of the list comes from LookML; its id is `model::name`."""
    return "::" in text_id(raw.get("id"))


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
        "query_timezone",
        "show_filters_bar",
        "show_title",
        "style",
    }
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "permission_set",
            "permission sets",
            "managed",
            named,
            Listing("/permission_sets"),
            "/permission_sets",
            fields=("name", "permissions"),
            sets=frozenset({"permissions"}),
            guard=people.set_guard,
        ),
        Kind(
            "model_set",
            "model sets",
            "managed",
            named,
            Listing("/model_sets"),
            "/model_sets",
            fields=("name", "models"),
            sets=frozenset({"models"}),
            guard=people.set_guard,
        ),
        Kind(
            "lookml_model",
            "LookML models",
            "reference",
            named,
            # each row embeds its explores, so a page of more than 16 is slow on large instances (4.17)
            Listing("/lookml_models", paged=True, page_size=16, query=(("sorts", None),), id_field="name"),
        ),
        Kind(
            "lookml_dashboard",
            "LookML dashboards",
            "reference",
            own_id,
            Listing("/dashboards", query=(("fields", "id,title,folder"),), keep=is_lookml),
        ),
        Kind(
            "user",
            "users",
            "managed",
            people.user_identity,
            Listing("/users", paged=True),
            "/users",
            refs=(Ref("home_folder_id", "home_folder", "folder", optional=True, late=True),),
            fields=("first_name", "last_name", "is_disabled", "locale", "can_manage_api3_creds"),
            extra=people.user_extra,
            guard=people.user_guard,
            needs=("folder",),
        ),
        Kind(
            "group",
            "groups",
            "managed",
            named,
            Listing("/groups/search/with_hierarchy", paged=True, fallback="/groups"),
            "/groups",
            refs=(
                Ref("", "users", "user", optional=True),
                Ref("", "groups", "group", optional=True),
            ),
            fields=("name", "can_add_to_content_metadata"),
            extra=people.group_extra,
            unknown=people.group_unknown,
            guard=people.group_guard,
            needs=("user",),
        ),
        Kind(
            "role",
            "roles",
            "managed",
            named,
            Listing("/roles"),
            "/roles",
            refs=(
                Ref("permission_set_id", "permission_set", "permission_set"),
                Ref("model_set_id", "model_set", "model_set"),
                Ref("", "users", "user", optional=True),
                Ref("", "groups", "group", optional=True),
            ),
            fields=("name",),
            extra=people.role_extra,
            unknown=people.role_unknown,
            guard=people.role_guard,
            needs=("permission_set", "model_set", "user", "group"),
            facets=(
                # without direct_association_only inherited holders would be written back as direct (4.12)
                Facet("users", "/users", (("fields", "id"), ("direct_association_only", "true"))),
                Facet("groups", "/groups", (("fields", "id"),)),
            ),
        ),
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
                query=(("fields", "id,folder_id,updated_at,deleted"),),
                detail="/looks",
                by_folder="/looks",
            ),
            "/looks",
            refs=(FOLDER, OWNER),
            fields=("title", "description", "is_run_on_load", "public"),
            extra=content.look_extra,
            needs=("folder", "user", "lookml_model"),
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
                keep=lambda raw: not is_lookml(raw),
            ),
            "/dashboards",
            refs=(FOLDER, OWNER),
            fields=_DASHBOARD_FIELDS,
            defaulted=_DASHBOARD_DEFAULTED,
            parts=content.dashboard_parts,
            slug="slug",
            needs=("folder", "user", "look", "lookml_model", "lookml_dashboard"),
        ),
        Kind("merge_query", "merge queries", "value", own_id, path="/merge_queries"),
        Kind("query", "queries", "value", own_id, path="/queries"),
    )
}


def closure(names: list[str]) -> list[str]:
    """The named kinds and all they refer to, in catalog order."""
    wanted = set(names)
    while True:
        more = {need for name in wanted for need in KINDS[name].needs} - wanted
        if not more:
            return [name for name in KINDS if name in wanted]
        wanted |= more

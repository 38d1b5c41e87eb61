"""Fields of answers: which of them say something, and what the same thing may be spelt like.

From the resource notes (sections 2.4, 4 and 6); nothing of lookervault is used.
"""

from __future__ import annotations

import json
from typing import Any

Raw = dict[str, Any]

GONE = "(a look that is gone)"
NOBODY = "(an account without e-mail)"

# ids, links, counters, stamps and what is computed from other objects: true of one instance only
_NOISE = {
    *("id", "can", "url", "slug", "edit_uri", "user_id", "folder_id", "folder", "model", "readonly"),
    *("user_name", "created_at", "updated_at", "last_accessed_at", "last_viewed_at", "deleted", "deleted_at"),
    *("deleter_id", "last_updater_id", "last_updater_name", "content_metadata_id", "content_favorite_id"),
    *("view_count", "favorite_count", "usage_count", "is_owner_disabled", "refresh_interval_to_i"),
    *("x_internal", "lookml_link_url", "certification_metadata"),
}
_NOISE_OF = {
    "dashboard": {"dashboard_elements", "dashboard_filters", "dashboard_layouts"},
    "dashboard_filter": {"dashboard_id", "field"},
    "dashboard_layout": {
        *("dashboard_id", "dashboard_title", "dashboard_layout_components", "lookml_link_id", "order"),
    },
    "dashboard_element": {
        *("dashboard_id", "dashboard_layout_id", "query", "query_id", "look", "look_id", "merge_result"),
        *("merge_result_id", "result_maker", "result_maker_id", "filter_id", "alert_count", "lookml_link_id"),
        *("title_text_as_html", "subtitle_text_as_html", "body_text_as_html", "note_text_as_html"),
    },
    "look": {
        *("query", "query_id", "embed_url", "excel_file_url", "google_spreadsheet_formula", "short_url"),
        *("image_embed_url", "public_url", "public_slug"),
    },
    # what a query or merge query may not be asked to have: names of the instance's own, and the
    # undocumented fields that no description of the API lets anybody write
    "query": {
        *("client_id", "filter_config", "share_url", "expanded_share_url", "has_table_calculations"),
        *("runtime", "quick_calcs", "analysis_config"),
    },
    "merge_query": {"source_queries", "result_maker_id"},
    "theme": {"settings"},
    "user_attribute": {"is_system", "is_permanent"},
    "board": {"board_sections", "section_order", "primary_homepage"},
    "board_section": {"board_id", "board_items", "item_order", "visible_item_order"},
    "board_item": {
        *("board_section_id", "dashboard_id", "look_id", "lookml_dashboard_id", "order", "image_url"),
        *("content_created_by", "content_updated_at", "section_fetch_time", "custom_image_data_base64"),
    },
    "scheduled_plan": {
        *("dashboard_id", "look_id", "lookml_dashboard_id", "query_id", "tab_ids", "user", "content_title"),
        *("title", "last_run_at", "next_run_at", "scheduled_plan_destination", "enabled", "run_once"),
        "last_run_status",
    },
    "alert": {
        *("dashboard_element_id", "lookml_dashboard_id", "investigative_content_id", "query_id", "followed"),
        *("investigative_content_title", "owner_id", "owner_display_name", "followable", "is_disabled"),
        *("destinations", "applied_dashboard_filters", "time_series_condition_state"),
    },
}
_MEANINGFUL = {"dashboard": {"slug"}, "query": {"model"}, "dashboard_filter": {"model"}}
_JSON_TEXTS = {"dynamic_fields", "rich_content_json"}
# null or false, it is off
_OFF = {
    *("total", "hidden", "title_hidden", "public", "required", "allow_multiple_values", "is_disabled"),
    *("can_manage_api3_creds", "chat_enabled", "crossfilter_enabled", "filters_bar_collapsed"),
    *("alert_sync_with_dashboard_filter_enabled", "user_can_view", "user_can_edit", "needed_for_ci_run"),
    *("use_custom_title", "use_custom_description", "use_custom_url", "use_custom_image", "is_public"),
    *("require_results", "require_no_results", "require_change", "send_all_results", "run_as_recipient"),
    *("show_custom_url", "embed", "pdf_landscape", "pdf_page_breaks", "long_tables", "include_filters"),
    *("include_dashboard_summary", "apply_formatting", "apply_vis"),
}
# what the server puts in place of null
SERVER_DEFAULTS = {
    "preferred_viewer": "dashboards-next",
    "load_configuration": "prefetch_cache_run",
    "filters_location_top": True,
    "enable_viz_full_screen": True,
    "is_run_on_load": True,
    "show_title": True,
    "show_filters_bar": True,
}


def settings(raw: Raw, kind: str) -> Raw:
    """Every field that is no noise: one that Looker adds tomorrow is compared until it is known."""
    noise = (_NOISE | _NOISE_OF[kind]) - _MEANINGFUL.get(kind, set())
    return said({k: v for k, v in raw.items() if k not in noise})


def said(fields: Raw) -> Raw:
    """Fields that say something: null, absent and empty are one, and so is off where null means off."""
    told = {k: _parsed(v) if k in _JSON_TEXTS else v for k, v in fields.items()}
    return {k: v for k, v in told.items() if not _is_nothing(v) and not (k in _OFF and v is False)}


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def as_json(value: Any) -> str:
    """A value as canonical JSON; 1 and 1.0 are one number, 1 and true are not."""
    return json.dumps(_whole(value), sort_keys=True, ensure_ascii=False)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def has_owner(path: str) -> bool:
    """Whether this is not below the personal folder of an account that no other instance can know."""
    return not path.startswith(f"@{NOBODY}")

"""Scheduled plans, alerts, and the integrations they send by (resource notes, 4.14, 4.16, 4.23)."""

from __future__ import annotations

from lookervault.model import delivery
from lookervault.model.kind import Kind, Listing, Ref

_SCHEDULED_PLAN_FIELDS = (
    "name",
    "enabled",
    "crontab",
    "datagroup",
    "timezone",
    "filters_string",
    "run_as_recipient",
    "require_results",
    "require_no_results",
    "require_change",
    "send_all_results",
    "include_links",
    "include_dashboard_summary",
    "include_filters",
    "custom_url_base",
    "custom_url_params",
    "custom_url_label",
    "show_custom_url",
    "pdf_paper_size",
    "pdf_landscape",
    "pdf_page_breaks",
    "long_tables",
    "inline_table_width",
    "embed",
    "color_theme",
)

_ALERT_FIELDS = (
    "threshold",
    "comparison_type",
    "cron",
    "custom_title",
    "description",
    "custom_url_base",
    "custom_url_params",
    "custom_url_label",
    "show_custom_url",
    "enhancements",
    "is_disabled",
    "disabled_reason",
    "is_public",
    "investigative_content_type",
    "lookml_link_id",
)

KINDS = (
    Kind("integration_hub", "action hubs", "reference", delivery.hub_identity, Listing("/integration_hubs")),
    Kind(
        "integration",
        "integrations",
        "reference",
        delivery.integration_identity,
        Listing("/integrations"),
        needs=("integration_hub",),
    ),
    Kind(
        "scheduled_plan",
        "scheduled plans",
        "managed",
        delivery.plan_identity,
        Listing("/scheduled_plans", query=(("all_users", "true"),)),
        "/scheduled_plans",
        refs=(
            Ref("user_id", "owner", "user", optional=True),
            Ref("dashboard_id", "dashboard", "dashboard"),
            Ref("look_id", "look", "look"),
            Ref("lookml_dashboard_id", "lookml_dashboard", "lookml_dashboard"),
        ),
        fields=_SCHEDULED_PLAN_FIELDS,
        texts=frozenset({"custom_url_base", "custom_url_params"}),
        defaulted=frozenset({"timezone", "include_links"}),
        extra=delivery.plan_extra,
        unknown=delivery.plan_unknown,
        names_repeat=True,
        unordered=frozenset({"destinations", "tabs"}),
        guard=delivery.plan_guard,
        orphan=delivery.plan_orphan,
        needs=("user", "look", "dashboard", "lookml_dashboard", "lookml_model", "datagroup", "integration"),
    ),
    Kind(
        "alert",
        "alerts",
        "managed",
        delivery.alert_identity,
        # cannot be sorted, as the API description has it
        Listing("/alerts/search", paged=True, query=(("all_owners", "true"), ("sorts", None))),
        "/alerts",
        refs=(
            Ref("owner_id", "owner", "user", optional=True),
            Ref("lookml_dashboard_id", "lookml_dashboard", "lookml_dashboard"),
            Ref("", "investigates", "dashboard", optional=True),
        ),
        fields=_ALERT_FIELDS,
        texts=frozenset({"custom_url_base", "custom_url_params", "description"}),
        defaulted=frozenset({"enhancements"}),
        extra=delivery.alert_extra,
        names_repeat=True,
        fixed=frozenset({"element", "lookml_dashboard", "lookml_link_id"}),
        unordered=frozenset({"destinations", "filters"}),
        patched=frozenset(
            {"owner", "is_disabled", "disabled_reason", "is_public", "threshold", "enhancements"}
        ),
        orphan=delivery.alert_orphan,
        needs=("user", "dashboard", "lookml_dashboard", "integration"),
    ),
)

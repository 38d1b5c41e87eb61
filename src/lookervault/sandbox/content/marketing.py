"""The dashboards of Marketing."""

from __future__ import annotations

from lookervault.sandbox.content.spec import (
    Dashboard,
    Source,
    button,
    chart,
    field_filter,
    linked,
    merged,
    plain_filter,
    query,
    text,
)

SOURCE = field_filter("Source", "web", "sessions.source")
CAMPAIGN = field_filter("Campaign", "web", "sessions.campaign", listens_to_filters=["Source", "Date"])
DATE = field_filter("Date", "web", "sessions.start_date", default_value="28 days")
HEARD = {"Source": "sessions.source", "Campaign": "sessions.campaign", "Date": "sessions.start_date"}
BY_DAY = query("web", "sessions.start_date sessions.count sessions.conversions", "looker_line")
REVENUE_BY_DAY = query("orders", "orders.created_date orders.total_revenue orders.count", "looker_line")

MARKETING = (
    Dashboard(
        "campaigns",
        "Campaign Performance",
        "Marketing > Campaigns",
        "chloe",
        (
            chart("Sessions", query("web", "sessions.count", "single_value"), HEARD),
            chart("Conversions", query("web", "sessions.conversions", "single_value"), HEARD),
            merged(
                "Sessions and revenue by day",
                (
                    Source("Web", BY_DAY),
                    Source("Orders", REVENUE_BY_DAY, {"orders.created_date": "sessions.start_date"}),
                ),
                {"Date": "sessions.start_date|orders.created_date", "Source": "sessions.source"},
                merge={"sorts": ["sessions.start_date desc"], "total": False},
            ),
            linked("Bounce rate 100% check_list", HEARD),
            chart(
                "Devices",
                query("web", "sessions.device sessions.count", "looker_pie", sorts=["sessions.count desc 0"]),
                HEARD,
            ),
        ),
        (SOURCE, CAMPAIGN, DATE),
        fields={"load_configuration": "cache_run", "filters_bar_collapsed": True},
    ),
    Dashboard(
        "web",
        "Web Sessions",
        "Marketing",
        "dan",
        (
            linked("Sessions by channel", {"When": "sessions.start_date"}),
            chart(
                "Landing pages",
                query(
                    "web", "sessions.landing_page sessions.count sessions.bounce_rate", "table", limit="100"
                ),
                {"When": "sessions.start_date"},
            ),
            button("Explore sessions", "/explore/ecommerce/web?fields=sessions.source,sessions.count"),
        ),
        (plain_filter("When", "date_filter", default_value="7 days"),),
    ),
    Dashboard(
        "marketing-kpis",
        "Marketing KPIs",
        "Marketing > KPIs",
        "chloe",
        (
            chart("Sessions", query("web", "sessions.count", "single_value"), HEARD, tab="Now"),
            chart("Bounce rate", query("web", "sessions.bounce_rate", "single_value"), HEARD, tab="Now"),
            linked("Conversion funnel", HEARD, tab="Now"),
            text("Trends", "What moved since last quarter.", tab="Trend"),
            chart("Sessions by day", BY_DAY, HEARD, tab="Trend"),
            chart("Revenue by day", REVENUE_BY_DAY, {"Date": "orders.created_date"}, tab="Trend"),
        ),
        (SOURCE, CAMPAIGN, DATE),
        tabs=("Now", "Trend"),
        fields={"slug": "marketing-kpis"},
    ),
    Dashboard(
        "spring",
        "Spring Launch 🌱",
        "Marketing > Campaigns > Archive",
        "dan",
        (
            text(
                "Spring Launch 🌱",
                "Ran for *six* weeks. Results in [Campaign Performance](/dashboards/<campaigns>).",
            ),
            chart(
                "Sessions",
                query("web", "sessions.count", "single_value", filters={"sessions.campaign": "spring"}),
            ),
        ),
    ),
    Dashboard(
        "attribution",
        "Attribution",
        "Marketing",
        "owen",
        (
            merged(
                "Revenue by channel, three sources",
                (
                    Source("Orders", query("orders", "orders.channel orders.total_revenue", "looker_column")),
                    Source(
                        "Web",
                        query("web", "sessions.medium sessions.count"),
                        {"sessions.medium": "orders.channel"},
                    ),
                    Source(
                        "New customers",
                        query("orders", "orders.channel customers.count"),
                        {"orders.channel": "orders.channel"},
                    ),
                ),
                {"Medium": "sessions.medium"},
                merge={"dynamic_fields": "[]", "column_limit": "50", "limit": "500"},
                note_text="Joined by channel; media without orders are left out.",
            ),
            chart(
                "Sessions by source",
                query("web", "sessions.source sessions.count", "looker_bar"),
                {"Medium": "sessions.medium"},
            ),
        ),
        (field_filter("Medium", "web", "sessions.medium"),),
    ),
)

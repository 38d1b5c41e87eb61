"""The dashboards of Sales."""

from __future__ import annotations

from lookervault.sandbox.content.library import SHARE
from lookervault.sandbox.content.spec import (
    Dashboard,
    button,
    calculation,
    chart,
    dynamic,
    field_filter,
    linked,
    plain_filter,
    query,
    text,
)

DATE = field_filter("Date", "orders", "orders.created_date", title="Date Range", default_value="90 days")
REGION = field_filter("Region", "orders", "customers.region", default_value="")
COUNTRY = field_filter("Country", "orders", "customers.country", listens_to_filters=["Region"])
CHANNEL = field_filter("Channel", "orders", "orders.channel", required=False)
HEARD = {"Date": "orders.created_date", "Region": "customers.region", "Country": "customers.country"}
ORDERS = query("orders", "orders.count", "single_value")
REVENUE = query("orders", "orders.total_revenue", "single_value", style={"custom_color": "#1A73E8"})
AVERAGE = query("orders", "orders.average_order_value", "single_value")
BY_COUNTRY = query(
    "orders", "customers.country orders.total_revenue", "looker_bar", sorts=["orders.total_revenue desc"]
)
RANK = calculation("rank_in_region", "rank(${orders.total_revenue}, ${orders.total_revenue})")

OVERVIEW = Dashboard(
    "sales",
    "Sales Overview",
    "Sales",
    "nadia",
    (
        text(
            "Sales at a glance",
            "Start here. Regions: [EMEA](/dashboards/<emea>) and [Americas](/dashboards/<americas>). "
            "Questions go to [the desk](https://desk.harbourpine.example/sales?from=looker).",
            subtitle="All channels, all regions",
        ),
        chart("Orders", ORDERS, HEARD),
        chart(
            "Revenue",
            REVENUE,
            HEARD,
            note_text="Before returns.",
            note_display="hover",
            note_state="collapsed",
        ),
        chart("Average order", AVERAGE, HEARD),
        chart(
            "Open orders",
            query("orders", "orders.count", "single_value", filters={"orders.status": "open"}),
            {"Region": "customers.region"},
        ),
        linked("Revenue by month", HEARD, title="Revenue by month"),
        chart(
            "Revenue by channel",
            query(
                "orders",
                "orders.created_month orders.channel orders.total_revenue",
                pivots=["orders.channel"],
                fill_fields=["orders.created_month"],
                sorts=["orders.created_month", "orders.channel"],
                style={"stacking": "normal"},
            ),
            {**HEARD, "Channel": "orders.channel"},
        ),
        linked("Top products", {"Date": "orders.created_date"}, size=(24, 9)),
        chart(
            "Revenue on the map",
            query(
                "orders",
                "customers.country orders.total_revenue",
                "looker_google_map",
                style={"drill_url": "/dashboards/<emea>?Date+Range=90+days"},
            ),
            HEARD,
        ),
        chart("Revenue by country", BY_COUNTRY, HEARD),
    ),
    (DATE, REGION, COUNTRY, CHANNEL),
    fields={
        "slug": "sales-overview",
        "description": "The first page for everybody in Sales.",
        "refresh_interval": "30 minutes",
        "crossfilter_enabled": True,
        "appearance": {"page_side_margins": 20, "tile_shadow": True, "key_color": "#0B5394"},
    },
)

REPS = Dashboard(
    "reps",
    "Pipeline by “Rep” — Q1/Q2",
    "Sales",
    "tomas",
    (
        chart(
            "Revenue by segment and country",
            query(
                "orders",
                "customers.segment customers.country orders.total_revenue orders.count",
                "looker_grid",
                subtotals=["customers.segment"],
                total=True,
                dynamic_fields=dynamic(SHARE, RANK),
                style={
                    "conditional_formatting": [
                        {"type": "along a scale...", "value": None, "strikethrough": False}
                    ]
                },
            ),
            {"Segment": "customers.segment"},
        ),
        chart(
            "Margin % by sku_group",
            query(
                "orders",
                "order_items.sku order_items.margin_rate order_items.units",
                "looker_scatter",
                filter_expression="${order_items.units} > 10 AND NOT is_null(${order_items.margin_rate})",
            ),
            {"Segment": "customers.segment"},
            title_hidden=True,
        ),
        linked("Top products", size=(24, 8)),
    ),
    (
        field_filter("Segment", "orders", "customers.segment", allow_multiple_values=False),
        plain_filter("Threshold", "number_filter", default_value="[10,100]"),
    ),
)


def _kpis(key: str, region: str, owner: str, look: str | None) -> Dashboard:
    """The same page for each region: same title, another folder."""
    only = {"customers.region": region}
    tiles = [
        chart(
            "Orders",
            query("orders", "orders.count", "single_value", filters=only),
            {"Period": "orders.created_date"},
        ),
        chart("Customers", query("orders", "customers.count", "single_value", filters=only)),
        chart("Units", query("orders", "order_items.units", "single_value", filters=only)),
        chart(
            "Orders",
            query("orders", "orders.count", "single_value", filters={**only, "orders.channel": "store"}),
        ),
        chart(
            "Orders by status",
            query("orders", "orders.status orders.count", "looker_pie", filters=only),
            {"Period": "orders.created_date"},
            note_text="Cancelled orders are counted too, see <a>Glossary</a>.",
            note_display="above",
            note_state="expanded",
        ),
        text("", f"Back to [all of Sales](/dashboards/sales-overview). Region: **{region}**."),
    ]
    if look is not None:
        tiles.insert(4, linked(look, {"Period": "orders.created_date"}, title=f"{look} in {region}"))
    period = field_filter("Period", "orders", "orders.created_date", default_value="this quarter")
    return Dashboard(key, "Regional KPIs", f"Sales > {region} > KPIs", owner, tiles, (period,))


def _weekly(key: str, region: str, owner: str) -> Dashboard:
    heard = {"Week": "orders.created_date"}
    by_day = query(
        "orders",
        "orders.created_date orders.total_revenue",
        "looker_column",
        filters={"customers.region": region},
    )
    new = query(
        "orders", "customers.signup_date customers.count", "looker_area", filters={"customers.region": region}
    )
    tiles = (
        text(
            "Weekly Review", f"Agenda and numbers for {region}.\n\n1. Revenue\n2. New customers\n3. Actions"
        ),
        chart("Revenue by day", by_day, heard),
        chart("New customers", new, {"Week": "customers.signup_date"}),
        button("All customers", f"/looks/<look Top customers in {region}>"),
    )
    week = field_filter("Week", "orders", "orders.created_date", default_value="last week", row=0)
    return Dashboard(key, "Weekly Review", f"Sales > {region} > Weekly", owner, tiles, (week,))


SALES = (
    Dashboard(
        "sales-old",
        "Sales Overview",
        "Sales",
        "retired",
        (chart("Orders", ORDERS), text("Moved", "See [the new one](/dashboards/<sales>).")),
        fields={"slug": "sales-overview-2023"},
        deleted=True,
    ),
    OVERVIEW,
    REPS,
    _kpis("emea", "EMEA", "jonas", "Revenue growth"),
    _kpis("americas", "Americas", "priya", None),
    _weekly("weekly-emea", "EMEA", "tomas"),
    _weekly("weekly-americas", "Americas", "priya"),
    Dashboard(
        "emea-old",
        "Regional KPIs",
        "Sales > EMEA > KPIs > Archive",
        "retired",
        (chart("Orders", ORDERS), chart("Revenue by country", BY_COUNTRY)),
        fields={"description": "Kept for the audit, do not use.", "hidden": True},
    ),
)

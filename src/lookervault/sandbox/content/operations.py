"""The dashboards of Operations, of the whole company, and one that is private."""

from __future__ import annotations

from lookervault.sandbox.content.spec import (
    Dashboard,
    button,
    chart,
    field_filter,
    linked,
    plain_filter,
    query,
    text,
)

WAREHOUSE = field_filter("Warehouse", "inventory", "stock.warehouse", default_value="Berlin")
PRODUCT = field_filter("Product", "inventory", "products.name", listens_to_filters=["Category", "Warehouse"])
CATEGORY = field_filter("Category", "inventory", "products.category")
STOCK = {"Warehouse": "stock.warehouse", "Category": "products.category", "Product": "products.name"}
SHIPPED = {"Carrier": "shipments.carrier"}
ON_HAND = query("inventory", "stock.on_hand", "single_value")
ON_TIME = query("shipping", "shipments.on_time_rate", "single_value")
BY_WAREHOUSE = query(
    "inventory", "stock.warehouse stock.on_hand stock.reserved", style={"stacking": "normal"}
)

OPERATIONS = (
    Dashboard(
        "stock",
        "Warehouse Stock",
        "Operations > Warehouse",
        "ingrid",
        (
            chart("On hand", ON_HAND, STOCK),
            chart("Reserved", query("inventory", "stock.reserved", "single_value"), STOCK),
            linked("Stock below cover", STOCK, size=(24, 9)),
            chart("By warehouse", BY_WAREHOUSE, STOCK),
        ),
        (WAREHOUSE, PRODUCT, CATEGORY),
        fields={"refresh_interval": "15 minutes"},
    ),
    Dashboard(
        "health",
        "Inventory Health",
        "Operations > Warehouse > Berlin",
        "ingrid",
        (
            text(
                "How to read this",
                "Cover below *14 days* is red. Questions: [Ingrid](/users/<ingrid>).",
                tab="Guide",
            ),
            chart("On hand", ON_HAND, {"Warehouse": "stock.warehouse"}, tab="Stock"),
            chart("By warehouse", BY_WAREHOUSE, {"Warehouse": "stock.warehouse"}, tab="Stock"),
            chart(
                "Cover",
                query("inventory", "products.category stock.days_of_cover", "looker_scatter"),
                {"Warehouse": "stock.warehouse"},
                tab="Cover",
                note_text="Counted every Monday.",
            ),
        ),
        (WAREHOUSE,),
        tabs=("Guide", "Stock", "Cover"),
    ),
    Dashboard(
        "weekly-berlin",
        "Weekly Review",
        "Operations > Warehouse > Berlin > Weekly",
        "lucas",
        (
            chart(
                "Counted",
                query("inventory", "stock.counted_date stock.on_hand", "looker_line"),
                {"Day": "stock.counted_date"},
            ),
        ),
        (plain_filter("Day", "date_filter", default_value="7 days"),),
    ),
    Dashboard(
        "returns",
        "Returns",
        "Operations > Returns",
        "lucas",
        (
            linked("Return reasons", {"Category": "products.category"}),
            chart(
                "Return rate by brand",
                query(
                    "orders",
                    "products.brand order_items.returned order_items.count",
                    "looker_column",
                    pivots=["order_items.returned"],
                    column_limit="50",
                    row_total="right",
                ),
                {"Category": "products.category"},
            ),
            text("", "Codes: see the [Glossary](/dashboards/glossary)."),
        ),
        (field_filter("Category", "orders", "products.category"),),
    ),
    Dashboard(
        "shipping",
        "Shipping SLA",
        "Operations",
        "lucas",
        (
            chart(
                "On time",
                ON_TIME,
                SHIPPED,
                note_text="Target: 97%",
                note_display="below",
                note_state="expanded",
            ),
            linked("Late shipments", SHIPPED, title="Late, by carrier"),
            chart(
                "By service", query("shipping", "shipments.service shipments.count", "looker_pie"), SHIPPED
            ),
        ),
        (field_filter("Carrier", "shipping", "shipments.carrier"),),
    ),
)

COMPANY = (
    Dashboard(
        "pulse",
        "Company Pulse",
        "Company",
        "maya",
        (
            text(
                "Company Pulse",
                "[Sales](/dashboards/<sales>) · [Stock](/dashboards/<stock>) · [P&L](/dashboards/pnl)",
                tab="Overview",
            ),
            chart(
                "Revenue",
                query("orders", "orders.total_revenue", "single_value"),
                {"Date": "orders.created_date"},
                tab="Overview",
            ),
            chart("On time", ON_TIME, {"Date": "shipments.delivered_date"}, tab="Overview"),
            linked("Revenue by month", {"Date": "orders.created_date"}, tab="Overview"),
            linked("Operating result", tab="Money", title="Operating result"),
            linked("Open receivables", tab="Money", size=(24, 8)),
        ),
        (field_filter("Date", "orders", "orders.created_date", default_value="30 days"),),
        tabs=("Overview", "Money"),
        fields={"slug": "company-pulse", "preferred_viewer": "dashboards-next"},
    ),
    Dashboard(
        "board-2025",
        "Board Pack",
        "Company > Board Pack > 2025",
        "maya",
        (
            text("Board Pack 2025", "Last year: [2024](/dashboards/<board-2024>)."),
            linked("Revenue by month", size=(24, 8)),
            linked("Operating result", size=(24, 8)),
        ),
        fields={"title_color": "#202124", "show_title": True, "show_filters_bar": False},
    ),
    Dashboard(
        "board-2024",
        "Board Pack",
        "Company > Board Pack > 2024",
        "maya",
        (
            text("Board Pack 2024", "This year: [2025](/dashboards/<board-2025>)."),
            chart(
                "Revenue 2024",
                query(
                    "orders",
                    "orders.created_month orders.total_revenue",
                    filters={"orders.created_date": "2024"},
                ),
            ),
        ),
    ),
    Dashboard(
        "glossary",
        "Glossary",
        "Company",
        "nadia",
        (
            text(
                "Glossary",
                "## Revenue\nSum of order lines, before returns.\n\n## Margin\nRevenue minus cost of goods.",
            ),
            text("", "| code | meaning |\n|---|---|\n| R1 | damaged |\n| R2 | does not fit |"),
        ),
        fields={"slug": "glossary"},
    ),
    Dashboard(
        "lobby",
        "Lobby Screen",
        "Company > Screens",
        "nadia",
        (linked("Orders now", size=(24, 12)), button("Store health", "/dashboards/ecommerce::store_health")),
        fields={"enable_viz_full_screen": True, "filters_location_top": False},
    ),
    Dashboard("empty", "Planned: Suppliers", "Operations", "ingrid", ()),
)

PRIVATE = (
    Dashboard(
        "scratch",
        "Maya’s scratchpad",
        "@maya",
        "maya",
        (chart("Draft", query("orders", "orders.count customers.segment", "looker_column")),),
    ),
)

"""The folders and the looks of the demo company."""

from __future__ import annotations

from lookervault.sandbox.content.spec import Look, calculation, dynamic, query

FOLDERS = """
Company
  Board Pack
    2024
    2025
  Screens
Sales
  EMEA
    KPIs
      Archive
    Weekly
  Americas
    KPIs
      Archive
    Weekly
Marketing
  Campaigns
    Archive
  KPIs
Finance
  Close
    Weekly
  P/L & Cash
Operations
  Warehouse
    Berlin
      Weekly
  Returns
"""

SHARE = calculation(
    "share_of_total", "${orders.total_revenue}/sum(${orders.total_revenue})", value_format="0.0%"
)
GROWTH = calculation(
    "growth", "${orders.total_revenue}/offset(${orders.total_revenue}, 1) - 1", value_format_name="percent_1"
)

LOOKS = (
    Look(
        "Revenue by month",
        "Sales",
        "nadia",
        query(
            "orders",
            "orders.created_month orders.total_revenue",
            "looker_line",
            fill_fields=["orders.created_month"],
            filters={"orders.created_date": "12 months"},
            sorts=["orders.created_month"],
        ),
        "Gross revenue of all channels, month by month.",
    ),
    Look(
        "Top products",
        "Sales",
        "nadia",
        query(
            "orders",
            "products.name products.category orders.total_revenue",
            "looker_grid",
            sorts=["orders.total_revenue desc"],
            limit="25",
            dynamic_fields=dynamic(SHARE),
        ),
    ),
    Look(
        "Top customers",
        "Sales > EMEA",
        "tomas",
        query(
            "orders",
            "customers.name customers.country orders.total_revenue orders.count",
            "looker_grid",
            filters={"customers.region": "EMEA"},
            sorts=["orders.total_revenue desc"],
            limit="50",
        ),
        key="Top customers in EMEA",
    ),
    Look(
        "Top customers",
        "Sales > Americas",
        "priya",
        query(
            "orders",
            "customers.name customers.country orders.total_revenue orders.count",
            "looker_grid",
            filters={"customers.region": "Americas"},
            sorts=["orders.total_revenue desc"],
            limit="50",
        ),
        key="Top customers in Americas",
    ),
    Look(
        "Revenue growth",
        "Sales > EMEA > KPIs",
        "jonas",
        query(
            "orders",
            "orders.created_month orders.total_revenue",
            "looker_column",
            sorts=["orders.created_month desc"],
            dynamic_fields=dynamic(GROWTH),
        ),
    ),
    Look(
        "Sessions by channel",
        "Marketing",
        "chloe",
        query(
            "web",
            "sessions.start_date sessions.medium sessions.count",
            "looker_area",
            pivots=["sessions.medium"],
            sorts=["sessions.start_date", "sessions.medium"],
        ),
    ),
    Look(
        "Conversion funnel",
        "Marketing > KPIs",
        "dan",
        query("web", "sessions.landing_page sessions.count sessions.conversions", "looker_funnel", limit="5"),
        "From the landing page to the order.",
    ),
    Look(
        "Bounce rate 100% check_list",
        "Marketing > Campaigns",
        "dan",
        query(
            "web", "sessions.campaign sessions.bounce_rate", "looker_bar", filters={"sessions.device": "-Bot"}
        ),
    ),
    Look(
        "Open receivables",
        "Finance > P/L & Cash",
        "aiko",
        query(
            "receivables",
            "invoices.customer invoices.due_date invoices.open_amount",
            "table",
            model="finance",
            filters={"invoices.status": "open,overdue"},
            total=True,
        ),
    ),
    Look(
        "Operating result",
        "Finance",
        "samuel",
        query(
            "ledger",
            "ledger.posted_month ledger.account_group ledger.amount",
            "looker_waterfall",
            model="finance",
            pivots=["ledger.account_group"],
            row_total="right",
        ),
    ),
    Look(
        "Stock below cover",
        "Operations > Warehouse",
        "ingrid",
        query(
            "inventory",
            "stock.warehouse products.name stock.on_hand stock.days_of_cover",
            "looker_grid",
            filter_expression="${stock.days_of_cover} < 14",
            subtotals=["stock.warehouse"],
        ),
    ),
    Look(
        "Return reasons",
        "Operations > Returns",
        "lucas",
        query(
            "orders",
            "order_items.return_reason order_items.count",
            "looker_pie",
            filters={"order_items.returned": "Yes"},
        ),
    ),
    Look(
        "Late shipments",
        "Operations",
        "lucas",
        query("shipping", "shipments.carrier shipments.count", filters={"shipments.late": "Yes"}),
        "Carrier by carrier; promised against delivered.",
    ),
    Look(
        "Orders now",
        "Company > Screens",
        "nadia",
        query("orders", "orders.count", "single_value", filters={"orders.created_date": "today"}),
    ),
)

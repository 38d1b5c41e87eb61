"""The dashboards of Finance."""

from __future__ import annotations

from lookervault.sandbox.content.spec import (
    Dashboard,
    Source,
    button,
    calculation,
    chart,
    dynamic,
    field_filter,
    linked,
    merged,
    query,
    text,
)

CENTER = field_filter("Cost center", "ledger", "ledger.cost_center", model="finance")
MONTH = field_filter(
    "Month", "ledger", "ledger.posted_month", model="finance", default_value="6 months", required=True
)
HEARD = {"Cost center": "ledger.cost_center", "Month": "ledger.posted_month"}
BY_GROUP = query(
    "ledger",
    "ledger.account_group ledger.amount ledger.debit ledger.credit",
    "looker_grid",
    model="finance",
    total=True,
    dynamic_fields=dynamic(
        calculation("balance", "${ledger.debit} - ${ledger.credit}", value_format="#,##0.00;(#,##0.00)"),
        {
            "measure": "large_postings",
            "based_on": "ledger.amount",
            "type": "count_distinct",
            "label": "Large postings",
        },
    ),
)

FINANCE = (
    Dashboard(
        "pnl",
        "P&L",
        "Finance > P/L & Cash",
        "aiko",
        (
            text("P&L", "Numbers are **final** after the close, see [Close](/dashboards/<close>)."),
            chart("Result", query("ledger", "ledger.amount", "single_value", model="finance"), HEARD),
            linked("Operating result", HEARD),
            chart("Accounts", BY_GROUP, HEARD, refresh_interval="1 hour"),
        ),
        (CENTER, MONTH),
        fields={"slug": "pnl", "query_timezone": "Europe/Berlin", "background_color": "#ffffff"},
    ),
    Dashboard(
        "cash",
        "Cash & Receivables",
        "Finance > P/L & Cash",
        "aiko",
        (
            linked("Open receivables", size=(24, 8), title="Open receivables"),
            chart(
                "Days outstanding",
                query(
                    "receivables",
                    "invoices.customer invoices.days_outstanding",
                    "looker_bar",
                    model="finance",
                ),
                {"Customer": "invoices.customer"},
            ),
        ),
        (field_filter("Customer", "receivables", "invoices.customer", model="finance"),),
    ),
    Dashboard(
        "close",
        "Close Checklist",
        "Finance > Close",
        "samuel",
        (
            text("Close Checklist", "- [ ] Accruals\n- [ ] Intercompany\n- [x] Bank"),
            button("Open the P&L", "/dashboards/<pnl>"),
            button("Receivables", "/looks/<look Open receivables>"),
            button("Folder", "/folders/<folder Finance > Close>"),
        ),
    ),
    Dashboard(
        "weekly-finance",
        "Weekly Review",
        "Finance > Close > Weekly",
        "samuel",
        (
            chart(
                "Postings",
                query("ledger", "ledger.posted_month ledger.amount", "looker_area", model="finance"),
                HEARD,
            ),
            chart("Overdue", query("receivables", "invoices.open_amount", "single_value", model="finance")),
        ),
        (CENTER, MONTH),
    ),
    Dashboard(
        "budget",
        "Budget vs Actual",
        "Finance",
        "aiko",
        (
            merged(
                "Budget vs actual",
                (
                    Source("Actual", query("ledger", "ledger.account_group ledger.amount", model="finance")),
                    Source(
                        "Budget",
                        query("budget", "budget.account_group budget.amount", model="finance"),
                        {"budget.account_group": "ledger.account_group"},
                    ),
                ),
                {"Cost center": "ledger.cost_center|budget.cost_center"},
                merge={"dynamic_fields": dynamic(calculation("gap", "${ledger.amount} - ${budget.amount}"))},
            ),
            chart(
                "Budget by month",
                query("budget", "budget.budget_month budget.amount", "looker_line", model="finance"),
            ),
        ),
        (CENTER,),
    ),
)

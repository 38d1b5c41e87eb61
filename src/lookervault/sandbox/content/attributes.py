"""The user attributes of the demo company, and who has which values."""

from __future__ import annotations

from dataclasses import dataclass, field

from lookervault.sandbox.content.make import Known
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.rules import attribute_values
from lookervault.sandbox.state import Record


@dataclass(frozen=True)
class Attribute:
    """One attribute: the values of groups, the first wins unless ranks are given; own values of people."""

    name: str
    label: str
    type: str = "string"
    groups: tuple[tuple[str, str], ...] = ()
    ranks: tuple[int, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    fields: Record = field(default_factory=dict)


SEEN = {"user_can_view": True}
ATTRIBUTES = (
    Attribute(
        "sales_region",
        "Sales region",
        "advanced_filter_string",
        # who is in Sales EMEA is in Sales too: the order decides
        groups=(
            ("Leadership", "%, NULL"),
            ("Sales EMEA", "EMEA"),
            ("Sales Americas", "Americas"),
            ("Sales", "EMEA,Americas"),
        ),
        people=(("tomas", "EMEA,Nordics"),),
        fields=SEEN,
    ),
    Attribute(
        "row_limit",
        "Rows in downloads",
        "number",
        groups=(("Analysts", "50000"), ("Screens", "100"), ("All Users", "1000")),
        fields={**SEEN, "default_value": "500"},
    ),
    Attribute(
        "password",
        "ERP password",
        groups=(("Finance", "open-sesame"),),
        people=(("aiko", "aiko-knows"),),
        fields={
            "value_is_hidden": True,
            "hidden_value_domain_whitelist": "erp.db.harbourpine.example",
            "default_value": "nothing-to-see",
        },
    ),
    Attribute(
        "sees_margins",
        "Sees margins",
        "yesno",
        groups=(("Sales", "no"), ("Leadership", "yes"), ("Finance", "yes")),
        ranks=(30, 10, 20),
        fields={**SEEN, "default_value": "no", "needed_for_ci_run": True, "value_for_ci_run": "yes"},
    ),
    Attribute(
        "favourite_team",
        "Favourite team",
        people=(("chloe", "Union"), ("dan", "O'Leary's eleven")),
        fields={**SEEN, "user_can_edit": True},
    ),
    Attribute("fiscal_start", "Start of the fiscal year", "datetime", fields={"default_value": "2025-02-01"}),
    Attribute("cost_center", "Cost center", groups=(("Finance", "4100"), ("Operations", "4700"))),
)
BUILT_IN = {
    "landing_page": (("Finance", "/dashboards/pnl"), ("Screens", "/dashboards/<lobby>")),
    "locale": (("Sales EMEA", "de_DE"),),
}


def give(inst: Instance, known: Known) -> None:
    """Makes the attributes and sets the values."""
    for attribute in ATTRIBUTES:
        names = {"name": attribute.name, "label": attribute.label, "type": attribute.type}
        made = inst.find("user_attribute", inst.create("user_attribute", **names, **attribute.fields)["id"])
        _set_groups(inst, made, attribute.groups, attribute.ranks)
        for person, value in attribute.people:
            user = inst.find("user", known.people[person])
            attribute_values.set_for_user(inst, made, user, {"value": value})
    for name, groups in BUILT_IN.items():
        values = tuple(
            (group, value.replace("<lobby>", known.dashboards["lobby"])) for group, value in groups
        )
        _set_groups(inst, inst.where("user_attribute", "name", name)[0], values)
    landing = inst.where("user_attribute", "name", "landing_page")[0]
    inst.edit("user_attribute", landing["id"], default_value=f"/dashboards/{known.dashboards['sales']}")


def _set_groups(
    inst: Instance, made: Record, groups: tuple[tuple[str, str], ...], ranks: tuple[int, ...] = ()
) -> None:
    items: list[Record] = [
        {"group_id": inst.where("group", "name", name)[0]["id"], "value": value} for name, value in groups
    ]
    for item, rank in zip(items, ranks, strict=False):
        item["rank"] = rank
    attribute_values.set_all(inst, made, items)

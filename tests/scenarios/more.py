"""More words of live.yaml and desired.yaml: what surrounds content, and whom it reaches.

attributes: {team: {label: Team, type: string, groups: {Readers: inner}}}   # in order of precedence
colors: {House: {Calm: ["#112233"]}}                                        # categorical palettes
themes: {house: {colors: House, title_color: "#112233"}}
models: {shop: {project_name: shop}}
access: {Sales: {groups: {Zone: edit}, users: {Ann Doe: view}}}             # grants of the folder's own
boards: {Weekly: {owner: Ann Doe, sections: [{title: Numbers, items: [{dashboard: Board}]}]}}
schedules: {Daily: {dashboard: Board, tabs: [More], to: [ann@example.com]}}
alerts: {Few: {of: Board, element: Orders, threshold: 5}}
"""

from __future__ import annotations

from lookervault.sandbox import Instance
from lookervault.sandbox.rules import access, attribute_values, grants, layouts
from lookervault.sandbox.state import Record

Ids = dict[str, dict[str, str]]
WORDS = frozenset({"attributes", "colors", "themes", "models", "access", "boards", "schedules", "alerts"})
MAIL = {"type": "email", "format": "wysiwyg_pdf"}


def before_content(inst: Instance, ids: Ids, told: Record) -> None:
    """What looks and dashboards may refer to."""
    for name, palettes in told.get("colors", {}).items():
        made = [{"label": label, "colors": colors} for label, colors in palettes.items()]
        ids.setdefault("color", {})[name] = inst.create(
            "color_collection", label=name, categoricalPalettes=made
        )["id"]
    for name, theme in told.get("themes", {}).items():
        own = {k: v for k, v in theme.items() if k != "colors"}
        used = {"color_collection_id": ids["color"][theme["colors"]]} if "colors" in theme else {}
        inst.create("theme", name=name, settings={**own, **used})
    for name, model in told.get("models", {}).items():
        inst.create("lookml_model", name=name, **model)
    for name, attribute in told.get("attributes", {}).items():
        own = {k: v for k, v in attribute.items() if k != "groups"}
        made_id = inst.create("user_attribute", **{"name": name, "label": name, "type": "string", **own})[
            "id"
        ]
        values = [{"group_id": ids["group"][g], "value": v} for g, v in attribute.get("groups", {}).items()]
        attribute_values.set_all(inst, inst.find("user_attribute", made_id), values)


def after_content(inst: Instance, ids: Ids, told: Record) -> None:
    """Who may see content, and whom it is sent to."""
    for path, who in told.get("access", {}).items():
        _access(inst, ids, inst.find("folder", ids["folder"][path]), who)
    for name, board in told.get("boards", {}).items():
        _board(inst, ids, name, board)
    for name, plan in told.get("schedules", {}).items():
        _schedule(inst, ids, name, plan)
    for name, alert in told.get("alerts", {}).items():
        _alert(inst, ids, name, alert)
    inst.deliveries.clear()


def _access(inst: Instance, ids: Ids, folder: Record, who: Record) -> None:
    access.set_inherits(inst, "folder", folder, False)
    for kind in ("group", "user"):
        for name, permission in who.get(f"{kind}s", {}).items():
            about = {"content_metadata_id": folder["content_metadata_id"], f"{kind}_id": ids[kind][name]}
            inst.create(grants.GRANT, permission_type=permission, **about)


def _board(inst: Instance, ids: Ids, name: str, told: Record) -> None:
    owner = ids["user"][told["owner"]] if "owner" in told else inst.caller_id
    made = inst.create("board", title=name, description=told.get("description"), user_id=owner)
    for section in told.get("sections", ()):
        own = {k: v for k, v in section.items() if k != "items"}
        key = inst.create("board_section", board_id=made["id"], **own)["id"]
        for item in section.get("items", ()):
            shown = {f"{k}_id": ids[k][item[k]] for k in ("dashboard", "look") if k in item}
            rest = {k: v for k, v in item.items() if k not in ("dashboard", "look")}
            inst.create("board_item", board_section_id=key, **shown, **rest)


def _schedule(inst: Instance, ids: Ids, name: str, told: Record) -> None:
    own = {k: v for k, v in told.items() if k not in ("dashboard", "look", "tabs", "to", "owner")}
    sent = {f"{k}_id": ids[k][told[k]] for k in ("dashboard", "look") if k in told}
    if "look" in told:
        sent |= dict.fromkeys(("require_results", "require_no_results", "require_change"), False)
    if "tabs" in told:
        labels = {x["label"]: x["id"] for x in layouts.of_dashboard(inst, sent["dashboard_id"])}
        sent["tab_ids"] = [labels[label] for label in told["tabs"]]
    owner = ids["user"][told["owner"]] if "owner" in told else inst.caller_id
    to = [{**MAIL, "address": address} for address in told["to"]]
    whole = {"name": name, "crontab": "0 6 * * *", "user_id": owner, **sent, **own}
    inst.create("scheduled_plan", scheduled_plan_destination=to, **whole)


def _alert(inst: Instance, ids: Ids, name: str, told: Record) -> None:
    own = {k: v for k, v in told.items() if k not in ("of", "element", "owner", "to")}
    on = inst.where("dashboard_element", "dashboard_id", ids["dashboard"][told["of"]])
    inst.create(
        "alert",
        **{
            "custom_title": name,
            "dashboard_element_id": next(e["id"] for e in on if e.get("title") == told["element"]),
            "owner_id": ids["user"][told["owner"]] if "owner" in told else inst.caller_id,
            "field": {"title": "Orders Count", "name": "orders.count"},
            "comparison_type": "LESS_THAN",
            "threshold": 1,
            "cron": "0 6 * * *",
            "destinations": [
                {"destination_type": "EMAIL", "email_address": to}
                for to in told.get("to", ["ann@example.com"])
            ],
            **own,
        },
    )

"""Color collections, themes and user attributes, read back through the target's own state."""

from __future__ import annotations

from typing import Any

from lookervault.plan.change import Action
from lookervault.sandbox import Instance, blank_instance
from lookervault.sandbox.rules.attribute_values import of_attribute, set_all
from world import world

from .small import small_instance

RED = {
    "label": "Red",
    "type": "Sequential",
    "stops": [{"color": "#fff", "offset": 0}, {"color": "#f00", "offset": 100}],
}
STOPS = [{"color": "#fff", "offset": 0}, {"color": "#f00", "offset": 100}]
PALETTES: dict[str, Any] = {
    "categoricalPalettes": [
        {"label": "Main", "type": "Categorical", "colors": ["#111111", "#222222"]},
        {"label": "Alt", "type": "Categorical", "colors": ["#333333"]},
    ],
    "sequentialPalettes": [{"label": "Red", "type": "Sequential", "stops": STOPS}],
}


def source_instance() -> Instance:
    """The small content; one chart uses a palette of a custom collection, and so does a theme."""
    inst = small_instance()
    made = inst.create("color_collection", label="Corporate", **PALETTES)
    colors = {"collection_id": made["id"], "palette_id": made["categoricalPalettes"][1]["id"]}
    chart = next(e for e in inst.all("dashboard_element") if e.get("query_id"))
    inst.replace_query(
        "dashboard_element", chart["id"], vis_config={"type": "looker_column", "color_application": colors}
    )
    inst.create(
        "theme", name="corporate", settings={"color_collection_id": made["id"], "font_color": "#123456"}
    )
    return inst


def give_values(inst: Instance, name: str, *groups: str) -> None:
    """Values of a user attribute for the named groups; that of the first wins."""
    ids = {g["name"]: g["id"] for g in inst.all("group")}
    attribute = next(a for a in inst.rows("user_attribute") if a["name"] == name)
    set_all(inst, attribute, [{"group_id": ids[g], "value": g.upper()} for g in groups])


def values(inst: Instance, name: str) -> list[tuple[str, str]]:
    """Group name and value in order of precedence."""
    names = {g["id"]: g["name"] for g in inst.all("group")}
    attribute = next(a for a in inst.rows("user_attribute") if a["name"] == name)
    rows = sorted(of_attribute(inst, attribute["id"]), key=lambda row: row["rank"])
    return [(names[row["group_id"]], row["value"]) for row in rows]


def chart_colors(inst: Instance) -> list[tuple[str, str]]:
    """Collection label and palette label of every chart's color application."""
    palettes = {
        p["id"]: (c["label"], p["label"])
        for c in inst.all("color_collection")
        for field in ("categoricalPalettes", "sequentialPalettes", "divergingPalettes")
        for p in c.get(field) or []
    }
    found = []
    for element in inst.all("dashboard_element"):
        query = inst.get("query", element.get("query_id")) or {}
        colors = (query.get("vis_config") or {}).get("color_application") or {}
        if colors.get("palette_id") in palettes:
            found.append(palettes[colors["palette_id"]])
    return found


def test_palettes_are_found_again_under_their_new_ids() -> None:
    source = source_instance()
    target = blank_instance(first_id=5000, like=source)
    with world(source, target) as both:
        both.migrate()
        assert ("Corporate", "Alt") in chart_colors(target)
        assert sorted(chart_colors(target)) == sorted(chart_colors(source))
        theme = next(t for t in target.all("theme") if t["name"] == "corporate")
        made = next(c for c in target.all("color_collection") if c["label"] == "Corporate")
        assert theme["settings"]["color_collection_id"] == made["id"]
        assert both.plan().changes == []


def test_a_collection_that_is_renamed_stays_the_same_one() -> None:
    source = source_instance()
    target = blank_instance(first_id=5000, like=source)
    with world(source, target) as both:
        both.migrate()
        made = next(c for c in target.all("color_collection") if c["label"] == "Corporate")
        own = next(c for c in source.all("color_collection") if c["label"] == "Corporate")
        source.edit("color_collection", own["id"], label="Brand")
        plan = both.migrate()
        assert [(c.action, c.kind) for c in plan.changes] == [(Action.UPDATE, "color_collection")]
        assert target.get("color_collection", made["id"])["label"] == "Brand"  # type: ignore[index]
        assert both.plan().changes == []


def test_values_of_groups_keep_their_precedence() -> None:
    source = small_instance()
    source.create("user_attribute", name="region", label="Region", type="string", default_value="EU")
    first, second, third = "East", "West", "North"
    for name in (first, second, third):
        source.create("group", name=name)
    give_values(source, "region", second, first)
    target = blank_instance(first_id=5000, like=source)
    with world(source, target) as both:
        both.migrate()
        assert values(target, "region") == [(second, second.upper()), (first, first.upper())]
        assert both.plan().changes == []
        give_values(source, "region", first, third, second)
        plan = both.migrate()
        assert [c.address for c in plan.changes] == ["user_attribute:region"]
        assert values(target, "region") == values(source, "region")
        assert both.plan().changes == []


def test_hidden_values_are_left_alone() -> None:
    source = small_instance()
    source.create("user_attribute", name="key", label="Key", type="string", value_is_hidden=True)
    target = blank_instance(first_id=5000, like=source)
    target.create(
        "user_attribute", name="key", label="Key", type="string", value_is_hidden=True, default_value="x"
    )
    with world(source, target) as both:
        assert "user_attribute:key" not in [c.address for c in both.plan().changes]


def test_a_hidden_default_is_never_written_back() -> None:
    source = small_instance()
    hidden = {"name": "key", "label": "Key", "type": "string", "value_is_hidden": True}
    source.create("user_attribute", **hidden, default_value="s3cret")
    target = blank_instance(first_id=5000, like=source)
    with world(source, target) as both:
        both.migrate()
        sent = [c.body for c in both.writes() if c.path == "/user_attributes" and c.body["name"] == "key"]
        assert len(sent) == 1
        assert "default_value" not in sent[0]
        assert both.plan().changes == []


def test_the_instance_itself_needs_nothing() -> None:
    with world(source_instance()) as both:
        assert both.plan().changes == []

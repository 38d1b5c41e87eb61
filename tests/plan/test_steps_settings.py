"""The calls of color collections, themes and user attributes, and what refers to them."""

from __future__ import annotations

import pytest

from lookervault.model.resource import State
from lookervault.plan.steps.step import Probe
from model.raws import OTHER, QUERY, Object, Raw, group, look, lookml_model, shared, state
from model.test_settings import attribute, collection, palette, theme, value

from .making import calls, outline, plan_of, said, summary, unresolvable

ROOTS = (shared(), lookml_model("shop"))


def here(*objects: Object) -> State:
    return state(*ROOTS, *objects)


def there(*objects: Object) -> State:
    return state(*ROOTS, *objects, host=OTHER)


def colored(collection_id: str, palette_id: str) -> Object:
    return look(
        "4", "L", query={**QUERY, "vis_config": {"collection_id": collection_id, "palette_id": palette_id}}
    )


BRAND = collection("b-1", "Brand", palette("p-1", "Main"))
BRAND_THERE = collection("b-9", "Brand", palette("p-9", "Main"))
PALETTE = '{"label": "Main", "type": "Categorical", "colors": ["#111111", "#222222"]}'


def test_a_new_collection_tells_its_id_and_those_of_its_palettes() -> None:
    plan = plan_of(here(BRAND), there())
    assert calls(plan) == [
        f'POST /color_collections {{"label": "Brand", "categoricalPalettes": [{PALETTE}]}}'
    ]
    (step,) = plan.nodes[0].steps
    assert [b.link.part for b in step.binds] == ["", "palette:categorical Main"]
    assert [b.select[0] for b in step.binds] == ["id", "categoricalPalettes"]
    assert step.probe == Probe(["color_collections", "custom"], ["label"])


def test_palettes_of_one_label_are_told_apart() -> None:
    twins = collection("b-1", "Brand", palette("p-1", "Main"), palette("p-2", "Main", colors=["#333333"]))
    (step,) = plan_of(here(twins), there()).nodes[0].steps
    selects = [b.select for b in step.binds[1:]]
    assert len(selects) == 2
    assert selects[0] != selects[1]


def test_what_is_colored_waits_for_its_colors() -> None:
    plan = plan_of(here(BRAND, colored("b-1", "p-1")), there())
    assert outline(plan.nodes) == (
        "color_collection:Brand\\n"
        "query orders\\n"
        "    color_collection:Brand\\n"
        "look:Shared/L\\n"
        "    query orders"
    ).replace("\\n", "\n")
    assert list(unresolvable(plan)) == []


def test_colors_of_two_instances_are_the_same_when_they_have_one_name() -> None:
    assert (
        plan_of(here(BRAND, colored("b-1", "p-1")), there(BRAND_THERE, colored("b-9", "p-9"))).changes == []
    )


def test_the_same_id_elsewhere_is_another_color() -> None:
    other = collection("b-1", "Other", palette("p-1", "Main"))
    plan = plan_of(here(BRAND, colored("b-1", "p-1")), there(other, BRAND_THERE, colored("b-1", "p-1")))
    assert summary(plan) == ["~ look:Shared/L"]
    assert ("color_collection:Brand", "palette:categorical Main", "p-9") in plan.ids


def test_a_changed_palette_is_one_call_that_tells_the_new_ids() -> None:
    changed = collection("b-1", "Brand", palette("p-1", "Main", colors=["#333333"]))
    plan = plan_of(here(changed), here(BRAND))
    assert calls(plan) == [
        'PATCH /color_collections/<color_collection:Brand> {"categoricalPalettes": '
        '[{"label": "Main", "type": "Categorical", "colors": ["#333333"]}]}'
    ]
    assert [b.link.part for b in plan.nodes[0].steps[0].binds] == ["palette:categorical Main"]


def test_a_theme_waits_for_its_colors_and_its_settings_go_whole() -> None:
    def dark(font: str, color: str) -> Object:
        return theme(settings={"font_color": font, "color_collection_id": color})

    assert calls(plan_of(here(BRAND, dark("#000", "b-1")), there())) == [
        f'POST /color_collections {{"label": "Brand", "categoricalPalettes": [{PALETTE}]}}',
        'POST /themes {"name": "Dark", "settings": {"font_color": "#000", '
        '"color_collection_id": "<color_collection:Brand>"}}',
    ]
    assert calls(plan_of(here(BRAND, dark("#fff", "b-1")), there(BRAND_THERE, dark("#000", "b-9")))) == [
        'PATCH /themes/<theme:Dark> {"settings": {"font_color": "#fff", '
        '"color_collection_id": "<color_collection:Brand>"}}'
    ]


EMEA, ALL = value("31", "emea", 1), value("32", "all", 2)
VALUES = '[{"group_id": "<group:EMEA>", "value": "emea"}, {"group_id": "<group:All>", "value": "all"}]'


def test_a_new_attribute_and_its_values_in_order() -> None:
    groups = attribute()[1:3]
    assert calls(plan_of(here(*attribute(EMEA, ALL)), there(*groups))) == [
        'POST /user_attributes {"name": "region", "label": "Region", "type": "string"}',
        f"POST /user_attributes/<user_attribute:region>/group_values {VALUES}",
    ]


CHANGED: list[tuple[str, tuple[Raw, ...], list[str]]] = [
    ("same", (EMEA,), []),
    ("more", (EMEA, ALL), [f"POST /user_attributes/<user_attribute:region>/group_values {VALUES}"]),
    ("none", (), ["DELETE /groups/<group:EMEA>/attribute_values/<user_attribute:region>"]),
]


@pytest.mark.parametrize(("after", "expected"), [c[1:] for c in CHANGED], ids=[c[0] for c in CHANGED])
def test_values_are_replaced_as_one_list(after: tuple[Raw, ...], expected: list[str]) -> None:
    assert calls(plan_of(here(*attribute(*after)), here(*attribute(EMEA)))) == expected


def test_the_order_of_values_is_their_precedence() -> None:
    turned = attribute(value("31", "emea", 2), value("32", "all", 1))
    assert len(plan_of(here(*turned), here(*attribute(EMEA, ALL))).changes) == 1


def test_values_of_groups_of_the_identity_provider_are_no_obstacle() -> None:
    """A group that is only mapped may have a value as any other."""

    def side(*values: Raw) -> list[Object]:
        own = [o for o in attribute(*values) if o[1] != "32"]
        return [*own, group("32", "SAML", externally_managed=True)]

    plan = plan_of(here(*side(EMEA)), here(*side(EMEA, ALL)))
    assert list(unresolvable(plan)) == []
    assert all("SAML" not in c or "DELETE" in c or "POST" in c for c in calls(plan))


def test_a_value_of_a_group_that_cannot_be_had_is_left_out_with_a_warning() -> None:
    desired = [o for o in attribute(EMEA, ALL) if o[1] != "32"]
    plan = plan_of(here(*desired, group("32", "SAML", externally_managed=True)), there(group("91", "EMEA")))
    assert calls(plan)[-1].endswith('group_values [{"group_id": "<group:EMEA>", "value": "emea"}]')
    assert len([f for f in said(plan) if "group:SAML" in f]) == 1


def test_an_empty_value_is_a_value() -> None:
    empty = value("31", "", 1)
    groups = attribute()[1:3]
    assert calls(plan_of(here(*attribute(empty, ALL)), there(*groups)))[-1].endswith(
        '[{"group_id": "<group:EMEA>", "value": ""}, {"group_id": "<group:All>", "value": "all"}]'
    )
    (call,) = calls(plan_of(here(*attribute(empty)), here(*attribute(EMEA))))
    assert call.endswith('/group_values [{"group_id": "<group:EMEA>", "value": ""}]')

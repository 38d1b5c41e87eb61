"""How each create that must not happen twice can be found out about, as literal tables."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault.model.values import Link
from lookervault.plan.steps.step import Probe, Step
from model.raws import (
    OTHER,
    Object,
    dashboard,
    filter_,
    folder,
    group,
    layout,
    look,
    lookml_model,
    model_set,
    permission_set,
    role,
    shared,
    state,
    text_tile,
    user,
)

from .making import plan_of

ROOTS = (shared(), lookml_model("shop"))
SETS = (permission_set("34", "Viewer", ["see_looks"]), model_set("35", "Models", ["shop"]))


def first_step(*objects: Object, there: tuple[Object, ...] = ()) -> Step:
    plan = plan_of(state(*ROOTS, *there, *objects), state(*ROOTS, *there, host=OTHER))
    return plan.nodes[-1].steps[0]


PROBES: list[tuple[str, list[Object], Probe]] = [
    ("set", [permission_set("9", "P", [])], Probe(["permission_sets"], ["name"])),
    (
        "folder",
        [folder("9", "F")],
        Probe(["folders", Link("folder:Shared"), "children"], ["name"], paged=True),
    ),
    (
        "look",
        [look("9", "L")],
        Probe(
            ["looks", "search"],
            ["title"],
            {"folder_id": Link("folder:Shared")},
            {"deleted": False},
            paged=True,
        ),
    ),
    ("group", [group("9", "G")], Probe(["groups"], ["name"], paged=True)),
    ("role", [role("9", "R", "34", "35")], Probe(["roles"], ["name"])),
]


@pytest.mark.parametrize(("objects", "probe"), [p[1:] for p in PROBES], ids=[p[0] for p in PROBES])
def test_how_to_find_out_whether_a_create_was_carried_out(objects: list[Object], probe: Probe) -> None:
    step = first_step(*objects, there=SETS)
    assert step.method == "POST"
    assert not step.repeatable
    assert step.probe == probe


def test_an_account_is_only_found_again_while_nobody_can_use_it() -> None:
    """Two people may have one name, so an account that has a mail or a key is never taken for ours."""
    step = first_step(user("9", "ann@example.com", first_name="Ann"))
    assert step.probe is not None
    assert step.probe.match == ["first_name", "last_name"]
    assert step.probe.only == {"email": None, "credentials_api3": []}


def test_an_account_tells_its_personal_folder_too() -> None:
    step = first_step(user("9", "ann@example.com"))
    assert [(b.link, b.select) for b in step.binds] == [
        (Link("user:ann@example.com"), ["id"]),
        (Link("folder:@user:ann@example.com"), ["personal_folder_id"]),
    ]


PART_PROBES: list[tuple[str, dict[str, Any], Probe]] = [
    (
        "dashboard",
        {},
        Probe(
            ["dashboards", "search"],
            ["title"],
            {"folder_id": Link("folder:Shared")},
            {"deleted": False},
            paged=True,
        ),
    ),
    (
        "filter",
        {"dashboard_filters": [filter_("3", "region")]},
        Probe(["dashboards", Link("dashboard:Shared/D"), "dashboard_filters"], ["name"]),
    ),
    (
        "tab",
        {"dashboard_layouts": [layout("1", active=True), layout("2", label="More")]},
        Probe(["dashboards", Link("dashboard:Shared/D"), "dashboard_layouts"], ["label"]),
    ),
    (
        "element",
        {"dashboard_elements": [text_tile("1", "T")]},
        Probe(["dashboards", Link("dashboard:Shared/D"), "dashboard_elements"], ["type", "title_text"]),
    ),
]


@pytest.mark.parametrize(("fields", "probe"), [p[1:] for p in PART_PROBES], ids=[p[0] for p in PART_PROBES])
def test_how_to_find_out_whether_a_part_was_made(fields: dict[str, Any], probe: Probe) -> None:
    desired = state(*ROOTS, dashboard("5", "D", **fields))
    plan = plan_of(desired, state(*ROOTS, host=OTHER))
    created = [s for s in plan.nodes[-1].steps if s.method == "POST"][-1]
    assert not created.repeatable
    assert created.probe == probe

"""Where elements are and will be, for a picture of the dashboard."""

from __future__ import annotations

from typing import Any

from lookervault.model.resource import Part, Resource
from lookervault.plan.picture import Tile, tiles


def element(key: str, **positions: Any) -> Part:
    places = {
        k: dict(zip(("row", "column", "width", "height"), v, strict=False)) for k, v in positions.items()
    }
    return Part("element", key, key, f"T{key}", {"positions": places})


def dashboard(*parts: Part) -> Resource:
    return Resource("dashboard:D", "dashboard", "1", "D", "", {}, list(parts))


def test_elements_that_stay_come_and_go() -> None:
    old, new = element("90", default=(0, 0, 8, 4)), element("1", default=(2, 0, 8, 4))
    desired, observed = (
        dashboard(new, element("2", default=(6, 0, 8, 4))),
        dashboard(old, element("91", default=(9, 9, 1, 1))),
    )
    assert tiles(desired, observed, {new.slot: old}, {new.slot}) == [
        Tile("T1", "default", (0, 0, 8, 4), (2, 0, 8, 4), changed=True),
        Tile("T2", "default", None, (6, 0, 8, 4)),
        Tile("T91", "default", (9, 9, 1, 1), None),
    ]


def test_a_renamed_layout_is_one_layout() -> None:
    old, new = element("90", tab_b=(0, 0, 8, 4)), element("1", tab_a=(0, 0, 8, 4))
    layouts = {"layout:tab_a": Part("layout", "tab_b", "7", "B", {})}
    assert tiles(dashboard(new), dashboard(old), {new.slot: old, **layouts}, set()) == [
        Tile("T1", "tab_a", (0, 0, 8, 4), (0, 0, 8, 4))
    ]


def test_places_that_are_not_told_are_not_drawn() -> None:
    part = element("1", default=(0, 0))
    assert tiles(dashboard(part), None, {}, set()) == []

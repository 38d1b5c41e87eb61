"""A permission that the target does not know stops a plan before anything is written."""

from __future__ import annotations

import pytest

from lookervault.sandbox import Call, Instance, Server, router
from world import World, world


def given(inst: Instance, *permissions: str) -> None:
    """A set as a newer Looker has it."""
    made = inst.create("permission_set", name="Read", permissions=["access_data"])
    inst.change("permission_set", inst.find("permission_set", made["id"]), {"permissions": list(permissions)})


def asked(server: Server) -> list[Call]:
    return [call for call in server.calls if call.path == "/permissions"]


def errors(both: World) -> list[tuple[str, str]]:
    return [(f.address, f.message) for f in both.plan().errors]


def test_a_permission_of_a_newer_looker_is_told() -> None:
    source, target = Instance(first_id=1), Instance(first_id=900)
    given(source, "access_data", "read_minds")
    with world(source, target) as both:
        told = "the target does not know the permission read_minds"
        assert errors(both) == [("permission_set:Read", told)]
        assert both.writes() == []
        assert len(asked(both.target)) == 1


def test_who_gives_nothing_new_need_not_ask() -> None:
    source, target = Instance(first_id=1), Instance(first_id=900)
    for inst in (source, target):
        given(inst, "access_data", "read_minds")
    source.create("group", name="Readers")
    with world(source, target) as both:
        assert errors(both) == []
        assert asked(both.target) == []


def test_a_target_that_does_not_tell_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = Instance(first_id=1), Instance(first_id=900)
    given(source, "access_data", "read_minds")
    find = router.find

    def without(method: str, raw_path: str) -> tuple[router.Route, dict[str, str]]:
        return find(method, "/nowhere" if raw_path == "/permissions" else raw_path)

    monkeypatch.setattr(router, "find", without)
    with world(source, target) as both:
        assert errors(both) == []
        assert [call.status for call in asked(both.target)] == [404]

"""A state is the same however its objects are held meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from lookervault.errors import StoreError
from lookervault.model.packed import LARGE, Packed
from lookervault.model.resource import State
from lookervault.model.state import build_state
from lookervault.plan import diff, parts
from lookervault.plan.plan import Side, make_plan
from lookervault.run.states import snapshot_state
from lookervault.sandbox import demo_instance
from lookervault.store.codec import decode, digest, pack
from lookervault.store.snapshots import items
from model.random_states import elsewhere, instances
from model.raws import HOST, OTHER, Object
from world import world


def side(objects: list[Object], host: str, *, packed: bool, like: State | None = None) -> State:
    raws: dict[str, dict[str, object] | Packed] = {}
    for kind, id_, raw in objects:
        if packed and kind in LARGE:
            raws.setdefault(kind, Packed(decode)).put(id_, raw, pack(raw))  # type: ignore[union-attr]
        else:
            raws.setdefault(kind, {})[id_] = raw  # type: ignore[index]
    scope = dict.fromkeys((kind for kind, _, _ in objects), "complete")
    return build_state(host, raws, scope, with_trash=True, like=like.resources if like else {})  # type: ignore


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(), instances())
def test_packed_objects_and_shared_values_give_the_same_states_and_plans(
    one: list[Object], other: list[Object]
) -> None:
    for host in (HOST, OTHER):
        plain = side(one, HOST, packed=False), side(other, host, packed=False)
        desired = side(one, HOST, packed=True)
        quick = desired, side(other, host, packed=True, like=desired)
        assert quick == plain
        slow, fast = (make_plan(*sides, {}, Side(HOST), Side(host)) for sides in (plain, quick))
        assert fast.fingerprint == slow.fingerprint
        assert (fast.changes, fast.nodes, fast.findings) == (slow.changes, slow.nodes, slow.findings)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(), instances())
def test_what_is_seen_to_be_equal_at_once_is_planned_as_if_it_were_looked_at_closely(
    one: list[Object], other: list[Object]
) -> None:
    for host, objects in ((OTHER, one), (OTHER, elsewhere(one)), (HOST, other), (OTHER, other)):
        sides = side(one, HOST, packed=False), side(objects, host, packed=False)
        fast = make_plan(*sides, {}, Side(HOST), Side(host))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parts, "_twins", lambda *_: False)
            patch.setattr(diff, "alike", lambda *_: None)
            slow = make_plan(*sides, {}, Side(HOST), Side(host))
        assert (fast.changes, fast.nodes, fast.findings) == (slow.changes, slow.nodes, slow.findings)


def test_the_demo_packed_is_the_demo() -> None:
    with world(demo_instance()) as both:
        found = [(i.kind, i.id, i.raw) for i in items(both.vault, both.extract())]
        assert all(digest(decode(pack(raw))) == digest(raw) for _, _, raw in found)
        assert side(found, HOST, packed=True) == side(found, HOST, packed=False)


def test_a_damaged_object_is_named_before_anything_is_planned_with_it() -> None:
    with world(demo_instance()) as w:
        snapshot = w.extract()
        dashboard = next(items(w.vault, snapshot, "dashboard"))
        with w.vault.transaction() as connection:
            connection.execute(
                "UPDATE content_bodies SET body = x'00' WHERE digest = ?", (bytes.fromhex(dashboard.digest),)
            )
        with pytest.raises(StoreError, match=f"dashboard {dashboard.id}: stored content"):
            snapshot_state(w.vault, snapshot)

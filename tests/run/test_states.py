"""A state is the same however its objects are held meanwhile."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lookervault.errors import AmbiguousPair, StoreError
from lookervault.model.content import layout_slots
from lookervault.model.packed import LARGE, Packed, gist
from lookervault.model.resource import State
from lookervault.model.secrets import redact
from lookervault.model.state import build_state
from lookervault.model.usage import counters
from lookervault.plan import lens, parts
from lookervault.plan.codec import encode_plan
from lookervault.plan.plan import Side, make_plan
from lookervault.run.kept import Kept
from lookervault.run.skim import skimmed
from lookervault.run.states import observe, snapshot_state
from lookervault.sandbox import demo_instance
from lookervault.store.codec import decode, digest, pack
from lookervault.store.snapshots import items
from model.random_states import edited, elsewhere, instances
from model.raws import HOST, OTHER, Object
from world import world


def unpacked(id_: str, data: bytes) -> object:
    return decode(data)


def side(
    objects: list[Object], host: str, *, packed: bool, like: State | None = None, digests: bool = False
) -> State:
    raws: dict[str, dict[str, object] | Packed] = {}
    for kind, id_, raw in objects:
        if packed and kind in LARGE:
            body = pack(raw)
            found = raws.setdefault(kind, Packed(unpacked))
            found.put(id_, gist(skimmed(kind, id_, body)), body)  # type: ignore[union-attr]
        else:
            raws.setdefault(kind, {})[id_] = raw  # type: ignore[index]
    told = {(kind, id_): digest(raw) for kind, id_, raw in objects if digests}
    if like and like.made:
        kept = Kept(host, like.made, narrow=not packed)
        for kind, id_, raw in objects:
            kept.keep(kind, [(id_, raw)])
        raws, told = kept.all, kept.digests  # type: ignore[assignment]
    scope = dict.fromkeys((kind for kind, _, _ in objects), "complete")
    return build_state(host, raws, scope, with_trash=like is not None, like=like, digests=told)  # type: ignore


def check_reuse(one: list[Object], other: list[Object]) -> int:
    """How many resources two sides share that are as they are where nothing is shared."""
    plain = side(one, HOST, packed=False), side(other, HOST, packed=False, like=State("", {}, {}, {}))
    desired = side(one, HOST, packed=True, digests=True)
    observed = side(other, HOST, packed=True, digests=True, like=desired)
    assert (replace(desired, made=None), replace(observed, made=None)) == plain
    with suppress(AmbiguousPair):
        slow = make_plan(*plain, {}, Side(HOST), Side(HOST))
        assert encode_plan(make_plan(desired, observed, {}, Side(HOST), Side(HOST))) == encode_plan(slow)
    there = observed.resources
    return sum(a in there and there[a].attributes is r.attributes for a, r in desired.resources.items())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(), st.data())
def test_a_resource_is_made_once_for_both_sides_only_where_it_would_be_the_same(
    objects: list[Object], change: st.DataObject
) -> None:
    looked_at = deepcopy(objects)
    for raw in (raw for kind, _, raw in looked_at if kind in LARGE):
        raw |= {"view_count": raw["view_count"] + change.draw(st.integers(0, 1)), "last_viewed_at": "now"}
    assert check_reuse(objects, looked_at) == len(side(objects, HOST, packed=False).resources)
    check_reuse(objects, change.draw(edited(objects)))


DEMO: list[Object] = []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_so_it_is_in_the_demo(change: st.DataObject) -> None:
    if not DEMO:
        with world(demo_instance()) as both:
            DEMO.extend((i.kind, i.id, i.raw) for i in items(both.vault, both.extract()))
    check_reuse(DEMO, change.draw(edited(DEMO)))


def test_what_has_a_secret_in_it_is_not_taken_for_what_is_stored_without() -> None:
    sent = {"id": "7", "name": "warehouse", "client_secret": "s3cret"}
    stored = redact(sent, b"salt")
    kept = Kept(HOST, side([("connection", "7", stored)], HOST, packed=True, digests=True).made, narrow=False)
    assert kept.known("connection", "7", stored)
    assert not kept.known("connection", "7", sent)
    kept.keep("connection", [("7", stored)])
    assert kept.digests == {("connection", "7"): digest(stored)}


def test_what_reading_alone_moves_is_no_reason_to_make_content_again() -> None:
    with world(demo_instance()) as both:
        snapshot, here = both.extract(), both.target_gateway
        desired = snapshot_state(both.vault, snapshot, here.host)
        kinds = list(desired.scope)
        observed = observe(
            here, kinds, salt=both.vault.salt, workers=2, listener=lambda event: None, desired=desired
        )
    content = [r for r in desired.resources.values() if r.kind in LARGE and r.usage.views is not None]
    there = [observed.resources[r.address] for r in content]
    assert len(content) > 10
    assert any(now.usage.views != was.usage.views for was, now in zip(content, there, strict=True))
    assert all(was.attributes is now.attributes for was, now in zip(content, there, strict=True))


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
            patch.setattr(lens, "alike", lambda *_: None)
            slow = make_plan(*sides, {}, Side(HOST), Side(host))
        assert (fast.changes, fast.nodes, fast.findings) == (slow.changes, slow.nodes, slow.findings)


def test_an_outline_tells_tabs_apart_as_the_whole_dashboard_does() -> None:
    tabs = [{"id": id_, "label": "More", "order": order} for id_, order in (("1", 0), ("2", 2), ("3", 1))]
    raw = {"id": "50", "title": "KPIs", "dashboard_layouts": tabs}
    packed = Packed(unpacked)
    packed.put("50", gist(raw), pack(raw))
    assert layout_slots(packed.outlines["50"]) == layout_slots(raw)


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


def test_an_object_that_is_shared_has_its_own_counters() -> None:
    old = {"id": "50", "title": "KPIs", "view_count": 1, "last_viewed_at": "x"}
    new = {"id": "50", "title": "KPIs", "view_count": 7, "favorite_count": 2}
    there, here = Packed(unpacked), Packed(unpacked)
    there.put("50", gist(old), pack(old))
    here.share("50", tuple(new), counters(new), there)
    assert here["50"] == new
    assert here.outlines["50"]["view_count"] == 7
    assert ("50" in here, "51" in here) == (True, False)
    here.put("50", gist(old), pack(old))
    assert here["50"] == old

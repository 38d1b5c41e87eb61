"""What the vault calls an object is what a plan calls it."""

from __future__ import annotations

from lookervault.run.states import snapshot_state
from lookervault.sandbox import demo_instance
from lookervault.store.snapshots import heads
from world import world


def test_every_object_has_one_address_in_the_vault_and_in_a_plan() -> None:
    with world(demo_instance()) as both:
        snapshot = both.extract()
        stored = {(head.kind, head.id): head.address for head in heads(both.vault, snapshot) if head.address}
        known = snapshot_state(both.vault, snapshot).ids
        assert stored == known
        assert len({kind for kind, _ in known}) > 20

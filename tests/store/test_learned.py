from __future__ import annotations

from lookervault.store.learned import Fact, forget, recall, remember
from lookervault.store.vault import Vault

from .conftest import Clock


def test_facts_about_a_server(vault: Vault, clock: Clock) -> None:
    remember(vault, "prod", "dashboard", "refresh_interval", "", "d1", "d2", "60 minutes")
    remember(vault, "prod", "dashboard", "refresh_interval", 7, "d1", "d3", None)
    remember(vault, "test", "look", "title", "", "d1", "d2", {"a": [1, 1.5]})
    clock.forward(hours=1)
    remember(vault, "prod", "dashboard", "refresh_interval", "7", "d1", "d4", ["x"])
    assert recall(vault, "prod") == [
        Fact("dashboard", "refresh_interval", "", "d1", "d2", "60 minutes", "2026-11-01T12:00:00.000000Z"),
        Fact("dashboard", "refresh_interval", "7", "d1", "d4", ["x"], "2026-11-01T13:00:00.000000Z"),
    ]
    assert [fact.got for fact in recall(vault, "test")] == [{"a": [1, 1.5]}]
    assert forget(vault, "prod") == 2
    assert (recall(vault, "prod"), len(recall(vault, "test"))) == ([], 1)

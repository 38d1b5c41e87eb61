from __future__ import annotations

import pytest

from lookervault.store.mappings import Mapping, clear, learn, learn_all, lookup, mappings, remove
from lookervault.store.vault import Vault

from .conftest import Clock


@pytest.fixture
def filled(vault: Vault) -> Vault:
    learn(vault, "dev", "folder", 1, "prod", "11", session="s1")
    learn_all(vault, "dev", "prod", [("folder", "2", 12), ("look", "1", "21")])
    learn(vault, "dev", "folder", "1", "test", "31")
    learn(vault, "test", "folder", "1", "prod", "41")
    return vault


def test_what_was_learned_can_be_looked_up(filled: Vault) -> None:
    assert lookup(filled, "dev", "prod") == {
        ("folder", "1"): "11",
        ("folder", "2"): "12",
        ("look", "1"): "21",
    }
    assert lookup(filled, "dev", "test") == {("folder", "1"): "31"}
    assert lookup(filled, "prod", "dev") == {}


def test_a_newer_mapping_replaces_the_older(filled: Vault, clock: Clock) -> None:
    before = next(each for each in mappings(filled) if each.target_id == "11")
    assert before == Mapping("dev", "folder", "1", "prod", "11", "s1", "2026-11-01T12:00:00.000000Z")
    clock.forward(days=1)
    learn(filled, "dev", "folder", "1", "prod", "99", session="s2")
    assert Mapping("dev", "folder", "1", "prod", "99", "s2", "2026-11-02T12:00:00.000000Z") in mappings(
        filled
    )
    assert before not in mappings(filled)
    assert len(mappings(filled)) == 5


def test_mappings_are_listed_by_host(filled: Vault) -> None:
    assert [each.target_id for each in mappings(filled)] == ["11", "12", "21", "31", "41"]
    assert [each.target_id for each in mappings(filled, target_host="prod")] == ["11", "12", "21", "41"]
    assert [each.target_id for each in mappings(filled, "dev", "test")] == ["31"]


def test_a_mapping_can_be_removed(filled: Vault) -> None:
    assert remove(filled, "dev", "folder", 1, "prod")
    assert not remove(filled, "dev", "folder", 1, "prod")
    assert ("folder", "1") not in lookup(filled, "dev", "prod")
    assert lookup(filled, "dev", "test")


def test_mappings_can_be_cleared(filled: Vault) -> None:
    assert clear(filled, "dev", "prod") == 3
    assert [each.target_id for each in mappings(filled)] == ["31", "41"]
    assert clear(filled) == 2
    assert mappings(filled) == []

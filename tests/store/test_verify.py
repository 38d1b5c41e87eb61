from __future__ import annotations

import hashlib

import pytest

from lookervault.store.codec import canonical, compress, encode
from lookervault.store.snapshots import Snapshot
from lookervault.store.vault import Vault
from lookervault.store.verify import Finding, verify, verify_file

from .extracting import extract


@pytest.fixture
def snapshot(vault: Vault) -> Snapshot:
    return extract(vault, {"look": {"1": {"a": 1}, "2": {"a": 2}}, "board": {"1": {"a": 3}}})


def damage(vault: Vault, column: str, value: object) -> None:
    digest = hashlib.sha256(canonical({"a": 2})).digest()
    with vault.transaction() as connection:
        connection.execute(f"UPDATE content_bodies SET {column} = ? WHERE digest = ?", (value, digest))


def test_a_sound_vault_has_no_findings(vault: Vault, snapshot: Snapshot) -> None:
    assert list(verify(vault, snapshot)) == verify_file(vault) == []


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("body", b"junk", "stored content cannot be decompressed"),
        ("body", compress(b"\xc1"), "stored content cannot be decoded"),
        ("body", encode({"a": 5}), "the content does not match its digest"),
        ("size", 99, "the content has 4 bytes, not 99"),
    ],
)
def test_damage_names_its_object(
    vault: Vault, snapshot: Snapshot, column: str, value: object, problem: str
) -> None:
    damage(vault, column, value)
    (finding,) = verify(vault, snapshot)
    assert (finding.kind, finding.id, finding.address) == ("look", "2", "look:2")
    assert finding.problem.startswith(problem)
    assert list(verify(vault, snapshot, "look")) == [finding]
    assert list(verify(vault, snapshot, "board")) == []


def test_a_lost_row_is_noticed(vault: Vault, snapshot: Snapshot) -> None:
    with vault.transaction() as connection:
        connection.execute("DELETE FROM content_items WHERE kind = 'board'")
    assert list(verify(vault, snapshot)) == [
        Finding("", "", "", f"snapshot @{snapshot.number} should have 3 objects, not 2")
    ]


def test_a_lost_content_is_noticed(vault: Vault, snapshot: Snapshot) -> None:
    vault.read("PRAGMA foreign_keys = OFF")
    with vault.transaction() as connection:
        connection.execute("DELETE FROM content_bodies")
    assert [finding.problem for finding in verify_file(vault)] == [
        f"content_items row {row} refers to a missing row of content_bodies" for row in (1, 2, 3)
    ]

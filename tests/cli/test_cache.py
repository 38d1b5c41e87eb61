"""`plan --cache` and `--no-cache`, and what the configuration says."""

from __future__ import annotations

from lookervault.store.snapshots import snapshots
from lookervault.store.vault import open_vault

from .conftest import Stage

UNPROVEN = "nothing is taken from the vault: only 0 of 20 changes of looks proved their dates"


def extracted_twice(stage: Stage) -> None:
    for _ in range(2):
        assert stage.run("extract", "--instance", "dev", "--quiet").code == 0


def test_the_vault_is_used_only_where_that_is_asked_for(stage: Stage) -> None:
    toml = stage.folder / "lookervault.toml"
    extracted_twice(stage)
    assert "taken from" not in stage.run("plan", "--instance", "dev").err
    asked = stage.run("plan", "--instance", "dev", "--cache")
    assert (asked.code, "has looked at the dates of looks" in asked.err) == (0, True)
    toml.write_text(toml.read_text() + "[plan]\ncache = true\n")
    extracted_twice(stage)
    assert UNPROVEN in stage.run("plan", "--instance", "dev").err
    assert "taken from" not in stage.run("plan", "--instance", "dev", "--no-cache").err
    assert "taken from" not in stage.run("apply", "--instance", "dev", "--yes").err


def test_each_date_is_looked_at_where_the_vault_is_to_be_used(stage: Stage) -> None:
    toml = stage.folder / "lookervault.toml"
    toml.write_text(toml.read_text() + "[plan]\ncache = true\n")
    extracted_twice(stage)
    for dashboard in stage.dev.all("dashboard"):
        stage.dev.edit("dashboard", dashboard["id"], description="new")
    assert stage.run("extract", "--instance", "dev", "--quiet").code == 0
    with open_vault(stage.folder / "lookervault.db") as vault:
        told = [snapshot.scope["dashboard"].get("dated") for snapshot in snapshots(vault)]
    assert told == [None, 0, 1]

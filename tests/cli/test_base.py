"""Whose each difference is, by what the vault remembers of the last apply or export (row B1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lookervault.store.vault import open_vault

from .conftest import Stage

KPIS = "content/folders/Shared/Sales/KPIs.dashboard.yaml"


def exported(stage: Stage) -> Path:
    """The tree of dev, just exported."""
    stage.run("extract", "--instance", "dev", "--quiet")
    assert stage.run("export", "content").code == 0
    return stage.folder / KPIS


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def board(stage: Stage) -> str:
    return str(stage.dev.all("dashboard")[0]["id"])


def plan(stage: Stage, *words: str, code: int = 0) -> str:
    done = stage.run("plan", "content", "--instance", "dev", "--quiet", *words)
    assert done.code == code, done.err
    return done.out


def apply(stage: Stage, *words: str) -> int:
    return stage.run("apply", "content", "--instance", "dev", "--quiet", "--yes", *words).code


def test_one_field_here_and_another_in_looker(stage: Stage) -> None:
    path = exported(stage)
    edit(path, "title: Count", "title: Orders")
    stage.dev.edit("dashboard", board(stage), description="by hand")
    told = plan(stage)
    assert re.search(
        r"^Base: the export of @1 \(\d{4}-\d\d-\d\d \d\d:\d\d\)\. .* --base none plans", told, re.M
    )
    assert '- description = "by hand"  # drift' in told
    assert '~ renamed ("Count" -> "Orders")  # you' in told
    assert re.search(r"# \(last changed in Looker by Avery Admin at \d{4}-", told)
    assert "1 changed by you, 1 changed in Looker, and about to be undone (drift)" in told
    told = plan(stage, "--base", "none")
    assert "# drift" not in told
    assert "Base:" not in told


def test_the_same_field_on_both_sides_is_not_applied_without_a_decision(stage: Stage) -> None:
    edit(exported(stage), "title: KPIs", "title: Mine")
    stage.dev.edit("dashboard", board(stage), title="Theirs")
    assert "conflict: title was changed here and in Looker" in plan(stage, code=1)
    assert apply(stage) == 6
    assert stage.dev.all("dashboard")[0]["title"] == "Theirs"
    assert apply(stage, "--on-conflict", "desired") == 0
    assert stage.dev.all("dashboard")[0]["title"] == "Mine"


def test_an_apply_is_the_next_base(stage: Stage) -> None:
    path = exported(stage)
    edit(path, "title: KPIs", "title: Numbers")
    assert apply(stage) == 0
    edit(path, "title: Numbers", "title: Figures")
    told = plan(stage)
    assert re.search(r"^Base: the apply \d+T", told, re.M)
    assert '("Numbers" -> "Figures")  # you' in told
    stage.dev.edit("dashboard", board(stage), title="Theirs")
    edit(path, "title: Figures", "title: Numbers")
    assert '("Theirs" -> "Numbers")  # drift' in plan(stage)


def test_what_was_left_out_of_an_apply_keeps_its_base(stage: Stage) -> None:
    path = exported(stage)
    edit(path, "title: KPIs", "title: Mine")
    edit(stage.folder / "content/folders/Shared/Sales/Orders.look.yaml", "title: Orders", "title: Sold")
    stage.dev.edit("dashboard", board(stage), title="Theirs")
    assert apply(stage, "--target", "look:*") == 0
    assert "conflict: title was changed here and in Looker" in plan(stage, code=1)


def test_a_vault_that_knows_nothing_says_nothing(stage: Stage) -> None:
    path = exported(stage)
    edit(path, "title: Count", "title: Orders")
    told = plan(stage, "--db", "other.db")
    assert '~ renamed ("Count" -> "Orders")\n' in told
    assert "Base:" not in told


def test_what_never_was_alike_is_nobodys(stage: Stage) -> None:
    """A first apply of a part tells nothing of the rest but that it differed."""
    path = exported(stage)
    edit(path, "title: KPIs", "title: Mine")
    (stage.folder / "lookervault.db").rename(stage.folder / "away.db")
    assert apply(stage, "--target", "look:*") == 0
    told = plan(stage)
    assert "Base: the apply" in told
    assert '~ renamed ("KPIs" -> "Mine")\n' in told
    new = stage.folder / "content/folders/Shared/Sales/New.look.yaml"
    new.write_text((stage.folder / "content/folders/Shared/Sales/Orders.look.yaml").read_text())
    edit(new, "title: Orders", "title: New")
    assert "1 changed by you." in plan(stage), "a file that came since"


def test_something_deleted_in_looker_and_something_deleted_here(stage: Stage) -> None:
    exported(stage)
    stage.dev.delete("look", stage.dev.all("look")[0]["id"])
    assert "(drift: it was deleted in Looker since)" in plan(stage)
    folder = next(f["id"] for f in stage.dev.all("folder") if f["name"] == "Sales")
    stage.dev.create("dashboard", title="By hand", folder_id=folder)
    (stage.folder / KPIS).unlink()
    told = plan(stage, "--prune")
    assert "look:Shared/Sales/Orders will be updated" in told or "Orders will be created" in told
    lines = told.split("\n")
    at = next(n for n, line in enumerate(lines) if "Sales/By hand will be moved" in line)
    assert "(drift: it was added in Looker since)" in lines[at + 1]
    at = next(n for n, line in enumerate(lines) if "Sales/KPIs will be moved" in line)
    assert "drift" not in lines[at + 1]


def test_from_one_instance_to_another(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    assert stage.run("apply", "@1", "--instance", "prod", "--quiet", "--yes").code == 0
    stage.dev.edit("dashboard", board(stage), title="Mine")
    stage.prod.edit("dashboard", stage.prod.all("dashboard")[0]["id"], description="by hand")
    stage.run("extract", "--instance", "dev", "--quiet")
    told = stage.run("plan", "@2", "--instance", "prod", "--quiet").out
    assert '("KPIs" -> "Mine")  # you' in told
    assert '- description = "by hand"  # drift' in told


def test_what_is_in_a_renamed_folder_has_not_been_moved_by_anybody(stage: Stage) -> None:
    """A saved plan tells of what it changes alone: the rest was kept when the folder had its former name."""

    def migrate(number: int) -> str:
        stage.run("extract", "--instance", "dev", "--quiet")
        done = stage.run("plan", f"@{number}", "--instance", "prod", "--quiet", "--out", "p.lvplan")
        assert done.code == 0, done.out
        assert stage.run("apply", "p.lvplan", "--instance", "prod", "--quiet", "--yes").code == 0
        return done.out

    migrate(1)
    sales = next(f["id"] for f in stage.dev.all("folder") if f["name"] == "Sales")
    for number, name in enumerate(("Sold", "Bought"), 2):
        stage.dev.edit("folder", sales, name=name)
        migrate(number)
    stage.dev.edit("dashboard", board(stage), folder_id="1")
    told = migrate(4)
    assert "~ moved (folder:Shared/Bought -> folder:Shared)  # you" in told


def test_a_snapshot_of_the_instance_itself_is_what_it_was(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    stage.dev.edit("dashboard", board(stage), title="Theirs")
    told = stage.run("plan", "@1", "--instance", "dev", "--quiet").out
    assert "Base: @1. " in told
    assert '("Theirs" -> "KPIs")  # drift' in told


def test_a_rollback_is_no_agreement(stage: Stage) -> None:
    edit(exported(stage), "title: KPIs", "title: Numbers")
    assert apply(stage) == 0
    assert stage.run("rollback", "--instance", "dev", "--yes", "--quiet").code == 0
    assert '("KPIs" -> "Numbers")  # drift' in plan(stage)


@pytest.mark.parametrize("word", ["@9", "nowhere"])
def test_a_base_that_is_not_there_is_told(stage: Stage, word: str) -> None:
    edit(exported(stage), "title: KPIs", "title: Numbers")
    done = stage.run("plan", "content", "--instance", "dev", "--quiet", "--base", word)
    assert (done.code, word in done.err) == (1, True)


def test_what_another_version_has_written_is_not_guessed_at(stage: Stage) -> None:
    edit(exported(stage), "title: KPIs", "title: Numbers")
    with open_vault(stage.folder / "lookervault.db") as vault, vault.transaction() as connection:
        connection.execute("UPDATE agreements SET body = zeroblob(0)")
    assert '~ renamed ("KPIs" -> "Numbers")\n' in plan(stage)


def test_what_was_left_as_looker_has_it_stays_to_be_decided(stage: Stage) -> None:
    path = exported(stage)
    edit(path, "title: KPIs", "title: Mine")
    edit(path, "title: Count", "title: Orders")
    stage.dev.edit("dashboard", board(stage), title="Theirs")
    assert apply(stage, "--on-conflict", "live") == 0
    assert stage.dev.all("dashboard")[0]["title"] == "Theirs"
    assert "conflict: title was changed here and in Looker" in plan(stage, code=1)
    assert apply(stage) == 6
    edit(path, "title: Mine", "title: KPIs")
    assert '("Theirs" -> "KPIs")  # drift' in plan(stage)

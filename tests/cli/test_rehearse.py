"""`rehearse`, `sandbox --load` and `plan --base` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .conftest import Stage


def planned(stage: Stage) -> Path:
    stage.run("extract", "--instance", "dev", "--quiet")
    done = stage.run("plan", "@latest", "--instance", "prod", "--quiet", "--out", "p.lvplan")
    assert done.code == 0, done.err
    return stage.folder / "p.lvplan"


def test_a_plan_that_can_be_applied(stage: Stage) -> None:
    planned(stage)
    done = stage.run("rehearse", "p.lvplan", "--instance", "prod", "--quiet")
    assert done.code == 0, done.out + done.err
    assert "The plan can be applied." in done.out
    assert not [f for f in stage.prod.all("look") if f["title"] == "Orders"]


def test_a_plan_that_would_fail_exits_4(stage: Stage) -> None:
    planned(stage)
    root = next(f["id"] for f in stage.prod.all("folder") if f.get("is_shared_root"))
    stage.prod.create("folder", name="Sales", parent_id=root)
    done = stage.run("rehearse", "p.lvplan", "--instance", "prod", "--quiet")
    assert done.code == 4
    assert "folder:Shared/Sales" in done.out
    told = json.loads(stage.run("rehearse", "p.lvplan", "--instance", "prod", "--json").out)
    assert told["fine"] is False


def test_whose_each_difference_is(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    board: Any = stage.dev.all("dashboard")[0]["id"]
    stage.dev.edit("dashboard", board, description="by hand in Looker")
    text = stage.run("plan", "@1", "--instance", "dev", "--base", "@1", "--quiet").out
    assert 'description = "by hand in Looker"  # drift' in text
    assert "Since @1: 1 changed in Looker, and about to be undone (drift)." in text
    wrong = stage.run("plan", "@1", "--instance", "dev", "--on-conflict", "maybe", "--quiet")
    assert wrong.code == 2

"""Each folder of tests/scenarios: its two instances give its plan and calls, then nothing is left to do.

`pytest tests/test_scenarios.py --update-golden` writes plan.txt and calls.txt anew; read what changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from lookervault.plan.policy import Policy
from lookervault.report.safe import visible
from lookervault.report.text import render_text
from lookervault.sandbox import Call
from lookervault.store import mappings
from scenarios.build import Ids, build
from world import ALL_KINDS, World, world

FOLDER = Path(__file__).parent / "scenarios"
SCENARIOS = sorted(path for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__")


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda path: path.name)
def test_scenario(folder: Path, request: pytest.FixtureRequest) -> None:
    update = bool(request.config.getoption("--update-golden"))
    desired = read(folder / "desired.yaml")
    source, source_ids = build(desired, 1)
    target, target_ids = build(read(folder / "live.yaml"), 500)
    with world(source, target) as both:
        remember(both, desired.get("paired", {}), source_ids, target_ids)
        snapshot = both.extract(desired.get("kinds", ALL_KINDS), workers=1)
        policy = msgspec.convert(desired.get("policy", {}), Policy)
        plan = both.plan(snapshot, workers=1, policy=policy)
        golden(folder / "plan.txt", render_text(plan).replace(plan.target.host, "TARGET"), update)
        if not plan.errors:
            outcome = both.apply(plan, workers=1)
            assert outcome.failed + outcome.skipped == []
        golden(folder / "calls.txt", "".join(line(call) for call in both.writes()), update)
        if not plan.errors:
            assert both.plan(snapshot, workers=1, policy=policy).changes == []
            assert both.differences() == []


def test_there_are_scenarios_and_nothing_else() -> None:
    assert len(SCENARIOS) >= 60
    files = {"live.yaml", "desired.yaml", "plan.txt", "calls.txt"}
    assert {folder.name: {path.name for path in folder.iterdir()} ^ files for folder in SCENARIOS} == {
        folder.name: set() for folder in SCENARIOS
    }


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def remember(both: World, paired: dict[str, dict[str, str]], source: Ids, target: Ids) -> None:
    """Lets the vault know what an earlier apply has found out."""
    pairs = [
        (k, source[k][mine], target[k][its]) for k, names in paired.items() for mine, its in names.items()
    ]
    mappings.learn_all(both.vault, both.source_gateway.host, both.target_gateway.host, pairs)


def line(call: Call) -> str:
    """A call as a line: method, path and compact body; whatever is invisible is escaped."""
    body = "" if call.body is None else " " + json.dumps(call.body, ensure_ascii=False, separators=(",", ":"))
    return visible(f"{call.method} {call.path}{body}") + "\n"


def golden(path: Path, text: str, update: bool) -> None:
    """The text must be what the file holds, unless that is to be written."""
    if update:
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path.name} is missing; --update-golden writes it"
    assert text == path.read_text(encoding="utf-8")

"""`sandbox` serves what it is asked for, and fails as it is told to."""

from __future__ import annotations

from typing import Any

import pytest

from lookervault import sandbox
from lookervault.cli import play

from .conftest import Stage


class Started(Exception):
    """Stands in for waiting until Ctrl+C."""


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the command would serve."""
    told: dict[str, Any] = {}

    def serve(instance: sandbox.Instance, port: int, faults: sandbox.Faults) -> None:
        told.update(instance=instance, faults=faults)
        raise Started

    monkeypatch.setattr(sandbox, "serve", serve)
    return told


def start(**options: Any) -> None:
    defaults: dict[str, Any] = {"loaded": "", "config": "", "db": "", "fault_rate": 0.0, "seed": 0}
    plain = {
        "port": 0,
        "content": "demo",
        "objects": 0,
        "first_id": 1,
        "latency_ms": 0,
        "token_seconds": 3600,
    }
    with pytest.raises(Started):
        play.sandbox(**{**defaults, **plain, "fault_names": "429", **options})


def test_lookml_without_content_is_a_target_for_a_migration(served: dict[str, Any]) -> None:
    start(content="lookml", first_id=5000)
    assert [d for d in served["instance"].all("dashboard") if not d["readonly"]] == []
    assert "ecommerce" in [model["name"] for model in served["instance"].all("lookml_model")]
    start(content="blank")
    assert "ecommerce" not in [model["name"] for model in served["instance"].all("lookml_model")]


def test_faults_are_chosen_by_name(served: dict[str, Any]) -> None:
    start(fault_rate=0.5, fault_names="reset_after, token", seed=3)
    assert served["faults"].kinds == ("reset_after", "token")
    assert (served["faults"].rate, served["faults"].seed) == (0.5, 3)
    start(fault_names="all")
    assert {"429", "504", "stall", "truncated"} <= set(served["faults"].kinds)


def test_what_is_not_known_is_named(stage: Stage) -> None:
    done = stage.run("sandbox", "--faults", "429,oops")
    assert done.code == 2
    assert "no fault 'oops'" in done.err
    assert "reset_after" in done.err
    done = stage.run("sandbox", "--content", "full")
    assert done.code == 2
    assert "demo, lookml, blank" in done.err


def test_a_whole_run_survives_every_fault(stage: Stage) -> None:
    """Resets after the write and lost tokens among them: nothing twice, nothing lost."""
    kinds = tuple(kind for kind in sandbox.faults.KINDS if kind != "stall")
    stage.dev_server.faults = sandbox.Faults(seed=5, rate=0.1, kinds=kinds)
    stage.prod_server.faults = sandbox.Faults(seed=6, rate=0.1, kinds=kinds)
    assert stage.run("extract", "--instance", "dev", "--quiet").code == 0
    assert stage.run("apply", "@latest", "--instance", "prod", "--yes", "--quiet").code == 0
    stage.prod_server.faults = sandbox.Faults()
    assert "No changes." in stage.run("plan", "@latest", "--instance", "prod", "--quiet").out
    assert len([d for d in stage.prod.all("dashboard") if d["title"] == "KPIs"]) == 1

"""How fast and how often the commands may call, by option and by configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Stage
from lookervault.looker import limiter
from lookervault.looker.paths import bucket

RATES = ("--rate-limit-per-second", "500", "--rate-limit-per-minute", "60000")
Rates = list[tuple[float | None, float | None]]


@pytest.fixture
def extracted(stage: Stage) -> Stage:
    stage.run("extract", "--instance", "dev")
    return stage


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> Rates:
    """The ceilings of each limiter that is made."""
    made: Rates = []

    class Noting(limiter.Limiter):
        def __init__(self, per_second: float | None = None, per_minute: float | None = None) -> None:
            made.append((per_second, per_minute))
            super().__init__(per_second, per_minute)

    monkeypatch.setattr(limiter, "Limiter", Noting)
    return made


def metered(stage: Stage) -> int:
    """Calls to prod that a quota pays for."""
    return sum(bucket(c.path) != "none" for c in stage.prod_server.calls)


@pytest.mark.parametrize(
    "words",
    [
        ("plan",),
        ("apply", "--yes"),
        ("restore", "all", "--source-instance", "dev", "--yes"),
        ("extract",),
    ],
)
def test_every_call_of_a_command_keeps_to_the_rates(
    extracted: Stage, rates: Rates, words: tuple[str, ...]
) -> None:
    assert extracted.run(*words, "--instance", "prod", *RATES).code == 0
    assert set(rates) == {(500.0, 60000.0)}


def test_an_option_is_stronger_than_the_rate_of_the_instance(extracted: Stage, rates: Rates) -> None:
    with Path("lookervault.toml").open("a") as file:
        file.write("rate_limit_per_second = 400\nrate_limit_per_minute = 30000\n")
    extracted.run("plan", "--instance", "prod")
    extracted.run("plan", "--instance", "prod", "--rate-limit-per-second", "300")
    assert rates == [(400.0, 30000.0), (300.0, 30000.0)]


def test_a_rate_of_nothing_is_no_configuration(extracted: Stage) -> None:
    with Path("lookervault.toml").open("a") as file:
        file.write("rate_limit_per_second = 0\n")
    done = extracted.run("plan", "--instance", "prod")
    assert (done.code, "rate_limit_per_second" in done.err) == (2, True)


def test_6_planning_stops_where_the_budget_ends(extracted: Stage) -> None:
    done = extracted.run("plan", "--instance", "prod", "--max-calls", "3")
    assert (done.code, "the budget of 3 API calls is used up" in done.err) == (6, True)
    assert metered(extracted) == 3


def test_6_one_budget_is_for_the_reading_and_the_writing_and_the_rest_comes_later(extracted: Stage) -> None:
    extracted.run("plan", "--instance", "prod")
    budget = metered(extracted) + 2
    extracted.prod_server.calls.clear()
    done = extracted.run("apply", "--instance", "prod", "--yes", "--max-calls", str(budget))
    assert (done.code, f"the budget of {budget} API calls is used up" in done.err) == (6, True)
    assert metered(extracted) == budget
    assert 0 < sum(c.method != "GET" and bucket(c.path) != "none" for c in extracted.prod_server.calls) <= 2
    assert extracted.run("apply", "--resume", "--instance", "prod").code == 0
    assert extracted.run("plan", "--instance", "prod", "--detailed-exitcode").code == 0
    assert len(extracted.prod.all("look")) == 1


@pytest.mark.parametrize("by_option", [True, False])
def test_6_a_plan_that_takes_too_many_calls_is_refused_before_the_first_write(
    extracted: Stage, by_option: bool
) -> None:
    told = json.loads(extracted.run("plan", "--instance", "prod", "--format", "json").out)["cost"]["calls"]
    if not by_option:
        with Path("lookervault.toml").open("a") as file:
            file.write(f"[apply]\nmax_api_calls = {told - 1}\n")
    few = ("--max-api-calls", str(told - 1)) if by_option else ()
    done = extracted.run("apply", "--instance", "prod", "--yes", *few)
    assert done.code == 6
    assert f"about {told} API calls, and {told - 1} are allowed" in done.err
    assert f"--max-api-calls {told}" in done.err
    assert extracted.prod.all("look") == []
    enough = ("--max-api-calls", str(told))
    assert extracted.run("apply", "--instance", "prod", "--yes", *enough).code == 0


def test_a_plan_that_cannot_be_applied_is_shown_and_fails(extracted: Stage) -> None:
    extracted.prod.delete("lookml_model", "shop")
    done = extracted.run("plan", "--instance", "prod", "--detailed-exitcode", "--out", "p.lvplan")
    assert (done.code, "Errors:" in done.out, "cannot be applied" in done.err) == (1, True, True)
    assert Path("p.lvplan").exists()

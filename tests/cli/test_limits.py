"""How fast and how often the commands may call, by option and by configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Stage
from lookervault.looker import limiter
from lookervault.looker.paths import bucket
from lookervault.sandbox import Call, Faults

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
        ("restore", "single", "look", "look:Shared/Sales/Orders", "--source-instance", "dev"),
        ("extract",),
    ],
)
def test_every_call_of_a_command_keeps_to_the_rates(
    extracted: Stage, rates: Rates, words: tuple[str, ...]
) -> None:
    assert extracted.run(*words, "--instance", "prod", *RATES).code == 0
    assert set(rates) == {(500.0, 60000.0)}


def test_the_way_back_and_letters_keep_to_the_rates_too(extracted: Stage, rates: Rates) -> None:
    extracted.prod_server.faults = Faults(script=no_looks)
    extracted.run("apply", "--instance", "prod", "--yes", "--max-retries", "0", *RATES)
    extracted.prod_server.faults = Faults()
    assert extracted.run("restore", "dlq", "retry", "1", "--instance", "prod", *RATES).code == 0
    assert extracted.run("rollback", "--instance", "prod", "--yes", *RATES).code == 0
    assert set(rates) == {(500.0, 60000.0)}
    assert extracted.prod.all("look")[0]["deleted"]


def no_looks(call: Call) -> str | None:
    return "500" if (call.method, call.path) == ("POST", "/looks") else None


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
    done = extracted.run("apply", "--instance", "prod", "--yes", "--workers", "1", "--max-calls", str(budget))
    assert (done.code, f"the budget of {budget} API calls is used up" in done.err) == (6, True)
    assert metered(extracted) == budget
    assert 0 < sum(c.method != "GET" and bucket(c.path) != "none" for c in extracted.prod_server.calls) <= 2
    assert "Apply interrupted: 1 created, 0 updated, 0 deleted, 1 begun, 1 not started in" in done.out
    assert "  begun: dashboard:Shared/Sales/KPIs\n" in done.out
    assert "Next: lookervault apply --resume --instance prod\n" in done.out
    assert "interrupted" in extracted.run("restore", "status").out
    assert extracted.run("apply", "--resume", "--instance", "prod").code == 0
    assert extracted.run("plan", "--instance", "prod", "--detailed-exitcode").code == 0
    assert len(extracted.prod.all("look")) == 1


def test_6_where_the_budget_of_a_restore_ends_it_says_how_to_go_on(extracted: Stage) -> None:
    words = ("restore", "all", "--source-instance", "dev", "--instance", "prod", "--yes", "--json")
    extracted.run("plan", "--instance", "prod")
    budget = metered(extracted) + 5
    extracted.prod_server.calls.clear()
    done = extracted.run(*words, "--workers", "1", "--max-calls", str(budget))
    assert (done.code, metered(extracted)) == (3, budget)
    told = json.loads(done.out.splitlines()[-1])
    assert told["created"] == 1
    assert told["begun"] + told["not_started"] == ["dashboard:Shared/Sales/KPIs", "look:Shared/Sales/Orders"]
    assert told["next"] == f"lookervault restore resume {told['session']} --instance prod"
    assert extracted.run(*told["next"].split()[1:]).code == 0
    assert extracted.run("plan", "--instance", "prod", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("words", [("rollback", "--yes"), ("restore", "single", "look", "1")])
def test_6_a_budget_holds_for_whatever_writes(extracted: Stage, words: tuple[str, ...]) -> None:
    extracted.run("apply", "--instance", "prod", "--yes")
    extracted.prod_server.calls.clear()
    done = extracted.run(*words, "--instance", "prod", "--max-calls", "2")
    assert "the budget of 2 API calls is used up" in done.err
    assert metered(extracted) == 2


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

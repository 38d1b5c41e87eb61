"""How long a plan may take, as the commands say it."""

from __future__ import annotations

import re

import pytest

from cli.conftest import Stage
from lookervault.cli.estimate import duration
from lookervault.sandbox import Faults


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "about a second"),
        (80, "some 80 seconds"),
        (130, "some 2 minutes"),
        (9000, "some 2.5 hours"),
    ],
)
def test_a_time_is_said_as_exactly_as_it_is_known(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_the_slower_an_instance_the_longer_it_takes(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev")
    rates = []
    for latency in (0.0, 0.05):
        stage.prod_server.faults = Faults(latency=latency)
        told = stage.run("plan", "--instance", "prod", "--workers", "1").err
        found = re.search(r"takes .* seconds? at the present rate of (\d+) calls a second", told)
        assert found, told
        rates.append(int(found[1]))
    assert rates[0] > rates[1]
    assert 5 < rates[1] <= 20
    assert "present rate" not in stage.run("plan", "--instance", "prod", "--quiet").err

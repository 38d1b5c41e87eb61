"""Freeze windows: nothing is written while one is on, unless somebody says why (row B9)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lookervault.cli.freeze import OVERRIDE
from lookervault.config import Freeze

from .conftest import Stage


@pytest.mark.parametrize(
    ("freeze", "now", "until"),
    [
        (Freeze("0 16 * * fri", 64), "2026-11-20T15:59", None),
        (Freeze("0 16 * * fri", 64), "2026-11-20T16:00", "2026-11-23T08:00"),
        (Freeze("0 16 * * fri", 64), "2026-11-23T07:59", "2026-11-23T08:00"),
        (Freeze("0 16 * * fri", 64), "2026-11-23T08:00", None),
        (Freeze("0 16 * * fri", 64, timezone="Europe/Zurich"), "2026-11-20T15:30", "2026-11-23T07:00"),
        (Freeze("0 0 24 12 *", 24 * 9), "2027-01-01T12:00", "2027-01-02T00:00"),
        (Freeze("0 0 24 12 *", 24 * 9), "2027-01-02T12:00", None),
    ],
)
def test_from_when_until_when(freeze: Freeze, now: str, until: str | None) -> None:
    end = freeze.until(datetime.fromisoformat(f"{now}+00:00"))
    assert (end.astimezone(UTC).isoformat()[:16] if end else None) == until


def frozen(stage: Stage, *lines: str) -> None:
    path = stage.folder / "lookervault.toml"
    told = "\n".join(["", "[[instances.prod.freeze]]", *lines, ""])
    path.write_text(path.read_text().partition("\n[[instances.prod.freeze]]")[0] + told)


ALWAYS = ('begins = "* * * * *"', "hours = 1", 'reason = "the year is closed"')


def test_nothing_is_written_meanwhile(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    frozen(stage, *ALWAYS)
    assert stage.run("plan", "-i", "prod", "-q", "--out", "x.lvplan").code == 0
    before = len(stage.prod_server.calls)
    for words in (
        ("apply", "x.lvplan", "-i", "prod", "-q", "--yes"),
        ("apply", "@1", "-i", "prod", "-q", "--yes"),
        ("restore", "all", "-i", "prod", "-q", "--yes", "--source-instance", "dev"),
        ("restore", "single", "look", "look:Shared/Sales/Orders", "-i", "prod", "--source-instance", "dev"),
    ):
        done = stage.run(*words)
        assert done.code == (6 if words[0] == "apply" else 3), done.err
        assert "prod is frozen until " in done.err
        assert "(the year is closed): nothing is written" in done.err
        assert f"say why in {OVERRIDE}" in done.err
    assert not [c for c in stage.prod_server.calls[before:] if c.method != "GET" and "/log" not in c.path]
    monkeypatch.setenv(OVERRIDE, "incident 12")
    done = stage.run("apply", "x.lvplan", "-i", "prod", "-q", "--yes")
    assert (done.code, "; overridden: incident 12" in done.err) == (0, True)
    assert stage.run("apply", "@1", "-i", "dev", "-q", "--yes").code == 0, "another instance is not frozen"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('begins = "every day"', "'every day' is no crontab"),
        ('timezone = "Mars"', "there is no time zone 'Mars'"),
        ("hours = 0", "Expected `float` > 0"),
        ("hour = 3", "did you mean 'hours'?"),
    ],
)
def test_mistakes_are_told(stage: Stage, line: str, message: str) -> None:
    kept = [x for x in ALWAYS if x.split(" ")[0] != line.split(" ")[0]]
    frozen(stage, *kept, line)
    done = stage.run("snapshots")
    assert done.code == 2
    assert message in done.err

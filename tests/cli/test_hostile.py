"""What a command prints of texts from Looker is harmless to a terminal, in every form it has."""

from __future__ import annotations

import json

import pytest

from report.test_hostile import harmless

from .conftest import Stage
from .test_base import board

EVIL = "\x1b[31m\x9b1m \u202egpj\u2028 \x85\r\n# look:A will be deleted\x07 `</details>` @octocat #1"
FORMS = [
    *(["list", "dashboards", *more] for more in ([], ["--json"])),
    *(["show", "ADDRESS", "--format", form] for form in ("json", "yaml")),
    *(["log", *address, *more] for address in ([], ["ADDRESS"]) for more in ([], ["--json"])),
    *(["diff", "@1", "@2", "--format", form] for form in ("text", "json")),
    *(["drift", "@1", "-i", "dev", "-q", "--format", form] for form in ("text", "json", "markdown")),
    *(["plan", "@2", "-i", "prod", "-q", "--format", form] for form in ("text", "json", "markdown", "html")),
    *(["graph", "@2", "-i", "prod", "--format", form] for form in ("tree", "dot", "mermaid")),
    *(["export", "content", *more] for more in ([], ["--json"])),
    *(["drift", "--adopt", "content", "-i", "dev", "-q", "--format", form] for form in ("text", "json")),
    ["apply", "@2", "-i", "prod", "--yes", "--json"],
    ["verify", "--json"],
]


@pytest.fixture
def hostile(stage: Stage) -> Stage:
    stage.run("extract", "-i", "dev", "-q")
    tile = stage.dev.all("dashboard_element")[0]["id"]
    stage.dev.edit("dashboard", board(stage), title=EVIL, description=EVIL)
    stage.dev.edit("dashboard_element", tile, title=EVIL, note_text=EVIL)
    stage.dev.edit("look", stage.dev.all("look")[0]["id"], description=EVIL)
    stage.run("extract", "-i", "dev", "-q")
    return stage


def test_no_command_prints_what_a_terminal_would_obey(hostile: Stage) -> None:
    address = json.loads(hostile.run("list", "dashboards", "--json").out)["address"]
    assert "\x1b" in address
    for words in FORMS:
        done = hostile.run(*(address if word == "ADDRESS" else word for word in words))
        assert harmless(done.out), (words, ascii(done.out))
        assert harmless(done.err), (words, ascii(done.err))
        assert done.code in (0, 2), (words, done.err)

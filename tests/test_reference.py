"""The reference says what the code says: every command, option, key and kind."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import typer

from lookervault.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("generate_reference", ROOT / "script" / "generate_reference.py")
assert SPEC is not None and SPEC.loader is not None
script = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(script)


@pytest.mark.parametrize("name", sorted(script.pages()))
def test_no_page_is_stale(name: str) -> None:
    stored = ROOT / "docs" / "reference" / name
    assert stored.is_file(), "run script/generate_reference.py"
    assert script.pages()[name] == stored.read_text(encoding="utf-8"), "run script/generate_reference.py"


def every_command(group: Any, words: tuple[str, ...] = ()) -> list[tuple[str, Any]]:
    found = []
    for name, command in group.commands.items():
        inner = hasattr(command, "commands")
        found += every_command(command, (*words, name)) if inner else [(" ".join((*words, name)), command)]
    return found


COMMANDS = every_command(typer.main.get_command(app))


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_says_what_it_does_and_how(name: str, command: Any) -> None:
    assert command.help, name
    assert "Example" in command.help, f"{name} shows no example"
    for option in command.params:
        if option.param_type_name == "option":
            assert option.help or option.hidden, f"{name} {option.opts} has no help"

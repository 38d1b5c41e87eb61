"""Writes docs/reference: commands, configuration and kinds, as the code declares them.

Run `python script/generate_reference.py`; a test fails where the pages are stale.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer

from lookervault import config, errors
from lookervault.cli.main import app
from lookervault.model.catalog import KINDS
from lookervault.report.schema import plan_schema

HOME = Path(__file__).resolve().parents[1] / "docs" / "reference"
NOTE = "<!-- written by script/generate_reference.py -->\n"


def commands() -> str:
    """Every command with its arguments, options and examples."""
    root: Any = typer.main.get_command(app)
    told = [
        NOTE,
        "# Commands\n",
        "Every command has `--help`. Errors end with the exit codes of the README.\n",
    ]
    for words, command in _all_commands(root, ("lookervault",)):
        told += _command(words, command)
    return "\n".join(told)


def _all_commands(group: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from _all_commands(command, (*words, name))
        else:
            yield (*words, name), command


def _command(words: tuple[str, ...], command: Any) -> list[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    usage = " ".join([*words, *(f"[{p.human_readable_name}]" for p in arguments)])
    text, _, examples = inspect.cleandoc(command.help or "").partition("Example")
    told = [f"## {' '.join(words[1:])}\n", f"```text\n{usage} [OPTIONS]\n```\n", text.strip() + "\n"]
    told += [f"- `{p.human_readable_name}`: {p.help or ''}" for p in arguments]
    told += [""] if arguments else []
    if options:
        told += ["| option | default | meaning |", "|---|---|---|", *map(_option, options), ""]
    lines = [line.strip() for line in examples.partition(":")[2].splitlines() if line.strip()]
    if lines:
        told += ["```sh", *lines, "```", ""]
    return told


def _option(option: Any) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    shown = option.show_default if isinstance(option.show_default, str) else option.default
    default = "" if shown in (None, "", False, [], ()) or callable(shown) else f"`{shown}`"
    return f"| {names} | {default} | {(option.help or '').replace('|', chr(92) + '|')} |"


def configuration() -> str:
    """Every key of lookervault.toml, with its default and what the code says of it."""
    told = [NOTE, "# Configuration\n", f"{inspect.cleandoc(config.__doc__ or '')}\n"]
    told += _keys(config.Config, "")
    return "\n".join(told) + "\n"


def _keys(struct: type[msgspec.Struct], prefix: str) -> list[str]:
    """The keys of one section, then those of the sections in it."""
    told = [f"## `[{prefix.rstrip('.')}]`\n" if prefix else "## Top level\n"]
    told += [inspect.cleandoc(struct.__doc__ or "") + "\n", "| key | default |", "|---|---|"]
    inner: list[str] = []
    for field in msgspec.structs.fields(struct):
        section = _section(field.type)
        if section:
            name = f"{prefix}{field.name}." + ("NAME." if "dict" in str(field.type) else "")
            inner += _keys(section, name)
        elif field.name != "path":
            told.append(f"| `{prefix}{field.name}` | {_default(field)} |")
    return [*told, "", *inner]


def _section(kind: Any) -> type[msgspec.Struct] | None:
    found = [t for t in (kind, *getattr(kind, "__args__", ())) if isinstance(t, type)]
    return next((t for t in found if issubclass(t, msgspec.Struct)), None)


def _default(field: Any) -> str:
    if field.required:
        return "required"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return f"`{msgspec.json.encode(value).decode()}`" if value not in ("", None) else ""


def kinds() -> str:
    """Every kind: what it is called, how it is handled, how it is found again."""
    told = [
        NOTE,
        "# Kinds\n",
        "| kind | handled | deleted by `--prune` | fields written |",
        "|---|---|---|---|",
    ]
    roles = {"managed": "planned and written", "reference": "mapped and checked", "value": "read along"}
    for kind in sorted(KINDS.values(), key=lambda k: (k.role != "managed", k.name)):
        fields = ", ".join(f"`{f}`" for f in sorted({*kind.fields, *(r.field for r in kind.refs if r.field)}))
        told.append(f"| `{kind.name}` ({kind.title}) | {roles[kind.role]} | {fields} |")
    return "\n".join(told) + "\n"


def exit_codes() -> str:
    """The tree of errors with their exit codes, as errors.py tells it."""
    tree = (errors.__doc__ or "").partition("\n\n")[2].strip()
    return f"{NOTE}\n# Errors and exit codes\n\n```text\n{tree}\n```\n"


def pages() -> dict[str, str]:
    """All pages by file name."""
    made = {
        "commands": commands(),
        "configuration": configuration(),
        "kinds": kinds(),
        "errors": exit_codes(),
    }
    told = {f"{name}.md": re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n" for name, text in made.items()}
    schema = msgspec.json.format(msgspec.json.encode(plan_schema()), indent=2).decode()
    return {**told, "plan.schema.json": f"{schema}\n"}


if __name__ == "__main__":
    HOME.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (HOME / name).write_text(text, encoding="utf-8")

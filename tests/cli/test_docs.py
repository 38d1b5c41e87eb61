"""The documents, typed as they are written, against sandboxes on loopback.

A comment before a block says what a test cannot guess: `<!-- test: skip (why) -->`, `background` (a server
in another terminal), `exit 5` (it ends with that code), `file NAME` (the block is that file), `sample` (a
text that is not checked). `<!-- test: run`, commands and `-->` are what the text tells of as done by hand.
Ports are exchanged for free ones. The lines of a `text` block must occur, in this order, in what the block
before it has printed.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.exceptions import TyperException

from lookervault.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r"(?:<!-- test: (?P<mark>[^>\n]*?)\s*-->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$"
    r"|<!-- test: run\n(?P<hidden>.*?)-->",
    re.DOTALL | re.MULTILINE,
)
PLACEHOLDER = re.compile(r"=\.\.\.|example\.cloud\.looker\.com")
PORT = re.compile(r"\b199\d\d\b")
BETWEEN = "@@ block "
CALL = """import json, sys, urllib.parse, urllib.request
base, method, path, *body = sys.argv[1:]
form = urllib.parse.urlencode({"client_id": "sandbox", "client_secret": "sandbox-secret"}).encode()
token = json.load(urllib.request.urlopen(base + "/api/4.0/login", form))["access_token"]
heads = {"Authorization": "token " + token, "Content-Type": "application/json"}
urllib.request.urlopen(urllib.request.Request(
    base + "/api/4.0" + path, method=method, headers=heads, data=body[0].encode() if body else None))
"""


@dataclass
class Block:
    """A fenced block of a document, or hidden commands."""

    mark: str
    kind: str
    body: str

    @property
    def skipped(self) -> bool:
        return self.mark.startswith(("skip", "sample")) or "pip install" in self.body


def blocks(text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        if found["hidden"] is not None:
            yield Block("", "sh", found["hidden"])
        else:
            yield Block(found["mark"] or "", found["kind"], found["body"])


def typed(block: Block, number: int) -> str:
    """What is put into the script for one block."""
    lines = [line for line in block.body.splitlines() if not PLACEHOLDER.search(line)]
    body = "\n".join(lines)
    head = f"printf '\\n{BETWEEN}{number}\\n'\n"
    if block.mark == "background":
        port = re.search(r"--port (\d+)", body)
        assert port, "a server in the background needs a port"
        probe = f"(exec 3<>/dev/tcp/127.0.0.1/{port[1]}) 2>/dev/null"
        return f"{head}{{ exec {body}\n}} >/dev/null &\nuntil {probe}; do sleep 0.05; done\n"
    if block.mark.startswith("exit "):
        return f"{head}code=0\n{{ {body}\n}} || code=$?\n[ $code = {block.mark.split()[1]} ]\n"
    if block.mark.startswith("file "):
        return f"{head}cat > '{block.mark[5:]}' <<'END OF FILE'\n{block.body}END OF FILE\n"
    return f"{head}{body}\n"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def outputs(printed: str) -> dict[int, str]:
    parts = re.split(rf"^{BETWEEN}(\d+)$", printed, flags=re.MULTILINE)
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def missing(expected: str, printed: str) -> list[str]:
    """The lines of a shown text that did not come, in order; `...` stands for any."""
    left, lost = printed.splitlines(), []
    for line in (line.rstrip() for line in expected.splitlines()):
        if not line.strip() or line.strip() == "...":
            continue
        at = next((n for n, told in enumerate(left) if line in told), None)
        if at is None:
            lost.append(line)
        else:
            left = left[at + 1 :]
    return lost


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PATH with `lookervault`, `python3` and `looker-call` (a click in Looker) as commands."""
    folder = tmp_path_factory.mktemp("bin")
    prefork, line = Path(__file__).with_name("prefork.py"), folder / "line"
    # a server must be a process of its own, to be ended; all else is forked from one that is warm
    command = f"""[ "$1" = sandbox ] && exec "{sys.executable}" -m lookervault "$@"
exec "{sys.executable}" -S "{prefork}" "{line}" "$@\""""
    call = f'exec "{sys.executable}" -S "{folder}/call.py" "$@"'
    (folder / "call.py").write_text(CALL)
    texts = {"lookervault": command, "python3": f'exec "{sys.executable}" "$@"', "looker-call": call}
    for name, text in texts.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    with subprocess.Popen([sys.executable, str(prefork), "serve", str(line)]) as warm:
        try:
            while not line.exists():
                assert warm.poll() is None
                time.sleep(0.02)
            yield f"{folder}{os.pathsep}{os.environ['PATH']}"
        finally:
            warm.terminate()


def follow(document: Path, folder: Path, env: dict[str, str], path: str) -> list[str]:
    """Types every command of a document; the texts it shows that are not what came."""
    text = document.read_text(encoding="utf-8")
    for port in sorted(set(PORT.findall(text))) if "--port" in text else []:
        text = text.replace(port, str(free_port()))
    told = [block for block in blocks(text) if not block.skipped]
    runs = [(n, b) for n, b in enumerate(told) if b.kind == "sh" or b.mark.startswith("file ")]
    script = "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"
    script += "".join(typed(block, n) for n, block in runs)
    done = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{script}"],
        cwd=folder,
        env={**os.environ, **env, "PATH": path, "COLUMNS": "110"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    printed, last, wrong = outputs(done.stdout), "", []
    for number, block in enumerate(told):
        last = printed.get(number, last)
        if block.kind == "text" and last and (lost := missing(block.body, last)):
            wrong.append("\n".join(["not printed:", *lost, "but:", last]))
    return wrong


@pytest.mark.parametrize("name", ["quickstart", "recipes", "sandbox"])
def test_a_document_can_be_followed(name: str, tmp_path: Path, programs: str) -> None:
    assert follow(ROOT / "docs" / f"{name}.md", tmp_path, {}, programs) == []


def test_readme_can_be_followed(tmp_path: Path, programs: str) -> None:
    assert follow(ROOT / "README.md", tmp_path, {}, programs) == []


@pytest.mark.parametrize(
    "document", [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))], ids=lambda path: path.name
)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", document.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        goal = (document.parent / path).resolve() if path else document
        assert goal.exists(), link
        if anchor:
            heads = re.findall(r"^#+ (.*)$", goal.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}, link


FOLLOWED = {"README.md", "docs/quickstart.md", "docs/recipes.md", "docs/sandbox.md"}
WRITTEN = [ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("examples/**/*.md")]


@pytest.mark.parametrize("document", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_command_is_left_out_without_a_reason(document: Path) -> None:
    for block in blocks(document.read_text(encoding="utf-8")):
        lines = [line for line in block.body.splitlines() if re.match(r"\s*(\$ )?lookervault ", line)]
        if not lines or block.kind == "text":
            continue
        assert block.kind == "sh", (block.kind, lines)
        assert document.relative_to(ROOT).as_posix() in FOLLOWED, lines
        assert (
            not block.skipped or re.fullmatch(r"(skip|sample) \(.{10,}\)", block.mark) or "pip" in block.body
        ), lines
        assert not [line for line in lines if PLACEHOLDER.search(line)], "dropped, though it is a command"


EVERYWHERE = [*WRITTEN, *ROOT.glob("docs/reference/*.md"), *ROOT.glob("examples/**/*.yml")]


def named(document: Path) -> Iterator[str]:
    """The commands of a document: in blocks, and those that are named in passing."""
    text = document.read_text(encoding="utf-8")
    for body in [b.body for b in blocks(text) if b.kind == "sh"] if document.suffix == ".md" else [text]:
        yield from re.findall(r"^\s*(lookervault .+)$", body, re.MULTILINE)
    yield from (x for x in re.findall(r"`(lookervault [^`\n]+)`", text))


def parsed(command: str) -> None:
    """Parses a command as the program would; an error where it does not know a word of it."""
    words = shlex.split(re.split(r" [|>#&]", command)[0], posix=True)[1:]
    group: Any = typer.main.get_command(app)
    while words and hasattr(group, "commands"):
        assert words[0] in group.commands, words[0]
        group = group.commands[words.pop(0)]
    if words and "--help" not in words:
        group.make_context(group.name, words)


@pytest.mark.parametrize("document", EVERYWHERE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_that_is_named_is_understood(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the reference, and those named in passing, are not run; they must parse as they stand."""
    monkeypatch.chdir(tmp_path)
    Path("review.lvplan").touch()
    for command in named(document):
        if not re.search(r"\.\.\.|\[|\$", command):
            parsed(command)


@pytest.mark.parametrize("command", ["lookervault plan --bse x", "lookervault plann", "lookervault log a b"])
def test_a_command_that_is_not_understood_is_seen(command: str) -> None:
    with pytest.raises((AssertionError, TyperException)):
        parsed(command)

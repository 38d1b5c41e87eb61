"""The walls of the house (docs/design.md): who may import whom, what pure rooms may not do, and sizes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src" / "lookervault"
FILES = sorted(SRC.rglob("*.py"))

# room -> rooms it may import
ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "config": {"errors"},
    "model": {"errors"},
    "plan": {"errors", "model"},
    "report": {"errors", "model", "plan"},
    "store": {"errors", "model", "plan"},
    "looker": {"errors", "model", "plan"},
    "sandbox": {"errors", "model"},
    "run": {"errors", "config", "model", "plan", "report", "store", "looker", "sandbox"},
    "cli": {"errors", "config", "model", "plan", "report", "store", "looker", "run", "sandbox"},
    "__init__": set(),
    "__main__": {"cli"},
}
# third party or standard library module -> where alone it may be imported
HOMES: dict[str, tuple[str, ...]] = {
    "looker_sdk": ("looker", "sandbox"),
    "tenacity": ("looker",),
    "urllib3": ("looker",),
    "sqlite3": ("store",),
    "yaml": ("store",),
    "zstandard": ("store",),
    "networkx": ("plan/graph.py",),
    "deepdiff": ("plan/edits.py",),
    "jinja2": ("report/page",),
    "typer": ("cli",),
    "rich": ("cli",),
    "certifi": ("looker",),
    "cronsim": ("config.py",),
    "attr": ("sandbox",),
    "msgspec": ("",),
}
PURE = ("model", "plan")
# what a pure room may not even import, and the names that do I/O or look at the world
IMPURE_MODULES = {
    *("os", "io", "sys", "time", "random", "pathlib", "shutil", "tempfile", "glob", "subprocess", "socket"),
    *("threading", "multiprocessing", "concurrent", "asyncio", "logging", "uuid", "http", "urllib", "ssl"),
    *("secrets", "getpass", "platform", "signal", "locale", "importlib"),
}
IMPURE_NAMES = {"open", "print", "input", "exec", "eval", "breakpoint", "__import__"}
IMPURE_ATTRIBUTES = {"now", "utcnow", "today", "environ", "getenv"}

HEAVY = ("cronsim", "looker_sdk", "deepdiff", "networkx", "rich", "requests", "tenacity", "yaml", "sqlite3")


def where(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def room(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere, also inside functions; of `from a import b` also `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def rooms_of(tree: ast.AST) -> set[str]:
    """The rooms of lookervault that a module imports."""
    found = {name.split(".")[1] for name in imports(tree) if name.startswith("lookervault.")}
    return {name for name in found if name in ROOMS}


def outsiders(tree: ast.AST) -> set[str]:
    """The top-level modules outside of lookervault that a module imports."""
    return {name.split(".")[0] for name in imports(tree)} - {"lookervault"}


def impurities(tree: ast.AST) -> set[str]:
    """What a module does that a pure one may not."""
    told = {name for name in imports(tree) if not name.startswith("urllib.parse")}  # texts, no calls
    found = {name.split(".")[0] for name in told} & IMPURE_MODULES
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in IMPURE_NAMES:
            found.add(node.id)
        if isinstance(node, ast.Attribute) and node.attr in IMPURE_ATTRIBUTES:
            found.add(f".{node.attr}")
    return found


def broad_excepts(tree: ast.AST) -> int:
    """How often anything at all is caught and kept; what is raised again after tidying up is not."""

    def broad(caught: ast.expr | None) -> bool:
        if caught is None:
            return True
        names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
        return any(isinstance(n, ast.Name) and n.id in ("Exception", "BaseException") for n in names)

    handlers = (n for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler))
    return sum(broad(n.type) and not isinstance(n.body[-1], ast.Raise) for n in handlers)


def long_functions(tree: ast.AST, limit: int = 60) -> list[str]:
    """Functions with more lines than that; a docstring, which may be a command's help, does not count."""
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return [n.name for n in functions if _lines(n) - _docstring_lines(n) > limit]


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return _lines(node.body[0]) if ast.get_docstring(node) is not None else 0


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=where)
def test_rooms_import_only_what_lies_below(path: Path) -> None:
    own = room(path)
    assert own in ROOMS, f"{own} is a room that this test does not know"
    assert rooms_of(parsed(path)) - {own} <= ROOMS[own]


@pytest.mark.parametrize("path", FILES, ids=where)
def test_imports_are_absolute_and_third_parties_stay_at_home(path: Path) -> None:
    names = outsiders(parsed(path))
    assert "" not in names, "relative import"
    strangers = {n for n in names if n not in sys.stdlib_module_names} - HOMES.keys()
    assert not strangers, "third parties without a home"
    abroad = {n for n in names & HOMES.keys() if not where(path).startswith(HOMES[n])}
    assert not abroad


@pytest.mark.parametrize("path", [p for p in FILES if room(p) in PURE], ids=where)
def test_pure_rooms_do_nothing_to_the_world_and_ask_nothing_of_it(path: Path) -> None:
    assert impurities(parsed(path)) == set()


def test_hardly_anything_is_caught_broadly() -> None:
    counts = {where(p): broad_excepts(parsed(p)) for p in FILES}
    assert sum(counts.values()) <= 2, {k: v for k, v in counts.items() if v}


@pytest.mark.parametrize("path", FILES, ids=where)
def test_functions_and_files_stay_small(path: Path) -> None:
    assert long_functions(parsed(path)) == []
    if where(path) != "model/fields.py":  # generated
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


def test_third_parties_are_declared_as_dependencies() -> None:
    text = (SRC.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    declared = {
        re.split(r"[^\w.-]", line)[0].lower() for line in tomllib.loads(text)["project"]["dependencies"]
    }
    names = {"looker_sdk": "looker-sdk", "yaml": "pyyaml", "attr": "attrs"}
    used = {n for path in FILES for n in outsiders(parsed(path))} - set(sys.stdlib_module_names)
    assert {names.get(n, n) for n in used} == declared


def test_no_command_pays_for_libraries_it_may_not_need() -> None:
    program = (
        "import sys, lookervault.cli.main\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])\n"
        "print('typer' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(SRC.parent), "PATH": ""},
    )
    assert done.stdout.split("\n")[:2] == ["[]", "True"]


def test_the_rooms_are_those_that_there_are() -> None:
    assert {room(p) for p in FILES} == set(ROOMS)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("from lookervault.store import vault", {"store"}),
        ("from lookervault import looker", {"looker"}),
        ("def f():\n    import lookervault.run.apply as a", {"run"}),
        ("import typing\nif typing.TYPE_CHECKING:\n    from lookervault.cli.main import app", {"cli"}),
        ("from lookervault import __version__", set()),
    ],
)
def test_an_import_of_a_room_is_seen(source: str, seen: set[str]) -> None:
    assert rooms_of(ast.parse(source)) == seen


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import os.path", {"os"}),
        ("from pathlib import Path as P", {"pathlib"}),
        ("open('x')", {"open"}),
        ("print(1)", {"print"}),
        ("import datetime\ndatetime.datetime.now()", {".now"}),
        ("from lookervault.model.secrets import redact", set()),
        ("x = {'open': 1}['open']", set()),
    ],
)
def test_an_impurity_is_seen(source: str, seen: set[str]) -> None:
    assert impurities(ast.parse(source)) == seen


@pytest.mark.parametrize(
    ("caught", "count"),
    [("", 1), (" Exception", 1), (" (ValueError, BaseException)", 1), (" ValueError", 0), (" (A, B)", 0)],
)
def test_a_broad_except_is_seen(caught: str, count: int) -> None:
    assert broad_excepts(ast.parse(f"try:\n    pass\nexcept{caught}:\n    pass")) == count
    assert broad_excepts(ast.parse(f"try:\n    pass\nexcept{caught}:\n    undo()\n    raise")) == 0


def test_a_long_function_is_seen() -> None:
    told = ["def told():", "    '''What it", "    gives.'''", *["    x = 1"] * 59]
    lines = ["def short():", *["    x = 1"] * 59, *told, "def long():", *["    x = 1"] * 60]
    assert long_functions(ast.parse("\n".join(lines))) == ["long"]


def test_a_relative_import_is_seen() -> None:
    assert "" in outsiders(ast.parse("from .near import thing"))

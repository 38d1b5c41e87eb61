"""Random edits to a tree: each is planned and applied until nothing is left, or told with file and line."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lookervault.errors import AmbiguousPair, NotFound, TreeError
from lookervault.model.catalog import KINDS
from lookervault.model.document.paths import kind_at
from lookervault.run.planning import Request, plan_request
from lookervault.run.tree import export_tree
from lookervault.store.tree.emit import emit
from lookervault.store.vault import open_vault
from world import World, world

from .everything import everything
from .small import named

TREE, SCHEMAS = "tree", ".lookervault/schema"
WORDS = [
    "",
    "x",
    "Sales",
    "a/b",
    "no",
    "1:30",
    "#7",
    "é🙂",
    "Ann's *",
    "x" * 300,
    "two\nlines  \n",
    "CON",
    "..",
]
SCALARS = [None, True, False, 0, 7, -1, 2.5, 10**30, *WORDS]
# with marks of documents, as nobody would use them
MARKED = [{"$value": 7}, {"$value": ["x"]}, {"$value": {"x": None}}, {"$value": None}, {"$json": "{"}]
MARKED += [{"$link": "dashboard:x"}, {"$link": "look:Shared/x", "$part": 1}, {"$more": {"name": ["x"]}}]
SHAPES = [[], {}, ["x"], {"x": 1}, [["x"]], [{"title": "x"}], *MARKED]


class Stage(NamedTuple):
    """What edits start from."""

    world: World
    files: dict[str, bytes]
    pristine: Any

    def __repr__(self) -> str:
        """A word, since Hypothesis wants to show its arguments."""
        return "stage"


class Editor:
    """Changes the files of one tree as a careless person would."""

    def __init__(self, files: dict[str, bytes], chance: random.Random) -> None:
        self.files = files
        self.chance = chance

    def paths(self) -> list[str]:
        return sorted(p for p in self.files if p.endswith(".yaml") and not p.startswith("."))

    def edit(self) -> None:
        """One edit."""
        ways = [self.value] * 8 + [self.add] * 4 + [self.line] * 3
        ways += [self.letter, self.copy, self.remove, self.rename]
        self.chance.choice(ways)(self.chance.choice(self.paths()))

    def value(self, path: str) -> None:
        """Puts something else in the place of a value, takes a key away, or moves one here from elsewhere."""
        document = self._read(path)
        spots = list(_spots(document))
        if not spots:
            return
        holder, key = self.chance.choice(spots)
        how = self.chance.choice(["same kind", "same kind", "any", "gone", "twice", "else"])
        if how == "gone":
            del holder[key]
        elif how == "twice" and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif how == "else":
            other = self._read(self.chance.choice(self.paths()))
            held = [h[k] for h, k in _spots(other)]
            holder[key] = copy.deepcopy(self.chance.choice(held)) if held else None
        else:
            holder[key] = (
                self._like(holder[key]) if how == "same kind" else self.chance.choice(SCALARS + SHAPES)
            )
        self.files[path] = emit(document).encode(errors="replace") if isinstance(document, dict) else b""

    def add(self, path: str) -> None:
        """Says something that is not said yet, of all that documents of the kind may say."""
        document, schema = self._read(path), self.files.get(f"{SCHEMAS}/{kind_at(path)}.json")
        unsaid = list(_unsaid(document, json.loads(schema))) if schema else []
        if not unsaid:
            return
        # what is nested has more keys, and would always be chosen
        depth = self.chance.choice(sorted({depth for depth, *_ in unsaid}))
        holder, key, shape = self.chance.choice([spot for d, *spot in unsaid if d == depth])
        holder[key] = self._of_shape(shape)
        self.files[path] = emit(document).encode(errors="replace")

    def _of_shape(self, shape: dict[str, Any]) -> Any:
        """A value as the schema asks for, more or less."""
        shape = self.chance.choice(shape["anyOf"]) if "anyOf" in shape else shape
        if self.chance.random() < 0.1 or not ({"type", "enum"} & shape.keys()):
            return copy.deepcopy(self.chance.choice(SCALARS + SHAPES))
        if "enum" in shape:
            return self.chance.choice(shape["enum"])
        types = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
        if "array" in types:
            return [self._of_shape(shape.get("items", {})) for _ in range(self.chance.randrange(1, 3))]
        if "object" in types:
            return {key: self._of_shape(inner) for key, inner in shape.get("properties", {}).items()}
        if "boolean" in types:
            return self.chance.choice([True, False])
        numbers = {"integer": [0, 7, -1, 10**30], "number": [0, 7, 2.5]}
        plain = [x for name in types for x in numbers.get(name, WORDS if name == "string" else [])]
        return self.chance.choice(plain or SCALARS)

    def _read(self, path: str) -> Any:
        """What a file holds; nothing, where an edit before has left no YAML."""
        try:
            return yaml.safe_load(self.files[path])
        except (yaml.YAMLError, ValueError):
            return None

    def _like(self, value: Any) -> Any:
        if isinstance(value, bool):
            return not value
        if isinstance(value, int | float):
            return value + self.chance.choice([1, -1, 5])
        if isinstance(value, str):
            return self.chance.choice([value + " x", value[:-1], value.upper(), *WORDS])
        if isinstance(value, list):
            return value[1:] if value else value
        return dict(list(value.items())[1:]) if isinstance(value, dict) else value

    def line(self, path: str) -> None:
        """Takes a line away, repeats it, or swaps it with the one below."""
        lines = self.files[path].split(b"\n")
        at = self.chance.randrange(len(lines))
        how = self.chance.choice(["gone", "twice", "swap", "indent"])
        if how == "gone":
            del lines[at]
        elif how == "twice":
            lines.insert(at, lines[at])
        elif how == "indent":
            lines[at] = b"  " + lines[at]
        elif at:
            lines[at - 1], lines[at] = lines[at], lines[at - 1]
        self.files[path] = b"\n".join(lines)

    def letter(self, path: str) -> None:
        """Changes one byte."""
        data = bytearray(self.files[path])
        if data:
            data[self.chance.randrange(len(data))] = self.chance.choice(b"a:-#'\"[]{}&*!|>\n\t \x00\xff")
        self.files[path] = bytes(data)

    def copy(self, path: str) -> None:
        """Copies a file, as who begins a new one does; sometimes with another title."""
        document = self._read(path)
        if isinstance(document, dict) and self.chance.random() < 0.7:
            document.pop("slug", None)
            for key in ("title", "name", "label", "email"):
                if key in document:
                    document[key] = f"{document[key]}-new"
        stem, dot, ending = path.rpartition("/")[2].partition(".")
        new = path.rpartition("/")[0] + f"/{stem} copy{dot}{ending}"
        self.files[new] = emit(document).encode() if isinstance(document, dict) else self.files[path]

    def remove(self, path: str) -> None:
        """Removes a file."""
        del self.files[path]

    def rename(self, path: str) -> None:
        """Moves a file to where another one is."""
        there = self.chance.choice(self.paths()).rpartition("/")[0]
        self.files[f"{there}/{path.rpartition('/')[2]}".lstrip("/")] = self.files.pop(path)


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document that holds a value."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in list(entries):
        yield value, key
        yield from _spots(inner)


def _unsaid(value: Any, schema: dict[str, Any], depth: int = 0) -> Iterator[tuple[int, Any, str, Any]]:
    """Every key that a document could have and has not: how deep, where, and what may stand there."""
    if isinstance(value, list):
        for inner in value:
            yield from _unsaid(inner, schema.get("items", {}), depth + 1)
    for key, shape in schema.get("properties", {}).items() if isinstance(value, dict) else ():
        if key in value:
            yield from _unsaid(value[key], shape, depth + 1)
        else:
            yield depth, value, key, shape


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """An instance, the files of its tree, and the instance's state to go back to."""
    inst = everything()
    # a folder that only a file can tell of
    inst.create("folder", name="Q1/Q2", parent_id=named(inst, "folder", name="Archive")["id"])
    with world(inst) as w:
        root = w.folder / TREE
        export_tree(w.vault, w.extract(), root)
        files = {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        yield Stage(w, files, copy.deepcopy(w.source.instance.tables))


def _write(root: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def outcome(w: World, root: Path) -> str:
    """What became of a tree: an error with its place, a plan that cannot be, or an instance like it."""

    def plan() -> Any:
        request = Request(str(root))
        return plan_request(
            w.target_gateway, w.vault, request, target_name="x", workers=2, listener=w.events.append
        )  # fmt: skip

    try:
        made = plan()
    except TreeError as error:
        lines = error.message.split("\n  ")[1:]
        # a directory has no line
        assert lines and all(re.match(r"[^:]+\.ya?ml:\d+: |folders/[^:]*: ", line) for line in lines), error
        return "told"
    except NotFound as error:
        assert "is no tree" in error.message
        return "told"
    except AmbiguousPair as error:
        assert ".yaml:" in error.message, error
        return "ambiguous"
    if made.errors:
        # folders have no line where no file says their name
        assert all(f.file for f in made.errors), made.errors
        return "refused"
    if not made.changes:
        return "same"
    done = w.apply(made, workers=2)
    if done.failed or done.skipped:
        whole = all(f.file and f.line for f in done.failed)
        how = "refused by Looker" if whole else "failed"
        return f"{how}: " + "; ".join(
            f"{f.place}: {f.address}: {f.message}" for f in done.failed + done.skipped
        )
    left = plan()
    if any(c.kind == "color_collection" for c in made.changes) and left.changes:
        # palettes may have got other ids, which shows in the plan after
        w.apply(left, workers=2)
        left = plan()
    assert left.changes == [], left.changes
    return "applied"


def run(stage: Stage, seed: int, count: int, root: Path) -> str:
    editor = Editor(dict(stage.files), random.Random(seed))
    for _ in range(count):
        editor.edit()
    return attempt(stage, editor.files, root)


def attempt(stage: Stage, files: dict[str, bytes], root: Path) -> str:
    """What became of these files, where the instance is as it was when they were exported."""
    w = stage.world
    _write(root, files)
    w.source.instance.tables = copy.deepcopy(stage.pristine)
    # a vault of its own, since another may remember what was done before the instance went back
    for name in w.folder.glob("vault.db*"):
        shutil.copy(name, root.with_name(name.name))
    with open_vault(root.with_name("vault.db")) as vault:
        return outcome(dataclasses.replace(w, vault=vault), root)


def settled(became: str) -> bool:
    """Whether that is an end: carried out, or told with file and line, be it by Looker alone."""
    return not became.startswith("failed")


def test_the_files_are_of_every_kind_that_trees_tell_of(stage: Stage) -> None:
    told = {kind_at(path) for path in stage.files}
    assert told >= {name for name, kind in KINDS.items() if kind.role == "managed" and kind.in_trees}


@pytest.mark.parametrize("seed", range(12))
def test_random_edits_are_carried_out_or_told(stage: Stage, seed: int, tmp_path: Path) -> None:
    became = run(stage, seed, 1 + seed % 3, tmp_path / TREE)
    assert settled(became), became


BOARD = "folders/Shared/Sales/EMEA/Board.dashboard.yaml"
NONE, ODD = {"$value": None}, {"$value": {"x": None}}


@pytest.mark.parametrize(
    ("path", "trail", "value"),
    [
        *(("access_lists_of_boards/Weekly#18.yaml", (key,), NONE) for key in ("board", "inherits")),
        ("folders/Shared/Sales/EMEA/_access.yaml", ("inherits",), None),
        ("scheduled_plans/Asked.yaml", ("enabled",), None),
        ("roles/Reader.yaml", ("name",), NONE),
        ("users/admin@example.com.yaml", ("email",), NONE),
        ("user_attributes/team.yaml", ("user_can_view",), NONE),
        ("user_attributes/team.yaml", ("group_values", 0, "group"), NONE),
        ("color_collections/House colors.yaml", ("categoricalPalettes", 0, "type"), NONE),
        (BOARD, ("filters", 0, "title"), None),
        (BOARD, ("tiles", 3, "filterables", 0, "listen"), None),
        (BOARD, ("tiles", 4, "merge", "sources"), None),
        (BOARD, ("tiles", 4, "merge", "sources"), NONE),
        (BOARD, ("tiles", 4, "merge", "sources", 0, "query"), NONE),
        (BOARD, ("tiles", 4, "merge", "sources", 1, "joined"), None),
        (BOARD, ("tiles", 4, "merge", "sources", 1, "joined"), []),
        ("folders/Shared/Sales/EMEA/Margin.look.yaml", ("query", "explore"), ODD),
        ("folders/Shared/Sales/EMEA/Margin.look.yaml", ("unknown",), {"$value": [["x"]]}),
        ("color_collections/House colors.yaml", ("categoricalPalettes", 0, "label"), ODD),
        ("permission_sets/Look.yaml", ("permissions",), {"$value": [None, ["x"]]}),
        (BOARD, ("filters", 0, "title"), ODD),
        (BOARD, ("filters", 0, "name"), ODD),
        (BOARD, ("tiles", 0, "filter"), "x"),
        (BOARD, ("tiles", 0, "tab"), ODD),
        (BOARD, ("tiles", 0, "at"), {"row": "x", "column": {"x": 1}}),
        (BOARD, ("tiles", 0, "at"), "none"),
        (BOARD, ("tiles", 0, "elsewhere"), {"$link": "dashboard:x"}),
        (BOARD, ("tiles", 0, "elsewhere"), {"x": {"$value": [1]}}),
        (BOARD, ("tiles", 4, "merge"), ODD),
        (BOARD, ("tiles", 4, "merge", "sources", 0), ODD),
    ],
)
def test_odd_values_are_carried_out_or_told(
    stage: Stage, tmp_path: Path, path: str, trail: tuple[Any, ...], value: Any
) -> None:
    document = yaml.safe_load(stage.files[path])
    holder = document
    for key in trail[:-1]:
        holder = holder[key]
    holder[trail[-1]] = value
    became = attempt(stage, {**stage.files, path: emit(document).encode()}, tmp_path / TREE)
    assert settled(became), became


@pytest.mark.soak
@settings(max_examples=2000, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**9), count=st.integers(1, 4))
def test_many_random_edits_are_carried_out_or_told(stage: Stage, seed: int, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        became = run(stage, seed, count, Path(folder) / TREE)
    assert settled(became), became

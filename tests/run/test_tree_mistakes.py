"""Mistakes that people make in a tree: each is told once, with its line and what to do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lookervault.run.tree import check_tree

FILES = {
    "lookervault.yaml": "format: 1\nkinds:\n  - board\n  - group\n",
    ".lookervault/ids.yaml": "ids:\n  boards/Start.yaml: 1\n",
    "folders/Shared/Sales/KPIs.dashboard.yaml": "title: KPIs\nslug: kpi\n",
    "folders/Shared/Sales/Count.look.yaml": (
        "title: Count\nquery:\n  model: shop\n  explore: orders\n  fields: [orders.count]\n"
    ),
    "boards/Start.yaml": (
        "title: Start\nsections:\n  - items:\n      - look: look:Shared/Sales/Count\n"
        "      - dashboard: dashboard:Shared/Sales/KPIs\n"
    ),
    "groups/Team.yaml": "name: Team\n",
}
LOOK, KPIS, SALES = (
    "folders/Shared/Sales/Count.look.yaml",
    "folders/Shared/Sales/KPIs.dashboard.yaml",
    "folders/Shared/Sales",
)
MARKS = "<<<<<<< ours\n{}=======\n{}>>>>>>> theirs\n"
_QUERY = "query: {model: shop, explore: orders, fields: [orders.count]}\n"
CONFLICT = "a merge conflict is left here: keep what is right, without the lines of markers"
ENDINGS = "in a folder they end in .dashboard.yaml, .look.yaml, _access.yaml or _folder.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        write(path, text)(tmp_path)
    return tmp_path


def write(path: str, data: str | bytes) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data if isinstance(data, bytes) else data.encode())

    return edit


def swap(path: str, old: str, new: str) -> Callable[[Path], None]:
    assert old in FILES[path]
    return write(path, FILES[path].replace(old, new, 1))


def test_the_tree_is_in_order(root: Path) -> None:
    assert check_tree(root) == []


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        # files that cannot be read: nothing that refers to them is at fault
        (swap(LOOK, "title: Count\n", MARKS.format("title: Count\n", "title: N\n")), f"{LOOK}:1: {CONFLICT}"),
        (
            swap("lookervault.yaml", "  - board\n", MARKS.format("  - board\n", "")),
            f"lookervault.yaml:3: {CONFLICT}",
        ),
        (
            swap(".lookervault/ids.yaml", "ids:\n", MARKS.format("ids:\n", "ids:\n")),
            f".lookervault/ids.yaml:1: {CONFLICT}",
        ),
        (
            swap(LOOK, "title: Count", 'title: "Count'),
            f"{LOOK}:1: this is no YAML: found unexpected end of stream (while scanning a quoted scalar);"
            " the quote that opens here is not closed",
        ),
        (
            swap(LOOK, "title: Count", "title: Count: all"),
            f"{LOOK}:1: this is no YAML: mapping values are not allowed in this context;"
            " a text with ': ' in it needs quotes, keys stand below one another",
        ),
        (
            swap(LOOK, "  explore", "\texplore"),
            f"{LOOK}:4: this is no YAML: found a tab character that violates indentation"
            " (while scanning a plain scalar), begun in line 3; spaces indent, tabs do not",
        ),
        (
            swap(LOOK, "title: Count", "title: *all"),
            f"{LOOK}:1: anchors and aliases are not used here; a text that begins so needs quotes",
        ),
        (
            write(LOOK, FILES[LOOK].encode("utf-16")),
            f"{LOOK}:1: this is UTF-16: save it as UTF-8",
        ),
        (
            write(LOOK, FILES[LOOK].replace("Count", "Zähler").encode("latin-1")),
            f"{LOOK}:1: this is not UTF-8 (byte 0xe4): save it as UTF-8",
        ),
        (
            swap(LOOK, "Count", "Co\x00unt"),
            f"{LOOK}:1: this is no YAML: a character that it cannot hold, U+0000",
        ),
        (write(LOOK, "- a\n"), f"{LOOK}:1: a look is a mapping, not a list"),
        (write(LOOK, "title: x\n---\n"), f"{LOOK}:2: another document begins here, and one file holds one"),
        (
            lambda root: os.truncate(root / LOOK, 200_000_000),
            f"{LOOK}:1: this file is too large: more than 100000000 bytes",
        ),
        (
            lambda root: _pipe(root / LOOK),
            f"{LOOK}:1: this is no file: a link that leads nowhere, or no text",
        ),
        (
            lambda root: (root / "boards/x.yaml").symlink_to("x.yaml"),
            "boards/x.yaml:1: this is no file: a link that leads nowhere, or no text",
        ),
        (
            lambda root: (root / "folders/Shared/More").symlink_to(root / SALES),
            "folders/Shared/More: a link to a directory is not followed: put the directory itself here",
        ),
        # a name that is wrong: others mean the one that it should have
        (swap(LOOK, "title: Count", "title: [Count]"), f"{LOOK}:1: a text is expected, not a list"),
        (swap(LOOK, "title: Count\n", ""), f"{LOOK}:1: title is missing in a look"),
        (
            write(f"{SALES}/Copy.look.yaml", FILES[LOOK]),
            f"{LOOK}:1: {SALES}/Copy.look.yaml:1 is look:Shared/Sales/Count too:"
            " give one of them another title",
        ),
        (
            write(f"{SALES}/Two.dashboard.yaml", "title: Two\nslug: kpi\n"),
            f"{SALES}/Two.dashboard.yaml:2: {KPIS}:2 has the slug 'kpi' too:"
            " take it out of the new one, Looker gives one",
        ),
        (
            write("groups/Team.yaml", "name: Team\nusers: []\ngroups:\n  - group:Team\n"),
            "groups/Team.yaml:4: a group cannot hold itself: group:Team -> group:Team",
        ),
        # files in the wrong place
        (
            write("looks/X.look.yaml", "title: X\n"),
            "looks/X.look.yaml:1: no look belongs here: it stands below folders/, in the directory of its"
            " folder",
        ),
        (
            write("X.dashboard.yaml", "title: X\n"),
            "X.dashboard.yaml:1: no dashboard belongs here: it stands below folders/, in the directory of its"
            " folder",
        ),
        *(
            (
                write(path, "title: X\n"),
                f"{path}:1: no folder has this file: it belongs one directory deeper, as in folders/Shared",
            )
            for path in ("folders/X.look.yaml", "personal/X.dashboard.yaml", "folders/_access.yaml")
        ),
        (
            write(f"{SALES}/X.dashbord.yaml", "title: X\n"),
            f"{SALES}/X.dashbord.yaml:1: no document belongs here: {ENDINGS};"
            " did you mean '.dashboard.yaml'?",
        ),
        (write(f"{SALES}/X.look.yml", ""), f"{SALES}/X.look.yml:1: the names of documents end in .yaml"),
        (write(f"{SALES}/X.look.YAML", ""), f"{SALES}/X.look.YAML:1: the names of documents end in .yaml"),
        (
            write("group/X.yaml", "name: X\n"),
            "group/X.yaml:1: no document belongs here: there is no directory 'group' in a tree;"
            " did you mean 'groups'?",
        ),
        # what the manifest says
        (
            write("lookervault.yaml", FILES["lookervault.yaml"] + "outside: [ann]\n"),
            "lookervault.yaml:5: 'ann' is not an address",
        ),
        (
            write("lookervault.yaml", FILES["lookervault.yaml"] + "removed:\n  - group:T*\n"),
            "lookervault.yaml:6: removed: group:Team is still in this tree, in groups/Team.yaml",
        ),
        (
            write(
                "lookervault.yaml",
                FILES["lookervault.yaml"] + "moved:\n  - from: group:Old\n    to: group:Taem\n",
            ),
            "lookervault.yaml:7: moved: group:Taem is not in this tree; did you mean 'group:Team'?",
        ),
        (
            write(
                "lookervault.yaml", FILES["lookervault.yaml"] + "moved:\n  - from:\n      $value: {x: 1}\n"
            ),
            "lookervault.yaml:7: $value is for what Looker holds: there is none of it here",
        ),
        (
            swap(".lookervault/ids.yaml", "Start.yaml: 1", "Start.yaml: {$value: [1]}"),
            ".lookervault/ids.yaml:2: $value is for what Looker holds: there is none of it here",
        ),
        (
            swap("lookervault.yaml", "- group", "- gruop"),
            "lookervault.yaml:4: there is no kind 'gruop'; did you mean 'group'?",
        ),
        (
            swap("boards/Start.yaml", "look:Shared/Sales/Count", "12"),
            "boards/Start.yaml:4: an address is expected, not '12'; write it as look:NAME",
        ),
        (
            swap("boards/Start.yaml", "look:Shared/Sales/Count", "Count"),
            "boards/Start.yaml:4: 'Count' is not an address; write it as look:Count",
        ),
    ],
)
def test_a_mistake_is_told(root: Path, edit: Callable[[Path], None], told: str) -> None:
    edit(root)
    assert [str(problem) for problem in check_tree(root)] == [told]


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def test_who_may_not_read_is_told_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    told = {str(problem) for problem in check_tree(root)}
    assert f"{LOOK}:1: this file cannot be read: Permission denied" in told
    assert len(told) == len(FILES)


def test_a_directory_that_may_not_be_read_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("groups"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert [str(p) for p in check_tree(root)] == ["groups: this directory cannot be read: Permission denied"]


def test_mistakes_of_many_files_are_told_in_one_go(root: Path) -> None:
    swap(LOOK, "title", "titel")(root)
    swap(KPIS, "slug: kpi", "slog: kpi")(root)
    write("groups/A.yaml", "name: [\n")(root)
    write("boards/B.yaml", "titel: B\n")(root)
    told = [(p.path, p.line) for p in check_tree(root)]
    assert told == sorted(told)
    assert {path for path, _ in told} == {LOOK, KPIS, "groups/A.yaml", "boards/B.yaml"}


def test_files_that_cannot_be_read_are_not_held_against_each_other(root: Path) -> None:
    """What they are called is not known either."""
    paths = ["access_lists_of_boards/a.yaml", "access_lists_of_boards/b.yaml"]
    for path in paths:
        write(path, "board: board:Start\x00\n")(root)
    unread = "this is no YAML: a character that it cannot hold, U+0000"
    assert [str(problem) for problem in check_tree(root)] == [f"{path}:1: {unread}" for path in paths]
    for path in paths:
        write(path, "board: [Start]\n")(root)
    assert [problem.message for problem in check_tree(root)] == [
        "an address is expected, not a list; write it as board:NAME"
    ] * 2


def test_what_has_no_name_is_told_twice_by_what_it_belongs_to(root: Path) -> None:
    for name in "ab":
        write(f"access_lists_of_boards/{name}.yaml", "may_view: [group:Team]\nboard: board:Start\n")(root)
    assert [str(problem) for problem in check_tree(root)] == [
        "access_lists_of_boards/b.yaml:2: access_lists_of_boards/a.yaml:2 is board_access:Start too:"
        " give one of them another board"
    ]


def test_marks_and_ends_of_lines_of_other_systems_are_fine(root: Path) -> None:
    for path in (LOOK, KPIS, "lookervault.yaml"):
        (root / path).write_bytes(b"\xef\xbb\xbf" + FILES[path].replace("\n", "\r\n").encode())
    assert check_tree(root) == []


def test_what_is_meant_is_looked_for_at_no_great_length(root: Path) -> None:
    """A folder of many was renamed: all who refer to what is in it are told, with its new name."""
    for n in range(400):
        write(f"folders/Shared/Renamed/L{n}.look.yaml", f"title: L{n}\n{_QUERY}")(root)
    items = "".join(f"      - look: look:Shared/Former/L{n}\n" for n in range(400))
    write("boards/All.yaml", f"title: All\nsections:\n  - items:\n{items}")(root)
    began = time.monotonic()
    told = [str(problem) for problem in check_tree(root)]
    assert time.monotonic() - began < 10
    assert (len(told), told[7]) == (
        400,
        "boards/All.yaml:11: look:Shared/Former/L7 is not in this tree, nor listed as outside;"
        " did you mean 'look:Shared/Renamed/L7'?",
    )


def test_groups_that_hold_each_other_are_told_once(root: Path) -> None:
    write("groups/Team.yaml", "name: Team\ngroups: [group:B, group:C]\n")(root)
    write("groups/B.yaml", "name: B\ngroups: [group:C]\n")(root)
    write("groups/C.yaml", "name: C\ngroups:\n  - group:B\n")(root)
    assert [str(problem) for problem in check_tree(root)] == [
        "groups/B.yaml:2: a group cannot hold itself: group:B -> group:C -> group:B"
    ]

"""Where two values differ, as a list of edits: DeepDiff describes what `==` found unequal."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from lookervault.model.normal import comparable, exact, same
from lookervault.model.resource import Attributes
from lookervault.model.values import Value, in_texts, uncommon

Mark = Literal["+", "-", "~"]
Path = tuple[str | int, ...]


class Edit(msgspec.Struct, frozen=True):
    """One difference: at `path` below an attribute, what was there and what will be."""

    mark: Mark
    path: Path
    before: Any = None
    after: Any = None


def readable(value: Value) -> Any:
    """A value in comparable form, with texts as a reader may see them: addresses where ids will be."""
    told = comparable(value)
    return in_texts(told, str) if uncommon(told) else told


def edits(before: Attributes, after: Attributes) -> list[Edit]:
    """Every difference of two sets of attributes, in order of path."""
    found: list[Edit] = []
    for name in sorted({*before, *after}):
        found += _attribute(name, before.get(name), after.get(name))
    return found


def _attribute(name: str, before: Value, after: Value) -> list[Edit]:
    if before is None or after is None:
        mark: Mark = "+" if before is None else "-"
        return [Edit(mark, (name,), readable(before), readable(after))]
    return _values((name,), readable(before), readable(after))


def _values(path: Path, before: Any, after: Any) -> list[Edit]:
    """Maps key by key, lists of single values as sequences, other lists by DeepDiff."""
    if same(before, after):
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        found: list[Edit] = []
        for key in sorted({*before, *after}):
            if key not in before:
                found.append(Edit("+", (*path, key), None, after[key]))
            elif key not in after:
                found.append(Edit("-", (*path, key), before[key], None))
            else:
                found += _values((*path, key), before[key], after[key])
        return found
    if isinstance(before, list) and isinstance(after, list):
        single = not any(isinstance(x, dict | list) for x in [*before, *after])
        return _sequence(path, before, after) if single else _structures(path, before, after)
    return [Edit("~", path, before, after)]


def _sequence(path: Path, before: list[Any], after: list[Any]) -> list[Edit]:
    """What came and went; the longest common run stays."""
    found: list[Edit] = []
    for i, i2, j, j2 in _unlike(before, after):
        found += [Edit("-", (*path, n), before[n], None) for n in range(i, i2)]
        found += [Edit("+", (*path, n), None, after[n]) for n in range(j, j2)]
    return found


def _structures(path: Path, before: list[Any], after: list[Any]) -> list[Edit]:
    """As a sequence, but structures that stand in for each other are compared inside."""
    found: list[Edit] = []
    for i, i2, j, j2 in _unlike(before, after):
        shared = min(i2 - i, j2 - j)
        for n in range(shared):
            found += _inside((*path, j + n), before[i + n], after[j + n])
        found += [Edit("-", (*path, n), before[n], None) for n in range(i + shared, i2)]
        found += [Edit("+", (*path, n), None, after[n]) for n in range(j + shared, j2)]
    return found


def _unlike(before: list[Any], after: list[Any]) -> Iterator[tuple[int, int, int, int]]:
    old, new = ([exact(x) for x in side] for side in (before, after))
    for tag, i, i2, j, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield i, i2, j, j2


def _inside(path: Path, before: Any, after: Any) -> list[Edit]:
    from deepdiff import DeepDiff  # slow to import, and only differing lists of structures need it

    tree = DeepDiff(before, after, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
    levels = [level for report in tree.values() for level in report]
    found = [_edit((*path, *level.path(output_format="list")), level.t1, level.t2) for level in levels]
    return sorted(found, key=lambda e: [(isinstance(p, str), str(p).zfill(9)) for p in e.path])


def _edit(path: Path, before: Any, after: Any) -> Edit:
    from deepdiff.helper import notpresent

    if before is notpresent:
        return Edit("+", path, None, after)
    if after is notpresent:
        return Edit("-", path, before, None)
    return Edit("~", path, before, after)

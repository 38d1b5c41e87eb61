"""Kinds as people write them on the command line and in the configuration."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from lookervault.errors import UsageError


def wanted_kinds(names: Iterable[str]) -> list[str]:
    """The kinds that are named, in the order in which they are read; all that can be listed without names."""
    from lookervault.model.catalog import KINDS

    listed = [name for name, kind in KINDS.items() if kind.listing]
    known = {word: name for name in listed for word in _words(name, KINDS[name].title)}
    asked = [_plain(name) for name in names]
    unknown = sorted({name for name in asked if name not in known})
    if unknown:
        close = difflib.get_close_matches(unknown[0], known, n=1)
        hint = f"did you mean {known[close[0]]}?" if close else f"known: {', '.join(listed)}"
        raise UsageError(f"no kind {', '.join(unknown)}", hint=hint)
    wanted = {known[name] for name in asked}
    return [name for name in listed if name in wanted] or listed


def _words(name: str, title: str) -> set[str]:
    """What a kind may be called: its name, one or many, and what reports call it."""
    return {name, f"{name}s", _plain(title)}


def _plain(word: str) -> str:
    return word.strip().lower().replace("-", "_").replace(" ", "_")

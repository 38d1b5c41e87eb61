"""Findings as lines: what is said of many objects is said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lookervault.model.resource import Finding, Level, Place
from lookervault.report.safe import visible

PROBLEMS: tuple[Level, ...] = ("error", "warning")
LEFT_TO_DO: tuple[Level, ...] = ("todo",)
FINDINGS: dict[Level, str] = {
    "error": "Errors",
    "warning": "Warnings",
    "todo": "For you to do once it is applied",
}

_ALIKE = 3  # findings of one message beyond this are told as one


def heading(level: Level) -> str:
    """What findings of a level stand under, where it has room."""
    return f"{FINDINGS[level]}: nothing can be applied" if level == "error" else FINDINGS[level]


def told_once(findings: Iterable[Finding]) -> Iterator[str]:
    """A line each; what is said of many objects is said once, with the first of them.

    What is to be mended in a file is told with that and its line, each error by itself.
    """
    alike: dict[tuple[str, str, int], list[str]] = {}
    for finding in sorted(findings, key=lambda f: (f.file, f.line)):
        own = (finding.file, finding.line) if finding.level == "error" else ("", 0)
        alike.setdefault((finding.message, *own), []).append(_where(finding))
    for (message, *_), told in alike.items():
        if len(told) <= _ALIKE:
            yield from (f"{where}: {visible(message)}" for where in told)
        else:
            yield f"{told[0]} and {len(told) - 1} more: {visible(message)}"


def in_place(finding: Finding) -> str:
    """What a finding says, with where it is to be mended, for those who know of what it is."""
    place = str(Place(finding.file, finding.line))
    return visible(f"{place}: {finding.message}" if place else finding.message)


def _where(finding: Finding) -> str:
    place = str(Place(finding.file, finding.line))
    return visible(f"{place}: {finding.address}" if place else finding.address)
